"""Tables of how regions agree with the area and how they are graded: divisions, barometer, responsibility scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.contracts.rows import records
from analysis.observations import newest
from analysis.plan import Indicator, Plan, TierId
from analysis.regions import Place
from analysis.regions.combination import values_of
from analysis.tables.regions import place_text
from analysis.tables.table import Column, Table, named_columns
from analysis.theme import status_class
from analysis.wording import MISSING, Wording, escape, wording

# Points are given in whole numbers and tenths.
POINTS_DECIMALS = 1
TIERS: tuple[TierId, ...] = ("base", "stretch")
REDUCTION_DECIMALS = 2
# Shape and colour of the words of other rules, best first; the words themselves say which.
LEVEL_LOOKS = {
    "level3_green": ("✓", "met"),
    "level3": ("✓", "met"),
    "level2_yellow": ("◆", "at_risk"),
    "level2": ("◆", "at_risk"),
    "level1_red": ("▼", "off_track"),
    "level1": ("▼", "off_track"),
    "over_fulfilled": ("✓", "met"),
    "fulfilled": ("✓", "met"),
    "basically_fulfilled": ("◆", "at_risk"),
    "not_fulfilled": ("▼", "off_track"),
}


def division_table(targets: pd.DataFrame, plan: Plan, language: str) -> Table:
    """The regional targets beside the area's: one column per target, below it what they give together.

    Parameters
    ----------
    targets : DataFrame
        Contract ``reconciliation``, of the targets.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    tiers: list[tuple[str, TierId]] = [(scored.indicator.id, tier) for scored in plan.scored() for tier in TIERS]
    divided = {(id, tier): plan.regional_targets.values.get(id, {}).get(tier, {}) for id, tier in tiers}
    divided = {key: values for key, values in divided.items() if values}
    found = {row.indicator: row for row in records(targets)}
    together = [_together(found.get(id) if tier == "base" else None, words) for id, tier in divided]
    columns_of_values = [_aligned(values, words) for values in divided.values()]
    rows = [
        (escape(region.name.get(language)), *(printed.get(region.id, MISSING) for printed in columns_of_values))
        for region in plan.children(plan.area)
    ]
    names = ("combined", "area", "difference")
    rows += [
        (words.text(f"regions.division.{name}"), *(cells[place] for cells in together))
        for place, name in enumerate(names)
    ]
    titles = [_target_title(plan, plan.indicator(id), tier, words) for id, tier in divided]
    columns = [Column(words.text("regions.division.region"), width=1.2), *(Column(title, "right") for title in titles)]
    return Table(tuple(columns), tuple(rows), "division")


def _aligned(values: Mapping[str, float], words: Wording) -> dict[str, str]:
    """Values as the plan writes them, all with as many decimals as the most exact of them."""
    decimals = max(len(words.as_written(value).partition(".")[2]) for value in values.values())
    return {region: words.number(value, decimals) for region, value in values.items()}


def _target_title(plan: Plan, indicator: Indicator, tier: TierId, words: Wording) -> str:
    title, unit = indicator.title.get(words.language), words.unit(indicator.unit)
    if len(plan.regional_targets.values[indicator.id]) < 2:
        return escape(words.text("regions.title_with_unit", title=title, unit=unit))
    own = plan.regional_targets.wording.get(tier) if words.language == "zh" else None
    name = own or words.text(f"report.tier.{tier}")
    return escape(words.text("regions.title_with_tier_and_unit", title=title, tier=name, unit=unit))


def _together(row: Any, words: Wording) -> tuple[str, str, str]:
    if row is None:
        return MISSING, MISSING, MISSING
    decimals = 0 if row.method == "sum" else REDUCTION_DECIMALS
    combined = words.number(row.combined_value, decimals)
    return combined, words.as_written(row.area_value), words.number(row.difference, decimals, signed=True)


def reconciliation_table(found: pd.DataFrame, plan: Plan, language: str) -> Table:
    """What the regions delivered beside what the area delivered.

    Parameters
    ----------
    found : DataFrame
        Contract ``reconciliation``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"indicator": 34, "method": 16, "area": 16, "combined": 16, "difference": 16}
    columns = named_columns(words, "regions.reconciliation", widths, ("area", "combined", "difference"))
    totals = {item.indicator.id for item in plan.scored() if item.target.kind == "cumulative_reduction"}
    rows = []
    for row in records(found):
        indicator = plan.indicator(row.indicator)
        is_since_base = indicator.id in totals or indicator.series == "yearly_change"
        title = words.text(
            "regions.title_since" if is_since_base else "regions.title_in",
            title=indicator.title.get(language),
            year=row.year,
            unit=words.unit(row.unit),
        )
        values = [words.number(value, indicator.decimals) for value in (row.area_value, row.combined_value)]
        difference = words.number(row.difference, indicator.decimals, signed=True)
        if row.missing:
            names = words.listing([plan.region(id).name.get(language) for id in row.missing.split(", ")])
            difference = words.text("regions.lacking", regions=names)
        method = words.text(f"regions.method.{row.method}")
        rows.append(tuple(escape(cell) for cell in (title, method, *values, difference)))
    return Table(columns, tuple(rows), "reconciliation")


def barometer_table(grades: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Rank by progress and warning level of every region, in each version that the plan names.

    Parameters
    ----------
    grades : DataFrame
        Contract ``regional_grades``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    versions = plan.regional_evaluation.barometers if plan.regional_evaluation else []
    widths = {"region": 18, "progress": 12, "rank": 10, "reduction": 13, "required": 13}
    widths |= dict.fromkeys(versions, 16)
    columns = named_columns(words, "regions.barometer", widths, ("progress", "rank", "reduction", "required"))
    rows = []
    for row in _in_order(grades, plan):
        place = MISSING if pd.isna(row.rank) else place_text(Place(int(row.rank), row.is_shared), words)
        numbers = [words.percent(value / 100, REDUCTION_DECIMALS) for value in (row.reduction, row.required_reduction)]
        levels = [_look(getattr(row, version), "level", words) for version in versions]
        rows.append((_name(plan, row, words), words.percent(row.progress, 1), place, *numbers, *levels))
    return Table(columns, tuple(rows), "barometer")


def responsibility_table(grades: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Responsibility score of every region: both parts, the total, the grade, the veto.

    Parameters
    ----------
    grades : DataFrame
        Contract ``regional_grades``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"region": 20, "completion": 14, "target": 16, "measures": 16, "total": 12, "grade": 24}
    columns = named_columns(words, "regions.responsibility", widths, ("completion", "target", "measures", "total"))
    rows = []
    for row in _in_order(grades, plan):
        points = [words.number(value, POINTS_DECIMALS) for value in (row.target_points, row.measures_points, row.total)]
        grade = _look(row.grade, "grade", words, "regions.vetoed" if row.is_vetoed else "")
        rows.append((_name(plan, row, words), words.percent(row.completion, 1), *points, grade))
    return Table(columns, tuple(rows), "responsibility")


def measures_table(observations: pd.DataFrame, grades: pd.DataFrame, plan: Plan, language: str) -> Table:
    """The scores for measures as delivered, item by item.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``.
    grades : DataFrame
        Contract ``regional_grades``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    ids = plan.regional_evaluation.measures if plan.regional_evaluation else []
    head = named_columns(words, "regions.measures", {"region": 1.3, "total": 0.8}, ("total",))
    items = [Column(escape(plan.indicator(id).title.get(language)), "right") for id in ids]
    current = newest(observations)
    rows = []
    for row in _in_order(grades, plan):
        if ids and not pd.isna(row.year):
            found = [values_of(current, id, int(row.year)).get(row.region, math.nan) for id in ids]
            printed = [words.number(value, POINTS_DECIMALS) for value in (*found, row.measures_points)]
            rows.append((_name(plan, row, words), *printed))
    return Table((head[0], *items, head[1]), tuple(rows), "measures")


def _in_order(grades: pd.DataFrame, plan: Plan) -> list[Any]:
    found = {row.region: row for row in records(grades)}
    return [found[region.id] for region in plan.children(plan.area) if region.id in found]


def _name(plan: Plan, row: Any, words: Wording) -> str:
    return escape(plan.region(row.region).name.get(words.language))


def _look(label: str, kind: str, words: Wording, around: str = "") -> str:
    """A level or a grade as shape and word."""
    if not label:
        return words.text("regions.missing")
    text = words.text(f"regions.{kind}.{label}")
    text = words.text(around, grade=text) if around else text
    shape, status = LEVEL_LOOKS.get(label, ("○", "not_assessed"))
    return f"[{shape} {text}]{{.{status_class(status)}}}"
