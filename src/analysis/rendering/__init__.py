"""How the report is printed: executed chapters → one ``report.ipynb`` → HTML, PDF and Word.

Two renderers give the same numbers, captions and contents: Quarto where it is installed, else the engines that it
is built on, Pandoc and Typst, from their wheels.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from analysis import project
from analysis.formats import FORMATS
from analysis.garbage import without_collecting
from analysis.messages import Catalogue, catalogue
from analysis.rendering import embedded, quarto
from analysis.rendering.attachments import Attachment
from analysis.rendering.cells import Report, read_report
from analysis.rendering.failures import failure
from analysis.rendering.front_matter import FrontMatter
from analysis.rendering.glyphs import check_glyphs
from analysis.rendering.merge import merge, png_only, write_report
from analysis.rendering.quarto import find_quarto

__all__ = [
    "Attachment",
    "FrontMatter",
    "Rendered",
    "find_quarto",
    "merge",
    "png_only",
    "render",
    "renderer_name",
    "write_report",
]

SLOWEST_FIRST = ("pdf", "html", "docx")
RENDERERS = ("auto", "quarto", "embedded")


@dataclass(frozen=True)
class Rendered:
    """The result of a rendering.

    Parameters
    ----------
    renderer : str
        Which renderer made it, with versions.
    files : tuple of Path
        In the order of the formats asked for.
    notice : str
        One line for the log if Quarto was wanted where available but was not found; else empty.
    """

    renderer: str
    files: tuple[Path, ...]
    notice: str = ""


def renderer_name(renderer: str, language: str) -> str:
    """The name and versions of the renderer that :func:`render` would use, for the colophon.

    Raises
    ------
    RenderingError
        If the renderer is unknown, or Quarto is asked for and not installed.
    """
    words = catalogue(language)
    program = _chosen_quarto(renderer, words)
    return quarto.name(program, words) if program else embedded.name(words)


def render(
    report: Path,
    output: Path,
    stem: str,
    formats: Sequence[str],
    renderer: str,
    language: str,
    attachments: Sequence[Attachment] = (),
) -> Rendered:
    """Typeset a merged report in every format asked for.

    All formats are made in a temporary folder and moved into place only when every one of them succeeded, so that
    a failed run leaves the last good report.

    Parameters
    ----------
    report : Path
        The merged ``report.ipynb``; it is typeset, never executed.
    output : Path
        Folder of the finished files; created if missing.
    stem : str
        Name of the files without ending.
    formats : sequence of {"html", "pdf", "docx"}
    renderer : {"auto", "quarto", "embedded"}
        ``auto`` takes Quarto where it is found.
    language : {"zh", "en"}
        Language of messages.
    attachments : sequence of Attachment
        Files that readers can save from the web page.

    Returns
    -------
    Rendered

    Raises
    ------
    RenderingError
        If the report uses what is not supported, a reference leads nowhere, a glyph is missing, a program fails, or
        the files cannot be written.
    """
    words = catalogue(language)
    for wanted in formats:
        if wanted not in FORMATS:
            raise failure(words, "unknown_format", "FORMATS", found=wanted, allowed=", ".join(FORMATS))
    program = _chosen_quarto(renderer, words)
    with tempfile.TemporaryDirectory(prefix="report-") as name, without_collecting():
        content = replace(read_report(report, words), attachments=tuple(attachments))
        check_glyphs(content, words)
        folder = Path(name)
        made = _make(program, report, content, formats, folder, words)
        files = _publish(made, output, stem, words)
    is_fallback = renderer == "auto" and not program
    notice = _fallback_notice(words) if is_fallback else ""
    return Rendered(quarto.name(program, words) if program else embedded.name(words), files, notice)


def _make(
    program: str, report: Path, content: Report, formats: Sequence[str], folder: Path, words: Catalogue
) -> list[Path]:
    sources = project.reports_folder()
    if program:
        return quarto.render_formats(program, report, content, formats, sources, folder, words)
    make = embedded.Embedded(content, sources, folder, words).make
    # No more at a time than cores: the slowest, which begins first, has one of its own.
    with ThreadPoolExecutor(max_workers=min(len(FORMATS), os.cpu_count() or 1)) as pool:
        waiting = {wanted: pool.submit(make, wanted) for wanted in sorted(formats, key=SLOWEST_FIRST.index)}
        return [waiting[wanted].result() for wanted in formats]


def _publish(made: Sequence[Path], output: Path, stem: str, words: Catalogue) -> tuple[Path, ...]:
    """Move finished files into place; first beside their place, then all at once."""
    files = []
    try:
        output.mkdir(parents=True, exist_ok=True)
        waiting = [(path, output / f".{stem}{path.suffix}.{os.getpid()}.new") for path in made]
        for path, beside in waiting:
            shutil.copyfile(path, beside)
        for path, beside in waiting:
            files.append(beside.replace(output / f"{stem}{path.suffix}"))
    except OSError as error:
        raise failure(words, "not_writable", str(output), reason=error.strerror or str(error)) from error
    return tuple(files)


def _chosen_quarto(renderer: str, words: Catalogue) -> str:
    """Path of the Quarto to use; empty for the embedded renderer."""
    if renderer not in RENDERERS:
        raise failure(words, "unknown_renderer", "RENDERER", found=renderer, allowed=", ".join(RENDERERS))
    program = "" if renderer == "embedded" else find_quarto()
    if renderer == "quarto" and not program:
        install = words.text("rendering.renderer.install")
        raise failure(words, "no_quarto", "RENDERER=quarto", install=install)
    return program


def _fallback_notice(words: Catalogue) -> str:
    return words.text("rendering.renderer.fallback", install=words.text("rendering.renderer.install"))
