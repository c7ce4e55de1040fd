"""Where a measure is heading: the default forecast and the descriptive line, to the target year.

The default forecast is the shrunken drift with pooled empirical errors (:mod:`analysis.trends.prediction`); the line
(:mod:`analysis.trends.ols`) stands beside it so that a reader sees what a textbook model would have said.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.contracts import TRENDS, check
from analysis.measures import DERIVED
from analysis.plan import Plan, Scored
from analysis.trends.ols import Line, fit_line
from analysis.trends.prediction import MINIMUM_VALUES, Prediction, Scale, TooShortError, forecast, predict

__all__ = [
    "MINIMUM_VALUES",
    "Line",
    "Prediction",
    "Scale",
    "TooShortError",
    "count_values",
    "describe_series",
    "fit_trends",
    "forecast",
    "predict",
    "predict_series",
    "recent_run",
    "scale_of",
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


def recent_run(values: pd.Series[float]) -> pd.Series[float]:
    """The years up to the latest one that follow each other without a gap."""
    years = values.index.to_numpy(int)
    gaps = np.flatnonzero(np.diff(years) != 1)
    return values.iloc[gaps[-1] + 1 :] if len(gaps) else values


def is_total(scored: Scored) -> bool:
    """Whether the measure is a total of yearly amounts, so that the amounts are what is extrapolated."""
    return scored.target.kind == "cumulative_reduction" and scored.indicator.series != "level"


def count_values(values: pd.Series[float], scored: Scored) -> int:
    """How many yearly values without a gap a prediction can rest on; a total has one amount less than years."""
    run = len(recent_run(values))
    return max(run - 1, 0) if is_total(scored) else run


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
    if not len(values) or count_values(values, scored) < MINIMUM_VALUES:
        return None
    horizon = scored.target_year - int(values.index[-1])
    run = recent_run(values)
    scale = scale_of(scored)
    if horizon < 1 or (scale.is_log and not (run > 0).all()):
        return None
    series = np.asarray(run, np.float64)
    if is_total(scored):
        return predict(np.diff(series), horizon, scale).accumulated(float(series[-1]))
    return predict(series, horizon, scale)


def describe_series(values: pd.Series[float], scored: Scored) -> Line | None:
    """The descriptive line of a measure, on the log scale for an index, with its extrapolation to the target year."""
    if not len(values):
        return None
    scale = scale_of(scored)
    if scale.is_log and not (values > 0).all():
        return None
    horizon = max(scored.target_year - int(values.index[-1]), 0)
    return fit_line(values.index.to_numpy(float), scale.forward(np.asarray(values, np.float64)), horizon)


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
    known = measures[measures["year"] <= edition_year]
    frames = [TRENDS.empty()]
    seen: set[str] = set()
    for scored in plan.scored():
        if scored.indicator.id in seen:
            continue
        seen.add(scored.indicator.id)
        rows = known[(known["indicator"] == scored.indicator.id) & known["bound"].isin(["exact", "about"])]
        if scored.target.kind in DERIVED:
            rows = rows[rows["base_value"].notna()]
        for region, group in rows.groupby("region", sort=True):
            values = group.set_index("year")["value"].sort_index()
            frames += [
                frame.assign(region=str(region), indicator=scored.indicator.id) for frame in _fit(values, scored)
            ]
    return check(pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True), "trends")


def _fit(values: pd.Series[float], scored: Scored) -> Iterator[pd.DataFrame]:
    prediction = predict_series(values, scored)
    if prediction is not None:
        years = np.arange(int(values.index[-1]) + 1, scored.target_year + 1)
        bands = {level: prediction.interval(level) for level in (80, 95)}
        yield _frame("shrunken_drift", "projected", years, prediction.mean(), bands)
    line = describe_series(values, scored)
    if line is not None:
        backward = _line_scale(scored).backward
        yield _frame("ols_hac", "fitted", values.index.to_numpy(int), backward(line.fitted), {})
        years = np.arange(int(values.index[-1]) + 1, scored.target_year + 1)
        if len(years):
            bands = {
                80: (backward(line.lower_80), backward(line.upper_80)),
                95: (backward(line.lower_95), backward(line.upper_95)),
            }
            yield _frame("ols_hac", "projected", years, backward(line.mean), bands)


def _line_scale(scored: Scored) -> Scale:
    """The line through a total is drawn as it is: the limits are those of a yearly amount."""
    return Scale() if is_total(scored) else scale_of(scored)


def _frame(
    model: str,
    kind: str,
    years: np.ndarray,
    mean: np.ndarray,
    bands: dict[int, tuple[np.ndarray, np.ndarray]],
) -> pd.DataFrame:
    missing = np.full(len(years), np.nan)
    lower_80, upper_80 = bands.get(80, (missing, missing))
    lower_95, upper_95 = bands.get(95, (missing, missing))
    return pd.DataFrame(
        {
            "year": years,
            "kind": kind,
            "mean": mean,
            "lower_80": lower_80,
            "upper_80": upper_80,
            "lower_95": lower_95,
            "upper_95": upper_95,
            "model": model,
        }
    )
