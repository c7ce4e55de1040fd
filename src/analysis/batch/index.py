"""The page that compares the places of a batch: its notebook is run and typeset like a report's chapters."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from analysis import rendering
from analysis.batch.outcome import Outcome
from analysis.formats import FORMATS
from analysis.messages import catalogue, reword
from analysis.pipeline.files import staging, swap
from analysis.pipeline.papermill_runner import run_notebook
from analysis.pipeline.printing import report_stem, suffix
from analysis.project import notebooks_folder, output_folder, processed_folder
from analysis.rendering import Attachment, FrontMatter, merge, write_report

NOTEBOOK, STEM, RANKING = "places", "index", "ranking"
# Folder of what belongs to the page, beside those of the plans; no plan's id begins with an underscore.
FOLDER = "_places"


def write_index(outcomes: Sequence[Outcome], language: str, formats: Sequence[str], renderer: str) -> Path:
    """Make the page.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What became of every report, in the order of the page.
    language : {"zh", "en"}
    formats : sequence of {"html", "pdf", "docx"}
    renderer : {"auto", "quarto", "embedded"}

    Returns
    -------
    Path
        ``reports/output/index[-en].html``; the other formats lie beside it.

    Raises
    ------
    StepError, RenderingError
        As for a report.
    """
    # This process may have made a report in a plan's own words; the page is of all places.
    reword({})
    words = catalogue(language)
    made = [outcome for outcome in outcomes if not outcome.error]
    parameters: dict[str, object] = {
        "folders": [str(processed_folder() / outcome.plan / str(outcome.year)) for outcome in made],
        "reports": [_address(outcome, language) for outcome in made],
        "failed": [[outcome.plan, first_line(outcome.error)] for outcome in outcomes if outcome.error],
        "language": language,
    }
    folder = processed_folder() / f"{FOLDER}{suffix(language)}"
    with staging(folder, language) as temporary:
        chapter = temporary / f"{NOTEBOOK}.ipynb"
        recorded = {"output": ""}
        run_notebook(
            notebooks_folder() / f"{NOTEBOOK}.ipynb", chapter, {**parameters, "output": str(temporary)}, language,
            folder, recorded,
        )  # fmt: skip
        front = FrontMatter(words.text("places.front.title"), words.text("places.front.subtitle"), language=language)
        report = write_report(merge([chapter], front), temporary / "report.ipynb")
        table = temporary / f"{RANKING}.csv"
        files = [Attachment(table.name, words.text("places.download"), table.read_bytes())]
        stem = f"{STEM}{suffix(language)}"
        rendered = rendering.render(report, output_folder(), stem, formats, renderer, language, files)
        for format in set(FORMATS) - set(formats):
            # What an earlier batch has left would be of other reports.
            (output_folder() / f"{stem}.{format}").unlink(missing_ok=True)
        swap(temporary, folder, language)
    return rendered.files[0]


def first_line(error: str) -> str:
    """What the list of failed plans says; the whole error stands in the log. A traceback says at its end what it is."""
    lines = [line.strip() for line in error.splitlines() if line.strip()] or [""]
    return lines[-1 if lines[0].startswith("Traceback ") else 0]


def _address(outcome: Outcome, language: str) -> str:
    """The report from the page that lies in the folder of all reports; empty if it has no web page."""
    folder = output_folder() / outcome.plan / str(outcome.year)
    names = [f"{report_stem(is_demonstration, language)}.html" for is_demonstration in (True, False)]
    found = [folder / name for name in names if (folder / name).is_file()]
    return os.fspath(found[0].relative_to(output_folder()).as_posix()) if found else ""
