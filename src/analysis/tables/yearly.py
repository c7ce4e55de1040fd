"""The delivered values of one indicator, each with the cell that it stands in; what they share is said once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.contracts.rows import records
from analysis.plan import Plan
from analysis.tables.origins import place_of, told
from analysis.tables.provenance import bounded, decimals_needed, values_of
from analysis.tables.table import Column, Table, named_columns
from analysis.wording import MISSING, Wording, escape, wording

# Relative widths of which a page holds a hundred; so many rows are worth folding.
_WIDTHS = {"year": 8.0, "value": 14.0, "status": 17.0, "vintage": 12.0, "cell": 11.0}
PAGE_WIDTH = 100.0
MOST_FOLDS = 3
FOLDED_ROWS = 6
_CIRCLED = range(1, 21)
_BEFORE_ONE = 0x245F


@dataclass(frozen=True)
class _Origins:
    """The places (document, file, sheet) that some values come from, numbered in the order of the values."""

    places: tuple[tuple[str, str, str], ...]

    @classmethod
    def of(cls, own: pd.DataFrame) -> _Origins:
        # A file of one document is named in the table of sources; values of several documents each name theirs.
        has_source = own["source"].nunique() > 1
        found = [(item.source if has_source else "", item.file, item.sheet) for item in records(own)]
        return cls(tuple(dict.fromkeys(found)))

    def cell(self, item: Any) -> str:
        """The cell, with the number of its place if there are several."""
        if len(self.places) < 2:
            return escape(item.cell) or MISSING
        number = next(
            position
            for position, (source, file, sheet) in enumerate(self.places, start=1)
            if (file, sheet) == (item.file, item.sheet) and source in ("", item.source)
        )
        return " ".join(part for part in (_mark(number), escape(item.cell)) if part)

    def listed(self, words: Wording) -> str:
        """All places in words, with their numbers if there are several; sheets of one file stand behind its name."""
        files: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for number, (source, file, sheet) in enumerate(self.places, start=1):
            mark = "" if len(self.places) < 2 else _mark(number)
            files.setdefault((source, file), []).append((mark, escape(sheet)))
        texts = []
        for (source, file), sheets in files.items():
            if len(sheets) == 1:
                ((mark, sheet),) = sheets
                place = " · ".join(part for part in (escape(file), sheet) if part) or MISSING
                text = words.text("tables.profile.remark", text=escape(source), remark=place) if source else place
                texts.append(f"{mark} {text}".strip())
                continue
            listed = words.text("report.list.separator").join(f"{mark} {sheet}" for mark, sheet in sheets)
            name = " · ".join(escape(part) for part in (source, file) if part) or MISSING
            texts.append(words.text("tables.profile.remark", text=name, remark=listed))
        return words.text("tables.observations.separator").join(texts)


def observations_table(observations: pd.DataFrame, plan: Plan, indicator: str, region: str, language: str) -> Table:
    """Every delivered value of one indicator in one region, with the cell that it stands in.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``.
    plan : Plan
    indicator, region : str
    language : {"zh", "en"}

    Returns
    -------
    Table
        Standing and time of publication are columns only where they differ; see :func:`observations_note`.
    """
    words = wording(language)
    promised = plan.indicator(indicator)
    own = values_of(observations, indicator, region)
    origins, standings = _Origins.of(own), [_standing(item, words) for item in records(own)]
    shown = {"year", "value", "cell"}
    shown |= {"status"} if len(set(standings)) > 1 else set()
    shown |= {"vintage"} if own["vintage"].nunique() > 1 else set()
    widths = {name: width for name, width in _WIDTHS.items() if name in shown}
    columns = list(named_columns(words, "observations", widths, ("value",)))
    key = "change_header" if promised.series == "yearly_change" else "value_header"
    unit = words.unit(promised.unit)
    header = words.text(f"tables.observations.{key}", unit=unit) if unit else columns[1].header
    columns[1] = Column(header, "right", widths["value"])
    decimals = max([promised.decimals, *(decimals_needed(value) for value in own["value"])])
    rows = []
    for item, standing in zip(records(own), standings, strict=True):
        cells = {
            "year": str(item.year),
            "value": told(bounded(item, promised, decimals, words), place_of(item), words),
            "status": standing,
            "vintage": item.vintage or MISSING,
            "cell": origins.cell(item),
        }
        rows.append(tuple(cells[name] for name in widths))
    folds = min(MOST_FOLDS, int(PAGE_WIDTH // sum(widths.values()))) if len(rows) >= FOLDED_ROWS else 1
    return Table(tuple(columns), tuple(rows), "observations", folds)


def observations_note(observations: pd.DataFrame, plan: Plan, indicator: str, region: str, language: str) -> str:
    """What the values of :func:`observations_table` share, as a note below it; empty without values.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``.
    plan : Plan
    indicator, region : str
    language : {"zh", "en"}
    """
    words = wording(language)
    own = values_of(observations, indicator, region)
    if own.empty:
        return ""
    standings = list(dict.fromkeys(_standing(item, words) for item in records(own)))
    vintages = list(own["vintage"].unique())
    parts = [words.text("tables.observations.all_standing", status=standings[0])] if len(standings) == 1 else []
    if len(vintages) == 1 and vintages[0]:
        parts.append(words.text("tables.observations.all_vintage", vintage=vintages[0]))
    parts.append(words.text("tables.observations.places", places=_Origins.of(own).listed(words)))
    return f"::: {{.source}}\n{words.sentences(parts)}\n:::"


def _standing(item: Any, words: Wording) -> str:
    status = words.text(f"report.value_status.{item.status}")
    if item.verification != "unverified":
        return status
    return words.text("tables.profile.remark", text=status, remark=words.text("report.verification.unverified"))


def _mark(number: int) -> str:
    """A number in a circle, as far as there are such characters."""
    return chr(_BEFORE_ONE + number) if number in _CIRCLED else f"({number})"
