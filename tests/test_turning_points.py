"""The latest value that would turn a verdict: what is returned turns it, one printed step before it does not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from plan_builder import observed, plan_with

from analysis.assessment import assess
from analysis.assessment.judging import Trial, judge, statuses_by_latest
from analysis.assessment.rules import load_rules
from analysis.assessment.turning_points import find_turning_points
from analysis.measures import measure
from analysis.plan import Plan
from analysis.trends import fit_trends


def status_with(plan: Plan, values: dict[int, float], latest: float, **columns: Any) -> str:
    changed = dict(values) | {max(values): latest}
    measures = measure(observed(changed, **columns), plan)
    year = max(values)
    return str(assess(plan, measures, fit_trends(measures, plan, year), year)["status"].iloc[0])


def turning(plan: Plan, values: dict[int, float], **columns: Any) -> pd.Series:
    measures = measure(observed(values, **columns), plan)
    year = max(values)
    table = assess(plan, measures, fit_trends(measures, plan, year), year)
    return find_turning_points(table, plan, measures, year).iloc[0]


# Four values, so that the remaining-gap rule decides: 84 needs 6 more in two years.
SHORT = {2020: 80.0, 2021: 81.0, 2022: 82.0, 2023: 84.0}


def test_the_remaining_gap_rule_turns_where_it_should_by_hand() -> None:
    """From 80 in three years to v, two years left: v + 2 (v − 80) / 3 against 90.

    Below a shortfall of 5 % of 90 − v on track, up to 20 % slightly off: (90 − v − 2 (v − 80) / 3) / (90 − v) is 0.05
    at v = 85.88 and 0.20 at v = 85.45.
    """
    row = turning(plan_with("level_at_least", 90), SHORT)
    assert row["status"] == "off_track"
    assert (row["better_value"], row["better_status"]) == (pytest.approx(85.5), "at_risk")
    assert math.isnan(row["worse_value"])
    at_risk = turning(plan_with("level_at_least", 90), SHORT | {2023: 85.6})
    assert (at_risk["better_value"], at_risk["better_status"]) == (pytest.approx(85.9), "on_track")
    assert (at_risk["worse_value"], at_risk["worse_status"]) == (pytest.approx(85.4), "off_track")


HISTORY = {2011 + year: 60 + 1.8 * year + (0.7, -0.4, 0.2)[year % 3] for year in range(13)}


@pytest.mark.parametrize("latest", [79.0, 81.6, 83.5, 86.0, 90.5])
def test_from_both_sides_with_a_forecast(latest: float) -> None:
    plan = plan_with("level_at_least", 88)
    values = HISTORY | {2023: latest}
    row = turning(plan, values)
    assert row["status"] == status_with(plan, values, latest)
    found = [(row["better_value"], row["better_status"], 1), (row["worse_value"], row["worse_status"], -1)]
    assert any(status for _, status, _ in found)
    for value, status, side in found:
        if not math.isnan(value):
            assert status_with(plan, values, value) == status != row["status"]
            assert status_with(plan, values, value - 0.1 * side) == row["status"]


def test_less_is_better_turns_downwards() -> None:
    plan = plan_with("level_at_most", 10, direction="decrease")
    row = turning(plan, {2020: 15.0, 2021: 14.0, 2022: 13.0, 2023: 12.5})
    assert row["better_value"] < 12.5
    assert (
        status_with(plan, {2020: 15.0, 2021: 14.0, 2022: 13.0, 2023: 12.5}, row["better_value"]) == row["better_status"]
    )


def test_a_decided_target_turns_at_its_level() -> None:
    missed = turning(plan_with("level_at_least", 90), {2020: 80.0, 2025: 89.0})
    assert (missed["status"], missed["better_value"], missed["better_status"]) == ("missed", 90, "met")
    met = turning(plan_with("level_at_least", 90), {2020: 80.0, 2025: 90.0})
    assert (met["status"], met["worse_value"], met["worse_status"]) == ("met", pytest.approx(89.9), "missed")
    strict = turning(plan_with("level_at_most", 10, strict=True, direction="decrease"), {2020: 15.0, 2025: 10.0})
    assert (strict["status"], strict["better_value"]) == ("missed", pytest.approx(9.9))


def test_no_value_beyond_the_indicators_limits_is_proposed() -> None:
    plan = plan_with("completion", 100, bounds=(0, 100))
    row = turning(plan, {2021: 10.0, 2022: 20.0, 2023: 30.0})
    assert math.isnan(row["better_value"]) or row["better_value"] <= 100


def test_what_is_not_assessed_has_no_turning_point() -> None:
    plan = plan_with("level_at_least", 90)
    measures = measure(observed({2021: 82, 2022: 84}), plan)
    table = assess(plan, measures, fit_trends(measures, plan, 2022), 2022)
    assert find_turning_points(table, plan, measures, 2022).empty


@pytest.mark.parametrize("bound", ["exact", "at_least", "at_most"])
@pytest.mark.parametrize("last", [2023, 2025])
@pytest.mark.parametrize("values", [SHORT, HISTORY], ids=["gap rule", "forecast"])
def test_the_status_searched_with_is_the_judged_one(values: dict[int, float], last: int, bound: str) -> None:
    plan = plan_with("level_at_least", 88)
    scored, rules = plan.scored()[0], load_rules()
    known = measure(observed(values | {last: 85.0}), plan).set_index("year")
    known.loc[last, "bound"] = bound
    trial = Trial(scored, scored.target.tiers[0], known, rules)
    latest = np.linspace(60, 110, 26).tolist()
    judged = []
    for value in latest:
        known.loc[last, "value"] = value
        judged.append(judge(scored, scored.target.tiers[0], known, rules).get("status", "not_assessed"))
    assert statuses_by_latest([(trial, latest[:3]), (trial, latest[3:])]) == [judged[:3], judged[3:]]
    assert len(set(judged)) > 1
