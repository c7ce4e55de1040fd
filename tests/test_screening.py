"""Statistical screening: each rule with a series that it has to flag and one that it has to let pass."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from plan_builder import observed, plan_with

from analysis import contracts
from analysis.messages import LANGUAGES, catalogue
from analysis.plan import Break, Plan, Text
from analysis.screening import RULES, Finding, find, findings_to_quality, load_rules, rules_hash, screen
from analysis.screening.chance import binomial_tail, coincidence_chance, mad_scale, match_chance, robust_chance
from analysis.screening.coverage import shrunken_coverage
from analysis.screening.digits import changed_decimals, terminal_digits
from analysis.screening.false_alarms import false_alarms, summary
from analysis.screening.growth import growth_rates, identical_places, identical_years
from analysis.screening.jumps import jump
from analysis.screening.repetition import repeated_series
from analysis.screening.series import Series, decimals_of
from analysis.screening.shifts import level_shift
from analysis.screening.smoothness import too_smooth
from analysis.screening.totals import parts_and_total

START = 2011
RULE = load_rules()
SHARED = Path(os.environ.get("ANALYSIS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FORECAST = SHARED / "data" / "forecast"

# A percentage and an amount with nothing wrong: changes of ordinary size, free last digits.
SHARE = (62.3, 63.9, 63.1, 65.4, 66.8, 66.2, 68.7, 69.1, 71.6, 72.2, 74.3, 74.9)
AMOUNT = (1043.0, 1127.0, 1098.0, 1241.0, 1362.0, 1319.0, 1488.0, 1524.0, 1671.0, 1743.0, 1816.0, 1982.0)


def series(values: Iterable[float], dimension: str = "ratio", **fields: object) -> Series:
    given = tuple(map(float, values))
    columns = {"region": "city", "indicator": "x", "dimension": dimension, **fields}
    start = int(columns.pop("start", START))  # type: ignore[call-overload]
    return Series(years=tuple(range(start, start + len(given))), values=given, **columns)  # type: ignore[arg-type]


def grown(rates: Iterable[float], first: float, decimals: int) -> list[float]:
    """Levels that grow at rates in percent, printed with some decimals."""
    values = [first]
    for rate in rates:
        values.append(values[-1] * (1 + rate / 100))
    return [round(value, decimals) for value in values]


def rules_of(findings: Iterable[Finding]) -> list[str]:
    return [item.rule for item in findings]


class TestChance:
    def test_binomial_tail_is_exact(self) -> None:
        # P(K >= 2) of 3 at 0.2: 3 * 0.04 * 0.8 + 0.008
        assert binomial_tail(2, 3, 0.2) == pytest.approx(0.104)
        assert binomial_tail(0, 3, 0.2) == 1

    def test_coincidences_follow_the_birthday_bound(self) -> None:
        assert coincidence_chance(5, 3, 0.1) == pytest.approx(10 * 0.01)

    def test_agreement_of_two_normal_values(self) -> None:
        # w / (2 sqrt(pi) sigma) = 0.1 / 3.5449
        assert match_chance(0.1, 1.0) == pytest.approx(0.02821, abs=1e-5)
        assert match_chance(0.1, 0.0) == 1

    def test_mad_by_hand(self) -> None:
        # Median 3, deviations 2 1 0 1 97, their median 1.
        assert mad_scale(np.array([1.0, 2.0, 3.0, 4.0, 100.0])) == pytest.approx(1.4826)

    def test_a_short_past_excuses_more(self) -> None:
        assert robust_chance(8, 1, 5) > 10 * robust_chance(8, 1, 15)


@pytest.mark.parametrize(
    ("value", "decimals"), [(3.25, 2), (3.0, 0), (2800.0, -2), (0.0, 0), (0.1 + 0.2, 1), (-4.1, 1)]
)
def test_decimals_are_those_that_print_the_value(value: float, decimals: int) -> None:
    assert decimals_of(value) == decimals


class TestGrowth:
    def test_the_reach_of_a_rate_is_what_rounding_leaves_open(self) -> None:
        rates = growth_rates(series([100, 110], "count"))
        # Finest step of the series is 10: (110 ± 5) / (100 ± 5), linearised: 100 * 1.1 * (5/110 + 5/100)
        assert rates.values[0] == pytest.approx(10)
        assert rates.reach[0] == pytest.approx(10.5)

    def test_one_rate_for_years_is_flagged(self) -> None:
        levels = grown([6.37] * 5 + [2.1, 9.4], 1043.27, 2)
        found = identical_years(series(levels, "count"), RULE.identical_growth)
        assert rules_of(found) == ["identical_growth_years"]
        assert found[0].evidence["years"] == "2012, 2013, 2014, 2015, 2016"
        assert found[0].evidence["rate"] == "6.37"

    def test_printed_rates_with_three_digits_repeated_are_flagged(self) -> None:
        changes = series([-3.27, -3.27, -3.27, -3.27, -1.15, -4.06], kind="yearly_change")
        assert rules_of(identical_years(changes, RULE.identical_growth)) == ["identical_growth_years"]

    def test_rounding_to_one_decimal_does_not_alarm(self) -> None:
        changes = series([-3.2, -3.1, -3.2, -3.4, -3.2, -3.3], kind="yearly_change")
        assert identical_years(changes, RULE.identical_growth) == []

    def test_a_series_that_stays_is_no_growth(self) -> None:
        assert identical_years(series([100.0] * 8), RULE.identical_growth) == []

    def test_one_rate_for_several_places_is_flagged(self) -> None:
        rates = {"a": [4.1, 6.37], "b": [2.2, 6.37], "c": [9.3, 6.37], "d": [5.6, 6.37], "e": [7.7, 3.2]}
        group = [series(grown(pair, 5231.7, 1), "count", region=name) for name, pair in rates.items()]
        found = identical_places(group, RULE.identical_growth)
        assert [(item.rule, item.year, item.evidence["regions"]) for item in found] == [
            ("identical_growth_places", 2013, "a, b, c, d")
        ]

    def test_places_that_agree_only_because_of_rounding_pass(self) -> None:
        yearly = {"a": [-3.2, -2.9], "b": [-3.1, -3.0], "c": [-3.2, -3.1], "d": [-3.3, -3.0], "e": [-3.2, -2.8]}
        group = [series(values, kind="yearly_change", region=name) for name, values in yearly.items()]
        assert identical_places(group, RULE.identical_growth) == []


class TestSmoothness:
    ROUGH = (40.0, 43.1, 41.6, 46.2, 44.9, 50.3, 49.8, 55.1, 53.7)

    def test_steps_that_become_even_are_flagged(self) -> None:
        found = too_smooth(series([*self.ROUGH, 55.2, 56.7, 58.2, 59.8]), RULE.smoothness)
        assert rules_of(found) == ["too_smooth"]
        assert found[0].year == 2023

    def test_a_series_as_rough_as_before_passes(self) -> None:
        assert too_smooth(series([*self.ROUGH, 58.9, 57.2, 63.0, 62.1]), RULE.smoothness) == []

    def test_a_value_that_stays_at_its_bound_passes(self) -> None:
        values = (80.0, 91.0, 84.0, 95.5, 89.0, 97.0, 92.0, 100.0, 100.0, 100.0, 100.0, 100.0)
        full = series(values, bounds=(0.0, 100.0))
        assert too_smooth(full, RULE.smoothness) == []
        assert rules_of(too_smooth(series(values), RULE.smoothness)) == ["too_smooth"]

    def test_a_short_series_is_not_judged(self) -> None:
        assert too_smooth(series([40, 46, 41, 50, 51, 52, 53, 54]), RULE.smoothness) == []


class TestTargets:
    PAST: ClassVar = {2015: 71.2, 2016: 70.3, 2017: 73.9, 2018: 74.4, 2019: 73.1, 2020: 75.0}

    def test_the_straight_line_year_after_year_is_flagged(self) -> None:
        plan = plan_with("level_at_least", 85.0)
        table = observed({**self.PAST, 2021: 77.0, 2022: 79.0, 2023: 81.0, 2024: 83.0})
        found = [item for item in find(table, plan, 2024) if item.rule == "exact_target"]
        assert [item.evidence["line"] for item in found] == ["straight"]
        assert found[0].evidence["years"] == "2021, 2022, 2023, 2024"

    def test_the_target_itself_year_after_year_is_flagged(self) -> None:
        plan = plan_with("level_at_least", 85.0)
        table = observed({**self.PAST, 2021: 85.0, 2022: 85.0, 2023: 85.0, 2024: 85.0})
        found = [item for item in find(table, plan, 2024) if item.rule == "exact_target"]
        assert [item.evidence["line"] for item in found] == ["level"]

    def test_values_around_the_line_pass(self) -> None:
        plan = plan_with("level_at_least", 85.0)
        table = observed({**self.PAST, 2021: 76.4, 2022: 79.0, 2023: 81.7, 2024: 82.1})
        assert "exact_target" not in rules_of(find(table, plan, 2024))

    def test_equal_yearly_reductions_of_the_planned_size_are_flagged(self) -> None:
        # 14.5 % in five years are 3.085 % a year.
        plan = plan_with("relative_reduction", 14.5, series="yearly_change", direction="decrease")
        past = {2016: -4.1, 2017: -2.2, 2018: -5.3, 2019: -1.9, 2020: -3.6}
        exact = observed({**past, 2021: -3.1, 2022: -3.1, 2023: -3.1, 2024: -3.0})
        apart = observed({**past, 2021: -2.4, 2022: -3.9, 2023: -3.1, 2024: -1.7})
        assert "exact_target" in rules_of(find(exact, plan, 2024))
        assert "exact_target" not in rules_of(find(apart, plan, 2024))

    def test_full_completion_is_no_suspicious_hit(self) -> None:
        plan = plan_with("level_at_least", 100.0, bounds=(0.0, 100.0))
        table = observed({**self.PAST, **dict.fromkeys(range(2021, 2025), 100.0)})
        assert "exact_target" not in rules_of(find(table, plan, 2024))


class TestDigits:
    def test_endings_zero_and_five_are_flagged(self) -> None:
        values = (62.5, 63.0, 64.5, 66.0, 67.5, 68.3, 70.5, 72.0, 73.5, 75.0)
        found = terminal_digits([series(values)], RULE.digits)
        assert rules_of(found) == ["terminal_digits"]
        assert (found[0].evidence["count"], found[0].evidence["total"]) == ("9", "10")

    def test_free_endings_pass(self) -> None:
        assert terminal_digits([series(SHARE)], RULE.digits) == []

    def test_rounding_to_significant_digits_is_the_more_harmless_reading(self) -> None:
        values = (987.0, 1040.0, 1130.0, 1270.0, 1380.0, 1520.0, 1690.0, 1830.0)
        assert terminal_digits([series(values, "count")], RULE.digits) == []

    def test_steps_of_five_are_a_way_of_printing(self) -> None:
        assert terminal_digits([series(np.array(AMOUNT) * 5, "count")], RULE.digits) == []

    def test_regions_together_tell_more_than_each_alone(self) -> None:
        values = (61.5, 63.2, 65.0, 66.5, 67.1, 70.0, 70.5, 73.3)
        group = [series(np.array(values) + shift, region=str(shift)) for shift in range(5)]
        assert [terminal_digits([one], RULE.digits) for one in group] == [[]] * 5
        assert rules_of(terminal_digits(group, RULE.digits)) == ["terminal_digits_pooled"]

    def test_fewer_decimals_from_a_year_on_are_flagged(self) -> None:
        found = changed_decimals(series([2.74, 5.04, 5.21, 3.61, 3.99, 3.6, 3.7, 4.8, 5.6, 4.9]), RULE.digits)
        assert [(item.rule, item.year) for item in found] == [("changed_decimals", 2016)]
        assert (found[0].evidence["before"], found[0].evidence["after"]) == ("0.01", "0.1")

    def test_a_zero_at_the_end_is_no_change_of_decimals(self) -> None:
        assert changed_decimals(series([2.74, 5.04, 5.20, 3.61, 3.99, 3.60, 3.72, 4.80, 5.63, 4.91]), RULE.digits) == []

    def test_the_same_number_of_digits_is_no_change(self) -> None:
        values = [8.13, 8.64, 9.27, 9.58, 9.87, 10.3, 10.6, 11.2, 11.7, 12.4]
        assert changed_decimals(series(values, "count"), RULE.digits) == []


def area(dimension_unit: str, kind: str = "level") -> Plan:
    """A city with its only counties east and west, and one indicator."""
    content = plan_with("level_at_least", 1.0, unit=dimension_unit, series=kind).model_dump()
    content["regions"].append({"id": "west", "name": {"zh": "西区", "en": "west"}, "level": "county", "parent": "city"})
    return Plan.model_validate(content)


class TestTotals:
    def table(self, city: float, east: float, west: float | None) -> pd.DataFrame:
        given = {"city": city, "east": east, "west": west}
        frames = [observed({2021: value}, region=region) for region, value in given.items() if value is not None]
        return pd.concat(frames, ignore_index=True)

    def test_parts_that_miss_the_total_are_flagged(self) -> None:
        found = find(self.table(1043, 611, 391), area("t"), 2021)
        assert rules_of(found) == ["parts_and_total"]
        assert found[0].evidence["difference"] == "-41"

    def test_rounding_is_allowed(self) -> None:
        # 611 + 431 = 1042: rounding may explain 1.5 of the last digit, 0.5 % of the total comes on top.
        assert find(self.table(1043, 611, 431), area("t"), 2021) == []

    def test_ratios_are_not_added(self) -> None:
        assert find(self.table(62.1, 58.4, 66.0), area("%"), 2021) == []

    def test_rates_of_change_of_an_amount_are_not_added(self) -> None:
        assert find(self.table(3.1, 2.4, 4.0), area("t", "yearly_change"), 2021) == []

    def test_a_missing_part_excuses_a_deficit_but_no_surplus(self) -> None:
        assert find(self.table(1043, 611, None), area("t"), 2021) == []
        assert rules_of(find(self.table(1043, 1211, None), area("t"), 2021)) == ["parts_above_total"]

    def test_a_region_without_parts_has_nothing_to_add(self) -> None:
        east = series([1.0, 2.0], "mass", region="east")
        assert parts_and_total([east], area("t"), RULE.totals) == []


class TestJumps:
    def test_a_thousandfold_slip_is_flagged(self) -> None:
        values = [*AMOUNT[:9], 1743000.0]
        found = jump(series(values, "count"), RULE.jumps)
        assert [(item.rule, item.year) for item in found] == [("jump", 2020)]

    def test_ordinary_changes_pass(self) -> None:
        assert jump(series(AMOUNT, "count"), RULE.jumps) == []
        assert jump(series(SHARE), RULE.jumps) == []

    def test_what_has_happened_before_is_no_surprise(self) -> None:
        values = (50.0, 51.2, 50.4, 51.9, 70.3, 52.1, 52.8, 53.1, 54.2, 53.9, 72.4)
        assert jump(series(values), RULE.jumps) == []

    def test_changes_that_grow_slowly_are_no_jump(self) -> None:
        values = np.cumsum([10.0, 0.50, 0.51, 0.52, 0.54, 0.57, 0.61, 0.66, 0.72, 0.79])
        assert jump(series(np.round(values, 2)), RULE.jumps) == []

    def test_a_declared_break_is_no_jump(self) -> None:
        declared = Break(year=2020, kind="definition", note=Text(zh="x", en="x"))
        values = [*SHARE[:9], 31.4]
        assert rules_of(jump(series(values), RULE.jumps)) == ["jump"]
        assert jump(series(values, breaks=(declared,)), RULE.jumps) == []

    def test_nothing_is_computed_across_a_missing_year(self) -> None:
        values = (*SHARE[:8], 31.4)
        years = (*range(2011, 2019), 2021)
        assert jump(Series("city", "x", years, values, dimension="ratio"), RULE.jumps) == []


class TestLevelShifts:
    SHIFTED = (*SHARE[:6], *(value + 40 for value in SHARE[6:]))
    BREAK = Break(year=2017, kind="level", note=Text(zh="普查", en="census"))

    def test_a_shift_that_stays_is_a_suspected_break(self) -> None:
        found = level_shift(series(self.SHIFTED), RULE.level_shifts)
        assert [(item.rule, item.year) for item in found] == [("suspected_break", 2017)]

    def test_at_a_declared_break_it_is_named_so(self) -> None:
        found = level_shift(series(self.SHIFTED, breaks=(self.BREAK,)), RULE.level_shifts)
        assert [(item.rule, item.year) for item in found] == [("level_shift", 2017)]

    def test_a_declared_break_without_a_shift_passes(self) -> None:
        assert level_shift(series(SHARE, breaks=(self.BREAK,)), RULE.level_shifts) == []

    def test_a_single_spike_is_no_shift(self) -> None:
        spike = (*SHARE[:6], SHARE[6] + 40, *SHARE[7:])
        assert level_shift(series(spike), RULE.level_shifts) == []


class TestCoverage:
    def test_regions_that_fell_silent_are_listed(self) -> None:
        table = pd.concat([observed({2021: 1, 2022: 2}), observed({2021: 1}, region="east")])
        found = shrunken_coverage(table, plan_with("level_at_least", 1.0), 2022)
        assert [(item.rule, item.evidence["regions"]) for item in found] == [("shrunken_coverage", "east")]

    def test_an_indicator_that_nobody_delivered_any_more(self) -> None:
        found = shrunken_coverage(observed({2020: 1, 2021: 2}), plan_with("level_at_least", 1.0), 2022)
        assert rules_of(found) == ["missing_indicator"]

    def test_a_wider_coverage_passes(self) -> None:
        table = pd.concat([observed({2021: 1, 2022: 2}), observed({2022: 1}, region="east")])
        assert shrunken_coverage(table, plan_with("level_at_least", 1.0), 2022) == []


class TestRepetition:
    def test_the_same_figures_two_years_later_are_flagged(self) -> None:
        pair = [series(AMOUNT, "count", region="a"), series(AMOUNT, "count", region="b", start=START + 2)]
        found = repeated_series(pair, RULE.repetition)
        assert rules_of(found) == ["repeated_series"]
        assert (found[0].evidence["from"], found[0].evidence["other_from"]) == ("2011", "2013")

    def test_a_run_copied_inside_a_series_is_flagged(self) -> None:
        copied = series([*AMOUNT[:6], *AMOUNT[1:6]], "count")
        assert rules_of(repeated_series([copied], RULE.repetition)) == ["repeated_series"]

    def test_a_newer_vintage_with_shifted_years_is_flagged(self) -> None:
        old = observed(dict(zip(range(2011, 2019), AMOUNT, strict=False)), vintage="2019")
        new = observed(dict(zip(range(2012, 2020), AMOUNT, strict=False)), vintage="2020")
        found = find(pd.concat([old, new]), plan_with("level_at_least", 1.0, unit="t"), 2019)
        assert "repeated_series" in rules_of(found)

    def test_vintages_that_agree_year_by_year_pass(self) -> None:
        years = dict(zip(range(2011, 2019), AMOUNT, strict=False))
        table = pd.concat([observed(years, vintage="2019"), observed(years, vintage="2020")])
        assert "repeated_series" not in rules_of(find(table, plan_with("level_at_least", 1.0, unit="t"), 2018))

    def test_small_whole_numbers_repeat_by_chance(self) -> None:
        pair = [
            series([3, 4, 5, 5, 6, 7, 6, 8], "count", region=name, start=START + shift)
            for name, shift in [("a", 0), ("b", 1)]
        ]
        assert repeated_series(pair, RULE.repetition) == []

    def test_values_that_stay_at_100_prove_nothing(self) -> None:
        pair = [
            series([80.5, 91.2, *[100.0] * 6], region="a"),
            series([70.1, 88.8, *[100.0] * 6], region="b", start=2012),
        ]
        assert repeated_series(pair, RULE.repetition) == []


class TestQuality:
    def suspicious(self) -> pd.DataFrame:
        return observed(dict(zip(range(2011, 2021), [*SHARE[:9], 31.4], strict=True)))

    def test_screening_gives_warnings_with_place_and_evidence(self) -> None:
        table = screen(self.suspicious(), plan_with("level_at_least", 85.0), 2020, "zh")
        assert table["rule"].tolist() == ["jump"]
        row = table.iloc[0]
        assert (row["severity"], row["file"], row["cell"], row["year"]) == ("warning", "f.csv", "A10", 2020)
        assert row["found"].startswith("2020年变化-40.2个百分点")
        assert row["evidence"].startswith("涉及数值：2011年 62.3、2012年 63.9")

    def test_it_keeps_the_contract_and_alters_nothing(self) -> None:
        before = self.suspicious()
        given = before.copy()
        table = screen(given, plan_with("level_at_least", 85.0), 2020)
        contracts.check(table, "quality")
        pd.testing.assert_frame_equal(given, before)

    def test_clean_and_empty_tables_give_an_empty_quality_table(self) -> None:
        plan = plan_with("level_at_least", 85.0)
        for table in (contracts.OBSERVATIONS.empty(), observed(dict(zip(range(2011, 2023), SHARE, strict=True)))):
            found = screen(table, plan, 2022)
            assert found.empty
            assert list(found.columns) == [*contracts.QUALITY.names, "evidence"]

    def test_later_years_and_bounds_are_not_looked_at(self) -> None:
        plan = plan_with("level_at_least", 85.0)
        assert screen(self.suspicious(), plan, 2019).empty
        at_least = self.suspicious().assign(bound=["exact"] * 9 + ["at_least"])
        assert screen(at_least, plan, 2020).empty

    def test_the_order_of_rows_does_not_matter(self) -> None:
        plan = plan_with("level_at_least", 85.0)
        shuffled = self.suspicious().sample(frac=1, random_state=1)
        pd.testing.assert_frame_equal(screen(shuffled, plan, 2020), screen(self.suspicious(), plan, 2020))

    def test_regions_and_indicators_are_worded_by_name(self) -> None:
        table = pd.concat([observed({2021: 1, 2022: 2}), observed({2021: 1}, region="east")])
        assert screen(table, plan_with("level_at_least", 9.0), 2022)["found"].tolist() == [
            "2021年有2个地区报送，2022年有1个地区未报（东区）"
        ]

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("rule", RULES)
    def test_every_rule_is_worded(self, rule: str, language: str) -> None:
        words = catalogue(language)
        numbers = ("count", "rate", "recent", "earlier", "total", "before", "after", "worst", "sum", "difference")
        more = ("change", "usual", "scale", "shift", "last", "from", "to", "other_from", "other_to", "years")
        names = ("regions", "other_region", "other_indicator")
        evidence = dict.fromkeys([*numbers, *more, *names], "7")
        item = Finding(
            rule, "city", "x", 2020, ((2020, 1.0),), {**evidence, "unit": "points", "line": "path", "chance": "0.001"}
        )
        row = findings_to_quality([item], words).iloc[0]
        assert all(row[["found", "expected", "todo", "evidence"]] != "")
        assert words.text(f"screening.{rule}.name")

    def test_rules_have_a_hash_for_the_report(self) -> None:
        assert len(rules_hash()) == 12


@pytest.mark.skipif(not FORECAST.is_dir(), reason=f"no clean series at {FORECAST}; set ANALYSIS_SHARED")
@pytest.mark.parametrize("collection", ["m1_yearly", "m3_yearly", "gapminder_indic"])
def test_fewer_than_five_percent_of_clean_series_are_flagged(collection: str) -> None:
    shares = summary(false_alarms(pd.read_csv(FORECAST / f"{collection}.csv"), sample=36))
    assert shares["share"].max() < 0.05, shares
