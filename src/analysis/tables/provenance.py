"""Tables of the data and its quality: sources, coverage, single values with their cell, findings of the checks."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.contracts import SEVERITIES
from analysis.contracts.rows import records
from analysis.observations import newest
from analysis.plan import Indicator, Plan
from analysis.tables.table import Table, named_columns
from analysis.wording import MISSING, Wording, escape, wording

CORRECTION_RULES = ("correction_applied", "correction_dropped")
MOST_DECIMALS = 4
SHOWN_PLACES = 3
NOT_PLAIN = ("preliminary", "revised", "estimated", "synthetic")


def sources_table(sources: pd.DataFrame, language: str) -> Table:
    """Delivered files: title, publisher, how values count, licence, number of cells read.

    Parameters
    ----------
    sources : DataFrame
        Columns of ``sources.csv`` and ``rows``, the number of cells read.
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"file": 23, "title": 25, "publisher": 17, "status": 16, "retrieved": 12, "rows": 7}
    rows = []
    for source in records(sources.fillna("").astype(str)):
        publisher = " · ".join(part for part in (source.publisher, source.document) if part)
        status = words.text(f"report.value_status.{source.status}") if source.status else ""
        cells = (source.file, source.title, publisher, status, source.retrieved, source.rows)
        rows.append(tuple(escape(cell) or MISSING for cell in cells))
    return Table(named_columns(words, "sources", widths, ("rows",)), tuple(rows), "sources")


def coverage_table(observations: pd.DataFrame, plan: Plan, language: str) -> Table:
    """How many yearly values each scored indicator has in the plan's area, and of which standing.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``; of several vintages the newest counts.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"indicator": 36, "years": 22, "count": 8, "preliminary": 9, "revised": 9, "estimated": 8, "synthetic": 8}
    rows = []
    current = newest(observations)
    for indicator in _scored_indicators(plan):
        own = values_of(current, indicator.id, plan.area)
        counts = [str((own["status"] == status).sum()) if len(own) else MISSING for status in NOT_PLAIN]
        title = escape(indicator.title.get(language))
        rows.append((title, year_ranges(own["year"], words) or MISSING, str(len(own)), *counts))
    return Table(named_columns(words, "coverage", widths, tuple(widths)[2:]), tuple(rows), "coverage")


def _scored_indicators(plan: Plan) -> list[Indicator]:
    return list({scored.indicator.id: scored.indicator for scored in plan.scored()}.values())


def values_of(table: pd.DataFrame, indicator: str, region: str) -> pd.DataFrame:
    """The rows of an indicator in a region, by year.

    Parameters
    ----------
    table : DataFrame
        Any table with region, indicator and year.
    indicator, region : str
    """
    return table[(table["indicator"] == indicator) & (table["region"] == region)].sort_values(["year"], kind="stable")


def year_ranges(years: pd.Series[int], words: Wording) -> str:
    """Years in short: neighbouring ones as a range.

    Parameters
    ----------
    years : Series of int
    words : Wording
    """
    runs: list[list[int]] = []
    for year in sorted({int(year) for year in years}):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    parts = [
        str(run[0]) if len(run) == 1 else words.text("tables.year_range", first=run[0], last=run[-1]) for run in runs
    ]
    return words.text("report.list.separator").join(parts)


def decimals_needed(value: float) -> int:
    """Decimals that a delivered value needs; conversions of units may leave many, which say nothing."""
    return len(f"{value:.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2])


def bounded(item: Any, indicator: Indicator, decimals: int, words: Wording) -> str:
    """A value with the mark of its bound: ``88.0`` or ``≥ 88.0``."""
    value = words.number(float(item.value), decimals, signed=indicator.series == "yearly_change")
    return escape(words.text(f"tables.bound.{item.bound}", value=value))


def unverified_table(observations: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Values that were recorded but not checked against the original document, by indicator and source.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    chosen = observations[observations["verification"] == "unverified"]
    rows = []
    for (indicator, region, source), group in chosen.groupby(["indicator", "region", "source"], sort=True):
        title = escape(plan.indicator(str(indicator)).title.get(language))
        place = escape(plan.region(str(region)).name.get(language))
        rows.append((title, place, year_ranges(group["year"], words), escape(str(source)) or MISSING))
    return Table(
        named_columns(words, "unverified", {"indicator": 30, "region": 12, "years": 24, "source": 34}),
        tuple(rows),
        "unverified",
    )


def quality_table(quality: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Findings of the checks, errors first; what one file has in many places stands in one row.

    Corrections are left to their own table.

    Parameters
    ----------
    quality : DataFrame
        Contract ``quality``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    chosen = quality[~quality["rule"].isin(CORRECTION_RULES)]
    order = chosen["severity"].map({severity: place for place, severity in enumerate(SEVERITIES)})
    alike = ["order", "severity", "rule", "file", "found", "expected", "todo"]
    rows = [
        (
            words.text(f"report.severity.{severity}"),
            _subjects(group, plan, language),
            escape(str(found)) or MISSING,
            escape(str(expected)),
            escape(str(todo)),
        )
        for (_, severity, _, _, found, expected, todo), group in chosen.assign(order=order).groupby(alike, sort=True)
    ]
    widths = {"severity": 8, "place": 38, "found": 14, "expected": 20, "todo": 20}
    return Table(named_columns(words, "quality", widths), tuple(rows), "quality")


def corrections_table(quality: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Corrections that were applied to delivered values.

    Parameters
    ----------
    quality : DataFrame
        Contract ``quality``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    chosen = quality[quality["rule"].isin(CORRECTION_RULES)]
    rows = [
        (subject(item, plan, language), escape(item.found), escape(item.expected), escape(item.todo))
        for item in records(chosen)
    ]
    widths = {"place": 30, "old": 14, "new": 28, "reason": 28}
    return Table(named_columns(words, "corrections", widths), tuple(rows), "corrections")


def _subjects(group: pd.DataFrame, plan: Plan, language: str) -> str:
    """The first places of a finding, and how many there are."""
    words = wording(language)
    shown = [subject(item, plan, language) for item in records(group.head(SHOWN_PLACES))]
    first = words.text("tables.quality.separator").join(shown)
    return first if len(group) <= SHOWN_PLACES else words.text("tables.quality.places", first=first, count=len(group))


def subject(item: Any, plan: Plan, language: str) -> str:
    """Indicator, region and year in words, then file · sheet · cell."""
    titles = {entry.id: entry.title.get(language) for entry in plan.indicators}
    regions = {entry.id: entry.name.get(language) for entry in plan.regions}
    region, indicator, year = (getattr(item, name) for name in ("region", "indicator", "year"))
    parts = [regions.get(region, region), titles.get(indicator, indicator), "" if pd.isna(year) else str(year)]
    parts += [getattr(item, name) for name in ("file", "sheet", "cell")]
    return " · ".join(escape(part) for part in parts if part) or MISSING
