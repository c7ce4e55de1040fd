"""One report from beginning to end: notebooks, tables, colophon, merged report, typeset files.

Everything is made in staging folders beside the final ones and put in place at the end, so that a run that fails
leaves the last good tables and the last good report where they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import nbformat
import pandas as pd

from analysis import rendering
from analysis.comparison import name_past
from analysis.edition import Edition, open_edition
from analysis.messages import catalogue
from analysis.pipeline.colophon import colophon_notebook
from analysis.pipeline.data_files import attachments, publish_data
from analysis.pipeline.files import staging, swap, write_text, writing
from analysis.pipeline.manifest import Manifest, describe_run
from analysis.pipeline.progress import Progress
from analysis.pipeline.single import NOTEBOOK as ON_DEMAND
from analysis.pipeline.steps import reading_order, run_steps, running_order
from analysis.project import output_folder, processed_folder
from analysis.rendering import FrontMatter, merge, write_report
from analysis.sources.rows import LEDGERS

FORMATS = ("html", "pdf", "docx")
COLOPHON = "colophon"
DEMONSTRATION_STATUS = "synthetic"
# Every table that holds what was delivered.
DELIVERED = ("observations", *LEDGERS)
TABLES = ("observations", "measures", "trends", "assessment", "quality")


@dataclass(frozen=True)
class Wish:
    """What a report is to be, besides its edition.

    Parameters
    ----------
    formats : tuple of str
        Any of html, pdf, docx.
    renderer : {"auto", "quarto", "embedded"}
    jobs : int
        Notebooks to run side by side; 0 for one per core.
    compare : str
        The edition to compare with: a year, or a folder of processed tables; empty for none.
    kernels : {"warm", "plain"}
        How notebooks get their kernels.
    """

    formats: tuple[str, ...] = FORMATS
    renderer: str = "auto"
    jobs: int = 0
    compare: str = ""
    kernels: str = "warm"


def run_report(
    plan: str = "",
    year: int = 0,
    language: str = "zh",
    formats: Sequence[str] = FORMATS,
    renderer: str = "auto",
    jobs: int = 0,
    compare: str = "",
    kernels: str = "warm",
) -> Path:
    """Make a report.

    Parameters
    ----------
    plan : str
        An id under ``data/raw``, a path to a plan folder, or empty for the project's default plan.
    year : int
        The edition year; 0 for the newest year with data.
    language : {"zh", "en"}
    formats : sequence of {"html", "pdf", "docx"}
    renderer : {"auto", "quarto", "embedded"}
    jobs : int
        Notebooks to run side by side; 0 for one per core.
    compare : str
        The edition to compare with: a year, or a folder of processed tables; empty for none.
    kernels : {"warm", "plain"}
        How notebooks get their kernels: forked from a process that has everything imported, or started one by one.

    Returns
    -------
    Path
        The folder of the report.

    Raises
    ------
    InputError, StepError, RenderingError
    """
    from analysis.pipeline.kernel import kernels as started

    wish = Wish(tuple(formats), renderer, jobs, compare.strip(), kernels)
    # Before anything else: a renderer that is not there must not be found out at the end.
    described = rendering.renderer_name(renderer, language)
    with started(kernels):
        edition = open_edition(plan, year, language)
        if wish.compare:
            wish = replace(wish, compare=name_past(edition, wish.compare))
        folder = processed_folder() / edition.plan.id / str(edition.year)
        steps = sum(len(stage) for stage in running_order(edition.plan, wish.compare))
        with staging(folder, language) as temporary, Progress(steps + 1, language) as progress:
            _keep_the_rest(folder, temporary, language)
            _make(replace(edition, folder=temporary), wish, described, folder, progress)
    return output_folder() / edition.plan.id / str(edition.year)


def notebooks_name(language: str) -> str:
    """Folder of the executed notebooks: ``notebooks``, or ``notebooks-en`` for English ones."""
    return "notebooks" + suffix(language)


def suffix(language: str) -> str:
    """What names of files in another language than Chinese end in."""
    return "" if language == "zh" else f"-{language}"


def report_stem(is_demonstration: bool, language: str) -> str:
    """Name of the report's files: ``report[-demo][-en]``."""
    return "report" + ("-demo" if is_demonstration else "") + suffix(language)


def uses_demonstration_data(delivered: pd.DataFrame) -> bool:
    """Whether any value or entry in use is made up for demonstration (示例数据)."""
    return bool((delivered["status"] == DEMONSTRATION_STATUS).any())


def _delivered(edition: Edition) -> list[str]:
    """The tables of this edition that hold what was delivered."""
    return [name for name in DELIVERED if (edition.folder / f"{name}.parquet").is_file()]


def front_matter(edition: Edition, is_demonstration: bool) -> FrontMatter:
    """The words of the cover."""
    words = catalogue(edition.language)
    plan = edition.plan
    return FrontMatter(
        title=words.text("pipeline.front.title", plan=plan.short_title.get(edition.language)),
        subtitle=words.text("pipeline.front.subtitle", plan=plan.title.get(edition.language)),
        language=edition.language,
        data_cutoff=words.text("pipeline.front.data_cutoff", year=edition.year),
        edition=words.text("pipeline.front.edition", year=edition.year),
        demonstration=is_demonstration,
    )


def _make(edition: Edition, wish: Wish, renderer: str, folder: Path, progress: Progress) -> None:
    language = edition.language
    executed = edition.folder / notebooks_name(language)
    durations = run_steps(edition, executed, folder / notebooks_name(language), wish.jobs, progress, wish.compare)
    progress.started("report")
    start = perf_counter()
    is_demonstration = any(uses_demonstration_data(edition.read(name)) for name in _delivered(edition))
    manifest = _describe(edition, wish, renderer)
    chapters = _chapters(edition, executed, manifest, wish.compare)
    report = edition.folder / f"report{suffix(language)}.ipynb"
    with writing(report, language):
        write_report(merge(chapters, front_matter(edition, is_demonstration)), report)
    target = output_folder() / edition.plan.id / str(edition.year)
    with staging(target, language) as printed:
        stem = report_stem(is_demonstration, language)
        with writing(printed, language):
            files = attachments(edition.folder, language)
            rendered = rendering.render(report, printed, stem, wish.formats, wish.renderer, language, files)
        durations["report"] = perf_counter() - start
        name = f"manifest{suffix(language)}.json"
        write_text(edition.folder / name, replace(manifest, durations=durations).to_json(), language)
        with writing(target, language):
            _publish(edition.folder, printed, target, language)
    swap(edition.folder, folder, language)
    progress.finished("report", durations["report"])
    if rendered.notice:
        progress.say(rendered.notice)


def _describe(edition: Edition, wish: Wish, renderer: str) -> Manifest:
    used = [step.notebook for stage in running_order(edition.plan, wish.compare) for step in stage]
    parameters = {
        "plan": edition.plan.id,
        "year": edition.year,
        "language": edition.language,
        "formats": list(wish.formats),
        "renderer": wish.renderer,
        **({"compare": wish.compare} if wish.compare else {}),
    }
    return describe_run(edition.plan_folder, edition.folder, parameters, renderer, used)


def _chapters(edition: Edition, executed: Path, manifest: Manifest, compare: str) -> list[Path]:
    last = executed / f"{COLOPHON}.ipynb"
    write_text(last, nbformat.writes(colophon_notebook(manifest, edition.language)) + "\n", edition.language)
    return [*(executed / f"{step.name}.ipynb" for step in reading_order(edition.plan, compare)), last]


def _keep_the_rest(folder: Path, temporary: Path, language: str) -> None:
    """Carry over what this run does not make: reports in the other language, notebooks run on demand."""
    own = (notebooks_name(language), f"manifest{suffix(language)}.json", f"report{suffix(language)}.ipynb")
    with writing(temporary, language):
        for item in folder.glob("*") if folder.is_dir() else []:
            if item.is_dir() and item.name.startswith("notebooks") and item.name not in own:
                shutil.copytree(item, temporary / item.name)
            elif item.name.startswith(("manifest", "report")) and item.name not in own:
                shutil.copy2(item, temporary / item.name)
        for item in folder.glob(f"{notebooks_name(language)}/{ON_DEMAND}-*.ipynb"):
            (temporary / notebooks_name(language)).mkdir(exist_ok=True)
            shutil.copy2(item, temporary / notebooks_name(language) / item.name)


def _publish(tables: Path, printed: Path, target: Path, language: str) -> None:
    """Put the typeset files and the tables in place; older files of the same report are out of date."""
    target.mkdir(parents=True, exist_ok=True)
    new = {path.name for path in printed.iterdir()}
    for is_demonstration in (True, False):
        for format in FORMATS:
            name = f"{report_stem(is_demonstration, language)}.{format}"
            if name not in new:
                (target / name).unlink(missing_ok=True)
    for path in printed.iterdir():
        path.replace(target / path.name)
    publish_data(tables, target / "data", TABLES)
