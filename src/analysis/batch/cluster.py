"""Reports on a Dask cluster: files travel with the orders and back, so that no disk has to be shared."""

from __future__ import annotations

import io
import json
import logging
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from analysis.batch import remote
from analysis.batch.outcome import Order, Outcome
from analysis.formats import name_of
from analysis.messages import catalogue
from analysis.pipeline.files import staging, swap, write_bytes, writing
from analysis.pipeline.manifest import COMMIT_FILE, current_commit, installed_versions, raw_files
from analysis.pipeline.printing import DATA, publish, suffix
from analysis.pipeline.reuse import copy_files
from analysis.pipeline.run import keep_the_rest
from analysis.project import finished_plan, output_folder, processed_folder, raw_folder, root
from analysis.trends.many import connect

ATTEMPTS = 3
# Seconds between two looks at whether there are workers.
ASKED_EVERY = 3.0
PACKAGE = Path(__file__).resolve().parents[1]
# What a worker needs of the project besides the package and one plan.
PROJECT = ("pyproject.toml", "notebooks", "reports")
# Generated, and large.
LEFT_OUT = ("__pycache__", "output", "_build", ".quarto", ".ipynb_checkpoints")


def make_reports(
    orders: Sequence[Order], scheduler: str, say: Callable[[str], None] = lambda line: None
) -> Iterator[Outcome]:
    """Make reports on the workers of a cluster and put their files in place here.

    Parameters
    ----------
    orders : sequence of Order
    scheduler : str
        Address of a Dask scheduler.
    say : callable
        Told a line whenever there is no worker left to wait for.

    Yields
    ------
    Outcome
        One per order, as they end. A report whose worker was lost is begun again on another one.

    Raises
    ------
    ClusterError
        If ``distributed`` is not installed, or nobody answers there.
    """
    language = orders[0].wish.language if orders else "zh"
    with connect(scheduler, language) as client:
        import cloudpickle

        # The workers get this module itself: they need not have the package, and cannot have another version of it.
        cloudpickle.register_pickle_by_value(remote)
        words = catalogue(language)
        # What a lost scheduler means is told of every report; the client's log adds a traceback.
        log = logging.getLogger("distributed.client")
        level = log.level
        log.setLevel(logging.CRITICAL)
        try:
            # A task, not scattered data: a worker that is lost with it can be replaced.
            project = client.submit(bytes, project_archive())
            waiting: dict[Any, Order] = {}
            for order in orders:
                try:
                    plan = archive_of({"": order.plan_folder})
                except (OSError, ValueError) as failure:
                    yield Outcome(order.plan, 0.0, error=_text(order, "plan_not_sent", failure))
                else:
                    waiting[_submitted(client, project, plan, order)] = order
            for future in _ended(client, list(waiting), lambda: say(words.text("batch.no_workers", address=scheduler))):
                yield _received(future, waiting[future])
        finally:
            log.setLevel(level)
            cloudpickle.unregister_pickle_by_value(remote)


def _submitted(client: Any, project: Any, plan: bytes, order: Order) -> Any:
    wish = order.wish
    options = ["--language", wish.language, "--formats", ",".join(wish.formats), "--renderer", wish.renderer]
    options += ["--year", str(wish.year), "--jobs", str(wish.jobs), "--kernels", wish.kernels]
    options += ["--compare", wish.compare] if wish.compare else []
    function = remote.make_remotely

    def make(*arguments: Any) -> Any:
        return function(*arguments)

    with warnings.catch_warnings():
        # A plan's files are as large as they are.
        warnings.filterwarnings("ignore", "Sending large graph")
        # Dask sends a function that can be imported here by its name only; this one cannot, so that it sends the whole.
        return client.submit(make, project, plan, order.plan_folder.name, options, pure=False, retries=ATTEMPTS - 1)


def _ended(client: Any, futures: list[Any], has_no_workers: Callable[[], None]) -> Iterator[Any]:
    """Futures as they end; says once, whenever it comes to that, that nobody is there to work on them."""
    from distributed import as_completed

    completed = as_completed(futures, loop=client.loop)
    asked, is_empty = monotonic(), False
    while completed.count():
        if completed.has_ready():
            yield next(completed)
            continue
        sleep(0.1)
        if monotonic() - asked > ASKED_EVERY and client.status == "running":
            # A scheduler that is gone ends the futures themselves.
            with suppress(Exception):
                was_empty, is_empty = is_empty, not client.nthreads()
                if is_empty and not was_empty:
                    has_no_workers()
            asked = monotonic()


def _received(future: Any, order: Order) -> Outcome:
    try:
        seconds, error, made = future.result()
        year = 0 if error else _put_in_place(made, order)
    except Exception as failure:  # noqa: BLE001 - whatever a worker met must not cost the other plans their reports
        return Outcome(order.plan, 0.0, error=_text(order, "worker_lost", failure))
    finally:
        future.release()
    if error:
        _put_findings_in_place(made, order)
    return Outcome(order.plan, seconds, year, error.strip(), versions=() if error else _other_versions(order, year))


def _other_versions(order: Order, year: int) -> tuple[str, ...]:
    """The libraries that a report was made with, as its manifest names them, where they are others than here."""
    manifest = processed_folder() / order.plan / str(year) / f"manifest{suffix(order.wish.language)}.json"
    found = json.loads(manifest.read_text(encoding="utf-8"))["versions"]
    here = installed_versions()
    names = [name for name in here if found.get(name) != here[name]]
    return tuple(f"{name} {found.get(name)} ({here[name]})" for name in names)


def _text(order: Order, key: str, failure: Exception) -> str:
    """Why there is no report, in one line: the list of failed plans shows the first."""
    reason = " ".join(f"{type(failure).__name__}: {failure}".split())
    return catalogue(order.wish.language).text(f"batch.{key}", reason=reason)


def _put_in_place(made: bytes, order: Order) -> int:
    """Publish what a worker made, as a run on this machine would; the edition year is the name of both folders."""
    with TemporaryDirectory() as place, zipfile.ZipFile(io.BytesIO(made)) as archive:
        archive.extractall(place)
        report = next((Path(place) / "reports" / "output" / order.plan).iterdir())
        tables = Path(place) / "data" / "processed" / order.plan / report.name
        target = processed_folder() / order.plan / report.name
        with staging(target, order.wish.language) as temporary:
            keep_the_rest(target, temporary, order.wish.language)
            with writing(temporary, order.wish.language):
                copy_files(tables, temporary)
            swap(temporary, target, order.wish.language)
        with writing(report, order.wish.language):
            publish(report, report / DATA, output_folder() / order.plan / report.name, order.wish.language)
    return int(report.name)


def _put_findings_in_place(made: bytes, order: Order) -> None:
    """What a report that could not be made left behind: its problems, its failed notebook."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            write_bytes(root() / name, archive.read(name), order.wish.language)


def project_archive() -> bytes:
    """The project's own files and the package, with the plan that the methods are proved on and the commit."""
    proof = [raw_folder() / finished_plan()] if finished_plan() else []
    paths = {path.relative_to(root()).as_posix(): path for path in (*(root() / name for name in PROJECT), *proof)}
    content = io.BytesIO(archive_of({**paths, f"src/{PACKAGE.name}": PACKAGE}, LEFT_OUT))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(COMMIT_FILE, json.dumps(asdict(current_commit(root()))))
    return content.getvalue()


def archive_of(paths: Mapping[str, Path], left_out: Collection[str] = ()) -> bytes:
    """A zip archive of files and folders by the names that they get, without folders of some names.

    Parameters
    ----------
    paths : mapping of str to Path
    left_out : collection of str
        Names of folders.

    Returns
    -------
    bytes

    Raises
    ------
    OSError
        If a file cannot be read.
    ValueError
        If the name of a file cannot be written in an archive.
    """
    content = io.BytesIO()
    # Files of no known age are from 1970, which the format does not know.
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for name, path in paths.items():
            for file in raw_files(path) if path.is_dir() else [path]:
                below = file.relative_to(path)
                if set(below.parts) & set(left_out):
                    continue
                target = PurePosixPath(name) / below.as_posix()
                if name_of(target) != str(target):
                    raise ValueError(f"{name_of(target)}: not UTF-8")
                archive.write(file, str(target))
    return content.getvalue()
