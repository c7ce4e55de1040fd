"""Rules of other systems: published results reproduced, each formula by hand, each cut from both sides."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from plan_builder import observed, plan_with

from analysis.assessment import assess
from analysis.assessment import rules as rules_module
from analysis.assessment.peer_rules import METHODS, PeerRuleError, evaluate
from analysis.assessment.peer_rules.china_responsibility import score_target
from analysis.assessment.peer_rules.comparison import compare_rules, growth_obstacle
from analysis.assessment.peer_rules.growth import limit_factor, yearly_growth
from analysis.assessment.peer_rules.published import FILE, check_case, load, reproduce
from analysis.assessment.rules import load_rules
from analysis.measures import measure
from analysis.plan import Plan
from analysis.trends import fit_trends

RULES = load_rules()
SHARED = Path(os.environ.get("ANALYSIS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
PUBLISHED = SHARED / "data" / "peers" / "cases_published.json"
CASES = json.loads(PUBLISHED.read_text(encoding="utf-8"))["cases"] if PUBLISHED.is_file() else []

needs_cases = pytest.mark.skipif(not CASES, reason="the published cases are not there; set ANALYSIS_SHARED")


def course(values: dict[Any, Any], **changes: Any) -> dict[str, Any]:
    """Ten years at the base, twenty to go: base 100, target 200, growth needed 3.5265 % a year."""
    return {"series": values, "base_year": 2010, "target": 200, "target_year": 2030, "direction": "increase"} | changes


def after_ten_years(ratio: float) -> float:
    """The value whose growth is this share of the growth needed."""
    return 100 * (1 + ratio * (2 ** (1 / 20) - 1)) ** 10


# Published results


@needs_cases
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_results_are_reproduced(case: dict[str, Any]) -> None:
    outcome = check_case(case)
    if outcome not in ("reproduced", "failed"):
        pytest.skip(f"not asserted: {outcome}")
    assert outcome == "reproduced", (case["expected"], evaluate(case["method"], case["inputs"]))


@needs_cases
def test_the_committed_results_are_what_the_command_gives() -> None:
    assert json.loads(reproduce(PUBLISHED)) == load()


def test_nothing_failed_and_only_outside_data_is_not_asserted() -> None:
    entries = load()["methods"]
    assert [entry["failed"] for entry in entries if entry["failed"]] == []
    assert {case["reason"] for entry in entries for case in entry["not_asserted"]} == {"outside_data"}
    asserted = sum(entry["reproduced"] + len(entry["not_asserted"]) for entry in entries)
    assert asserted == load()["provenance"]["cases"] == sum(entry["cases"] for entry in entries)


def test_a_wrong_figure_a_wrong_label_and_a_missing_figure_fail() -> None:
    case = {"method": "escap_csi", "inputs": course({2010: 100, 2020: 150})}
    assert check_case(case | {"expected": {"csi": 5.0}}) == "reproduced"
    assert check_case(case | {"expected": {"csi": 5.001}}) == "failed"
    assert check_case(case | {"expected": {"csi": 5.001}, "tolerance": {"csi": 0.01}}) == "reproduced"
    assert check_case(case | {"expected": {"label": "sun"}}) == "failed"
    assert check_case(case | {"expected": {"score": 5.0}}) == "failed"
    assert check_case(case | {"expected": {"csi": None}}) == "failed"


def test_results_that_their_publisher_does_not_reproduce_are_not_asserted() -> None:
    case = {"method": "escap_csi", "inputs": {}, "expected": {}}
    assert check_case(case | {"verification": "peer_published_output_not_reproduced"}) == "not_reproducible"
    assert check_case(case | {"inputs": {"series_ref": "elsewhere"}}) == "outside_data"


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(PeerRuleError, match="expected JSON with the key cases"):
        reproduce(path)


# Inputs as others write them


def test_years_as_text_any_order_missing_values_and_further_keys() -> None:
    plain = evaluate("eustat_eurostat_cagr", course({2010: 100, 2020: 140}))
    other = course({"2020": "140", "2015": None, "2010-11": 100, "2012": ""}, base_year="2010", unit="t", target="200")
    assert evaluate("eustat_eurostat_cagr", other) == plain
    pairs = course({}, series_pairs=[[2020, 140], [2010, 100]], series=None)
    assert evaluate("eustat_eurostat_cagr", pairs) == plain
    scalars = {"base_value": 100, "current_value": 140, "current_year": 2020}
    assert evaluate("eustat_eurostat_cagr", course({}) | scalars) == plain


def test_values_after_the_current_year_are_not_used() -> None:
    now = course({2010: 100, 2020: 140, 2021: 10}, current_year=2020)
    assert evaluate("unsd_cr", now) == evaluate("unsd_cr", course({2010: 100, 2020: 140}))


def test_an_unknown_method_lists_the_known_ones() -> None:
    with pytest.raises(PeerRuleError, match=r"found 'weather'; expected one of .*dns_weather_linear5"):
        evaluate("weather", {})


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "expected a series"),
        ({"series": {"2015": "many"}}, r"series.2015: found 'many'"),
        ({"series": [1, 2, 3]}, "expected values by year"),
        ({"series": {"2015": 1}, "direction": "sideways"}, "direction: found 'sideways'"),
    ],
)
def test_inputs_that_cannot_be_read_say_where_and_what(inputs: dict[str, Any], message: str) -> None:
    with pytest.raises(PeerRuleError, match=message):
        evaluate("opensdg_statcan_cagr", inputs)


@pytest.mark.parametrize("method", ["opensdg_statcan_cagr", "eustat_eurostat_cagr", "dns_weather_linear5"])
def test_a_series_without_values_is_not_available(method: str) -> None:
    assert evaluate(method, {"series": {"2015": None}, "target": 3})["label"] == "not_available"


# Growth rates: Open SDG, Eurostat, UNSD


def test_growth_by_hand() -> None:
    assert yearly_growth(100, 121, 2) == pytest.approx(0.1)
    assert yearly_growth(-100, -121, 2) == pytest.approx(0.1)
    assert [yearly_growth(0, 5, 2), yearly_growth(-1, 1, 2), yearly_growth(5, 6, 0)] == [None, None, None]


def test_cuts_shrink_near_a_natural_limit() -> None:
    """50 of 100: C = 1 − 0.5 ^ 4.44 = 0.9539; mirrored above a lower limit; none at twice the limit, all at it."""
    assert limit_factor(50, 100, 4.44) == pytest.approx(0.95393, abs=1e-5)
    assert limit_factor(150, 100, 4.44) == pytest.approx(limit_factor(50, 100, 4.44))
    assert [limit_factor(200, 100, 4.44), limit_factor(100, 100, 4.44), limit_factor(7, None, 4.44)] == [1, 0, 1]
    assert limit_factor(0.02, 0, 4.44) == 1


@pytest.mark.parametrize(
    ("ratio", "open_sdg", "eurostat"),
    [
        (0.951, "substantial_progress", "significant_progress"),
        (0.949, "moderate_progress", "moderate_progress"),
        (0.601, "moderate_progress", "moderate_progress"),
        (0.599, "limited_progress", "moderate_deterioration"),
        (0.001, "limited_progress", "moderate_deterioration"),
        (-0.001, "deterioration", "significant_deterioration"),
    ],
)
def test_each_cut_of_the_ratio_from_both_sides(ratio: float, open_sdg: str, eurostat: str) -> None:
    inputs = course({2010: 100, 2020: after_ten_years(ratio)})
    one, other = evaluate("opensdg_statcan_cagr", inputs), evaluate("eustat_eurostat_cagr", inputs)
    assert (one["label"], other["label"]) == (open_sdg, eurostat)
    assert one["progress_value"] == other["progress_value"] == pytest.approx(ratio)
    fast = ratio >= 0.6
    assert one["score"] == pytest.approx(7.1429 * ratio - 4.2857 if fast else 4.1667 * ratio - 2.5)
    assert other["score"] == pytest.approx(5 / 0.7 * (ratio - 0.6) if fast else 5 / 1.2 * (ratio + 0.6) - 5)


@pytest.mark.parametrize("ratio", [0.95, 0.6])
def test_a_ratio_that_reaches_a_cut_exactly_takes_the_better_label(ratio: float) -> None:
    better = evaluate("opensdg_statcan_cagr", course({2010: 100, 2020: after_ten_years(ratio + 0.001)}))
    assert (
        evaluate("opensdg_statcan_cagr", course({2010: 100, 2020: after_ten_years(ratio)}))["label"] == better["label"]
    )


@pytest.mark.parametrize(
    ("growth", "label", "score"),
    [
        (0.0151, "substantial_progress", 500 * 0.0151 - 5),
        (0.0149, "moderate_progress", 250 * 0.0149 - 1.25),
        (0.0051, "moderate_progress", 250 * 0.0051 - 1.25),
        (0.0049, "limited_progress", 500 * 0.0049 - 2.5),
        (0.0001, "limited_progress", 500 * 0.0001 - 2.5),
        (-0.0001, "deterioration", 125 * -0.0001 - 2.5),
        (0.05, "substantial_progress", 5),
        (-0.05, "deterioration", -5),
    ],
)
def test_each_cut_of_open_sdg_without_a_target(growth: float, label: str, score: float) -> None:
    found = evaluate("opensdg_statcan_cagr", course({2010: 10, 2011: 10 * (1 + growth)}, target=None))
    assert found == {"label": label, "progress_value": pytest.approx(growth), "score": pytest.approx(score)}


@pytest.mark.parametrize(
    ("growth", "label"),
    [
        (0.0101, "significant_progress"),
        (0.0099, "moderate_progress"),
        (0.0011, "moderate_progress"),
        (0.0009, "no_progress"),
        (-0.0009, "no_progress"),
        (-0.0011, "moderate_deterioration"),
        (-0.0099, "moderate_deterioration"),
        (-0.0101, "significant_deterioration"),
    ],
)
def test_each_cut_of_eurostat_without_a_target(growth: float, label: str) -> None:
    found = evaluate("eustat_eurostat_cagr", course({2010: 10, 2011: 10 * (1 + growth)}, target=None))
    assert (found["label"], found["score"]) == (label, pytest.approx(250 * growth))


def test_a_missing_base_year_gives_way_to_the_next_one() -> None:
    found = evaluate("opensdg_statcan_cagr", course({2009: 1, 2011: 100, 2012: 110}))
    needed = 2 ** (1 / 19) - 1
    assert found["progress_value"] == pytest.approx(0.1 / needed)


def test_a_target_or_base_of_zero_is_substituted_in_the_peers_rule_only() -> None:
    zero = evaluate("opensdg_statcan_cagr", course({2010: 10, 2020: 5}, target=0, direction="decrease"))
    assert zero["progress_value"] == pytest.approx((1 - 0.5**0.1) / (1 - 0.0001**0.05))
    base = evaluate("opensdg_statcan_cagr", course({2010: 0, 2020: 5}, target=10))
    assert base["progress_value"] == pytest.approx((5000**0.1 - 1) / (10000**0.05 - 1))
    assert growth_obstacle(0, 5, 10) == "zero_value"


def test_a_fall_of_negative_values_and_a_change_of_sign() -> None:
    falling = evaluate("opensdg_statcan_cagr", course({2010: -10, 2020: -5}, target=-1))
    assert falling["progress_value"] == pytest.approx((1 - 0.5**0.1) / (1 - 0.1**0.05))
    crossing = evaluate("opensdg_statcan_cagr", course({2010: -10, 2020: 5}))
    assert crossing == {"label": "not_available", "progress_value": None, "score": None}


def test_several_series_by_their_mean_score() -> None:
    def label(*scores: float | None) -> str:
        return str(evaluate("opensdg_aggregate_mean_score", {"series_scores": scores})["label"])

    assert [label(2.5, 2.5), label(2.49)] == ["substantial_progress", "moderate_progress"]
    assert [label(0.01, None, -0.01), label(-0.01)] == ["moderate_progress", "limited_progress"]
    assert [label(-2.5), label(-2.51), label(None)] == ["limited_progress", "deterioration", "not_available"]
    met = {"series_scores": [5, 5, None], "series_status": ["target_achieved", "target_achieved", "not_available"]}
    assert evaluate("opensdg_aggregate_mean_score", met)["label"] == "target_achieved"
    one_open = met | {"series_status": ["target_achieved", "substantial_progress", "not_available"]}
    assert evaluate("opensdg_aggregate_mean_score", one_open)["label"] == "substantial_progress"


@pytest.mark.parametrize(
    ("ratio", "label"),
    [
        (0.951, "On Track"),
        (0.949, "Fair progress but acceleration needed"),
        (0.501, "Fair progress but acceleration needed"),
        (0.499, "Limited or No Progress"),
        (-0.099, "Limited or No Progress"),
        (-0.101, "Deterioration"),
    ],
)
def test_each_cut_of_the_united_nations(ratio: float, label: str) -> None:
    assert evaluate("unsd_cr", course({2010: 100, 2020: after_ten_years(ratio)}))["label"] == label


def test_the_united_nations_need_two_values() -> None:
    assert evaluate("unsd_cr", course({2010: 100}))["label"] == "Insufficient Data"


# ESCAP, Germany


def test_the_current_status_index_by_hand() -> None:
    def csi(value: float, **changes: Any) -> Any:
        return evaluate("escap_csi", course({2010: 100, 2020: value}, **changes))["csi"]

    assert [csi(150), csi(200), csi(90)] == [5.0, 10.0, -1.0]
    assert csi(80, target=50, direction="decrease") == 4.0
    assert csi(150, target=100) is None


@pytest.mark.parametrize(
    ("yearly", "label"),
    [
        (2.0, "sun"),
        (1.91, "sun"),
        (1.90, "slightly_cloudy"),
        (1.60, "slightly_cloudy"),
        (1.59, "cloud"),
        (0.01, "cloud"),
        (0.0, "thunderstorm"),
        (-1.0, "thunderstorm"),
    ],
)
def test_each_weather_symbol_from_both_sides(yearly: float, label: str) -> None:
    """Five years before the end the gap is 10: 1.9 a year leaves 5 % of it, 1.6 leaves 20 %."""
    values = {2015 + year: 10 - yearly * (5 - year) for year in range(6)}
    found = evaluate(
        "dns_weather_linear5", {"series": values, "target": 20, "target_year": 2025, "direction": "increase"}
    )
    assert found["label"] == label
    assert found["recomputed"]["miss_share"] == pytest.approx((10 - 5 * yearly) / 10)


def test_a_target_that_is_met_shines_while_nothing_gets_worse() -> None:
    def label(*values: float) -> str:
        series = dict(enumerate(values, 2015))
        return str(evaluate("dns_weather_linear5", {"series": series, "target": 9, "direction": "increase"})["label"])

    assert [label(10, 9, 9, 10), label(11, 9, 9, 10)] == ["sun", "slightly_cloudy"]


def test_weather_needs_four_points_and_looks_at_six() -> None:
    inputs = {"series": {2015: 1, 2016: 2, 2017: 3}, "target": 9, "target_year": 2020, "direction": "increase"}
    assert evaluate("dns_weather_linear5", inputs)["label"] == "not_available"
    long = dict(enumerate([100, 1, 2, 3, 4, 5, 6], 2010))
    assert evaluate("dns_weather_linear5", inputs | {"series": long})["recomputed"]["avg"] == 1
    gaps = {2014: 9.6, 2016: 8.3, 2018: 8.7, 2024: 7.6}
    assert evaluate("dns_weather_linear5", inputs | {"series": gaps})["recomputed"]["avg"] == pytest.approx(-0.2)


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ((1, 2, 3, 4), "sun"),
        ((1, 2, 5, 4), "slightly_cloudy"),
        ((5, 2, 3, 4), "cloud"),
        ((5, 4, 3, 2), "thunderstorm"),
    ],
)
def test_weather_without_a_target_follows_mean_and_last_change(values: tuple[float, ...], label: str) -> None:
    inputs = {"series": dict(enumerate(values, 2015)), "target": None, "direction": "increase"}
    assert evaluate("dns_weather_linear5", inputs)["label"] == label


# China


@pytest.mark.parametrize(
    ("actual", "label"),
    [
        (3.01, "level3_green"),
        (3.0, "level3_green"),
        (2.99, "level2_yellow"),
        (2.7, "level2_yellow"),
        (2.69, "level1_red"),
    ],
)
def test_the_first_quarters_barometer_from_both_sides(actual: float, label: str) -> None:
    """3 % required: 10 % of it is 0.3."""
    assert evaluate("cn_barometer_gap10", {"required": 3.0, "actual": actual})["label"] == label


@pytest.mark.parametrize(("actual", "label"), [(3.0, "level3"), (2.99, "level2"), (0.0, "level2"), (-0.01, "level1")])
def test_the_first_halfs_barometer_from_both_sides(actual: float, label: str) -> None:
    assert evaluate("cn_barometer_h1", {"required": 3.0, "actual": actual})["label"] == label


@pytest.mark.parametrize(
    ("completion", "points"),
    [
        (0.499, 0), (0.5, 20), (0.599, 20), (0.6, 24), (0.7, 28), (0.8, 32), (0.899, 32), (0.9, 36), (0.999, 36),
        (1.0, 40), (1.099, 40), (1.1, 43), (1.2, 46), (1.299, 46), (1.3, 49), (2.0, 49),
    ],
)  # fmt: skip
def test_points_of_the_responsibility_score(completion: float, points: float) -> None:
    assert score_target(completion, RULES.peers) == points


@pytest.mark.parametrize(
    ("total", "label"),
    [
        (95, "over_fulfilled"),
        (94.9, "fulfilled"),
        (80, "fulfilled"),
        (79.9, "basically_fulfilled"),
        (60, "basically_fulfilled"),
        (59.9, "not_fulfilled"),
    ],
)
def test_each_grade_from_both_sides(total: float, label: str) -> None:
    assert evaluate("cn_grade_100", {"total": total})["label"] == label


def test_a_missed_target_is_a_veto() -> None:
    missed = evaluate("cn_score_40", {"completion": 0.99, "measures_points": 60})
    assert (missed["total"], missed["label"], missed["is_vetoed"]) == (96, "not_fulfilled", True)
    assert evaluate("cn_score_40", {"completion": 1.0, "measures_points": 60})["label"] == "over_fulfilled"
    assert evaluate("cn_grade_100", {"total": 96, "is_target_met": False})["label"] == "not_fulfilled"


def test_without_the_measures_part_only_the_veto_is_certain() -> None:
    assert evaluate("cn_score_40", {"completion": 1.2})["label"] == "not_available"
    assert evaluate("cn_score_40", {"completion": 0.5})["label"] == "not_fulfilled"


def test_three_published_changes_chained() -> None:
    found = evaluate("cn_chain_cumulative", {"changes": [0.0151, -0.0220, -0.0418], "target": 0.17})
    assert found["cum"] == pytest.approx(-0.0487, abs=5e-5)
    assert found["log_progress"] == pytest.approx(0.268, abs=5e-4)
    assert found["remaining"] == pytest.approx(-0.1275, abs=5e-5)
    assert found["mean"] == pytest.approx(0.95127 ** (1 / 3) - 1, abs=1e-4)


@pytest.mark.parametrize(
    ("reduction", "label"),
    [(10, "met_early"), (6, "ahead_of_time_schedule"), (5.9, "behind_time_schedule")],
)
def test_progress_against_elapsed_time(reduction: float, label: str) -> None:
    inputs = {"reduction": reduction, "target": 10, "base_year": 2015, "current_year": 2018, "target_year": 2020}
    assert evaluate("cn_time_progress", inputs)["label"] == label


# Yearly rates of reduction, trends


def test_yearly_rate_of_reduction_by_hand() -> None:
    halved = {"series": {2000: 100, 2001: 1, 2010: 50}}
    assert evaluate("aarr_endpoint", halved)["aarr"] == pytest.approx(1 - 0.5**0.1)
    assert evaluate("aarr_regression", {"series": {2000: 100, 2001: 90, 2002: 81}})["aarr"] == pytest.approx(0.1)


@pytest.mark.parametrize("method", ["aarr_endpoint", "aarr_regression"])
def test_a_rate_of_reduction_needs_two_years_and_no_zero(method: str) -> None:
    assert evaluate(method, {"series": {2000: 1}})["warning"] == "two distinct years"
    assert evaluate(method, {"series": {2000: 1, 2001: 0}})["warning"] == "undefined on the log scale"
    twice = evaluate(method, {"series_pairs": [[2000, 100], [2000, 100], [2001, 90]]})
    assert (twice["aarr"], twice["warning"]) == (pytest.approx(0.1), "Duplicated years")


def test_sen_slope_and_small_sample_test_under_the_names_of_the_cases() -> None:
    assert evaluate("sens_slope", {"values": [1, 3, 2, 5]})["slope"] == pytest.approx(7 / 6)
    assert evaluate("mk_small_sample", {"series": {"2004": 9, "2001": 1, "2002": 2, "2003": 4}})["p"] == pytest.approx(
        1 / 12
    )
    with pytest.raises(PeerRuleError, match="expected the values themselves"):
        evaluate("sens_slope", {"series_ref": "another file"})


# Beside our own verdicts


def assessed(plan: Plan, observations: pd.DataFrame, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    measures = measure(observations, plan)
    return assess(plan, measures, fit_trends(measures, plan, year), year), measures


def beside(plan: Plan, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    table, measures = assessed(plan, observations, year)
    return compare_rules(table, plan, measures).set_index("rule")


def test_every_rule_stands_beside_an_assessed_target() -> None:
    rows = beside(plan_with("level_at_least", 90), observed({2020: 80, 2021: 82, 2022: 84, 2023: 86}), 2023)
    assert rows.loc["germany", ["label", "agrees"]].tolist() == ["sun", "yes"]
    assert rows.loc["escap", "value"] == pytest.approx(6)
    assert rows.loc["escap", ["label", "agrees", "is_applicable"]].tolist() == ["", "", True]
    needed = (90 / 80) ** (1 / 5) - 1
    assert rows.loc["eurostat", "value"] == pytest.approx(((86 / 80) ** (1 / 3) - 1) / needed)
    assert rows.loc["barometer_gap", ["is_applicable", "reason"]].tolist() == [False, "not_a_reduction"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({2020: 0, 2022: 4, 2023: 6}, "zero_value"),
        ({2020: -4, 2022: -2, 2023: 6}, "sign_change"),
    ],
)
def test_growth_rules_are_not_applied_to_zero_or_across_it(values: dict[int, float], reason: str) -> None:
    rows = beside(plan_with("level_at_least", 10, unit="t"), observed(values, unit="t"), 2023)
    for rule in ("eurostat", "open_sdg", "unsd"):
        assert rows.loc[rule, ["label", "is_applicable", "reason", "agrees"]].tolist() == ["", False, reason, ""]


@pytest.mark.parametrize(
    ("values", "obstacle"),
    [((1, 2, 3), ""), ((1, 0, 3), "zero_value"), ((1, -2, 3), "sign_change"), ((-1, -2, -3), "negative_value"),
     ((3, 2, 3), "target_is_base")],
)  # fmt: skip
def test_what_stands_in_the_way_of_a_growth_rate(values: tuple[float, float, float], obstacle: str) -> None:
    assert growth_obstacle(*values) == obstacle


def test_the_rules_on_energy_targets_take_the_progress_due() -> None:
    """20 % in five years, three gone: 1 − 0.8 ^ 0.6 = 12.53 % due; 12 % reached is 4.2 % short of it."""
    plan = plan_with("relative_reduction", 20, direction="decrease", unit="t")
    rows = beside(plan, observed({2020: 10, 2021: 9.6, 2022: 9.2, 2023: 8.8}, unit="t"), 2023)
    due = 1 - 0.8**0.6
    assert rows.loc["barometer_gap", "label"] == "level2_yellow"
    assert rows.loc["barometer_gap", "value"] == pytest.approx((due - 0.12) / due)
    assert rows.loc["barometer_direction", "label"] == "level2"
    assert rows.loc["responsibility", ["label", "value"]].tolist() == ["not_fulfilled", 36]


def test_a_target_that_is_not_assessed_is_not_compared() -> None:
    assert beside(plan_with("level_at_least", 90), observed({2021: 82, 2022: 84}), 2022).empty


def test_the_peers_rules_never_influence_our_status(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_with("relative_reduction", 20, direction="decrease", unit="t", stretch=25)
    observations = observed({year: 20 - 0.4 * (year - 2012) for year in range(2012, 2024)}, unit="t")
    before, measures = assessed(plan, observations, 2023)
    text = rules_module._text().partition("\npeers:")
    changed = (
        text[2].replace("0.95,", "0.15,").replace("sun: 0.05", "sun: 0.99").replace("yellow: 0.10", "yellow: 0.90")
    )
    changed = changed.replace("favourable: [met, on_track, ", "favourable: [missed, off_track, ")
    monkeypatch.setattr(rules_module, "_text", lambda: text[0] + text[1] + changed)
    rules_module.load_rules.cache_clear()
    try:
        assert rules_module.load_rules().peers.germany.sun == 0.99
        after, _ = assessed(plan, observations, 2023)
        compared = compare_rules(after, plan, measures)
    finally:
        monkeypatch.undo()
        rules_module.load_rules.cache_clear()
    pd.testing.assert_frame_equal(before, after)
    assert not compared.equals(compare_rules(before, plan, measures))


def test_every_label_belongs_to_a_group_and_every_status_too() -> None:
    dump = json.dumps(RULES.peers.model_dump(exclude={"agreement", "escap"}))
    labels = {text for text in json.loads(dump, object_pairs_hook=_texts) if isinstance(text, str)}
    known = {label for group in RULES.peers.agreement.values() for label in group}
    assert labels - {RULES.peers.unsd.unknown} <= known
    assert {"met", "on_track", "at_risk", "off_track", "missed"} <= known
    assert math.isclose(sum(len(group) for group in RULES.peers.agreement.values()), len(known))


def _texts(pairs: list[tuple[str, Any]]) -> list[Any]:
    """All values of a nested mapping in one list."""

    def walk(value: Any) -> list[Any]:
        return [item for part in value for item in walk(part)] if isinstance(value, list) else [value]

    return [item for _, value in pairs for item in walk(value)]


def test_every_method_is_documented_and_worded() -> None:
    from analysis.messages import catalogue

    for language in ("zh", "en"):
        assert {f"defence.cases.methods.{method}" for method in METHODS} <= catalogue(language).keys()
    assert all("Parameters" in (rule.__doc__ or "") for rule in METHODS.values())
