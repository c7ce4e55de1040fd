"""How the notebooks of an edition are run: in stages, side by side, and only where something has changed."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from time import perf_counter

from analysis.edition import PROBLEMS, REJECTED, Edition
from analysis.errors import StepError
from analysis.messages import catalogue
from analysis.pipeline.keys import Keys, asks_database
from analysis.pipeline.papermill_runner import run_notebook
from analysis.pipeline.progress import Progress
from analysis.pipeline.reuse import Key, Reason, Store, content_of, copy_files, link_files
from analysis.pipeline.rows import Rows
from analysis.pipeline.stages import Step, running_order
from analysis.project import notebooks_folder, raw_folder


def nearest_of(found: str, known: Sequence[str]) -> dict[str, str]:
    """What a message about a wrong name needs: the names that exist, and the nearest one."""
    nearest = get_close_matches(found, known, n=1, cutoff=0.4)
    return {"allowed": ", ".join(known), "nearest": nearest[0] if nearest else "—"}


def plan_parameter(edition: Edition) -> str:
    """How a notebook names the plan: by its id where the plan lies under ``data/raw``, else by its path."""
    folder = edition.plan_folder
    return folder.name if folder.parent == raw_folder().resolve() else str(folder)


def jobs_or_default(jobs: int) -> int:
    """Number of notebooks to run side by side; 0 for one more than cores, because a notebook also waits."""
    return jobs or (os.cpu_count() or 1) + 1


def expect_unedited(names: Sequence[str], language: str) -> None:
    """Refuse a result of which nobody can say what it was made from.

    Parameters
    ----------
    names : sequence of str
        Raw files, notebooks and templates that somebody has edited while it was made.

    Raises
    ------
    StepError
    """
    if names:
        words = catalogue(language)
        raise StepError(words.text("pipeline.edited_meanwhile", files=words.text("reuse.comma").join(names)))


@dataclass
class Run:
    """One run of an edition's notebooks.

    Parameters
    ----------
    edition : Edition
        Its folder is where the tables and the executed notebooks are put.
    keys : Keys
    store : Store
        What earlier runs have kept.
    notebooks : str
        Name of the folder of executed notebooks, below that of the tables.
    failed : Path
        Folder in which a failed notebook is kept.
    jobs : int
        How many notebooks may run side by side; 0: as many as pay.
    progress : Progress
    compare : str
        The edition to compare with: a year, or a folder of processed tables; empty for none.
    before : callable
        Called before the first notebook runs; not called if nothing has changed.
    """

    edition: Edition
    keys: Keys
    store: Store
    notebooks: str
    failed: Path
    jobs: int
    progress: Progress
    compare: str = ""
    before: Callable[[], None] = lambda: None
    durations: dict[str, float] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Rows:
        """The rows that sections read of the tables."""
        return Rows(self.store.folder, is_fresh=self.store.is_fresh)

    def given(self, step: Step) -> dict[str, object]:
        """The parameters of a step, without the folder of the tables."""
        edition = self.edition
        common = {"plan": plan_parameter(edition), "year": edition.year, "language": edition.language}
        return common | step.parameters

    def reasons(self, stage: Sequence[Step]) -> list[tuple[Step, Key, Reason]]:
        """Why the steps of a stage run, when the stages before it are finished."""
        keys = [(step, self.keys.of_step(step, self.given(step), self.edition.folder, self.rows)) for step in stage]
        return [(step, key, self._reason(step, key)) for step, key in keys]

    def _reason(self, step: Step, key: Key) -> Reason:
        reason = self.store.reason(step.name, key)
        return Reason("database") if not reason.code and asks_database(key) else reason

    def all(self) -> dict[str, float]:
        """Run every notebook, or take over its earlier result.

        Returns
        -------
        dict of str to float
            Seconds per step.

        Raises
        ------
        StepError
            If a notebook failed; notebooks that have not started are not run any more.
        """
        with ThreadPoolExecutor(max_workers=jobs_or_default(self.jobs)) as pool:
            for stage in running_order(self.edition.plan, self.compare):
                planned = self.reasons(stage)
                if any(reason.code for _, _, reason in planned):
                    self.before()
                try:
                    _wait_for([pool.submit(self.one, *item) for item in sorted(planned, key=_shortness)])
                except KeyboardInterrupt:
                    from analysis.pipeline.kernel import stop_running_kernels

                    pool.shutdown(wait=False, cancel_futures=True)
                    stop_running_kernels()
                    raise
        self.rows.remember(self.edition.language)
        return self.durations

    def one(self, step: Step, key: Key, reason: Reason) -> None:
        """Run one notebook, or take over its earlier result."""
        start = perf_counter()
        self.progress.started(step.name)
        if reason.code:
            self._make(step, key)
        else:
            self.store.restore(step.name, self.edition.folder)
        self.durations[step.name] = perf_counter() - start
        self.progress.finished(step.name, self.durations[step.name], reason)

    def _make(self, step: Step, key: Key) -> None:
        tables = self.edition.folder
        with _room(tables / f".{step.name}") as room:
            link_files([tables / name for name in key["tables"]], tables, room)
            for name in key["rows"]:
                self.rows.write(tables / name, step.indicators or (), room / name)
            output = room / self.notebooks / f"{step.name}.ipynb"
            source = notebooks_folder() / f"{step.notebook}.ipynb"
            parameters = {**self.given(step), "output": str(room)}
            # Afterwards the tables lie where notebooks look for them when no folder is named.
            recorded = {"output": ""}
            try:
                run_notebook(source, output, parameters, self.edition.language, self.failed, recorded)
            except StepError as error:
                raise self._with_findings(error, room) from error
            expect_unedited(self.keys.edited_of(step, self.given(step), key), self.edition.language)
            readable = {**key["tables"], **key["rows"]}
            unchanged = content_of(room, [room / name for name in readable if (room / name).is_file()])
            for name, value in unchanged.items():
                # Who sees only some rows of a table cannot replace the whole.
                if readable[name] == value or name in key["rows"]:
                    (room / name).unlink()
            self.store.keep(step.name, key, room)
            copy_files(room, self.edition.folder)

    def _with_findings(self, error: StepError, room: Path) -> StepError:
        """What a failed step found in the raw files goes where the error says, not away with the step's folder."""
        place = self.failed.parent
        found = [room / f"{name}.csv" for name in (PROBLEMS, REJECTED) if (room / f"{name}.csv").is_file()]
        place.mkdir(parents=True, exist_ok=True)
        for path in found:
            shutil.copyfile(path, place / path.name)
        return StepError(str(error).replace(str(room), str(place)))


@contextmanager
def _room(room: Path) -> Iterator[Path]:
    """A folder for just the tables that a step may read, and for what it makes."""
    room.mkdir()
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _shortness(planned: tuple[Step, Key, Reason]) -> float:
    """Short steps come last, so that no core waits for a long one at the end of a stage."""
    indicators = planned[0].indicators
    return -math.inf if indicators is None else -len(indicators)


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
