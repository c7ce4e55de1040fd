"""What if: the verdict and P(met) of a target under an assumed yearly change, or with extra project tonnes.

A yearly change that is assumed for the years left replaces the path of the forecast: v + change · years, or
v · (1 + change/100)^years for a change in per cent. How far the truth may lie from a path is not assumed away: the
predictive distribution keeps its width and its shape and is moved, on its own scale, until its median lies on the
assumed path. A path that just reaches the target therefore has a probability of about one half, not of one. Where no
probability is claimed, the remaining-gap rule judges the assumed change in place of the mean change of the last years.

Extra tonnes count as if they stood in the latest total already; everything else follows as usual.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from analysis.assessment import Goal, Rules, goal_of, judge, load_rules, yearly_pace
from analysis.assessment.judging import points_of
from analysis.assessment.verdicts import RemainingGap, assess_remaining_gap, choose_status, outlook_word
from analysis.contracts import check
from analysis.contracts.whatif import WHAT_IF
from analysis.errors import InputError, Problem
from analysis.plan import Plan, Scored, Tier
from analysis.trends import Prediction, predict_series, scale_of

# Kinds whose level may be said to change by a percentage; totals and points gained may not.
_IN_PERCENT = ("level_at_least", "level_at_most", "completion", "count_at_least")
_PACES = {"recent": "recent_pace", "plan": "plan_pace", "required": "required_pace"}
ROUNDING = 1e-6
_SIGNS = str.maketrans({"−": "-", "％": "%", "＋": "+", "－": "-"})


@dataclass(frozen=True)
class Change:
    """An assumed yearly change of the underlying quantity; negative is falling.

    Parameters
    ----------
    amount : float
        Per cent, or the indicator's unit (points for a share).
    is_percent : bool
    """

    amount: float
    is_percent: bool = False


@dataclass(frozen=True)
class _Case:
    """One tier of a target in one region, with what is known of it."""

    scored: Scored
    tier: Tier
    series: pd.DataFrame
    row: dict[str, Any]
    goal: Goal
    rules: Rules

    @property
    def value(self) -> float:
        """The latest value of the measure."""
        return float(self.row["latest_value"])

    @property
    def years(self) -> int:
        """Years left."""
        return int(self.goal.target_year - self.row["latest_year"])

    @property
    def prediction(self) -> Prediction | None:
        """The predictive distribution, if a probability is claimed."""
        return None if math.isnan(self.row["p_met"]) else predict_series(points_of(self.series), self.scored)


def parse_change(text: str, language: str = "zh") -> Change | None:
    """Read an assumed change as people write it: ``-2.5``, ``−2.5%``; None if empty.

    Raises
    ------
    InputError
        If it is no number, or falls by all there is or more.
    """
    plain = text.translate(_SIGNS).replace(" ", "")
    if not plain:
        return None
    try:
        change = Change(float(plain.removesuffix("%")), plain.endswith("%"))
    except ValueError:
        raise _refused("whatif_no_number", text, language) from None
    if not math.isfinite(change.amount) or (change.is_percent and change.amount <= -100):
        raise _refused("whatif_no_number", text, language)
    return change


def what_if(
    plan: Plan,
    measures: pd.DataFrame,
    indicator: str,
    region: str = "",
    change: Change | None = None,
    extra: float = 0.0,
    rules: Rules | None = None,
    language: str = "zh",
) -> pd.DataFrame:
    """Judge an indicator's targets under assumptions on the years left.

    Parameters
    ----------
    plan : Plan
    measures : DataFrame
        Contract ``measures``, not later than the edition.
    indicator : str
    region : str
        The plan's area if empty.
    change : Change, optional
        Of the underlying quantity, every year. A relative reduction is always counted in per cent.
    extra : float
        On top of the latest total, in the indicator's unit; only for totals.
    rules : Rules, optional
    language : {"zh", "en"}
        Of the messages.

    Returns
    -------
    DataFrame
        Contract ``what_if``: per tier one row for the forecast as it is, for the pace of the last years, of the whole
        plan, the required one, the one from which the target is likely, and for what was asked. ``change`` is in the
        terms of the measure, as the paces of the contract ``assessment``; ``value`` is the measure in the target year.

    Raises
    ------
    InputError
        If the plan has no target for the indicator in the region, it cannot be judged, its year has come, or the
        question does not fit its kind.
    """
    place, chosen = region or plan.area, rules or load_rules()
    own = measures[(measures["indicator"] == indicator) & (measures["region"] == place)]
    series = own.set_index("year").sort_index()
    rows = [
        {"region": place, "indicator": indicator, "tier": tier.id, "target_year": scored.target_year} | row
        for scored in plan.scored(place)
        if scored.indicator.id == indicator and _has_target(plan, indicator, place)
        for tier in scored.target.tiers
        for row in _assumptions(_case(scored, tier, series, chosen, language), change, extra, language)
    ]
    if not rows:
        raise _refused("whatif_no_target", indicator, language)
    return check(pd.DataFrame(rows, columns=WHAT_IF.names), WHAT_IF.name)


def _has_target(plan: Plan, indicator: str, region: str) -> bool:
    return region == plan.area or bool(plan.regional_tiers(indicator, region))


def _case(scored: Scored, tier: Tier, series: pd.DataFrame, rules: Rules, language: str) -> _Case:
    row = judge(scored, tier, series, rules)
    if row.get("is_final"):
        raise _refused("whatif_decided", scored.indicator.id, language)
    if "status" not in row:
        raise _refused("whatif_not_assessed", scored.indicator.id, language)
    goal = goal_of(scored, tier, row["base_value"], row["base_year"])
    return _Case(scored, tier, series, row, goal, rules)


def _assumptions(case: _Case, change: Change | None, extra: float, language: str) -> Iterator[dict[str, Any]]:
    yield _as_forecast(case) | {"assumption": "forecast"}
    for name, column in _PACES.items():
        pace = float(case.row[column])
        if not math.isnan(pace):
            yield _assumed(case, Change(pace, case.goal.is_log)) | {"assumption": name}
    secure = _secure(case)
    if secure is not None:
        yield _assumed(case, secure) | {"assumption": "secure"}
    if change is None and not extra:
        return
    lifted = _lifted(case, extra, language) if extra else case
    asked = _as_forecast(lifted) if change is None else _assumed(lifted, _in_measure_terms(case, change, language))
    yield asked | {"assumption": "given", "extra": extra or math.nan}


def _as_forecast(case: _Case) -> dict[str, Any]:
    prediction = case.prediction
    value = math.nan if prediction is None else float(prediction.mean()[case.years - 1])
    verdict = {name: case.row[name] for name in ("p_met", "outlook", "status")}
    return {"change": math.nan, "is_percent": False, "extra": math.nan, "value": value, **verdict}


def _assumed(case: _Case, change: Change) -> dict[str, Any]:
    """The verdict if the measure changes by as much every year."""
    value, years = case.value, case.years
    grown = value * (1 + change.amount / 100) ** years if change.is_percent else value + change.amount * years
    end = _within_limits(case.scored, grown)
    p_met = _probability(case, end)
    # The rule takes the mean change of a window: a straight line with the assumed change.
    window, pace = case.rules.remaining_gap.window_years, (end - value) / years
    latest = int(case.row["latest_year"])
    line = pd.Series({latest - window: value - pace * window, latest: value})
    gap = assess_remaining_gap(line, case.goal, case.rules)
    if gap.word == "met" and not case.goal.is_met(end):
        # The rule looks at today's gap only; a path that gives up what has been reached does not keep the target.
        gap = RemainingGap("off", math.nan)
    return {
        "change": change.amount,
        "is_percent": change.is_percent,
        "extra": math.nan,
        "value": end,
        "p_met": p_met,
        "outlook": "too_short" if math.isnan(p_met) else outlook_word(p_met, case.rules),
        "status": choose_status(case.goal.is_met(value), False, p_met, gap, case.rules),
    }


def _probability(case: _Case, end: float) -> float:
    """P(met) if the median of the distribution in the target year lies at ``end``."""
    prediction = case.prediction
    if prediction is None:
        return math.nan
    point = float(prediction.scale.forward(np.array([end]))[0])
    median = prediction.quantiles[case.years - 1, len(prediction.probabilities) // 2]
    moved = replace(prediction, quantiles=prediction.quantiles + (point - median))
    side: Literal["increase", "decrease"] = "increase" if case.goal.direction > 0 else "decrease"
    return moved.probability(case.goal.accepted, side, case.years)


def _secure(case: _Case) -> Change | None:
    """The even yearly change from which the target is likely; None without a probability or where none is enough."""
    prediction, likely = case.prediction, case.rules.outlook.likely
    if prediction is None or prediction.is_constant:
        return None
    scale, accepted = prediction.scale, case.goal.accepted
    start = float(scale.forward(np.array([accepted]))[0])
    width = float(np.ptp(prediction.quantiles[case.years - 1]))

    def missing(share: float) -> float:
        return _probability(case, _unscaled(prediction, start + case.goal.direction * share * width)) - likely

    if missing(0) >= 0:
        end = accepted
    elif missing(1) <= 0:
        return None
    else:
        # A root is found from either side; the pace has to be one from which the target is likely.
        share = float(brentq(missing, 0, 1)) + ROUNDING
        end = _unscaled(prediction, start + case.goal.direction * share * width)
    if not scale.lower <= end <= scale.upper:
        return None
    return Change(yearly_pace(case.value, end, case.years, case.goal.is_log), case.goal.is_log)


def _unscaled(prediction: Prediction, point: float) -> float:
    return math.exp(point) if prediction.scale.is_log else point


def _lifted(case: _Case, extra: float, language: str) -> _Case:
    """The same target with so much more in its total."""
    if case.scored.target.kind != "cumulative_reduction":
        raise _refused("whatif_no_total", case.scored.indicator.id, language)
    series = case.series.assign(value=case.series["value"] + extra)
    return replace(case, series=series, row=judge(case.scored, case.tier, series, case.rules))


def _in_measure_terms(case: _Case, change: Change, language: str) -> Change:
    kind = case.scored.target.kind
    if kind == "relative_reduction":
        if change.amount <= -100:
            raise _refused("whatif_no_number", str(change.amount), language)
        return Change(change.amount, is_percent=True)
    if change.is_percent and kind not in _IN_PERCENT:
        raise _refused("whatif_no_percent", case.scored.indicator.id, language)
    # The measure counts the points by which a share has fallen.
    return Change(-change.amount) if kind == "share_points_reduction" else change


def _within_limits(scored: Scored, value: float) -> float:
    """A level cannot leave the indicator's bounds; those of a total are bounds of its yearly amounts."""
    scale = scale_of(scored)
    is_level = scored.target.kind in _IN_PERCENT
    return float(np.clip(value, scale.lower, scale.upper)) if is_level else value


def _refused(code: str, found: str, language: str) -> InputError:
    return InputError([Problem(code, found=found)], language)
