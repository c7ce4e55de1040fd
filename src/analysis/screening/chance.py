"""Probabilities under "nothing is wrong", and robust scales, that several rules share."""

from __future__ import annotations

from math import comb, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, stdtr

Numbers = NDArray[np.float64]

# Constants of the normal distribution: what makes MAD and quartile range estimate a standard deviation, and how
# efficient the MAD is compared with the standard deviation.
MAD_TO_SD = 1.4826
QUARTILE_RANGE_TO_SD = 1.349
MAD_EFFICIENCY = 0.37


def mad_scale(values: Numbers) -> float:
    """Standard deviation estimated by the median absolute deviation from the median (Hampel 1974)."""
    return MAD_TO_SD * float(np.median(np.abs(values - np.median(values))))


def quartile_scale(values: Numbers) -> float:
    """Standard deviation estimated by the range between the quartiles (Tukey 1977)."""
    low, high = np.quantile(values, [0.25, 0.75])
    return float(high - low) / QUARTILE_RANGE_TO_SD


def robust_chance(deviation: float, scale: float, number: int) -> float:
    """Probability of a new value so far from the median of ``number`` earlier ones.

    Parameters
    ----------
    deviation : float
        Distance of the new value from the median of the earlier ones.
    scale : float
        Above 0; as :func:`mad_scale` gives it for the earlier values.
    number : int
        Of earlier values, at least 2.

    Returns
    -------
    float
        Two-sided, 0 to 1.

    Notes
    -----
    t = |deviation| / (scale · √(1 + π / 2n)), compared with Student's distribution with 0.37 (n − 1) degrees of
    freedom: the median has the variance π σ² / 2n, and a MAD of n values knows σ as well as a standard deviation of
    0.37 n values does (Rousseeuw and Croux 1993). This is the small-sample factor: from 5 earlier values a change
    has to be far more extreme than from 15.
    """
    statistic = abs(deviation) / (scale * sqrt(1 + pi / (2 * number)))
    return float(2 * stdtr(MAD_EFFICIENCY * (number - 1), -statistic))


def match_chance(resolution: float, scale: float) -> float:
    """Upper bound of the probability that two independent values agree.

    Notes
    -----
    The difference of two normal values of standard deviation σ has the density 1 / (2 √π σ) at 0; two values agree
    if they differ by less than the resolution w (total width): P ≤ w / (2 √π σ).
    """
    return min(1.0, resolution / (2 * sqrt(pi) * scale)) if scale > 0 else 1.0


def coincidence_chance(number: int, agreeing: int, chance: float) -> float:
    """Upper bound of the probability that any ``agreeing`` of ``number`` values agree: C(n, k) · p^(k − 1).

    The birthday problem; the bound is the expected number of such groups.
    """
    return float(min(1.0, comb(number, agreeing) * chance ** (agreeing - 1)))


def binomial_tail(successes: int, number: int, chance: float) -> float:
    """Probability of at least so many successes, exactly."""
    if successes <= 0:
        return 1.0
    return float(bdtrc(successes - 1, number, chance))
