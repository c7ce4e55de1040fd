"""Demonstration data: the same bytes every time, plausible, and honest about what it is."""

from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path

import pytest
import yaml

from analysis.demo import write_demo
from analysis.demo.ledgers import LEDGERS_FILE
from analysis.demo.specification import SPECIFICATION_FILE, read_specification
from analysis.demo.trajectories import Values, divide, interpolate, simulate
from analysis.errors import InputError
from analysis.plan import load_plan
from analysis.project import raw_folder

COMMITTED = raw_folder() / "huludao-145"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("plan.yaml", SPECIFICATION_FILE, LEDGERS_FILE):
        shutil.copy(COMMITTED / name, tmp_path / name)
    return tmp_path


@pytest.fixture(scope="module")
def values() -> Values:
    plan = load_plan(COMMITTED)
    return simulate(read_specification(COMMITTED, plan), plan)


def change(folder: Path, **changed: object) -> None:
    path = folder / SPECIFICATION_FILE
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(content | changed, allow_unicode=True), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    files = [*(folder / "observations").iterdir(), folder / "sources.csv"]
    return {path.name: path.read_bytes() for path in files}


def series(values: Values, region: str, indicator: str) -> dict[int, float]:
    return {year: value for (place, id, year), value in values.first.items() if (place, id) == (region, indicator)}


def test_committed_files_are_what_the_specification_gives(folder: Path) -> None:
    write_demo(folder)
    assert contents(folder) == contents(COMMITTED)


def test_another_seed_gives_other_values(folder: Path) -> None:
    change(folder, seed=146)
    write_demo(folder)
    new, old = contents(folder), contents(COMMITTED)
    assert new.keys() == old.keys()
    assert new["能耗强度降低率.csv"] != old["能耗强度降低率.csv"]


def test_sources_name_every_file_with_its_hash_and_say_that_it_is_synthetic() -> None:
    with (COMMITTED / "sources.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["status"] for row in rows} == {"synthetic"}
    for row in rows:
        content = (COMMITTED / "observations" / row["file"]).read_bytes()
        assert row["sha256"] == hashlib.sha256(content).hexdigest()


def test_files_come_in_the_forms_that_bureaus_send() -> None:
    from openpyxl import load_workbook

    folder = COMMITTED / "observations"
    with pytest.raises(UnicodeDecodeError):
        (folder / "重点工程减排量.csv").read_bytes().decode("utf-8")
    assert '"1,041"' in (folder / "重点工程减排量.csv").read_bytes().decode("gb18030")
    yearbook = load_workbook(folder / "农业农村减排.xlsx")
    assert [str(area) for area in yearbook["2020年"].merged_cells.ranges].count("E2:G2") == 1
    construction = [row[0].value for row in load_workbook(folder / "城市建设统计.xlsx").active.iter_rows(max_row=3)]
    assert construction[1:] == ["单位：%", "指标"]
    industry = [cell.value for row in load_workbook(folder / "工业节能节水.xlsx").active.iter_rows() for cell in row]
    assert any(str(value).endswith("(p)") for value in industry)
    assert any(str(value).endswith("(r)") for value in industry)
    assert "—" in industry


def test_workbooks_hold_no_trace_of_when_they_were_written() -> None:
    import zipfile

    with zipfile.ZipFile(COMMITTED / "observations" / "交通运输.xlsx") as archive:
        assert {item.date_time[1:] for item in archive.infolist()} == {(1, 1, 0, 0, 0)}
        assert b"dcterms:modified" not in archive.read("docProps/core.xml")


def test_counties_add_up_to_the_city(values: Values) -> None:
    plan = load_plan(COMMITTED)
    counties = [region.id for region in plan.children(plan.area)]
    for name in ("cod", "nh3n", "nox", "voc"):
        for year, total in series(values, plan.area, f"{name}_project_reduction").items():
            assert sum(values.first[id, f"{name}_project_reduction", year] for id in counties) == total


def test_values_lie_within_the_bounds_of_their_indicators(values: Values) -> None:
    plan = load_plan(COMMITTED)
    for (_, id, _), value in [*values.first.items(), *values.revised.items()]:
        low, high = plan.indicator(id).bounds
        assert low is None or value >= low
        assert high is None or value <= high


def test_stories_of_the_specification_come_true(values: Values) -> None:
    waste = series(values, "huludao", "construction_waste_utilisation_rate")
    assert 2020 not in waste
    assert {2019, 2021} <= waste.keys()
    ink = series(values, "huludao", "solvent_ink_share")
    assert len(ink) < 6
    film = series(values, "huludao", "film_recovery_rate")
    assert film[2022] > film[2023] > film[2024] >= 85
    straw = series(values, "huludao", "straw_utilisation_rate")
    assert min(straw[2022], straw[2023], straw[2024]) >= 90
    freight = series(values, "huludao", "rail_water_freight_share")
    assert freight[2024] < freight[2020] < 15
    nh3n = series(values, "huludao", "nh3n_project_reduction")
    assert sum(nh3n[year] for year in range(2021, 2025)) >= 47
    nox = series(values, "huludao", "nox_project_reduction")
    assert sum(nox[year] for year in range(2021, 2025)) / 4 * 5 < 4356
    assert values.revised["huludao", "nonfossil_share", 2023] < values.first["huludao", "nonfossil_share", 2023]


def test_every_scored_indicator_of_the_city_has_a_course(values: Values) -> None:
    plan = load_plan(COMMITTED)
    assert {item.indicator.id for item in plan.scored()} <= {id for _, id, _ in values.first}


def test_counties_combined_by_their_weights_give_the_city(values: Values) -> None:
    plan = load_plan(COMMITTED)
    counties = [region.id for region in plan.children(plan.area)]
    gdp = {id: series(values, id, "regional_gdp") for id in counties}
    level = {id: values.first[id, "energy_per_gdp", plan.base_year] for id in counties}
    city = values.first[plan.area, "energy_per_gdp", plan.base_year]

    def combined(year: int) -> float:
        return sum(gdp[id][year] * level[id] for id in counties) / sum(gdp[id][year] for id in counties)

    assert combined(plan.base_year) == pytest.approx(city, abs=1e-4)
    for year in range(plan.base_year + 1, 2025):
        city *= 1 + values.first[plan.area, "energy_intensity_gdp", year] / 100
        level = {id: level[id] * (1 + values.first[id, "energy_intensity_gdp", year] / 100) for id in counties}
        assert combined(year) == pytest.approx(city, rel=1e-4)


def test_path_is_straight_between_its_years() -> None:
    assert interpolate({2011: 10, 2013: 14, 2014: 13}) == {2011: 10, 2012: 12, 2013: 14, 2014: 13}


def test_parts_add_up_exactly_after_rounding() -> None:
    assert divide(10, {"a": 1, "b": 1, "c": 1}, 0) == {"a": 4, "b": 3, "c": 3}
    assert divide(1.0, {"a": 2, "b": 1}, 1) == {"a": 0.7, "b": 0.3}


def test_adding_an_indicator_leaves_the_others_as_they_are(folder: Path, values: Values) -> None:
    plan = load_plan(folder)
    content = yaml.safe_load((folder / SPECIFICATION_FILE).read_text(encoding="utf-8"))
    kept = {id: course for id, course in content["indicators"].items() if id != "cod_project_reduction"}
    files = [item for item in content["files"] if "cod_project_reduction" not in item.get("indicators", [])]
    change(folder, indicators=kept, files=files)
    fewer = simulate(read_specification(folder, plan), plan)
    assert fewer.first.items() <= values.first.items()


def test_specification_with_an_unknown_indicator_is_refused(folder: Path) -> None:
    change(folder, shares={"lianshn": 1.0})
    with pytest.raises(InputError, match="lianshn"):
        write_demo(folder)
    assert not (folder / "observations").exists()


def test_specification_without_a_share_is_refused(folder: Path) -> None:
    change(folder, shares={"lianshan": 1.0})
    with pytest.raises(InputError) as error:
        write_demo(folder)
    assert [problem.details["key"] for problem in error.value.problems if problem.code == "missing_key"] == [
        "longgang",
        "nanpiao",
        "xingcheng",
        "suizhong",
        "jianchang",
    ]
