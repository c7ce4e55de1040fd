"""The two verdicts, schedule and outlook, and the status made from the outlook. They are never blended."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analysis.assessment.progress import ROUNDING, Goal
from analysis.assessment.rules import Rules


@dataclass(frozen=True)
class RemainingGap:
    """The remaining-gap rule's word, and the shortfall as a share of the gap (NaN if it says nothing)."""

    word: str
    shortfall: float


def assess_schedule(values: pd.Series[float], goal: Goal, rules: Rules) -> str:
    """Verdict A (序时进度): where should we be by now?

    Parameters
    ----------
    values : Series of float
        The measure, indexed by year; the last one is judged.
    goal : Goal
    rules : Rules

    Returns
    -------
    str
        A word of ``contracts.SCHEDULES``.
    """
    year, value = int(values.index[-1]), float(values.iloc[-1])
    if goal.is_met(value):
        is_falling_back = deteriorates(values, goal, rules.schedule.deteriorating_changes)
        return "met_but_deteriorating" if is_falling_back else "met"
    if goal.is_kept:
        return "moving_away"
    progress, expected = goal.progress(value), goal.expected(year)
    if math.isnan(progress) or expected <= 0:
        return "not_assessed"
    if progress < -ROUNDING:
        return "moving_away"
    shortfall = (expected - progress) / expected
    if shortfall <= -rules.schedule.ahead_margin + ROUNDING:
        return "ahead"
    if shortfall <= ROUNDING:
        return "on_schedule"
    return "slightly_behind" if shortfall <= rules.schedule.slightly_behind + ROUNDING else "behind"


def deteriorates(values: pd.Series[float], goal: Goal, changes: int) -> bool:
    """Whether the last so many yearly changes all went the wrong way (neighbouring years only)."""
    last = values.iloc[-changes - 1 :]
    if len(last) <= changes or int(last.index[-1]) - int(last.index[0]) != changes:
        return False
    return bool((goal.direction * last.diff().dropna() < -ROUNDING).all())


def outlook_word(probability: float, rules: Rules) -> str:
    """Verdict B in words: five steps of P(met)."""
    cuts = rules.outlook
    if probability >= cuts.very_likely - ROUNDING:
        return "very_likely"
    if probability >= cuts.likely - ROUNDING:
        return "likely"
    if probability < cuts.very_unlikely - ROUNDING:
        return "very_unlikely"
    return "unlikely" if probability < cuts.unlikely - ROUNDING else "uncertain"


def assess_remaining_gap(values: pd.Series[float], goal: Goal, rules: Rules) -> RemainingGap:
    """The remaining-gap rule of the German sustainability reports.

    Notes
    -----
    The mean yearly change of the last five years is carried to the target year; what is then missing, as a share of
    today's gap: below 5 % on track, up to 20 % slightly off, more off; a change in the wrong direction: moving away.
    """
    year, value = int(values.index[-1]), float(values.iloc[-1])
    if goal.is_met(value):
        return RemainingGap("met", 0.0)
    window = values[values.index >= year - rules.remaining_gap.window_years]
    span = year - int(window.index[0])
    if span < rules.remaining_gap.minimum_years or goal.target_year <= year:
        return RemainingGap("not_applicable", math.nan)
    change = (value - float(window.iloc[0])) / span
    if goal.direction * change < -ROUNDING:
        return RemainingGap("moving_away", math.nan)
    gap = goal.direction * (goal.accepted - value)
    # A value that sits exactly on a strict limit has no gap left to divide by.
    missing = gap - goal.direction * change * (goal.target_year - year)
    shortfall = missing / gap if gap > 0 else math.nan
    if shortfall < rules.remaining_gap.on_track:
        return RemainingGap("on_track", shortfall)
    is_slight = shortfall <= rules.remaining_gap.slightly_off + ROUNDING
    return RemainingGap("slightly_off" if is_slight else "off", shortfall)


def choose_status(is_met: bool, is_final: bool, p_met: float, gap: RemainingGap, rules: Rules) -> str:
    """The scoreboard's status: from P(met) where it is claimed, else from the remaining-gap rule.

    Parameters
    ----------
    is_met : bool
        Whether the latest value meets the target.
    is_final : bool
        Whether the latest value is the target year's.
    p_met : float
        Probability of meeting the target in the target year; NaN if not claimed.
    gap : RemainingGap
    rules : Rules

    Returns
    -------
    str
        A word of ``contracts.ASSESSED``. A target that is met today but not likely to hold is at risk.
    """
    if is_final:
        return "met" if is_met else "missed"
    if not math.isnan(p_met):
        if p_met >= rules.outlook.likely:
            return "met" if is_met else "on_track"
        return "at_risk" if is_met or p_met >= rules.outlook.unlikely else "off_track"
    words = {"met": "met", "on_track": "on_track", "slightly_off": "at_risk", "off": "off_track"}
    return {**words, "moving_away": "off_track"}.get(gap.word, "not_assessed")
