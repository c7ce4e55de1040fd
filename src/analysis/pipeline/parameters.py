"""The parameters of a notebook: read from its ``parameters`` cell, and checked before anything runs.

Papermill only warns of an unknown parameter and passes any type on. Here each of these is an error that lists what
the notebook takes.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analysis.errors import StepError
from analysis.messages import Catalogue, catalogue

PARAMETERS_TAG = "parameters"

_TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "list": list,
    "dict": dict,
    "None": type(None),
}


@dataclass(frozen=True)
class Parameter:
    """One typed assignment of a ``parameters`` cell.

    Parameters
    ----------
    name : str
    type : str
        The annotation as written, for instance ``str``, ``int`` or ``list[str]``.
    default : str
        The default as written; empty if there is none and a value must be given.
    """

    name: str
    type: str
    default: str

    def __str__(self) -> str:
        """The parameter as the notebook writes it."""
        return f"{self.name}: {self.type}" + (f" = {self.default}" if self.default else "")


def read_parameters(notebook: Path, language: str = "zh") -> list[Parameter]:
    """Read the parameters that a notebook takes.

    Parameters
    ----------
    notebook : Path
    language : {"zh", "en"}
        Language of error messages.

    Raises
    ------
    StepError
        If the notebook cannot be read, has no ``parameters`` cell, or assigns a parameter without a type.
    """
    words = catalogue(language)
    source = _parameters_source(notebook, words)
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        line = (error.text or "").strip()
        raise StepError(
            words.text("pipeline.parameters_syntax", notebook=notebook.name, line=error.lineno or 0, text=line)
        ) from error
    found = []
    for statement in body:
        if isinstance(statement, ast.AnnAssign) and _is_known(statement.annotation):
            default = ast.unparse(statement.value) if statement.value else ""
            found.append(Parameter(ast.unparse(statement.target), ast.unparse(statement.annotation), default))
        elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            text = ast.unparse(statement)
            raise StepError(words.text("pipeline.parameters_untyped", notebook=notebook.name, text=text))
    return found


def check_parameters(
    notebook: Path, declared: Sequence[Parameter], given: Mapping[str, object], language: str = "zh"
) -> None:
    """Compare given values with the declared parameters.

    Raises
    ------
    StepError
        With every unknown, missing and wrongly typed parameter, and the list of the valid ones.
    """
    words = catalogue(language)
    names = [parameter.name for parameter in declared]
    faults = [_unknown(name, names, words) for name in given if name not in names]
    for parameter in declared:
        if parameter.name not in given:
            if not parameter.default:
                faults.append(words.text("pipeline.parameter_missing", name=parameter.name, type=parameter.type))
        elif not is_of_type(given[parameter.name], parameter.type):
            value = given[parameter.name]
            faults.append(
                words.text(
                    "pipeline.parameter_type",
                    name=parameter.name,
                    found=f"{value!r} ({type(value).__name__})",
                    type=parameter.type,
                )
            )
    if faults:
        valid = "\n".join(f"    {parameter}" for parameter in declared)
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise StepError(words.text("pipeline.parameters_wrong", notebook=notebook.name, faults=listed, valid=valid))


def is_of_type(value: object, annotation: str) -> bool:
    """Whether a value has the type that an annotation names.

    A boolean is no number here, and a tuple is no list (Papermill would hand it on as a text).

    Examples
    --------
    >>> is_of_type(True, "int"), is_of_type(3, "float"), is_of_type((1, 2), "list[int]")
    (False, True, False)
    """
    return _matches(value, ast.parse(annotation, mode="eval").body)


def _matches(value: Any, node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _matches(value, node.left) or _matches(value, node.right)
    if isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not _matches(value, node.value):
            return False
        columns: list[Any] = [list(value), list(value.values())] if isinstance(value, dict) else [value]
        return all(_matches(item, part) for part, items in zip(parts, columns, strict=True) for item in items)
    kind = _TYPES.get(ast.unparse(node))
    if kind is None:
        return False
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _is_known(annotation: ast.expr) -> bool:
    """Whether an annotation is built from the types that a parameter may have."""
    parts = [node for node in ast.walk(annotation) if isinstance(node, ast.expr)]
    names = [ast.unparse(node) for node in parts if isinstance(node, ast.Name | ast.Constant)]
    structure = (ast.Name, ast.Constant, ast.BinOp, ast.Subscript, ast.Tuple)
    return all(isinstance(node, structure) for node in parts) and set(names) <= set(_TYPES)


def _unknown(name: str, names: list[str], words: Catalogue) -> str:
    nearest = get_close_matches(name, names, n=1, cutoff=0.5)
    if nearest:
        return words.text("pipeline.parameter_misspelt", name=name, nearest=nearest[0])
    return words.text("pipeline.parameter_unknown", name=name)


def _parameters_source(notebook: Path, words: Catalogue) -> str:
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        cells = [cell for cell in content["cells"] if PARAMETERS_TAG in cell["metadata"].get("tags", [])]
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = str(error) or type(error).__name__
        raise StepError(words.text("pipeline.notebook_unreadable", notebook=str(notebook), reason=reason)) from error
    if len(cells) != 1:
        raise StepError(words.text("pipeline.parameters_cell", notebook=notebook.name, count=len(cells)))
    return "".join(cells[0]["source"])
