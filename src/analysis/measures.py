"""From observations to the quantity that a target is about.

=========================  ===============================================  ==================
kind of target             measure                                          base value
=========================  ===============================================  ==================
``level_…``                the value itself                                 value in the base year
``relative_reduction``     index, base year = 100; yearly changes are       100
                           chained, levels divided by the base level
``cumulative_reduction``   running total since the base year                0
``share_points_reduction`` percentage points gained since the base year     0
``completion``, ``count``  the value itself                                 0
=========================  ===============================================  ==================

Missing stays missing: a chain or a total is never carried across a year without a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.contracts import MEASURES, table_of
from analysis.plan import Indicator, Plan, Scored

INDEX_BASE = 100.0
INDEX_UNIT = "index"
POINTS_UNIT = "percentage points"

# Kinds whose measure is computed from several observations.
DERIVED = ("relative_reduction", "cumulative_reduction", "share_points_reduction")

_KEY = ["region", "indicator", "year"]
_TEXTS = ("bound", "status", "note")

# Marks the last year before a missing one, where later values cannot be chained or added up.
GAP_NOTE = "gap_in_series"


@dataclass(frozen=True)
class Measured:
    """The measure of one indicator in one region.

    Parameters
    ----------
    values : Series of float
        Indexed by year.
    unit : str
    base_value : float
        In the measure's unit; NaN if the base year has no value.
    base_year : int
        The base year in use: the plan's, or its stated fallback.
    """

    values: pd.Series[float]
    unit: str
    base_value: float
    base_year: int


def chain_changes(changes: pd.Series[float], base_year: int) -> pd.Series[float]:
    """Chain yearly changes into an index, base year = 100 (环比连乘).

    Parameters
    ----------
    changes : Series of float
        Percentage change on the year before, indexed by year.
    base_year : int

    Returns
    -------
    Series of float
        Index values for every year that the chain reaches without a gap from the base year, the base year included.

    Notes
    -----
    I_t = 100 · ∏ (1 + x_i / 100) over the years after the base year; before it the product runs backwards.

    Examples
    --------
    >>> changes = pd.Series({1: 1.51, 2: -2.20, 3: -4.18})
    >>> round(float(chain_changes(changes, 0)[3]), 2)
    95.13
    """
    growth = (1 + changes.dropna().astype(float) / 100).to_dict()
    index = {base_year: INDEX_BASE}
    year = base_year
    while year + 1 in growth:
        index[year + 1] = index[year] * growth[year + 1]
        year += 1
    year = base_year
    while year in growth and growth[year] > 0:
        index[year - 1] = index[year] / growth[year]
        year -= 1
    return pd.Series(index, dtype=float).sort_index()


def running_total(increments: pd.Series[float], base_year: int) -> pd.Series[float]:
    """Add yearly amounts up since the base year (累计); 0 in the base year, negative before it.

    Parameters
    ----------
    increments : Series of float
        Yearly amounts, indexed by year.
    base_year : int

    Returns
    -------
    Series of float
        Totals for every year that is reached without a gap from the base year.
    """
    amounts = increments.dropna().astype(float).to_dict()
    total = {base_year: 0.0}
    year = base_year
    while year + 1 in amounts:
        total[year + 1] = total[year] + amounts[year + 1]
        year += 1
    year = base_year
    while year in amounts:
        total[year - 1] = total[year] - amounts[year]
        year -= 1
    return pd.Series(total, dtype=float).sort_index()


def _level(values: pd.Series[float], scored: Scored) -> Measured:
    base_year = _base_year(values, scored)
    return Measured(values, scored.indicator.unit, float(values.get(base_year, np.nan)), base_year)


def _from_zero(values: pd.Series[float], scored: Scored) -> Measured:
    return Measured(values, scored.indicator.unit, 0.0, scored.base_year)


def _index(values: pd.Series[float], scored: Scored) -> Measured:
    if scored.indicator.series == "yearly_change":
        # The change of the base year itself is not needed: a chain may start with the year after it.
        reaches = {scored.base_year, scored.base_year + 1} & set(values.index)
        if not reaches:
            return _as_delivered(values, scored)
        return Measured(chain_changes(values, scored.base_year), INDEX_UNIT, INDEX_BASE, scored.base_year)
    base_year = _base_year(values, scored)
    base = float(values.get(base_year, np.nan))
    if not base > 0:
        return _as_delivered(values, scored)
    return Measured(INDEX_BASE * values / base, INDEX_UNIT, INDEX_BASE, base_year)


def _total(values: pd.Series[float], scored: Scored) -> Measured:
    base_year = scored.base_year
    unit = scored.indicator.unit
    if scored.indicator.series == "yearly_increment":
        total = running_total(values, base_year)
        return Measured(total, unit, 0.0, base_year) if len(total) > 1 else _as_delivered(values, scored)
    if scored.indicator.series == "level":
        # A level that is to fall by an amount: what has gone since the base year.
        return _fallen(values, scored, unit)
    start = float(values.get(base_year, 0.0))
    total = pd.concat([pd.Series({base_year: start}), values.drop(base_year, errors="ignore")]).sort_index() - start
    return Measured(total, unit, 0.0, base_year)


def _points(values: pd.Series[float], scored: Scored) -> Measured:
    return _fallen(values, scored, POINTS_UNIT)


def _fallen(values: pd.Series[float], scored: Scored, unit: str) -> Measured:
    """By how much a level has fallen since the base year."""
    base_year = _base_year(values, scored)
    base = float(values.get(base_year, np.nan))
    if not np.isfinite(base):
        return _as_delivered(values, scored)
    return Measured(base - values, unit, 0.0, base_year)


def _as_delivered(values: pd.Series[float], scored: Scored) -> Measured:
    """Without a base nothing can be derived: the delivered values are shown, and the base stays missing."""
    return Measured(values, scored.indicator.unit, np.nan, scored.base_year)


_MEASURE: dict[str, Callable[[pd.Series[float], Scored], Measured]] = {
    "level_at_least": _level,
    "level_at_most": _level,
    "relative_reduction": _index,
    "cumulative_reduction": _total,
    "share_points_reduction": _points,
    "completion": _from_zero,
    "count_at_least": _from_zero,
    "milestone": _from_zero,
}


def _base_year(values: pd.Series[float], scored: Scored) -> int:
    """The plan's base year, or the fallback that the plan states if the base year has no value."""
    fallback = scored.target.fallback_base_year
    if scored.base_year not in values.index and fallback is not None and fallback in values.index:
        return fallback
    return scored.base_year


def target_level(scored: Scored, value: float, base_value: float) -> float:
    """A target's value in the terms of its measure.

    Parameters
    ----------
    scored : Scored
    value : float
        As the plan writes it: the level, the reduction in %, the total, the points.
    base_value : float
        In the measure's unit.

    Returns
    -------
    float
        For a relative reduction of G % the index 100 − G; otherwise the value itself.
    """
    if scored.target.kind == "relative_reduction":
        return INDEX_BASE * (1 - value / 100)
    return value


def direction(scored: Scored) -> str:
    """The direction in which the measure has to move: ``increase`` or ``decrease``."""
    match scored.target.kind:
        case "level_at_least" | "cumulative_reduction" | "share_points_reduction" | "completion" | "count_at_least":
            return "increase"
        case "level_at_most" | "relative_reduction":
            return "decrease"
        case _:
            return scored.indicator.direction


def measure(observations: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Turn observations into measures, for every scored indicator and every region with values.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``; of several vintages the newest is used.
    plan : Plan

    Returns
    -------
    DataFrame
        Contract ``measures``: region, indicator, year, value, unit, base_value, base_year, bound, status, note.
    """
    from analysis.observations import newest

    first = {scored.indicator.id: scored for scored in reversed(plan.scored())}
    current = newest(observations)
    courses = courses_of(current.loc[current["indicator"].isin(list(first)), [*_KEY, "value", *_TEXTS]])
    rows: list[dict[str, Any]] = []
    for (region, indicator), delivered in courses.items():
        rows += _rows(region, delivered, first[indicator])
    return table_of(rows, MEASURES)


def courses_of(table: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Every series of a table: its rows in the order of the years, indexed by year.

    Parameters
    ----------
    table : DataFrame
        Contract ``measures`` or ``observations``, with one row per region, indicator and year.

    Returns
    -------
    dict of (region, indicator) to DataFrame
        In the order of the keys. Texts are plain objects: taken out one by one, they cost a fraction of what columns
        of text take.
    """
    texts = {name: "object" for name in table.columns if pd.api.types.is_string_dtype(table[name])}
    ordered = table.astype(texts).sort_values(_KEY, kind="stable").set_index("year")
    return {(str(region), str(name)): own for (region, name), own in ordered.groupby(_KEY[:2], sort=True)}


def _rows(region: str, delivered: pd.DataFrame, scored: Scored) -> list[dict[str, Any]]:
    """One row per year that the measure reaches."""
    measured = _MEASURE[scored.target.kind](delivered["value"].astype(float), scored)
    years = [int(year) for year in measured.values.index]
    is_derived = scored.target.kind in DERIVED and not np.isnan(measured.base_value)
    is_cut_off = bool(years) and int(delivered.index.max()) > max(years)
    bounds, statuses, notes = (dict(zip(delivered.index, delivered[name], strict=True)) for name in _TEXTS)
    common = {
        "region": region,
        "indicator": scored.indicator.id,
        "unit": measured.unit,
        "base_value": measured.base_value,
        "base_year": measured.base_year,
    }
    return [
        {
            **common,
            "year": year,
            "value": value,
            # A bound on a yearly value says nothing simple about an index or a total made from it.
            "bound": bounds.get(year, "exact"),
            "status": _status(year, statuses, measured.base_year, scored.indicator, is_derived),
            "note": _note(year, notes, scored.indicator, is_cut_off and year == max(years)),
        }
        for year, value in zip(years, measured.values.to_numpy(float).tolist(), strict=True)
    ]


def _status(year: int, statuses: Mapping[int, str], base_year: int, indicator: Indicator, is_derived: bool) -> str:
    """Demonstration data stays demonstration data in everything that is computed from it."""
    own = statuses.get(year, "published")
    if not is_derived:
        return own
    if year == base_year and year not in statuses:
        # The base of a chain has no value of its own: it is as synthetic as the series.
        return "synthetic" if "synthetic" in statuses.values() else "published"
    low, high = sorted((year, base_year))
    used = (year, base_year) if indicator.series == "level" else range(low + 1, high + 1)
    return "synthetic" if any(statuses.get(one) == "synthetic" for one in used) else own


def _note(year: int, notes: Mapping[int, str], indicator: Indicator, is_cut_off: bool) -> str:
    own = notes.get(year, "")
    marks = [f"{item.kind}@{item.year}" for item in indicator.breaks if item.year == year]
    return "; ".join(part for part in (own, *marks, GAP_NOTE if is_cut_off else "") if part)
