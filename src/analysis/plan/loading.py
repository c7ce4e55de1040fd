"""Reading ``plan.yaml``: every problem at once, in our own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from analysis.errors import InputError, Problem
from analysis.plan.checks import allowed, cross_check
from analysis.plan.models import Plan
from analysis.plan.regional import check_regional
from analysis.yaml_text import parse_yaml

PLAN_FILE = "plan.yaml"


def load_plan(folder: Path | str, language: str = "zh") -> Plan:
    """Read the plan of a plan folder.

    Parameters
    ----------
    folder : path
        A folder with ``plan.yaml``.
    language : {"zh", "en"}
        Language of error messages.

    Raises
    ------
    InputError
        With every problem of the file: key path, found, allowed, nearest valid name.
    """
    return _checked(Path(folder) / PLAN_FILE, language)


def _checked(path: Path, language: str) -> Plan:
    """The file's plan, or one InputError with all its problems."""
    name = path.name
    try:
        content = parse_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError([Problem("plan_missing", file=str(path), found="")], language) from None
    except (UnicodeDecodeError, OSError) as error:
        raise InputError([Problem("file_unreadable", file=name, found=str(error))], language) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        cell = f"{mark.line + 1}:{mark.column + 1}" if mark else ""
        found = str(getattr(error, "problem", error))
        raise InputError([Problem("plan_syntax", file=name, cell=cell, found=found)], language) from error
    if not isinstance(content, dict):
        raise InputError([Problem("plan_syntax", file=name, found=type(content).__name__)], language)
    try:
        plan = Plan.model_validate(content)
    except ValidationError as error:
        raise InputError([_problem(detail, name) for detail in error.errors()], language) from error
    problems = list(cross_check(plan, name)) or list(check_regional(plan, name, language))
    if problems:
        raise InputError(problems, language)
    return plan


def _problem(detail: Any, file: str) -> Problem:
    """Turn one pydantic finding into a problem in our own words."""
    path = _key_path(detail["loc"])
    found = _shown(detail["input"])
    key = str(detail["loc"][-1])
    match detail["type"]:
        case "extra_forbidden":
            fields = _fields_at(detail["loc"][:-1])
            return Problem("unknown_key", file=file, cell=path, found=key, details=allowed(key, fields))
        case "missing":
            return Problem("missing_key", file=file, cell=path, details={"key": key})
        case "literal_error":
            words = [item.strip(" '") for item in detail["ctx"]["expected"].replace(" or ", ",").split(",")]
            return Problem("unknown_value", file=file, cell=path, found=found, details=allowed(found, words))
        case _:
            return Problem("wrong_value", file=file, cell=path, found=found, details={"reason": detail["msg"]})


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _key_path(loc: tuple[int | str, ...]) -> str:
    path = ""
    for part in loc:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _fields_at(loc: tuple[int | str, ...]) -> list[str]:
    """Names that are valid at a place of the plan file."""
    model: Any = Plan
    for part in loc:
        if isinstance(part, str) and part in model.model_fields:
            nested = _model_in(model.model_fields[part].annotation)
            if nested is None:
                return []
            model = nested
    return list(model.model_fields)


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
