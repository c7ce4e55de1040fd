"""Notebooks with one defect each, run through the real Papermill: what fails, fails loudly and leaves no output."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from analysis.errors import StepError
from analysis.messages import catalogue
from analysis.pipeline import kernel
from analysis.pipeline.files import staging, swap, write_text, writing
from analysis.pipeline.papermill_runner import run_notebook
from analysis.pipeline.parameters import Parameter, check_parameters, is_of_type, read_parameters
from analysis.pipeline.progress import Progress

PARAMETERS = 'plan: str = ""\nyear: int = 0\nlanguage: str = "zh"'


def notebook(folder: Path, *sources: str, name: str = "chapter", parameters: str = PARAMETERS) -> Path:
    """A notebook of these code cells behind a ``parameters`` cell."""
    cells = [v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    cells += [v4.new_code_cell(source) for source in sources]
    path = folder / f"{name}.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


def printed(path: Path) -> str:
    """Everything that an executed notebook printed."""
    outputs = [output for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", [])]
    return "".join(output.get("text", "") for output in outputs)


# ---- a notebook that is in order


def test_parameters_arrive_and_the_output_appears(tmp_path: Path) -> None:
    source = notebook(tmp_path, "print(plan, year, language)")
    output = run_notebook(source, tmp_path / "out" / "chapter.ipynb", {"plan": "it's {a} 规划", "year": 7})
    assert printed(output) == "it's {a} 规划 7 zh\n"


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    source = notebook(tmp_path, "print(sorted({'b', 'a'}), hash('a'))")
    runs = [run_notebook(source, tmp_path / name / "chapter.ipynb", {"year": 7}).read_bytes() for name in ("a", "b")]
    assert runs[0] == runs[1]


def test_any_characters_may_stand_in_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "工作 {year} $HOME it's"
    folder.mkdir()
    output = run_notebook(notebook(folder, "print(1)"), folder / "out" / "chapter.ipynb", {})
    assert printed(output) == "1\n"


def test_the_kernel_is_this_interpreter_in_a_known_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A person's own kernel of the usual name must not be taken.
    impostor = tmp_path / "jupyter" / "kernels" / "python3"
    impostor.mkdir(parents=True)
    (impostor / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "x", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    monkeypatch.setenv("LC_ALL", "C")
    names = ("PYTHONHASHSEED", "OMP_NUM_THREADS", "MPLBACKEND")
    source = notebook(
        tmp_path,
        "import os, sys, locale",
        f"print(sys.executable, *[os.environ[name] for name in {names}], open(os.devnull).encoding)",
    )
    output = run_notebook(source, tmp_path / "out.ipynb", {})
    import sys

    assert printed(output).split() == [sys.executable, "0", "1", "module://matplotlib_inline.backend_inline", "utf-8"]


def test_an_executed_notebook_holds_no_time_and_no_path_of_this_machine(tmp_path: Path) -> None:
    output = run_notebook(notebook(tmp_path, "1 + 1"), tmp_path / "out.ipynb", {"year": 7})
    text = output.read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert "start_time" not in text
    # Its own name it keeps, because what it shows names it.
    assert nbformat.read(output, as_version=4).metadata["analysis"] == {"notebook": "chapter.ipynb"}


def test_a_folder_of_the_run_only_is_not_recorded(tmp_path: Path) -> None:
    source = notebook(tmp_path, "print(plan)")
    parameters = {"plan": str(tmp_path / "staging"), "year": 7}
    output = run_notebook(source, tmp_path / "out.ipynb", parameters, recorded={"plan": "规划"})
    assert printed(output) == f"{tmp_path / 'staging'}\n"
    assert nbformat.read(output, 4).cells[1].source == '# Parameters\nplan = "规划"\nyear = 7\n'


# ---- parameters


def test_unknown_parameter_names_the_nearest_and_lists_the_valid_ones(tmp_path: Path) -> None:
    with pytest.raises(StepError) as caught:
        run_notebook(notebook(tmp_path), tmp_path / "out.ipynb", {"yaer": 7}, "en")
    message = str(caught.value)
    assert "chapter.ipynb" in message
    assert "yaer: there is no such parameter; did you mean year?" in message
    assert "year: int = 0" in message
    assert not (tmp_path / "out.ipynb").exists()


@pytest.mark.parametrize(
    ("annotation", "value", "is_right"),
    [
        ("int", 3, True),
        ("int", True, False),
        ("int", "3", False),
        ("int", 3.0, False),
        ("float", 3, True),
        ("str", 3, False),
        ("bool", 1, False),
        ("list[str]", ["a"], True),
        ("list[str]", ["a", 1], False),
        ("list[str]", ("a",), False),
        ("dict[str, int]", {"a": 1}, True),
        ("dict[str, int]", {"a": "1"}, False),
        ("int | None", None, True),
        ("int | None", "x", False),
    ],
)
def test_a_value_has_the_declared_type_or_not(annotation: str, value: object, is_right: bool) -> None:
    assert is_of_type(value, annotation) is is_right


def test_wrong_type_and_missing_value_are_reported_together(tmp_path: Path) -> None:
    declared = [Parameter("year", "int", ""), Parameter("plan", "str", "''")]
    with pytest.raises(StepError) as caught:
        check_parameters(tmp_path / "chapter.ipynb", declared, {"plan": 7}, "en")
    assert "plan: found 7 (int), expected str" in str(caught.value)
    assert "year: has no default and must be given (type int)" in str(caught.value)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("year = 0", "no typed assignment: year = 0"),
        ("year: int = = 0", "syntax error in line 1"),
        ("year: int == 0", "no typed assignment: year: int == 0"),
        ("folder: Path = 'x'", "no typed assignment: folder: Path = 'x'"),
        ("import os", "no typed assignment: import os"),
    ],
)
def test_the_parameters_cell_itself_is_checked(tmp_path: Path, parameters: str, said: str) -> None:
    with pytest.raises(StepError, match=said):
        read_parameters(notebook(tmp_path, parameters=parameters), "en")


def test_a_notebook_without_parameters_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("1")]), path)
    with pytest.raises(StepError, match="has 0 cells"):
        read_parameters(path, "en")


@pytest.mark.parametrize("content", [None, "no json", "[]", "{}"])
def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "broken.ipynb"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(StepError, match=r"broken\.ipynb"):
        read_parameters(path, "en")


# ---- cells that fail


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_cell_that_raises_is_named_with_its_exception(tmp_path: Path, language: str) -> None:
    source = notebook(tmp_path, "x = 1", "first = 'line'\nraise ValueError('too\\nbad')", name="raises")
    with pytest.raises(StepError) as caught:
        run_notebook(source, tmp_path / "out" / "raises.ipynb", {}, language)
    kept = tmp_path / "out" / "raises.failed.ipynb"
    expected = catalogue(language).text(
        "pipeline.failed_cell",
        notebook="raises.ipynb",
        number=3,
        line="first = 'line'",
        error="ValueError: too\n    bad",
        todo=catalogue(language).text("pipeline.todo_cell", failed=kept),
    )
    assert str(caught.value) == expected
    assert kept.is_file()


def test_a_number_counts_the_cells_of_the_committed_notebook(tmp_path: Path) -> None:
    source = notebook(tmp_path, "raise ValueError", name="raises")
    with pytest.raises(StepError, match="in cell 2"):
        run_notebook(source, tmp_path / "out.ipynb", {"year": 7}, "en")


def test_a_syntax_error_is_a_failed_cell(tmp_path: Path) -> None:
    source = notebook(tmp_path, "x = = 1", name="syntax_error")
    with pytest.raises(StepError, match=r"syntax_error\.ipynb failed in cell 2: x = = 1\n  Error: SyntaxError"):
        run_notebook(source, tmp_path / "out.ipynb", {}, "en")


def test_a_dead_kernel_is_told_from_a_wrong_cell(tmp_path: Path) -> None:
    source = notebook(tmp_path, "import os", "os._exit(3)", "never = 1", name="dead_kernel")
    with pytest.raises(StepError) as caught:
        run_notebook(source, tmp_path / "out.ipynb", {}, "en")
    assert "dead_kernel.ipynb failed in cell 3: os._exit(3)" in str(caught.value)
    assert "run again with JOBS=1" in str(caught.value)


def test_an_input_error_of_the_package_is_shown_whole(tmp_path: Path) -> None:
    lines = "\\n".join(f"problem {number}" for number in range(12))
    source = notebook(tmp_path, f"class InputError(Exception): ...\nraise InputError('{lines}')")
    with pytest.raises(StepError) as caught:
        run_notebook(source, tmp_path / "out.ipynb", {}, "en")
    assert all(f"problem {number}" in str(caught.value) for number in range(12))


def test_failing_leaves_the_last_good_output(tmp_path: Path) -> None:
    output = run_notebook(notebook(tmp_path, "print('good')"), tmp_path / "out.ipynb", {})
    with pytest.raises(StepError):
        run_notebook(notebook(tmp_path, "raise ValueError"), output, {})
    assert printed(output) == "good\n"
    assert (tmp_path / "out.failed.ipynb").is_file()
    run_notebook(notebook(tmp_path, "print('better')"), output, {})
    assert printed(output) == "better\n"
    assert not (tmp_path / "out.failed.ipynb").exists()


def test_nothing_of_a_run_stays_behind(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_notebook(notebook(tmp_path, "1"), out / "chapter.ipynb", {})
    assert [path.name for path in out.iterdir()] == ["chapter.ipynb"]
    assert kernel._running == set()


# ---- files


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "/there"), "The disk is full, cannot write: /there"),
        (PermissionError(13, "Permission denied", "/there"), "No permission to write: /there"),
        (OSError(30, "Read-only file system", "/there"), "No permission to write: /there"),
        (NotADirectoryError(20, "Not a directory", "/there"), "A file could not be handled: /there"),
    ],
)
def test_a_refusal_of_the_disk_names_the_path(tmp_path: Path, error: OSError, said: str) -> None:
    with pytest.raises(StepError, match=said), writing(tmp_path, "en"):
        raise error


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_folder_that_is_not_writable_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(StepError, match="No permission to write"):
        write_text(tmp_path / "table.csv", "x", "en")


def test_a_file_where_a_folder_belongs_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "processed").write_text("no folder", encoding="utf-8")
    with pytest.raises(StepError, match="processed"):
        run_notebook(notebook(tmp_path, "1"), tmp_path / "processed" / "out.ipynb", {}, "en")


def test_staging_leaves_nothing_unless_it_is_swapped_in(tmp_path: Path) -> None:
    folder = tmp_path / "edition"
    folder.mkdir()
    (folder / "table").write_text("old", encoding="utf-8")
    with staging(folder) as temporary:
        (temporary / "table").write_text("half", encoding="utf-8")
    assert (folder / "table").read_text(encoding="utf-8") == "old"
    with staging(folder) as temporary:
        (temporary / "table").write_text("new", encoding="utf-8")
        swap(temporary, folder)
    assert (folder / "table").read_text(encoding="utf-8") == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["edition"]


def test_what_a_killed_run_left_behind_is_removed(tmp_path: Path) -> None:
    # No process has the number 0 or one beyond the largest that a system gives.
    left = tmp_path / ".edition-999999999.tmp"
    left.mkdir()
    with staging(tmp_path / "edition"):
        assert not left.exists()


def test_progress_in_a_log_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(12, "en") as progress:
        progress.started("01-clean")
        progress.finished("01-clean", 12.34)
    assert capsys.readouterr().err == "[ 1/12] 01-clean … 12.3 s\n"
