"""How long a full report takes, and how much memory it needs at most."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from analysis.errors import StepError
from analysis.messages import catalogue
from analysis.pipeline.deliveries import HEADS, write_delivery
from analysis.pipeline.files import write_text
from analysis.pipeline.fuzz import fuzz
from analysis.pipeline.manifest import installed_versions
from analysis.plan import load_plan
from analysis.project import output_folder, plan_folder
from analysis.sources.files import read_grids

SAMPLING_SECONDS = 0.2
LARGE_FILES = 40
LARGE_ROWS = 200_000
FUZZED_FILES = 10_000
FUZZED_ROWS = 12
KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Measured:
    """One run: wall time in seconds, peak memory of the whole process tree in MiB."""

    seconds: float
    peak_mib: float
    is_tree: bool


def measure_report(plan: str = "", language: str = "zh") -> str:
    """Make a full report with the embedded renderer and measure it.

    Returns
    -------
    str
        The measurement as Markdown; also written to ``reports/output/benchmark.md``.

    Raises
    ------
    StepError
        If the report fails.
    """
    folder = plan_folder(plan, language)
    command = [sys.executable, "-m", "analysis", "report", "--plan", str(folder), "--renderer", "embedded"]
    measured = measure([*command, "--language", language], language)
    words = catalogue(language)
    versions = installed_versions()
    text = words.text(
        "cli.bench.result",
        plan=folder.name,
        seconds=f"{measured.seconds:.0f}",
        peak=f"{measured.peak_mib:.0f}",
        scope=words.text("cli.bench.tree" if measured.is_tree else "cli.bench.largest"),
        cores=os.cpu_count() or 1,
        machine=f"{platform.system()} {platform.machine()}",
        python=versions["python"],
        pandas=versions.get("pandas", "—"),
    )
    text = "\n\n".join([text, *measure_reading(load_plan(folder, language).base_year, language)])
    write_text(output_folder() / "benchmark.md", text + "\n", language)
    return text


def measure_reading(first_year: int, language: str = "zh") -> list[str]:
    """Check a large made-up delivery, and read many damaged files.

    Returns
    -------
    list of str
        Both measurements as Markdown.

    Raises
    ------
    StepError
        If a damaged file leads to an exception, takes too long or changes a value silently.
    """
    words = catalogue(language)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "made-up"
        write_delivery(folder, LARGE_FILES, LARGE_ROWS, first_year)
        measured = measure([sys.executable, "-m", "analysis", "check", "--plan", str(folder)], language)
        plan = load_plan(folder, language)
        observations = sorted((folder / "observations").iterdir())
        grid = read_grids(observations[1], "sample")[0]
        rows = [row[: len(HEADS) - 1] for row in grid.cells[:FUZZED_ROWS]]
        result = fuzz(plan, rows, FUZZED_FILES)
    if result.failures:
        raise StepError(words.text("cli.bench.fuzz_failed", failures="; ".join(result.failures[:5])))
    outcomes = ", ".join(f"{name} {count}" for name, count in result.outcomes.most_common())
    texts = {"seconds": f"{measured.seconds:.1f}", "peak": f"{measured.peak_mib:.0f}"}
    return [
        words.text("cli.bench.reading", rows=LARGE_ROWS, files=LARGE_FILES, **texts),
        words.text("cli.bench.fuzz", files=result.files, outcomes=outcomes, slowest=f"{result.slowest:.2f}"),
    ]


def measure(command: list[str], language: str = "zh") -> Measured:
    """Run a command and measure it.

    Memory is the sum over the command and its descendants where the system lists processes as files (a page that
    several of them share counts once), else that of the largest process.
    """
    start = perf_counter()
    process = subprocess.Popen(command)
    finished = threading.Event()
    peaks: list[float] = [0.0]

    def watch() -> None:
        while not finished.wait(SAMPLING_SECONDS):
            peaks[0] = max(peaks[0], tree_mib(process.pid))

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
