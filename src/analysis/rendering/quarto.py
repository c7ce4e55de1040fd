"""Quarto, where it is installed: found, called one format at a time, and its results checked."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis import fonts
from analysis.messages import Catalogue, catalogue
from analysis.rendering.attachments import downloads
from analysis.rendering.cells import Report
from analysis.rendering.failures import failure
from analysis.rendering.floats import file_address
from analysis.rendering.glyphs import texts_of
from analysis.rendering.merge import png_only, read_notebook, write_report
from analysis.rendering.pdf import check_pdf
from analysis.rendering.pictures import write_pictures
from analysis.rendering.web import check_page, script_element
from analysis.rendering.web_font import font_style
from analysis.rendering.word import REFERENCE, marked_reference

TARGETS = {"html": "html", "pdf": "typst", "docx": "docx"}

_UNRESOLVED = re.compile(r"Unable to resolve\D*?@?([\w-]+)\s*$", re.MULTILINE)


def find_quarto() -> str:
    """Path of Quarto: the environment variable ``QUARTO``, the virtual environment, or ``PATH``; else empty."""
    named = os.environ.get("QUARTO", "")
    if named:
        return shutil.which(named) or ""
    beside = shutil.which("quarto", path=str(Path(sys.executable).parent))
    return beside or shutil.which("quarto") or ""


def name(program: str, words: Catalogue) -> str:
    """Name and version of this renderer."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, encoding="utf-8")
    if done.returncode:
        raise failure(words, "quarto_failed", program, reason=done.stderr.strip() or str(done.returncode))
    return words.text("rendering.renderer.quarto", version=done.stdout.strip())


def render_formats(
    program: str,
    report: Path,
    content: Report,
    formats: Sequence[str],
    sources: Path,
    folder: Path,
    words: Catalogue,
) -> list[Path]:
    """Render a report with Quarto, one format at a time, in a copy of the project.

    Parameters
    ----------
    program : str
        Path of Quarto.
    report : Path
        The merged notebook.
    content : Report
        The same, read.
    formats : sequence of {"html", "pdf", "docx"}
    sources : Path
        The Quarto project.
    folder : Path
        Working folder.
    words : Catalogue

    Returns
    -------
    list of Path

    Raises
    ------
    RenderingError
        If Quarto fails, a reference is unresolved, or a result does not pass the checks.
    """
    copy = prepare_project(content, sources, folder / "project")
    notebook = read_notebook(report, words)
    made = []
    for wanted in formats:
        write_report(png_only(notebook) if wanted == "docx" else notebook, copy / "report.ipynb")
        _run(program, TARGETS[wanted], copy, words)
        path = copy / "_output" / f"report.{wanted}"
        _check(path, wanted, words)
        made.append(path.rename(folder / path.name))
    return made


def prepare_project(content: Report, sources: Path, folder: Path) -> Path:
    """Copy the Quarto project and add what is made for each report: fonts, font subset, script, footer mark."""
    shutil.copytree(sources, folder, ignore=shutil.ignore_patterns("output", "_build", ".quarto", "_output"))
    fonts.link_fonts(folder / "fonts")
    write_pictures(content.pictures, folder)
    printed = catalogue(content.language)
    script = script_element(sources, printed)
    cover = _logo(content, printed) + _notice(content) + downloads(content.attachments, printed)
    printed_cells = [cell.printed() for cell in content.cells]
    font = font_style([*printed_cells, *texts_of(content.metadata), script, cover], content.language)
    (folder / "fonts.html").write_text(font, encoding="utf-8")
    (folder / "cover.html").write_text(cover, encoding="utf-8")
    (folder / "script.html").write_text(script, encoding="utf-8")
    mark = str(content.metadata.get("demonstration-mark", ""))
    marked_reference(sources / REFERENCE, mark, content.language, folder / REFERENCE)
    return folder


def _logo(content: Report, words: Catalogue) -> str:
    """The logo on the web page, if there is one."""
    if not content.logo:
        return ""
    address = file_address(content.logo, content.pictures[content.logo])
    return f'<img src="{address}" class="logo" alt="{html.escape(words.text("rendering.front.logo"))}">\n'


def _notice(content: Report) -> str:
    """What Quarto's own title block does not print: the demonstration notice, if there is one."""
    if not content.metadata.get("demonstration"):
        return ""
    mark, notice = (html.escape(str(content.metadata[f"demonstration-{part}"])) for part in ("mark", "notice"))
    return (
        f'<p class="demonstration-notice" role="note"><strong>{mark}</strong>{notice}</p>\n'
        f'<aside class="demonstration-footer" aria-label="{mark}">{mark}</aside>\n'
    )


def _run(program: str, target: str, folder: Path, words: Catalogue) -> None:
    command = [program, "render", "report.ipynb", "--to", target, "--no-execute"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    log = (done.stdout + done.stderr).decode("utf-8", "replace")
    # Quarto only warns of these and still ends with success.
    if "Unable to resolve" in log:
        found = ", ".join(sorted(set(_UNRESOLVED.findall(log)))) or "?"
        raise failure(words, "quarto_unresolved", "report.ipynb", found=found)
    if done.returncode:
        raise failure(words, "quarto_failed", "report.ipynb", reason=log.strip()[-2000:])


def _check(path: Path, wanted: str, words: Catalogue) -> None:
    if not path.is_file() or path.stat().st_size == 0:
        raise failure(words, "empty_result", path.name)
    if wanted == "pdf":
        check_pdf(path, words)
    elif wanted == "html":
        check_page(path.read_text(encoding="utf-8"), path.name, words)
