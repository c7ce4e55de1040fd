"""Which notebooks a report consists of, in which order they run, and in which order they are read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from time import perf_counter

from analysis.edition import Edition
from analysis.errors import StepError
from analysis.pipeline.papermill_runner import run_notebook
from analysis.pipeline.progress import Progress
from analysis.plan import Plan
from analysis.project import notebooks_folder, raw_folder


@dataclass(frozen=True)
class Step:
    """One run of a notebook.

    Parameters
    ----------
    name : str
        Name of the executed notebook, without suffix.
    notebook : str
        Name of the notebook, without suffix.
    parameters : dict of str to object
        What it is given besides plan, year, language and output.
    """

    name: str
    notebook: str
    parameters: dict[str, object] = field(default_factory=dict)


CLEAN = Step("01-clean", "01-clean")
TRENDS = Step("02-trends", "02-trends")
ASSESS = Step("03-assess", "03-assess")
PROJECTS = Step("06-projects", "06-projects")
DEPARTMENTS = Step("07-departments", "07-departments")
CHANGES = Step("08-changes", "08-changes")


def chapters_of(plan: Plan) -> list[Step]:
    """The notebooks that only read the tables, so that they can run side by side; in the report's order."""
    chapters = [Step(f"04-section-{section.id}", "04-section", {"section": section.id}) for section in plan.sections]
    if plan.children(plan.area):
        chapters.append(Step("05-regions", "05-regions"))
    return [*chapters, PROJECTS, *([DEPARTMENTS] if plan.departments else [])]


def running_order(plan: Plan, compare: str = "") -> list[list[Step]]:
    """Stages; the steps of one stage do not depend on each other.

    Parameters
    ----------
    plan : Plan
    compare : str
        The edition to compare with, if any.
    """
    if not compare:
        return [[CLEAN], [TRENDS], [ASSESS], chapters_of(plan)]
    return [[CLEAN], [TRENDS], [replace(ASSESS, parameters={"compare": compare})], [*chapters_of(plan), CHANGES]]


def reading_order(plan: Plan, compare: str = "") -> list[Step]:
    """The report's chapters: findings first, then how they came about."""
    return [ASSESS, *([CHANGES] if compare else []), *chapters_of(plan), CLEAN, TRENDS]


def nearest_of(found: str, known: Sequence[str]) -> dict[str, str]:
    """What a message about a wrong name needs: the names that exist, and the nearest one."""
    nearest = get_close_matches(found, known, n=1, cutoff=0.4)
    return {"allowed": ", ".join(known), "nearest": nearest[0] if nearest else "—"}


def plan_parameter(edition: Edition) -> str:
    """How a notebook names the plan: by its id where the plan lies under ``data/raw``, else by its path."""
    folder = edition.plan_folder
    return folder.name if folder.parent == raw_folder().resolve() else str(folder)


def jobs_or_default(jobs: int) -> int:
    """Number of notebooks to run side by side; 0 for one per core."""
    return jobs or os.cpu_count() or 1


def run_steps(
    edition: Edition, executed: Path, failed: Path, jobs: int, progress: Progress, compare: str = ""
) -> dict[str, float]:
    """Run every notebook of an edition.

    Parameters
    ----------
    edition : Edition
        Its folder is where the notebooks write their tables.
    executed : Path
        Folder of the executed notebooks.
    failed : Path
        Folder in which a failed notebook is kept.
    jobs : int
        How many notebooks may run side by side.
    progress : Progress
    compare : str
        The edition to compare with: a year, or a folder of processed tables; empty for none.

    Returns
    -------
    dict of str to float
        Seconds per step.

    Raises
    ------
    StepError
        If a notebook failed; notebooks that have not started are not run any more.
    """
    durations: dict[str, float] = {}

    def run(step: Step) -> None:
        start = perf_counter()
        progress.started(step.name)
        parameters = {
            "plan": plan_parameter(edition),
            "year": edition.year,
            "language": edition.language,
            "output": str(edition.folder),
            **step.parameters,
        }
        source = notebooks_folder() / f"{step.notebook}.ipynb"
        # Afterwards the tables lie where notebooks look for them when no folder is named.
        recorded = {"output": ""}
        run_notebook(source, executed / f"{step.name}.ipynb", parameters, edition.language, failed, recorded)
        durations[step.name] = perf_counter() - start
        progress.finished(step.name, durations[step.name])

    with ThreadPoolExecutor(max_workers=jobs_or_default(jobs)) as pool:
        for stage in running_order(edition.plan, compare):
            try:
                _wait_for([pool.submit(run, step) for step in stage])
            except KeyboardInterrupt:
                from analysis.pipeline.kernel import stop_running_kernels

                pool.shutdown(wait=False, cancel_futures=True)
                stop_running_kernels()
                raise
    return durations


def _wait_for(futures: Sequence[Future[None]]) -> None:
    _, waiting = wait(futures, return_when=FIRST_EXCEPTION)
    wait([future for future in waiting if not future.cancel()])
    errors = [future.exception() for future in futures if not future.cancelled() and future.exception()]
    steps = [error for error in errors if isinstance(error, StepError)]
    if len(steps) == len(errors) > 1:
        raise StepError("\n\n".join(str(error) for error in steps))
    for error in errors:
        if error is not None:
            raise error
