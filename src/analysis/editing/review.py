"""Everything that an analyst has written, looked at before anything runs."""

from __future__ import annotations

from pathlib import Path

from analysis.editing.comments import made_harmless, read_comments
from analysis.editing.cover import read_cover
from analysis.errors import InputError, Problem
from analysis.own_words import read_own_words
from analysis.plan import Plan


def review(folder: Path, plan: Plan, language: str) -> list[Problem]:
    """Read comments, preface, cover and own wording of a plan.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    plan : Plan
    language : {"zh", "en"}
        Language of the error message.

    Returns
    -------
    list of Problem
        Warnings: what was made harmless, and prints other than it was written.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    _, wording = read_own_words(folder)
    _, cover = read_cover(folder)
    found, wrong = read_comments(folder, plan)
    problems = [*wording, *cover, *wrong]
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems, language)
    return [*problems, *(problem for comment in found for problem in made_harmless(comment))]
