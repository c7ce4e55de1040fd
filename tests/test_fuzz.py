"""Damaged files end in values or in problems; the full run of ten thousand is part of the benchmark."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.observations import load
from analysis.pipeline import fuzz as fuzzing
from analysis.pipeline.deliveries import write_delivery
from analysis.plan import Plan, load_plan

ROWS = [
    ["地区", "指标", "年份", "数值", "计量单位"],
    ["青山市", "污水处理率", "2020", "80", "%"],
    ["青山市", "污水处理率", "2021", "82.5", "%"],
    ["东河县", "污水处理率", "2021", "75.5", "%"],
    ["青山市", "单位GDP能耗", "2020", "0.5", "吨标准煤/万元（2020年价）"],
]


def test_damaged_files_end_in_values_or_problems(plan: Plan) -> None:
    result = fuzzing.fuzz(plan, ROWS, 600, seed=7)
    assert result.failures == []
    assert result.files == 600
    assert set(result.outcomes) >= {"values", "file_unreadable"}


def test_a_reader_that_loses_rows_is_caught(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    read = fuzzing.read_grid
    monkeypatch.setattr(fuzzing, "read_grid", lambda *given: (read(*given)[0][:-1], read(*given)[1]))
    assert any("missing" in failure for failure in fuzzing.fuzz(plan, ROWS, 40).failures)


def test_a_reader_that_mixes_columns_up_is_caught(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    def swapped(*given: object) -> object:
        rows, problems = read(*given)  # type: ignore[arg-type]
        return [replace(row, region_text="西林区") for row in rows], problems

    read = fuzzing.read_grid
    monkeypatch.setattr(fuzzing, "read_grid", swapped)
    assert any("changed" in failure for failure in fuzzing.fuzz(plan, ROWS, 40).failures)


def test_an_exception_is_caught(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> object:
        raise ValueError("defect")

    monkeypatch.setattr(fuzzing, "read_grid", broken)
    assert "ValueError: defect" in fuzzing.fuzz(plan, ROWS, 8).failures[0]


def test_the_made_up_delivery_is_read_without_a_finding(tmp_path: Path) -> None:
    write_delivery(tmp_path / "made-up", files=4, rows=800, first_year=2001)
    result = load(tmp_path / "made-up", load_plan(tmp_path / "made-up"))
    assert len(result.observations) == 800
    assert result.problems == []
