"""Member: the theta method (statsmodels)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.trends.members.result import MemberFit, fit_of, library_fit

Array = NDArray[np.float64]


def fit(values: Array, horizon: int) -> MemberFit:
    """Fit the method without a season; it has no fitted values of its own, so a known year is its one-year forecast."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    with library_fit():
        result = ThetaModel(pd.Series(values), period=1, deseasonalize=False).fit()
        mean = result.forecast(horizon).to_numpy(float)
    share, drift = float(result.params["alpha"]), float(result.params["b0"]) / 2
    level, fitted = values[0], [np.nan]
    for value in values[:-1]:
        level = share * value + (1 - share) * level
        fitted.append(level + drift)
    return fit_of(values, mean, np.array(fitted), {"level": share, "drift": drift})
