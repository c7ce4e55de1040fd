"""Shrunken drift: the mean yearly change, trusted as far as its own evidence goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# A drift with t statistic t is multiplied by t²/(t² + 2); the constant was found by back-test on short yearly series.
SHRINKAGE = 2.0
# Mean changes below this share of the values are the noise of floating-point arithmetic.
NOISE = 1e-12


@dataclass(frozen=True)
class Drift:
    """A fitted shrunken drift.

    Parameters
    ----------
    last : float
        The last value.
    mean_change : float
        Mean yearly change, in the series' unit per year.
    weight : float
        Share of the mean change that is believed, 0 to 1.
    scale : float
        Mean absolute yearly change: the yardstick of the forecast errors.
    """

    last: float
    mean_change: float
    weight: float
    scale: float

    def path(self, horizon: int) -> Array:
        """Central forecasts for 1 … horizon years ahead."""
        return self.last + self.weight * self.mean_change * np.arange(1, horizon + 1, dtype=np.float64)


def fit_drift(values: Array) -> Drift:
    """Fit the shrunken drift.

    Parameters
    ----------
    values : array of float, shape (n,)
        Yearly values without gaps, oldest first; n ≥ 3.

    Returns
    -------
    Drift

    Notes
    -----
    With the changes d of mean m and standard deviation s, t = m / (s / √(n − 1)) and the weight is t² / (t² + 2),
    written here as m² / (m² + 2 s² / (n − 1)) so that a series of equal changes keeps its whole drift.
    """
    changes = np.diff(values)
    weight = float(evidence_for(changes[None])[0])
    return Drift(float(values[-1]), float(changes.mean()), weight, float(np.abs(changes).mean()))


def evidence_for(changes: Array) -> Array:
    """How far the mean of some changes can be believed: t² / (t² + 2), 0 to 1, t its t statistic.

    Parameters
    ----------
    changes : array, shape (m, k)
        In any unit, k ≥ 2.

    Returns
    -------
    array, shape (m,)
    """
    squared = changes.mean(axis=1) ** 2
    noise = SHRINKAGE * changes.var(axis=1, ddof=1) / changes.shape[1]
    return np.asarray(np.divide(squared, squared + noise, out=np.zeros_like(squared), where=squared > 0))


def is_constant(values: Array) -> bool:
    """Whether a series never changed, apart from the noise of floating-point arithmetic."""
    return not float(np.abs(np.diff(values)).mean()) > NOISE * float(np.abs(values).max())
