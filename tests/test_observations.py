"""Raw rows become observations, counted missing values or rejected rows; nothing else happens to them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from delivery import codes, deliver, read, values, write_csv

from analysis import contracts
from analysis.errors import InputError
from analysis.observations import known_in, load, newest
from analysis.plan import Plan, load_plan
from analysis.sources.corrections import CORRECTION_COLUMNS
from analysis.sources.names import Names

HEADS = ["region", "indicator", "year", "value", "unit", "vintage", "status", "verification", "note"]


def row(value: object, **other: object) -> list[object]:
    """A tidy row about the sewage rate of the city in 2021."""
    cell = {"region": "青山市", "indicator": "sewage_rate", "year": 2021, "value": value, "unit": "%", **other}
    return [cell.get(head, "") for head in HEADS]


def one(folder: Path, value: object, **other: object) -> dict:
    """The only observation that a single row yields."""
    table = deliver(folder, [HEADS, row(value, **other)]).observations
    assert len(table) == 1
    return dict(table.iloc[0])


def correct(folder: Path, **columns: str) -> None:
    """Write a correction of the sewage rate of the city in 2021."""
    given = {"indicator": "sewage_rate", "region": "city", "year": "2021", "action": "replace", **columns}
    given = {"reason": "笔误", "who": "王某", "date": "2023-05-06", **given}
    rows = [CORRECTION_COLUMNS, [given.get(name, "") for name in CORRECTION_COLUMNS]]
    write_csv(folder / "corrections.csv", rows)


def test_an_observation_keeps_everything_that_was_delivered(tiny_plan: Path) -> None:
    delivered = {"vintage": "2022-06", "status": "r", "verification": "seen", "note": "普查修订"}
    found = one(tiny_plan, "约82.5", **delivered)
    assert {name: found[name] for name in ("region", "indicator", "year", "value", "unit", "bound")} == {
        "region": "city",
        "indicator": "sewage_rate",
        "year": 2021,
        "value": 82.5,
        "unit": "%",
        "bound": "about",
    }
    assert (found["status"], found["vintage"], found["verification"]) == ("revised", "2022-06", "seen")
    assert (found["file"], found["cell"], found["note"]) == ("observations/delivered.csv", "D2", "普查修订")


@pytest.mark.parametrize("name", ["city", "青山市", "青山", "青 山 市", "Qingshan", "210100", "全市"])
def test_names_of_a_region(name: str, tiny_plan: Path) -> None:
    assert one(tiny_plan, 80, region=name)["region"] == "city"


@pytest.mark.parametrize("name", ["东河县", "青山市东河县", "东河自治县", "东河", "  东 河"])
def test_names_of_a_county(name: str, tiny_plan: Path) -> None:
    assert one(tiny_plan, 80, region=name)["region"] == "east"


@pytest.mark.parametrize(
    "label",
    [
        "污水处理率",
        "城市污水处理率",
        "Sewage treatment rate",
        "SEWAGE_RATE",
        "污水处理率（％）",
        "污水处理率(单位：%)",
        "污水处理率[2]",
        "污水处理率①",
        "一、污水处理率",
        "其中：污水处理率",
        "(3) 污水处理率 (%)",
        "污水处理率\n(%)\nSewage treatment rate",
    ],
)
def test_names_of_an_indicator(label: str, tiny_plan: Path) -> None:
    assert one(tiny_plan, 80, indicator=label)["indicator"] == "sewage_rate"


def test_a_qualifier_in_brackets_is_not_thrown_away(tiny_plan: Path) -> None:
    result = deliver(tiny_plan, [HEADS, row(80, indicator="污水处理率(农村)")])
    assert codes(result, "error") == ["unknown_unit"]


def test_a_label_that_fits_two_indicators_is_told_apart_by_its_unit(plan: Plan) -> None:
    twin = plan.indicators[1].model_copy(update={"id": "sewage_amount", "unit": "10k t"})
    names = Names(plan.model_copy(update={"indicators": [*plan.indicators, twin]}))
    assert names.indicator("污水处理率(万吨)").id == "sewage_amount"
    assert names.indicator("污水处理率(%)").id == "sewage_rate"
    assert names.indicator("污水处理率").is_ambiguous


@pytest.mark.parametrize(
    ("indicator", "value", "unit", "expected"),
    [
        ("sewage_rate", "0.825", "比值", 82.5),
        ("sewage_rate", "825", "‰", 82.5),
        ("sewage_rate", "82.5%", "", 82.5),
        ("waste_total", "21,000", "吨", 2.1),
        ("waste_total", "0.145", "亿吨", 1450),
        ("energy_intensity", "0.48", "吨标煤/万元", 0.48),
        ("energy_intensity", "0.48", "吨标准煤/万元（2020年价）", 0.48),
    ],
)
def test_units_are_converted(indicator: str, value: str, unit: str, expected: float, tiny_plan: Path) -> None:
    assert one(tiny_plan, value, indicator=indicator, unit=unit)["value"] == expected


def test_a_missing_unit_is_assumed_and_said(tiny_plan: Path) -> None:
    result = deliver(tiny_plan, [HEADS, row(80, unit=""), row(81, unit="", year=2022)])
    assert [(item.severity, item.code, item.details["count"]) for item in result.problems] == [
        ("note", "unit_assumed", "2")
    ]


def test_missing_values_are_counted_and_become_nothing(tiny_plan: Path) -> None:
    result = deliver(tiny_plan, [HEADS, row("—"), row("", year=2022), row(0, year=2023)])
    assert values(result) == {("city", "sewage_rate", 2023): 0.0}
    assert [(item.code, item.details["count"]) for item in result.problems] == [("value_missing", "2")]
    assert result.rejected.empty


def test_every_delivered_row_is_an_observation_a_missing_value_or_rejected(tiny_plan: Path) -> None:
    rows = [row(80), row("—", year=2022), row("26-29%", year=2023), row("多", year=2024), row(120, year=2025)]
    rows += [row(80, year=1900), row(80, indicator="人口"), row(80, region="海南"), row(81), row(80)]
    result = deliver(tiny_plan, [HEADS, *rows])
    assert len(result.observations) + len(result.rejected) + 1 == len(rows)
    assert sorted(result.rejected["reason"]) == [
        "duplicate_identical",
        "duplicate_key",
        "indicator_not_in_plan",
        "unknown_region",
        "value_not_number",
        "value_out_of_bounds",
        "value_range",
        "year_outside_plan",
    ]
    assert set(result.quality["rule"]) == {*result.rejected["reason"], "value_missing"}


def test_demonstration_data_stay_demonstration_data(tiny_plan: Path) -> None:
    rows = [HEADS, row("82.5(p)"), row(83, status="修订", year=2022)]
    observations = deliver(tiny_plan, rows, status="synthetic").observations
    assert observations["status"].tolist() == ["synthetic", "synthetic"]
    assert observations["note"].tolist() == ["preliminary", ""]


def test_revisions_are_kept_and_the_newest_is_used(tiny_plan: Path) -> None:
    rows = [HEADS, row(82, vintage="2022-06"), row(83, vintage="2023"), row(81), row(70, year=2020)]
    observations = deliver(tiny_plan, rows).observations
    assert len(observations) == 4
    used = newest(observations)
    assert used[["year", "value", "vintage"]].values.tolist() == [[2020, 70.0, ""], [2021, 83.0, "2023"]]


def test_an_undated_value_counts_as_delivered_in_the_year_after_its_year(tiny_plan: Path) -> None:
    same_year = deliver(tiny_plan, [HEADS, row(81), row(80, vintage="2021-12")]).observations
    assert newest(same_year)["value"].tolist() == [81.0]
    next_year = deliver(tiny_plan, [HEADS, row(81), row(82, vintage="2022")]).observations
    assert newest(next_year)["value"].tolist() == [82.0]


def test_an_edition_uses_only_what_was_known_then(tiny_plan: Path) -> None:
    rows = [row(80, year=2020, vintage="2021-06"), row(81, year=2020, vintage="2023-02"), row(82), row(83, year=2022)]
    result = deliver(tiny_plan, [HEADS, *rows], edition_year=2021)
    assert result.observations[["year", "value"]].values.tolist() == [[2020, 80.0], [2021, 82.0]]
    assert [(item.code, item.found) for item in result.problems] == [("after_edition", "1"), ("delivered_later", "1")]


def test_what_an_earlier_edition_knew_is_found_in_a_later_one(tiny_plan: Path) -> None:
    """Of every edition the same as from the files, whatever was delivered later, or without a date."""
    revised = [row(80, year=2020, vintage="2021-06"), row(81, year=2020, vintage="2023-02"), row(79, year=2019)]
    table = [HEADS, *revised, row(82), row(83, vintage="2022"), row(84, year=2022, vintage="2024")]
    latest = deliver(tiny_plan, table, edition_year=2023).observations
    assert [len(known_in(latest, year)) for year in range(2018, 2024)] == [0, 1, 2, 4, 5, 6]
    for year in range(2018, 2024):
        pd.testing.assert_frame_equal(known_in(latest, year), load(tiny_plan, load_plan(tiny_plan), year).observations)


def test_a_correction_replaces_what_stands_in_the_file(tiny_plan: Path) -> None:
    correct(tiny_plan, expected_old_value="825", new_value="82.5", reference="市局来函")
    result = deliver(tiny_plan, [HEADS, row("825")])
    assert values(result) == {("city", "sewage_rate", 2021): 82.5}
    assert result.observations["note"].tolist() == ["825 → 82.5: 笔误"]
    noted = result.quality.iloc[0]
    assert (noted["severity"], noted["rule"], noted["found"], noted["cell"]) == (
        "note",
        "correction_applied",
        "825",
        "D2",
    )
    assert noted["expected"] == "82.5"


def test_a_correction_drops_one_of_two_contradicting_values(tiny_plan: Path) -> None:
    correct(tiny_plan, action="drop", expected_old_value="83")
    result = deliver(tiny_plan, [HEADS, row(82.5), row(83)])
    assert values(result) == {("city", "sewage_rate", 2021): 82.5}
    assert codes(result) == ["correction_dropped"]
    assert result.rejected["reason"].tolist() == ["correction_dropped"]


def test_a_correction_does_not_outlive_its_reason(tiny_plan: Path) -> None:
    correct(tiny_plan, expected_old_value="825", new_value="82.5")
    result = deliver(tiny_plan, [HEADS, row("82.4")])
    assert codes(result, "error") == ["correction_stale"]
    assert values(result) == {("city", "sewage_rate", 2021): 82.4}


def test_errors_stop_the_run_with_every_problem_in_the_wanted_language(tiny_plan: Path) -> None:
    deliver(tiny_plan, [HEADS, row("多"), row(80, year=1900)])
    with pytest.raises(InputError) as caught:
        load(tiny_plan, load_plan(tiny_plan), language="en")
    assert {item.code for item in caught.value.problems} == {"value_not_number", "year_outside_plan"}
    assert "What to do" in str(caught.value)


def test_the_tables_keep_their_contracts_even_when_nothing_was_delivered(tiny_plan: Path) -> None:
    (tiny_plan / "observations" / "values.csv").unlink()
    (tiny_plan / "sources.csv").unlink()
    result = read(tiny_plan)
    assert result.observations.empty
    assert list(result.observations.columns) == contracts.OBSERVATIONS.names
    assert list(result.quality.columns) == contracts.QUALITY.names
    assert newest(result.observations).empty


def test_the_sources_tell_what_was_read(tiny_plan: Path) -> None:
    sources = read(tiny_plan).sources
    assert sources[["file", "title", "rows"]].values.tolist() == [["values.csv", "节能减排统计表", 5]]
    assert len(sources["sha256"].iloc[0]) == 64
