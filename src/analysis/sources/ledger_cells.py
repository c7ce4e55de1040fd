"""What a cell of a ledger means: names of the plan, dates, amounts, words."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from analysis.plan import Plan
from analysis.sources.names import Names
from analysis.sources.registry import allowed
from analysis.sources.values import parse_value, parse_vintage, parse_year
from analysis.sources.vocabulary import fold, word_list
from analysis.units import convert, find_unit

# A shorter part of a sentence may stand in any of them.
SHORTEST_PART = 4
SIGNIFICANT_AFTER_CONVERSION = ".12g"


class BadCellError(Exception):
    """A cell that cannot be read: ``code`` is the rule, ``found`` what stands there."""

    def __init__(self, code: str, found: str, **details: str) -> None:
        self.code = code
        self.found = found
        self.details = details
        super().__init__(f"{code}: {found}")


@dataclass(frozen=True)
class Field:
    """One column of a ledger, as ``ledgers.yaml`` describes it; ``words`` maps folded words to their meaning."""

    name: str
    kind: str
    heads: tuple[str, ...]
    required: bool = False
    unit: str = ""
    words: dict[str, str] = field(default_factory=dict, hash=False)


class CellReader:
    """Reads cells in the terms of a plan.

    Parameters
    ----------
    plan : Plan
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._names = Names(plan)
        self._summed = [item.indicator for item in plan.scored() if item.target.kind == "cumulative_reduction"]
        self._kinds: dict[str, Callable[[str], object]] = {
            "text": str,
            "region": self._region,
            "indicator": self._indicator,
            "year": self._year,
            "date": _date,
            "commitment": self._commitment,
            "milestone": self._milestone,
            "department": self._department,
        }

    def read(self, text: str, column: Field, unit: str, row: dict[str, Any]) -> object:
        """Read one cell.

        Parameters
        ----------
        text : str
            As it stands in the file.
        column : Field
        unit : str
            What the head or ``sources.csv`` says; for amounts.
        row : dict
            The cells of the row read before.

        Returns
        -------
        str, int or float
            Ids for names, ISO text for dates, amounts in the column's unit; empty or NaN where nothing stands.

        Raises
        ------
        BadCellError
        """
        is_empty = fold(text) in word_list("missing")
        if is_empty and column.required:
            raise BadCellError("missing_cell", text)
        if column.kind == "amount":
            return math.nan if is_empty else self._amount(text, column, unit, row)
        if is_empty:
            return ""
        if column.kind == "word":
            return _word(text, column.words)
        return self._kinds[column.kind](text)

    def _region(self, text: str) -> str:
        found = self._names.region(text)
        if not found:
            details = {"allowed": self._names.region_list(), "nearest": self._names.nearest_region(text) or "—"}
            raise BadCellError("unknown_region", text, **details)
        return found

    def _indicator(self, text: str) -> str:
        """An indicator with a cumulative target, by name or by a part of it that no other has: the pollutant."""
        found = self._names.indicator(text).id
        known = {item.id: item for item in self._summed}
        if found in known:
            return found
        part = fold(re.split(r"[(（]", text)[0])
        names = {id: [fold(name) for name in (item.title.zh, *item.labels)] for id, item in known.items()}
        fitting = [id for id, group in names.items() if part and any(part in name for name in group)]
        if len(fitting) != 1:
            titles = [item.title.zh for item in known.values()]
            raise BadCellError("ledger_indicator", text, **allowed(text, titles))
        return fitting[0]

    def _year(self, text: str) -> int:
        parsed = parse_year(text)
        if parsed is None:
            raise BadCellError("year_unreadable", text)
        if not self._plan.base_year < parsed[0] <= self._plan.target_year:
            first, last = str(self._plan.base_year + 1), str(self._plan.target_year)
            raise BadCellError("year_outside_plan", text, first=first, last=last)
        return parsed[0]

    def _amount(self, text: str, column: Field, unit: str, row: dict[str, Any]) -> float:
        value = parse_value(text)
        if value.number is None or value.bound != "exact" or value.number < 0:
            raise BadCellError("amount_unreadable", text)
        wanted = column.unit
        if wanted == "indicator":
            if "indicator" not in row:
                # The indicator's own cell has been reported.
                return math.nan
            wanted = self._plan.indicator(row["indicator"]).unit
        given, target = find_unit(value.unit or unit), find_unit(wanted)
        converted = convert(value.number, given, target) if given and target else None
        if converted is None:
            raise BadCellError("amount_unit", value.unit or unit, unit=target.zh if target else wanted)
        return float(format(converted, SIGNIFICANT_AFTER_CONVERSION))

    def _commitment(self, text: str) -> str:
        items = [item for _, item in self._plan.commitments()]
        wanted = fold(text)
        exact = [item for item in items if wanted in (fold(item.id), fold(item.quote), fold(item.translation))]
        part = [item for item in items if len(wanted) >= SHORTEST_PART and wanted in fold(item.quote)]
        for fitting in (exact, part):
            if len(fitting) == 1:
                return fitting[0].id
        nearest = get_close_matches(wanted, [fold(item.quote) for item in items], n=1, cutoff=0.4)
        quotes = {fold(item.quote): item.quote for item in items}
        raise BadCellError("unknown_commitment", text, nearest=quotes[nearest[0]] if nearest else "—")

    def _milestone(self, text: str) -> str:
        names = {item.id: (item.id, item.title.zh, item.title.en) for item in self._plan.milestones}
        return _named(text, names, "unknown_milestone")

    def _department(self, text: str) -> str:
        names = {
            item.id: (item.name.zh, item.id, item.name.en, *((item.short.zh, item.short.en) if item.short else ()))
            for item in self._plan.departments
        }
        return _named(text, names, "unknown_department")


def _named(text: str, names: Mapping[str, tuple[str, ...]], code: str) -> str:
    """The id that a name means."""
    by_name = {fold(name): id for id, group in names.items() for name in group}
    if fold(text) not in by_name:
        shown = {fold(name): name for group in names.values() for name in group}
        nearest = get_close_matches(fold(text), shown, n=1, cutoff=0.4)
        raise BadCellError(code, text, nearest=shown[nearest[0]] if nearest else "—")
    return by_name[fold(text)]


def _word(text: str, words: dict[str, str]) -> str:
    if fold(text) not in words:
        raise BadCellError("unknown_value", text, **allowed(text, words))
    return words[fold(text)]


def _date(text: str) -> str:
    parsed = parse_vintage(text) or ""
    try:
        return datetime.date.fromisoformat(parsed).isoformat()
    except ValueError:
        raise BadCellError("date_unreadable", text) from None
