"""The guide for those who deliver data: what its pictures show is what the reader understands."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import openpyxl
import pytest
import yaml
from delivery import codes, list_source, read, values

from analysis.sources.blocks import KEYS, layout_of, parse_layout
from analysis.sources.corrections import read_corrections
from analysis.sources.rows import SOURCE_COLUMNS
from analysis.sources.values import parse_value

DOCS = Path(__file__).resolve().parents[1] / "docs"
SAMPLES = runpy.run_path(str(DOCS / "make_layout_pictures.py"))["SAMPLES"]
GUIDES = ("delivering-data.md", "delivering-data.zh-CN.md")
LARGEST_PICTURE = 40 * 1024


@pytest.mark.parametrize("name", SAMPLES)
def test_the_reader_understands_the_table_of_every_picture(name: str, tiny_plan: Path) -> None:
    sample = SAMPLES[name]
    book = openpyxl.Workbook()
    for row in sample.rows:
        book.active.append([text or None for text in row])
    for row, column, height, width in sample.merged:
        place = {
            "start_row": row + 1,
            "start_column": column + 1,
            "end_row": row + height,
            "end_column": column + width,
        }
        book.active.merge_cells(**place)
    book.save(tiny_plan / "observations" / "delivered.xlsx")
    year = "2022" if sample.layout else ""
    list_source(tiny_plan, "delivered.xlsx", layout=sample.layout, year=year)
    result = read(tiny_plan)
    assert codes(result, "error", "warning") == []
    assert {(*key, value) for key, value in values(result).items()} == set(sample.values)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_shows_every_picture_and_every_description(guide: str) -> None:
    text = (DOCS / guide).read_text(encoding="utf-8")
    assert set(re.findall(r"images/layout-([a-z-]+)\.png", text)) == set(SAMPLES)
    assert all(sample.layout in text for sample in SAMPLES.values())
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (DOCS / link).exists(), link


@pytest.mark.parametrize("name", SAMPLES)
def test_pictures_are_small(name: str) -> None:
    assert (DOCS / "images" / f"layout-{name}.png").stat().st_size < LARGEST_PICTURE


@pytest.mark.parametrize("guide", GUIDES)
def test_every_description_in_a_guide_is_a_valid_one(guide: str) -> None:
    text = (DOCS / guide).read_text(encoding="utf-8")
    named = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])  # type: ignore[index]
    assert [layout_of(block).name for block in named.values()] == ["regions_by_indicators"]
    examples = re.findall(rf"`((?:{'|'.join(KEYS)})=[^`]+)`", text)
    assert len(examples) >= 7
    for example in examples:
        parse_layout(example.replace("\\|", "|"))


@pytest.mark.parametrize("guide", GUIDES)
def test_values_are_read_as_a_guide_says(guide: str) -> None:
    text = (DOCS / guide).read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|$", text, re.MULTILINE)
    found = {row[1]: [parse_value(item) for item in re.findall(r"`([^`]+)`", row[0])] for row in rows}
    for words, attribute, expected in (
        ("初步数|preliminary", "status", "preliminary"),
        ("修订数|revised", "status", "revised"),
        ("估计数|estimated", "status", "estimated"),
        ("下限|a lower bound", "bound", "at_least"),
        ("上限|an upper bound", "bound", "at_most"),
        ("约数.*|approximate.*", "bound", "about"),
        ("没有数据.*|no value.*", "reason", "missing"),
        ("范围.*|a range.*", "reason", "range"),
        ("数值|a value", "reason", ""),
    ):
        values_of = [item for meaning, items in found.items() if re.fullmatch(words, meaning) for item in items]
        assert values_of
        assert {getattr(item, attribute) for item in values_of} == {expected}


@pytest.mark.parametrize("guide", GUIDES)
def test_the_columns_in_a_guide_are_those_of_the_list(guide: str) -> None:
    text = (DOCS / guide).read_text(encoding="utf-8").split("## sources.csv")[1].split("\n## ")[0]
    named = re.findall(r"`([a-z0-9]+)`", "".join(re.findall(r"^\| (.*?) \|", text, re.MULTILINE)))
    assert named == SOURCE_COLUMNS


@pytest.mark.parametrize("guide", GUIDES)
def test_the_corrections_in_a_guide_can_be_read(guide: str, tiny_plan: Path) -> None:
    text = (DOCS / guide).read_text(encoding="utf-8")
    content = re.search(r"```csv\n(.*?)```", text, re.DOTALL)[1]  # type: ignore[index]
    (tiny_plan / "corrections.csv").write_text(content, encoding="utf-8")
    corrections, problems = read_corrections(tiny_plan)
    assert problems == []
    assert [item.is_drop for item in corrections] == [False, True]
