"""Verdicts: worked examples, every threshold from both sides, every kind of target."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_builder import observed, plan_with

from analysis.assessment import assess, load_rules, rules_hash, yearly_pace
from analysis.assessment.progress import Goal
from analysis.assessment.verdicts import (
    RemainingGap,
    assess_remaining_gap,
    assess_schedule,
    choose_status,
    outlook_word,
)
from analysis.measures import measure
from analysis.plan import Plan
from analysis.trends import fit_trends

RULES = load_rules()


def judged(plan: Plan, observations: pd.DataFrame, year: int, region: str = "city", tier: str = "base") -> Any:
    measures = measure(observations, plan)
    table = assess(plan, measures, fit_trends(measures, plan, year), year)
    return table[(table["region"] == region) & (table["tier"] == tier)].iloc[0]


def goal(level: float, base: float, **changes: Any) -> Goal:
    direction = 1 if level >= base else -1
    return Goal(
        **{"level": level, "base": base, "base_year": 2020, "target_year": 2025, "direction": direction} | changes
    )


def at(year: int, value: float) -> pd.Series[float]:
    return pd.Series({year: value})


# Worked examples


def test_three_published_changes_against_a_target_of_17_percent() -> None:
    """Yearly changes +1.51, −2.20, −4.18 %: −4.87 % in all, log progress 26.8 %, simple share 28.6 %."""
    plan = plan_with("relative_reduction", 17, series="yearly_change", direction="decrease")
    row = judged(plan, observed({2021: 1.51, 2022: -2.20, 2023: -4.18}), 2023)
    assert row["latest_value"] - 100 == pytest.approx(-4.87, abs=0.005)
    assert row["progress"] == pytest.approx(0.268, abs=0.0005)
    # The published share is taken from the rounded 4.87; unrounded it is 28.66 %.
    assert row["simple_share"] == pytest.approx(0.286, abs=0.001)
    assert 100 * (row["target_level"] / row["latest_value"] - 1) == pytest.approx(-12.75, abs=0.005)
    assert row["required_pace"] == pytest.approx(100 * (math.sqrt(83 / row["latest_value"]) - 1))
    assert row["schedule"] == "behind"


def test_an_even_reduction_of_20_percent_is_4_3648_percent_a_year() -> None:
    assert yearly_pace(100, 80, 5, is_log=True) == pytest.approx(-4.3648, abs=0.00005)


def test_a_level_halfway_after_two_of_five_years() -> None:
    row = judged(plan_with("level_at_least", 90), observed({2020: 80, 2021: 82, 2022: 85}), 2022)
    assert (row["progress"], row["elapsed"], row["expected_progress"]) == pytest.approx((0.5, 0.4, 0.4))
    assert row["years_ahead"] == pytest.approx(0.5)
    assert row["required_pace"] == pytest.approx(5 / 3)
    assert row["plan_pace"] == pytest.approx(2)
    assert row["pace_unit"] == "percentage points"
    assert row["schedule"] == "ahead"


def test_a_running_total_against_its_target() -> None:
    plan = plan_with("cumulative_reduction", 100, series="yearly_increment", unit="t")
    row = judged(plan, observed({2021: 10, 2022: 20}, unit="t"), 2022)
    assert row["latest_value"] == 30
    assert row["progress"] == pytest.approx(0.3)
    assert row["required_pace"] == pytest.approx(70 / 3)


def test_points_completion_and_counts() -> None:
    points = judged(plan_with("share_points_reduction", 20, direction="decrease"), observed({2020: 70, 2022: 65}), 2022)
    assert points["progress"] == pytest.approx(0.25)
    done = judged(plan_with("completion", 100), observed({2021: 30, 2022: 55}), 2022)
    assert done["progress"] == pytest.approx(0.55)
    parks = plan_with("count_at_least", 1, stretch=2, unit="count")
    both = observed({2021: 0, 2022: 1}, unit="count")
    assert judged(parks, both, 2022)["status"] == "met"
    assert judged(parks, both, 2022, tier="stretch")["progress"] == pytest.approx(0.5)


def test_completion_above_its_target_is_not_capped() -> None:
    row = judged(plan_with("completion", 50), observed({2021: 40, 2022: 80}), 2022)
    assert row["progress"] == pytest.approx(1.6)


# Verdict A


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (9.9, "moving_away"),
        (10.0, "behind"),
        (13.59, "behind"),
        (13.6, "slightly_behind"),
        (13.99, "slightly_behind"),
        (14.0, "on_schedule"),
        (14.39, "on_schedule"),
        (14.4, "ahead"),
        (19.99, "ahead"),
        (20.0, "met"),
    ],
)
def test_each_schedule_threshold_from_both_sides(value: float, word: str) -> None:
    """Base 10, target 20, after two of five years: expected 14; 10 % of the expected progress is 0.4."""
    assert assess_schedule(at(2022, value), goal(20, 10), RULES) == word


def test_met_but_deteriorating_needs_two_wrong_changes_in_a_row() -> None:
    falling = pd.Series({2020: 80.0, 2021: 95.0, 2022: 93.0, 2023: 91.0})
    assert assess_schedule(falling, goal(90, 80), RULES) == "met_but_deteriorating"
    assert assess_schedule(falling.iloc[:3], goal(90, 80), RULES) == "met"
    assert assess_schedule(falling.drop(2022), goal(90, 80), RULES) == "met"


def test_a_base_that_already_meets_the_target_is_one_to_keep() -> None:
    kept = judged(plan_with("level_at_least", 80), observed({2020: 85, 2021: 86}), 2021)
    assert math.isnan(kept["progress"])
    assert kept["schedule"] == "met"
    assert assess_schedule(at(2022, 79.0), goal(80, 85, direction=1), RULES) == "moving_away"


def test_a_target_equal_to_its_base_has_no_progress() -> None:
    row = judged(plan_with("level_at_least", 85), observed({2020: 85, 2021: 84}), 2021)
    assert math.isnan(row["progress"])
    assert row["schedule"] == "moving_away"


def test_the_plans_own_path_replaces_the_even_one() -> None:
    plan = plan_with("level_at_least", 90, path={2022: 81.0})
    row = judged(plan, observed({2020: 80, 2022: 81}), 2022)
    assert row["expected_progress"] == pytest.approx(0.1)
    assert row["schedule"] == "on_schedule"
    assert row["years_ahead"] == pytest.approx(0)


# Strictness, tolerance, bounds


def test_below_ten_percent_is_strict() -> None:
    plan = plan_with("level_at_most", 10, strict=True, direction="decrease")
    assert judged(plan, observed({2020: 15, 2025: 10}), 2025)["status"] == "missed"
    assert judged(plan, observed({2020: 15, 2025: 9.99}), 2025)["status"] == "met"


def test_about_has_no_tolerance_unless_the_plan_states_one() -> None:
    values = observed({2020: 10, 2025: 14.6})
    assert judged(plan_with("level_at_least", 15, about=True), values, 2025)["status"] == "missed"
    assert judged(plan_with("level_at_least", 15, about=True, tolerance=0.5), values, 2025)["status"] == "met"
    falling = observed({2020: 20, 2025: 15.4})
    plan = plan_with("level_at_most", 15, about=True, tolerance=0.5, direction="decrease")
    assert judged(plan, falling, 2025)["status"] == "met"


def test_at_least_88_settles_a_target_of_86_and_leaves_one_of_90_open() -> None:
    values = pd.concat([observed({2020: 84}), observed({2023: 88}, bound="at_least")])
    assert judged(plan_with("level_at_least", 86), values, 2023)["status"] == "met"
    still_open = judged(plan_with("level_at_least", 90), values, 2023)
    assert (still_open["status"], still_open["reason"]) == ("not_assessed", "only_bound")


# Verdict B


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.90, "very_likely"),
        (0.899, "likely"),
        (0.66, "likely"),
        (0.659, "uncertain"),
        (0.34, "uncertain"),
        (0.339, "unlikely"),
        (0.10, "unlikely"),
        (0.099, "very_unlikely"),
    ],
)
def test_each_outlook_threshold_from_both_sides(probability: float, word: str) -> None:
    assert outlook_word(probability, RULES) == word


@pytest.mark.parametrize(
    ("yearly", "word"),
    [
        (2.0, "on_track"),
        (1.91, "on_track"),
        (1.90, "slightly_off"),
        (1.61, "slightly_off"),
        (1.59, "off"),
        (-1, "moving_away"),
    ],
)
def test_each_cut_of_the_remaining_gap_rule(yearly: float, word: str) -> None:
    """Five years before the end the gap is 10: a mean change of 1.9 a year leaves 5 % of it, 1.6 leaves 20 %."""
    values = pd.Series({2015: 10 - 5 * yearly, 2020: 10.0})
    result = assess_remaining_gap(values, goal(20, 0, base_year=2015), RULES)
    assert result.word == word


def test_the_remaining_gap_rule_says_nothing_from_one_change() -> None:
    assert assess_remaining_gap(pd.Series({2020: 1.0, 2021: 2.0}), goal(9, 1), RULES).word == "not_applicable"


def test_no_probability_is_claimed_from_five_values() -> None:
    plan = plan_with("level_at_least", 90)
    five = judged(plan, observed({year: year - 1940.0 for year in range(2018, 2023)}), 2022)
    assert math.isnan(five["p_met"])
    assert five["outlook"] == "too_short"
    assert five["status"] == "off_track"  # from the remaining-gap rule: 82 + 3 years at 1 a year against 90
    six = judged(plan, observed({year: year - 1940.0 + year % 2 for year in range(2017, 2023)}), 2022)
    assert 0 <= six["p_met"] <= 1


@pytest.mark.parametrize(
    ("is_met", "p_met", "status"),
    [
        (False, 0.66, "on_track"),
        (False, 0.65, "at_risk"),
        (False, 0.34, "at_risk"),
        (False, 0.33, "off_track"),
        (True, 0.66, "met"),
        (True, 0.65, "at_risk"),
        (True, 0.10, "at_risk"),
    ],
)
def test_the_status_follows_the_probability(is_met: bool, p_met: float, status: str) -> None:
    assert choose_status(is_met, False, p_met, RemainingGap("off", 0.5), RULES) == status


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("met", "met"),
        ("on_track", "on_track"),
        ("slightly_off", "at_risk"),
        ("off", "off_track"),
        ("moving_away", "off_track"),
        ("not_applicable", "not_assessed"),
    ],
)
def test_without_a_probability_the_status_follows_the_remaining_gap_rule(word: str, status: str) -> None:
    assert choose_status(False, False, math.nan, RemainingGap(word, math.nan), RULES) == status


def test_in_the_target_year_the_outcome_decides() -> None:
    plan = plan_with("level_at_least", 90)
    history = {year: year - 1940.0 for year in range(2012, 2025)}
    row = judged(plan, observed(history | {2025: 89.9}), 2025)
    assert (row["status"], row["outlook"], row["is_final"]) == ("missed", "decided", True)
    assert math.isnan(row["p_met"])


def test_a_later_value_does_not_excuse_a_missed_deadline() -> None:
    plan = plan_with("completion", 100, target_year=2023)
    row = judged(plan, observed({2022: 60, 2023: 92, 2024: 100}), 2024)
    assert (row["status"], row["latest_year"]) == ("missed", 2023)


# Not assessed, with the reason


@pytest.mark.parametrize(
    ("values", "reason"),
    [({}, "no_data"), ({2021: 5.0}, "no_base"), ({2019: 4.0, 2020: 5.0}, "base_is_latest")],
)
def test_what_cannot_be_judged_says_why(values: dict[int, float], reason: str) -> None:
    plan = plan_with("level_at_least", 90)
    other = observed({2020: 1.0}, region="east")
    row = judged(plan, pd.concat([observed(values), other]), 2022)
    assert (row["status"], row["schedule"], row["reason"]) == ("not_assessed", "not_assessed", reason)


def test_two_values_are_too_short_for_any_outlook() -> None:
    row = judged(plan_with("level_at_least", 90), observed({2020: 80, 2021: 85}), 2021)
    assert (row["schedule"], row["status"], row["reason"]) == ("ahead", "not_assessed", "too_short")


def test_a_gap_in_yearly_amounts_is_not_filled() -> None:
    plan = plan_with("cumulative_reduction", 100, series="yearly_increment", unit="t")
    assert judged(plan, observed({2021: 10, 2023: 30}, unit="t"), 2023)["reason"] == "gap_in_series"


def test_a_county_is_not_judged_by_the_citys_target() -> None:
    values = pd.concat([observed({2020: 80, 2022: 85}), observed({2020: 70, 2022: 95}, region="east")])
    row = judged(plan_with("level_at_least", 90), values, 2022, region="east")
    assert (row["status"], row["reason"], row["latest_value"]) == ("not_assessed", "no_target_for_region", 95)
    assert math.isnan(row["target_level"])


# Values that formulas stumble over


def test_a_missing_base_value_is_not_replaced_unless_the_plan_states_a_fallback() -> None:
    values = observed({2019: 78, 2021: 82, 2022: 85})
    row = judged(plan_with("level_at_least", 90), values, 2022)
    assert (row["status"], row["reason"]) == ("not_assessed", "no_base")
    assert math.isnan(row["progress"])
    stated = judged(plan_with("level_at_least", 90, fallback_base_year=2019), values, 2022)
    assert (stated["base_year"], stated["base_value"]) == (2019, 78)
    assert stated["progress"] == pytest.approx(7 / 12)


def test_a_base_of_zero_has_progress_but_no_growth() -> None:
    row = judged(plan_with("level_at_least", 10, unit="t"), observed({2020: 0, 2021: 2, 2022: 5}, unit="t"), 2022)
    assert (row["progress"], row["required_pace"]) == pytest.approx((0.5, 5 / 3))
    assert row["schedule"] == "ahead"


def test_negative_values_move_like_any_other() -> None:
    values = observed({2020: -5, 2021: -3, 2022: -1}, unit="t")
    row = judged(plan_with("level_at_least", 5, unit="t"), values, 2022)
    assert (row["progress"], row["recent_pace"]) == (pytest.approx(0.4), pytest.approx(math.nan, nan_ok=True))
    assert row["schedule"] == "on_schedule"
    back = judged(plan_with("level_at_least", 5, unit="t"), observed({2020: -5, 2022: -6}, unit="t"), 2022)
    assert (back["progress"], back["schedule"]) == (pytest.approx(-0.1), "moving_away")


def test_a_reduction_from_a_base_of_zero_is_not_assessed() -> None:
    plan = plan_with("relative_reduction", 10, direction="decrease", unit="t")
    row = judged(plan, observed({2020: 0, 2021: 2, 2022: 5}, unit="t"), 2022)
    assert (row["status"], row["reason"]) == ("not_assessed", "no_base")


def test_an_index_that_reaches_zero_has_no_log_progress() -> None:
    plan = plan_with("relative_reduction", 10, direction="decrease", unit="t")
    row = judged(plan, observed({2020: 4, 2021: 2, 2022: 0}, unit="t"), 2022)
    assert math.isnan(row["progress"])
    assert row["schedule"] == "met"


def test_a_range_of_one_to_two_has_a_base_and_a_stretch_tier() -> None:
    plan = plan_with("count_at_least", 1, stretch=2, unit="count")
    for count, verdicts in {0: ("behind", "behind"), 1: ("met", "behind"), 2: ("met", "met")}.items():
        values = observed({2021: 0, 2023: count}, unit="count")
        assert tuple(judged(plan, values, 2023, tier=tier)["schedule"] for tier in ("base", "stretch")) == verdicts


# What is still needed


def test_paces_and_years_ahead_by_hand() -> None:
    """Base 80 in 2020, 86 in 2023, 90 in 2025: 2 a year so far and from now on; the even path reaches 86 in 2023."""
    row = judged(plan_with("level_at_least", 90), observed({2020: 80, 2021: 83, 2022: 84, 2023: 86}), 2023)
    assert (row["required_pace"], row["recent_pace"], row["plan_pace"]) == pytest.approx((2, 2, 2))
    assert row["years_ahead"] == pytest.approx(0, abs=1e-9)
    later = judged(plan_with("level_at_least", 90), observed({2020: 80, 2021: 83, 2022: 84, 2023: 85}), 2023)
    assert later["years_ahead"] == pytest.approx(-0.5)


# What holds for any target


@given(st.floats(1, 99), st.floats(1, 99))
def test_progress_is_zero_at_the_base_and_one_at_the_target(base: float, level: float) -> None:
    if abs(base - level) < 1e-3:
        return
    for is_log in (False, True):
        found = goal(level, base, is_log=is_log)
        assert found.progress(base) == pytest.approx(0, abs=1e-9)
        assert found.progress(level) == pytest.approx(1)


@settings(max_examples=30)
@given(st.lists(st.floats(60, 99), min_size=8, max_size=12), st.floats(1, 10))
def test_a_stricter_tier_never_has_the_better_status(values: list[float], more: float) -> None:
    order = ["not_assessed", "missed", "off_track", "at_risk", "on_track", "met"]
    plan = plan_with("level_at_least", 85, stretch=85 + more)
    observations = observed(dict(zip(range(2023 - len(values) + 1, 2024), values, strict=True)))
    base, stretch = (judged(plan, observations, 2023, tier=tier) for tier in ("base", "stretch"))
    if base["progress"] == base["progress"]:
        assert order.index(stretch["status"]) <= order.index(base["status"])


def test_thresholds_live_in_one_file_with_a_hash() -> None:
    assert RULES.outlook.very_likely == 0.9
    assert len(rules_hash()) == 12
