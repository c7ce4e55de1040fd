"""The quick check of a plan's raw files: everything that a report would stop at, in seconds."""

from __future__ import annotations

from analysis.edition import open_edition
from analysis.errors import describe
from analysis.messages import catalogue


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
    from analysis.observations import load_observations

    words = catalogue(language)
    edition = open_edition(plan, year, language)
    result = load_observations(edition)
    warnings = [problem for problem in result.problems if problem.severity == "warning"]
    summary = words.text(
        "cli.check.passed",
        plan=edition.plan.id,
        year=edition.year,
        commitments=len(edition.plan.commitments()),
        scored=len(edition.plan.scored()),
        observations=len(result.observations),
        warnings=len(warnings),
    )
    return "\n".join([summary, describe(warnings, words)] if warnings else [summary])
