"""The report for Word: geometry, fields that Word can update, tables within the margins, opened by LibreOffice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from report_builder import TABLE, chapter, figure, table, text

from analysis import project
from analysis.fonts import link_fonts
from analysis.rendering import FrontMatter, merge, render, write_report

TYPE_WIDTH_TWIPS = 156 / 25.4 * 1440
EMU_PER_TWIP = 635
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
WORDS = {
    "zh": ("总体评价", "能耗强度", "图", "表", "逐年下降，慢于序时进度。"),
    "en": ("Overall assessment", "Energy intensity", "Figure", "Table", "It fell every year. "),
}


def with_own_fonts(folder: Path) -> dict[str, str]:
    """An environment in which LibreOffice finds the report's fonts, whatever this machine has."""
    link_fonts(folder / "home" / ".fonts")
    return {"HOME": str(folder / "home")}


@pytest.fixture(scope="module", params=["zh", "en"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Language and DOCX of a report with two chapters, a long table and two figures."""
    folder, language = tmp_path_factory.mktemp("word"), request.param
    first, second, *_, prose = WORDS[language]
    head, rule, row, _ = TABLE.splitlines()
    long = "\n".join([head, rule, *[row] * 60])
    chapters = [
        chapter(
            folder / f"{place}.ipynb",
            text(f"# {title} {{#sec-{place}}}\n\n@fig-{place} @tbl-{place}\n\n{prose * 20}\n\n{prose}\n\n- {prose}"),
            text(f'::: {{.callout-note title="{title}"}}\n{prose}\n:::\n\n{prose}'),
            figure(f"fig-{place}", title),
            table(f"tbl-{place}", title, long),
        )
        for place, title in enumerate((first, second))
    ]
    front = FrontMatter(title=f"{first} {second}", language=language, demonstration=True)
    report = write_report(merge(chapters, front), folder / "report.ipynb")
    return language, render(report, folder, "report", ["docx"], "embedded", language).files[0]


@pytest.fixture(scope="module")
def source(written: tuple[str, Path]) -> str:
    return part(written[1], "word/document.xml")


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8")


def test_tables_and_pictures_stay_within_the_margins(source: str) -> None:
    grids = re.findall(r"<w:tblGrid>(.*?)</w:tblGrid>", source)
    assert len(grids) == 2
    for grid in grids:
        assert sum(map(int, re.findall(r'w:w="(\d+)"', grid))) <= TYPE_WIDTH_TWIPS + 5
    assert "<w:tblInd" not in source
    widths = [int(width) / EMU_PER_TWIP for width in re.findall(r'<wp:extent cx="(\d+)"', source)]
    assert len(widths) == 2
    assert max(widths) <= TYPE_WIDTH_TWIPS + 5


def test_rows_stay_whole_and_heads_are_repeated(source: str) -> None:
    assert source.count("<w:tr>") == 2 * 61
    assert source.count("<w:tr><w:trPr><w:cantSplit/>") == 2 * 61
    assert source.count("<w:tblHeader") == 2


def test_captions_are_numbered_by_fields_of_their_kind(written: tuple[str, Path], source: str) -> None:
    _, _, figure_word, table_word, _ = WORDS[written[0]]
    for kind in (figure_word, table_word):
        numbers = re.findall(rf" SEQ {kind} \\\* ARABIC </w:instrText>.*?<w:t>(\d)</w:t>", source)
        assert numbers == ["1", "2"]
    paragraphs = docx.Document(str(written[1])).paragraphs
    named = [paragraph for paragraph in paragraphs if str(getattr(paragraph.style, "name", "")).endswith(" Caption")]
    assert len(named) == 4
    assert source.count('w:fldCharType="begin"') == source.count('w:fldCharType="end"') == 5


def test_the_contents_field_is_filled_and_ends_within_its_last_entry(written: tuple[str, Path], source: str) -> None:
    first, second, *_ = WORDS[written[0]]
    contents = source[source.index("TOC \\o") : source.index("</w:sdtContent>")]
    assert first in contents
    assert second in contents
    assert contents.count("<w:p>") == 1  # the first entry's paragraph began before the field
    assert contents.rstrip().endswith('<w:fldChar w:fldCharType="end" /></w:r></w:p>')
    assert '<w:br w:type="page"/>' not in source


def test_chapters_begin_on_a_new_page(written: tuple[str, Path]) -> None:
    assert docx.Document(str(written[1])).styles["Heading 1"].paragraph_format.page_break_before


def test_only_chinese_paragraphs_begin_with_a_blank(written: tuple[str, Path]) -> None:
    styles = docx.Document(str(written[1])).styles
    indents = [styles[name].paragraph_format.first_line_indent for name in ("Body Text", "First Paragraph")]
    wanted = Pt(24) if written[0] == "zh" else None
    assert [indent or None for indent in indents] == [wanted, wanted]
    for name in ("Compact", "Table Caption", "Callout", "Summary", "Captioned Figure"):
        assert not styles[name].paragraph_format.first_line_indent, name


def test_the_reference_document_keeps_the_order_of_the_standard() -> None:
    order = [
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "pBdr",
        "shd",
        "tabs",
        "spacing",
        "ind",
        "contextualSpacing",
        "jc",
    ]
    styles = docx.Document(str(project.reports_folder() / "reference.docx")).styles
    for style in styles:
        properties = style.element.find(qn("w:pPr"))
        names = [child.tag.partition("}")[2] for child in properties] if properties is not None else []
        known = [name for name in names if name in order]
        assert known == sorted(set(known), key=order.index), style.name


@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed on this machine")
def test_libreoffice_opens_it_with_everything_in_place(written: tuple[str, Path], tmp_path: Path) -> None:
    language, path = written
    command = [str(OFFICE), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300, env=os.environ | with_own_fonts(tmp_path))
    pages = pypdf.PdfReader(tmp_path / "report.pdf").pages
    texts = [re.sub(r"\s", "", page.extract_text()) for page in pages]
    assert {tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in pages} == {(210, 297)}
    first, second, figure_word, table_word, _ = (re.sub(r"\s", "", word) for word in WORDS[language])
    assert any(first in sheet and second in sheet for sheet in texts[1:3])  # contents
    for number, title in ((1, first), (2, second)):
        for word in (figure_word, table_word):
            delimiter = ":" if language == "en" else ""
            assert sum(f"{word}{number}{delimiter}{title}" in sheet for sheet in texts) == 1
    rows = [sheet.count("93.1") for sheet in texts]
    assert sum(rows) == 2 * 60
    assert all("指标最新值状态" in sheet for sheet, count in zip(texts, rows, strict=True) if count)
    assert min(map(len, texts)) > 15  # no page with its foot only
    assert not any("Error" in sheet or "错误" in sheet for sheet in texts)
