"""Verdicts for other programs: schema, dictionary, workbook; and what is published beside a report."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pandas as pd
import pytest
import sample_tables

from analysis.assessment import load_rules
from analysis.comparison import take_snapshot
from analysis.contracts import ASSESSMENT, CONTRACTS
from analysis.edition import Edition
from analysis.observations import load
from analysis.pipeline.data_files import COMPARED, publish_data
from analysis.plan import load_plan
from analysis.results import dictionary, json_schema, to_records, workbook

FINISHED = Path(__file__).parents[1] / "data" / "raw" / "china-135"

# Published names: programs of others rely on them. Columns may be added at any place, but none may go or be renamed.
STABLE = (
    "region", "indicator", "tier", "section", "commitment", "kind", "nature", "unit", "base_year", "base_value",
    "latest_year", "latest_value", "latest_status", "target_year", "target_value", "target_level", "direction",
    "n_values", "progress", "simple_share", "elapsed", "expected_progress", "schedule", "p_met", "outlook",
    "gap_rule", "gap_shortfall", "required_pace", "recent_pace", "plan_pace", "pace_unit", "years_ahead",
    "forecast_mean", "forecast_lower_80", "forecast_upper_80", "status", "reason", "is_demonstration", "is_final",
)  # fmt: skip


def published(year: int) -> pd.DataFrame:
    plan = load_plan(FINISHED)
    return take_snapshot(plan, year, load_rules(), load(FINISHED, plan, year).observations).assessment


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


# ---- schema


def test_names_that_others_rely_on_stay() -> None:
    assert [name for name in STABLE if name not in ASSESSMENT.names] == []
    assert ASSESSMENT.key == ("region", "indicator", "tier")


@pytest.mark.parametrize(
    "table", [sample_tables.assessment(), sample_tables.assessment(is_final=True), published(2018)]
)
def test_every_row_keeps_the_schema(table: pd.DataFrame, validator: Any) -> None:
    records = to_records(table)
    assert len(records) == len(table) > 0
    assert list(validator.iter_errors(records)) == []
    # Plain values: what was checked is what another program reads.
    assert json.loads(json.dumps(records, allow_nan=False)) == records


@pytest.mark.parametrize(
    "change",
    [
        {"status": "fine"},
        {"p_met": "0.5"},
        {"latest_year": 2023.5},
        {"is_final": None},
        {"base_year": None},
        {"region": None},
        {"remark": ""},
    ],
)
def test_a_row_that_is_not_as_described_fails(change: dict[str, Any], validator: Any) -> None:
    record = to_records(sample_tables.assessment())[0]
    assert validator.is_valid([record])
    assert not validator.is_valid([record | change])


def test_a_missing_column_fails(validator: Any) -> None:
    record = to_records(sample_tables.assessment())[0]
    assert not validator.is_valid([{name: value for name, value in record.items() if name != "status"}])


# ---- dictionary


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_dictionary_explains_every_column_and_every_word(language: str) -> None:
    table = dictionary(language)
    assert table.iloc[:, 0].tolist() == ASSESSMENT.names
    assert (table.iloc[:, 3].str.len() > 1).all()
    assert table.loc[table.iloc[:, 2] != "", table.columns[0]].tolist() == list(ASSESSMENT.key)
    for column, words in zip(ASSESSMENT.columns, table.iloc[:, 4], strict=True):
        for word in filter(None, column.allowed):
            assert word in words


def test_the_dictionary_is_chinese_in_chinese_and_english_in_english() -> None:
    chinese, english = ("".join(dictionary(language).iloc[:, 3]) for language in ("zh", "en"))
    assert sum("\u4e00" <= character <= "\u9fff" for character in chinese) > len(chinese) / 3
    assert not any("\u4e00" <= character <= "\u9fff" for character in english)


# ---- workbook


def test_the_workbook_holds_the_table_and_both_dictionaries() -> None:
    table = sample_tables.assessment()
    book = openpyxl.load_workbook(io.BytesIO(workbook(table)))
    assert book.sheetnames == ["assessment", "数据字典", "Data dictionary"]
    head, *rows = book["assessment"].iter_rows(values_only=True)
    assert list(head) == ASSESSMENT.names
    expected = [[None if value == "" else value for value in record.values()] for record in to_records(table)]
    assert [list(row) for row in rows] == expected
    for name in book.sheetnames[1:]:
        assert book[name].max_row == len(ASSESSMENT.columns) + 1


def test_equal_results_give_equal_bytes() -> None:
    assert workbook(sample_tables.assessment()) == workbook(sample_tables.assessment())


# ---- beside the report


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    opened = Edition(sample_tables.plan(), tmp_path, sample_tables.YEAR, "zh", tmp_path / "tables")
    opened.write("assessment", sample_tables.assessment())
    return opened


def test_what_lies_beside_the_report(edition: Edition, tmp_path: Path) -> None:
    data = tmp_path / "report" / "data"
    publish_data(edition.folder, data, ("assessment",))
    assert sorted(path.name for path in data.iterdir()) == [
        "assessment.csv",
        "assessment.dictionary.en.csv",
        "assessment.dictionary.zh.csv",
        "assessment.parquet",
        "assessment.schema.json",
        "assessment.xlsx",
    ]
    pd.testing.assert_frame_equal(pd.read_parquet(data / "assessment.parquet"), sample_tables.assessment())
    assert json.loads((data / "assessment.schema.json").read_text(encoding="utf-8")) == json_schema()
    # Excel knows UTF-8 by its mark only.
    assert (data / "assessment.dictionary.zh.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    publish_data(edition.folder, data, ("assessment",))
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


def test_tables_of_a_comparison_go_when_the_next_report_has_none(edition: Edition, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in COMPARED:
        edition.write(name, CONTRACTS[name].empty())
    publish_data(edition.folder, data, ("assessment",))
    assert all((data / f"{name}.csv").is_file() for name in COMPARED)
    for name in COMPARED:
        (edition.folder / f"{name}.csv").unlink()
    publish_data(edition.folder, data, ("assessment",))
    assert not any((data / f"{name}.csv").exists() for name in COMPARED)
