"""Ledgers and statements as bureaus send them: what is understood, and what is refused with its place."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import sample_tables as sample

from analysis.errors import Problem
from analysis.messages import catalogue
from analysis.sources.grids import Grid
from analysis.sources.ledgers import LedgerReader, ledger_fields
from analysis.sources.rows import LEDGERS, Source
from analysis.sources.selection import ledgers_then

PLAN = sample.plan()
EMISSION = [
    "序号",
    "县（市、区）",
    "项目名称",
    "污染物",
    "年度",
    "申报减排量（吨）",
    "核定减排量（吨）",
    "建设状态",
    "责任单位",
    "依据",
]
ENERGY = ["项目名称", "所在地区", "类别", "年份", "年综合能耗（万吨标准煤）"]
REPORTS = ["里程碑", "填报日期", "完成状态", "进展情况", "填报单位"]
SAID = ["任务", "填报单位", "填报日期", "进展情况"]


def read(ledger: str, *rows: list[str], unit: str = "") -> tuple[pd.DataFrame, list[Problem]]:
    width = max(map(len, rows))
    grid = Grid("observations/f.xlsx", "台账", [[*row, *[""] * (width - len(row))] for row in rows])
    reader = LedgerReader(PLAN)
    _, problems = reader.read([grid], ledger, Source("f.xlsx", title="台账", status="synthetic", unit=unit))
    return reader.tables()[ledger], problems


def places(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(item.code, item.cell, item.found) for item in problems]


def test_the_names_of_the_ledgers_are_those_of_their_description() -> None:
    assert tuple(ledger_fields()) == LEDGERS


def test_titles_numberings_totals_and_remarks_are_no_projects() -> None:
    table, problems = read(
        "emission_projects",
        ["减排台账"],
        EMISSION,
        ["1", "北区", "甲", "化学需氧量", "2021年", "1,200", "１０００", "已建成", "市生态环境局", "核查1号"],
        ["2", "南县", "乙", "化学需氧量（COD）", "2022", "30", "—", "在建", "", ""],
        ["", "合计", "", "", "", "1230", "1000"],
        ["注：尚未核定的不填。"],
    )
    assert problems == []
    second, first = table.sort_values("year", ascending=False).to_dict("records")
    assert (first["region"], first["indicator"], first["year"]) == ("north", "cod", 2021)
    assert (first["claimed"], first["verified"], first["state"], first["department"]) == (
        1200,
        1000,
        "completed",
        "eco",
    )
    assert (first["status"], first["sheet"], first["cell"]) == ("synthetic", "台账", "C3")
    assert math.isnan(second["verified"])


def test_every_bad_cell_is_reported_at_once_with_its_place() -> None:
    table, problems = read(
        "emission_projects",
        EMISSION,
        ["1", "西区", "甲", "二氧化硫", "去年", "约50", "-1", "快了", "市水利厅", ""],
        ["2", "北区", "", "化学需氧量", "2020", "10", "", "", "", ""],
    )
    assert table.empty
    assert places(problems) == [
        ("unknown_region", "B2", "西区"),
        ("ledger_indicator", "D2", "二氧化硫"),
        ("year_unreadable", "E2", "去年"),
        ("amount_unreadable", "F2", "约50"),
        ("amount_unreadable", "G2", "-1"),
        ("unknown_value", "H2", "快了"),
        ("unknown_department", "I2", "市水利厅"),
        ("missing_cell", "C3", ""),
        ("year_outside_plan", "E3", "2020"),
    ]
    for language in ("zh", "en"):
        assert all(item.line(catalogue(language)) for item in problems)
    line = problems[3].line(catalogue("zh"))
    assert "observations/f.xlsx · 台账 · F2" in line
    assert "发现：约50" in line
    assert "应为：不小于0的一个数" in line


def test_a_ledger_without_its_heads_says_which() -> None:
    _, problems = read("emission_projects", ["项目名称", "县区", "年度"], ["甲", "北区", "2021"])
    assert [(item.code, item.details["missing"]) for item in problems] == [
        ("ledger_heads_missing", "污染物、申报减排量")
    ]


def test_the_same_project_twice_is_an_error_that_names_the_other_cell() -> None:
    row = ["1", "北区", "甲", "化学需氧量", "2021", "10", "10", "", "", "核查"]
    table, problems = read("emission_projects", EMISSION, row, ["2", *row[1:]])
    assert len(table) == 1
    assert [(item.code, item.details["other"]) for item in problems] == [
        ("ledger_row_repeated", "observations/f.xlsx · 台账 · C2")
    ]


def test_more_verified_than_claimed_and_no_evidence_are_doubts_and_no_errors() -> None:
    row = ["1", "北区", "甲", "化学需氧量", "2021", "10", "11", "", "", ""]
    table, problems = read("emission_projects", EMISSION, row)
    assert len(table) == 1
    assert [(item.code, item.severity) for item in problems] == [
        ("verified_above_claimed", "warning"),
        ("verified_without_evidence", "warning"),
    ]


def test_the_unit_stands_in_the_head_or_in_the_list_of_sources_and_is_converted() -> None:
    row = ["甲", "北区", "存量", "2023", "5"]
    table, _ = read("energy_projects", ENERGY, row)
    assert table["energy"].tolist() == [50000.0]
    bare = [*ENERGY[:4], "年综合能耗"]
    table, _ = read("energy_projects", bare, row, unit="吨标准煤")
    assert table["energy"].tolist() == [5.0]
    table, problems = read("energy_projects", bare, row)
    assert table.empty
    assert places(problems) == [("amount_unit", "E2", "")]
    _, problems = read("energy_projects", [*ENERGY[:4], "年综合能耗（吨）"], row)
    assert places(problems) == [("amount_unit", "E2", "吨")]


def test_milestones_and_commitments_are_named_as_the_plan_does() -> None:
    table, problems = read(
        "milestone_reports", REPORTS, ["完成入河排污口排查", "2023年12月31日", "已完成", "", "市生态环境局"]
    )
    assert problems == []
    assert table[["milestone", "date", "state"]].to_numpy().tolist() == [["outfalls", "2023-12-31", "done"]]
    table, problems = read("statements", SAID, ["节能减排政策机制更加健全", "市发展改革委", "2022-06-30", "已出台细则"])
    assert problems == []
    assert table[["commitment", "department", "date"]].to_numpy().tolist() == [["policy", "ndrc", "2022-06-30"]]


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (["节能减排政策机制健全了", "市发展改革委", "2022-06-30", "x"], "unknown_commitment", "A2"),
        (["policy", "市发展改革委", "2022-06", "x"], "date_unreadable", "C2"),
        (["policy", "市发展改革委", "2022-02-30", "x"], "date_unreadable", "C2"),
        (["policy", "市发展改革委", "2022-06-30", ""], "missing_cell", "D2"),
    ],
)
def test_a_bad_statement_is_refused(row: list[str], code: str, cell: str) -> None:
    table, problems = read("statements", SAID, row)
    assert table.empty
    assert [(item.code, item.cell) for item in problems] == [(code, cell)]


def test_an_edition_uses_no_entry_of_a_later_year() -> None:
    rows = [["policy", "市发展改革委", date, "x"] for date in ("2023-12-31", "2024-01-01")]
    table, _ = read("statements", SAID, *rows)
    known, notes = ledgers_then({"statements": table}, 2023)
    assert known["statements"]["date"].tolist() == ["2023-12-31"]
    assert [(item.code, item.severity, item.found) for item in notes] == [("entries_after_edition", "note", "1")]
    assert ledgers_then({"statements": table}, None) == ({"statements": table}, [])
