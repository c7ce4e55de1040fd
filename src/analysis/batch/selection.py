"""Which plans a batch is about."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import InputError, Problem
from analysis.plan import PLAN_FILE
from analysis.project import plan_folder

_ID = re.compile(rb"""^id:\s*["']?([^\s"'#]+)""", re.MULTILINE)


def select_plans(names: Sequence[str], language: str = "zh") -> list[Path]:
    """The folders of the plans that are meant.

    Parameters
    ----------
    names : sequence of str
        Ids under ``data/raw``, paths of plan folders, or paths of folders that hold plan folders.
    language : {"zh", "en"}
        Language of the error message.

    Returns
    -------
    list of Path
        In the order named, those of a folder by name; each once.

    Raises
    ------
    InputError
        Naming everything that is no plan, and plans that would write to the same place.
    """
    found: dict[Path, str] = {}
    problems: list[Problem] = []
    for name in names:
        inside = sorted(path.parent.resolve() for path in Path(name).expanduser().glob(f"*/{PLAN_FILE}"))
        try:
            folders = inside or [plan_folder(name, language)]
        except InputError as error:
            problems += error.problems
            continue
        for folder in folders:
            found.setdefault(folder, name)
    places: dict[str, Path] = {}
    for folder in found:
        first = places.setdefault(plan_id(folder), folder)
        if first != folder:
            paths = ", ".join(map(os.fspath, (first, folder)))
            problems.append(Problem("same_plan_id", found=plan_id(folder), details={"paths": paths}))
    if not names:
        problems.append(Problem("no_plans", found="PLANS"))
    if problems:
        raise InputError(problems, language)
    return list(found)


def plan_id(folder: Path) -> str:
    """The id that a plan's file states, the name of its report's folder; read even if the file is wrong elsewhere."""
    try:
        found = _ID.search((folder / PLAN_FILE).read_bytes())
    except OSError:
        found = None
    return found[1].decode(errors="replace") if found else folder.name
