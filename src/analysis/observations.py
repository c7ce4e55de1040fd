"""What we believe: raw rows, matched with the plan, corrected, converted and checked → tidy observations.

Nothing is filled, capped or dropped silently: a row becomes an observation, or a counted missing value, or a row of
the table of rejected rows with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis import contracts
from analysis.edition import Edition
from analysis.errors import InputError, Problem
from analysis.messages import catalogue
from analysis.plan import Plan, load_plan
from analysis.sources import RAW_COLUMNS, RawDelivery, read_sources
from analysis.sources.candidates import Candidate, Rejection
from analysis.sources.corrections import Correction, read_corrections
from analysis.sources.interpretation import Interpreter
from analysis.sources.names import Names
from analysis.sources.selection import (
    YEARS_UNTIL_DELIVERY,
    apply_corrections,
    known_then,
    without_repetitions,
)


@dataclass(frozen=True)
class CleanResult:
    """The outcome of cleaning.

    Parameters
    ----------
    observations, quality : DataFrame
        As in ``contracts.OBSERVATIONS`` and ``contracts.QUALITY``.
    rejected : DataFrame
        Raw rows that are no observations, with ``reason`` (the rule's name).
    problems : list of Problem
        Errors, warnings and notes; the quality table in another form.
    sources : DataFrame
        The delivered files: the columns of ``sources.csv``, actual hashes, number of cells read.
    """

    observations: pd.DataFrame
    quality: pd.DataFrame
    rejected: pd.DataFrame
    problems: list[Problem]
    sources: pd.DataFrame


def load_observations(edition: Edition) -> CleanResult:
    """Read and clean everything delivered for an edition.

    Raises
    ------
    InputError
        With every problem, if any of them is an error.
    """
    return load(edition.plan_folder, edition.plan, edition.year, edition.language)


def load(plan_folder: Path, plan: Plan, edition_year: int | None = None, language: str = "zh") -> CleanResult:
    """Read and clean everything delivered for a plan.

    Parameters
    ----------
    plan_folder : Path
    plan : Plan
    edition_year : int or None
        Use only what was known then; None for everything.
    language : {"zh", "en"}

    Raises
    ------
    InputError
        With every problem, if any of them is an error.
    """
    result = _read_and_clean(plan_folder, plan, edition_year, language)
    if any(problem.severity == "error" for problem in result.problems):
        raise InputError([item for item in result.problems if item.severity != "note"], language)
    return result


def check(plan_folder: Path, language: str = "zh") -> list[Problem]:
    """Every problem of a plan folder: of the plan, the delivered files, the corrections and the values.

    A wrong plan is reported alone: without it, labels in the files mean nothing.
    """
    try:
        plan = load_plan(plan_folder, language)
    except InputError as error:
        return list(error.problems)
    return _read_and_clean(plan_folder, plan, None, language).problems


def _read_and_clean(plan_folder: Path, plan: Plan, edition_year: int | None, language: str) -> CleanResult:
    delivery = read_sources(plan_folder, plan)
    corrections, problems = read_corrections(plan_folder)
    return clean(delivery, plan, corrections, edition_year, language, problems)


def clean(
    delivery: RawDelivery,
    plan: Plan,
    corrections: Sequence[Correction] = (),
    edition_year: int | None = None,
    language: str = "zh",
    earlier_problems: Sequence[Problem] = (),
) -> CleanResult:
    """Turn raw rows into observations.

    Parameters
    ----------
    delivery : RawDelivery
    plan : Plan
    corrections : sequence of Correction
    edition_year : int or None
        Years after it are left out, and so are values whose vintage is later than the year after it; both are
        counted in the quality table. None keeps everything.
    language : {"zh", "en"}
        Language of the quality table.
    earlier_problems : sequence of Problem
        Found while reading, to be listed with the others.

    Returns
    -------
    CleanResult
    """
    interpreter = Interpreter(plan, Names(plan))
    # Plain objects: going through Arrow strings one by one takes longer than everything else.
    rows = delivery.rows.astype("object").itertuples(index=False)
    identified, rejected = _split(map(interpreter.identify, rows))
    corrected, dropped, corrections_found = apply_corrections(identified, corrections, interpreter.names)
    evaluated, unusable = _split(map(interpreter.evaluate, corrected))
    unique, repeated, repetitions_found = without_repetitions(evaluated)
    known, notes = known_then(unique, edition_year)
    problems = [
        *delivery.problems,
        *earlier_problems,
        *interpreter.findings.problems(),
        *corrections_found,
        *repetitions_found,
        *notes,
    ]
    return CleanResult(
        contracts.check(_observations(known, plan), "observations"),
        quality_table(problems, language),
        _rejected([*rejected, *dropped, *unusable, *repeated]),
        problems,
        delivery.sources,
    )


def newest(observations: pd.DataFrame) -> pd.DataFrame:
    """The newest vintage of every value.

    Parameters
    ----------
    observations : DataFrame
        As in ``contracts.OBSERVATIONS``.

    Returns
    -------
    DataFrame
        One row per region, indicator and year. A value without a vintage counts as delivered at the beginning of
        the year after its year, so that every dated one of that year or later is newer.
    """
    undated = (observations["year"] + YEARS_UNTIL_DELIVERY).astype(str)
    delivered = observations["vintage"].where(observations["vintage"] != "", undated)
    key = ["region", "indicator", "year"]
    # A dated vintage wins over an undated one of the same text; the vintage itself breaks the tie.
    order = observations.assign(delivered=delivered).sort_values([*key, "delivered", "vintage"], kind="stable")
    return order.drop_duplicates(key, keep="last")[list(observations.columns)].reset_index(drop=True)


def quality_table(problems: Iterable[Problem], language: str) -> pd.DataFrame:
    """Problems as the quality table, worded in a language."""
    words = catalogue(language)
    records = [
        {
            "severity": item.severity,
            "rule": item.code,
            "region": item.region,
            "indicator": item.indicator,
            "year": item.year,
            "file": item.file,
            "sheet": item.sheet,
            "cell": item.cell,
            "found": item.found,
            "expected": item.part("expected", words),
            "todo": item.part("todo", words),
        }
        for item in problems
    ]
    if not records:
        return contracts.QUALITY.empty()
    return contracts.check(pd.DataFrame(records, columns=contracts.QUALITY.names), "quality")


def _split(outcomes: Iterable[Candidate | Rejection | None]) -> tuple[list[Candidate], list[Rejection]]:
    candidates: list[Candidate] = []
    rejections: list[Rejection] = []
    for outcome in outcomes:
        if isinstance(outcome, Candidate):
            candidates.append(outcome)
        elif outcome is not None:
            rejections.append(outcome)
    return candidates, rejections


def _observations(candidates: list[Candidate], plan: Plan) -> pd.DataFrame:
    if not candidates:
        return contracts.OBSERVATIONS.empty()
    units = {item.id: item.unit for item in plan.indicators}
    records = [
        {
            "region": item.region,
            "indicator": item.indicator,
            "year": item.year,
            "value": item.value,
            "unit": units[item.indicator],
            "bound": item.bound,
            "status": item.status,
            "vintage": item.vintage,
            "verification": item.verification,
            "source": item.raw.source,
            "file": item.raw.file,
            "sheet": item.raw.sheet,
            "cell": item.raw.cell,
            "note": item.note,
        }
        for item in candidates
    ]
    return pd.DataFrame(records, columns=contracts.OBSERVATIONS.names)


def _rejected(rejections: list[Rejection]) -> pd.DataFrame:
    records = [[*(getattr(item.raw, name) for name in RAW_COLUMNS), item.reason] for item in rejections]
    return pd.DataFrame(records, columns=[*RAW_COLUMNS, "reason"], dtype="str")
