"""Where a measure is heading: the default forecast and the descriptive line, to the target year.

The default forecast combines simple signals of a series with errors learned from many others
(:mod:`analysis.trends.model`); the line (:mod:`analysis.trends.ols`) stands beside it so that a reader sees what a
textbook model would have said, and so do the other members (:mod:`analysis.trends.members`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.contracts import TRENDS, table_of
from analysis.measures import DERIVED, courses_of
from analysis.plan import Plan, Scored
from analysis.trends.ols import Line, fit_line
from analysis.trends.prediction import MINIMUM_VALUES, Prediction, Scale, TooShortError, forecast, predict, predict_each
from analysis.trends.runs import (
    is_total,
    level_shifts,
    recent_run,
    since_definition,
    usable_part,
    usable_values,
)

Array = NDArray[np.float64]

SIDES = ("lower", "upper")
_NO_BANDS = {f"{side}_{level}": np.nan for level in (80, 95) for side in SIDES}

__all__ = [
    "MINIMUM_VALUES",
    "Line",
    "Prediction",
    "Scale",
    "TooShortError",
    "count_values",
    "describe_series",
    "each_series",
    "fit_trends",
    "forecast",
    "is_total",
    "predict",
    "predict_courses",
    "predict_each",
    "predict_series",
    "predict_variants",
    "recent_run",
    "scale_of",
    "usable_values",
]


def scale_of(scored: Scored) -> Scale:
    """The scale on which a target's measure is extrapolated.

    Parameters
    ----------
    scored : Scored

    Returns
    -------
    Scale
        Log for an index; for a total the limits of a yearly amount; a level keeps within the indicator's bounds.
    """
    low, high = scored.indicator.bounds
    if scored.target.kind == "relative_reduction":
        return Scale(is_log=True)
    if scored.target.kind == "share_points_reduction" or (
        scored.target.kind == "cumulative_reduction" and not is_total(scored)
    ):
        # What has fallen since the base year has no limits of its own.
        return Scale()
    return Scale(lower=-np.inf if low is None else low, upper=np.inf if high is None else high)


def count_values(values: pd.Series[float], scored: Scored) -> int:
    """How many yearly values without a gap a prediction can rest on; see :func:`analysis.trends.runs.usable_values`."""
    return len(usable_values(values, scored))


def predict_series(values: pd.Series[float], scored: Scored) -> Prediction | None:
    """Predictive distribution from the latest year to the target year.

    Parameters
    ----------
    values : Series of float
        The measure, indexed by year, not later than the edition.
    scored : Scored

    Returns
    -------
    Prediction or None
        None if the target year is reached, the run of years without a gap is too short, or a log index is not
        positive.
    """
    return predict_courses([(values, scored, scored.target_year)])[0]


def predict_courses(courses: Sequence[tuple[pd.Series[float], Scored, int]]) -> list[Prediction | None]:
    """As :func:`predict_series`, for many measures, each to a year of its own, in far less time than one by one.

    Parameters
    ----------
    courses : sequence of (Series of float, Scored, int)
        The measure, indexed by year; what it measures; the last year to predict.
    """
    return _predict_all(
        [(values.index.to_numpy(int), np.asarray(values, np.float64), scored, year) for values, scored, year in courses]
    )


def predict_variants(
    asked: Sequence[tuple[pd.Series[float], Scored, Sequence[float]]],
) -> list[list[Prediction | None]]:
    """As :func:`predict_courses`, for several values in the place of each measure's latest one.

    Parameters
    ----------
    asked : sequence of (Series of float, Scored, sequence of float)
        The measure, at least one value indexed by year; what it measures; the latest values.
    """
    courses = []
    for values, scored, latest in asked:
        years, earlier = values.index.to_numpy(int), values.to_numpy()[:-1]
        courses += [(years, np.append(earlier, last), scored, scored.target_year) for last in latest]
    found = iter(_predict_all(courses))
    return [[next(found) for _ in latest] for _, _, latest in asked]


def _predict_all(courses: Sequence[tuple[NDArray[np.int_], Array, Scored, int]]) -> list[Prediction | None]:
    """Predictions of measures given as years and values, each to a year of its own."""
    asked: dict[int, tuple[Array, int, Scale]] = {}
    for place, (years, values, scored, target_year) in enumerate(courses):
        series, scale = usable_part(years, values, scored), scale_of(scored)
        horizon = target_year - int(years[-1]) if len(years) else 0
        if len(series) >= MINIMUM_VALUES and horizon >= 1 and not (scale.is_log and not (series > 0).all()):
            asked[place] = (series, horizon, scale)
    found = dict(zip(asked, predict_each(list(asked.values())), strict=True))
    return [
        found[place].accumulated(float(values[-1])) if place in found and is_total(scored) else found.get(place)
        for place, (_, values, scored, _) in enumerate(courses)
    ]


def describe_series(values: pd.Series[float], scored: Scored) -> Line | None:
    """The descriptive line of a measure, on the log scale for an index, with its extrapolation to the target year.

    It begins after a declared change of definition and steps at a declared level shift.
    """
    values, scale = since_definition(values, scored), scale_of(scored)
    if not len(values) or (scale.is_log and not (values > 0).all()):
        return None
    horizon = max(scored.target_year - int(values.index[-1]), 0)
    years = values.index.to_numpy(float)
    return fit_line(years, scale.forward(np.asarray(values, np.float64)), horizon, level_shifts(scored))


def fit_trends(measures: pd.DataFrame, plan: Plan, edition_year: int) -> pd.DataFrame:
    """Fit every model to every measure.

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
        Contract ``trends``: fitted years and projected years up to the target year, in the measure's unit.
    """
    series = list(each_series(measures, plan, edition_year))
    predictions = predict_courses([(values, scored, scored.target_year) for _, scored, values in series])
    rows = [
        {"region": region, "indicator": scored.indicator.id, **row}
        for (region, scored, values), prediction in zip(series, predictions, strict=True)
        for row in _fit(values, scored, prediction)
    ]
    return table_of(rows, TRENDS)


def each_series(
    measures: pd.DataFrame, plan: Plan, edition_year: int
) -> Iterator[tuple[str, Scored, pd.Series[float]]]:
    """The measures that can be extrapolated: region, first scored commitment of the indicator, values by year.

    Bounds are left out, and so is what could not be derived for want of a base.
    """
    known = measures[(measures["year"] <= edition_year) & measures["bound"].isin(["exact", "about"])]
    courses: dict[str, dict[str, pd.DataFrame]] = {}
    for (region, indicator), course in courses_of(
        known[["region", "indicator", "year", "value", "base_value"]]
    ).items():
        courses.setdefault(indicator, {})[region] = course
    first = {scored.indicator.id: scored for scored in reversed(plan.scored())}
    for indicator, scored in reversed(first.items()):
        for region, course in courses.get(indicator, {}).items():
            values = course["value"]
            if scored.target.kind in DERIVED:
                values = values[course["base_value"].notna()]
            if len(values):
                yield region, scored, values


def _fit(values: pd.Series[float], scored: Scored, prediction: Prediction | None) -> Iterator[dict[str, Any]]:
    """One row per model and year."""
    if prediction is not None:
        years = np.arange(int(values.index[-1]) + 1, scored.target_year + 1)
        bands = {level: prediction.interval(level) for level in (80, 95)}
        yield from _rows("combination", "projected", years, prediction.mean(), bands)
    line = describe_series(values, scored)
    if line is not None:
        backward = _line_scale(scored).backward
        known = since_definition(values, scored).index.to_numpy(int)
        yield from _rows("ols_hac", "fitted", known, backward(line.fitted), {})
        years = np.arange(int(values.index[-1]) + 1, scored.target_year + 1)
        if len(years):
            bands = {
                80: (backward(line.lower_80), backward(line.upper_80)),
                95: (backward(line.lower_95), backward(line.upper_95)),
            }
            yield from _rows("ols_hac", "projected", years, backward(line.mean), bands)


def _line_scale(scored: Scored) -> Scale:
    """The line through a total is drawn as it is: the limits are those of a yearly amount."""
    return Scale() if is_total(scored) else scale_of(scored)


def _rows(
    model: str,
    kind: str,
    years: np.ndarray,
    mean: np.ndarray,
    bands: dict[int, tuple[np.ndarray, np.ndarray]],
) -> Iterator[dict[str, Any]]:
    ends = {f"{side}_{level}": band for level, pair in bands.items() for side, band in zip(SIDES, pair, strict=True)}
    columns = {"year": years, "mean": mean, **ends}
    for values in zip(*(column.tolist() for column in columns.values()), strict=True):
        yield {**_NO_BANDS, "kind": kind, "model": model, **dict(zip(columns, values, strict=True))}
