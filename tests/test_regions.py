"""Districts and counties: own targets, divisions, combinations, contributions, ranks, barometer, scores."""

from __future__ import annotations

import math
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from figure_checks import outside, smallest_printed_type
from plan_builder import observed, plan_with, text

from analysis.assessment import assess
from analysis.districts import (
    contributions_paragraph,
    grades_paragraph,
    invented_targets_note,
    regional_caption,
    targets_paragraph,
)
from analysis.errors import InputError
from analysis.figures.contributions import draw_contributions, waterfalls
from analysis.figures.regions import draw_regional_status
from analysis.measures import measure
from analysis.messages import LANGUAGES, catalogue
from analysis.plan import Plan, load_plan
from analysis.project import raw_folder
from analysis.regions import (
    Place,
    add_up,
    combine_indices,
    combine_levels,
    contributions,
    grade_regions,
    rank,
    reconcile,
    reconcile_targets,
)
from analysis.tables.grades import (
    barometer_table,
    division_table,
    measures_table,
    reconciliation_table,
    responsibility_table,
)
from analysis.tables.regions import region_progress
from analysis.theme import STATUS_STYLES
from analysis.trends import fit_trends

CITY = raw_folder() / "huludao-145"
JOINER = "\N{WORD JOINER}"
# An even reduction of 10 % a year over five years.
TEN_A_YEAR = 100 * (1 - 0.9**5)


def with_regions(plan: Plan, values: dict[str, Any], regions: tuple[str, ...] = ("east", "west"), **more: Any) -> Plan:
    """The plan with these counties and their targets; ``weights`` adds GDP and levels, ``grading`` the evaluation."""
    content = plan.model_dump(mode="json")
    content["regions"] = content["regions"][:1] + [
        {"id": id, "name": {"zh": f"{id}区", "en": id.title()}, "level": "county", "parent": "city"} for id in regions
    ]
    content["regional_targets"] = {"values": {"x": values}} | more.pop("targets", {})
    if more.pop("weights", False):
        content["indicators"][0] |= {"weight": "gdp", "level": "level"}
        content["indicators"] += [extra("gdp", "100M CNY"), extra("level", "tce/10k CNY")]
    measures = more.pop("measures", [])
    content["indicators"] += [extra(id, "points") for id in measures]
    if more.pop("grading", False):
        versions = ["first_quarter", "half_year"]
        content["regional_evaluation"] = {"indicator": "x", "barometers": versions, "measures": measures}
    return Plan.model_validate(content)


def extra(id: str, unit: str) -> dict[str, Any]:
    return {"id": id, "title": text(id), "unit": unit, "direction": "increase"}


def tonnes(**parts: float) -> Plan:
    plan = plan_with("cumulative_reduction", 100, series="yearly_increment", unit="t")
    return with_regions(plan, {"base": parts})


def intensity(reduction: float = TEN_A_YEAR, regions: tuple[str, ...] = ("east", "west"), **more: Any) -> Plan:
    plan = plan_with("relative_reduction", reduction, series="yearly_change", direction="decrease")
    return with_regions(plan, {"base": dict.fromkeys(regions, reduction)}, regions, **more)


def table(**values: dict[int, float]) -> pd.DataFrame:
    """Observations of ``x`` by region; ``gdp_east`` is the indicator ``gdp`` of the region ``east``."""
    frames = []
    for name, series in values.items():
        indicator, _, region = name.rpartition("_")
        frames.append(observed(series, region=region).assign(indicator=indicator or "x"))
    return pd.concat(frames, ignore_index=True)


def judged(plan: Plan, observations: pd.DataFrame, year: int = 2024) -> tuple[pd.DataFrame, pd.DataFrame]:
    measures = measure(observations, plan)
    return measures, assess(plan, measures, fit_trends(measures, plan, year), year)


def row(assessment: pd.DataFrame, region: str, tier: str = "base") -> Any:
    chosen = assessment[(assessment["region"] == region) & (assessment["tier"] == tier)]
    return next(chosen.itertuples(index=False))


# --- targets of regions in the plan ----------------------------------------------------------------------------------


def changed_plan(folder: Path, change: Any) -> None:
    content = yaml.safe_load((CITY / "plan.yaml").read_text(encoding="utf-8"))
    change(content)
    (folder / "plan.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def problems(folder: Path, change: Any, language: str = "zh") -> Any:
    changed_plan(folder, change)
    with pytest.raises(InputError) as error:
        load_plan(folder, language)
    return error.value


def cod(content: dict[str, Any]) -> dict[str, float]:
    return content["regional_targets"]["values"]["cod_project_reduction"]["base"]


@pytest.mark.parametrize(("tonnes_more", "said"), [(1, "+1"), (-1, "-1")])
def test_a_division_that_is_off_by_one_tonne_is_an_error(tmp_path: Path, tonnes_more: int, said: str) -> None:
    error = problems(tmp_path, lambda content: cod(content).update(lianshan=1191 + tonnes_more))
    (problem,) = error.problems
    assert (problem.code, problem.severity) == ("division_off", "error")
    assert problem.cell == "regional_targets.values.cod_project_reduction.base"
    line = problem.line(catalogue("zh"))
    for part in ("化学需氧量", f"连山区 {1191 + tonnes_more}", "建昌县 546", f"{said}吨", "4961吨"):
        assert part in line


def test_the_error_of_a_division_reads_in_english_too(tmp_path: Path) -> None:
    line = str(problems(tmp_path, lambda content: cod(content).update(lianshan=1190), "en"))
    for part in ("chemical oxygen demand", "Lianshan District 1190", "-1 t", "4960 t", "4961 t"):
        assert part in line


def test_a_division_that_adds_up_is_none(tmp_path: Path) -> None:
    changed_plan(tmp_path, lambda content: cod(content).update(lianshan=1190, longgang=1092))
    assert load_plan(tmp_path).regional_tiers("cod_project_reduction", "longgang")[0].value == 1092


def test_a_region_left_out_of_the_division_is_named(tmp_path: Path) -> None:
    error = problems(tmp_path, lambda content: cod(content).pop("jianchang"))
    assert "建昌县 —" in error.problems[0].found
    assert error.problems[0].details["difference"] == "-546"


def test_intensities_need_not_add_up(tmp_path: Path) -> None:
    changed_plan(
        tmp_path,
        lambda content: content["regional_targets"]["values"]["energy_intensity_gdp"]["base"].update(lianshan=20),
    )
    assert load_plan(tmp_path)


def test_unknown_regions_and_indicators_of_targets_are_all_reported(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        cod(content)["lianshn"] = 1
        content["regional_targets"]["values"]["codd"] = {"base": {"huludao": 1}}
        content["regional_evaluation"]["measures"].append("measures_missing")

    error = problems(tmp_path, change)
    assert {(item.code, item.found) for item in error.problems} == {
        ("unknown_reference", name) for name in ("lianshn", "codd", "huludao", "measures_missing")
    }
    assert next(item for item in error.problems if item.found == "lianshn").details["nearest"] == "lianshan"


def test_a_misspelt_tier_or_barometer_is_an_error(tmp_path: Path) -> None:
    def tier(content: dict[str, Any]) -> None:
        content["regional_targets"]["values"]["cod_project_reduction"]["bse"] = {"lianshan": 1}

    assert "unknown_value" in {item.code for item in problems(tmp_path, tier).problems}

    def barometer(content: dict[str, Any]) -> None:
        content["regional_evaluation"]["barometers"] = ["third_quarter"]

    assert "third_quarter" in str(problems(tmp_path, barometer))


def test_a_regional_reduction_of_everything_is_an_error(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["regional_targets"]["values"]["energy_intensity_gdp"]["base"]["nanpiao"] = 100

    error = problems(tmp_path, change)
    assert [(item.code, "nanpiao" in item.cell) for item in error.problems] == [("reduction_not_positive", True)]


def test_the_shipped_plan_gives_every_region_two_tiers_and_all_tonnes() -> None:
    plan = load_plan(CITY)
    for region in plan.children(plan.area):
        tiers = plan.regional_tiers("energy_intensity_gdp", region.id)
        assert [(tier.id, tier.wording) for tier in tiers] == [("base", "基本"), ("stretch", "激励")]
        assert tiers[0].value < tiers[1].value
    assert plan.regional_targets.is_demonstration
    assert "没有公布" in plan.regional_targets.note.zh


# --- judged by their own targets ------------------------------------------------------------------------------------


def test_a_region_is_judged_by_its_own_tiers_and_the_area_by_its_own() -> None:
    plan = plan_with("level_at_least", 90)
    plan = with_regions(plan, {"base": {"east": 60}, "stretch": {"east": 100}})
    _, found = judged(plan, table(city={2020: 50, 2024: 82}, east={2020: 50, 2024: 60}, west={2020: 50, 2024: 80}))
    assert row(found, "city").progress == pytest.approx(0.8)
    assert "stretch" not in set(found[found["region"] == "city"]["tier"])
    assert (row(found, "east").target_value, row(found, "east").status) == (60, "met")
    assert row(found, "east", "stretch").progress == pytest.approx(0.2)
    assert (row(found, "west").reason, math.isnan(row(found, "west").progress)) == ("no_target_for_region", True)


def test_tiers_that_the_area_has_in_two_commitments_are_judged_once_in_a_region() -> None:
    content = plan_with("level_at_least", 90).model_dump(mode="json")
    second = {**content["sections"][0]["commitments"][0], "id": "y"}
    second["target"] = {**second["target"], "tiers": [{"id": "stretch", "value": 95}]}
    content["sections"][0]["commitments"].append(second)
    plan = with_regions(Plan.model_validate(content), {"base": {"east": 60}, "stretch": {"east": 70}})
    _, found = judged(plan, table(city={2020: 50, 2024: 82}, east={2020: 50, 2024: 60}))
    assert list(found[found["region"] == "east"]["target_value"]) == [60, 70]
    assert list(found[found["region"] == "city"]["target_value"]) == [90, 95]


def test_a_region_with_a_target_that_delivered_nothing_is_there() -> None:
    _, found = judged(tonnes(east=60, west=40), table(city={2021: 20}, east={2021: 12}))
    assert (row(found, "west").status, row(found, "west").reason) == ("not_assessed", "no_data")


@pytest.mark.parametrize("is_invented", [True, False])
def test_what_is_judged_by_invented_targets_says_so(is_invented: bool) -> None:
    plan = with_regions(
        plan_with("level_at_least", 90), {"base": {"east": 60}}, targets={"is_demonstration": is_invented}
    )
    plan = plan.model_copy(
        update={"regional_targets": plan.regional_targets.model_copy(update={"values": {"x": {"base": {"east": 60}}}})}
    )
    _, found = judged(plan, table(city={2020: 50, 2024: 82}, east={2020: 50, 2024: 60}, west={2020: 50, 2024: 80}))
    assert row(found, "east").is_demonstration == is_invented
    assert not row(found, "city").is_demonstration
    assert not row(found, "west").is_demonstration
    assert bool(invented_targets_note(plan, "zh")) == is_invented
    assert ("示例" in regional_caption(plan, "progress", "zh")) == is_invented


# --- regions taken together -----------------------------------------------------------------------------------------


def test_intensities_are_combined_by_weight_and_never_averaged() -> None:
    levels, weights = {"a": 1.0, "b": 2.0}, {"a": 300.0, "b": 100.0}
    assert combine_levels(levels, weights, ["a", "b"]).value == 1.25


def test_amounts_are_added_up() -> None:
    assert add_up({"a": 2.0, "b": 3.0}, ["a", "b"]).value == 5.0


def test_growth_of_the_intensive_region_raises_the_index_of_the_whole() -> None:
    # Base: (1·100 + 2·100) / 200 = 1.5; now: (0.9·100 + 1.8·300) / 400 = 1.575.
    indices, levels = {"a": 90.0, "b": 90.0}, {"a": 1.0, "b": 2.0}
    found = combine_indices(indices, levels, {"a": 100.0, "b": 300.0}, {"a": 100.0, "b": 100.0}, ["a", "b"])
    assert found.value == pytest.approx(105)


@pytest.mark.parametrize("missing", ["value", "weight"])
def test_without_a_region_nothing_is_combined_and_the_region_is_named(missing: str) -> None:
    parts = {"a": 1.0, "b": math.nan} if missing == "value" else {"a": 1.0, "b": 2.0}
    weights = {"a": 1.0} if missing == "weight" else {"a": 1.0, "b": 1.0}
    found = combine_levels(parts, weights, ["a", "b"])
    assert (math.isnan(found.value), found.missing) == (True, ("b",))


def test_totals_that_differ_by_a_tonne_show_the_difference() -> None:
    plan = tonnes(east=60, west=40)
    observations = table(city={2021: 20, 2022: 21}, east={2021: 12, 2022: 12}, west={2021: 8, 2022: 8})
    found = reconcile(plan, observations, measure(observations, plan), 2024)
    assert found[["method", "year", "area_value", "combined_value", "difference"]].values.tolist() == [
        ["sum", 2022, 41.0, 40.0, -1.0]
    ]
    assert reconciliation_table(found, plan, "zh").rows[0][-1] == "−1.0"


def test_a_missing_region_is_named_where_totals_are_compared() -> None:
    plan = tonnes(east=60, west=40)
    observations = table(city={2021: 20, 2022: 21}, east={2021: 12, 2022: 12}, west={2021: 8})
    found = reconcile(plan, observations, measure(observations, plan), 2024)
    assert (found["missing"].iloc[0], found["difference"].isna().iloc[0]) == ("west", True)
    assert reconciliation_table(found, plan, "zh").rows[0][-1] == "缺west区"


def test_later_years_than_the_edition_are_not_reconciled() -> None:
    plan = tonnes(east=60, west=40)
    observations = table(city={2021: 20, 2022: 21}, east={2021: 12, 2022: 12}, west={2021: 8, 2022: 8})
    assert reconcile(plan, observations, measure(observations, plan), 2021)["difference"].tolist() == [0.0]


def test_rates_without_a_weight_are_not_combined() -> None:
    plan = with_regions(plan_with("level_at_least", 90), {})
    observations = table(city={2020: 50}, east={2020: 40}, west={2020: 60})
    found = reconcile(plan, observations, measure(observations, plan), 2024)
    assert (found["method"].iloc[0], found["combined_value"].isna().iloc[0]) == ("none", True)


def weighted_plan_and_observations() -> tuple[Plan, pd.DataFrame]:
    """Two counties of intensity 1 and 2 and equal GDP; the second one grows threefold."""
    observations = table(
        city={2021: 5.0}, east={2021: -10.0}, west={2021: -10.0},
        gdp_east={2020: 100, 2021: 100}, gdp_west={2020: 100, 2021: 300},
        level_east={2020: 1.0}, level_west={2020: 2.0},
    )  # fmt: skip
    return intensity(weights=True), observations


def test_changes_of_intensities_are_combined_through_their_levels() -> None:
    plan, observations = weighted_plan_and_observations()
    found = reconcile(plan, observations, measure(observations, plan), 2024)
    own = found[found["indicator"] == "x"].iloc[0]
    assert (own["method"], own["combined_value"]) == ("weighted", pytest.approx(5.0))
    assert own["difference"] == pytest.approx(0.0)


def test_regional_targets_of_intensity_are_combined_by_base_weights() -> None:
    plan, observations = weighted_plan_and_observations()
    plan = plan.model_copy(
        update={
            "regional_targets": plan.regional_targets.model_copy(
                update={"values": {"x": {"base": {"east": 6.0, "west": 15.0}}}}
            )
        }
    )
    # Energy 100 and 200: (6·100 + 15·200) / 300 = 12.
    assert reconcile_targets(plan, observations)["combined_value"].iloc[0] == pytest.approx(12.0)


# --- contributions to the gap ---------------------------------------------------------------------------------------


def test_shortfalls_in_tonnes_add_up_to_the_gap_of_the_area() -> None:
    # Two of five years: due are 24 and 16 of 60 and 40 tonnes.
    plan = tonnes(east=60, west=40)
    observations = table(city={2021: 10, 2022: 20}, east={2021: 5, 2022: 7}, west={2021: 5, 2022: 13})
    measures, found = judged(plan, observations, 2022)
    gaps = contributions(plan, observations, measures, found).set_index("region")["gap"]
    assert gaps.to_dict() == pytest.approx({"east": 12.0, "west": -2.0, "city": 10.0, "": 0.0}, abs=1e-9)


def test_contributions_of_intensities_are_weighted_and_the_structure_is_what_remains() -> None:
    plan, observations = weighted_plan_and_observations()
    measures, found = judged(plan, observations, 2021)
    gaps = contributions(plan, observations, measures, found).set_index("region")["gap"]
    # Both counties are exactly on the path, the area is 15 points above it: nothing but structure.
    assert gaps.to_dict() == pytest.approx({"east": 0.0, "west": 0.0, "city": 15.0, "": 15.0}, abs=1e-9)
    # West at −5 % instead: 5 points · (300 / 400) · (2 / 1.5) = 5 points of the area.
    late = observations.assign(
        value=observations["value"].where(
            ~((observations["region"] == "west") & (observations["indicator"] == "x")), -5.0
        )
    )
    measures, found = judged(plan, late, 2021)
    gaps = contributions(plan, late, measures, found).set_index("region")["gap"]
    assert gaps["west"] == pytest.approx(5.0)
    assert gaps[""] == pytest.approx(10.0)


def test_a_waterfall_starts_at_nothing_and_ends_at_the_gap_of_the_area() -> None:
    plan = tonnes(east=60, west=40)
    observations = table(city={2021: 10, 2022: 20}, east={2021: 5, 2022: 7}, west={2021: 5, 2022: 13})
    measures, found = judged(plan, observations, 2022)
    (panel,) = waterfalls(contributions(plan, observations, measures, found), plan, "zh")
    assert [(step.name, round(step.start), round(step.gap)) for step in panel.steps] == [
        ("east区", 0, 12), ("west区", 12, -2), ("市", 0, 10),
    ]  # fmt: skip
    assert panel.finding == "x：缺口10.0吨"


def test_a_region_that_delivered_nothing_is_missing_in_the_waterfall() -> None:
    plan = tonnes(east=60, west=40)
    observations = table(city={2021: 10, 2022: 20}, east={2021: 5, 2022: 7})
    measures, found = judged(plan, observations, 2022)
    (panel,) = waterfalls(contributions(plan, observations, measures, found), plan, "zh")
    assert [(step.name, panel.label(step)) for step in panel.steps] == [
        ("east区", "+12.0"), ("west区", "未报送"), ("结构及其他", "−2.0"), ("市", "+10.0"),
    ]  # fmt: skip


# --- ranks ----------------------------------------------------------------------------------------------------------


def test_ties_share_a_place_and_leave_the_next_one_free() -> None:
    assert rank({"a": 0.5, "b": 0.7, "c": 0.5, "d": 0.1}, 3) == {
        "a": Place(2, True), "b": Place(1, False), "c": Place(2, True), "d": Place(4, False),
    }  # fmt: skip


def test_what_prints_alike_is_a_tie_and_what_does_not_is_none() -> None:
    assert rank({"a": 0.50001, "b": 0.49999}, 3) == {"a": Place(1, True), "b": Place(1, True)}
    assert rank({"a": 0.5006, "b": 0.4994}, 3) == {"a": Place(1, False), "b": Place(2, False)}


def test_regions_without_a_value_have_no_place() -> None:
    assert rank({"a": math.nan, "b": 0.2}, 3) == {"b": Place(1, False)}


def test_the_table_of_progress_says_ties_and_missing_regions() -> None:
    plan = with_regions(
        plan_with("level_at_least", 90), {"base": dict.fromkeys(("east", "west", "north", "south"), 60)},
        ("east", "west", "north", "south"),
    )  # fmt: skip
    values = {"city": {2020: 50, 2024: 82}, "east": {2020: 50, 2024: 55}, "west": {2020: 40, 2024: 50}}
    _, found = judged(plan, table(**values, north={2020: 50, 2024: 52}))
    printed = [cell.replace(JOINER, "") for cell in region_progress(found, plan, "zh").rows[0]]
    assert printed == ["x", "50.0%（并列第1）", "50.0%（并列第1）", "20.0%（第3）", "未报送"]


# --- barometer and responsibility score -----------------------------------------------------------------------------


def graded(change: float, earlier: float = -10.0, points: float | None = 55.0, **more: Any) -> Any:
    """The grade of a county whose intensity changed like this in the second of five years."""
    plan = intensity(regions=("east",), grading=True, measures=[] if points is None else ["m"], **more)
    observations = table(city={2021: -10, 2022: -10}, east={2021: earlier, 2022: change})
    if points is not None:
        observations = pd.concat([observations, table(m_east={2022: points})])
    measures, found = judged(plan, observations, 2022)
    return next(grade_regions(plan, observations, measures, found).itertuples(index=False))


@pytest.mark.parametrize(
    ("change", "level"),
    [
        (-10.01, "level3_green"), (-10.0, "level3_green"), (-9.99, "level2_yellow"),
        (-9.0, "level2_yellow"), (-8.99, "level1_red"), (1.0, "level1_red"),
    ],
)  # fmt: skip
def test_first_quarter_barometer_looks_at_the_size_of_the_shortfall(change: float, level: str) -> None:
    assert graded(change).first_quarter == level


@pytest.mark.parametrize(
    ("change", "level"),
    [(-10.01, "level3"), (-10.0, "level3"), (-9.99, "level2"), (0.0, "level2"), (0.01, "level1")],
)
def test_half_year_barometer_looks_for_a_rise(change: float, level: str) -> None:
    assert graded(change).half_year == level


def test_only_the_versions_that_the_plan_names_are_shown() -> None:
    plan = intensity(regions=("east",), grading=True)
    evaluation = plan.regional_evaluation.model_copy(update={"barometers": ["half_year"]})
    plan = plan.model_copy(update={"regional_evaluation": evaluation})
    observations = table(city={2021: -10}, east={2021: -10})
    measures, found = judged(plan, observations, 2021)
    grades = grade_regions(plan, observations, measures, found)
    assert (grades["first_quarter"].iloc[0], grades["half_year"].iloc[0]) == ("", "level3")
    assert len(barometer_table(grades, plan, "zh").columns) == 6


def test_the_score_has_a_part_for_the_target_and_one_for_measures() -> None:
    # Both years as required: all that is due is reached.
    exact = graded(-10.0, points=55.0)
    assert (exact.completion, exact.target_points, exact.total) == (pytest.approx(1), 40, 95)
    assert (exact.grade, exact.is_vetoed) == ("over_fulfilled", False)
    assert graded(-10.0, points=54.9).grade == "fulfilled"


def test_a_missed_target_is_a_veto_whatever_the_total() -> None:
    missed = graded(-9.99, points=60.0)
    assert missed.total == 96
    assert (missed.grade, missed.is_vetoed) == ("not_fulfilled", True)


def test_without_scores_for_measures_there_is_no_total_and_no_grade() -> None:
    found = graded(-10.0, points=None)
    assert (found.grade, math.isnan(found.total), found.reason) == ("not_available", True, "no_measures_part")


def test_a_region_without_values_is_listed_with_its_reason() -> None:
    plan = intensity(grading=True, measures=["m"])
    observations = table(city={2021: -10}, east={2021: -9}, m_east={2021: 50})
    measures, found = judged(plan, observations, 2021)
    grades = grade_regions(plan, observations, measures, found)
    assert grades.set_index("region")["reason"].to_dict() == {"east": "", "west": "no_data"}
    assert barometer_table(grades, plan, "zh").rows[1] == ("west区", "—", "—", "—", "—", "未报送", "未报送")
    assert responsibility_table(grades, plan, "zh").rows[1][-1] == "未报送"
    assert "未报送x" in targets_paragraph(found, plan, "zh")


def test_a_plan_without_regional_targets_has_nothing_of_this() -> None:
    plan = with_regions(plan_with("level_at_least", 90), {})
    observations = table(city={2020: 50, 2024: 82}, east={2020: 50, 2024: 60})
    measures, found = judged(plan, observations)
    grades, gaps = (
        grade_regions(plan, observations, measures, found),
        contributions(plan, observations, measures, found),
    )
    assert (len(grades), len(gaps), len(reconcile_targets(plan, observations))) == (0, 0, 0)
    assert (region_progress(found, plan, "zh").rows, targets_paragraph(found, plan, "zh")) == ((), "")
    assert (grades_paragraph(grades, plan, "zh"), contributions_paragraph(gaps, plan, "zh")) == ("", "")
    with pytest.raises(ValueError, match="targets"):
        draw_regional_status(found, plan, "zh")
    with pytest.raises(ValueError, match="contributions"):
        draw_contributions(gaps, plan, "zh")


# --- the shipped city -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    from analysis.observations import load

    folder = tmp_path_factory.mktemp("city")
    shutil.copytree(CITY, folder, dirs_exist_ok=True)
    plan = load_plan(folder)
    observations = load(folder, plan, 2024, "zh").observations
    measures, found = judged(plan, observations)
    return {
        "plan": plan,
        "observations": observations,
        "assessment": found,
        "totals": reconcile(plan, observations, measures, 2024),
        "targets": reconcile_targets(plan, observations),
        "gaps": contributions(plan, observations, measures, found),
        "grades": grade_regions(plan, observations, measures, found),
    }


def test_the_regions_of_the_city_agree_with_it(city: dict[str, Any]) -> None:
    compared = city["totals"][city["totals"]["method"] != "none"]
    assert len(compared) >= 6
    for found in compared.itertuples(index=False):
        assert abs(found.difference) <= 10 ** -city["plan"].indicator(found.indicator).decimals, found.indicator
    assert city["targets"]["difference"].between(0, 0.1).all()


def test_grades_of_the_city_reviewed_by_eye(city: dict[str, Any]) -> None:
    found = city["grades"].set_index("region")
    names = ["rank", "first_quarter", "half_year", "target_points", "measures_points", "grade"]
    assert {region: tuple(found.loc[region, names]) for region in found.index} == {
        "lianshan": (5, "level1_red", "level2", 36.0, pytest.approx(54.6), "not_fulfilled"),
        "longgang": (4, "level3_green", "level3", 36.0, pytest.approx(50.4), "not_fulfilled"),
        "nanpiao": (6, "level2_yellow", "level2", 24.0, pytest.approx(44.0), "not_fulfilled"),
        "xingcheng": (2, "level3_green", "level3", 46.0, pytest.approx(53.2), "over_fulfilled"),
        "suizhong": (1, "level3_green", "level3", 49.0, pytest.approx(55.6), "over_fulfilled"),
        "jianchang": (3, "level3_green", "level3", 40.0, pytest.approx(48.2), "fulfilled"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_in_the_sentences_stands_in_a_table_or_figure(city: dict[str, Any], language: str) -> None:
    plan, found, gaps = city["plan"], city["assessment"], city["gaps"]
    printed = [
        region_progress(found, plan, language), barometer_table(city["grades"], plan, language),
        responsibility_table(city["grades"], plan, language),
    ]  # fmt: skip
    cells = " ".join(cell for item in printed for line in item.rows for cell in line)
    for number in re.findall(r"\d+\.\d%", targets_paragraph(found, plan, language)):
        assert number in cells or number == "80.0%"
    drawing = draw_contributions(gaps, plan, language, is_demonstration=True)
    for number in re.findall(
        r"\d+(?:\.\d+)?(?=个百分点|吨| percentage| t )", contributions_paragraph(gaps, plan, language)
    ):
        assert number in drawing.alt


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_of_the_city_say_that_they_are_demonstrations(city: dict[str, Any], language: str) -> None:
    from matplotlib.text import Text

    for drawing in (
        draw_regional_status(city["assessment"], city["plan"], language),
        draw_contributions(city["gaps"], city["plan"], language, is_demonstration=True),
    ):
        marks = [item for item in drawing.figure.findobj(Text) if item.get_gid() == "demonstration"]
        assert len(marks) == 1
        assert smallest_printed_type(drawing.figure) >= 8
        assert outside(drawing.figure) == []


def test_the_matrix_of_targets_shows_word_shape_and_progress(city: dict[str, Any]) -> None:
    from matplotlib.text import Text

    drawing = draw_regional_status(city["assessment"], city["plan"], "zh")
    texts = {item.get_text() for item in drawing.figure.findobj(Text)}
    assert "✓ 已达到\n120.5%" in texts
    own = city["assessment"]["region"] == "nanpiao"
    energy = city["assessment"]["indicator"] == city["plan"].regional_evaluation.indicator
    status = city["assessment"][own & energy & (city["assessment"]["tier"] == "base")]["status"].iloc[0]
    assert f"{STATUS_STYLES[status].shape} {catalogue('zh').text(f'report.status.{status}')}\n48.8%" in texts
    assert drawing.title.startswith("6个地区的36项分解目标中，")


def test_divisions_and_scores_are_printed_in_full(city: dict[str, Any]) -> None:
    plan = city["plan"]
    division = {line[0]: line[1:] for line in division_table(city["targets"], plan, "zh").rows}
    assert division["各地区合计或加权"] == ("14.52", "—", "4961", "47", "4356", "1509")
    assert division["相差"] == ("+0.02", "—", "0", "0", "0", "0")
    scores = measures_table(city["observations"], city["grades"], plan, "zh").rows
    assert scores[0] == ("连山区", "5.8", "17.4", "16.5", "7.2", "7.7", "54.6")
    responsibility = responsibility_table(city["grades"], plan, "zh").rows
    assert responsibility[0][-1] == "[▼ 未完成（一票否决）]{.status-off-track}"
