"""The predictive distribution of a series in the years ahead: one object for the fan and for P(met)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from analysis.errors import AnalysisError
from analysis.trends.calibration import Calibration, load
from analysis.trends.drift import NOISE, is_constant
from analysis.trends.model import predict_quantiles

Array = NDArray[np.float64]

# Fewer annual values say too little about their own spread: no probability is claimed.
MINIMUM_VALUES = 6


class TooShortError(AnalysisError):
    """The series has too few yearly values for a predictive distribution."""


@dataclass(frozen=True)
class Scale:
    """The scale on which changes are extrapolated, and the limits of the measure.

    Parameters
    ----------
    is_log : bool
        Whether the measure changes in proportion (an index).
    lower, upper : float
        Limits of the measure; ±infinity where there are none.
    """

    is_log: bool = False
    lower: float = -np.inf
    upper: float = np.inf

    def forward(self, values: Array) -> Array:
        """From the measure to the scale of extrapolation."""
        return np.log(values) if self.is_log else np.asarray(values, float)

    def backward(self, values: Array) -> Array:
        """From the scale of extrapolation to the measure, kept within its limits."""
        return np.clip(np.exp(values) if self.is_log else values, self.lower, self.upper)


@dataclass(frozen=True)
class Prediction:
    """Quantiles for 1 … horizon years ahead, on the scale of extrapolation.

    Parameters
    ----------
    n : int
        Number of yearly values it rests on.
    scale : Scale
    probabilities : array, shape (k,)
        Increasing, symmetric about 0.5.
    quantiles : array, shape (horizon, k)
        Before the limits of the measure are applied: what lies beyond a limit is mass at the limit.
    """

    n: int
    scale: Scale
    probabilities: Array
    quantiles: Array

    @property
    def is_constant(self) -> bool:
        """Whether the series never changed, so that its past says nothing about errors."""
        return bool(np.ptp(self.quantiles) == 0)

    def mean(self) -> Array:
        """Central forecast (the median), shape (horizon,)."""
        return self.scale.backward(self.quantiles[:, len(self.probabilities) // 2])

    def interval(self, level: float) -> tuple[Array, Array]:
        """Central interval.

        Parameters
        ----------
        level : float
            Nominal coverage in percent, for instance 80.

        Returns
        -------
        lower, upper : array, shape (horizon,)
        """
        tail = (1 - level / 100) / 2
        scores = ndtri(self.probabilities)
        low, high = (_interpolate(float(ndtri(p)), scores, self.quantiles) for p in (tail, 1 - tail))
        return self.scale.backward(low), self.scale.backward(high)

    def probability(self, level: float, direction: Literal["increase", "decrease"], step: int) -> float:
        """Probability of being on the good side of a level.

        Parameters
        ----------
        level : float
            In the measure's unit.
        direction : {"increase", "decrease"}
            ``increase``: at or above the level is good; ``decrease``: at or below.
        step : int
            Years ahead, from 1.

        Returns
        -------
        float
            Between 0 and 1. A level beyond a limit of the measure cannot be reached; at the limit it can.
        """
        is_up = direction == "increase"
        if level > self.scale.upper if is_up else level < self.scale.lower:
            return 0.0
        if level <= self.scale.lower if is_up else level >= self.scale.upper:
            return 1.0
        point = float(self.scale.forward(np.array([level]))[0])
        row = self.quantiles[step - 1]
        if row[-1] == row[0]:
            return float(row[0] >= point if is_up else row[0] <= point)
        below = float(ndtr(_interpolate(point, row, ndtri(self.probabilities))))
        return 1 - below if is_up else below

    def accumulated(self, start: float) -> Prediction:
        """The distribution of a running total of this series, within the same limits for every yearly amount.

        Parameters
        ----------
        start : float
            The total so far.

        Notes
        -----
        Quantiles are added up, as if good years and bad years came together: the cautious reading of few years.
        """
        amounts = np.clip(self.quantiles, self.scale.lower, self.scale.upper)
        lowest = start if self.scale.lower >= 0 else -np.inf
        return Prediction(self.n, Scale(lower=lowest), self.probabilities, start + np.cumsum(amounts, axis=0))


def _interpolate(x: float, xs: Array, ys: Array) -> Array:
    """Linear interpolation of one row of values or several, shape (…, k); beyond the ends the outer slope is kept."""
    keep = np.concatenate([[True], np.diff(xs) > 0])
    xs, ys = xs[keep], ys[..., keep]
    if x < xs[0]:
        return np.asarray(ys[..., 0] + (x - xs[0]) * (ys[..., 1] - ys[..., 0]) / (xs[1] - xs[0]))
    if x > xs[-1]:
        return np.asarray(ys[..., -1] + (x - xs[-1]) * (ys[..., -1] - ys[..., -2]) / (xs[-1] - xs[-2]))
    place = int(np.searchsorted(xs, x, side="right")) - 1
    if x == xs[place]:
        return np.asarray(ys[..., place])
    slope = (ys[..., place + 1] - ys[..., place]) / (xs[place + 1] - xs[place])
    return np.asarray(slope * (x - xs[place]) + ys[..., place])


def predict(
    values: Array, horizon: int, scale: Scale | None = None, calibration: Calibration | None = None
) -> Prediction:
    """Predictive distribution of a yearly series (:mod:`analysis.trends.model`).

    Parameters
    ----------
    values : array of float, shape (n,)
        Yearly values without gaps, oldest first. Of a long series the latest values are used, as many as the
        calibration knows.
    horizon : int
        Years ahead, 1 or more.
    scale : Scale, optional
    calibration : Calibration, optional
        The one that ships with the package if none is given.

    Returns
    -------
    Prediction

    Raises
    ------
    TooShortError
        With fewer than six values.
    """
    return predict_each([(values, horizon, scale or Scale())], calibration)[0]


def predict_each(many: Sequence[tuple[Array, int, Scale]], calibration: Calibration | None = None) -> list[Prediction]:
    """Predictive distributions of several series: the same numbers as :func:`predict` of each, in far less time.

    Parameters
    ----------
    many : sequence of (values, horizon, scale)
        As for :func:`predict`.
    calibration : Calibration, optional
    """
    calibration = calibration or load()
    upper = (1 + calibration.levels) / 2
    probabilities = np.concatenate([1 - upper[::-1], [0.5], upper])
    rows = [scale.forward(np.asarray(values, float)) for values, _, scale in many]
    known = [_known(series, calibration.longest) for series in rows]
    moving = [place for place, series in enumerate(known) if not is_constant(series)]
    found: dict[int, Array] = {}
    for length in {len(known[place]) for place in moving}:
        places = [place for place in moving if len(known[place]) == length]
        furthest = max(many[place][1] for place in places)
        together = predict_quantiles(calibration.steps[length], np.array([known[place] for place in places]), furthest)
        for place, quantiles in zip(places, together, strict=True):
            _, horizon, scale = many[place]
            found[place] = _limited(quantiles[:horizon], probabilities, rows[place], scale)
    # What is constant stays as it is.
    return [
        Prediction(
            len(series),
            scale,
            probabilities,
            found[place] if place in found else np.full((horizon, len(probabilities)), series[-1]),
        )
        for place, (series, (_, horizon, scale)) in enumerate(zip(rows, many, strict=True))
    ]


def _known(series: Array, longest: int) -> Array:
    """The values that a prediction uses."""
    if len(series) < MINIMUM_VALUES:
        raise TooShortError(f"{len(series)} yearly values; at least {MINIMUM_VALUES} are needed")
    latest = series[-longest:]
    if is_constant(latest) and not is_constant(series):
        # It changed long ago only: what is known of its errors is how it behaved as a whole.
        return np.asarray(series[np.linspace(0, len(series) - 1, longest).astype(int)])
    return latest


def _limited(quantiles: Array, probabilities: Array, series: Array, scale: Scale) -> Array:
    for side, limit in ((1, scale.upper), (-1, scale.lower)):
        if not scale.is_log and series[-1] == limit:
            quantiles = _kept_at_limit(quantiles, probabilities, series, side)
    return quantiles


def _kept_at_limit(quantiles: Array, probabilities: Array, series: Array, side: int) -> Array:
    """Let a measure that is at its limit stay there as surely as it has so far.

    Of k years after a year at the limit, j were at the limit again: the next one is with probability (j + 1) / (k + 2)
    (rule of succession), h years ahead with its h-th power. Where the model is less sure, its distribution below the
    limit is squeezed into what is left.

    Parameters
    ----------
    quantiles : array, shape (horizon, k)
    probabilities : array, shape (k,)
    series : array, shape (n,)
    side : {1, -1}
        1 for an upper limit.
    """
    limit = side * series[-1]
    is_at = series[:-1] == series[-1]
    stays = (np.sum(series[1:][is_at] == series[-1]) + 1) / (is_at.sum() + 2)
    scores, result = ndtri(probabilities), []
    for ahead, row in enumerate(quantiles if side > 0 else -quantiles[:, ::-1], start=1):
        leaves = 1 - stays**ahead
        below = float(ndtr(_interpolate(limit, row, scores)))
        if below > leaves:
            inner = [
                float(_interpolate(float(ndtri(p * below / leaves)), scores, row)) for p in probabilities if p < leaves
            ]
            # The next quantile lies so far beyond the limit that the distribution crosses it at the share that leaves.
            last, rest = len(inner) - 1, row[len(inner) :]
            share = (scores[last + 1] - scores[last]) / (float(ndtri(leaves)) - scores[last])
            beyond = inner[last] + share * (limit - inner[last])
            # Equal quantiles have no score to read off: they are kept apart by next to nothing.
            apart = np.arange(len(rest)) * NOISE * (abs(beyond) + abs(row[-1] - row[0]))
            row = np.append(inner, np.maximum(rest, beyond + apart))
        result.append(row if side > 0 else -row[::-1])
    return np.array(result)


def forecast(
    y: Sequence[float] | Array,
    h: int,
    levels: Sequence[float] = (80, 95),
    scale: Scale | None = None,
    calibration: Calibration | None = None,
) -> dict[str, Any]:
    """Forecast a yearly series: the default forecast, as anyone can score it.

    Parameters
    ----------
    y : sequence of float
        At least six yearly values without gaps, oldest first.
    h : int
        Years ahead.
    levels : sequence of float
        Nominal coverages in percent.
    scale : Scale, optional
        Limits that the values cannot pass, if they are known, or a log scale.
    calibration : Calibration, optional
        The one that ships with the package if none is given.

    Returns
    -------
    dict
        ``mean`` array (h,); ``lo`` and ``hi`` dicts level → array (h,); ``probabilities`` array (k,) and
        ``quantiles`` array (h, k).

    Raises
    ------
    TooShortError
        With fewer than six values.
    """
    prediction = predict(np.asarray(y, float), h, scale, calibration)
    intervals = {level: prediction.interval(level) for level in levels}
    return {
        "mean": prediction.mean(),
        "lo": {level: low for level, (low, _) in intervals.items()},
        "hi": {level: high for level, (_, high) in intervals.items()},
        "probabilities": prediction.probabilities,
        "quantiles": prediction.quantiles,
    }
