"""Member: exponential smoothing with additive errors and a damped trend (statsmodels)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.trends.members.result import MemberFit, RefusedError, fit_of, library_fit

Array = NDArray[np.float64]

# The library guesses starting states from ten values on; with fewer they must be given.
FEWEST_FOR_START = 10


def fit(values: Array, horizon: int) -> MemberFit:
    """Fit the model; starting states are the first value and the first change where the library cannot guess them."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    start: dict[str, Any] = {}
    if len(values) < FEWEST_FOR_START:
        start = {
            "initialization_method": "known",
            "initial_level": values[0],
            "initial_trend": values[1] - values[0],
        }
    with library_fit():
        result = ETSModel(values, error="add", trend="add", damped_trend=True, **start).fit(disp=False)
        if not result.mle_retvals["converged"]:
            raise RefusedError("not_converged")
        mean, fitted = result.forecast(horizon), result.fittedvalues
    level, trend, damping = (float(value) for value in result.params[:3])
    return fit_of(values, mean, fitted, {"level": level, "trend": trend, "damping": damping})
