"""The plans that the repository ships: complete, in the exact wording, with the published figures unchanged."""

from __future__ import annotations

import csv
import os
import re
from functools import cache
from pathlib import Path

import pytest

from analysis.plan import Plan, load_plan
from analysis.project import raw_folder, root
from analysis.units import find_unit

CITY = "huludao-145"
NATIONAL = ("china-145", "china-135")
SHARED = Path(os.environ.get("ANALYSIS_SHARED", root().parent / "shared")) / "data" / "real"
# Names of the plans in plans.csv that the national plans are made of.
NATIONAL_DOCUMENTS = {
    "china-145": {
        "guofa-2021-33",
        "national-public-institutions-145",
        "national-water-saving-145",
        "national-industrial-efficiency",
    },
    "china-135": {"guofa-2016-74"},
}
WITHOUT_NUMBER = {"china3_vehicle_phaseout", "rural_black_water"}
PUBLISHED_NAME = {
    "energy_intensity_gdp": "energy_intensity_gdp_change",
    "co2_intensity_gdp": "co2_intensity_gdp_change",
    "industrial_energy_intensity": "industrial_energy_intensity_change",
    "water_per_industrial_va": "water_per_industrial_va_change",
    "fertiliser_use_efficiency": "fertiliser_pesticide_efficiency",
    "pesticide_use_efficiency": "fertiliser_pesticide_efficiency",
}

needs_facts = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the folder with the facts is not there; name it with ANALYSIS_SHARED"
)


@cache
def plan(name: str) -> Plan:
    return load_plan(raw_folder() / name)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def wordings(name: str) -> list[dict[str, str]]:
    return [row for row in read_csv(SHARED / "plans.csv") if row["plan"] == name]


def observations(name: str) -> list[dict[str, str]]:
    return [row for path in sorted((raw_folder() / name / "observations").glob("*.csv")) for row in read_csv(path)]


def delivered(name: str, indicator: str) -> dict[tuple[str, str], str]:
    return {(row["year"], row["vintage"]): row["value"] for row in observations(name) if row["indicator"] == indicator}


def test_city_plan_holds_72_commitments_of_which_39_are_scored() -> None:
    commitments = [commitment for _, commitment in plan(CITY).commitments()]
    assert len(commitments) == 72
    assert sum(commitment.is_scored for commitment in commitments) == 39


@needs_facts
def test_city_plan_has_the_exact_wording_in_the_exact_order() -> None:
    expected = [(row["indicator"], row["quote"]) for row in wordings(CITY)]
    assert [(commitment.id, commitment.quote) for _, commitment in plan(CITY).commitments()] == expected


@needs_facts
def test_every_quote_of_the_city_plan_stands_in_the_plan_itself() -> None:
    text = (SHARED / "huludao-145-plan.txt").read_text(encoding="utf-8")
    assert [item.id for _, item in plan(CITY).commitments() if item.quote not in text] == []


@needs_facts
def test_city_sections_and_departments_are_those_of_the_plan() -> None:
    facts = {row["indicator"]: row for row in wordings(CITY)}
    for section, commitment in plan(CITY).commitments():
        number = section.number.replace("（", "(").replace("）", ")")
        assert f"{number} {section.title.zh}" == facts[commitment.id]["section"]
        assert section.responsibility.wording == facts[commitment.id]["departments"]


@needs_facts
def test_city_targets_are_those_of_the_plan() -> None:
    facts = {row["indicator"]: row for row in wordings(CITY)}
    for section, commitment in plan(CITY).commitments():
        row = facts[commitment.id]
        has_number = row["kind"] != "qualitative" and commitment.id not in WITHOUT_NUMBER
        assert commitment.is_scored == has_number, (section.id, commitment.id)
    for scored in plan(CITY).scored():
        row = facts[scored.commitment.id]
        assert [tier.value for tier in scored.target.tiers] == [float(part) for part in row["target_value"].split("-")]
        assert scored.target_year == int(row["target_year"] or plan(CITY).target_year)
        assert scored.base_year == int(row["base_year"] or plan(CITY).base_year)
        assert scored.target.about == (row["qualifier"] == "左右")


@needs_facts
@pytest.mark.parametrize("name", NATIONAL)
def test_national_targets_are_those_of_their_documents(name: str) -> None:
    facts = {row["indicator"]: row for row in read_csv(SHARED / "plans.csv") if row["plan"] in NATIONAL_DOCUMENTS[name]}
    found = {commitment.id: commitment for _, commitment in plan(name).commitments()}
    assert facts.keys() <= found.keys()
    for id, row in facts.items():
        assert found[id].quote == row["quote"]
        if row["target_value"]:
            assert found[id].target is not None
            assert found[id].target.tiers[0].value == float(row["target_value"])
            assert found[id].target.verified
    for id in found.keys() - facts.keys():
        assert found[id].target is not None
        assert not found[id].target.verified, f"{id} is not among the facts and must be marked unverified"


def test_two_tiers_are_read_as_ensure_and_strive() -> None:
    scored = [item for item in plan(CITY).scored() if item.indicator.id == "industrial_energy_intensity"]
    tiers = [(tier.id, tier.value, tier.wording) for item in scored for tier in item.target.tiers]
    assert tiers == [("base", 14.5, "确保"), ("stretch", 18, "力争")]
    parks = next(item for item in plan(CITY).scored() if item.indicator.id == "green_park_created")
    assert [(tier.id, tier.value) for tier in parks.target.tiers] == [("base", 1), ("stretch", 2)]


def test_strict_and_approximate_wording_is_kept() -> None:
    targets = {item.indicator.id: item.target for item in plan(CITY).scored()}
    assert [id for id, target in targets.items() if target.strict] == ["water_network_leakage_rate"]
    approximate = {id for id, target in targets.items() if target.about}
    assert approximate == {"rail_water_freight_share", "nonfossil_share", "incineration_capacity_share"}


def test_only_energy_intensity_and_pollutants_bind() -> None:
    binding = {item.indicator.id for item in plan(CITY).scored() if item.target.nature == "binding"}
    pollutants = {f"{name}_project_reduction" for name in ("cod", "nh3n", "nox", "voc")}
    assert binding == {"energy_intensity_gdp", *pollutants}


def test_early_milestone_is_dated() -> None:
    milestone = plan(CITY).milestones[0]
    assert (milestone.commitment, milestone.due.isoformat()) == ("outfall_rectification_50km2", "2023-12-31")


def test_city_has_its_six_districts_and_counties() -> None:
    names = [region.name.zh for region in plan(CITY).children(plan(CITY).area)]
    assert names == ["连山区", "龙港区", "南票区", "兴城市", "绥中县", "建昌县"]


@pytest.mark.parametrize("name", [CITY, *NATIONAL])
def test_every_indicator_has_a_unit_and_both_titles(name: str) -> None:
    for indicator in plan(name).indicators:
        assert find_unit(indicator.unit), indicator.id
        assert indicator.title.zh
        assert re.search(r"[一-鿿]", indicator.title.en) is None
        assert indicator.bounds == (0, 100) or indicator.unit != "%" or indicator.series != "level"


@pytest.mark.parametrize("name", [CITY, *NATIONAL])
def test_every_file_is_registered_and_the_other_way_round(name: str) -> None:
    folder = raw_folder() / name
    registered = [row["file"] for row in read_csv(folder / "sources.csv")]
    assert sorted(registered) == sorted(path.name for path in (folder / "observations").iterdir())


@needs_facts
@pytest.mark.parametrize("name", NATIONAL)
def test_national_values_are_the_published_ones(name: str) -> None:
    facts = [row for row in read_csv(SHARED / "published_observations.csv") if row["region"] == "全国"]
    for row in observations(name):
        published = PUBLISHED_NAME.get(row["indicator"], row["indicator"])
        same = [
            fact
            for fact in facts
            if (fact["year"], fact["source_title"]) == (row["year"], row["source_title"])
            and (
                (fact["indicator"], fact["value"]) == (published, row["value"])
                # Two changes at comparable prices stand in the note of the level at current prices.
                or (fact["indicator"] == row["indicator"] and f"可比价{row['value']}%" in fact["note"])
            )
        ]
        assert same, row
        assert row["verification"] in {fact["verification"] for fact in same}
        assert row["source_url"] in {fact["source_url"] for fact in same}


@pytest.mark.parametrize("name", NATIONAL)
def test_all_vintages_of_the_revised_change_are_delivered(name: str) -> None:
    changes = delivered(name, "energy_intensity_gdp")
    assert [changes["2007", vintage] for vintage in ("2008-01", "2008-07", "2010-07")] == ["-3.27", "-3.66", "-5.04"]


def test_finished_plan_was_missed_by_its_published_changes() -> None:
    changes = delivered("china-135", "energy_intensity_gdp")
    index = 100.0
    for year in range(2016, 2021):
        newest = max((vintage, value) for (of, vintage), value in changes.items() if of == str(year))
        index *= 1 + float(newest[1]) / 100
    # 0.950 · 0.963 · 0.969 · 0.974 · 0.999 = 0.86258
    assert round(100 - index, 2) == 13.74


def test_change_of_definition_is_declared_in_the_data() -> None:
    breaks = plan("china-145").indicator("energy_intensity_gdp").breaks
    assert [(item.year, item.kind) for item in breaks] == [(2024, "definition")]


def test_ranges_and_half_years_never_became_yearly_values() -> None:
    rows = observations("china-145")
    assert all(re.fullmatch(r"\d{4}", row["year"]) for row in rows)
    assert all(re.fullmatch(r"(>=?)?-?\d+(\.\d+)?", row["value"]) for row in rows)
    years = {row["year"] for row in rows if row["indicator"] == "rural_sewage_treatment_rate"}
    assert years == {"2020", "2021", "2025"}
