"""What a worker of a cluster does: unpack the project and one plan, make the report, send its files back.

Sent to the workers as it stands here, so it uses nothing but Python's own library and Dask's: a worker needs the
libraries of ``requirements.lock``, but neither this package nor a disk that it shares with others.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from time import perf_counter
from typing import Any

PLAN = "plan"
SENT_BACK = ("reports/output", "data/processed")
# Seconds between two looks at whether anybody still waits for the report.
ASKED_EVERY = 1.0


def make_remotely(project: bytes, plan: bytes, name: str, options: list[str]) -> tuple[float, str, bytes]:
    """Make one report on the machine that this runs on.

    Parameters
    ----------
    project : bytes
        Zip archive of the project's own files.
    plan : bytes
        Zip archive of the plan's folder.
    name : str
        Name of the plan's folder.
    options : list of str
        Of ``analysis report``, without the plan.

    Returns
    -------
    tuple of float, str and bytes
        Seconds; what was printed if the report could not be made, else nothing; a zip archive of everything made, by
        path below the project.
    """
    start = perf_counter()
    with tempfile.TemporaryDirectory(prefix="report-", dir=_scratch()) as place:
        root = Path(place) / "project"
        folder = root / PLAN / name
        for content, target in ((project, root), (plan, folder)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(target)
        sources = os.pathsep.join(filter(None, [str(root / "src"), os.environ.get("PYTHONPATH", "")]))
        environment = {**os.environ, "ANALYSIS_ROOT": str(root), "PYTHONPATH": sources, "PYTHONUTF8": "1"}
        command = [sys.executable, "-m", "analysis", "report", "--plan", str(folder), *options]
        # The pipe tells the report that this worker has gone.
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        printed = b""
        while process.returncode is None:
            try:
                printed = process.communicate(timeout=ASKED_EVERY)[1]
            except subprocess.TimeoutExpired:
                if _is_given_up():
                    process.terminate()
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for base in SENT_BACK:
                for path in sorted((root / base).rglob("*")):
                    if path.is_file():
                        archive.write(path, path.relative_to(root).as_posix())
        error = "" if process.returncode == 0 else printed.decode("utf-8", "replace") or f"exit {process.returncode}"
        return perf_counter() - start, error.replace(str(root) + os.sep, ""), made.getvalue()


def _worker() -> Any:
    """The Dask worker that this runs on; none if it is called in another way."""
    try:
        from distributed import get_worker

        return get_worker()
    except (ImportError, ValueError):
        return None


def _scratch() -> str | None:
    """A worker's own folder for temporary files: what a killed worker leaves there, the next one removes."""
    return getattr(_worker(), "local_directory", None)


def _is_given_up() -> bool:
    """Whether the client has gone: the worker is told, but cannot end what runs in its thread."""
    try:
        worker = _worker()
        return bool(worker.state.tasks[worker.get_current_task()].state == "cancelled")
    except (AttributeError, KeyError, ValueError):
        return False
