"""The whole of `make bench`, written to one file."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from analysis.benchmark import scale
from analysis.benchmark.methods import make_importable, peers_folder
from analysis.benchmark.report import collections_folder, forecast_chapter
from analysis.errors import StepError
from analysis.messages import catalogue
from analysis.pipeline.deliveries import HEADS, write_delivery
from analysis.pipeline.files import write_bytes, write_text
from analysis.pipeline.fuzz import fuzz
from analysis.pipeline.manifest import installed_versions
from analysis.plan import load_plan
from analysis.project import output_folder, plan_folder
from analysis.sources.files import read_grids
from analysis.timing.goals import Line, goals_table
from analysis.timing.processes import Measured, measure
from analysis.timing.reports import measure_batch, measure_cities, measure_report

LARGE_FILES = 40
LARGE_ROWS = 200_000
FUZZED_FILES = 10_000
FUZZED_ROWS = 12
MANY_SECONDS = 30
# What is measured against a goal, in the order of the table.
MEASURED = {"cities": measure_cities, "report": measure_report, "batch": measure_batch}


def run_bench(
    parts: Sequence[str],
    plan: str = "",
    language: str = "zh",
    series: int = 0,
    jobs: int = 0,
    say: Callable[[str], None] = lambda line: None,
) -> str:
    """Measure, and write what was measured to ``reports/output/benchmark.md``, with a table and a figure of forecasts.

    Parameters
    ----------
    parts : sequence of {"forecasts", "many", "cities", "report", "batch", "reading"}
    plan : str
        The plan whose report is made, and of whose indicators made-up cities consist.
    language : {"zh", "en"}
    series : int
        Series per collection of past series, for a quick look; 0: as many as the protocol scores.
    jobs : int
        Processes for forecasts; 0: one per core.
    say : callable
        Told a line about every step that takes long.

    Returns
    -------
    str
        The text, as Markdown.

    Raises
    ------
    StepError
        If something that is measured fails.
    """
    words = catalogue(language)
    chapters = [f"# {words.text('benchmark.heading')}", words.text("benchmark.machine", **_machine())]
    if "forecasts" in parts:
        chapter = forecast_chapter(collections_folder(), peers_folder(), series, jobs, language, say)
        for name, content in chapter.files.items():
            write_bytes(output_folder() / name, content, language)
        chapters.append(chapter.text)
    if "many" in parts:
        chapters += [f"## {words.text('benchmark.many.title')}", *measure_many(language)]
    lines: list[Line] = []
    for part in (part for part in MEASURED if part in parts):
        lines += MEASURED[part](plan, language)
        # What has been measured stays, even if what comes next fails.
        _write([*chapters, *_beside_goals(lines, language)], language)
    chapters += _beside_goals(lines, language)
    if "reading" in parts:
        chapters += [f"## {words.text('benchmark.whole_report')}"]
        chapters += measure_reading(load_plan(plan_folder(plan, language), language).base_year, language)
    return _write(chapters, language)


def _beside_goals(lines: Sequence[Line], language: str) -> list[str]:
    return [f"## {catalogue(language).text('timing.title')}", goals_table(lines, language)] if lines else []


def _write(chapters: Sequence[str], language: str) -> str:
    text = "\n\n".join(chapters)
    write_text(output_folder() / "benchmark.md", text + "\n", language)
    return text


def _machine() -> dict[str, object]:
    versions = installed_versions()
    names = ("numpy", "pandas", "statsmodels")
    return {
        "cores": os.cpu_count() or 1,
        "machine": f"{platform.system()} {platform.machine()}",
        "versions": ", ".join(
            [f"Python {versions['python']}", *(f"{name} {versions.get(name, '—')}" for name in names)]
        ),
    }


def measure_many(language: str = "zh") -> list[str]:
    """Forecast many series on all cores, with a quarter of them for comparison, and check that all ways agree.

    Raises
    ------
    StepError
        If two ways of computing give different numbers.
    """
    words = catalogue(language)
    digests: dict[str, str] = {}

    def measured(count: int, way: str) -> Measured:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "digest"
            result = measure([sys.executable, "-m", scale.__name__, str(count), way, str(path)], language)
            digests[f"{count} {way}"] = path.read_text(encoding="utf-8")
        return result

    few = scale.SERIES // 4
    all_cores, fewer = measured(scale.SERIES, "0"), measured(few, "0")
    measured(few, "1")
    make_importable(peers_folder())
    has_dask = find_spec("distributed") is not None
    if has_dask:
        measured(few, scale.DASK)
    if len({digest for name, digest in digests.items() if name.startswith(f"{few} ")}) > 1:
        raise StepError(words.text("benchmark.many.different", digests=digests))
    result = words.text(
        "benchmark.many.result",
        series=f"{scale.SERIES:,}",
        cores=os.cpu_count() or 1,
        seconds=f"{all_cores.seconds:.1f}",
        goal=MANY_SECONDS,
        mark="✓" if all_cores.seconds <= MANY_SECONDS else "✗",
        peak=f"{all_cores.peak_mib:.0f}",
        fewer=f"{few:,}",
        fewer_peak=f"{fewer.peak_mib:.0f}",
    )
    return [result, words.text("benchmark.many.same" if has_dask else "benchmark.many.same_local")]


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
