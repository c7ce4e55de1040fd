"""The printed report: a book of several chapters, in both languages, page by page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pypdf
import pytest
from printed import Sheet, sheets, widths_of
from report_builder import chapter, display, figure, table, text

from analysis.rendering import FrontMatter, merge, render, write_report

CHAPTERS = 4
INDICATORS = 3
DEPARTMENTS = 24
# Cover and contents; one to two pages for every indicator; for every chapter its opening and what is not an indicator.
LEAST_PAGES = 2 + CHAPTERS * (INDICATORS + 2)
MOST_PAGES = 3 + CHAPTERS * (2 * INDICATORS + 4)

WORDS = {
    "zh": {
        "title": "某市“十四五”节能减排实施情况评估报告",
        "chapter": "推动重点领域节能减排（三）",
        "indicator": "规模以上工业单位增加值能耗",
        "prose": "单位地区生产总值能耗比基期累计下降11.7%，已完成进度的79.6%，慢于序时进度，今后需加快。",
        "cell": "市发展改革委、市工业和信息化局、市生态环境局等按职责分工负责",
        "status": "[▲ 按期可达]{.status-on-track}",
    },
    "en": {
        "title": "Some City, energy saving and emission reduction: evaluation of progress",
        "chapter": "The city’s energy saving in key areas, with a long “title” that takes two lines [3]",
        "indicator": "Energy use per unit of value added of industry above designated size",
        "prose": "The city’s energy use per unit of GDP fell by 11.7%; 79.6% of the way has been covered, it’s late. ",
        "cell": "Municipal Development and Reform Commission and Bureau of Ecology and Environment",
        "status": "[▲ on track]{.status-on-track}",
    },
}
PATH = "observations/very_long_folder_name_of_a_department/industrial_energy_statistics.xlsx"


def rows(count: int, *cells: str) -> str:
    """A pipe table with as many equal columns as cells."""
    line = "| " + " | ".join(cells) + " |"
    rule = "|" + "|".join([":" + "-" * (110 // len(cells))] * len(cells)) + "|"
    return "\n".join([line, rule, *[line] * count]) + "\n"


def section(folder: Path, number: int, words: dict[str, str]) -> Path:
    """A chapter like those of the report: commitments, profiles of indicators, a tall figure, a wide table."""
    name, cell = words["indicator"], words["cell"]
    outputs: list[Any] = [
        text(f"# {words['chapter']} {{#sec-{number}}}\n\n{words['prose'] * 3}"),
        table(f"tbl-{number}", words["chapter"], rows(4 + 3 * number, words["prose"], cell, words["status"])),
    ]
    for place in range(INDICATORS):
        key = f"{number}-{place}"
        outputs += [
            text(f"## {name} {{#sec-indicator-{key}}}\n\n{words['prose'] * (2 + place)}\n\n@fig-{key} @tbl-{key}a"),
            figure(f"fig-{key}", name),
            table(f"tbl-{key}a", name, rows(20, name, words["status"])),
            table(f"tbl-{key}b", name, rows(5 + 4 * place, name, cell)),
            table(f"tbl-{key}c", name, rows(6, "2024", "11.7", PATH)),
        ]
    tall = '<svg xmlns="http://www.w3.org/2000/svg" width="440pt" height="420pt" viewBox="0 0 440 420"/>'
    outputs += [
        text(f"## {name} {{#sec-more-{number}}}\n\n{words['prose'] * 3}"),
        display("figure", {"image/svg+xml": tall}, label=f"fig-{number}", caption=name, alt=name),
        table(f"tbl-{number}w", name, rows(9, *["1,234.5", words["status"], "2024", "−3.1", "A"] * 2)),
    ]
    return chapter(folder / f"{number}.ipynb", *outputs)


def departments(folder: Path, words: dict[str, str]) -> Path:
    """A chapter of many small tables, one behind the other, under headings of their own."""
    name, cell = words["indicator"], words["cell"]
    outputs: list[Any] = [
        text(f"# {words['chapter']} {{#sec-departments}}"),
        text(f"## {name} {{#sec-departments-each}}\n\n{words['prose']}"),
    ]
    for place in range(DEPARTMENTS):
        outputs += [
            text(f"### {name} {place} {{#sec-department-{place}}}\n\n{words['prose'] if place % 3 else ''}"),
            table(f"tbl-department-{place}", name, rows(1 + place * 7 % 12, "2024", cell, words["status"])),
        ]
    return chapter(folder / "departments.ipynb", *outputs)


@pytest.fixture(scope="module", params=["zh", "en"])
def tables_of_departments(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Sheet]:
    """Pages of a report that holds nothing but departments."""
    folder, language = tmp_path_factory.mktemp("departments"), request.param
    front = FrontMatter(title=WORDS[language]["title"], language=language)
    report = write_report(merge([departments(folder, WORDS[language])], front), folder / "report.ipynb")
    return sheets(render(report, folder, "report", ["pdf"], "embedded", language).files[0])


def test_small_tables_share_pages(tables_of_departments: list[Sheet]) -> None:
    # Behind cover and contents; the last page ends where the chapter ends.
    shares = [round(sheet.filled(), 2) for sheet in tables_of_departments[2:-1]]
    assert len(shares) >= 4
    assert min(shares) > 0.75
    assert [sheet.outside() for sheet in tables_of_departments[1:] if sheet.outside()] == []


def test_no_heading_and_no_caption_stands_at_the_foot_of_a_page(tables_of_departments: list[Sheet]) -> None:
    """What stands lowest on a page is set as small as tables are: no heading, no paragraph before a table."""
    for sheet in tables_of_departments[2:-1]:
        lowest = min(run.baseline for run in sheet.body)
        assert {round(run.size, 1) for run in sheet.body if run.baseline < lowest + 1} <= {8.5, 8.0}


@pytest.fixture(scope="module", params=["zh", "en"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Language and PDF of a report of several chapters."""
    folder, language = tmp_path_factory.mktemp("book"), request.param
    words = WORDS[language]
    front = FrontMatter(title=words["title"], language=language, issuer=words["cell"], demonstration=True)
    chapters = [section(folder, number, words) for number in range(CHAPTERS)]
    report = write_report(merge(chapters, front), folder / "report.ipynb")
    return language, render(report, folder, "report", ["pdf"], "embedded", language).files[0]


@pytest.fixture(scope="module")
def pages(book: tuple[str, Path]) -> list[Sheet]:
    return sheets(book[1])


@pytest.fixture(scope="module")
def reader(book: tuple[str, Path]) -> pypdf.PdfReader:
    return pypdf.PdfReader(book[1])


def test_every_glyph_exists(pages: list[Sheet]) -> None:
    assert sum(len(sheet.runs) for sheet in pages) > 1000
    assert [number for number, sheet in enumerate(pages, 1) if sheet.boxes()] == []


def test_no_text_leaves_the_margins(pages: list[Sheet]) -> None:
    # The cover has margins of its own.
    assert [(number, sheet.outside()) for number, sheet in enumerate(pages[1:], 2) if sheet.outside()] == []


def test_no_page_is_nearly_empty(pages: list[Sheet]) -> None:
    # The last page ends where the report ends; the title stands on the cover.
    shares = {number: round(sheet.filled(), 2) for number, sheet in enumerate(pages[1:-1], 2)}
    assert {number: share for number, share in shares.items() if share < 0.3} == {}
    # An indicator begins on a page of its own.
    assert sum(shares.values()) / len(shares) > 0.7


def test_the_number_of_pages_is_within_bounds(pages: list[Sheet]) -> None:
    assert LEAST_PAGES <= len(pages) <= MOST_PAGES


def test_bookmarks_are_the_chapters(book: tuple[str, Path], reader: pypdf.PdfReader) -> None:
    chapters = [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    assert chapters == [f"{number} {WORDS[book[0]]['chapter']}" for number in range(1, CHAPTERS + 1)]
    parts = [entry for entry in reader.outline if isinstance(entry, list)]
    assert [len(part) for part in parts] == [INDICATORS + 1] * CHAPTERS


def test_the_running_head_names_the_report_and_the_chapter(book: tuple[str, Path], reader: pypdf.PdfReader) -> None:
    words = WORDS[book[0]]
    head = re.sub(r"\s", "", reader.pages[-1].extract_text())
    assert re.sub(r"\s", "", words["title"]) in head
    assert re.sub(r"\s", "", words["chapter"]) in head
    foot = {"zh": f"第{len(reader.pages) - 1}页，共", "en": f"Page{len(reader.pages) - 1}of"}[book[0]]
    assert foot in head


def test_an_indicator_and_its_figure_are_seen_together(book: tuple[str, Path], reader: pypdf.PdfReader) -> None:
    label = {"zh": "图", "en": "Figure"}[book[0]]
    for sheet in reader.pages:
        read = re.sub(r"\s", "", sheet.extract_text())
        if "....." in read:  # contents
            continue
        heads = re.findall(r"(\d)\.(\d)" + re.sub(r"\s", "", WORDS[book[0]]["indicator"]), read)
        indicators = [(int(part), int(place)) for part, place in heads if int(place) <= INDICATORS]
        for part, place in indicators:
            number = (part - 1) * (INDICATORS + 1) + place
            assert re.search(rf"{label}{number}(?!\d)", read), (part, place)


def declared(report: Path) -> list[tuple[str, str]]:
    """Kind and caption of every figure and table, in the order of the merged notebook."""
    sources = [cell.source for cell in nbformat.read(report, as_version=4).cells if cell.cell_type == "code"]
    found = [re.search(r'#\| (fig|tbl)-cap: "(.*)"', source) for source in sources]
    return [(match[1], match[2]) for match in found if match]


def test_numbers_and_captions_follow_the_merged_notebook(book: tuple[str, Path], reader: pypdf.PdfReader) -> None:
    language, path = book
    words = {"zh": {"fig": "图", "tbl": "表"}, "en": {"fig": "Figure", "tbl": "Table"}}[language]
    read = re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in reader.pages))
    captions = declared(path.parent / "report.ipynb")
    assert len(captions) == CHAPTERS * (3 + 4 * INDICATORS)
    for kind, word in words.items():
        own = [caption for found, caption in captions if found == kind]
        for number, caption in enumerate(own, 1):
            delimiter = ":" if language == "en" else ""
            start = f"{word}{number}{delimiter}" + re.sub(r"\s", "", caption)[:10]
            assert read.count(start) == 1, start
        assert f"{word}{len(own) + 1}" not in read


def test_the_file_says_what_it_is(book: tuple[str, Path], reader: pypdf.PdfReader) -> None:
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # tagged, for screen readers
    assert "/StructTreeRoot" in root
    assert root["/Lang"].startswith(book[0])
    assert reader.metadata is not None
    assert reader.metadata.title == WORDS[book[0]]["title"]
    assert reader.metadata.author == WORDS[book[0]]["cell"]


def test_quotation_marks_are_as_wide_as_their_language_wants(book: tuple[str, Path]) -> None:
    language, path = book
    if language == "zh":
        assert widths_of("“", path) == {1000}
    else:
        assert widths_of("’", path)
        assert max(widths_of("’", path) | widths_of("“", path) | widths_of("”", path)) < 500


def test_rows_stay_whole_and_heads_are_repeated(book: tuple[str, Path], reader: pypdf.PdfReader) -> None:
    """Each row of the wide tables holds the number once; a head stands above every part of a table."""
    texts = [re.sub(r"\s", "", sheet.extract_text()) for sheet in reader.pages]
    shown = [text.count("1,234.5") for text in texts]
    assert sum(shown) >= CHAPTERS * 2 * (9 + 1)
    assert all(count == 0 or count >= 4 for count in shown)  # never a head without a row
