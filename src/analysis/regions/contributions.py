"""Whose the area's gap is: what each region is short of by now, in the terms of the area."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.contracts import CONTRIBUTIONS, table_of
from analysis.measures import INDEX_BASE, target_level
from analysis.observations import newest
from analysis.plan import Plan, Scored
from analysis.regions.combination import values_of

NAN = math.nan


def contributions(
    plan: Plan, observations: pd.DataFrame, measures: pd.DataFrame, assessment: pd.DataFrame
) -> pd.DataFrame:
    """Divide the area's gap against the progress due by now among its regions.

    Parameters
    ----------
    plan : Plan
    observations : DataFrame
        Contract ``observations``, for the weights.
    measures : DataFrame
        Contract ``measures``.
    assessment : DataFrame
        Contract ``assessment``.

    Returns
    -------
    DataFrame
        Contract ``contributions``: for every target that is divided, a row for the area, one for each region below
        it and one without a region for what remains. ``gap`` is positive where something is missing, in the unit of
        the measure (index points for intensities).

    Notes
    -----
    Amounts: due − reached; the parts add up because the targets do. Intensities: g_i e_i0 (I_i − I_i*) / (Σ g · e_0),
    where g is the weight of the year, e_0 the intensity of the base year and I* the index due; what remains is the
    shift between regions and what the regional targets, combined, promise more or less than the area's.
    """
    current = newest(observations)
    rows: list[dict[str, Any]] = []
    for scored in plan.scored():
        if plan.regional_targets.values.get(scored.indicator.id, {}).get("base"):
            rows += _divided(plan, scored, current, measures, assessment)
    return table_of(rows, CONTRIBUTIONS)


def _divided(
    plan: Plan, scored: Scored, current: pd.DataFrame, measures: pd.DataFrame, assessment: pd.DataFrame
) -> list[dict[str, Any]]:
    id, kind = scored.indicator.id, scored.target.kind
    chosen = (assessment["indicator"] == id) & (assessment["tier"] == "base") & (assessment["region"] == plan.area)
    own = assessment[chosen & assessment["expected_progress"].notna()]
    if own.empty or kind not in ("cumulative_reduction", "relative_reduction"):
        return []
    year, expected = int(own["latest_year"].iloc[0]), float(own["expected_progress"].iloc[0])
    elapsed = float(own["elapsed"].iloc[0])
    values = values_of(measures, id, year)
    below = [region.id for region in plan.children(plan.area)]
    targets = {place: plan.regional_tiers(id, place) for place in below}
    due = {place: _due(scored, tiers[0].value, elapsed) for place, tiers in targets.items() if tiers}
    due[plan.area] = _due(scored, float(own["target_value"].iloc[0]), expected)
    sign = -1 if kind == "relative_reduction" else 1
    scales = _scales(plan, scored, current, year) if kind == "relative_reduction" else dict.fromkeys(below, 1.0)
    gaps = {place: sign * (due.get(place, NAN) - values.get(place, NAN)) * scales.get(place, NAN) for place in below}
    total = sign * (due[plan.area] - values[plan.area])
    rest = total - sum(gap for gap in gaps.values() if not math.isnan(gap))
    facts = {"indicator": id, "year": year, "unit": str(own["unit"].iloc[0])}
    rows = [(place, values.get(place, NAN), due.get(place, NAN), gap) for place, gap in gaps.items()]
    rows += [(plan.area, values[plan.area], due[plan.area], total), ("", NAN, NAN, rest)]
    return [{**facts, **dict(zip(("region", "value", "due", "gap"), row, strict=True))} for row in rows]


def _due(scored: Scored, target: float, expected: float) -> float:
    """The measure that the path asks for by now."""
    if scored.target.kind == "relative_reduction":
        return float(INDEX_BASE * (target_level(scored, target, INDEX_BASE) / INDEX_BASE) ** expected)
    return target * expected


def _scales(plan: Plan, scored: Scored, current: pd.DataFrame, year: int) -> dict[str, float]:
    """Points of the area's index for one point of a region's; empty if a weight or a level is missing."""
    below = [region.id for region in plan.children(plan.area)]
    weights = values_of(current, scored.indicator.weight or "", year)
    base_weights = values_of(current, scored.indicator.weight or "", scored.base_year)
    levels = values_of(current, scored.indicator.level or "", scored.base_year)
    if not all(place in part for place in below for part in (weights, base_weights, levels)):
        return {}
    base = sum(levels[id] * base_weights[id] for id in below) / sum(base_weights[id] for id in below)
    total = sum(weights[id] for id in below)
    return {id: weights[id] / total * levels[id] / base for id in below}
