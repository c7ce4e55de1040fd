"""The descriptive model: a straight line by least squares with autocorrelation-robust errors (statsmodels)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# A line through fewer points has no residuals worth testing.
MINIMUM_VALUES = 4


@dataclass(frozen=True)
class Line:
    """A fitted straight line.

    Parameters
    ----------
    slope, slope_lower, slope_upper : float
        Change per year with its 95 % interval (HAC errors, Student t), in the series' unit.
    r_squared : float
    durbin_watson : float
        Near 2 without autocorrelation of the residuals.
    n : int
    fitted : array, shape (n,)
    mean, lower_80, upper_80, lower_95, upper_95 : array, shape (horizon,)
        Extrapolation with prediction intervals for new values.
    """

    slope: float
    slope_lower: float
    slope_upper: float
    r_squared: float
    durbin_watson: float
    n: int
    fitted: Array
    mean: Array
    lower_80: Array
    upper_80: Array
    lower_95: Array
    upper_95: Array


def fit_line(years: Array, values: Array, horizon: int, shifts: Sequence[int] = ()) -> Line | None:
    """Fit the line and extrapolate it.

    Parameters
    ----------
    years, values : array of float, shape (n,)
        Gaps between the years are allowed.
    horizon : int
        Years ahead of the last one, 0 or more.
    shifts : sequence of int
        Years from which the level is another one; the slope is common.

    Returns
    -------
    Line or None
        None with fewer than four values, and two more for every shift among their years.

    Notes
    -----
    Newey–West covariance with one lag and small-sample correction; with so few values more lags cannot be estimated.
    """
    inside = [year for year in shifts if years[0] < year <= years[-1]]
    if len(values) < MINIMUM_VALUES + 2 * len(inside):
        return None
    from scipy.special import stdtrit
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.stattools import durbin_watson

    centre = years.mean()
    design = _design(years, centre, inside)
    fit = OLS(values, design).fit(cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True}, use_t=True)
    # Without a year ahead there is nothing to predict, but the library wants at least one row.
    ahead = _design(years[-1] + np.arange(1, max(horizon, 1) + 1, dtype=float), centre, inside)
    prediction = fit.get_prediction(ahead)
    mean, error = (np.asarray(values, float)[:horizon] for values in (prediction.predicted_mean, prediction.se_obs))
    narrow, wide = (float(stdtrit(fit.df_resid, 1 - (1 - level / 100) / 2)) for level in (80, 95))
    residuals = np.asarray(fit.resid, float)
    # An exact line leaves rounding noise only; its autocorrelation means nothing.
    is_exact = float(np.abs(residuals).max()) <= 1e-9 * max(1.0, float(np.abs(values).max()))
    spread = float(np.ptp(values))
    return Line(
        slope=float(fit.params[1]),
        slope_lower=float(fit.params[1] - wide * fit.bse[1]),
        slope_upper=float(fit.params[1] + wide * fit.bse[1]),
        r_squared=float(fit.rsquared) if spread > 0 else float("nan"),
        durbin_watson=float("nan") if is_exact else float(durbin_watson(residuals)),
        n=len(values),
        fitted=np.asarray(fit.fittedvalues, float),
        mean=mean,
        lower_80=mean - narrow * error,
        upper_80=mean + narrow * error,
        lower_95=mean - wide * error,
        upper_95=mean + wide * error,
    )


def _design(years: Array, centre: float, shifts: Sequence[int]) -> Array:
    """A constant, the years, and a step before every shift."""
    steps = [(years < year).astype(np.float64) for year in shifts]
    return np.column_stack([np.ones(len(years)), years - centre, *steps])
