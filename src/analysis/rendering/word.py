"""DOCX with the embedded renderer: real headings, captions, tables and a contents field."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from analysis.messages import Catalogue
from analysis.rendering import pandoc
from analysis.rendering.document import Document
from analysis.rendering.floats import write_figures
from analysis.rendering.pictures import write_pictures

REFERENCE = "reference.docx"

# The reference file holds this mark in the footer's notice paragraph.
FOOTER_MARK = "\u2063"

# How the reference file begins its paragraphs.
FIRST_LINE = 'w:firstLine="480"'

# 156 mm, the type area of GB/T 9704-2012, in twentieths of a point.
TYPE_WIDTH_TWIPS = 8844

_HEADING = (
    r'<w:bookmarkStart w:id="\d+" w:name="([^"]+)" />\s*<w:p>'
    r'<w:pPr><w:pStyle w:val="Heading([12])" /></w:pPr>(.*?)</w:p>'
)
_CONTENTS = (
    r'<w:p><w:r>(?P<opening><w:fldChar w:fldCharType="begin"[^>]*/><w:instrText[^>]*>TOC [^<]*</w:instrText>'
    r'<w:fldChar w:fldCharType="separate" />)(?P<closing><w:fldChar w:fldCharType="end" />)</w:r></w:p>'
)

# Fixed, so that the same report gives the same bytes.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_docx(
    document: Document, meta: dict[str, Any], project: Path, folder: Path, path: Path, words: Catalogue
) -> None:
    """Typeset the report for Word.

    Parameters
    ----------
    document : Document
    meta : dict
        Pandoc metadata.
    project : Path
        The Quarto project with the reference document.
    folder : Path
        Empty working folder.
    path : Path
        The DOCX.
    words : Catalogue

    Raises
    ------
    RenderingError
        If Pandoc fails or warns.
    """
    write_figures(document.report, folder, with_png=True)
    write_pictures(document.report.pictures, folder)
    mark = str(document.report.metadata.get("demonstration-mark", ""))
    reference = marked_reference(project / REFERENCE, mark, document.report.language, folder / REFERENCE)
    tree = {**document.shaped("docx", words), "meta": meta}
    options = [
        "--standalone",
        f"--reference-doc={reference}",
        f"--lua-filter={project / 'report.lua'}",
        "--number-sections",
        "--toc",
        "--toc-depth=2",
        f"--output={path}",
    ]
    pandoc.write(tree, "docx", options, folder, words)
    _rewrite(path, path, finished)


def marked_reference(reference: Path, mark: str, language: str, target: Path) -> Path:
    """Copy the reference document with the demonstration mark in its footers, or without any.

    Only Chinese paragraphs begin with a blank of two characters.
    """

    def change(name: str, text: str) -> str:
        if name == "word/styles.xml" and language != "zh":
            return text.replace(FIRST_LINE, "")
        return text.replace(FOOTER_MARK, escape(mark)) if name.startswith("word/footer") else text

    _rewrite(reference, target, change)
    return target


def finished(name: str, text: str) -> str:
    """What Pandoc leaves to Word: the width of tables, rows that stay whole, the entries of the contents field."""
    if name != "word/document.xml":
        return text
    text = re.sub(r"<w:tr>(?:<w:trPr>(.*?)</w:trPr>)?", r"<w:tr><w:trPr><w:cantSplit/>\1</w:trPr>", text)
    return filled_contents(re.sub(r"<w:tblGrid>.*?</w:tblGrid>", _stretched, text))


def filled_contents(text: str) -> str:
    """Fill the contents field with linked headings; readers that do not update fields see them too.

    Word adds the page numbers when it updates the field, which it offers on opening.
    """
    headings = re.findall(_HEADING, text, re.DOTALL)
    entries = [
        f'<w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr><w:hyperlink w:anchor="{anchor}" w:history="1">'
        f'<w:r><w:t xml:space="preserve">{_run_text(content)}</w:t></w:r></w:hyperlink>'
        for anchor, level, content in headings
    ]
    match = re.search(_CONTENTS, text)
    if match is None or not entries:
        return text
    opening, closing = f"<w:r>{match['opening']}</w:r>", f"<w:r>{match['closing']}</w:r>"
    style, first = re.split(r"(?<=</w:pPr>)", entries[0], maxsplit=1)
    # The field ends within its last entry: a paragraph of its own might begin an empty page.
    paragraphs = [f"{style}{opening}{first}", *entries[1:]]
    filled = "".join(f"<w:p>{entry}</w:p>" for entry in paragraphs).removesuffix("</w:p>") + f"{closing}</w:p>"
    return text[: match.start()] + filled + text[match.end() :]


def _run_text(content: str) -> str:
    return "".join(found or "\u2003" for found in re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:tab />", content))


def _stretched(grid: re.Match[str]) -> str:
    widths = [int(width) for width in re.findall(r'w:w="(\d+)"', grid[0])]
    scale = TYPE_WIDTH_TWIPS / (sum(widths) or 1)
    columns = "".join(f'<w:gridCol w:w="{round(width * scale)}" />' for width in widths)
    return f"<w:tblGrid>{columns}</w:tblGrid>"


def _rewrite(source: Path, target: Path, change: Callable[[str, str], str]) -> None:
    """Copy a DOCX with fixed time stamps, changing the text of some of its parts."""
    with zipfile.ZipFile(source) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            if name.endswith(".xml"):
                content = change(name, content.decode("utf-8")).encode("utf-8")
            # A PNG is compressed already.
            method = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content, method)
