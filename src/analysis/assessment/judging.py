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
from analysis.trends import Prediction, count_values, predict_courses, predict_variants

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
    return judge_by(predict_latest([(scored, series)])[0], scored, tier, series, rules)


def predict_latest(asked: Sequence[tuple[Scored, pd.DataFrame]]) -> list[Prediction | None]:
    """The predictions from the latest points, for many targets at once; ``series`` as for :func:`judge`."""
    known = {place: (scored, series) for place, (scored, series) in enumerate(asked) if len(series)}
    courses = [
        (points_of(_until_target(series, scored)), scored, scored.target_year) for scored, series in known.values()
    ]
    found = dict(zip(known, predict_courses(courses), strict=True))
    return [found.get(place) for place in range(len(asked))]


def judge_by(
    prediction: Prediction | None, scored: Scored, tier: Tier, series: pd.DataFrame, rules: Rules
) -> dict[str, Any]:
    """As :func:`judge`, by a prediction that is known already; all tiers of a target have the same one."""
    if not len(series):
        return {}
    goal = _goal(scored, tier, series)
    series = _until_target(series, scored)
    if not len(series):
        return {"reason": "no_values_since_base"}
    latest, value, points = int(series.index[-1]), float(series["value"].iloc[-1]), points_of(series)
    n_values = count_values(points, scored)
    facts = {
        "unit": str(series["unit"].iloc[-1]),
        "base_year": goal.base_year,
        "base_value": goal.base,
        "latest_year": latest,
        "latest_value": value,
        "latest_status": str(series["status"].iloc[-1]),
        "n_values": n_values,
        "is_demonstration": bool((series["status"] == "synthetic").any()),
        "is_final": latest >= scored.target_year,
    }
    if not math.isnan(goal.base):
        facts["target_level"] = goal.level
    reason = _obstacle(goal, series)(value)
    if reason:
        return facts | {"reason": reason}
    p_met = NAN
    if prediction and int(points.index[-1]) == latest and n_values >= rules.outlook.minimum_values:
        p_met = _probability(prediction, goal, latest)
    return facts | _verdicts(goal, series["value"], p_met, rules) | _paces(goal, points, facts, rules)


class Trial:
    """A tier of a target whose latest value is tried with others.

    Parameters
    ----------
    scored : Scored
    tier : Tier
    series : DataFrame
        As for :func:`judge`, with a value not later than the target year.
    rules : Rules
    """

    def __init__(self, scored: Scored, tier: Tier, series: pd.DataFrame, rules: Rules) -> None:
        self.scored, self.rules = scored, rules
        self._goal = _goal(scored, tier, series)
        self._series = _until_target(series, scored)
        self._obstacle = _obstacle(self._goal, self._series)
        self._is_final = int(self._series.index[-1]) >= self._goal.target_year
        is_point = self._series["bound"].isin(POINTS).to_numpy()
        self.points = self._series["value"][is_point]
        is_long = is_point[-1] and count_values(self.points, scored) >= rules.outlook.minimum_values
        self.has_outlook = bool(is_long) and not self._is_final

    def statuses(self, latest: Sequence[float], predictions: Sequence[Prediction | None]) -> list[str]:
        """The statuses with other latest values, and with the prediction from each; see :func:`statuses_by_latest`."""
        year = int(self._series.index[-1])
        chances = [_probability(found, self._goal, year) if found else NAN for found in predictions]
        return [self._status(value, p_met) for value, p_met in zip(latest, chances, strict=True)]

    def _status(self, value: float, p_met: float) -> str:
        if self._obstacle(value):
            return "not_assessed"
        gap = RemainingGap("not_applicable", NAN)
        if not self._is_final and math.isnan(p_met):
            values = np.append(self._series["value"].to_numpy()[:-1], value)
            gap = assess_remaining_gap(pd.Series(values, index=self._series.index), self._goal, self.rules)
        return choose_status(self._goal.is_met(value), self._is_final, p_met, gap, self.rules)


def statuses_by_latest(asked: Sequence[tuple[Trial, Sequence[float]]]) -> list[list[str]]:
    """The statuses that tiers of targets would have if their latest values were others.

    Parameters
    ----------
    asked : sequence of (Trial, sequence of float)

    Returns
    -------
    list of list of str
        The ``status`` that :func:`judge` gives with each latest value, in far less time.
    """
    known = [(trial.points, trial.scored, latest) for trial, latest in asked if trial.has_outlook]
    found = iter(predict_variants(known))
    return [
        trial.statuses(latest, next(found) if trial.has_outlook else [None] * len(latest)) for trial, latest in asked
    ]


def _goal(scored: Scored, tier: Tier, series: pd.DataFrame) -> Goal:
    return goal_of(scored, tier, float(series["base_value"].iloc[-1]), int(series["base_year"].iloc[-1]))


def points_of(series: pd.DataFrame) -> pd.Series[float]:
    """Values that are points."""
    is_point = [bound in POINTS for bound in series["bound"].tolist()]
    return series["value"] if all(is_point) else series["value"][is_point]


def _until_target(series: pd.DataFrame, scored: Scored) -> pd.DataFrame:
    """A target is judged on its own year: what came later is shown, not counted."""
    # Hardly any series goes on.
    is_early = series.index.to_numpy(int) <= scored.target_year
    return series if is_early.all() else series[is_early]


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


def _verdicts(goal: Goal, values: pd.Series[float], p_met: float, rules: Rules) -> dict[str, Any]:
    """The verdicts from the measure's values and from P(met), NaN where no probability is claimed."""
    latest, value = int(values.index[-1]), float(values.iloc[-1])
    is_final = latest >= goal.target_year
    gap = RemainingGap("not_applicable", NAN) if is_final else assess_remaining_gap(values, goal, rules)
    status = choose_status(goal.is_met(value), is_final, p_met, gap, rules)
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


def _probability(prediction: Prediction, goal: Goal, latest: int) -> float:
    """P(met) by a prediction from the latest year."""
    side: Literal["increase", "decrease"] = "increase" if goal.direction > 0 else "decrease"
    return prediction.probability(goal.accepted, side, goal.target_year - latest)


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
