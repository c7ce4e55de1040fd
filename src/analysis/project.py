"""Where things lie: the repository's folders, whatever the working directory."""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analysis.errors import InputError, Problem
from analysis.plan import PLAN_FILE


def root() -> Path:
    """The repository's root; ``ANALYSIS_ROOT`` overrides the place that the package was installed from."""
    named = os.environ.get("ANALYSIS_ROOT")
    return Path(named).resolve() if named else Path(__file__).resolve().parents[2]


def raw_folder() -> Path:
    """``data/raw``: one folder per plan."""
    return root() / "data" / "raw"


def processed_folder() -> Path:
    """``data/processed``: generated tables, one folder per plan and year."""
    return root() / "data" / "processed"


def notebooks_folder() -> Path:
    """``notebooks``: the parameterised notebooks."""
    return root() / "notebooks"


def reports_folder() -> Path:
    """``reports``: the Quarto project."""
    return root() / "reports"


def forms_folder() -> Path:
    """``data/forms``: empty forms for the bureaus; what is filled in there is not generated and never removed."""
    return root() / "data" / "forms"


def output_folder() -> Path:
    """``reports/output``: generated reports, one folder per plan and year."""
    return reports_folder() / "output"


def default_plan() -> str:
    """The plan that is meant when none is named: ``[tool.analysis] default-plan`` of ``pyproject.toml``."""
    return str(_settings()["default-plan"])


def finished_plan() -> str:
    """The plan on which the methods are proved: ``finished-plan`` beside it; empty if none is named or it is gone."""
    name = str(_settings().get("finished-plan", ""))
    return name if name and (raw_folder() / name / PLAN_FILE).is_file() else ""


def _settings() -> dict[str, Any]:
    settings = tomllib.loads((root() / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(settings["tool"]["analysis"])


def plan_folder(plan: str, language: str = "zh") -> Path:
    """The folder of a plan.

    Parameters
    ----------
    plan : str
        An id under ``data/raw``, a path to a plan folder anywhere, or empty for the default plan.
    language : {"zh", "en"}
        Language of the error message.

    Raises
    ------
    InputError
        If there is no such plan; the message lists the ids that exist and the nearest one.
    """
    name = plan or default_plan()
    for folder in (raw_folder() / name, Path(name).expanduser()):
        if (folder / PLAN_FILE).is_file():
            return folder.resolve()
    known = sorted(path.parent.name for path in raw_folder().glob(f"*/{PLAN_FILE}"))
    nearest = get_close_matches(Path(name).name, known, n=1, cutoff=0.4)
    details = {"allowed": ", ".join(known), "nearest": nearest[0] if nearest else "—"}
    raise InputError([Problem("unknown_plan", found=name, details=details)], language)
