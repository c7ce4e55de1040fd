"""The peers, as a reader of a textbook or of a library's manual would use them: default settings, own intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.benchmark.scores import LEVELS, random_walk

Array = NDArray[np.float64]
# Central forecast of shape (h,), lower and upper ends of shape (h, 2).
Answer = tuple[Array, Array, Array]
Forecaster = Callable[[Array, int], Answer]

# statsmodels guesses the starting states of exponential smoothing from ten values on; fewer need them as given.
_FEWEST_FOR_START = 10


def naive(values: Array, horizon: int) -> Answer:
    """As last year: a random walk with normal intervals."""
    mean, lower, upper = random_walk(values[None], horizon)
    return mean[0], lower[0], upper[0]


def drift_normal(values: Array, horizon: int) -> Answer:
    """Random walk with drift, normal intervals."""
    return _drift(values, horizon, stats.norm.ppf(_upper_tails()))


def drift_t(values: Array, horizon: int) -> Answer:
    """Random walk with drift, Student t intervals."""
    return _drift(values, horizon, stats.t.ppf(_upper_tails(), len(values) - 2))


def _drift(values: Array, horizon: int, widths: Array) -> Answer:
    """The mean change goes on; the error's variance is s² h (1 + h / (n − 1)) (Hyndman and Athanasopoulos)."""
    changes = np.diff(values)
    steps = np.arange(1, horizon + 1)
    spread = changes.std(ddof=1) * np.sqrt(steps * (1 + steps / len(changes)))
    return _around(values[-1] + steps * changes.mean(), spread[:, None] * widths)


def line(values: Array, horizon: int) -> Answer:
    """Straight line by least squares with the usual prediction intervals (Student t)."""
    import statsmodels.api as sm

    years = np.arange(len(values) + horizon, dtype=float)
    design = sm.add_constant(years)
    prediction = sm.OLS(values, design[: len(values)]).fit().get_prediction(design[len(values) :])
    return _gathered(prediction.predicted_mean, [prediction.conf_int(obs=True, alpha=alpha) for alpha in _alphas()])


def damped_ets(values: Array, horizon: int) -> Answer:
    """Exponential smoothing with additive errors and a damped trend (statsmodels)."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    start: dict[str, Any] = {}
    if len(values) < _FEWEST_FOR_START:
        first, second = values[:2]
        start = {"initialization_method": "known", "initial_level": first, "initial_trend": second - first}
    fit = ETSModel(pd.Series(values), error="add", trend="add", damped_trend=True, **start).fit(disp=False)
    prediction = fit.get_prediction(len(values), len(values) + horizon - 1)
    return _gathered(prediction.predicted_mean, [prediction.pred_int(alpha=alpha) for alpha in _alphas()])


def theta(values: Array, horizon: int) -> Answer:
    """The theta method (statsmodels)."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    fit = ThetaModel(pd.Series(values), period=1, deseasonalize=False).fit()
    return _gathered(fit.forecast(horizon), [fit.prediction_intervals(horizon, alpha=alpha) for alpha in _alphas()])


def local_linear_trend(values: Array, horizon: int) -> Answer:
    """Level and slope as random walks (statsmodels, unobserved components)."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    prediction = UnobservedComponents(values, "local linear trend").fit(disp=False).get_forecast(horizon)
    return _gathered(prediction.predicted_mean, [prediction.conf_int(alpha=alpha) for alpha in _alphas()])


def auto_ets(values: Array, horizon: int) -> Answer:
    """Exponential smoothing, form chosen by the library (statsforecast)."""
    return _statsforecast("AutoETS", values, horizon)


def auto_theta(values: Array, horizon: int) -> Answer:
    """Theta method, variant chosen by the library (statsforecast)."""
    return _statsforecast("AutoTheta", values, horizon)


def auto_arima(values: Array, horizon: int) -> Answer:
    """ARIMA, orders chosen by the library (statsforecast)."""
    return _statsforecast("AutoARIMA", values, horizon)


def dynamic_optimized_theta(values: Array, horizon: int) -> Answer:
    """Dynamic optimised theta method (statsforecast)."""
    return _statsforecast("DynamicOptimizedTheta", values, horizon)


def _statsforecast(name: str, values: Array, horizon: int) -> Answer:
    from statsforecast import models

    answer = getattr(models, name)(season_length=1).forecast(values, horizon, level=list(LEVELS))
    ends = [np.column_stack([answer[f"lo-{level}"], answer[f"hi-{level}"]]) for level in LEVELS]
    return _gathered(answer["mean"], ends)


def _gathered(mean: Any, intervals: list[Any]) -> Answer:
    """One array for all lower ends, one for all upper ends."""
    ends = np.stack([np.asarray(interval, float) for interval in intervals], axis=2)
    return np.asarray(mean, float), ends[:, 0], ends[:, 1]


def _around(mean: Array, widths: Array) -> Answer:
    return mean, mean[:, None] - widths, mean[:, None] + widths


def _alphas() -> list[float]:
    return [1 - level / 100 for level in LEVELS]


def _upper_tails() -> Array:
    return np.array([1 - alpha / 2 for alpha in _alphas()])
