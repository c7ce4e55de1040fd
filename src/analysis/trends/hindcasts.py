"""An indicator's own record: the members beside the default forecast, and forecasts repeated from earlier years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.contracts import table_of
from analysis.contracts.models import HINDCASTS, MEMBERS
from analysis.plan import Plan, Scored
from analysis.trends import (
    MINIMUM_VALUES,
    Prediction,
    each_series,
    is_total,
    predict_courses,
    predict_series,
    scale_of,
    usable_values,
)
from analysis.trends.members import fit_members
from analysis.trends.windows import HORIZONS

Array = NDArray[np.float64]

# As far ahead as forecasts were tested on past series.
LONGEST = len(HORIZONS)


def compare_members(measures: pd.DataFrame, plan: Plan, edition_year: int) -> pd.DataFrame:
    """What every model says of the target year, for the plan's area.

    Parameters
    ----------
    measures : DataFrame
        Contract ``measures``.
    plan : Plan
    edition_year : int
        Values of later years are not used.

    Returns
    -------
    DataFrame
        Contract ``members``: the central forecast in the measure's unit, or the reason why there is none; the residual
        spread is that of the scale of extrapolation (a share for an index).
    """
    rows: list[dict[str, Any]] = []
    for region, scored, values in each_series(measures, plan, edition_year):
        if region == plan.area and scored.target_year > int(values.index[-1]):
            rows += ({"region": region, "indicator": scored.indicator.id, **row} for row in _models(scored, values))
    return table_of(rows, MEMBERS)


def hindcast(measures: pd.DataFrame, plan: Plan, edition_year: int) -> pd.DataFrame:
    """Repeat the default forecast from every earlier year that allows it, up to five years ahead.

    Parameters
    ----------
    measures : DataFrame
        Contract ``measures``.
    plan : Plan
    edition_year : int
        Values of later years are not used.

    Returns
    -------
    DataFrame
        Contract ``hindcasts``: what was forecast from the year ``origin`` for a later year, and what came. The values
        up to the origin are those known today: later revisions are in them.
    """
    keys, courses, come = [], [], []
    for region, scored, values in each_series(measures, plan, edition_year):
        years = values.index.to_numpy(int)
        for place, origin in enumerate(years[MINIMUM_VALUES - 1 : -1].tolist(), start=MINIMUM_VALUES):
            later = values.iloc[place : int(np.searchsorted(years, origin + LONGEST, side="right"))]
            if len(later):
                keys.append({"region": region, "indicator": scored.indicator.id, "origin": origin})
                courses.append((values.iloc[:place], scored, int(later.index[-1])))
                come.append(later)
    predictions = predict_courses(courses)
    found = zip(keys, predictions, come, strict=True)
    rows = [
        key | row
        for key, prediction, later in found
        if prediction
        for row in _compared(prediction, later, int(key["origin"]))
    ]
    return table_of(rows, HINDCASTS)


def _models(scored: Scored, values: pd.Series[float]) -> Iterator[dict[str, Any]]:
    missing = {"mean": np.nan, "residual_spread": np.nan, "residual_memory": np.nan, "reason": ""}
    horizon = scored.target_year - int(values.index[-1])
    series, scale = usable_values(values, scored), scale_of(scored)
    start = float(values.iloc[-1])
    common = {**missing, "year": scored.target_year}
    default = predict_series(values, scored)
    yield common | (
        {"model": "combination", "mean": float(default.mean()[-1])}
        if default
        else {"model": "combination", "reason": "too_short"}
    )
    if scale.is_log and not (series > 0).all():
        return

    def final(path: Array) -> float:
        amounts = scale.backward(path)
        return start + float(amounts.sum()) if is_total(scored) else float(amounts[-1])

    members = fit_members(scale.forward(series), horizon)
    for name, fit in members.fits.items():
        checks = {"residual_spread": fit.residual_spread, "residual_memory": fit.residual_memory}
        yield common | checks | {"model": name, "mean": final(fit.mean)}
    for name, reason in members.refusals.items():
        yield common | {"model": name, "reason": reason}
    median = members.median()
    if median is not None:
        yield common | {"model": "median", "mean": final(median)}


def _compared(prediction: Prediction, later: pd.Series[float], origin: int) -> Iterator[dict[str, Any]]:
    """What was predicted for the years that came, a row each."""
    narrow, wide = prediction.interval(80), prediction.interval(95)
    ends = {"lower_80": narrow[0], "upper_80": narrow[1], "lower_95": wide[0], "upper_95": wide[1]}
    predicted = {name: values.tolist() for name, values in {"mean": prediction.mean(), **ends}.items()}
    for year, actual in zip(later.index.tolist(), later.tolist(), strict=True):
        step = year - origin - 1
        yield {"year": year, "actual": actual, **{name: values[step] for name, values in predicted.items()}}
