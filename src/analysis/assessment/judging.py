"""One target in one region: what stands in its way, its verdicts, its paces."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.assessment.progress import Goal, yearly_pace
from analysis.assessment.rules import Rules
from analysis.assessment.verdicts import (
    RemainingGap,
    assess_remaining_gap,
    assess_schedule,
    choose_status,
    outlook_word,
)
from analysis.measures import GAP_NOTE, POINTS_UNIT, direction, target_level
from analysis.plan import Scored, Tier
from analysis.trends import count_values, predict_variants

NAN = math.nan
# Values that are points: a bound is not carried into a trend.
POINTS = ("exact", "about")


def goal_of(scored: Scored, tier: Tier, base: float, base_year: int) -> Goal:
    """A tier of a target in the terms of its measure.

    Parameters
    ----------
    scored : Scored
    tier : Tier
    base : float
        The measure's base value.
    base_year : int
        The base year in use.
    """
    target = scored.target
    return Goal(
        level=target_level(scored, tier.value, base),
        base=base,
        base_year=base_year,
        target_year=scored.target_year,
        direction=1 if direction(scored) == "increase" else -1,
        is_log=target.kind == "relative_reduction",
        is_strict=target.strict,
        tolerance=target.tolerance,
        path=tuple((year, target_level(scored, value, base)) for year, value in sorted(target.path.items())),
    )


def judge(scored: Scored, tier: Tier, series: pd.DataFrame, rules: Rules) -> dict[str, Any]:
    """Values and verdicts of one tier in one region.

    Parameters
    ----------
    scored : Scored
    tier : Tier
    series : DataFrame
        Rows of the measures of one indicator in one region, indexed by year.
    rules : Rules

    Returns
    -------
    dict
        Columns of the contract ``assessment``; empty without values.
    """
    if not len(series):
        return {}
    goal = _goal(scored, tier, series)
    # A target is judged on its own year: what came later is shown, not counted.
    series = series[series.index <= scored.target_year]
    if not len(series):
        return {"reason": "no_values_since_base"}
    latest, value, points = int(series.index[-1]), float(series["value"].iloc[-1]), points_of(series)
    facts = {
        "unit": str(series["unit"].iloc[-1]),
        "base_year": goal.base_year,
        "base_value": goal.base,
        "latest_year": latest,
        "latest_value": value,
        "latest_status": str(series["status"].iloc[-1]),
        "n_values": count_values(points, scored),
        "is_demonstration": bool((series["status"] == "synthetic").any()),
        "is_final": latest >= scored.target_year,
    }
    if not math.isnan(goal.base):
        facts["target_level"] = goal.level
    reason = _obstacle(goal, series)(value)
    if reason:
        return facts | {"reason": reason}
    return facts | _verdicts(scored, goal, series["value"], points, rules) | _paces(goal, points, facts, rules)


def statuses_by_latest(
    scored: Scored, tier: Tier, series: pd.DataFrame, rules: Rules
) -> Callable[[Sequence[float]], list[str]]:
    """The statuses that a tier would have if the latest value were another one.

    Parameters
    ----------
    scored : Scored
    tier : Tier
    series : DataFrame
        As for :func:`judge`, with a value not later than the target year.
    rules : Rules

    Returns
    -------
    callable
        From latest values to the ``status`` that :func:`judge` gives with each, in far less time.
    """
    goal = _goal(scored, tier, series)
    series = series[series.index <= scored.target_year]
    is_point = series["bound"].isin(POINTS).to_numpy()
    is_final = int(series.index[-1]) >= goal.target_year
    earlier, points, obstacle = series["value"].to_numpy()[:-1], series["value"][is_point], _obstacle(goal, series)

    def status(value: float, p_met: float) -> str:
        if obstacle(value):
            return "not_assessed"
        gap = RemainingGap("not_applicable", NAN)
        if not is_final and math.isnan(p_met):
            gap = assess_remaining_gap(pd.Series(np.append(earlier, value), index=series.index), goal, rules)
        return choose_status(goal.is_met(value), is_final, p_met, gap, rules)

    def statuses(latest: Sequence[float]) -> list[str]:
        chances = [NAN] * len(latest)
        if is_point[-1] and not is_final:
            chances = _probabilities(scored, goal, points, latest, rules)
        return [status(value, p_met) for value, p_met in zip(latest, chances, strict=True)]

    return statuses


def _goal(scored: Scored, tier: Tier, series: pd.DataFrame) -> Goal:
    return goal_of(scored, tier, float(series["base_value"].iloc[-1]), int(series["base_year"].iloc[-1]))


def points_of(series: pd.DataFrame) -> pd.Series[float]:
    """Values that are points."""
    return series.loc[series["bound"].isin(POINTS), "value"]


def _obstacle(goal: Goal, series: pd.DataFrame) -> Callable[[float], str]:
    """Why the target cannot be judged by a latest value; empty if it can."""
    bound, reason = str(series["bound"].iloc[-1]), ""
    if math.isnan(goal.base):
        reason = "no_base"
    elif int(series.index[-1]) <= goal.base_year:
        reason = "base_is_latest"
    elif GAP_NOTE in str(series["note"].iloc[-1]):
        reason = "gap_in_series"

    def obstacle(value: float) -> str:
        # "At least v" settles a target above which more is better only if v meets it, and one below only if v misses
        # it.
        open_side = {"at_least": goal.direction > 0, "at_most": goal.direction < 0}.get(bound)
        leaves_open = open_side is not None and goal.is_met(value) != open_side
        return reason or ("only_bound" if leaves_open else "")

    return obstacle


def _outcome(
    scored: Scored, goal: Goal, values: pd.Series[float], points: pd.Series[float], rules: Rules
) -> tuple[str, float, RemainingGap]:
    """The status, and what it is made from: P(met), or NaN where none is claimed, and the remaining-gap rule."""
    latest, value = int(values.index[-1]), float(values.iloc[-1])
    is_final = latest >= goal.target_year
    p_met = NAN if is_final else _probability(scored, goal, points, latest, rules)
    gap = RemainingGap("not_applicable", NAN) if is_final else assess_remaining_gap(values, goal, rules)
    return choose_status(goal.is_met(value), is_final, p_met, gap, rules), p_met, gap


def _verdicts(
    scored: Scored, goal: Goal, values: pd.Series[float], points: pd.Series[float], rules: Rules
) -> dict[str, Any]:
    latest, value = int(values.index[-1]), float(values.iloc[-1])
    status, p_met, gap = _outcome(scored, goal, values, points, rules)
    is_final = latest >= goal.target_year
    outlook = "decided" if is_final else "too_short" if math.isnan(p_met) else outlook_word(p_met, rules)
    return {
        "progress": goal.progress(value),
        "simple_share": goal.simple_share(value),
        "elapsed": goal.elapsed(latest),
        "expected_progress": goal.expected(latest),
        "schedule": assess_schedule(values, goal, rules),
        "years_ahead": goal.years_ahead(value, latest),
        "p_met": p_met,
        "outlook": outlook,
        "gap_rule": gap.word,
        "gap_shortfall": gap.shortfall,
        "status": status,
        "reason": "too_short" if status == "not_assessed" else "",
    }


def _probability(scored: Scored, goal: Goal, points: pd.Series[float], latest: int, rules: Rules) -> float:
    """P(met), or NaN where no probability is claimed."""
    if not len(points) or int(points.index[-1]) != latest:
        return NAN
    return _probabilities(scored, goal, points, [float(points.iloc[-1])], rules)[0]


def _probabilities(
    scored: Scored, goal: Goal, points: pd.Series[float], latest: Sequence[float], rules: Rules
) -> list[float]:
    """P(met) with each of several values in the place of the latest one; NaN where no probability is claimed."""
    if count_values(points, scored) < rules.outlook.minimum_values:
        return [NAN] * len(latest)
    side: Literal["increase", "decrease"] = "increase" if goal.direction > 0 else "decrease"
    ahead = goal.target_year - int(points.index[-1])
    return [
        prediction.probability(goal.accepted, side, ahead) if prediction else NAN
        for prediction in predict_variants(points, scored, latest)
    ]


def _paces(goal: Goal, points: pd.Series[float], facts: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """Yearly paces: still required, of the last years, and of the plan as a whole."""
    latest, value, unit = facts["latest_year"], facts["latest_value"], facts["unit"]
    years = rules.pace.recent_years
    is_open = not goal.is_met(value) and latest < goal.target_year
    earlier = float(points.get(latest - years, NAN))
    return {
        "required_pace": yearly_pace(value, goal.accepted, goal.target_year - latest, goal.is_log) if is_open else NAN,
        "recent_pace": yearly_pace(earlier, value, years, goal.is_log),
        "plan_pace": yearly_pace(goal.base, goal.level, goal.target_year - goal.base_year, goal.is_log),
        "pace_unit": "%" if goal.is_log else POINTS_UNIT if unit == "%" else unit,
    }
