"""Guarded corrections: changes to delivered values that cannot outlive their reason.

A correction names the value it expects to find, as it stands in the file. If nothing is found, or something else,
the run stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from analysis.errors import Problem
from analysis.sources.names import Names
from analysis.sources.registry import allowed, read_table
from analysis.sources.values import parse_value, parse_year
from analysis.sources.vocabulary import fold, words

CORRECTIONS_FILE = "corrections.csv"


@dataclass(frozen=True)
class Correction:
    """One row of ``corrections.csv``.

    Parameters
    ----------
    indicator, region, year : str
        Which value, by any name.
    action : str
        ``replace`` or ``drop``.
    expected_old_value, new_value : str
        As it stands in the file, and what is to stand there instead (in the same unit).
    reason, reference, who, date : str
        Why, on what evidence, by whom, when.
    cell : str
        The row's place in ``corrections.csv``.
    """

    indicator: str
    region: str
    year: str
    action: str
    expected_old_value: str
    new_value: str = ""
    reason: str = ""
    reference: str = ""
    who: str = ""
    date: str = ""
    cell: str = ""

    @property
    def is_drop(self) -> bool:
        """Whether the value is left out."""
        return words("actions").get(fold(self.action)) == "drop"


CORRECTION_COLUMNS = [item.name for item in fields(Correction) if item.name != "cell"]


@dataclass(frozen=True)
class DeliveredValue:
    """What a correction is compared with: a delivered value whose region, indicator and year are known."""

    region: str
    indicator: str
    year: int
    value_text: str


def read_corrections(folder: Path) -> tuple[list[Correction], list[Problem]]:
    """Read ``corrections.csv`` of a plan folder; no file means no corrections."""
    path = folder / CORRECTIONS_FILE
    if not path.is_file():
        return [], []
    required = [name for name in CORRECTION_COLUMNS if name not in ("reference", "new_value")]
    listing, problems = read_table(path, CORRECTION_COLUMNS, required)
    corrections = [Correction(**row, cell=listing.cell(number, "")) for number, row in listing.rows]
    return corrections, problems


def match_corrections(
    values: Sequence[DeliveredValue], corrections: Sequence[Correction], names: Names
) -> tuple[dict[int, Correction], list[Problem]]:
    """Find the delivered value that each correction speaks of.

    Returns
    -------
    (dict of int to Correction, list of Problem)
        Position of the value → its correction; corrections that match nothing, expect another value, lack a
        reason or contradict each other.
    """
    positions: dict[tuple[str, str, int], list[int]] = {}
    for position, value in enumerate(values):
        positions.setdefault((value.region, value.indicator, value.year), []).append(position)
    matched: dict[int, Correction] = {}
    problems: list[Problem] = []
    for correction in corrections:
        found = list(_check(correction))
        if not found:
            found = _match(correction, values, positions, names, matched)
        problems += found
    return matched, problems


def _match(
    correction: Correction,
    values: Sequence[DeliveredValue],
    positions: dict[tuple[str, str, int], list[int]],
    names: Names,
    matched: dict[int, Correction],
) -> list[Problem]:
    """Enter one correction into ``matched``, or say why it cannot be."""
    year = parse_year(correction.year)
    key = (names.region(correction.region), names.indicator(correction.indicator).id, year[0] if year else 0)
    wanted = f"{correction.region}, {correction.indicator}, {correction.year}"
    candidates = positions.get(key, [])
    if not candidates:
        return [_problem("correction_unmatched", correction, wanted)]
    fitting = [place for place in candidates if is_same(values[place].value_text, correction.expected_old_value)]
    if not fitting:
        found = " / ".join(dict.fromkeys(values[place].value_text for place in candidates)) or ""
        return [_problem("correction_stale", correction, found, expected=correction.expected_old_value, key=wanted)]
    for place in fitting:
        if place in matched:
            return [_problem("correction_repeated", correction, wanted, other=matched[place].cell)]
        matched[place] = correction
    return []


def _check(correction: Correction) -> Iterator[Problem]:
    if fold(correction.action) not in words("actions"):
        details = {"column": "action", **allowed(correction.action, ("replace", "drop"))}
        yield _problem("unknown_value", correction, correction.action, **details)
    required = ["reason", "who", "date"] + ([] if correction.is_drop else ["new_value"])
    missing = [name for name in required if not getattr(correction, name)]
    if missing:
        yield _problem("correction_incomplete", correction, "", column=", ".join(missing))


def _problem(code: str, correction: Correction, found: str, **details: str) -> Problem:
    return Problem(code, file=CORRECTIONS_FILE, cell=correction.cell, found=found, details=details)


def is_same(delivered: str, expected: str) -> bool:
    """Whether two texts say the same value: the same text, or the same number and bound."""
    if fold(delivered) == fold(expected):
        return True
    one, other = parse_value(delivered), parse_value(expected)
    return one.number is not None and one.number == other.number and one.bound == other.bound
