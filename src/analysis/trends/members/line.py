"""Member: a straight line by least squares, the descriptive model (statsmodels)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.trends.members.result import MemberFit, RefusedError, fit_of, library_fit
from analysis.trends.ols import fit_line

Array = NDArray[np.float64]


def fit(values: Array, horizon: int) -> MemberFit:
    """Fit the line, see :func:`analysis.trends.ols.fit_line`."""
    with library_fit():
        line = fit_line(np.arange(len(values), dtype=np.float64), values, horizon)
    if line is None:
        raise RefusedError("too_short")
    return fit_of(values, line.mean, line.fitted, {"slope": line.slope})
