from __future__ import annotations

import base64
import io
import os
import re
import sys
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import nbformat
import pypdf
import pytest
import yaml
from docx.shared import Mm
from fontTools.ttLib import TTFont
from report_builder import TABLE, display, figure, good_report, report_of, table, text

from analysis import project, theme
from analysis.errors import RenderingError
from analysis.messages import catalogue
from analysis.rendering import FrontMatter, Rendered, find_quarto, render, renderer_name
from analysis.rendering.pdf import compile_source, pdf_fonts

RENDERERS = [
    "embedded",
    pytest.param(
        "quarto", marks=pytest.mark.skipif(not find_quarto(), reason="Quarto is not installed on this machine")
    ),
]
ENGLISH = FrontMatter(title="Evaluation", subtitle="Annual", language="en", issuer="Office", date="30 June")


class Page(HTMLParser):
    """What a test wants to know of an HTML page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.skipping = False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.skipping = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self.skipping = False

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).replace("\u00a0", " ").split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [values for name, values in self.tags if name == tag]


@pytest.fixture(scope="module", params=RENDERERS)
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    folder = tmp_path_factory.mktemp("报告 文件夹")
    return render(good_report(folder), folder / "输出", "report", ["html", "pdf", "docx"], request.param, "zh")


@pytest.fixture(scope="module")
def page(rendered: Rendered) -> Page:
    return Page(rendered.files[0].read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pdf(rendered: Rendered) -> pypdf.PdfReader:
    return pypdf.PdfReader(rendered.files[1])


@pytest.fixture(scope="module")
def word(rendered: Rendered) -> Any:
    return docx.Document(str(rendered.files[2]))


def pdf_text(reader: pypdf.PdfReader) -> str:
    """All text without blanks, because a PDF spaces Chinese and Latin by itself."""
    return re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in reader.pages))


def test_all_formats_are_made(rendered: Rendered) -> None:
    assert [path.name for path in rendered.files] == ["report.html", "report.pdf", "report.docx"]


# Numbers, captions and references are the same in every format.

CAPTIONS = ["表 1 评分表", "图 1 能耗逐年下降", "图 2 用水量", "表 2 用水概况"]


def test_captions_and_numbers_in_html(page: Page) -> None:
    for caption in CAPTIONS:
        assert caption in page.text


def test_captions_and_numbers_in_pdf(pdf: pypdf.PdfReader) -> None:
    for caption in CAPTIONS:
        assert caption.replace(" ", "") in pdf_text(pdf)


def test_captions_and_numbers_in_word(word: Any) -> None:
    captions = [
        re.sub(r"\s", " ", paragraph.text) for paragraph in word.paragraphs if paragraph.style.name.endswith("Caption")
    ]
    # A figure's caption goes on with the notebook that drew it.
    assert [caption[: len(start)] for caption, start in zip(captions, CAPTIONS, strict=True)] == CAPTIONS


def test_references_read_alike_in_every_format(page: Page, pdf: pypdf.PdfReader, word: Any) -> None:
    sentence = "见图1、表1与章节2，另见第1.1节。"
    assert sentence in page.text.replace(" ", "")
    assert sentence in pdf_text(pdf)
    body = "".join(paragraph.text for paragraph in word.paragraphs)
    assert sentence in re.sub(r"\s", "", body)


def test_parts_for_one_format_stay_in_it(page: Page, pdf: pypdf.PdfReader, word: Any) -> None:
    body = "".join(paragraph.text for paragraph in word.paragraphs)
    assert ("仅网页可见" in page.text, "仅文档可见" in page.text) == (True, False)
    assert ("仅网页可见" in body, "仅文档可见" in body) == (False, True)
    assert "可见" not in pdf_text(pdf)


def test_callouts_keep_title_and_text_in_every_format(page: Page, pdf: pypdf.PdfReader, word: Any) -> None:
    body = "".join(paragraph.text for paragraph in word.paragraphs)
    for part in ("口径说明", "按可比价计算", "数据不足", "少于五年"):
        assert part in page.text
        assert part in pdf_text(pdf)
        assert part in body


def test_a_callout_heading_is_not_a_section(page: Page, pdf: pypdf.PdfReader) -> None:
    assert "1.1 能耗强度" in page.text
    assert "数据不足" not in "".join(outline_titles(pdf))


def test_the_demonstration_mark_is_on_every_format(page: Page, pdf: pypdf.PdfReader, word: Any) -> None:
    assert page.text.count("示例数据") >= 3  # notice, its text, footer
    assert all("示例数据" in re.sub(r"\s", "", sheet.extract_text()) for sheet in pdf.pages)
    assert "示例数据" in "".join(paragraph.text for paragraph in word.sections[0].footer.paragraphs)
    assert any("示例数据" in paragraph.text for paragraph in word.paragraphs)


# HTML


def test_the_page_requests_nothing(page: Page) -> None:
    for tag, values in page.tags:
        for name in ("src", "srcset", "href", "data"):
            address = values.get(name, "")
            is_request = name != "href" or tag != "a"
            assert not (is_request and address) or address.startswith(("data:", "#")), (tag, address[:80])


def test_the_page_names_its_language_and_its_anchors_resolve(page: Page) -> None:
    assert page.all("html")[0]["lang"].startswith("zh")
    identifiers = [values["id"] for _, values in page.tags if "id" in values]
    assert len(identifiers) == len(set(identifiers))
    targets = {values["href"][1:] for values in page.all("a") if values.get("href", "").startswith("#")}
    assert {"fig-energy", "tbl-scores", "sec-methods", "sec-energy"} <= targets
    assert targets <= set(identifiers)


def test_pictures_are_in_the_page_and_speak(page: Page) -> None:
    pictures = page.all("img")
    assert len(pictures) == 2
    assert all(picture["src"].startswith("data:image/svg+xml") for picture in pictures)
    assert {picture["alt"] for picture in pictures} == {"折线由三降到负二"}


def test_tables_are_real_and_states_keep_their_class(page: Page) -> None:
    assert len(page.all("table")) == 2
    assert [values["class"] for values in page.all("span") if "status-" in values.get("class", "")] == [
        "status-on-track",
        "status-met",
    ] * 2


def test_the_page_brings_its_own_font(rendered: Rendered) -> None:
    source = rendered.files[0].read_text(encoding="utf-8")
    assert 'src: url("data:font/woff;base64,' in source
    assert len(source) < 6_000_000


def test_the_font_of_the_page_has_what_the_page_prints_and_not_much_more(tmp_path: Path) -> None:
    report = report_of(
        tmp_path, text("正文：能耗 1.5 万吨，误差 $\\sigma$"), table("tbl-a", "表题", TABLE), figure("fig-a", "图题")
    )
    page = render(report, tmp_path / "out", "r", ["html"], "embedded", "zh").files[0].read_text(encoding="utf-8")
    with TTFont(io.BytesIO(base64.b64decode(re.findall('font/woff;base64,([^"]+)', page)[0]))) as font:
        drawn = font.getBestCmap().keys()
    assert set(map(ord, Page(page).text)) <= drawn
    # Besides it, what style sheets and numbers may add: no other character of the language.
    added = {chr(point) for point in drawn} - set(page)
    assert not [character for character in added if "\u4e00" <= character <= "\u9fff"]


def test_the_same_report_gives_the_same_files(tmp_path: Path) -> None:
    report = good_report(tmp_path)
    formats = ["html", "pdf", "docx"]
    first = render(report, tmp_path / "1", "r", formats, "embedded", "zh").files
    second = render(report, tmp_path / "2", "r", formats, "embedded", "zh").files
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


# PDF


def outline_titles(reader: pypdf.PdfReader) -> list[str]:
    def flat(entries: Any) -> list[str]:
        found = []
        for entry in entries:
            found += flat(entry) if isinstance(entry, list) else [str(entry.title)]
        return found

    return flat(reader.outline)


def test_the_pdf_is_a4_with_cover_contents_and_page_numbers(pdf: pypdf.PdfReader) -> None:
    assert [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]] == [210, 297]
    assert "节能减排评估报告" in pdf.pages[0].extract_text()
    assert "某市发展改革委" in pdf.pages[0].extract_text()
    contents = re.sub(r"\s", "", pdf.pages[1].extract_text())
    assert "目录" in contents
    assert f"第1页，共{len(pdf.pages) - 1}页" in contents


def test_bookmarks_are_the_headings(pdf: pypdf.PdfReader) -> None:
    titles = [re.sub(r"^[\d.]*\s*", "", title) for title in outline_titles(pdf)]
    assert [title for title in titles if title != "目　录"] == ["总结", "能耗强度", "不编号的小节", "方法"]


def test_the_pdf_embeds_our_fonts_only(rendered: Rendered) -> None:
    assert {name.split("-")[0] for name in pdf_fonts(rendered.files[1].read_bytes())} == {
        "NotoSansCJKsc",
        "NotoSerifCJKsc",
        "NewCMMath",  # the formula
    }


def test_no_glyph_is_missing_in_the_pdf(pdf: pypdf.PdfReader) -> None:
    assert "\x00" not in pdf_text(pdf)
    assert "▲按期可达" in pdf_text(pdf)


def test_a_long_table_breaks_and_repeats_its_head(tmp_path: Path) -> None:
    head, rule, row, _ = TABLE.splitlines()
    long = "\n".join([head, rule, *[row] * 120])
    path = render(report_of(tmp_path, table("tbl-a", "长表", long)), tmp_path, "r", ["pdf"], "embedded", "zh").files[0]
    sheets = [re.sub(r"\s", "", sheet.extract_text()) for sheet in pypdf.PdfReader(path).pages]
    with_rows = [sheet for sheet in sheets if "按期可达" in sheet]
    assert len(with_rows) >= 3
    assert all("指标最新值状态" in sheet for sheet in with_rows)
    assert sum("表1长表" in sheet for sheet in sheets) == 1


def test_a_paragraph_may_hold_any_number_of_quotation_marks(tmp_path: Path) -> None:
    many = "、".join(f"“第{number}市”" for number in range(400))
    path = render(report_of(tmp_path, text(f"各地：{many}。")), tmp_path, "r", ["pdf"], "embedded", "zh").files[0]
    assert "“第399市”。" in pdf_text(pypdf.PdfReader(path))


@pytest.mark.skipif(sys.platform != "linux", reason="the memory in use is read as Linux tells it")
def test_a_process_does_not_grow_with_the_pdfs_that_it_has_made(tmp_path: Path) -> None:
    def memory() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

    head, rule, *_ = TABLE.splitlines()
    used = []
    for number in range(4):
        rows = [f"| 指标{number}-{row} | {row} | 状态 |" for row in range(800)]
        report = report_of(tmp_path, table("tbl-a", "长表", "\n".join([head, rule, *rows])))
        render(report, tmp_path, "r", ["pdf"], "embedded", "zh")
        used.append(memory())
    # A document of this size takes more than that while it is typeset.
    assert used[-1] - used[0] < 60


@pytest.mark.parametrize(
    ("source", "reason"), [("#nothing()", "unknown variable: nothing"), ('#text(font: "Nowhere")[a]', "unknown font")]
)
def test_errors_and_warnings_of_typst_stop_the_pdf(tmp_path: Path, source: str, reason: str) -> None:
    (tmp_path / "report.typ").write_text(source, encoding="utf-8")
    with pytest.raises(RenderingError, match=reason):
        compile_source(tmp_path, tmp_path / "r.pdf", catalogue("zh"))


def test_a_figure_taller_than_the_page_is_made_smaller(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="450pt" height="900pt" viewBox="0 0 450 900"/>'
    tall = display("figure", {"image/svg+xml": svg}, label="fig-a", caption="高图", alt="高")
    path = render(report_of(tmp_path, tall), tmp_path, "r", ["pdf"], "embedded", "zh").files[0]
    last = pypdf.PdfReader(path).pages[-1]
    places: list[tuple[str, float]] = []

    def note(text: str, page: list[float], line: list[float], *_: Any) -> None:
        places.append((text, line[4] * page[1] + line[5] * page[3] + page[5]))

    last.extract_text(visitor_text=note)
    heights = [height for text, height in places if "高图" in text]
    assert heights
    assert min(heights) > 27 / 25.4 * 72  # above the bottom margin


# Word


def test_word_has_real_headings_captions_and_tables(word: Any) -> None:
    headings = [
        (paragraph.style.name, re.sub(r"^[\d.]+\s", "", paragraph.text))
        for paragraph in word.paragraphs
        if paragraph.style.name.startswith("Heading")
    ]
    assert headings == [
        ("Heading 1", "总结"),
        ("Heading 2", "能耗强度"),
        ("Heading 3", "不编号的小节"),
        ("Heading 1", "方法"),
    ]
    assert [found.rows[1].cells[1].text for found in word.tables] == ["93.1", "93.1"]
    assert [found.rows[0].cells[0].text for found in word.tables] == ["指标", "指标"]
    assert len(word.inline_shapes) == 2


def test_word_pages_follow_the_official_geometry(word: Any) -> None:
    section = word.sections[0]
    millimetres = {
        "width": (section.page_width, 210),
        "height": (section.page_height, 297),
        "top": (section.top_margin, 37),
        "left": (section.left_margin, 28),
        "type area": (section.page_width - section.left_margin - section.right_margin, 156),
        "type height": (section.page_height - section.top_margin - section.bottom_margin, 225),
    }
    for name, (found, wanted) in millimetres.items():
        assert abs(found - Mm(wanted)) < Mm(0.2), name


def test_every_style_used_in_word_exists(rendered: Rendered) -> None:
    parts = zipfile.ZipFile(rendered.files[2])
    used = {
        style
        for name in parts.namelist()
        if re.fullmatch(r"word/(document|header\d|footer\d|footnotes)\.xml", name)
        for style in re.findall(r'<w:(?:p|r|tbl)Style w:val="([^"]+)"', parts.read(name).decode("utf-8"))
    }
    known = set(re.findall(r'w:styleId="([^"]+)"', parts.read("word/styles.xml").decode("utf-8")))
    assert used - known == set()
    assert {"Heading1", "TableCaption", "ImageCaption", "Callout"} <= used


def test_word_has_a_filled_contents_field_and_numbered_captions(rendered: Rendered) -> None:
    source = zipfile.ZipFile(rendered.files[2]).read("word/document.xml").decode("utf-8")
    assert "TOC \\o" in source
    assert " SEQ 图 " in source


def test_embedded_word_tables_fill_the_type_area_in_their_relative_widths(tmp_path: Path) -> None:
    path = render(good_report(tmp_path), tmp_path, "r", ["docx"], "embedded", "zh").files[0]
    source = zipfile.ZipFile(path).read("word/document.xml").decode("utf-8")
    grid = re.findall(r"<w:tblGrid>(.*?)</w:tblGrid>", source)[0]
    widths = [int(width) for width in re.findall(r'w:w="(\d+)"', grid)]
    assert abs(sum(widths) - 156 / 25.4 * 1440) < 5
    dashes = [len(part.strip(":")) for part in TABLE.splitlines()[1].strip("|").split("|")]
    for width, count in zip(widths, dashes, strict=True):
        assert width / sum(widths) == pytest.approx(count / sum(dashes), abs=0.02)
    assert source.count('<w:pStyle w:val="TOC1"/>') == 2


# Colours


@pytest.mark.parametrize("status", theme.STATUSES)
def test_a_status_has_the_same_colour_in_figures_and_in_every_format(status: str) -> None:
    wanted = theme.STATUS_STYLES[status].colour.lower()
    name = theme.status_class(status).removeprefix("status-")
    sheet = (project.reports_folder() / "report.css").read_text(encoding="utf-8")
    variable = re.search(rf"\.status-{name}[^{{]*{{ color: var\((--[a-z]+)\)", sheet)
    assert variable
    assert f"{variable[1]}: {wanted};" in sheet
    template = (project.reports_folder() / "typst-template.typ").read_text(encoding="utf-8")
    assert f'"{name}": rgb("{wanted}")' in template
    style = docx.Document(str(project.reports_folder() / "reference.docx")).styles[
        f"Status {name.replace('-', ' ').title()}"
    ]
    assert f"#{style.font.color.rgb}".lower() == wanted


# Languages


def test_english_is_complete(tmp_path: Path) -> None:
    front = FrontMatter(**{**ENGLISH.__dict__, "demonstration": True})
    outputs = [
        text("# Summary {#sec-a}\n\nSee @fig-a, @tbl-a and @sec-a.\n\n::: {.callout-tip}\nUse it.\n:::"),
        figure("fig-a", "Energy"),
        table(
            "tbl-a",
            "Scores",
            TABLE.translate({ord(c): "x" for c in "指标最新值状态单位地区生产总值能耗秸秆综合利用率按期可达已到"}),
        ),
    ]
    report = report_of(tmp_path, *outputs, front=front)
    files = render(report, tmp_path / "out", "r", ["html", "pdf", "docx"], "embedded", "en").files
    page = Page(files[0].read_text(encoding="utf-8"))
    assert page.all("html")[0]["lang"] == "en"
    assert "See Figure 1, Table 1 and Section 1." in page.text
    assert "Tip" in page.text
    assert "Figure 1: Energy" in page.text
    read = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(files[1]).pages)
    assert "Demonstration data" in read
    assert "Page 1 of" in read
    assert "Figure 1: Energy" in read
    word_text = "\n".join(paragraph.text for paragraph in docx.Document(str(files[2])).paragraphs)
    assert "Issued by: Office" in word_text
    for content in (read, word_text):
        assert not re.findall(r"[\u4e00-\u9fff]", content)
    assert not re.findall(r"[\u4e00-\u9fff]", page.text.replace("折线由三降到负二", ""))


def test_real_data_carry_no_mark(tmp_path: Path) -> None:
    report = good_report(tmp_path, FrontMatter(title="评估"))
    files = render(report, tmp_path / "out", "r", ["html", "pdf", "docx"], "embedded", "zh").files
    assert "示例数据" not in Page(files[0].read_text(encoding="utf-8")).text
    assert "示例数据" not in pdf_text(pypdf.PdfReader(files[1]))
    word = docx.Document(str(files[2]))
    paragraphs = [*word.paragraphs, *word.sections[0].footer.paragraphs]
    assert "示例数据" not in "".join(paragraph.text for paragraph in paragraphs)


# What is not supported is refused by name, before anything is written.

REFUSED = {
    "an unresolved reference": ([text("见 @fig-energi。"), figure("fig-energy", "甲")], "@fig-energi.*fig-energy"),
    "a citation": ([text("见 [@smith]。")], "@smith"),
    "a reference to an unnumbered section": ([text("# 甲 {#sec-a .unnumbered}\n\n见 @sec-a。")], "sec-a.*不编号"),
    "raw HTML": ([text("<table><tr><td>1</td></tr></table>")], "html: <table>"),
    "raw LaTeX": ([text("\\newpage")], "newpage"),
    "a tab set": ([text("::: {.panel-tabset}\n## 甲\n:::")], "panel-tabset"),
    "a layout": ([text('::: {layout-ncol="2"}\n甲\n:::')], "layout-ncol"),
    "an unknown callout": ([text("::: {.callout-danger}\n甲\n:::")], "callout-danger"),
    "an unknown condition": ([text('::: {.content-visible when-meta="x"}\n甲\n:::')], "when-meta"),
    "a shortcode": ([text("{{< pagebreak >}}")], "{{<"),
    "a picture by path": ([text("![](picture.png)")], "picture.png"),
    "a caption in the text": ([text("| a |\n|---|\n| 1 |\n\n: 标题 {#tbl-x}\n")], "tbl-x"),
    "a character without glyph": ([text("达到 ✖")], r"U\+2716.*c\.ipynb · 第 1 格"),
    "a picture with a missing character": (
        [
            display(
                "figure", {"image/svg+xml": "<svg><text x='1'>✔</text></svg>"}, label="fig-a", caption="甲", alt="乙"
            )
        ],
        r"U\+2714",
    ),
}


@pytest.mark.parametrize("defect", REFUSED)
def test_what_is_not_supported_is_refused_by_name(tmp_path: Path, defect: str) -> None:
    outputs, expected = REFUSED[defect]
    with pytest.raises(RenderingError, match=re.compile(expected, re.DOTALL)) as error:
        render(report_of(tmp_path, *outputs), tmp_path / "out", "r", ["html"], "embedded", "zh")
    assert "c.ipynb" in str(error.value)
    assert not (tmp_path / "out").exists()


def changed(report: Path, change: Callable[[Any], None]) -> Path:
    notebook = nbformat.read(report, as_version=4)
    change(notebook)
    nbformat.write(notebook, report)
    return report


def option(line: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        notebook.cells[2].source += f"\n{line}"

    return change


def stored_error(notebook: Any) -> None:
    notebook.cells[2].outputs = [nbformat.v4.new_output("error", ename="KeyError", evalue="x", traceback=[])]


def tagged(notebook: Any) -> None:
    notebook.cells[1].metadata["tags"] = ["hide-input"]


def twice(notebook: Any) -> None:
    notebook.cells.append(nbformat.from_dict({**notebook.cells[2], "id": "again"}))


def headless(notebook: Any) -> None:
    del notebook.cells[0]


def shown_code(notebook: Any) -> None:
    notebook.cells[2].source = notebook.cells[2].source.replace("echo: false", "echo: true")


EDITED = {
    "an unsupported option": (option("#| fig-width: 3"), "fig-width"),
    "visible code": (shown_code, "显示代码"),
    "a stored traceback": (stored_error, "KeyError"),
    "a tag": (tagged, "hide-input"),
    "a label twice": (twice, "tbl-scores"),
    "no front matter": (headless, "封面信息"),
}


@pytest.mark.parametrize("defect", EDITED)
def test_an_edited_report_is_refused_by_name(tmp_path: Path, defect: str) -> None:
    change, expected = EDITED[defect]
    report = changed(good_report(tmp_path), change)
    with pytest.raises(RenderingError, match=expected):
        render(report, tmp_path / "out", "r", ["html"], "embedded", "zh")


def test_a_failed_run_leaves_the_last_good_report(tmp_path: Path) -> None:
    files = render(good_report(tmp_path), tmp_path / "out", "r", ["html", "docx"], "embedded", "zh").files
    before = [path.read_bytes() for path in files]
    with pytest.raises(RenderingError):
        render(report_of(tmp_path, text("见 @fig-x。")), tmp_path / "out", "r", ["html", "docx"], "embedded", "zh")
    assert [path.read_bytes() for path in files] == before
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["r.docx", "r.html"]


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(RenderingError, match="无法写入"):
        render(good_report(tmp_path), tmp_path / "out", "r", ["html"], "embedded", "zh")


@pytest.mark.parametrize(
    ("formats", "renderer", "expected"), [(["odt"], "embedded", "odt"), (["html"], "latex", "latex")]
)
def test_unknown_formats_and_renderers_are_refused(
    tmp_path: Path, formats: list[str], renderer: str, expected: str
) -> None:
    with pytest.raises(RenderingError, match=expected):
        render(good_report(tmp_path), tmp_path / "out", "r", formats, renderer, "zh")


# Quarto


@pytest.fixture
def no_quarto(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.delenv("QUARTO", raising=False)


@pytest.mark.usefixtures("no_quarto")
def test_asking_for_quarto_without_quarto_is_an_error_with_the_install_line(tmp_path: Path) -> None:
    for act in (
        lambda: renderer_name("quarto", "zh"),
        lambda: render(good_report(tmp_path), tmp_path / "out", "r", ["html"], "quarto", "zh"),
    ):
        with pytest.raises(RenderingError, match="pip install quarto-cli"):
            act()


@pytest.mark.usefixtures("no_quarto")
def test_without_quarto_the_embedded_renderer_steps_in_and_says_so(tmp_path: Path) -> None:
    result = render(good_report(tmp_path), tmp_path / "out", "r", ["docx"], "auto", "zh")
    assert "Pandoc" in result.renderer
    assert result.renderer == renderer_name("auto", "zh")
    assert "pip install quarto-cli" in result.notice
    assert "\n" not in result.notice


@pytest.mark.usefixtures("no_quarto")
def test_quarto_is_found_by_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = fake_quarto(tmp_path, "exit 0")
    monkeypatch.setenv("QUARTO", str(program))
    assert find_quarto() == str(program)
    assert renderer_name("auto", "en") == "Quarto 1.9.0"


def fake_quarto(folder: Path, rendering: str) -> Path:
    program = folder / "bin" / "quarto"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nif [ "$1" = "--version" ]; then echo 1.9.0; exit 0; fi\n{rendering}\n')
    program.chmod(0o755)
    return program


FAILURES = {
    "unresolved references with success": ('echo "WARN: Unable to resolve crossref @fig-x" >&2', "fig-x"),
    "a failure": ("echo no such filter >&2; exit 1", "no such filter"),
    "no result with success": ("exit 0", "为空"),
}


@pytest.mark.parametrize("defect", FAILURES)
def test_quarto_failures_are_errors_even_with_exit_code_zero(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, defect: str
) -> None:
    script, expected = FAILURES[defect]
    monkeypatch.setenv("QUARTO", str(fake_quarto(tmp_path, script)))
    with pytest.raises(RenderingError, match=expected):
        render(good_report(tmp_path), tmp_path / "out", "r", ["html"], "quarto", "zh")


def test_quarto_gets_the_project_with_fonts_and_one_format_at_a_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = (
        f'echo "$@" >> "{tmp_path}/calls"; ls . fonts > "{tmp_path}/files"; cp report.ipynb "{tmp_path}/seen.ipynb"\n'
        'mkdir -p _output; cp reference.docx _output/report.docx; echo "<html></html>" > _output/report.html'
    )
    monkeypatch.setenv("QUARTO", str(fake_quarto(tmp_path, script)))
    render(good_report(tmp_path), tmp_path / "out", "r", ["html", "docx"], "quarto", "zh")
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [re.findall(r"--to (\w+)", call) for call in calls] == [["html"], ["docx"]]
    listed = (tmp_path / "files").read_text().split()
    assert {"_quarto.yml", "NotoSansCJKsc-Regular.otf", "typst-template.typ", "fonts.html", "cover.html"} <= set(listed)
    assert "image/svg+xml" not in (tmp_path / "seen.ipynb").read_text(encoding="utf-8")


def settings() -> dict[str, Any]:
    content = (project.reports_folder() / "_quarto.yml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(content))


def test_the_quarto_project_executes_nothing_and_fetches_nothing() -> None:
    quarto = settings()
    assert quarto["project"]["type"] == "default"
    assert quarto["execute"] == {"enabled": False}
    assert (quarto["lang"], quarto["number-sections"]) == ("zh", True)
    page = quarto["format"]["html"]
    assert page["embed-resources"] is True
    assert [name for name in page["theme"] if not name.endswith(".scss")] == ["default"]
    for name in ("style.scss", "report.css"):
        content = (project.reports_folder() / name).read_text(encoding="utf-8")
        assert "@import" not in content
        assert "http" not in content


def test_the_quarto_project_names_fonts_templates_and_reference_that_exist() -> None:
    formats = settings()["format"]
    assert formats["typst"]["font-paths"] == "fonts"
    named = [*formats["typst"]["template-partials"], formats["docx"]["reference-doc"], *settings()["filters"]]
    named += [formats["html"]["css"], *formats["html"]["theme"][1:]]
    assert [name for name in named if not (project.reports_folder() / name).is_file()] == []
