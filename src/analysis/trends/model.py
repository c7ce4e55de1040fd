"""The default forecast's distribution: centre, width and tilt from the signals of a series, for one length and horizon.

centre = last value + scale · (s · curve + (1 − s) · Σ weight · signal): a combination of simple forecasts (drifts,
recent changes, smoothed levels) that yields to the continued curve where a series is smooth. The width is
scale · exp(Σ coefficient · sign of uncertainty). The quantile at probability p lies width · (half width at p + tilt at
p · lean) from the centre, where the lean, between −1 and 1, is the direction in which the centre leaves the last value:
errors on the side to which a series moves are not as large as on the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.trends.regression import fit_quantile, weighted_quantiles
from analysis.trends.signals import directions, scale_of, smoothness, uncertainties

Array = NDArray[np.float64]

# Found by back-test, each collection left out in turn: see docs/models.md.
CENTRE_RIDGE = 0.1
WIDTH_RIDGE = 0.02
WIDTH_QUANTILE = 0.7
# A centre that moves by less than this many changes a year has no lean to speak of.
LEAN = 0.03
# Added to the size of residuals and of moves before logarithms are taken, in changes (a year).
_LEAST = 0.1


@dataclass(frozen=True)
class Step:
    """The fitted numbers of one series length and one horizon.

    Parameters
    ----------
    horizon : int
        Years ahead.
    centre, width : dict of str to float
        Coefficients by signal, by sign of uncertainty.
    half_widths, tilts : array, shape (k,)
        For central probabilities, increasing; in widths.
    """

    horizon: int
    centre: dict[str, float]
    width: dict[str, float]
    half_widths: Array
    tilts: Array


def predict_quantiles(steps: Sequence[Step], values: Array, horizon: int) -> Array:
    """Quantiles of the years ahead.

    Parameters
    ----------
    steps : sequence of Step
        For this length of series, one per horizon from 1.
    values : array, shape (m, n)
        No series constant.
    horizon : int

    Returns
    -------
    array, shape (m, horizon, 2 k + 1)
        In the unit of the values. No quantile comes nearer to the centre from one year to the next. Beyond the last
        horizon that was fitted the centre goes on at the pace of the whole way there, and distances from it grow as the
        width grew from the first year to the last (as a power of the horizon).
    """
    signals, curve, horizons = directions(values), smoothness(values), np.array([[step.horizon] for step in steps])
    combined = _weighted([step.centre for step in steps], signals)
    offsets = _continued(curve, horizons) + (1 - curve["weight"]) * combined
    widths = _widths(steps, uncertainties(values), offsets)
    distances = np.maximum.accumulate(_distances(steps, offsets, widths), axis=0)
    last = len(steps)
    growth = np.log(np.maximum(widths[-1] / widths[0], 1)) / np.log(last) if last > 1 else np.full(len(values), 0.5)
    ahead = np.arange(1, horizon + 1)
    at, beyond = np.minimum(ahead, last) - 1, np.maximum(ahead / last, 1.0)[:, None]
    centres, around = offsets[at] * beyond, distances[at] * (beyond**growth)[:, :, None]
    sides = np.repeat([-1.0, 1.0], distances.shape[2] // 2 + np.array([0, 1]))
    moves = (centres[:, :, None] + sides * around).swapaxes(0, 1)
    return np.asarray(values[:, -1, None, None] + scale_of(values)[:, None, None] * moves)


def fit_step(values: Array, future: Array, weights: Array, horizon: int, levels: Array) -> Step:
    """Fit the numbers of one length and horizon.

    Parameters
    ----------
    values : array, shape (m, n)
    future : array, shape (m,)
        What came ``horizon`` years after each series.
    weights : array, shape (m,)
        Of mean 1.
    horizon : int
    levels : array, shape (k,)
        Central probabilities, increasing.

    Returns
    -------
    Step
    """
    scale, signals, signs, curve = scale_of(values), directions(values), uncertainties(values), smoothness(values)
    moved, smooth = (future - values[:, -1]) / scale, _continued(curve, horizon)
    names = list(signals)
    design = np.column_stack([signals[name] for name in names]) * (1 - curve["weight"])[:, None]
    weight = fit_quantile(design, moved - smooth, weights, CENTRE_RIDGE)
    offsets = smooth + design @ weight
    errors = moved - offsets
    width = _fit_width(signs | {"move": _move(offsets, horizon)}, np.log(np.abs(errors) + _LEAST), weights)
    step = Step(horizon, dict(zip(names, weight.tolist(), strict=True)), width, np.zeros(0), np.zeros(0))
    # Errors are turned so that the upper side is the one to which the series moves.
    turned = errors / _widths([step], signs, offsets[None])[0] * np.where(offsets < 0, -1.0, 1.0)
    upper = weighted_quantiles(turned, weights, (1 + levels) / 2)
    lower = weighted_quantiles(turned, weights, (1 - levels) / 2)
    return Step(horizon, step.centre, width, (upper - lower) / 2, (upper + lower) / 2)


def _fit_width(signs: dict[str, Array], sizes: Array, weights: Array) -> dict[str, float]:
    """Coefficients on the signs as they are; the ridge works on signs of equal spread, not on the constant."""
    names = [name for name in signs if name != "constant"]
    table = np.column_stack([signs[name] for name in names])
    centre, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    design = np.column_stack([np.ones(len(table)), (table - centre) / spread])
    fitted = fit_quantile(design, sizes, weights, WIDTH_RIDGE, WIDTH_QUANTILE)
    factors = fitted[1:] / spread
    return {"constant": float(fitted[0] - factors @ centre)} | dict(zip(names, factors.tolist(), strict=True))


def _weighted(coefficients: Sequence[dict[str, float]], signals: dict[str, Array]) -> Array:
    """Σ coefficient · signal, shape (steps, m), for coefficients of the same names in the same order."""
    factors = np.array([list(own.values()) for own in coefficients])
    # One after another, so that no series' sum depends on how many others there are.
    return sum((factors[:, [place]] * signals[name] for place, name in enumerate(coefficients[0])), np.zeros(()))


def _widths(steps: Sequence[Step], signs: dict[str, Array], offsets: Array) -> Array:
    """The widths in mean absolute changes, shape (steps, m), as the offsets."""
    move = _move(offsets, np.array([[step.horizon] for step in steps]))
    return np.asarray(np.exp(_weighted([step.width for step in steps], signs | {"move": move})))


def _distances(steps: Sequence[Step], offsets: Array, widths: Array) -> Array:
    """How far the quantiles lie from the centre, in mean absolute changes, shape (steps, m, 2 k + 1).

    Below the centre first, the centre itself 0; both sides counted positive and never shrinking outwards.
    """
    half_widths, tilts = (
        np.array([getattr(step, name) for step in steps])[:, None] for name in ("half_widths", "tilts")
    )
    lean = (offsets / (np.abs(offsets) + LEAN * np.array([[step.horizon] for step in steps])))[:, :, None]
    upper = np.maximum.accumulate(np.maximum(half_widths + lean * tilts, 0), axis=2)
    lower = np.maximum.accumulate(np.maximum(half_widths - lean * tilts, 0), axis=2)
    return np.asarray(widths[:, :, None] * np.concatenate([lower[:, :, ::-1], np.zeros_like(lean), upper], axis=2))


def _continued(curve: dict[str, Array], horizon: int | NDArray[np.int_]) -> Array:
    """The share of the centre that continues a smooth curve, in mean absolute changes."""
    return np.asarray(curve["weight"] * (horizon * curve["change"] + horizon * (horizon + 1) / 2 * curve["turn"]))


def _move(offsets: Array, horizon: int | NDArray[np.int_]) -> Array:
    return np.asarray(np.log(np.abs(offsets) / horizon + _LEAST))


def to_record(step: Step, digits: int = 5) -> dict[str, Any]:
    """A step as it stands in the calibration file."""
    numbers = {"half_widths": step.half_widths.tolist(), "tilts": step.tilts.tolist()}
    return {
        "centre": {name: round(value, digits) for name, value in step.centre.items()},
        "width": {name: round(value, digits) for name, value in step.width.items()},
        **{name: [round(value, digits) for value in row] for name, row in numbers.items()},
    }


def from_record(record: dict[str, Any], horizon: int) -> Step:
    """A step of the calibration file."""
    return Step(
        horizon,
        record["centre"],
        record["width"],
        np.array(record["half_widths"]),
        np.array(record["tilts"]),
    )
