"""Time and memory of reports: from nothing, unchanged, after one value; against plain Papermill; of many places."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat

from analysis.benchmark import cities
from analysis.demo import write_demo
from analysis.errors import StepError
from analysis.messages import catalogue
from analysis.outputs import for_report
from analysis.pipeline.stages import Step, running_order
from analysis.plan import load_plan
from analysis.project import finished_plan, plan_folder, raw_folder, root
from analysis.rendering.quarto import find_quarto
from analysis.sources import read_sources
from analysis.sources.corrections import CORRECTION_COLUMNS, CORRECTIONS_FILE, Correction
from analysis.timing.goals import Line
from analysis.timing.processes import Measured, measure

COLD_SECONDS, UNCHANGED_SECONDS, CHANGED_SECONDS, LEAST_RATIO = 30, 2, 10, 8
CITIES_SECONDS, FEWER_CITIES = 120, 100
BATCH_REPORTS, BATCH_SECONDS = 10, 120
_ID = re.compile(r"^id:.*$", re.MULTILINE)


@contextmanager
def _project(plan: str, language: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """A copy of the project with one plan and nothing made yet: the plan's folder, and the environment to run in."""
    source = plan_folder(plan, language)
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        copy = Path(place) / "project"
        generated = shutil.ignore_patterns("output", "_build", ".quarto", "__pycache__")
        for name in ("notebooks", "reports"):
            shutil.copytree(root() / name, copy / name, ignore=generated)
        shutil.copy(root() / "pyproject.toml", copy)
        for folder in {source, raw_folder() / (finished_plan() or source.name)}:
            shutil.copytree(folder, copy / "data" / "raw" / folder.name)
        yield copy / "data" / "raw" / source.name, {**os.environ, "ANALYSIS_ROOT": str(copy)}


def measure_report(plan: str = "", language: str = "zh") -> list[Line]:
    """Make a full report with the embedded renderer: from nothing, again, after one changed value, and its notebooks
    through plain Papermill.

    Raises
    ------
    StepError
        If a report fails, or plain Papermill gives other outputs.
    """
    words = catalogue(language)
    with _project(plan, language) as (folder, environment):
        command = [sys.executable, "-m", "analysis", "report", "--plan", folder.name, "--renderer", "embedded"]
        command += ["--language", language]
        cold = measure(command, language, environment)
        (tables,) = (folder.parents[1] / "processed" / folder.name).iterdir()
        typeset = _typesetting(tables, language)
        plain = _measure_plain(folder, tables, language, environment)
        unchanged = measure(command, language, environment)
        with_quarto = _measure_quarto(command, tables, language, environment)
        _change_one_value(folder)
        changed = measure(command, language, environment)
    texts, ours = {"plan": folder.name}, cold.seconds - typeset
    return [
        _line(words.text("timing.cold", **texts), cold, COLD_SECONDS),
        _line(words.text("timing.unchanged", **texts), unchanged, UNCHANGED_SECONDS),
        _line(words.text("timing.changed", **texts), changed, CHANGED_SECONDS),
        Line(words.text("timing.ours"), ours),
        _line(words.text("timing.plain"), plain, None),
        Line(words.text("timing.ratio_label"), plain.seconds / ours, LEAST_RATIO, is_ratio=True),
        Line(words.text("timing.embedded"), typeset),
        *with_quarto,
    ]


def _line(what: str, measured: Measured, goal: float | None) -> Line:
    # One process's memory says little about a run of many.
    return Line(what, measured.seconds, goal, measured.peak_mib if measured.is_tree else None)


def _typesetting(tables: Path, language: str) -> float:
    """Seconds that the last step took: everything else is notebooks, and starting."""
    suffix = "" if language == "zh" else f"-{language}"
    durations = json.loads((tables / f"manifest{suffix}.json").read_text(encoding="utf-8"))["durations"]
    return float(durations["report"])


def _measure_quarto(command: list[str], tables: Path, language: str, environment: dict[str, str]) -> list[Line]:
    """The same chapters typeset by Quarto; no line where there is none."""
    if not find_quarto():
        return []
    measure([*command, "--renderer", "quarto"], language, environment)
    return [Line(catalogue(language).text("timing.quarto"), _typesetting(tables, language))]


def _measure_plain(folder: Path, tables: Path, language: str, environment: dict[str, str]) -> Measured:
    """The same notebooks with the same parameters, one after the other."""
    executed = tables / ("notebooks" if language == "zh" else f"notebooks-{language}")
    steps = [step for stage in _stages(folder, executed) for step in stage]
    with tempfile.TemporaryDirectory() as place:
        own = Path(place) / "tables"
        own.mkdir()
        common = {"plan": folder.name, "year": int(tables.name), "language": language, "output": str(own)}
        notebooks = folder.parents[2] / "notebooks"
        orders = [
            [
                str(notebooks / f"{step.notebook}.ipynb"),
                str(Path(place) / f"{step.name}.ipynb"),
                common | step.parameters,
            ]
            for step in steps
        ]
        listed = Path(place) / "orders.json"
        listed.write_text(json.dumps(orders), encoding="utf-8")
        command = [sys.executable, "-m", "analysis.timing.plain_papermill", str(listed)]
        measured = measure(command, language, environment)
        different = [step.name for step in steps if _shown(executed, step) != _shown(Path(place), step)]
    if different:
        raise StepError(catalogue(language).text("timing.different", notebooks=", ".join(different)))
    return measured


def _stages(folder: Path, executed: Path) -> list[list[Step]]:
    """The steps of the report that was made; the earlier edition that it was compared with stands in its notebook."""
    plan = load_plan(folder)
    (assessed,) = executed.glob("03-*.ipynb")
    cells = nbformat.read(assessed, 4).cells
    (given,) = (cell.source for cell in cells if "injected-parameters" in cell.metadata.get("tags", []))
    compared = re.search(r'^compare = "(.*)"$', given, re.MULTILINE)
    return running_order(plan, compared[1] if compared else "")


def _shown(folder: Path, step: Step) -> list[Any]:
    """What a notebook shows; the PNGs of its figures are made from it afterwards."""
    cells = nbformat.read(folder / f"{step.name}.ipynb", 4).cells
    return [
        {kind: text for kind, text in output["data"].items() if kind != "image/png"} for output in for_report(cells)
    ]


def _change_one_value(folder: Path) -> None:
    """Correct one delivered number by a hundredth, with a reason, as an analyst would."""
    plan = load_plan(folder)
    rows = read_sources(folder, plan).rows
    numbers = rows[rows["value_text"].str.fullmatch(r"-?\d+\.\d+") & (rows["region_text"] != "")]
    row = numbers.iloc[-1]
    new = f"{float(row['value_text']) * 1.01:.{len(row['value_text'].partition('.')[2]) + 2}f}"
    correction = Correction(
        row["indicator_text"], row["region_text"], row["year_text"], "replace", row["value_text"], new,
        reason="measured", who="bench", date=f"{plan.target_year}-01-01",
    )  # fmt: skip
    with (folder / CORRECTIONS_FILE).open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, CORRECTION_COLUMNS, extrasaction="ignore")
        if not file.tell():
            writer.writeheader()
        writer.writerow(asdict(correction))


def measure_cities(plan: str = "", language: str = "zh") -> list[Line]:
    """Judge made-up cities on all cores, and fewer of them, to see that memory does not grow with their number.

    Raises
    ------
    StepError
        If it fails.
    """
    words = catalogue(language)
    lines = []
    for count, goal in ((FEWER_CITIES, None), (cities.CITIES, CITIES_SECONDS)):
        with tempfile.TemporaryDirectory() as place:
            command = [sys.executable, "-m", cities.__name__, str(count), str(Path(place) / "digest"), plan]
            measured = measure(command, language)
        lines.append(_line(words.text("timing.cities", count=count), measured, goal))
    return lines


def measure_batch(plan: str = "", language: str = "zh") -> list[Line]:
    """Make the full reports of several cities, each with values of its own.

    Raises
    ------
    StepError
        If a report fails.
    """
    words = catalogue(language)
    with _project(plan, language) as (folder, environment):
        places = folder.parents[2] / "places"
        for number in range(1, BATCH_REPORTS + 1):
            _write_city(folder, places / f"city-{number}", number)
        command = [sys.executable, "-m", "analysis", "reports", str(places), "--renderer", "embedded"]
        measured = measure([*command, "--language", language], language, environment)
    return [_line(words.text("timing.batch", count=BATCH_REPORTS), measured, BATCH_SECONDS)]


def _write_city(source: Path, target: Path, number: int) -> None:
    """A copy of a plan under another name; of a demonstration plan with another seed, so with other values."""
    shutil.copytree(source, target)
    for name, pattern, text in (("plan.yaml", _ID, f"id: {target.name}"), ("demo.yaml", _SEED, f"seed: {number}")):
        path = target / name
        if path.is_file():
            path.write_text(pattern.sub(text, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    if (target / "demo.yaml").is_file():
        write_demo(target)


_SEED = re.compile(r"^seed:.*$", re.MULTILINE)
