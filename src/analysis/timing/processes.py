"""Wall time and memory of a command with everything that it starts."""

from __future__ import annotations

import resource
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from analysis.errors import StepError
from analysis.messages import catalogue

SAMPLING_SECONDS = 0.2
# To look takes the system some time, in which it also holds up what it looks at: never more than a twentieth.
PAUSE_PER_LOOK = 20
KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Measured:
    """One run: wall time in seconds, peak memory of the whole process tree in MiB."""

    seconds: float
    peak_mib: float
    is_tree: bool


def measure(command: list[str], language: str = "zh", environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command and measure it; in this process's environment if no other is given.

    Memory is the sum over the command and its descendants where the system lists processes as files (a page that
    several of them share counts once), else that of the largest process.
    """
    start = perf_counter()
    process = subprocess.Popen(command, env=environment)
    finished = threading.Event()
    peaks: list[float] = [0.0]

    def watch() -> None:
        pause = SAMPLING_SECONDS
        while not finished.wait(pause):
            looked = perf_counter()
            peaks[0] = max(peaks[0], tree_mib(process.pid))
            pause = max(SAMPLING_SECONDS, PAUSE_PER_LOOK * (perf_counter() - looked))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        status = process.wait()
    finally:
        finished.set()
        watcher.join()
    seconds = perf_counter() - start
    if status != 0:
        raise StepError(catalogue(language).text("cli.bench.failed", status=status))
    is_tree = peaks[0] > 0
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIB_PER_MIB
    return Measured(seconds, peaks[0] if is_tree else largest, is_tree)


def tree_mib(process: int) -> float:
    """Memory in MiB of a process and its descendants; 0 where ``/proc`` does not say."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        fields = _read(status).rpartition(")")[2].split()
        if len(fields) > 1:
            children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    total, waiting = 0.0, [process]
    while waiting:
        one = waiting.pop()
        waiting += children.get(one, [])
        total += _proportional_mib(one)
    return total


def _proportional_mib(process: int) -> float:
    for line in _read(Path(f"/proc/{process}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1]) / KIB_PER_MIB
    return 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        # The process has ended meanwhile, or belongs to somebody else.
        return ""
