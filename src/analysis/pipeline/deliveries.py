"""Large made-up deliveries, to measure how fast delivered files are read and checked."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

HEADS = ("地区", "指标", "年份", "数值", "计量单位", "备注")
REGIONS_PER_FILE = 5
YEARS = 20
# Every second file is a workbook; of the text files every second one is in the old Chinese encoding.
FORMATS = ("xlsx", "utf-8", "xlsx", "gb18030")


def write_delivery(folder: Path, files: int, rows: int, first_year: int) -> None:
    """Write a plan folder with many values, none of them repeated.

    Parameters
    ----------
    folder : Path
        Is created.
    files : int
    rows : int
        In all files together; a multiple of ``files * REGIONS_PER_FILE * YEARS``.
    first_year : int
    """
    indicators = rows // (files * REGIONS_PER_FILE * YEARS)
    (folder / "observations").mkdir(parents=True)
    plan = _plan(files * REGIONS_PER_FILE, indicators, first_year)
    (folder / "plan.yaml").write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    names = []
    for number in range(files):
        kind = FORMATS[number % len(FORMATS)]
        name = f"part-{number:02d}.{'xlsx' if kind == 'xlsx' else 'csv'}"
        table = [HEADS, *_values(number, indicators, first_year)]
        if kind == "xlsx":
            _write_workbook(folder / "observations" / name, table)
        else:
            _write_text(folder / "observations" / name, table, kind)
        names.append((name,))
    _write_text(folder / "sources.csv", [("file",), *names], "utf-8")


def _values(file: int, indicators: int, first_year: int) -> Iterator[tuple[object, ...]]:
    for region in range(file * REGIONS_PER_FILE, (file + 1) * REGIONS_PER_FILE):
        for indicator in range(indicators):
            for year in range(first_year, first_year + YEARS):
                value = 50 + (region * 7 + indicator * 3 + year) % 400 / 10
                yield f"第{region}县", f"指标{indicator}", f"{year}年", value, "%", ""


def _write_text(path: Path, table: Sequence[Sequence[object]], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(table)


def _write_workbook(path: Path, table: Sequence[Sequence[object]]) -> None:
    import openpyxl

    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("数据")
    for row in table:
        sheet.append(list(row))
    workbook.save(path)


def _plan(regions: int, indicators: int, first_year: int) -> dict[str, object]:
    def text(words: str) -> dict[str, str]:
        return {"zh": words, "en": words}

    places: list[dict[str, object]] = [{"id": "all", "name": text("全体"), "level": "city"}]
    places += [
        {"id": f"county-{number}", "name": text(f"第{number}县"), "level": "county", "parent": "all"}
        for number in range(regions)
    ]
    return {
        "id": "made-up",
        "title": text("测速"),
        "short_title": text("测速"),
        "documents": [{"title": text("测速"), "issuer": text("测速")}],
        "area": "all",
        "base_year": first_year,
        "target_year": first_year + YEARS,
        "regions": places,
        "indicators": [
            {"id": f"rate-{n}", "title": text(f"指标{n}"), "unit": "%", "direction": "increase", "bounds": [0, 100]}
            for n in range(indicators)
        ],
        "sections": [{"id": "s", "number": "1", "title": text("测速")}],
    }
