"""Tables of the regions below the plan's area: latest values, changes since the base year, rank."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from analysis.plan import Plan, Region
from analysis.readings import Reading, readings
from analysis.tables.table import Column, Table
from analysis.wording import MISSING, escape, wording


def regional_readings(assessment: pd.DataFrame, plan: Plan, language: str) -> dict[str, dict[str, Reading]]:
    """Readings by indicator and region, for the regions below the plan's area that have values.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}

    Returns
    -------
    dict
        Indicators in the plan's order; only those with a value in at least one of the regions.
    """
    found: dict[str, dict[str, Reading]] = {}
    for region in plan.children(plan.area):
        for item in readings(assessment, plan, language, region.id):
            if item.has_latest:
                found.setdefault(item.scored.indicator.id, {}).setdefault(region.id, item)
    order = [scored.indicator.id for scored in plan.scored()]
    return {id: found[id] for id in dict.fromkeys(order) if id in found}


def region_values(assessment: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Latest value of every indicator in every region.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    return _matrix(assessment, plan, language, lambda item, _: escape(item.latest), "region-values")


def region_changes(assessment: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Change since the base year in every region, with its rank (1 = most progress).

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)

    def cell(item: Reading, others: list[Reading]) -> str:
        if math.isnan(item.change):
            return MISSING
        if math.isnan(improvement(item)):
            return escape(item.signed_change)
        place = sum(improvement(other) > improvement(item) for other in others) + 1
        return escape(words.text("tables.regions.change", change=item.signed_change, rank=place))

    return _matrix(assessment, plan, language, cell, "region-changes")


def improvement(item: Reading) -> float:
    """Change since the base year, positive where it is for the better.

    NaN where regions cannot be compared by it: amounts and counts grow with a region's size.
    """
    if item.row.kind in ("cumulative_reduction", "count_at_least"):
        return math.nan
    is_more_better = item.row.kind == "completion" or item.scored.indicator.direction == "increase"
    return item.change if is_more_better else -item.change


def _matrix(
    assessment: pd.DataFrame, plan: Plan, language: str, cell: Callable[[Reading, list[Reading]], str], css_class: str
) -> Table:
    words = wording(language)
    regions: list[Region] = plan.children(plan.area)
    columns = [Column(words.text("tables.regions.indicator"), width=1.8)]
    columns += [Column(escape(region.name.get(language)), "right") for region in regions]
    rows = []
    for by_region in regional_readings(assessment, plan, language).values():
        items = list(by_region.values())
        title = words.text("tables.regions.title", title=escape(items[0].title), year=items[0].latest_year)
        cells = [cell(by_region[region.id], items) if region.id in by_region else MISSING for region in regions]
        rows.append((title, *cells))
    return Table(tuple(columns), tuple(rows), css_class)
