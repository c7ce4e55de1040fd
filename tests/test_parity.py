"""HTML, PDF and Word say the same: numbers, captions, alternatives and references are those of the merged notebook."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import nbformat
import pypdf
import pytest
from report_builder import chapter, figure, table, text

from analysis.rendering import FrontMatter, merge, render, write_report

CHAPTERS = 3
FORMATS = ("html", "pdf", "docx")
WORDS = {
    "zh": {"fig": "图", "tbl": "表", "sec": "章节", "subject": "能耗逐年下降", "see": "见"},
    "en": {"fig": "Figure", "tbl": "Table", "sec": "Section", "subject": "Energy use falls", "see": "see"},
}


@dataclass(frozen=True)
class Float:
    """A figure or table as the merged notebook declares it, with the number that follows from its place."""

    kind: str
    label: str
    caption: str
    alt: str
    number: int


def option(source: str, name: str) -> str:
    found = re.search(rf'^#\| {name}: "?(.*?)"?$', source, re.MULTILINE)
    return found[1] if found else ""


def declared(report: Path) -> list[Float]:
    """Every figure and table of the merged notebook, in its order."""
    found: list[Float] = []
    for cell in nbformat.read(report, as_version=4).cells:
        label = option(cell.source, "label") if cell.cell_type == "code" else ""
        if label:
            kind = label.partition("-")[0]
            number = sum(item.kind == kind for item in found) + 1
            found.append(Float(kind, label, option(cell.source, f"{kind}-cap"), option(cell.source, "fig-alt"), number))
    return found


@dataclass(frozen=True)
class Rendered:
    """One report in every format."""

    language: str
    floats: list[Float]
    texts: dict[str, str]
    files: dict[str, Path]

    def name(self, item: Float) -> str:
        """``图1``: how the text refers to a figure or table."""
        return squeezed(f"{WORDS[self.language][item.kind]}{item.number}")


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00a0\u2060\u200b]", "", text)


class PageReader(HTMLParser):
    """Text, links and alternatives of a page; nothing of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.alternatives: list[str] = []
        self._hidden = 0
        self._target = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        self._hidden += tag in ("script", "style", "nav")
        if tag == "img":
            self.alternatives.append(known.get("alt") or "")
        if tag == "a":
            self._target = known.get("href") or ""
            self.links.append((self._target, ""))

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "nav")
        if tag == "a":
            self._target = ""

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self.texts.append(data)
        if self._target:
            target, so_far = self.links[-1]
            self.links[-1] = (target, so_far + data)


def page(path: Path) -> PageReader:
    reader = PageReader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def word_text(path: Path) -> str:
    """All paragraphs of the document, fields with the results that they hold."""
    document: Any = docx.Document(str(path))
    namespace = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
    return "\n".join(
        "".join(part.text or "" for part in paragraph.iter(namespace))
        for paragraph in document.element.body.iter(namespace[:-1] + "p")
    )


@pytest.fixture(scope="module", params=["zh", "en"])
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Three chapters that refer to one another, forwards and backwards, in three formats."""
    folder, language = tmp_path_factory.mktemp("parity"), request.param
    words = WORDS[language]
    chapters = []
    for place in range(CHAPTERS):
        other = (place + 1) % CHAPTERS
        references = f"{words['see']} @fig-{other}b，@tbl-{other}a，@sec-{other}-part；"
        chapters.append(
            chapter(
                folder / f"{place}.ipynb",
                text(f"# {words['subject']} {place} {{#sec-{place}}}\n\n{references}"),
                table(f"tbl-{place}a", f"{words['subject']} {'abc'[place]}"),
                figure(f"fig-{place}a", f"{words['subject']} {'def'[place]}", alt=f"alt {place} a"),
                text(f"## {words['subject']} {'xyz'[place]} {{#sec-{place}-part}}\n\n{words['see']} @fig-{place}a；"),
                figure(f"fig-{place}b", f"{words['subject']} {'ghi'[place]}", alt=f"alt {place} b"),
                table(f"tbl-{place}b", f"{words['subject']} {'jkl'[place]}"),
            )
        )
    report = write_report(merge(chapters, FrontMatter(title="t", language=language)), folder / "report.ipynb")
    paths = render(report, folder / "out", "report", list(FORMATS), "embedded", language).files
    files = {path.suffix[1:]: path for path in paths}
    texts = {
        "html": "".join(page(files["html"]).texts),
        "pdf": "".join(sheet.extract_text() for sheet in pypdf.PdfReader(files["pdf"]).pages),
        "docx": word_text(files["docx"]),
    }
    return Rendered(language, declared(report), {name: squeezed(content) for name, content in texts.items()}, files)


@pytest.mark.parametrize("name", FORMATS)
def test_captions_carry_the_numbers_that_follow_from_the_notebook(rendered: Rendered, name: str) -> None:
    assert len(rendered.floats) == 4 * CHAPTERS
    delimiter = ":" if rendered.language == "en" else ""
    places = []
    for item in rendered.floats:
        caption = f"{rendered.name(item)}{delimiter}{squeezed(item.caption)}"
        assert rendered.texts[name].count(caption) == 1, caption
        places.append(rendered.texts[name].index(caption))
    assert places == sorted(places)
    for kind in ("fig", "tbl"):
        last = sum(item.kind == kind for item in rendered.floats)
        assert f"{WORDS[rendered.language][kind]}{last + 1}" not in rendered.texts[name]


@pytest.mark.parametrize("name", FORMATS)
def test_references_name_the_numbers_of_what_they_point_to(rendered: Rendered, name: str) -> None:
    words = WORDS[rendered.language]
    names = {item.label: rendered.name(item) for item in rendered.floats}
    for place in range(CHAPTERS):
        other = (place + 1) % CHAPTERS
        sentence = f"{words['see']}{names[f'fig-{other}b']}，{names[f'tbl-{other}a']}，{words['sec']}{other + 1}.1；"
        assert rendered.texts[name].count(sentence) == 1, sentence
        assert rendered.texts[name].count(f"{words['see']}{names[f'fig-{place}a']}；") == 1


def test_references_lead_to_what_they_name(rendered: Rendered) -> None:
    names = {item.label: rendered.name(item) for item in rendered.floats}
    found = [(target, squeezed(shown)) for target, shown in page(rendered.files["html"]).links]
    for label, name in names.items():
        shown = {text for target, text in found if target == f"#{label}"} - {""}
        assert shown <= {name}, label
    assert sum(target.removeprefix("#") in names for target, _ in found) >= 3 * CHAPTERS
    source = zipfile.ZipFile(rendered.files["docx"]).read("word/document.xml").decode("utf-8")
    anchors = set(re.findall(r'w:anchor="((?:fig|tbl)-\w+)"', source))
    assert anchors == {label for label in names if not label.endswith("b") or label.startswith("fig")}
    assert anchors <= set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', source))
    reader = pypdf.PdfReader(rendered.files["pdf"])
    annotations = [note.get_object() for sheet in reader.pages for note in sheet.get("/Annots", [])]
    assert sum(note["/Subtype"] == "/Link" for note in annotations) >= 4 * CHAPTERS


def test_every_format_carries_the_declared_alternatives(rendered: Rendered) -> None:
    wanted = [item.alt for item in rendered.floats if item.kind == "fig"]
    assert [text for text in page(rendered.files["html"]).alternatives if text] == wanted
    source = zipfile.ZipFile(rendered.files["docx"]).read("word/document.xml").decode("utf-8")
    assert re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', source) == wanted
    reader = pypdf.PdfReader(rendered.files["pdf"])
    assert sorted(alternatives(reader)) == sorted(wanted)


def alternatives(reader: pypdf.PdfReader) -> list[str]:
    """The texts that a screen reader says instead of the figures of a PDF."""
    objects = (reader.get_object(number) for number in range(1, reader.trailer["/Size"]))
    return [
        str(item["/Alt"])
        for item in objects
        if isinstance(item, dict) and item.get("/S") == "/Figure" and "/Alt" in item
    ]


def test_no_space_stands_between_a_chinese_word_and_a_reference(tmp_path: Path) -> None:
    source = "# 章 {#sec-a}\n\n走势见 @fig-a，见 @fig-a 和第[-@sec-a]章；see @fig-a and so on。"
    outputs = [text(source), figure("fig-a", "图")]
    report = write_report(
        merge([chapter(tmp_path / "a.ipynb", *outputs)], FrontMatter(title="t")), tmp_path / "r.ipynb"
    )
    path = render(report, tmp_path / "out", "report", ["html"], "embedded", "zh").files[0]
    shown = "".join(page(path).texts).replace("\u00a0", " ")
    assert "走势见图 1，见图 1和第1章；see 图 1 and so on。" in shown


def test_headings_have_the_same_numbers_everywhere(rendered: Rendered) -> None:
    subject = squeezed(WORDS[rendered.language]["subject"])
    for place in range(CHAPTERS):
        for heading in (f"{place + 1}{subject}{place}", f"{place + 1}.1{subject}{'xyz'[place]}"):
            for name in FORMATS:
                assert heading in rendered.texts[name], (name, heading)
