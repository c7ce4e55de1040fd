"""A report from beginning to end on stand-in notebooks: order, staging, names of files. Typesetting is left out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat import v4

from analysis import rendering
from analysis.errors import InputError, RenderingError, StepError
from analysis.pipeline.new_plan import create_plan
from analysis.pipeline.printing import report_stem, uses_demonstration_data
from analysis.pipeline.run import run_report
from analysis.pipeline.stages import reading_order, running_order
from analysis.pipeline.steps import _wait_for
from analysis.pipeline.wish import Wish
from analysis.plan import load_plan
from analysis.rendering import Rendered

REPOSITORY = Path(__file__).resolve().parents[1]
COMMON = 'plan: str = ""\nyear: int = 0\nlanguage: str = "zh"\noutput: str = ""'
SHOW = """from IPython.display import publish_display_data
publish_display_data({{"text/markdown": "# {name} {{#sec-{name}}}"}}, metadata={{"analysis": {{"kind": "text"}}}})"""
CLEAN = """from analysis.edition import open_edition
from analysis.observations import load_observations
edition = open_edition(plan, year, language, output)
tables = load_observations(edition)
edition.write("observations", tables.observations)
edition.write("quality", tables.quality)"""
NAMES = (
    "01-clean", "02-trends", "03-assess", "04-section", "05-regions", "06-projects", "07-departments", "09-targets",
    "10-reliability",
)  # fmt: skip


def write_notebook(folder: Path, name: str, *sources: str) -> None:
    parameters = COMMON + ('\nsection: str = ""' if name == "04-section" else "")
    cells = [v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    cells += [v4.new_code_cell(source) for source in sources]
    nbformat.write(v4.new_notebook(cells=cells), folder / f"{name}.ipynb")


def fake_render(
    report: Path, output: Path, stem: str, formats: Sequence[str], renderer: str, language: str, files: object
) -> Rendered:
    made = []
    for kind in formats:
        made.append(output / f"{stem}.{kind}")
        made[-1].write_bytes(report.read_bytes())
    return Rendered("none", tuple(made))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own with one small plan and a stand-in for every notebook."""
    root = tmp_path / "项目 root"
    (root / "notebooks").mkdir(parents=True)
    (root / "reports").mkdir()
    shutil.copy(REPOSITORY / "pyproject.toml", root / "pyproject.toml")
    create_plan(root / "data" / "raw" / "my-plan", 2025, 2030)
    for name in NAMES:
        write_notebook(root / "notebooks", name, *([CLEAN] if name == "01-clean" else []), SHOW.format(name=name))
    monkeypatch.setenv("ANALYSIS_ROOT", str(root))
    monkeypatch.setattr(rendering, "render", fake_render)
    monkeypatch.setattr("analysis.pipeline.printing.TABLES", ("observations", "quality"))
    monkeypatch.setattr("analysis.pipeline.data_files.attachments", lambda tables, language: [])
    # The package itself may be edited while its tests run.
    sources = tmp_path / "analysis"
    shutil.copytree(REPOSITORY / "src" / "analysis", sources, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("analysis.pipeline.keys.SOURCES", sources)
    return root


def run_in_this_process(notebook: Path, output: Path, parameters: dict[str, Any], *_: object) -> Path:
    """Stands in for Papermill where a test is about what happens around the notebooks."""
    code = nbformat.read(notebook, 4).cells
    if notebook.stem == "01-clean":
        exec("\n".join(cell["source"] for cell in code[:2]).replace(COMMON, ""), dict(parameters))
    shown = {"text/markdown": f"# {notebook.stem} {{#sec-{notebook.stem}}}"}
    displayed = v4.new_output("display_data", data=shown, metadata={"analysis": {"kind": "text"}})
    output.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("", outputs=[displayed])]), output)
    return output


@pytest.fixture
def quick(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project, with notebooks that need no kernel."""
    monkeypatch.setattr("analysis.pipeline.steps.run_notebook", run_in_this_process)
    return project


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_findings_are_read_first_and_the_data_is_prepared_first(project: Path) -> None:
    plan = load_plan(project / "data" / "raw" / "my-plan")
    ran = [[step.name for step in stage] for stage in running_order(plan)]
    assert ran == [
        ["01-clean"],
        ["02-trends", "06-projects"],
        ["03-assess", "10-reliability"],
        ["04-section-first", "07-departments", "09-targets"],
    ]
    chapters = ["04-section-first", "06-projects", "07-departments"]
    read = [step.name for step in reading_order(plan)]
    assert read == ["03-assess", "09-targets", *chapters, "01-clean", "02-trends", "10-reliability"]


def test_a_plan_with_districts_has_a_chapter_on_them() -> None:
    for folder in (REPOSITORY / "data" / "raw").glob("*/"):
        if (folder / "plan.yaml").is_file():
            plan = load_plan(folder)
            chapters = [step.name for step in reading_order(plan)]
            assert ("05-regions" in chapters) == bool(plan.children(plan.area))
            assert sum(name.startswith("04-section-") for name in chapters) == len(plan.sections)


def test_a_demonstration_is_named_in_the_file() -> None:
    assert report_stem(True, "zh") == "report-demo"
    assert report_stem(True, "en") == "report-demo-en"
    assert report_stem(False, "zh") == "report"
    assert report_stem(False, "en") == "report-en"
    assert uses_demonstration_data(pd.DataFrame({"status": ["published", "synthetic"]}))
    assert not uses_demonstration_data(pd.DataFrame({"status": ["published", "revised"]}))


def test_a_whole_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run_report("my-plan", Wish(formats=("html", "pdf"), renderer="embedded"))

    # The report and the tables beside it; the newest year of the template's data is the edition.
    assert folder == project / "reports" / "output" / "my-plan" / "2026"
    assert names(folder) == ["data", "report-demo.html", "report-demo.pdf"]
    assert names(folder / "data") == ["observations.csv", "quality.csv"]
    tables = project / "data" / "processed" / "my-plan" / "2026"
    assert {"manifest.json", "notebooks", "observations.csv", "observations.parquet", "report.ipynb"} <= {
        *names(tables)
    }
    executed = [*NAMES[:3], "04-section-first", *NAMES[5:], "colophon"]
    assert names(tables / "notebooks") == [f"{name}.ipynb" for name in executed]
    assert names(tables.parent) == ["2026"]

    # The chapters stand in the report's order, the colophon last.
    cells = [
        cell["source"] for cell in nbformat.read(tables / "report.ipynb", 4).cells if cell["cell_type"] == "markdown"
    ]
    chapters = ["04-section", "06-projects", "07-departments"]
    order = ["03-assess", "09-targets", *chapters, "01-clean", "02-trends", "10-reliability", "colophon"]
    assert [next(name for name in [*NAMES, "colophon"] if f"{{#sec-{name}}}" in cell) for cell in cells[:9]] == order

    # Progress in a log: one line per step.
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("[1/9] 01-clean … ")
    assert lines[-1].startswith("[9/9] report … ")

    manifest = json.loads((tables / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["year"] == 2026
    assert set(manifest["tables"]) == {f"{n}.{k}" for n in ("observations", "quality") for k in ("csv", "parquet")}
    assert set(manifest["durations"]) == {
        "01-clean",
        "02-trends",
        "03-assess",
        "04-section-first",
        "06-projects",
        "07-departments",
        "09-targets",
        "10-reliability",
        "report",
    }

    # Again: nothing but the durations differs.
    chapter = (tables / "notebooks" / "03-assess.ipynb").read_bytes()
    page = (folder / "report-demo.html").read_bytes()
    run_report("my-plan", Wish(formats=("html",), renderer="embedded"))
    assert (folder / "report-demo.html").read_bytes() == page
    assert (tables / "notebooks" / "03-assess.ipynb").read_bytes() == chapter
    again = json.loads((tables / "manifest.json").read_text(encoding="utf-8"))
    assert again["tables"] == manifest["tables"]
    # A page that was not made again would be of another run.
    assert names(folder) == ["data", "report-demo.html"]


def test_an_english_run_keeps_the_chinese_one_and_notebooks_run_on_demand(quick: Path) -> None:
    folder = run_report("my-plan", Wish(formats=("html",), renderer="embedded"))
    on_demand = quick / "data" / "processed" / "my-plan" / "2026" / "notebooks-en" / "indicator-x-area.ipynb"
    on_demand.parent.mkdir()
    on_demand.write_text("{}", encoding="utf-8")
    run_report("my-plan", Wish(language="en", formats=("html",), renderer="embedded"))
    assert names(folder) == ["data", "report-demo-en.html", "report-demo.html"]
    tables = quick / "data" / "processed" / "my-plan" / "2026"
    assert {"notebooks", "notebooks-en", "manifest.json", "manifest-en.json"} <= {*names(tables)}
    assert "report-en.ipynb" in names(tables)
    assert on_demand.is_file()


def test_a_failed_notebook_leaves_the_last_good_report(project: Path) -> None:
    folder = run_report("my-plan", Wish(formats=("html",), renderer="embedded"))
    tables = project / "data" / "processed" / "my-plan" / "2026"
    before = {path: path.read_bytes() for path in [*folder.rglob("*"), *tables.rglob("*")] if path.is_file()}
    write_notebook(project / "notebooks", "03-assess", "raise ValueError('edited')")
    with pytest.raises(StepError, match=r"03-assess\.ipynb"):
        run_report("my-plan", Wish(formats=("html",), renderer="embedded"))
    after = {path: path.read_bytes() for path in [*folder.rglob("*"), *tables.rglob("*")] if path.is_file()}
    assert {path.name for path in set(after) - set(before)} == {"03-assess.failed.ipynb"}
    assert {path: after[path] for path in before} == before
    assert names(tables.parent) == ["2026"]


def test_a_failed_typesetting_leaves_the_last_good_report(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = run_report("my-plan", Wish(formats=("html",), renderer="embedded"))
    page = (folder / "report-demo.html").read_bytes()

    def fail(*_: object) -> Rendered:
        raise RenderingError("no")

    monkeypatch.setattr(rendering, "render", fail)
    with pytest.raises(RenderingError):
        run_report("my-plan", Wish(formats=("html",), renderer="embedded", is_fresh=True))
    assert (folder / "report-demo.html").read_bytes() == page
    assert names(folder.parent) == ["2026"]


def test_the_mark_of_a_demonstration_disappears_with_its_rows(quick: Path) -> None:
    folder = run_report("my-plan", Wish(formats=("html",), renderer="embedded"))
    sources = quick / "data" / "raw" / "my-plan" / "sources.csv"
    sources.write_text(sources.read_text(encoding="utf-8").replace("synthetic", "published"), encoding="utf-8")
    run_report("my-plan", Wish(formats=("html",), renderer="embedded"))
    assert names(folder) == ["data", "report.html"]


def test_two_failures_side_by_side_are_both_told() -> None:
    futures: list[Future[None]] = [Future() for _ in range(3)]
    futures[0].set_exception(StepError("first"))
    futures[1].set_exception(StepError("second"))
    with pytest.raises(StepError, match="first\n\nsecond"):
        _wait_for(futures)
    assert futures[2].cancelled()


def test_a_plan_that_does_not_exist_is_no_traceback(project: Path) -> None:
    with pytest.raises(InputError, match="my-plna"):
        run_report("my-plna")


def test_quarto_is_missed_before_anything_runs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTO", str(project / "nowhere"))
    with pytest.raises(RenderingError, match="quarto"):
        run_report("my-plan", Wish(renderer="quarto"))
    assert not (project / "data" / "processed").exists()
