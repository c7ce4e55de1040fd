"""Member: the mean yearly change, trusted as far as its own evidence goes (ours)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.trends.drift import fit_drift
from analysis.trends.members.result import MemberFit, fit_of

Array = NDArray[np.float64]


def fit(values: Array, horizon: int) -> MemberFit:
    """Fit the shrunken drift, see :func:`analysis.trends.drift.fit_drift`; a known year is last year plus the drift."""
    drift = fit_drift(values)
    step = drift.weight * drift.mean_change
    fitted = np.concatenate([[np.nan], values[:-1] + step])
    return fit_of(values, drift.path(horizon), fitted, {"drift": step, "weight": drift.weight})
