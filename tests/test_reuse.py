"""What runs again after a change, and what is taken over: stand-in notebooks without kernels, a copy of the package."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat import v4
from test_run import CLEAN, project, write_notebook  # noqa: F401

from analysis.errors import StepError
from analysis.pipeline import keys
from analysis.pipeline.explaining import planned
from analysis.pipeline.run import run_report
from analysis.pipeline.wish import Wish
from analysis.project import finished_plan

# Named by the repository; a test's own project has no such plan until it makes one.
FINISHED = finished_plan()
OPEN = "from analysis.edition import open_edition\nedition = open_edition(plan, year, language, output)"
# Every stand-in names what it leads to behind `if False`, and the tables that it reads.
SOURCES = {
    "01-clean": CLEAN,
    "02-trends": f'{OPEN}\nread = edition.read("observations")\nedition.write("years", read[["year"]].head(3))',
    "03-assess": f'{OPEN}\nedition.write("last", edition.read("years").tail(1))\nif False:\n    an.load_rules()',
    "04-section": f'{OPEN}\nedition.read("last")\nif False:\n    an.draw_progress()',
    "06-projects": f'{OPEN}\nedition.read("observations")',
    "07-departments": "1",
    "09-targets": "1",
    "10-reliability": "1",
}
CHAPTERS = ("04-section-first", "06-projects", "07-departments", "09-targets", "10-reliability")
ALL = ("01-clean", "02-trends", "03-assess", *CHAPTERS, "report")


@pytest.fixture
def ran(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:  # noqa: F811
    """Names of the notebooks that have run, and ``report`` for the printing; a test empties it before each run."""
    executed: list[str] = []

    def run_here(notebook: Path, output: Path, parameters: dict[str, Any], *_: object) -> Path:
        cells = nbformat.read(notebook, 4).cells
        exec("\n".join(cell["source"] for cell in cells[1:]), dict(parameters))
        executed.append(output.stem)
        shown = {"text/markdown": f"# {output.stem} {{#sec-{output.stem}}}"}
        displayed = v4.new_output("display_data", data=shown, metadata={"analysis": {"kind": "text"}})
        output.parent.mkdir(parents=True, exist_ok=True)
        cell = v4.new_code_cell(cells[1]["source"], outputs=[displayed], id="cell-1")
        nbformat.write(v4.new_notebook(cells=[cell]), output)
        return output

    def print_here(*given: Any, **named: Any) -> str:
        executed.append("report")
        return original(*given, **named)

    from analysis.pipeline import printing

    original = printing.print_report
    monkeypatch.setattr("analysis.pipeline.steps.run_notebook", run_here)
    monkeypatch.setattr("analysis.pipeline.run.print_report", print_here)
    for name, source in SOURCES.items():
        write_notebook(project / "notebooks", name, source)
    return executed


def run(ran: list[str], **given: Any) -> tuple[str, ...]:
    """Make the report; what ran."""
    ran.clear()
    run_report("my-plan", Wish(formats=("html",), renderer="embedded", kernels="plain", **given))
    return tuple(sorted(ran))


def files(root: Path) -> dict[str, bytes]:
    """Everything that a run makes; only the durations differ."""
    folders = (root / "data" / "processed", root / "reports" / "output")
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): path.read_bytes() for path in paths if path.name != "manifest.json"}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_has_not_changed_is_taken_over_and_is_the_same(ran: list[str], project: Path) -> None:  # noqa: F811
    assert run(ran) == ALL
    first = files(project)
    assert len(first) > 10
    assert run(ran) == ()
    assert files(project) == first
    shutil.rmtree(project / "data" / "processed")
    shutil.rmtree(project / "reports" / "output")
    assert run(ran) == ()
    assert files(project) == first
    assert run(ran, is_fresh=True) == ALL
    assert files(project) == first


def test_one_raw_value(ran: list[str], project: Path) -> None:  # noqa: F811
    run(ran)
    path = next((project / "data" / "raw" / "my-plan" / "observations").glob("*.csv"))
    text = path.read_text(encoding="utf-8-sig")
    found = re.search(r",(\d+\.\d+),", text)
    assert found
    path.write_text(text.replace(found.group(1), "13.75", 1), encoding="utf-8")
    # 02 gives the same table of years, so nothing behind it runs; 06 reads the observations.
    assert run(ran) == ("01-clean", "02-trends", "06-projects", "report")


def test_one_value_of_the_plan_that_the_methods_are_proved_on(
    ran: list[str],
    project: Path,  # noqa: F811
) -> None:
    finished = project / "data" / "raw" / FINISHED
    shutil.copytree(project / "data" / "raw" / "my-plan", finished)
    run(ran)
    assert run(ran) == ()
    change_value(finished, "52.5", "52.6")
    # The stand-in shows nothing of it, so there is nothing new to print.
    assert run(ran) == ("10-reliability",)
    (finished / "comments").mkdir()
    (finished / "comments" / "summary.md").write_text("——", encoding="utf-8")
    assert run(ran) == ()


@pytest.fixture
def sections(project: Path) -> Path:  # noqa: F811
    """The plan's folder; its commitments stand in two sections, and a section's notebook writes down what it sees."""
    folder = project / "data" / "raw" / "my-plan"
    titles = "title: {zh: 二, en: Two}\n    responsibility: {lead: [office]}"
    section = f"  - id: second\n    number: 二\n    {titles}\n    commitments:\n"
    edit(folder / "plan.yaml", "      - id: intensity", f"{section}      - id: intensity")
    seen = f'{OPEN}\nedition.write(f"seen-{{section}}", edition.read("observations"))'
    write_notebook(project / "notebooks", "04-section", seen)
    return folder


def change_value(folder: Path, old: str, new: str) -> None:
    edit(folder / "observations" / "example.csv", old, new)


def test_a_section_sees_the_rows_of_its_indicators(ran: list[str], project: Path, sections: Path) -> None:  # noqa: F811
    run(ran)
    (tables,) = (project / "data" / "processed" / "my-plan").glob("[0-9]*")
    seen = {name: pd.read_parquet(tables / f"{name}.parquet") for name in ("seen-first", "seen-second")}
    assert set(seen["seen-first"]["indicator"]) == {"example_share"}
    assert set(seen["seen-second"]["indicator"]) == {"example_intensity"}
    whole = pd.read_parquet(tables / "observations.parquet")
    for part in seen.values():
        expected = whole[whole["indicator"].isin(part["indicator"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, expected)
    assert sum(map(len, seen.values())) == len(whole)


def test_one_value_of_one_section(ran: list[str], sections: Path) -> None:
    assert "04-section-second" in run(ran)
    change_value(sections, "-2.4", "-2.6")
    assert run(ran) == ("01-clean", "02-trends", "04-section-second", "06-projects", "report")
    change_value(sections, "52.5", "52.6")
    assert run(ran) == ("01-clean", "02-trends", "04-section-first", "06-projects", "report")


def test_the_reason_names_the_rows_of_the_section(
    ran: list[str],
    sections: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(ran)
    change_value(sections, "52.5", "52.6")
    run(ran, jobs=1)
    told = [line.partition("] ")[2].partition(" … ") for line in capsys.readouterr().err.splitlines() if "] " in line]
    lines = {name: reason for name, _, reason in told}
    assert lines["04-section-first"].endswith("（有变化：数据表中本部分指标的数据 observations.parquet）")
    assert lines["04-section-second"] == "未变，沿用"


def test_a_section_cannot_replace_a_table_that_it_sees_in_part(
    ran: list[str],
    project: Path,  # noqa: F811
    sections: Path,
) -> None:
    run(ran)
    (path,) = (project / "data" / "processed" / "my-plan").glob("*/observations.parquet")
    whole = path.read_bytes()
    replaced = f'{OPEN}\nedition.write("observations", edition.read("observations").head(0))'
    write_notebook(project / "notebooks", "04-section", replaced)
    assert run(ran) == ("04-section-first", "04-section-second", "report")
    assert path.read_bytes() == whole


def test_what_is_remembered_of_rows_only_saves_time(ran: list[str], project: Path, sections: Path) -> None:  # noqa: F811
    run(ran)
    first = files(project)
    (memory,) = keys.cache_folder().glob("my-plan/*/zh/rows.json")
    remembered = memory.read_bytes()
    for damaged in (b"{", b"[1]", b'{"a": 1}', b'{"a": {"b": 1}}', remembered[:-20], None):
        memory.unlink() if damaged is None else memory.write_bytes(damaged)
        assert run(ran) == ()
        assert memory.read_bytes() == remembered
    assert files(project) == first


def test_an_unchanged_report_reads_no_table(
    ran: list[str],
    sections: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run(ran)
    monkeypatch.setattr("analysis.pipeline.rows.Rows._content", None)
    assert run(ran) == ()


def test_one_comment(ran: list[str], sections: Path) -> None:
    run(ran)
    remark = "---\nauthor: 李\ndate: 2026-01-02\n---\n\n正文。\n"
    (sections / "comments").mkdir()
    for place, step in (("second", "04-section-second"), ("example_share", "04-section-first"), ("data", "01-clean")):
        (sections / "comments" / f"{place}.md").write_text(remark, encoding="utf-8")
        assert run(ran) == (step, "report")
        edit(sections / "comments" / f"{place}.md", "正文", "本文")
        assert run(ran) == (step, "report")
    (sections / "comments" / "preface.md").write_text(remark, encoding="utf-8")
    assert run(ran) == ("report",)


def test_one_remark_in_code_and_one_docstring(ran: list[str], project: Path) -> None:  # noqa: F811
    run(ran)
    path = keys.SOURCES / "observations.py"
    path.write_text("# A comment.\n" + path.read_text(encoding="utf-8") + "\n\n# Another one.\n", encoding="utf-8")
    edit(path, '"""What we believe:', '"""What we think:')
    assert run(ran) == ()


def test_one_threshold(ran: list[str], project: Path) -> None:  # noqa: F811
    run(ran)
    path = keys.SOURCES / "assessment" / "rules.yaml"
    found = re.search(r": (\d+\.\d+)", path.read_text(encoding="utf-8"))
    assert found
    edit(path, found.group(), ": 0.4321")
    assert run(ran) == ("03-assess", "04-section-first", "report")


def test_one_function_body(ran: list[str], project: Path) -> None:  # noqa: F811
    run(ran)
    path = keys.SOURCES / "figures" / "progress.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n\ndef added() -> int:\n    return 1\n", encoding="utf-8")
    assert run(ran) == ("04-section-first", "report")
    edit(path, "return 1", "return 2")
    assert run(ran) == ("04-section-first", "report")


def test_one_library_version(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run(ran)
    versions = keys.installed_versions()
    monkeypatch.setattr(keys, "installed_versions", lambda: versions | {"numpy": "99.0"})
    # The colophon names the versions.
    assert run(ran) == ALL


def test_one_notebook(ran: list[str], project: Path) -> None:  # noqa: F811
    run(ran)
    write_notebook(project / "notebooks", "07-departments", "2")
    assert run(ran) == ("07-departments", "report")


def test_another_parameter(ran: list[str]) -> None:
    run(ran)
    # The other language has results of its own; afterwards both are taken over.
    assert run(ran, language="en") == ALL
    assert run(ran) == ()
    assert run(ran, language="en") == ()


def test_an_interrupted_run_goes_on_where_it_stopped(ran: list[str], project: Path) -> None:  # noqa: F811
    write_notebook(project / "notebooks", "03-assess", "raise KeyboardInterrupt")
    with pytest.raises((KeyboardInterrupt, StepError)):
        run(ran)
    done = set(ran)
    assert {"01-clean", "02-trends", "06-projects"} <= done
    write_notebook(project / "notebooks", "03-assess", SOURCES["03-assess"])
    assert set(run(ran)) == set(ALL) - done


@pytest.mark.parametrize("damage", ["delete", "cut", "record"])
def test_damage_only_costs_time(ran: list[str], project: Path, damage: str) -> None:  # noqa: F811
    run(ran)
    first = files(project)
    kept = keys.cache_folder() / "my-plan" / "2026" / "zh" / "02-trends"
    path = kept / ("record.json" if damage == "record" else "files/years.parquet")
    if damage == "delete":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-20])
    assert run(ran) == ("02-trends",)
    assert files(project) == first
    shutil.rmtree(keys.cache_folder())
    assert run(ran) == ALL
    assert files(project) == first


def test_a_table_that_a_notebook_does_not_name_cannot_be_read(ran: list[str], project: Path) -> None:  # noqa: F811
    hidden = f'{OPEN}\nedition.read("observ" + "ations")'
    write_notebook(project / "notebooks", "07-departments", hidden)
    with pytest.raises(Exception, match="run the earlier steps first"):
        run(ran)


def test_the_reasons_are_told_and_nothing_runs(ran: list[str], project: Path) -> None:  # noqa: F811
    run(ran)
    assert [reason.code for _, reason in planned("my-plan", 0, "zh", "")] == [""] * 8
    ran.clear()
    write_notebook(project / "notebooks", "02-trends", SOURCES["02-trends"] + "\n1")
    reasons = dict(planned("my-plan", 0, "zh", ""))
    assert reasons["01-clean"].code == ""
    assert reasons["02-trends"].changes == {"notebook": ("02-trends.ipynb",)}
    assert reasons["03-assess"].code == "waits"
    assert ran == []


def test_tables_of_steps_that_would_run_are_no_reason_yet(ran: list[str], project: Path, sections: Path) -> None:  # noqa: F811
    run(ran)
    change_value(sections, "52.5", "52.6")
    write_notebook(project / "notebooks", "06-projects", SOURCES["06-projects"] + "\n1")
    reasons = dict(planned("my-plan", 0, "zh", ""))
    assert set(reasons["01-clean"].changes) == {"raw"}
    assert reasons["06-projects"].changes == {"notebook": ("06-projects.ipynb",)}
    assert {reasons[name].code for name in ("04-section-first", "04-section-second", "09-targets")} == {"waits"}


def test_what_is_edited_meanwhile_is_refused_and_not_kept(
    ran: list[str],
    project: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody can say which of the two states a step has read."""
    from analysis.pipeline import steps

    run(ran)
    first = files(project)
    plan = project / "data" / "raw" / "my-plan"
    run_here = steps.run_notebook

    def edit_meanwhile(notebook: Path, output: Path, parameters: dict[str, Any], *more: Any) -> Path:
        if notebook.stem == "01-clean":
            change_value(plan, "52.6", "52.7")
            (plan / "新增.txt").write_text("", encoding="utf-8")
        return run_here(notebook, output, parameters, *more)

    change_value(plan, "52.5", "52.6")
    with monkeypatch.context() as patched:
        patched.setattr(steps, "run_notebook", edit_meanwhile)
        with pytest.raises(StepError, match=r"observations/example\.csv、新增\.txt"):
            run(ran)
    assert files(project) == first
    (plan / "新增.txt").unlink()
    # The state that the step may have read in part has no result.
    change_value(plan, "52.7", "52.6")
    assert "01-clean" in run(ran)


@pytest.mark.parametrize("place", ["data/raw/my-plan/plan.yaml", "notebooks/01-clean.ipynb", "reports/new.css"])
def test_what_is_edited_while_it_is_printed_is_refused(
    ran: list[str],
    project: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    from analysis.pipeline import run as running

    run(ran)
    first = files(project)
    write_notebook(project / "notebooks", "07-departments", "2")
    print_here = running.print_report

    def edit_meanwhile(*given: Any) -> str:
        path = project / place
        path.write_text((path.read_text(encoding="utf-8") if path.is_file() else "") + "\n", encoding="utf-8")
        return print_here(*given)

    with monkeypatch.context() as patched:
        patched.setattr(running, "print_report", edit_meanwhile)
        named = "reports/" if place.startswith("reports") else place.rpartition("/")[2]
        with pytest.raises(StepError, match=f"报告期间有文件被改动：{re.escape(named)}\n"):
            run(ran)
    assert files(project) == first
    assert "report" in run(ran)


def test_a_database_is_asked_in_every_run(ran: list[str], project: Path) -> None:  # noqa: F811
    """Its content is in no key; what depends on the rows it gives runs only if they have changed."""
    query = project / "data" / "raw" / "my-plan" / "asked.SQL"
    query.write_text("select 1", encoding="utf-8")
    run(ran)
    assert [step for step, reason in planned("my-plan", 0, "zh", "") if reason.code == "database"] == ["01-clean"]
    assert run(ran) == ("01-clean",)
    query.unlink()
    run(ran)
    assert run(ran) == ()


def test_the_newest_year_of_a_database_is_asked_in_every_run(project: Path) -> None:  # noqa: F811
    plan = project / "data" / "raw" / "my-plan"
    keys.Keys(plan).remember_year(2026, "zh")
    assert keys.Keys(plan).newest_year() == 2026
    (plan / "asked.sql").write_text("select 1", encoding="utf-8")
    keys.Keys(plan).remember_year(2026, "zh")
    assert keys.Keys(plan).newest_year() == 0


def test_the_code_that_hands_out_files_and_rows_counts(ran: list[str], project: Path) -> None:  # noqa: F811
    run(ran)
    path = keys.SOURCES / "pipeline" / "stages.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n\nADDED = 1\n", encoding="utf-8")
    assert run(ran) == ALL


def test_what_other_code_has_remembered_is_forgotten(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run(ran)
    assert keys.Keys(Path()).code.memory
    path = keys.SOURCES / "pipeline" / "code.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# Other words.\n", encoding="utf-8")
    assert keys.Keys(Path()).code.memory == {}
    monkeypatch.setattr("analysis.pipeline.rows.made_by", lambda _: "other code")
    with monkeypatch.context() as patched:
        patched.setattr("analysis.pipeline.rows.Rows._content", None)
        with pytest.raises(TypeError):
            run(ran)
    assert run(ran) == ()


@pytest.mark.parametrize(
    "record", ["[]", "1", '{"key": {}}', '{"key": [], "files": {}}', '{"key": {"raw": 1}, "files": {}}', "{", '"x"']
)
def test_a_record_of_odd_form_only_costs_time(ran: list[str], record: str) -> None:
    run(ran)
    path = keys.cache_folder() / "my-plan" / "2026" / "zh" / "02-trends" / "record.json"
    path.write_text(record, encoding="utf-8")
    assert run(ran) == ("02-trends",)
    # Nor does a file where the folder of results should be.
    shutil.rmtree(path.parent)
    path.parent.write_text("", encoding="utf-8")
    assert run(ran) == ("02-trends",)
    assert run(ran) == ()


def test_a_report_in_the_other_language_that_is_finished_meanwhile_stays(
    ran: list[str],
    project: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from analysis.pipeline import run as running

    tables = project / "data" / "processed" / "my-plan" / "2026"
    print_here = running.print_report

    def finish_the_other(*given: Any) -> str:
        (tables / "notebooks-en").mkdir(parents=True)
        write_notebook(tables / "notebooks-en", "01-clean", "1")
        return print_here(*given)

    monkeypatch.setattr(running, "print_report", finish_the_other)
    run(ran)
    assert (tables / "notebooks-en" / "01-clean.ipynb").is_file()
    assert (tables / "notebooks" / "01-clean.ipynb").is_file()


def test_progress_says_why(ran: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run(ran)
    run(ran)
    assert capsys.readouterr().err.splitlines()[-1] == "[9/9] report … 未变，沿用"


def test_what_a_failed_check_found_stays(
    ran: list[str],
    project: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: Path, __: Path, parameters: dict[str, Any], *___: object) -> Path:
        folder = Path(parameters["output"])
        (folder / "problems.csv").write_text("rule\nunknown_unit\n", encoding="utf-8")
        raise StepError(f"see {folder}")

    monkeypatch.setattr("analysis.pipeline.steps.run_notebook", fail)
    place = project / "data" / "processed" / "my-plan" / "2026"
    with pytest.raises(StepError, match=re.escape(f"see {place}")):
        run(ran, year=2026)
    assert (place / "problems.csv").read_text(encoding="utf-8") == "rule\nunknown_unit\n"
    assert [path.name for path in place.parent.iterdir()] == ["2026"]
