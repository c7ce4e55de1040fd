"""PDF with the embedded renderer: document tree → Typst source → PDF, with our two fonts only."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from analysis import fonts
from analysis.messages import Catalogue
from analysis.rendering import pandoc
from analysis.rendering.document import Document
from analysis.rendering.failures import failure
from analysis.rendering.floats import write_figures
from analysis.rendering.pictures import write_pictures

# Formulas need a font with mathematical tables; Typst brings this one along.
MATH_FONT = "NewCMMath"

_MAIN = "report.typ"


@cache
def version() -> str:
    """Version of the Typst wheel."""
    return metadata.version("typst")


def write_pdf(
    document: Document, meta: dict[str, Any], project: Path, folder: Path, path: Path, words: Catalogue
) -> None:
    """Typeset the report as PDF.

    Parameters
    ----------
    document : Document
    meta : dict
        Pandoc metadata.
    project : Path
        The Quarto project with the Typst partials.
    folder : Path
        Empty working folder.
    path : Path
        The PDF.
    words : Catalogue

    Raises
    ------
    RenderingError
        If Typst fails or warns, or if the PDF embeds other fonts than ours.
    """
    tree = {**document.shaped("typst", words), "meta": meta}
    options = [
        "--standalone",
        f"--template={project / 'embedded.typ'}",
        f"--lua-filter={project / 'report.lua'}",
        "--variable=toc-depth:2",
    ]
    # Quotation marks stay the characters that they are; Typst would choose anew.
    source = pandoc.write(tree, "typst-smart", options, folder, words)
    (folder / _MAIN).write_bytes(source)
    write_figures(document.report, folder)
    write_pictures(document.report.pictures, folder)
    compile_source(folder, path, words)
    check_pdf(path, words)


def compile_source(folder: Path, path: Path, words: Catalogue) -> None:
    """Have Typst make a PDF, in a process of its own.

    Parameters
    ----------
    folder : Path
        Holds the source ``report.typ`` and what it includes.
    path : Path
        The PDF.
    words : Catalogue

    Raises
    ------
    RenderingError
        If Typst fails or warns.
    """
    linked = fonts.link_fonts(folder / "fonts")
    program = Path(__file__).with_name("typst_program.py")
    command = [sys.executable, "-P", str(program), str(folder / _MAIN), str(linked), str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    problems = done.stdout.decode("utf-8").splitlines()
    if done.returncode or problems:
        # Without a word of its own, it was killed or could not begin.
        reason = "; ".join(problems[:5]) or done.stderr.decode("utf-8", "replace").strip() or str(done.returncode)
        raise failure(words, "typst_failed", _MAIN, reason=reason)


def check_pdf(path: Path, words: Catalogue) -> None:
    """Refuse a PDF that is empty or that embeds fonts other than ours.

    Raises
    ------
    RenderingError
    """
    content = path.read_bytes()
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:]:
        raise failure(words, "empty_result", path.name)
    embedded = pdf_fonts(content)
    if not embedded:
        raise failure(words, "empty_result", path.name)
    ours = (fonts.sans_font().stem, fonts.serif_font().stem, MATH_FONT)
    foreign = sorted(name for name in embedded if not name.startswith(ours))
    if foreign:
        raise failure(words, "foreign_font", path.name, found=", ".join(foreign))


def pdf_fonts(content: bytes) -> set[str]:
    """Names of the fonts in a PDF, without the prefix of their subset."""
    named = re.findall(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([^\s/<>\[\]()]+)", content)
    return {name.decode("latin-1") for name in named}
