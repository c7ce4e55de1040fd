"""From a number back to its cell; nothing is lost when the data stop the run; revisions are shown with difference."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from delivery import deliver, list_source, read, write_csv
from test_observations import HEADS, correct, row

from analysis import project
from analysis.edition import open_edition
from analysis.errors import InputError
from analysis.observations import load_observations, revisions
from analysis.pipeline.checking import check_plan
from analysis.pipeline.tracing import trace_value
from analysis.sources.ranges import RangeCheck
from analysis.units import find_unit


@pytest.fixture
def processed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the tables of editions go."""
    folder = tmp_path / "processed"
    monkeypatch.setattr(project, "processed_folder", lambda: folder)
    return folder


def intensity(value: object, **other: object) -> list[object]:
    return row(value, **{"indicator": "energy_intensity", "unit": "吨标准煤/万元（2020年价）", **other})


def test_every_step_from_the_cell_to_the_verdict(tiny_plan: Path, processed: Path) -> None:
    rows = [HEADS, row("约0.8", year=2020, unit="比值"), row("825‰", unit=""), row(83, year=2022)]
    write_csv(tiny_plan / "observations" / "delivered.csv", rows)
    list_source(tiny_plan, "delivered.csv", title="统计表", layout="long")
    correct(tiny_plan, expected_old_value="825‰", new_value="0.826%", reason="笔误", reference="来函")
    wanted = [
        "单元格：observations/delivered.csv · D3",
        "来源：统计表",
        "原文：825‰（标签：sewage_rate）",
        "更正：0.826%: 笔误 · 来函 · 王某 · 2023-05-06",
        "读作：0.826%",
        "观测值：0.826 %（确切值，公布值）",
        "指标量：0.826 %（基期 2020 年为 80）",
        "目标 2025 年 90",
    ]
    text = trace_value("污水处理率", "青山市", 2021, str(tiny_plan))
    assert [part for part in wanted if part not in text] == []
    converted = trace_value("sewage_rate", "city", 2020, str(tiny_plan), language="en")
    assert "conversion: 0.8 ratio → 80 %" in converted
    assert "(about, published)" in converted


def test_all_vintages_are_traced_the_used_one_first(tiny_plan: Path, processed: Path) -> None:
    deliver(tiny_plan, [HEADS, row(82, vintage="2022-06"), row(83, vintage="2023-01")])
    text = trace_value("sewage_rate", "city", 2021, str(tiny_plan), 2022, "en")
    assert text.index("[used] published 2023-01") < text.index("[superseded] published 2022-06")


@pytest.mark.parametrize(
    ("indicator", "region", "year", "rule"),
    [
        ("sewage", "city", 2021, "no_such_indicator"),
        ("sewage_rate", "moon", 2021, "no_such_region"),
        ("sewage_rate", "city", 2019, "no_such_value"),
    ],
)
def test_what_cannot_be_traced(
    indicator: str, region: str, year: int, rule: str, tiny_plan: Path, processed: Path
) -> None:
    with pytest.raises(InputError) as caught:
        trace_value(indicator, region, year, str(tiny_plan), language="en")
    assert [item.code for item in caught.value.problems] == [rule]


def test_the_trace_holds_text_number_unit_and_value(tiny_plan: Path) -> None:
    result = deliver(tiny_plan, [HEADS, row("21,000", indicator="waste_total", unit="吨")])
    found = result.trace.iloc[0]
    assert (found["delivered"], found["number"], found["delivered_unit"]) == ("21,000", 21000.0, "t")
    assert (found["value"], found["unit"], found["cell"]) == (2.1, "10k t", "D2")


def stopped(folder: Path, run: object) -> str:
    deliver(folder, [HEADS, row(80, year=2020), row("多"), row("26-29%", year=2022), row(80, region="海南")])
    with pytest.raises(InputError) as caught:
        run()  # type: ignore[operator]
    return str(caught.value)


def kept(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_stopped_run_keeps_every_problem_and_every_rejected_row(tiny_plan: Path, processed: Path) -> None:
    text = stopped(tiny_plan, lambda: check_plan(str(tiny_plan), language="zh"))
    folder = processed / "tiny" / "2020"
    assert f"全部问题见 {folder} 中的 problems.csv" in text
    assert [item["reason"] for item in kept(folder, "rejected.csv")] == [
        "unknown_region",
        "value_not_number",
        "value_range",
    ]
    assert [item["rule"] for item in kept(folder, "problems.csv")] == [
        "unknown_region",
        "value_not_number",
        "value_range",
    ]
    assert kept(folder, "problems.csv")[1]["todo"].startswith("在源文件中改正")


def test_the_newest_edition_and_a_given_one_keep_their_findings_too(tiny_plan: Path, processed: Path) -> None:
    stopped(tiny_plan, lambda: open_edition(str(tiny_plan)))
    assert len(kept(processed / "tiny" / "2020", "rejected.csv")) == 3
    edition = open_edition(str(tiny_plan), 2021, "en")
    with pytest.raises(InputError, match=r"problems\.csv"):
        load_observations(edition)
    assert len(kept(edition.folder, "rejected.csv")) == 3
    deliver(tiny_plan, [HEADS, row(80)])
    load_observations(edition)
    assert not (edition.folder / "problems.csv").exists()


def test_revisions_with_their_difference(tiny_plan: Path) -> None:
    rows = [row(-3.66, vintage="2009-06"), row(-5.04, vintage="2014-12"), row(-3.27), row(-5.04, vintage="2015-01")]
    changed = [
        [cell if head != "indicator" else "waste_total" for head, cell in zip(HEADS, item, strict=True)]
        for item in rows
    ]
    observations = pd.DataFrame(
        {
            "region": "city",
            "indicator": "x",
            "year": 2007,
            "unit": "%",
            "value": [float(item[3]) for item in changed],
            "vintage": [item[5] for item in changed],
            "file": "f.csv",
            "sheet": "",
            "cell": ["D2", "D3", "D4", "D5"],
        }
    )
    table = revisions(observations)
    assert table[["older_vintage", "older_value", "newer_vintage", "newer_value"]].values.tolist() == [
        ["", -3.27, "2009-06", -3.66],
        ["2009-06", -3.66, "2014-12", -5.04],
    ]
    assert table["difference"].round(2).tolist() == [-0.39, -1.38]
    assert table["newer_place"].tolist() == ["f.csv · D2", "f.csv · D3"]


def test_no_revisions_of_single_values(tiny_plan: Path) -> None:
    assert revisions(read(tiny_plan).observations).empty


@pytest.fixture
def plausible_plan(tiny_plan: Path) -> Path:
    """The energy intensity lies plausibly between 0.2 and 1.5."""
    text = (tiny_plan / "plan.yaml").read_text(encoding="utf-8")
    changed = text.replace("    bounds: [0, 10]\n", "    bounds: [0, 10]\n    plausible: [0.2, 1.5]\n")
    assert changed != text
    (tiny_plan / "plan.yaml").write_text(changed, encoding="utf-8")
    return tiny_plan


@pytest.mark.parametrize(
    ("value", "unit", "factor", "likely", "corrected"),
    [
        (0.48, "万吨标准煤/万元（2020年价）", "10000", "吨标准煤/万元", "0.48"),
        (480, "吨标准煤/万元（2020年价）", "1000", "0.001", "0.48"),
        (4800, "吨标准煤/万元（2020年价）", "10000", "0.0001", "0.48"),
        (0.0048, "吨标准煤/万元（2020年价）", "100", "100", "0.48"),
    ],
)
def test_a_slip_of_the_unit_is_named(
    value: float, unit: str, factor: str, likely: str, corrected: str, plausible_plan: Path
) -> None:
    result = deliver(plausible_plan, [HEADS, intensity(value, unit=unit)])
    assert [item.code for item in result.problems] == ["unit_slip"]
    details = result.problems[0].details
    assert (details["factor"], details["corrected"]) == (factor, corrected)
    assert likely in details["likely"]
    assert result.observations.empty
    assert result.rejected["reason"].tolist() == ["unit_slip"]


def test_a_doubtful_value_is_used_and_reported(plausible_plan: Path) -> None:
    result = deliver(plausible_plan, [HEADS, intensity(1.9)])
    assert [(item.code, item.severity) for item in result.problems] == [("value_implausible", "warning")]
    assert result.observations["value"].tolist() == [1.9]


def test_gigawatt_hours_for_hundred_million_kilowatt_hours(plan: object) -> None:
    indicator = plan.indicators[0].model_copy(
        update={"unit": "100 GWh", "bounds": (0, None), "plausible": (500, 20000)}
    )  # type: ignore[attr-defined]
    own, delivered = find_unit("亿千瓦时"), find_unit("GWh")
    assert own is not None
    finding = RangeCheck(indicator, own).finding(29.57, delivered)
    assert finding is not None
    assert (finding.code, finding.details["factor"]) == ("unit_slip", "100")
    assert finding.details["likely"] == "亿千瓦时 / 100 GWh"
    assert finding.details["corrected"] == "2957"


def test_a_missing_price_basis_is_said(tiny_plan: Path) -> None:
    result = deliver(tiny_plan, [HEADS, intensity(0.48, unit="吨标准煤/万元"), intensity(0.47, year=2022)])
    assert [(item.code, item.severity, item.details["count"]) for item in result.problems] == [
        ("basis_assumed", "note", "1")
    ]


def test_two_price_bases_are_never_mixed(tiny_plan: Path) -> None:
    text = (tiny_plan / "plan.yaml").read_text(encoding="utf-8")
    (tiny_plan / "plan.yaml").write_text(text.replace("tce/10k CNY (2020 prices)", "tce/10k CNY"), encoding="utf-8")
    result = deliver(tiny_plan, [HEADS, intensity(0.48), intensity(0.5, year=2022, unit="吨标准煤/万元（当年价）")])
    assert [(item.code, item.severity) for item in result.problems] == [
        ("basis_not_in_plan", "note"),
        ("basis_mixed", "error"),
    ]
