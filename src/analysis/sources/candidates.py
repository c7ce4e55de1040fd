"""Delivered values on their way to observations, and what is found wrong with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from analysis.errors import Problem, Severity


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delivered value whose region, indicator and year are known.

    Parameters
    ----------
    raw : named tuple
        Its row of the raw table.
    region, indicator : str
        Ids of the plan.
    year : int
    vintage, status, verification : str
    value_text : str
        As delivered, or as corrected.
    note : str
    value : float
        In the indicator's unit; NaN until it is evaluated.
    bound : str
    number : float
        As read from ``value_text``, in the unit in which it is delivered.
    unit : str
        Name of that unit; empty if nobody says and the indicator's own is assumed.
    correction : str
        Reason, evidence, person and date of the correction, if there is one.
    """

    raw: Any
    region: str
    indicator: str
    year: int
    vintage: str
    status: str
    verification: str
    value_text: str
    note: str
    value: float = float("nan")
    bound: str = "exact"
    number: float = float("nan")
    unit: str = ""
    correction: str = ""

    def place(self) -> str:
        """File · sheet · cell."""
        return " · ".join(part for part in (self.raw.file, self.raw.sheet, self.raw.cell) if part)

    def problem(
        self, code: str, found: str, severity: Severity = "error", details: dict[str, str] | None = None
    ) -> Problem:
        """A problem at this value."""
        place = {"file": self.raw.file, "sheet": self.raw.sheet, "cell": self.raw.cell}
        return Problem(
            code,
            severity,
            **place,
            region=self.region,
            indicator=self.indicator,
            year=self.year,
            found=found,
            details=details or {},
        )

    def with_note(self, note: str) -> Candidate:
        """The candidate with a further note."""
        return replace(self, note="; ".join(filter(None, (self.note, note))))


@dataclass(frozen=True)
class Rejection:
    """A raw row that does not become an observation, and the rule that says so."""

    raw: Any
    reason: str


class Findings:
    """Collects problems; the same slip in many cells is one problem with a count, at its first cell."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, ...], Problem] = {}
        self._counts: Counter[tuple[str, ...]] = Counter()

    def problems(self) -> list[Problem]:
        """Everything found so far, each with ``count``, the number of cells it concerns."""
        return [
            replace(problem, details={**problem.details, "count": str(self._counts[key])})
            for key, problem in self._first.items()
        ]

    def shared(
        self,
        raw: Any,
        code: str,
        found: str,
        *,
        indicator: str = "",
        severity: Severity = "error",
        details: dict[str, str] | None = None,
    ) -> str:
        """Note a slip that other cells of the sheet may share: same rule, same text, same indicator.

        Returns
        -------
        str
            The rule's code.
        """
        key = (code, raw.file, raw.sheet, found, indicator)
        self._counts[key] += 1
        if key not in self._first:
            place = {"file": raw.file, "sheet": raw.sheet, "cell": raw.cell}
            self._first[key] = Problem(code, severity, **place, indicator=indicator, found=found, details=details or {})
        return code

    def single(
        self,
        candidate: Candidate,
        code: str,
        found: str,
        severity: Severity = "error",
        details: dict[str, str] | None = None,
    ) -> Rejection:
        """Note a problem of one value, which is thereby rejected."""
        key = (code, *map(str, (candidate.place(), candidate.region, candidate.indicator, candidate.year)))
        self._first[key] = candidate.problem(code, found, severity, details)
        self._counts[key] += 1
        return Rejection(candidate.raw, code)
