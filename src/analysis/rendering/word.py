"""DOCX with the embedded renderer: real headings, captions, tables and a contents field."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from analysis.messages import Catalogue
from analysis.rendering import pandoc
from analysis.rendering.document import Document
from analysis.rendering.floats import picture_files

REFERENCE = "reference.docx"

# The reference file holds this mark in the footer's notice paragraph.
FOOTER_MARK = "\u2063"

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
    for cell in document.report.floats.values():
        for name, content in picture_files(cell).items():
            (folder / name).write_bytes(content)
    mark = str(document.report.metadata.get("demonstration-mark", ""))
    reference = marked_reference(project / REFERENCE, mark, folder / REFERENCE)
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
    _rewrite(path, path, {})


def marked_reference(reference: Path, mark: str, target: Path) -> Path:
    """Copy the reference document with the demonstration mark in its footers, or without any."""
    _rewrite(reference, target, {FOOTER_MARK: escape(mark)})
    return target


def _rewrite(source: Path, target: Path, texts: dict[str, str]) -> None:
    """Copy a DOCX with fixed time stamps, replacing texts in its footers."""
    with zipfile.ZipFile(source) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            if name.startswith("word/footer"):
                for old, new in texts.items():
                    content = content.replace(old.encode("utf-8"), new.encode("utf-8"))
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
