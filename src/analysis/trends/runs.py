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
    last = int(values.index[-1])
    starts = [item.year for item in scored.indicator.breaks if item.kind == "definition" and item.year <= last]
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
    run = recent_run(since_definition(values, scored))
    series, years = np.asarray(run, np.float64), run.index.to_numpy(int)
    if is_total(scored):
        series, years = np.diff(series), years[1:]
    is_jump = np.isin(years[1:], level_shifts(scored))
    if not is_jump.any():
        return series
    is_ratio = scored.target.kind == "relative_reduction" and bool((series > 0).all())
    if is_ratio:
        growth = (series[1:] / series[:-1])[~is_jump]
        return np.asarray(series[-1] / np.append(np.cumprod(growth[::-1])[::-1], 1.0))
    changes = np.diff(series)[~is_jump]
    return np.asarray(series[-1] - np.append(np.cumsum(changes[::-1])[::-1], 0.0))
