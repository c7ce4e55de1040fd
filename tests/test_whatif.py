"""What a target still needs, and what an assumption would mean for its verdict and its probability."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
import sample_tables
from plan_builder import observed, plan_with

from analysis.assessment import assess, load_rules
from analysis.contracts import check
from analysis.errors import InputError
from analysis.measures import measure
from analysis.plan import Plan
from analysis.prospect import whatif_lines, whatif_paragraph
from analysis.readings import readings
from analysis.tables import needs_table, whatif_table
from analysis.tables.needs import still_needed
from analysis.trends import fit_trends
from analysis.whatif import Change, parse_change, what_if

# Four values since the base: too few for a probability. Two points a year, six to go, three years left.
SHORT = {2020: 80.0, 2021: 82.0, 2022: 84.0}
# Ten values: a probability is claimed.
LONG = dict(zip(range(2013, 2023), [70.0, 71.5, 72.0, 74.0, 75.0, 76.8, 78.0, 80.0, 81.2, 83.0], strict=True))


def measures(promised: Plan, values: dict[int, float], **columns: Any) -> pd.DataFrame:
    return measure(check(observed(values, **columns), "observations"), promised)


def asked(
    values: dict[int, float],
    change: Change | None = None,
    extra: float = 0.0,
    promised: Plan | None = None,
    **columns: Any,
) -> pd.DataFrame:
    """The rows of the base tier by assumption."""
    promised = promised or plan_with("level_at_least", 90)
    table = what_if(promised, measures(promised, values, **columns), "x", "", change, extra)
    return table[table["tier"] == "base"].set_index("assumption")


def totals(target: float, amounts: dict[int, float]) -> tuple[Plan, dict[int, float]]:
    promised = plan_with("cumulative_reduction", target, series="yearly_increment", unit="t", bounds=(0, None))
    return promised, amounts


def code(error: pytest.ExceptionInfo[InputError]) -> str:
    return error.value.problems[0].code


# ---- the path


def test_a_change_in_the_indicators_unit_is_added_every_year_left() -> None:
    assert asked(SHORT, Change(1.5)).loc["given", "value"] == 84 + 3 * 1.5


def test_a_change_in_per_cent_compounds() -> None:
    assert asked(SHORT, Change(2, is_percent=True)).loc["given", "value"] == pytest.approx(84 * 1.02**3)


def test_a_relative_reduction_is_counted_in_per_cent_of_its_index() -> None:
    """97 · 98 % = 95.06 in 2022; −4 % a year for three years."""
    promised = plan_with("relative_reduction", 15, series="yearly_change", direction="decrease")
    rows = asked({2021: -3.0, 2022: -2.0}, Change(-4), promised=promised)
    assert rows.loc["given", "value"] == pytest.approx(95.06 * 0.96**3)
    assert rows.loc["given", "is_percent"]


def test_a_share_that_falls_gains_points() -> None:
    """From 60 to 54: six points gained; five more a year make 21."""
    promised = plan_with("share_points_reduction", 20, direction="decrease")
    rows = asked({2020: 60.0, 2021: 57.0, 2022: 54.0}, Change(-5), promised=promised)
    assert rows.loc["given", "value"] == 6 + 3 * 5
    assert rows.loc["given", "change"] == 5


def test_no_level_leaves_the_indicators_bounds() -> None:
    promised = plan_with("level_at_least", 90, bounds=(0, 100))
    assert asked(SHORT, Change(8), promised=promised).loc["given", "value"] == 100


def test_the_paces_of_the_assessment_are_tried() -> None:
    rows = asked(LONG)
    assert list(rows.index) == ["forecast", "recent", "plan", "required", "secure"]
    assert rows.loc["recent", "change"] == pytest.approx((83 - 78) / 3)
    assert rows.loc["plan", "change"] == pytest.approx((90 - 80) / 5)
    assert rows.loc["required", "change"] == pytest.approx((90 - 83) / 3)
    assert rows.loc["required", "value"] == pytest.approx(90)


# ---- the probability


def test_a_path_that_just_reaches_the_target_has_an_even_chance() -> None:
    assert asked(LONG).loc["required", "p_met"] == pytest.approx(0.5)


def test_the_forecasts_own_pace_has_the_forecasts_own_probability() -> None:
    rows = asked(LONG)
    own = (rows.loc["forecast", "value"] - 83) / 3
    assert asked(LONG, Change(own)).loc["given", "p_met"] == pytest.approx(rows.loc["forecast", "p_met"])


def test_the_forecast_as_it_is_says_what_the_assessment_says() -> None:
    promised = plan_with("level_at_least", 90)
    table = measures(promised, LONG)
    row = assess(promised, table, fit_trends(table, promised, 2022), 2022).query("region == 'city'").iloc[0]
    found = asked(LONG).loc["forecast"]
    assert (found["p_met"], found["outlook"], found["status"]) == (row["p_met"], row["outlook"], row["status"])
    assert found["value"] == row["forecast_mean"]


def test_a_faster_change_is_never_less_likely_to_reach_the_target() -> None:
    chances = [asked(LONG, Change(pace)).loc["given", "p_met"] for pace in (-1, 0, 1, 2, 3, 4)]
    assert chances == sorted(chances)
    assert chances[0] < 0.1
    assert chances[-1] > 0.9


def test_from_the_secure_pace_on_the_target_is_likely() -> None:
    rows = asked(LONG)
    pace, likely = rows.loc["secure", "change"], load_rules().outlook.likely
    assert rows.loc["secure", "p_met"] == pytest.approx(likely, abs=1e-3)
    assert rows.loc["secure", "status"] == "on_track"
    assert asked(LONG, Change(pace - 0.01)).loc["given", "status"] == "at_risk"


def test_the_secure_pace_of_an_index_is_in_per_cent() -> None:
    promised = plan_with("relative_reduction", 15, series="yearly_change", direction="decrease")
    changes = dict(zip(range(2012, 2023), [-3, -2.5, -4, -3.1, -2, -3.3, -4.1, -2.2, -3, -2.6, -3.4], strict=True))
    rows = asked({year: float(change) for year, change in changes.items()}, promised=promised)
    assert rows.loc["secure", "is_percent"]
    assert rows.loc["secure", "change"] < rows.loc["required", "change"] < 0
    assert rows.loc["required", "p_met"] == pytest.approx(0.5)


# ---- too few values: the remaining-gap rule judges the assumed change


@pytest.mark.parametrize(
    ("pace", "status"),
    # Six to go in three years: 1.9 a year leaves exactly 5 % open, 1.6 exactly 20 %.
    [(1.91, "on_track"), (1.9, "at_risk"), (1.6, "at_risk"), (1.59, "off_track"), (-0.1, "off_track")],
)
def test_the_rule_judges_the_assumed_change(pace: float, status: str) -> None:
    row = asked(SHORT, Change(pace)).loc["given"]
    assert row["status"] == status
    assert math.isnan(row["p_met"])
    assert row["outlook"] == "too_short"


def test_a_target_that_is_met_is_not_met_on_a_path_that_leaves_it() -> None:
    values = {2020: 80.0, 2021: 86.0, 2022: 91.0}
    assert asked(values, Change(-0.3)).loc["given", "status"] == "met"
    assert asked(values, Change(-0.4)).loc["given", "status"] == "off_track"


def test_without_a_probability_there_is_no_secure_pace() -> None:
    assert list(asked(SHORT).index) == ["forecast", "plan", "required"]


# ---- extra tonnes


def test_extra_tonnes_count_as_if_they_stood_in_the_total() -> None:
    """1000 a year make 2000 of 5000; 1200 more leave 1800 for three years at 1000 a year."""
    promised, amounts = totals(5000, {2021: 1000.0, 2022: 1000.0})
    assert asked(amounts, promised=promised, unit="t").loc["forecast", "status"] == "on_track"
    promised, amounts = totals(6000, {2021: 1000.0, 2022: 1000.0})
    assert asked(amounts, promised=promised, unit="t").loc["forecast", "status"] == "off_track"
    assert asked(amounts, None, 1200, promised, unit="t").loc["given", "status"] == "on_track"
    assert asked(amounts, None, 4000, promised, unit="t").loc["given", "status"] == "met"


def test_extra_tonnes_and_a_yearly_amount_add_up() -> None:
    promised, amounts = totals(6000, {2021: 1000.0, 2022: 1000.0})
    row = asked(amounts, Change(900), 500, promised, unit="t").loc["given"]
    assert row["value"] == 2000 + 500 + 3 * 900
    assert (row["change"], row["extra"]) == (900, 500)


def test_extra_tonnes_move_the_probability_as_far_as_they_move_the_total() -> None:
    amounts = dict(zip(range(2013, 2023), [900.0, 950, 980, 1010, 990, 1040, 1080, 1060, 1100, 1090], strict=True))
    promised, amounts = totals(6000, amounts)
    before = asked(amounts, promised=promised, unit="t").loc["forecast"]
    after = asked(amounts, None, 700, promised, unit="t").loc["given"]
    assert after["value"] == pytest.approx(before["value"] + 700)
    assert after["p_met"] > before["p_met"]


# ---- what cannot be asked


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("", None),
        ("-2.5", Change(-2.5)),
        ("−2.5", Change(-2.5)),
        ("-2.5%", Change(-2.5, is_percent=True)),
        (" + 3 ％", Change(3, is_percent=True)),
    ],
)
def test_a_change_is_read_as_people_write_it(text: str, change: Change | None) -> None:
    assert parse_change(text) == change


@pytest.mark.parametrize("text", ["fast", "2,5", "nan", "inf", "-100%", "-250%", "%"])
def test_a_change_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InputError) as error:
        parse_change(text)
    assert code(error) == "whatif_no_number"


def test_questions_that_do_not_fit_the_target_are_refused() -> None:
    promised, amounts = totals(5000, {2021: 1000.0, 2022: 1000.0})
    relative = plan_with("relative_reduction", 15, series="yearly_change", direction="decrease")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("whatif_no_percent", {"values": amounts, "change": Change(5, True), "promised": promised, "unit": "t"}),
        ("whatif_no_total", {"values": SHORT, "extra": 10.0}),
        ("whatif_no_number", {"values": {2021: -3.0, 2022: -2.0}, "change": Change(-100), "promised": relative}),
        ("whatif_decided", {"values": {2020: 80.0, 2025: 91.0}}),
        ("whatif_not_assessed", {"values": {2020: 80.0}}),
        ("whatif_not_assessed", {"values": {2021: 80.0, 2022: 81.0}}),
    ]
    for expected, arguments in cases:
        with pytest.raises(InputError) as error:
            asked(**arguments)
        assert code(error) == expected


def test_a_region_without_a_target_of_its_own_is_not_judged_by_somebody_elses() -> None:
    promised = plan_with("level_at_least", 90)
    with pytest.raises(InputError) as error:
        what_if(promised, measures(promised, SHORT, region="east"), "x", "east")
    assert code(error) == "whatif_no_target"


# ---- in print


def test_the_worked_example_still_needs_twelve_and_three_quarters_per_cent() -> None:
    """+1.51, −2.20, −4.18 % chain to −4.87 %; with −17 % as the target, −12.75 % are still needed."""
    promised = plan_with("relative_reduction", 17, series="yearly_change", direction="decrease")
    table = measures(promised, {2021: 1.51, 2022: -2.20, 2023: -4.18})
    verdicts = assess(promised, table, fit_trends(table, promised, 2023), 2023)
    (item,) = readings(verdicts, promised, "en")
    assert 100 * (83 / item.row.latest_value - 1) == pytest.approx(-12.75, abs=0.005)
    assert still_needed(item) == "−12.7%"


def test_every_target_in_danger_is_listed_with_what_it_needs() -> None:
    table = needs_table(sample_tables.assessment(), sample_tables.plan(), "en")
    rows = {row[0]: row[1:] for row in table.rows}
    assert list(rows) == [
        "Energy per unit of GDP (base target) □",
        "Share of solvent-based coatings",
        "COD cut by key projects",
    ]
    assert rows["COD cut by key projects"][1:5] == ("+2,201 t", "+1,100 t", "+920 t", "1.2×")
    coatings = rows["Share of solvent-based coatings"]
    assert coatings[1:3] == ("−22.50 percentage points", "−11.25 percentage points")
    assert coatings[4] == "opposite direction"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_answer_is_the_same_in_the_table_and_in_lines(language: str) -> None:
    promised = plan_with("level_at_least", 90, stretch=95)
    table = measures(promised, LONG)
    verdicts = assess(promised, table, fit_trends(table, promised, 2022), 2022)
    result = what_if(promised, table, "x", "", Change(2.5))
    lines = whatif_lines(result, verdicts, promised, language)
    printed = whatif_table(result, verdicts, promised, language)
    assert len(printed.rows) == len(result) == sum(line.startswith("  · ") for line in lines)
    for row in printed.rows:
        assert any(row[3] in line and row[4].replace("\\", "") in line for line in lines)
    assert "90.5%" in "".join(lines)
    assert whatif_paragraph(verdicts, promised, "x", "city", language)
