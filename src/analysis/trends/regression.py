"""Robust regression for calibration: weighted quantile regression with a ridge, and weighted quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ROUNDS = 40
# Residuals smaller than this count as this: the weights of the reweighted least squares stay finite.
_LEAST_RESIDUAL = 0.05


def fit_quantile(design: Array, response: Array, weights: Array, ridge: float, quantile: float = 0.5) -> Array:
    """Coefficients of a linear quantile regression.

    Parameters
    ----------
    design : array, shape (m, k)
    response, weights : array, shape (m,)
        Weights of mean 1.
    ridge : float
        Penalty on the squared coefficients, per unit of weight.
    quantile : float
        0.5: least absolute deviations.

    Returns
    -------
    array, shape (k,)

    Notes
    -----
    Iteratively reweighted least squares (Schlossmacher 1973 for the median): a fixed number of rounds, so that the
    result does not depend on a tolerance.
    """
    coefficients = np.zeros(design.shape[1])
    penalty = ridge * weights.sum() * np.eye(design.shape[1])
    for _ in range(_ROUNDS):
        residuals = response - design @ coefficients
        sides = np.where(residuals > 0, 2 * quantile, 2 * (1 - quantile))
        weighted = design * (weights * sides / np.maximum(np.abs(residuals), _LEAST_RESIDUAL))[:, None]
        coefficients = np.linalg.solve(weighted.T @ design + penalty, weighted.T @ response)
    return coefficients


def weighted_quantiles(values: Array, weights: Array, probabilities: Sequence[float] | Array) -> Array:
    """Quantiles of weighted values, interpolated between the middles of their weights."""
    order = np.argsort(values, kind="stable")
    position = np.cumsum(weights[order]) - weights[order] / 2
    return np.asarray(np.interp(probabilities, position / weights.sum(), values[order]))
