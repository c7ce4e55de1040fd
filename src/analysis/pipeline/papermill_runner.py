"""The only place that calls Papermill: strict parameters, our own kernel, output only on success."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import StepError
from analysis.messages import Catalogue, catalogue
from analysis.outputs import METADATA_KEY, for_report
from analysis.pipeline.files import writing
from analysis.pipeline.light_imports import GRAMMAR, without
from analysis.pipeline.parameters import check_parameters, read_parameters
from analysis.rasters import add_png

FAILED_SUFFIX = ".failed.ipynb"

# Lines of an exception's message that are shown; the errors of this package are shown whole.
SHOWN_LINES = 6
OWN_ERRORS = ("InputError", "ContractError", "StepError", "RenderingError", "AnalysisError")

INJECTED_TAG = "injected-parameters"
_ADDED_BY_PAPERMILL = (INJECTED_TAG, "papermill-error-cell-tag")


@dataclass(frozen=True)
class FailedCell:
    """The cell that a notebook stopped at.

    Parameters
    ----------
    number : int
        Position in the committed notebook, from 1; 0 if no cell had started.
    first_line : str
    """

    number: int
    first_line: str


def run_notebook(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, object],
    language: str = "zh",
    failed_folder: Path | None = None,
    recorded: Mapping[str, str] | None = None,
) -> Path:
    """Execute a notebook with parameters.

    Parameters
    ----------
    notebook : Path
        A notebook with one cell tagged ``parameters``.
    output : Path
        Where the executed notebook is put, only if every cell ran.
    parameters : mapping of str to object
        Checked against the notebook's own declarations; what is not given keeps its default.
    language : {"zh", "en"}
        Language of error messages.
    failed_folder : Path, optional
        Where a notebook that failed is kept as ``<name>.failed.ipynb``; the output's folder if not given.

    recorded : mapping of str to str, optional
        What the executed notebook is to show for parameters whose value holds for this run only.

    Returns
    -------
    Path
        The output.

    Raises
    ------
    StepError
        If a parameter or a cell is wrong; names the notebook, the cell, the exception and what to do.
    """
    check_parameters(notebook, read_parameters(notebook, language), parameters, language)
    failed = (failed_folder or output.parent) / f"{output.stem}{FAILED_SUFFIX}"
    with writing(output, language):
        output.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{output.stem}-", suffix=".ipynb", dir=output.parent)
        os.close(handle)
    running = Path(name)
    try:
        reason = _execute(notebook, running, parameters)
        with writing(output, language):
            # A temporary file is private; notebooks are to be read by others.
            running.chmod(0o644)
            if reason is not None:
                failed.parent.mkdir(parents=True, exist_ok=True)
                running.replace(failed)
                raise StepError(_describe(notebook, failed, *reason, catalogue(language)))
            _complete(running, notebook.name, recorded or {})
            running.replace(output)
            failed.unlink(missing_ok=True)
    finally:
        running.unlink(missing_ok=True)
    return output


def _execute(notebook: Path, output: Path, parameters: Mapping[str, object]) -> tuple[str, str] | None:
    """Run every cell; the exception's name and message if one failed."""
    with without(GRAMMAR):
        import papermill
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    from analysis.pipeline.engine import register
    from analysis.pipeline.kernel import OwnKernelManager

    # What these log is raised as well, and worded by us.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    try:
        papermill.execute_notebook(
            _escaped(notebook),
            _escaped(output),
            parameters=dict(parameters),
            engine_name=register(),
            request_save_on_cell_execute=False,
            save_on_error=str(output),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            kernel_manager_class=OwnKernelManager,
            shutdown_kernel="immediate",
            # Whether a printed line arrives in one piece or two depends on how busy the machine is.
            coalesce_streams=True,
            record_timing=False,
        )
    except papermill.PapermillExecutionError as error:
        return str(error.ename), str(error.evalue)
    except (DeadKernelError, CellControlSignal) as error:
        return type(error).__name__, str(error)
    except (RuntimeError, TimeoutError) as error:
        # What jupyter_client raises when a kernel does not start or does not answer.
        return type(error).__name__, str(error)
    return None


def _escaped(path: Path) -> str:
    # Papermill fills in braces of a path as if they were parameters.
    return str(path).replace("{", "{{").replace("}", "}}")


def _describe(notebook: Path, failed: Path, name: str, message: str, words: Catalogue) -> str:
    cell = _failed_cell(failed)
    lines = [line.rstrip() for line in message.strip().splitlines() if line.strip()]
    is_own = name.rpartition(".")[2] in OWN_ERRORS
    shown = lines if is_own else lines[-SHOWN_LINES:]
    error = "\n    ".join([f"{name}: {shown[0] if shown else ''}".rstrip(": "), *shown[1:]])
    todo = "todo_input" if is_own else "todo_dead" if name == "DeadKernelError" else "todo_cell"
    place = "failed_cell" if cell.number else "failed_start"
    return words.text(
        f"pipeline.{place}",
        notebook=notebook.name,
        number=cell.number,
        line=cell.first_line,
        error=error,
        todo=words.text(f"pipeline.{todo}", failed=str(failed)),
    )


def _failed_cell(path: Path) -> FailedCell:
    """The last cell that had started when the notebook stopped."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8") or '{"cells": []}')
    number, found = 0, FailedCell(0, "")
    for cell in content["cells"]:
        number += not any(tag in _ADDED_BY_PAPERMILL for tag in cell["metadata"].get("tags", []))
        if cell["cell_type"] == "code" and cell["metadata"].get("papermill", {}).get("start_time"):
            text = "".join(cell["source"]).strip().splitlines()
            found = FailedCell(number, text[0] if text else "")
    return found


def _complete(path: Path, notebook: str, recorded: Mapping[str, str]) -> None:
    """Take out what differs between two equal runs, and give the report's figures their PNG."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    _make_reproducible(content, notebook, recorded)
    add_png(for_report(content["cells"]))
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _make_reproducible(content: dict[str, Any], notebook: str, recorded: Mapping[str, str]) -> None:
    """Take out times, folders of the run and random cell ids.

    The name of the notebook stays, so that what it shows can name it.
    """
    content["metadata"].pop("papermill", None)
    content["metadata"][METADATA_KEY] = {"notebook": notebook}
    for position, cell in enumerate(content["cells"]):
        if INJECTED_TAG in cell["metadata"].get("tags", []):
            cell["source"] = [_recorded(line, recorded) for line in cell["source"]]
        cell["metadata"].pop("papermill", None)
        cell["metadata"].pop("execution", None)
        if "id" in cell:
            cell["id"] = f"cell-{position + 1}"


def _recorded(line: str, recorded: Mapping[str, str]) -> str:
    name, separator, value = line.partition(" = ")
    if not separator or name not in recorded:
        return line
    return f"{name} = {json.dumps(recorded[name], ensure_ascii=False)}" + ("\n" if value.endswith("\n") else "")
