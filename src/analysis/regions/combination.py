"""Several regions as one: amounts are added up, intensities combined by their weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

NAN = math.nan
Parts = Mapping[str, float]


@dataclass(frozen=True)
class Combination:
    """The regions taken together.

    Parameters
    ----------
    value : float
        NaN if a region is missing.
    missing : tuple of str
        The regions that lack a value or a weight, in the plan's order.
    """

    value: float
    missing: tuple[str, ...] = ()


def add_up(values: Parts, regions: Iterable[str]) -> Combination:
    """Add the amounts of all regions up.

    Parameters
    ----------
    values : mapping of region to float
    regions : iterable of str
        All that belong to the whole.

    Examples
    --------
    >>> add_up({"a": 2.0, "b": 3.0}, ["a", "b"]).value
    5.0
    """
    missing = _missing(regions, values)
    return Combination(NAN, missing) if missing else Combination(sum(values[id] for id in regions))


def combine_levels(levels: Parts, weights: Parts, regions: Iterable[str]) -> Combination:
    """Combine intensities or shares by their weights.

    Parameters
    ----------
    levels : mapping of region to float
        For instance energy use per unit of GDP.
    weights : mapping of region to float
        What the intensities are per unit of, here GDP.
    regions : iterable of str
        All that belong to the whole.

    Notes
    -----
    Σ g v / Σ g. The mean of the intensities would count a small region as much as a large one.

    Examples
    --------
    >>> combine_levels({"a": 1.0, "b": 2.0}, {"a": 300.0, "b": 100.0}, ["a", "b"]).value
    1.25
    """
    missing = _missing(regions, levels, weights)
    if missing:
        return Combination(NAN, missing)
    total = sum(weights[id] for id in regions)
    return Combination(sum(levels[id] * weights[id] for id in regions) / total if total else NAN)


def combine_indices(
    indices: Parts, base_levels: Parts, weights: Parts, base_weights: Parts, regions: Iterable[str]
) -> Combination:
    """Combine indices of intensities, base year = 100.

    Parameters
    ----------
    indices : mapping of region to float
        Intensity of the year, base year = 100.
    base_levels : mapping of region to float
        Intensity of the base year itself.
    weights, base_weights : mapping of region to float
        GDP or value added of the year and of the base year, at the same prices.
    regions : iterable of str
        All that belong to the whole.

    Returns
    -------
    Combination
        Index of the whole, base year = 100.

    Notes
    -----
    100 · (Σ g_t e_0 I_t / 100 / Σ g_t) / (Σ g_0 e_0 / Σ g_0). Growth that moves to regions of high intensity raises
    the index of the whole although no region's index rises.
    """
    missing = _missing(regions, indices, base_levels, weights, base_weights)
    if missing:
        return Combination(NAN, missing)
    now = combine_levels({id: base_levels[id] * indices[id] for id in regions}, weights, regions)
    return Combination(now.value / combine_levels(base_levels, base_weights, regions).value)


def values_of(table: pd.DataFrame, indicator: str, year: int) -> dict[str, float]:
    """Values of an indicator by region in a year; of several vintages the last row counts."""
    if not indicator:
        return {}
    rows = table[(table["indicator"] == indicator) & (table["year"] == year)]
    return dict(zip(rows["region"].tolist(), rows["value"].tolist(), strict=True))


def _missing(regions: Iterable[str], *parts: Parts) -> tuple[str, ...]:
    return tuple(id for id in regions if any(math.isnan(part.get(id, NAN)) for part in parts))
