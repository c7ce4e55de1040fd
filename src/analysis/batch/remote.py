"""What a worker of a cluster does: unpack the project and one plan, make the report, send its files back.

Sent to the workers as it stands here, so it uses nothing but Python's own library: a worker needs the libraries of
``requirements.lock``, but neither this package nor a disk that it shares with others.
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

PLAN = "plan"
SENT_BACK = ("reports/output", "data/processed")


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
    with tempfile.TemporaryDirectory(prefix="report-") as place:
        root = Path(place) / "project"
        folder = root / PLAN / name
        for content, target in ((project, root), (plan, folder)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(target)
        sources = os.pathsep.join(filter(None, [str(root / "src"), os.environ.get("PYTHONPATH", "")]))
        environment = {**os.environ, "ANALYSIS_ROOT": str(root), "PYTHONPATH": sources, "PYTHONUTF8": "1"}
        command = [sys.executable, "-m", "analysis", "report", "--plan", str(folder), *options]
        # The pipe tells the report that this worker has gone.
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for base in SENT_BACK:
                for path in sorted((root / base).rglob("*")):
                    if path.is_file():
                        archive.write(path, path.relative_to(root).as_posix())
        error = "" if done.returncode == 0 else done.stderr.decode("utf-8", "replace") or f"exit {done.returncode}"
        return perf_counter() - start, error.replace(str(root) + os.sep, ""), made.getvalue()
