"""A plan folder to start from."""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from analysis.errors import StepError
from analysis.messages import catalogue
from analysis.pipeline.files import staging, swap, write_text

TEMPLATE = "templates/new-plan"

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


def create_plan(folder: Path, base_year: int, target_year: int, language: str = "zh") -> str:
    """Create a commented plan folder that already passes the check.

    Parameters
    ----------
    folder : Path
        A folder that does not exist yet; its name becomes the plan's id.
    base_year, target_year : int
        The years that the plan runs from and to.
    language : {"zh", "en"}

    Returns
    -------
    str
        What was made and what to do next, ready to print.

    Raises
    ------
    StepError
        If the folder exists, its name is no id, or it cannot be written.
    """
    words = catalogue(language)
    if not _ID.fullmatch(folder.name):
        raise StepError(words.text("cli.new_plan.bad_name", name=folder.name))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StepError(words.text("cli.new_plan.exists", path=folder))
    values = {
        "id": folder.name,
        "base_year": str(base_year),
        "next_year": str(base_year + 1),
        "target_year": str(target_year),
    }
    with staging(folder, language) as temporary:
        _copy(resources.files("analysis").joinpath(TEMPLATE), temporary, values, language)
        swap(temporary, folder, language)
    return words.text("cli.new_plan.created", path=folder)


def _copy(source: Traversable, target: Path, values: dict[str, str], language: str) -> None:
    for item in source.iterdir():
        if item.is_dir():
            _copy(item, target / item.name, values, language)
        else:
            text = Template(item.read_text(encoding="utf-8")).substitute(values)
            write_text(target / item.name, text, language)
