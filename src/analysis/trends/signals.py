"""What the yearly changes of a short series say: signals of where it goes, and signs of how surely.

Everything is measured in the series' own mean absolute yearly change, so that units and origin do not matter. A signal
changes its sign when the series is turned upside down, a sign of uncertainty does not: forecasts of a mirrored series
are mirrored forecasts. All functions work on many series of equal length at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.trends.drift import evidence_for

Array = NDArray[np.float64]

# Added before logarithms are taken: a share of the mean change below which differences do not matter.
_LEAST = 0.05
# What share of every new value the smoothed levels take over.
_QUICK, _SLOW = 0.8, 0.5
# The weight of a change against the one after it, in the mean that leans to recent years.
_DISCOUNT = 0.7
_RECENT = 3
# Mean change of the changes, against the mean change, at which half the weight goes to the last change simply going on,
# and at which half of its turning goes on too. Found by back-test: see docs/models.md.
_SMOOTH, _VERY_SMOOTH = 0.2, 0.1


def scale_of(values: Array) -> Array:
    """Mean absolute yearly change of each series.

    Parameters
    ----------
    values : array, shape (m, n)

    Returns
    -------
    array, shape (m,)
    """
    return np.asarray(np.abs(np.diff(values, axis=1)).mean(axis=1))


def smoothness(values: Array) -> dict[str, Array]:
    """How far a series is a smooth curve, whose next years continue its last change.

    Parameters
    ----------
    values : array, shape (m, n)
        As for :func:`directions`.

    Returns
    -------
    dict of str to array, shape (m,)
        ``weight`` — 1 / (1 + (r / 0.2)²), r the mean absolute change of the changes: 1 for equal changes;
        ``change`` — the last change, and ``turn`` — what it differs from the one before, by 1 / (1 + (r / 0.1)²).
    """
    changes = np.diff(values, axis=1) / scale_of(values)[:, None]
    roughness = np.abs(np.diff(changes, axis=1)).mean(axis=1)
    return {
        "weight": 1 / (1 + (roughness / _SMOOTH) ** 2),
        "change": changes[:, -1],
        "turn": (changes[:, -1] - changes[:, -2]) / (1 + (roughness / _VERY_SMOOTH) ** 2),
    }


def directions(values: Array) -> dict[str, Array]:
    """Signals of where a series goes, each in mean absolute changes.

    Parameters
    ----------
    values : array, shape (m, n)
        Yearly values, oldest first; no series constant; n ≥ 5.

    Returns
    -------
    dict of str to array, shape (m,)
        - ``leaning_drift`` — mean change, recent years counting more, shrunken by the evidence for a drift
        - ``middle_drift`` — median change, shrunken by the same evidence
        - ``recent_drift`` — mean of the last three changes, shrunken by that evidence; ``sure_recent_drift`` — by the
          evidence of these three
        - ``last``, ``second``, ``third`` — single changes from the latest back; ``last_clipped`` — within ±1;
          ``sure_last``, ``sure_second``, ``surest_last`` — times the evidence, or its square
        - ``level``, ``sure_level`` — from the last value to an exponentially smoothed level, the second slower and
          times the evidence
        - ``swing``, ``swing_squared`` — last change times the autocorrelation of the changes, or its square
    """
    scale = scale_of(values)
    changes = np.diff(values, axis=1) / scale[:, None]
    evidence, memory = evidence_for(changes), _memory(changes)
    recent, last, second = changes[:, -_RECENT:], changes[:, -1], changes[:, -2]
    level, slow_level = ((_smoothed(values, share) - values[:, -1]) / scale for share in (_QUICK, _SLOW))
    return {
        "leaning_drift": evidence * np.vecdot(changes, _discounts(changes.shape[1])),
        "middle_drift": evidence * np.median(changes, axis=1),
        "recent_drift": evidence * recent.mean(axis=1),
        "sure_recent_drift": evidence_for(recent) * recent.mean(axis=1),
        "last": last,
        "second": second,
        "third": changes[:, -3],
        "last_clipped": np.clip(last, -1, 1),
        "sure_last": evidence * last,
        "sure_second": evidence * second,
        "surest_last": evidence**2 * last,
        "level": level,
        "sure_level": evidence * slow_level,
        "swing": memory * last,
        "swing_squared": memory**2 * last,
    }


def uncertainties(values: Array) -> dict[str, Array]:
    """Signs of how far off a forecast may be.

    Parameters
    ----------
    values : array, shape (m, n)
        As for :func:`directions`.

    Returns
    -------
    dict of str to array, shape (m,)
        ``constant`` (1), ``evidence`` for a drift, logarithms of the ``spread`` of the changes around their mean, of
        their root mean square (``power``), their median size (``typical``) and the mean size of the last three
        (``recent``), autocorrelations of the changes (``memory``) and of their residuals (``residual_memory``), share
        of years without a change (``unchanged``).
    """
    changes = np.diff(values, axis=1) / scale_of(values)[:, None]
    sizes = np.abs(changes)
    residuals = changes - changes.mean(axis=1, keepdims=True)
    return {
        "constant": np.ones(len(values)),
        "evidence": evidence_for(changes),
        "spread": np.log(np.sqrt((residuals**2).mean(axis=1)) + 2 * _LEAST),
        "power": np.log(np.sqrt((changes**2).mean(axis=1))),
        "typical": np.log(np.median(sizes, axis=1) + _LEAST),
        "recent": np.log(sizes[:, -_RECENT:].mean(axis=1) + _LEAST),
        "memory": _memory(changes),
        "residual_memory": _memory(residuals),
        "unchanged": (changes == 0).mean(axis=1),
    }


def _discounts(count: int) -> Array:
    weights = _DISCOUNT ** np.arange(count - 1, -1, -1, dtype=np.float64)
    return np.asarray(weights / weights.sum())


def _smoothed(values: Array, share: float) -> Array:
    """Exponentially smoothed level at the last year."""
    level = values[:, 0]
    for column in values.T[1:]:
        level = share * column + (1 - share) * level
    return level


def _memory(changes: Array) -> Array:
    """Autocorrelation of neighbouring changes around zero, −1 to 1; 0 where there is nothing to correlate."""
    products = (changes[:, 1:] * changes[:, :-1]).sum(axis=1)
    return np.asarray(products / ((changes**2).sum(axis=1) + 1e-9))
