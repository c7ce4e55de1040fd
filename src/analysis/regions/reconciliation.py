"""Whether the regions' figures give the area's: amounts added up, intensities combined by their weights."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.contracts import RECONCILIATION, table_of
from analysis.measures import INDEX_BASE
from analysis.observations import newest
from analysis.plan import Indicator, Plan, Scored
from analysis.regions.combination import Combination, add_up, combine_indices, combine_levels, values_of
from analysis.screening.rules import load_rules
from analysis.screening.series import Series
from analysis.screening.totals import is_additive
from analysis.units import find_unit

NAN = math.nan


def reconcile(plan: Plan, observations: pd.DataFrame, measures: pd.DataFrame, edition_year: int) -> pd.DataFrame:
    """Hold the regions' figures of the latest year against the area's.

    Parameters
    ----------
    plan : Plan
    observations : DataFrame
        Contract ``observations``.
    measures : DataFrame
        Contract ``measures``.
    edition_year : int
        Later values are not used.

    Returns
    -------
    DataFrame
        Contract ``reconciliation``: one row for every indicator of which regions and area have values. Totals since
        the base year are compared where the target is one; a reduction is compared as the change since the base year.
    """
    current = newest(observations)
    current, known = (table[table["year"] <= edition_year] for table in (current, measures))
    targets = {scored.indicator.id: scored for scored in plan.scored()}
    below = [region.id for region in plan.children(plan.area)]
    years_of_current, years_of_known = (_latest_years(table, plan.area, below) for table in (current, known))
    rows = []
    for indicator in plan.indicators:
        scored = targets.get(indicator.id)
        is_derived = scored is not None and _is_derived(indicator, scored)
        table, years = (known, years_of_known) if is_derived else (current, years_of_current)
        if indicator.id in years:
            rows.append(_compared(plan, indicator, scored, table, current, years[indicator.id]))
    return table_of(rows, RECONCILIATION)


def _latest_years(table: pd.DataFrame, area: str, below: list[str]) -> dict[str, int]:
    """The year of the area's latest value by indicator, of those of which regions have values too."""
    latest = table[table["region"] == area].groupby("indicator")["year"].max()
    shared = set(table.loc[table["region"].isin(below), "indicator"])
    return {str(indicator): int(year) for indicator, year in latest.items() if indicator in shared}


def reconcile_targets(plan: Plan, observations: pd.DataFrame) -> pd.DataFrame:
    """Hold the regions' targets against the area's.

    Parameters
    ----------
    plan : Plan
    observations : DataFrame
        Contract ``observations``, for the weights of the base year.

    Returns
    -------
    DataFrame
        Contract ``reconciliation``: one row for every divided target and tier of the area, ``year`` being its target
        year. Reductions are combined as if every region kept its weight of the base year.
    """
    current = newest(observations)
    below = [region.id for region in plan.children(plan.area)]
    rows = []
    for scored in plan.scored():
        tiers = plan.regional_targets.values.get(scored.indicator.id, {})
        for tier in scored.target.tiers:
            parts = tiers.get(tier.id, {})
            if not parts:
                continue
            weights = values_of(current, scored.indicator.weight or "", scored.base_year)
            if scored.target.kind == "relative_reduction":
                indices = {id: INDEX_BASE - value for id, value in parts.items()}
                levels = values_of(current, scored.indicator.level or "", scored.base_year)
                index = combine_indices(indices, levels, weights, weights, below)
                method, found = "weighted", Combination(INDEX_BASE - index.value, index.missing)
            elif scored.target.kind == "cumulative_reduction":
                method, found = "sum", add_up(parts, below)
            else:
                method, found = "weighted", combine_levels(parts, weights, below)
            rows.append(_row(scored.indicator, scored.target_year, method, tier.value, found))
    return table_of(rows, RECONCILIATION)


def _is_derived(indicator: Indicator, scored: Scored) -> bool:
    """Whether the measure is compared and not the delivered value: totals, and chained changes."""
    return scored.target.kind == "cumulative_reduction" or indicator.series == "yearly_change"


def _compared(
    plan: Plan, indicator: Indicator, scored: Scored | None, table: pd.DataFrame, current: pd.DataFrame, year: int
) -> dict[str, Any]:
    below = [region.id for region in plan.children(plan.area)]
    values = values_of(table, indicator.id, year)
    unit = find_unit(indicator.unit)
    series = Series(plan.area, indicator.id, (), (), indicator.series, unit.dimension if unit else "")
    weights = values_of(current, indicator.weight or "", year)
    if is_additive(series, load_rules().totals):
        return _row(indicator, year, "sum", values[plan.area], add_up(values, below))
    if indicator.weight is None or (indicator.series == "yearly_change" and indicator.level is None):
        return _row(indicator, year, "none", values[plan.area], Combination(NAN))
    if scored is not None and indicator.series == "yearly_change":
        levels = values_of(current, indicator.level or "", scored.base_year)
        base_weights = values_of(current, indicator.weight, scored.base_year)
        index = combine_indices(values, levels, weights, base_weights, below)
        change = Combination(index.value - INDEX_BASE, index.missing)
        return _row(indicator, year, "weighted", values[plan.area] - INDEX_BASE, change)
    return _row(indicator, year, "weighted", values[plan.area], combine_levels(values, weights, below))


def _row(indicator: Indicator, year: int, method: str, area: float, found: Combination) -> dict[str, Any]:
    return {
        "indicator": indicator.id,
        "year": year,
        "method": method,
        "unit": indicator.unit,
        "area_value": area,
        "combined_value": found.value,
        "difference": round(found.value - area, indicator.decimals + 2),
        "missing": ", ".join(found.missing),
    }
