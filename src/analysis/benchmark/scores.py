"""How a forecast is scored: accuracy, coverage, and proper scores of the whole distribution.

Every formula works on all windows at once. Notation: y what came, m the central forecast, [l, u] an interval of nominal
coverage 1 − α, s the mean absolute yearly change of the window (the in-sample error of "as last year").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from analysis.benchmark.cases import Cases

Array = NDArray[np.float64]

LEVELS = (80, 95)
# Of the scores below, the lower the better; of the coverages, the nearer to the nominal the better.
ERRORS = ("smape", "mase", "relmae", "msis_95", "wis", "brier")
COVERAGES = ("coverage_80", "coverage_95")

# Targets whose probability is scored: so many typical moves from the last value, in either direction.
TARGETS = (-2.0, -1.0, 0.0, 1.0, 2.0)
# Added to errors before ratios are taken, in units of s: a perfect forecast of one series must not decide them all.
_LEAST_ERROR = 1e-3


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of k windows, 5 steps each; a row of NaN where the method refused.

    Parameters
    ----------
    mean : array, shape (k, 5)
    lower, upper : array, shape (k, 5, 2)
        Ends of the 80 % and of the 95 % interval.
    seconds : array, shape (k,)
        Processor time.
    """

    mean: Array
    lower: Array
    upper: Array
    seconds: Array

    @property
    def refused(self) -> NDArray[np.bool_]:
        """Which windows have no complete forecast, shape (k,)."""
        ends = np.isfinite(self.lower) & np.isfinite(self.upper)
        return np.asarray(~(np.isfinite(self.mean).all(axis=1) & ends.all(axis=(1, 2))))

    def filled(self, other: Forecasts) -> Forecasts:
        """With another method's forecast where this one refused; the time is that of this one."""
        missing = self.refused
        return Forecasts(
            np.where(missing[:, None], other.mean, self.mean),
            np.where(missing[:, None, None], other.lower, self.lower),
            np.where(missing[:, None, None], other.upper, self.upper),
            self.seconds,
        )


def as_last_year(cases: Cases) -> Forecasts:
    """The naive forecast of every window, see :func:`random_walk`."""
    return Forecasts(*random_walk(cases.values, cases.future.shape[1]), np.zeros(len(cases)))


def random_walk(values: Array, horizon: int) -> tuple[Array, Array, Array]:
    """The last value, with normal intervals from the root mean square of the yearly changes.

    The error after h years of a random walk is that of h independent changes: its spread grows with √h.

    Parameters
    ----------
    values : array, shape (k, n)
    horizon : int

    Returns
    -------
    mean : array, shape (k, horizon)
    lower, upper : array, shape (k, horizon, 2)
    """
    steps = np.sqrt(np.arange(1, horizon + 1))
    spread = np.sqrt((np.diff(values, axis=1) ** 2).mean(axis=1))[:, None] * steps
    mean = np.repeat(values[:, -1:], horizon, axis=1)
    widths = spread[:, :, None] * _scores_of_ends()
    return mean, mean[:, :, None] - widths, mean[:, :, None] + widths


def score(cases: Cases, forecasts: Forecasts) -> pd.DataFrame:
    """Score every window.

    Parameters
    ----------
    cases : Cases
    forecasts : Forecasts
        Without refusals, see :meth:`Forecasts.filled`.

    Returns
    -------
    DataFrame
        collection, series, then

        - ``smape`` — mean of 200 |y − m| / (|y| + |m|), in percent; 0 where both are 0 (M4 competition)
        - ``mase`` — mean of |y − m| / s (Hyndman and Koehler)
        - ``log_relmae`` — logarithm of the mean absolute error over that of the naive forecast
        - ``coverage_80``, ``coverage_95`` — share of y inside the interval, in percent
        - ``msis_95`` — mean interval score / s: (u − l) + 2/α of what y lies outside (Gneiting and Raftery)
        - ``wis`` — weighted interval score / s: ½ |y − m| + Σ α/2 · interval score, over the number of intervals + ½
          (Bracher and others)
        - ``brier`` — mean of (P(y ≥ target) − [y ≥ target])² at the last step, over targets around the last value
    """
    naive = as_last_year(cases)
    error = np.abs(cases.future - forecasts.mean)
    size = np.abs(cases.future) + np.abs(forecasts.mean)
    scale = cases.scale
    least = _LEAST_ERROR * scale
    result = pd.DataFrame({"collection": cases.collection, "series": cases.series})
    result["smape"] = np.divide(200 * error, size, out=np.zeros_like(error), where=size > 0).mean(axis=1)
    result["mase"] = error.mean(axis=1) / scale
    reference = np.abs(cases.future - naive.mean).mean(axis=1)
    result["log_relmae"] = np.log((error.mean(axis=1) + least) / (reference + least))
    future = cases.future[:, :, None]
    inside = (future >= forecasts.lower) & (future <= forecasts.upper)
    result[list(COVERAGES)] = 100 * inside.mean(axis=1)
    intervals = interval_scores(cases.future, forecasts)
    result["msis_95"] = intervals[:, :, 1].mean(axis=1) / scale
    weighted = 0.5 * error + (intervals * _tails() / 2).sum(axis=2)
    result["wis"] = weighted.mean(axis=1) / (len(LEVELS) + 0.5) / scale
    result["brier"] = brier(cases, forecasts)
    return result


def interval_scores(future: Array, forecasts: Forecasts) -> Array:
    """The interval score of both intervals, shape (k, 5, 2): width, plus 2/α of the distance to the interval."""
    outside = np.maximum(forecasts.lower - future[:, :, None], 0) + np.maximum(future[:, :, None] - forecasts.upper, 0)
    return np.asarray(forecasts.upper - forecasts.lower + 2 / _tails() * outside)


def brier(cases: Cases, forecasts: Forecasts) -> Array:
    """Brier score of the probabilities of reaching a target at the last step, shape (k,).

    The targets are the last value and one and two typical moves, s √h, to either side of it. The probability is read
    off the five known points of the distribution.
    """
    targets = targets_of(cases)
    reached = cases.future[:, -1:] >= targets
    return np.asarray(((probability_of_reaching(targets, known_points(forecasts)) - reached) ** 2).mean(axis=1))


def targets_of(cases: Cases) -> Array:
    """The targets of every window at the last step, shape (k, 5)."""
    steps = cases.future.shape[1]
    return np.asarray(cases.values[:, -1:] + np.array(TARGETS) * cases.scale[:, None] * np.sqrt(steps))


def known_points(forecasts: Forecasts) -> Array:
    """The five known points of the distribution at the last step, increasing, shape (k, 5)."""
    return np.column_stack([forecasts.lower[:, -1, ::-1], forecasts.mean[:, -1], forecasts.upper[:, -1]])


def probability_of_reaching(targets: Array, points: Array) -> Array:
    """P(y ≥ target) of distributions that are known at five points.

    Parameters
    ----------
    targets : array, shape (k, t)
    points : array, shape (k, 5)
        Lower ends of the 95 % and the 80 % interval, centre, upper ends of the 80 % and the 95 % interval.

    Returns
    -------
    array, shape (k, t)
        Between the points the normal score is linear in the value, beyond them it goes on as in the outer segment.
    """
    points = np.maximum.accumulate(points, axis=1)
    width = points[:, -1:] - points[:, :1]
    # Points that coincide are set apart by next to nothing, so that every segment has a slope.
    points = points + np.arange(points.shape[1]) * 1e-9 * width
    ends = _scores_of_ends()
    scores = np.array([-ends[1], -ends[0], 0.0, ends[0], ends[1]])
    segment = np.clip((targets[:, :, None] > points[:, None, :]).sum(axis=2) - 1, 0, points.shape[1] - 2)
    left, right = (np.take_along_axis(points, segment + side, axis=1) for side in (0, 1))
    share = np.divide(targets - left, right - left, out=np.zeros_like(targets), where=right > left)
    known = 1 - ndtr(scores[segment] + share * (scores[segment + 1] - scores[segment]))
    centre = points[:, 2:3]
    return np.where(width > 0, known, centre >= targets)


def average(scores: pd.DataFrame) -> pd.DataFrame:
    """Means per collection.

    Parameters
    ----------
    scores : DataFrame
        From :func:`score`.

    Returns
    -------
    DataFrame
        collection, series (how many), and the scores; ``relmae`` is the geometric mean of the ratios.
    """
    groups = scores.groupby("collection", sort=True)
    table = groups.mean(numeric_only=True)
    table["relmae"] = np.exp(table.pop("log_relmae"))
    table.insert(0, "series", groups.size())
    return table.reset_index()[["collection", "series", *ERRORS[:3], *COVERAGES, *ERRORS[3:]]]


def _tails() -> Array:
    """α of both intervals."""
    return 1 - np.array(LEVELS) / 100


def _scores_of_ends() -> Array:
    """Normal scores of the upper ends of both intervals."""
    return np.asarray(ndtri(1 - _tails() / 2), float)
