"""Which of the evaluated values are kept: one per key, and only what an edition could know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.errors import Problem
from analysis.sources.candidates import Candidate, Rejection
from analysis.sources.corrections import Correction, DeliveredValue, match_corrections
from analysis.sources.names import Names

# A value is delivered in the year after its year, unless its vintage says otherwise.
YEARS_UNTIL_DELIVERY = 1
SAME_VALUE_TOLERANCE = 1e-9


def apply_corrections(
    candidates: list[Candidate], corrections: Sequence[Correction], names: Names
) -> tuple[list[Candidate], list[Rejection], list[Problem]]:
    """Apply the corrections to the values as delivered; every one applied becomes a note.

    Returns
    -------
    (list of Candidate, list of Rejection, list of Problem)
        What is kept (corrected or not), what is dropped, notes and the corrections' own problems.
    """
    if not corrections:
        return candidates, [], []
    values = [DeliveredValue(item.region, item.indicator, item.year, item.value_text) for item in candidates]
    matched, problems = match_corrections(values, corrections, names)
    kept: list[Candidate] = []
    dropped: list[Rejection] = []
    for position, candidate in enumerate(candidates):
        correction = matched.get(position)
        if correction is None:
            kept.append(candidate)
            continue
        code = "correction_dropped" if correction.is_drop else "correction_applied"
        new = "" if correction.is_drop else correction.new_value
        details = {
            "new": new or "—",
            "reason": correction.reason,
            "reference": correction.reference or "—",
            "who": correction.who,
            "date": correction.date,
        }
        problems.append(candidate.problem(code, candidate.value_text, "note", details))
        if correction.is_drop:
            dropped.append(Rejection(candidate.raw, code))
        else:
            note = f"{candidate.value_text} → {new}: {correction.reason}"
            evidence = " · ".join(
                filter(None, (correction.reason, correction.reference, correction.who, correction.date))
            )
            kept.append(replace(candidate, value_text=new, correction=evidence).with_note(note))
    return kept, dropped, problems


def without_repetitions(candidates: list[Candidate]) -> tuple[list[Candidate], list[Rejection], list[Problem]]:
    """Keep one value per region, indicator, year and vintage.

    Equal repetitions are warned of; contradictions are errors that name both cells.
    """
    first: dict[tuple[str, str, int, str], Candidate] = {}
    repeated: list[Rejection] = []
    problems: list[Problem] = []
    for candidate in candidates:
        key = (candidate.region, candidate.indicator, candidate.year, candidate.vintage)
        other = first.setdefault(key, candidate)
        if other is candidate:
            continue
        is_same = other.bound == candidate.bound and _is_close(other.value, candidate.value)
        code = "duplicate_identical" if is_same else "duplicate_key"
        details = {
            "other": other.place(),
            "other_value": other.value_text,
            "vintage": candidate.vintage or "—",
            "region_name": candidate.raw.region_text or candidate.region,
        }
        problems.append(candidate.problem(code, candidate.value_text, "warning" if is_same else "error", details))
        repeated.append(Rejection(candidate.raw, code))
    return list(first.values()), repeated, problems


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_VALUE_TOLERANCE * max(abs(one), abs(other))


def known_then(candidates: list[Candidate], edition_year: int | None) -> tuple[list[Candidate], list[Problem]]:
    """Leave out what an edition could not know, and count it per indicator.

    Parameters
    ----------
    candidates : list of Candidate
    edition_year : int or None
        None keeps everything.
    """
    if edition_year is None:
        return candidates, []
    known: list[Candidate] = []
    late: dict[str, Counter[str]] = {"after_edition": Counter(), "delivered_later": Counter()}
    for candidate in candidates:
        if candidate.year > edition_year:
            late["after_edition"][candidate.indicator] += 1
        elif candidate.vintage and int(candidate.vintage[:4]) > edition_year + YEARS_UNTIL_DELIVERY:
            late["delivered_later"][candidate.indicator] += 1
        else:
            known.append(candidate)
    details = {"edition": str(edition_year), "delivered": str(edition_year + YEARS_UNTIL_DELIVERY)}
    notes = [
        Problem(code, "note", indicator=indicator, found=str(count), details=details)
        for code, counts in late.items()
        for indicator, count in sorted(counts.items())
    ]
    return known, notes


def ledgers_then(
    ledgers: dict[str, pd.DataFrame], edition_year: int | None
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Leave out the entries of ledgers that an edition does not speak of, and count them per file.

    Parameters
    ----------
    ledgers : dict of str to DataFrame
        Entries have a ``year``, or a ``date`` (``YYYY-MM-DD``) of which the year counts.
    edition_year : int or None
        None keeps everything.
    """
    if edition_year is None:
        return ledgers, []
    known: dict[str, pd.DataFrame] = {}
    notes = []
    for name, table in ledgers.items():
        years = table["year"] if "year" in table else table["date"].str[:4].astype("int64")
        is_later = years > edition_year
        known[name] = table[~is_later].reset_index(drop=True)
        for file, count in table.loc[is_later, "file"].value_counts().sort_index().items():
            details = {"edition": str(edition_year)}
            notes.append(Problem("entries_after_edition", "note", str(file), found=str(count), details=details))
    return known, notes
