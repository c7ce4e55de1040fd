"""What we believe: raw rows, matched with the plan, corrected, converted and checked → tidy observations.

Nothing is filled, capped or dropped silently: a row becomes an observation, or a counted missing value, or a row of
the table of rejected rows with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis import contracts
from analysis.edition import Edition, keeping_findings
from analysis.errors import InputError, Problem
from analysis.garbage import without_collecting
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
    ledgers_then,
    without_repetitions,
)

KEY = ["region", "indicator", "year"]
REVISION_COLUMNS = [
    *KEY,
    "unit",
    "older_vintage",
    "older_value",
    "newer_vintage",
    "newer_value",
    "difference",
    "older_place",
    "newer_place",
]


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
    trace : DataFrame
        How every observation came about: the key and place of ``contracts.OBSERVATIONS``, then ``delivered`` (text in
        the cell), ``label`` (of the indicator), ``correction`` (what stands there instead, and why; else empty),
        ``number`` and ``delivered_unit`` (empty if none was given), ``value`` and ``unit`` (the indicator's).
    ledgers : dict of str to DataFrame
        Projects, reports and statements: the contracts of those names.
    """

    observations: pd.DataFrame
    quality: pd.DataFrame
    rejected: pd.DataFrame
    problems: list[Problem]
    sources: pd.DataFrame
    trace: pd.DataFrame = field(default_factory=pd.DataFrame)
    ledgers: dict[str, pd.DataFrame] = field(default_factory=dict)


class DeliveryError(InputError):
    """The delivered data have errors; ``result`` holds what was found and what was rejected."""

    def __init__(self, result: CleanResult, language: str) -> None:
        super().__init__([item for item in result.problems if item.severity != "note"], language)
        self.result = result


def load_observations(edition: Edition) -> CleanResult:
    """Read and clean everything delivered for an edition.

    Raises
    ------
    InputError
        With every problem, if any of them is an error; all problems and all rejected rows are then in the edition's
        folder.
    """
    with keeping_findings(edition.folder, edition.language):
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
        raise DeliveryError(result, language)
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
    with without_collecting():
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
    ledgers, later = ledgers_then(delivery.ledgers, edition_year)
    problems = [
        *delivery.problems,
        *earlier_problems,
        *interpreter.findings.problems(),
        *corrections_found,
        *repetitions_found,
        *notes,
        *later,
    ]
    return CleanResult(
        contracts.check(_observations(known, plan), "observations"),
        quality_table(problems, language),
        _rejected([*rejected, *dropped, *unusable, *repeated]),
        problems,
        delivery.sources,
        _trace(known, plan),
        ledgers,
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
    if not observations.duplicated(KEY).any():
        return observations.sort_values(KEY, kind="stable", ignore_index=True)
    latest = _by_delivery(observations).drop_duplicates(KEY, keep="last")
    return latest[list(observations.columns)].reset_index(drop=True)


def known_in(observations: pd.DataFrame, edition_year: int) -> pd.DataFrame:
    """What an earlier edition knew of the observations of a later one: as if cleaned with that edition's year.

    Parameters
    ----------
    observations : DataFrame
        As in ``contracts.OBSERVATIONS``, with all vintages.
    edition_year : int
        As for :func:`clean`.
    """
    delivered = observations["vintage"].str[:4].replace("", "0").astype(int)
    is_known = (observations["year"] <= edition_year) & (delivered <= edition_year + YEARS_UNTIL_DELIVERY)
    return observations[is_known].reset_index(drop=True)


def revisions(observations: pd.DataFrame) -> pd.DataFrame:
    """Every value that was delivered again later, and differently.

    Parameters
    ----------
    observations : DataFrame
        As in ``contracts.OBSERVATIONS``, with all vintages.

    Returns
    -------
    DataFrame
        One row per change: region, indicator, year, unit, older_vintage, older_value, newer_vintage, newer_value,
        difference (newer minus older, in the unit), older_place, newer_place (file · sheet · cell); in the order in
        which the changes were published.
    """
    table = _by_delivery(observations)
    table["place"] = [
        " · ".join(filter(None, place)) for place in zip(table["file"], table["sheet"], table["cell"], strict=True)
    ]
    parts = ["vintage", "value", "place"]
    earlier = table.groupby(KEY, sort=False)[parts].shift()
    changed = earlier["value"].notna() & (table["value"] != earlier["value"])
    older = earlier[changed].add_prefix("older_")
    newer = table.loc[changed, parts].add_prefix("newer_")
    pairs = pd.concat([table.loc[changed, [*KEY, "unit"]], older, newer], axis=1)
    pairs["difference"] = pairs["newer_value"] - pairs["older_value"]
    return pairs[REVISION_COLUMNS].reset_index(drop=True)


def _by_delivery(observations: pd.DataFrame) -> pd.DataFrame:
    """Observations by key and, within it, from the first delivered to the last."""
    undated = (observations["year"] + YEARS_UNTIL_DELIVERY).astype(str)
    delivered = observations["vintage"].where(observations["vintage"] != "", undated)
    # A dated vintage wins over an undated one of the same text; the vintage itself breaks the tie.
    return observations.assign(delivered=delivered).sort_values([*KEY, "delivered", "vintage"], kind="stable")


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


def _trace(candidates: list[Candidate], plan: Plan) -> pd.DataFrame:
    units = {item.id: item.unit for item in plan.indicators}
    columns: dict[str, list[object]] = {
        "region": [item.region for item in candidates],
        "indicator": [item.indicator for item in candidates],
        "year": [item.year for item in candidates],
        "vintage": [item.vintage for item in candidates],
        "file": [item.raw.file for item in candidates],
        "sheet": [item.raw.sheet for item in candidates],
        "cell": [item.raw.cell for item in candidates],
        "delivered": [item.raw.value_text for item in candidates],
        "label": [item.raw.indicator_text for item in candidates],
        "correction": [f"{item.value_text}: {item.correction}" if item.correction else "" for item in candidates],
        "number": [item.number for item in candidates],
        "delivered_unit": [item.unit for item in candidates],
        "value": [item.value for item in candidates],
        "unit": [units[item.indicator] for item in candidates],
    }
    return pd.DataFrame(columns)


def _rejected(rejections: list[Rejection]) -> pd.DataFrame:
    records = [[*(getattr(item.raw, name) for name in RAW_COLUMNS), item.reason] for item in rejections]
    return pd.DataFrame(records, columns=[*RAW_COLUMNS, "reason"], dtype="str")
