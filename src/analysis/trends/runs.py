"""Which years a forecast may rest on: those without a gap, of one definition, without the jump of a declared shift."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.plan import Scored

Array = NDArray[np.float64]


def recent_run(values: pd.Series[float]) -> pd.Series[float]:
    """The years up to the latest one that follow each other without a gap."""
    years = values.index.to_numpy(int)
    gaps = np.flatnonzero(np.diff(years) != 1)
    return values.iloc[gaps[-1] + 1 :] if len(gaps) else values


def is_total(scored: Scored) -> bool:
    """Whether the measure is a total of yearly amounts, so that the amounts are what is extrapolated."""
    return scored.target.kind == "cumulative_reduction" and scored.indicator.series != "level"


def since_definition(values: pd.Series[float], scored: Scored) -> pd.Series[float]:
    """The values since the last declared change of definition (口径调整) among their years."""
    if not len(values):
        return values
    starts = _definitions(values.index.to_numpy(int), scored)
    return values[values.index >= max(starts)] if starts else values


def level_shifts(scored: Scored) -> list[int]:
    """Years of declared level shifts."""
    return [item.year for item in scored.indicator.breaks if item.kind == "level"]


def usable_values(values: pd.Series[float], scored: Scored) -> Array:
    """The series that a forecast rests on.

    Parameters
    ----------
    values : Series of float
        The measure, indexed by year.
    scored : Scored

    Returns
    -------
    array, shape (n,)
        Yearly values, or yearly amounts of a total, up to the latest year: since the last gap and the last declared
        change of definition. The jump of a declared level shift is left out: the earlier values are moved to where
        the later ones begin, and there is one value less.
    """
    return usable_part(values.index.to_numpy(int), np.asarray(values, np.float64), scored)


def usable_part(years: NDArray[np.int_], series: Array, scored: Scored) -> Array:
    """As :func:`usable_values`, of values in an array."""
    first = max(_definitions(years, scored), default=0)
    gaps = np.flatnonzero((np.diff(years) != 1) & (years[1:] > first))
    start = gaps[-1] + 1 if len(gaps) else int(np.searchsorted(years, first))
    years, series = years[start:], series[start:]
    if is_total(scored):
        series, years = np.diff(series), years[1:]
    shifts = level_shifts(scored)
    is_jump = np.array([year in shifts for year in years[1:].tolist()], bool)
    if not is_jump.any():
        return series
    is_ratio = scored.target.kind == "relative_reduction" and bool((series > 0).all())
    if is_ratio:
        growth = (series[1:] / series[:-1])[~is_jump]
        return np.asarray(series[-1] / np.append(np.cumprod(growth[::-1])[::-1], 1.0))
    changes = np.diff(series)[~is_jump]
    return np.asarray(series[-1] - np.append(np.cumsum(changes[::-1])[::-1], 0.0))


def _definitions(years: NDArray[np.int_], scored: Scored) -> list[int]:
    """Years of declared changes of definition up to the latest year."""
    last = int(years[-1]) if len(years) else 0
    return [item.year for item in scored.indicator.breaks if item.kind == "definition" and item.year <= last]
