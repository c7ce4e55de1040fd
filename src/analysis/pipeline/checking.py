"""The quick check of a plan's raw files: everything that a report would stop at, in seconds."""

from __future__ import annotations

from analysis import project
from analysis.editing import review
from analysis.edition import keeping_findings, open_edition
from analysis.errors import describe
from analysis.messages import catalogue
from analysis.plan import load_plan


def check_plan(plan: str = "", year: int = 0, language: str = "zh") -> str:
    """Read and check the raw files of a plan.

    Parameters
    ----------
    plan : str
        An id under ``data/raw``, a path to a plan folder, or empty for the project's default plan.
    year : int
        The edition year; 0 for the newest year with data.
    language : {"zh", "en"}

    Returns
    -------
    str
        What was found, with every warning, ready to print.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    from analysis.observations import load, load_observations
    from analysis.projects import derived_tables

    words = catalogue(language)
    folder = project.plan_folder(plan, language)
    promised = load_plan(folder, language)
    remarks = review(folder, promised, language)
    if year:
        result = load_observations(open_edition(plan, year, language))
    else:
        # Opening the newest edition would read everything twice.
        with keeping_findings(project.processed_folder() / promised.id, language, is_of_edition=False):
            result = load(folder, promised, None, language)
        years = result.observations["year"]
        year = int(years.max()) if len(years) else promised.base_year
    derived_tables(result.ledgers, result.observations, promised, year, language)
    warnings = [*remarks, *(problem for problem in result.problems if problem.severity == "warning")]
    summary = words.text(
        "cli.check.passed",
        plan=promised.id,
        year=year,
        commitments=len(promised.commitments()),
        scored=len(promised.scored()),
        observations=len(result.observations),
        warnings=len(warnings),
    )
    return "\n".join([summary, describe(warnings, words)] if warnings else [summary])
