"""Reports on a Dask cluster: files travel with the orders and back, so that no disk has to be shared."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from analysis.batch import remote
from analysis.batch.outcome import Order, Outcome
from analysis.messages import catalogue
from analysis.pipeline.files import staging, swap, write_bytes, writing
from analysis.pipeline.printing import DATA, publish
from analysis.pipeline.reuse import copy_files
from analysis.pipeline.run import keep_the_rest
from analysis.project import finished_plan, output_folder, processed_folder, raw_folder, root
from analysis.trends.many import connect

ATTEMPTS = 3
PACKAGE = Path(__file__).resolve().parents[1]
# What a worker needs of the project besides the package and one plan.
PROJECT = ("pyproject.toml", "notebooks", "reports")
# Generated, and large.
LEFT_OUT = ("__pycache__", "output", "_build", ".quarto", ".ipynb_checkpoints")


def make_reports(orders: Sequence[Order], scheduler: str) -> Iterator[Outcome]:
    """Make reports on the workers of a cluster and put their files in place here.

    Parameters
    ----------
    orders : sequence of Order
    scheduler : str
        Address of a Dask scheduler.

    Yields
    ------
    Outcome
        One per order, as they end. A report whose worker was lost is begun again on another one.

    Raises
    ------
    ClusterError
        If ``distributed`` is not installed, or nobody answers there.
    """
    with connect(scheduler) as client:
        import cloudpickle
        from distributed import as_completed

        # The workers get this module itself: they need not have the package, and cannot have another version of it.
        cloudpickle.register_pickle_by_value(remote)
        try:
            # A task, not scattered data: a worker that is lost with it can be replaced.
            project = client.submit(bytes, project_archive())
            waiting = {_submitted(client, project, order): order for order in orders}
            for future in as_completed(list(waiting), loop=client.loop):
                yield _received(future, waiting[future])
        finally:
            cloudpickle.unregister_pickle_by_value(remote)


def _submitted(client: Any, project: Any, order: Order) -> Any:
    wish = order.wish
    options = ["--language", wish.language, "--formats", ",".join(wish.formats), "--renderer", wish.renderer]
    options += ["--year", str(wish.year), "--jobs", str(wish.jobs), "--kernels", wish.kernels]
    options += ["--compare", wish.compare] if wish.compare else []
    plan = archive_of({"": order.plan_folder})
    return client.submit(
        remote.make_remotely, project, plan, order.plan_folder.name, options, pure=False, retries=ATTEMPTS - 1
    )


def _received(future: Any, order: Order) -> Outcome:
    try:
        seconds, error, made = future.result()
        year = 0 if error else _put_in_place(made, order)
    except Exception as failure:  # noqa: BLE001 - whatever a worker met must not cost the other plans their reports
        text = catalogue(order.wish.language).text("batch.worker_lost", reason=f"{type(failure).__name__}: {failure}")
        return Outcome(order.plan, 0.0, error=text)
    finally:
        future.release()
    if error:
        _put_findings_in_place(made, order)
    return Outcome(order.plan, seconds, year, error.strip())


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
    """The project's own files and the package, with the plan that the methods are proved on."""
    proof = [raw_folder() / finished_plan()] if finished_plan() else []
    paths = {path.relative_to(root()).as_posix(): path for path in (*(root() / name for name in PROJECT), *proof)}
    return archive_of({**paths, f"src/{PACKAGE.name}": PACKAGE}, LEFT_OUT)


def archive_of(paths: Mapping[str, Path], left_out: Collection[str] = ()) -> bytes:
    """A zip archive of files and folders by the names that they get, without folders of some names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in paths.items():
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                below = file.relative_to(path)
                if file.is_file() and not set(below.parts) & set(left_out):
                    archive.write(file, (PurePosixPath(name) / below.as_posix()).as_posix())
    return content.getvalue()
