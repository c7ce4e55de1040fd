"""One indicator's notebook, run on demand."""

from __future__ import annotations

from pathlib import Path

from analysis.edition import Edition, open_edition
from analysis.errors import InputError, Problem
from analysis.pipeline.papermill_runner import run_notebook
from analysis.pipeline.steps import nearest_of, plan_parameter
from analysis.project import notebooks_folder

NOTEBOOK = "indicator"


def run_indicator(indicator: str, region: str = "", plan: str = "", year: int = 0, language: str = "zh") -> Path:
    """Run the notebook of one indicator.

    Parameters
    ----------
    indicator : str
        Id of an indicator of the plan.
    region : str
        Id of a region; empty for the plan's area.
    plan, year, language
        As for a report.

    Returns
    -------
    Path
        The executed notebook, beside the edition's other notebooks.

    Raises
    ------
    InputError
        If the plan has no such indicator or region.
    StepError
        If a cell fails.
    """
    edition = open_edition(plan, year, language)
    place = region or edition.plan.area
    check_names(edition, indicator, place)
    parameters = {
        "plan": plan_parameter(edition),
        "year": edition.year,
        "language": language,
        "indicator": indicator,
        "region": place,
    }
    ending = "" if language == "zh" else f"-{language}"
    folder = edition.folder / f"notebooks{ending}"
    output = folder / f"{NOTEBOOK}-{indicator}-{place}.ipynb"
    return run_notebook(notebooks_folder() / f"{NOTEBOOK}.ipynb", output, parameters, language)


def check_names(edition: Edition, indicator: str, region: str) -> None:
    """Refuse ids that the plan does not have.

    Raises
    ------
    InputError
        Naming the ids that it has, and the nearest one.
    """
    named = {
        "no_such_indicator": (indicator, [item.id for item in edition.plan.indicators]),
        "no_such_region": (region, [item.id for item in edition.plan.regions]),
    }
    problems = [
        Problem(code, found=found, details=nearest_of(found, known))
        for code, (found, known) in named.items()
        if found not in known
    ]
    if problems:
        raise InputError(problems, edition.language)
