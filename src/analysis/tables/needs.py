"""What a target still needs, and what it would look like under an assumption."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.assessment import yearly_pace
from analysis.contracts.rows import records
from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings
from analysis.tables.editions import status_span
from analysis.tables.table import Table, named_columns
from analysis.wording import MISSING, escape, wording

OPEN = ("missed", "off_track", "at_risk")


def needs_table(assessment: pd.DataFrame, plan: Plan, language: str) -> Table:
    """What every target that is at risk, off track or missed still needs: in total, a year, and who is responsible.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"target": 19, "status": 12, "total": 16, "required": 16, "recent": 16, "ratio": 9, "department": 12}
    columns = named_columns(words, "whatif.needs", widths, right=("total", "required", "recent", "ratio"))
    rows = [
        (
            item.marked_title,
            item.status_span,
            escape(_total(item)),
            escape(item.required_pace),
            escape(item.recent_pace),
            _ratio(item),
            escape(item.department()),
        )
        for item in sorted(main_readings(readings(assessment, plan, language)), key=_rank)
        if item.row.status in OPEN
    ]
    return Table(columns, tuple(rows), "needs").without_empty(columns[-1].header)


def still_needed(item: Reading) -> str:
    """The change that is missing from the latest value to the target, with its sign; a dash if nothing is."""
    row = item.row
    if item.shortfall == MISSING:
        return MISSING
    accepted = row.target_level - (1 if row.direction == "increase" else -1) * item.scored.target.tolerance
    return item.pace(yearly_pace(row.latest_value, accepted, 1, item.is_relative))


def _total(item: Reading) -> str:
    """What is missing; of a missed reduction in per cent in points of its base, as everywhere else in the report."""
    if item.row.status != "missed" or not item.is_relative or item.shortfall == MISSING:
        return still_needed(item)
    return ("+" if item.row.direction == "increase" else "−") + item.shortfall


def whatif_table(result: pd.DataFrame, assessment: pd.DataFrame, plan: Plan, language: str) -> Table:
    """One row per assumption: the yearly change, the value in the target year, P(met) and the status.

    Parameters
    ----------
    result : DataFrame
        Contract ``what_if``.
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"target": 20, "assumption": 28, "change": 14, "value": 15, "probability": 10, "status": 13}
    columns = named_columns(words, "whatif.table", widths, right=("change", "value", "probability"))
    rows = [
        (
            escape(item.full_title),
            escape(assumption_text(row, item)),
            escape(change_text(row, item)),
            escape(item.in_target_terms(row.value)),
            escape(words.probability(row.p_met)),
            status_span(row.status, words),
        )
        for row, item in with_readings(result, assessment, plan, language)
    ]
    table = Table(columns, tuple(rows), "what-if")
    return table if result["tier"].nunique() > 1 else table.without(columns[0].header)


def with_readings(
    result: pd.DataFrame, assessment: pd.DataFrame, plan: Plan, language: str
) -> list[tuple[Any, Reading]]:
    """Every row of a what-if result together with its target as it stands."""
    found = {}
    for (region, indicator), _ in result.groupby(["region", "indicator"]):
        for item in readings(assessment, plan, language, str(region), indicator=str(indicator)):
            found[item.row.region, item.row.indicator, item.row.tier] = item
    return [(row, found[row.region, row.indicator, row.tier]) for row in records(result)]


def assumption_text(row: Any, item: Reading) -> str:
    """The assumption in words, with the extra tonnes if there are any."""
    if math.isnan(row.extra):
        return item.words.text(f"whatif.assumption.{row.assumption}")
    key = "extra" if math.isnan(row.change) else "given_and_extra"
    return item.words.text(f"whatif.assumption.{key}", extra=item.value(row.extra))


def change_text(row: Any, item: Reading) -> str:
    """The assumed yearly change of the underlying quantity with its unit."""
    if row.is_percent and not item.is_relative:
        number = item.words.number(row.change, 1, signed=True)
        return number if number == MISSING else f"{number}%"
    return item.pace(row.change)


def _rank(item: Reading) -> int:
    return OPEN.index(item.row.status) if item.row.status in OPEN else len(OPEN)


def _ratio(item: Reading) -> str:
    """The required pace as a multiple of the recent one; in words where the recent one goes the other way."""
    required, recent = item.row.required_pace, item.row.recent_pace
    if item.required_pace == MISSING or math.isnan(recent):
        return MISSING
    if required * recent <= 0:
        return item.words.text("whatif.needs.opposite" if required * recent < 0 else "whatif.needs.standstill")
    return item.words.text("whatif.needs.times", ratio=item.words.number(required / recent, 1))
