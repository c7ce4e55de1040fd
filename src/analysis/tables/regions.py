"""Tables of the regions below the plan's area: values, changes, progress towards their own targets, ranks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import pandas as pd

from analysis.plan import Plan, Region
from analysis.readings import Reading, readings
from analysis.regions import Place, rank
from analysis.tables.origins import places_of, with_origin
from analysis.tables.table import Column, Table
from analysis.wording import MISSING, Wording, escape, wording

# Progress is printed in tenths of a per cent; what prints alike shares a place.
PROGRESS_DECIMALS = 3


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


def target_readings(assessment: pd.DataFrame, plan: Plan, language: str) -> dict[tuple[str, str], dict[str, Reading]]:
    """Readings by indicator and tier, and by region, for the targets that regions have of their own.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}

    Returns
    -------
    dict
        In the plan's order; a region that has the target but delivered nothing is there too.
    """
    found: dict[tuple[str, str], dict[str, Reading]] = {}
    for region in plan.children(plan.area):
        for item in readings(assessment, plan, language, region.id):
            if plan.regional_tiers(item.scored.indicator.id, region.id):
                found.setdefault((item.scored.indicator.id, item.row.tier), {})[region.id] = item
    order = [(scored.indicator.id, tier) for scored in plan.scored() for tier in ("base", "stretch")]
    return {key: found[key] for key in dict.fromkeys(order) if key in found}


def region_progress(assessment: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Progress of every region towards its own targets, with its rank.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)

    def cell(item: Reading, others: dict[str, Reading]) -> str:
        if not item.has_latest:
            return words.text("regions.missing")
        progress = {id: other.row.progress for id, other in others.items()}
        return _with_place(item.progress, rank(progress, PROGRESS_DECIMALS).get(item.row.region), words)

    rows = list(target_readings(assessment, plan, language).values())
    titles = [next(iter(by_region.values())).full_title for by_region in rows]
    return _matrix(list(zip(titles, rows, strict=True)), plan, words, cell, "region-progress")


def region_values(
    assessment: pd.DataFrame, plan: Plan, language: str, observations: pd.DataFrame | None = None
) -> Table:
    """Latest value of every indicator in every region.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    observations : DataFrame, optional
        Contract ``observations``: every value then tells the cell that it stands in.
    """
    words, places = wording(language), places_of(observations)

    def cell(item: Reading, _: dict[str, Reading]) -> str:
        return with_origin(escape(item.latest), item, places)

    rows = regional_readings(assessment, plan, language).values()
    return _matrix(_dated(rows, words), plan, words, cell, "region-values")


def region_changes(assessment: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Change since the base year in every region, with its rank (1 = most progress).

    Only indicators without regional targets: by the others regions are ranked by their progress.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)

    def cell(item: Reading, others: dict[str, Reading]) -> str:
        places = rank({id: improvement(other) for id, other in others.items()}, item.decimals)
        change = words.number(item.change, item.decimals, signed=True)
        return _with_place(change, places.get(item.row.region), words)

    rows = without_targets(regional_readings(assessment, plan, language), plan).values()
    dated = [(_changed_title(next(iter(items.values()))), items) for items in rows]
    return _matrix(dated, plan, words, cell, "region-changes")


def _changed_title(item: Reading) -> str:
    """Title with the year and the unit of the change; points where the unit is per cent."""
    unit = "percentage points" if item.row.unit == "%" and not item.is_relative else item.row.unit
    unit = item.words.unit("%" if item.is_relative else unit)
    return item.words.text("regions.title_in", title=item.title, year=item.latest_year, unit=unit)


def without_targets(found: dict[str, dict[str, Reading]], plan: Plan) -> dict[str, dict[str, Reading]]:
    """The indicators of which no region has a target of its own."""
    return {id: items for id, items in found.items() if id not in plan.regional_targets.values}


def _with_place(value: str, place: Place | None, words: Wording) -> str:
    if place is None or value == MISSING:
        return escape(value)
    return escape(words.text("regions.with_place", value=value, place=place_text(place, words)))


def place_text(place: Place, words: Wording) -> str:
    """A rank in words; a shared one says so (并列)."""
    return words.text("regions.place_shared" if place.is_shared else "regions.place", rank=place.rank)


def improvement(item: Reading) -> float:
    """Change since the base year, positive where it is for the better.

    NaN where regions cannot be compared by it: amounts and counts grow with a region's size.
    """
    if item.row.kind in ("cumulative_reduction", "count_at_least"):
        return math.nan
    is_more_better = item.row.kind == "completion" or item.scored.indicator.direction == "increase"
    return item.change if is_more_better else -item.change


Row = tuple[str, dict[str, Reading]]


def _dated(rows: Iterable[dict[str, Reading]], words: Wording) -> list[Row]:
    """Rows with the year of the latest value behind the title."""
    firsts = [(next(iter(by_region.values())), by_region) for by_region in rows]
    return [
        (words.text("tables.regions.title", title=item.title, year=item.latest_year), by_region)
        for item, by_region in firsts
    ]


def _matrix(
    rows: list[Row], plan: Plan, words: Wording, cell: Callable[[Reading, dict[str, Reading]], str], css_class: str
) -> Table:
    regions: list[Region] = plan.children(plan.area)
    columns = [Column(words.text("tables.regions.indicator"), width=1.8)]
    columns += [Column(escape(region.name.get(words.language)), "right") for region in regions]
    cells = tuple(
        (escape(title), *(cell(items[region.id], items) if region.id in items else MISSING for region in regions))
        for title, items in rows
    )
    return Table(tuple(columns), cells, css_class)
