"""The bench's own parts: goals, a changed value, plain Papermill beside ours."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from test_batch import project, write_place  # noqa: F401
from test_rendering import fake_quarto

from analysis.benchmark.cities import made_up
from analysis.comparison.many import assess_many
from analysis.errors import StepError
from analysis.observations import load
from analysis.pipeline.run import run_report
from analysis.pipeline.wish import Wish
from analysis.plan import load_plan
from analysis.timing import bench, reports
from analysis.timing.goals import Line, goals_table
from analysis.timing.processes import measure
from analysis.timing.reports import _change_one_value, _measure_plain, _measure_quarto, _write_city

DEMONSTRATION = Path(__file__).resolve().parents[1] / "data" / "raw" / "huludao-145"
RATES = (80, 83.25, 86, 88)


@pytest.mark.parametrize(
    ("line", "is_reached"),
    [
        (Line("x", 2.0, 2.0), True),
        (Line("x", 2.1, 2.0), False),
        (Line("x", 8.0, 8.0, is_ratio=True), True),
        (Line("x", 7.9, 8.0, is_ratio=True), False),
        (Line("x", 7.9), True),
    ],
)
def test_a_goal_is_an_upper_limit_for_seconds_and_a_lower_one_for_ratios(line: Line, is_reached: bool) -> None:
    assert line.is_reached == is_reached


def test_the_table_says_what_was_measured_wanted_and_reached() -> None:
    table = goals_table([Line("a", 31.26, 30, 512.4), Line("b", 8.4, 8, is_ratio=True), Line("c", 1.0)], "en")
    assert "| a | 31.3 s | at most 30 s ✗ | 512 MiB |" in table
    assert "| b | 8.4 × | at least 8 × ✓ | — |" in table
    assert "| c | 1.0 s | — | — |" in table


def test_what_was_measured_before_a_failure_is_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    def fail(plan: str, language: str) -> list[Line]:
        raise StepError("no report")

    measured = {"cities": lambda plan, language: [Line("cities", 2.0, 3.0)], "report": fail}
    monkeypatch.setattr(bench, "MEASURED", measured)
    with pytest.raises(StepError, match="no report"):
        bench.run_bench(["cities", "report"], language="en")
    kept = (project / "reports" / "output" / "benchmark.md").read_text(encoding="utf-8")
    assert "| cities | 2.0 s | at most 3 s ✓ | — |" in kept


def test_a_command_that_fails_stops_the_bench() -> None:
    assert measure([sys.executable, "-c", "pass"]).seconds > 0
    with pytest.raises(StepError, match="3"):
        measure([sys.executable, "-c", "raise SystemExit(3)"])


def test_one_value_and_no_other_is_corrected(tmp_path: Path) -> None:
    folder = write_place(tmp_path, "place", RATES)
    plan = load_plan(folder)
    before = load(folder, plan, None).observations.set_index("year")["value"]
    _change_one_value(folder)
    after = load(folder, plan, None).observations.set_index("year")["value"]
    assert (before != after).sum() == 1
    assert after[2021] == pytest.approx(83.25 * 1.01, abs=1e-3)


def test_plain_papermill_gives_the_same_outputs_or_stops_the_bench(
    project: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = write_place(project / "data" / "raw", "place", RATES)
    run_report("place", Wish(language="en", formats=("html",), renderer="embedded", compare="none"))
    tables = project / "data" / "processed" / "place" / "2023"
    assert _measure_plain(place, tables, "en", {**reports.os.environ}).seconds > 0
    monkeypatch.setattr(reports, "_shown", lambda folder, step: [str(folder), step.name])
    monkeypatch.setattr(reports, "measure", lambda *given: None)
    with pytest.raises(StepError, match="01-clean, 02-trends"):
        _measure_plain(place, tables, "en", {**reports.os.environ})


def test_quarto_is_timed_where_there_is_one(
    project: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_place(project / "data" / "raw", "place", RATES)
    tables = project / "data" / "processed" / "place" / "2023"
    command = [sys.executable, "-m", "analysis", "report", "--plan", "place", "--formats", "html", "--compare", "none"]
    monkeypatch.setattr(reports, "find_quarto", lambda: "")
    assert _measure_quarto(command, tables, "zh", {**reports.os.environ}) == []
    program = fake_quarto(project, "mkdir -p _output; sleep 0.2; echo '<html></html>' > _output/report.html")
    monkeypatch.setattr(reports, "find_quarto", lambda: str(program))
    (line,) = _measure_quarto(command, tables, "zh", {**reports.os.environ, "QUARTO": str(program)})
    assert "Quarto" in line.what
    assert line.seconds >= 0.2
    assert (project / "reports" / "output" / "place" / "2023" / "report.html").read_text() == "<html></html>\n"


def test_made_up_cities_differ_and_are_the_same_every_time() -> None:
    tables = list(assess_many(made_up(2), jobs=1, block=1))
    again = list(assess_many(made_up(2), jobs=1, block=1))
    assert [table["plan"].iloc[0] for table in tables] == ["city-0", "city-1"]
    assert tables[0]["latest_value"].tolist() != tables[1]["latest_value"].tolist()
    assert tables[1].equals(again[1])
    assert tables[0]["status"].nunique() > 2


def test_a_made_up_city_is_a_plan_with_values_of_its_own(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(DEMONSTRATION, source)
    _write_city(source, tmp_path / "city-1", 1)
    plan, own = load_plan(source), load_plan(tmp_path / "city-1")
    assert own.id == "city-1"
    values, others = (load(folder, plan, None).observations["value"] for folder in (source, tmp_path / "city-1"))
    assert len(values) == len(others)
    assert (values != others).mean() > 0.5
