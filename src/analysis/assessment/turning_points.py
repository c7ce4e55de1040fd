"""What latest value would turn a verdict: searched with the assessment itself, for all targets side by side."""

from __future__ import annotations

import math
from collections.abc import Generator, Hashable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from analysis.assessment.judging import Trial, statuses_by_latest
from analysis.assessment.rules import Rules, load_rules
from analysis.contracts import TURNING_POINTS, table_of
from analysis.measures import courses_of, direction
from analysis.plan import Plan, Scored

# Steps from the latest value outwards: the first is a fortieth of the distance between base and target, each next one
# twice as wide; the last reaches six times that distance.
_FIRST_STEP = 1 / 40
_STEPS = 9
# The interval in which a status turns is searched in so many parts at once.
_PARTS = 8

# Asks for the statuses of latest values, is told them, and ends with a value and its status.
Search = Generator[list[float], list[str], tuple[float, str]]

_COPIED = ("region", "indicator", "tier", "status", "latest_value")

# A reduction in per cent of the base is printed with this many decimals.
_INDEX_DECIMALS = 1


def find_turning_points(
    assessment: pd.DataFrame, plan: Plan, measures: pd.DataFrame, edition_year: int, rules: Rules | None = None
) -> pd.DataFrame:
    """The nearest latest values with which each status would be another one.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    measures : DataFrame
        Contract ``measures``.
    edition_year : int
        Values of later years are not used.
    rules : Rules, optional

    Returns
    -------
    DataFrame
        Contract ``turning_points``: a row for every assessed target, values in the measure's unit, NaN where no value
        within reach turns the status.

    Notes
    -----
    The latest value is replaced and the target judged again. From the latest value the search steps outwards, each
    step twice as wide as the one before, until the status differs, and then divides the last step until it is finer
    than what is printed: between two neighbouring values that are tried the status is taken to change at most once.
    The value returned is rounded away from the latest one to the printed decimals, so that the printed value is one
    that turns the status.
    """
    rules = rules or load_rules()
    known = measures[measures["year"] <= edition_year]
    courses = courses_of(known)
    judged = assessment[assessment["status"] != "not_assessed"]
    verdicts = {(row["region"], row["indicator"], row["tier"]): row for row in judged.to_dict("records")}
    rows: list[dict[str, Any]] = []
    searches: list[tuple[Trial, Search]] = []
    for region in plan.regions:
        for scored in plan.scored(region.id):
            place = (region.id, scored.indicator.id)
            for tier in scored.target.tiers:
                if verdict := verdicts.get((*place, tier.id)):
                    trial = Trial(scored, tier, courses[place], rules)
                    better = 1 if direction(scored) == "increase" else -1
                    searches += [(trial, _search(verdict, side, scored)) for side in (better, -better)]
                    rows.append({name: verdict[name] for name in _COPIED})
    found = _side_by_side(searches)
    for row, *sides in zip(rows, found[::2], found[1::2], strict=True):
        for name, (value, status) in zip(("better", "worse"), sides, strict=True):
            row |= {f"{name}_value": value, f"{name}_status": status}
    return table_of(rows, TURNING_POINTS)


def _side_by_side(searches: Sequence[tuple[Trial, Search]]) -> list[tuple[float, str]]:
    """The results of searches: to judge what all of them ask for at once takes far less time than one by one."""
    results: dict[int, tuple[float, str]] = {}
    asked = {place: next(search) for place, (_, search) in enumerate(searches)}
    while asked:
        told = statuses_by_latest([(searches[place][0], values) for place, values in asked.items()])
        going, asked = list(asked), {}
        for place, statuses in zip(going, told, strict=True):
            try:
                asked[place] = searches[place][1].send(statuses)
            except StopIteration as end:
                results[place] = end.value
    return [results[place] for place in range(len(searches))]


def _search(row: dict[Hashable, Any], side: int, scored: Scored) -> Search:
    """The nearest value on one side with another status, and that status; (NaN, "") if there is none."""
    start = float(row["latest_value"])
    first = _FIRST_STEP * max(abs(row["target_level"] - row["base_value"]), abs(row["target_level"] - start))
    decimals = _INDEX_DECIMALS if scored.target.kind == "relative_reduction" else scored.indicator.decimals
    widths = max(first, 10.0**-decimals) * (2.0 ** np.arange(1, _STEPS + 1) - 1)
    steps = [start, *dict.fromkeys(_within(start + side * width, scored) for width in widths)]
    statuses = yield steps[1:]
    for same, (other, status) in pairwise(zip(steps, [row["status"], *statuses], strict=True)):
        if status == "not_assessed":
            break
        if status != row["status"]:
            return (yield from _narrow(row["status"], same[0], other, side, decimals))
    return math.nan, ""


def _narrow(status: str, same: float, other: float, side: int, decimals: int) -> Search:
    """Between a value that keeps the status and one that turns it."""
    while abs(other - same) > 10.0**-decimals / 2:
        inner = np.linspace(same, other, _PARTS + 1)
        statuses = yield inner[1:-1].tolist()
        first = [found != status for found in [*statuses, ""]].index(True)
        same, other = float(inner[first]), float(inner[first + 1])
    scale = 10.0**decimals
    # The nearest printed value lies on either side of what was found.
    nearest = math.floor(other * scale) if side > 0 else math.ceil(other * scale)
    places = [(nearest + side * place) / scale for place in range(3)]
    statuses = yield places
    for value, turned in zip(places, statuses, strict=True):
        if side * (value - same) > 0 and turned not in (status, "not_assessed"):
            return value, turned
    return math.nan, ""


def _within(value: float, scored: Scored) -> float:
    """A level keeps within the limits of its indicator; what is derived from levels has no such limits."""
    if scored.target.kind in ("relative_reduction", "cumulative_reduction", "share_points_reduction"):
        return value
    low, high = scored.indicator.bounds
    return min(max(value, -math.inf if low is None else low), math.inf if high is None else high)
