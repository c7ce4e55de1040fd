"""Is there a trend at all? Sen slope and Mann–Kendall test with the exact distribution of short series.

With four values even a perfect rise has p = .083, with five .017: a normal approximation would hide that. The exact
distribution is therefore used throughout, also with tied values; from ten values on the test is corrected for
autocorrelation, which can only weaken the evidence.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Two values closer than this, relative to the largest one, are tied: chained values carry rounding noise.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Slope:
    """Sen slope with its interval.

    Parameters
    ----------
    slope : float
        Median of the slopes between all pairs of years, in the values' unit a year.
    intercept : float
        Median of the values less the slope times the median time; time counts from the first year.
    lower, upper : float
        Limits of the interval; NaN where so few values carry none.
    confidence : float
        Exact coverage of the interval without ties, at least the one asked for; NaN without an interval.
    """

    slope: float
    intercept: float
    lower: float
    upper: float
    confidence: float


@dataclass(frozen=True)
class TrendTest:
    """Mann–Kendall test.

    Parameters
    ----------
    statistic : int
        S: rising pairs less falling pairs.
    p_value : float
        Two-sided; the exact one, or the corrected one where that is larger.
    p_exact : float
        Share of all orders of the same values whose absolute S is at least as large.
    p_best : float
        The smallest exact p that so many values can have at all.
    variance_factor : float
        By how much autocorrelation inflates the variance; 1 without correction.
    """

    statistic: int
    p_value: float
    p_exact: float
    p_best: float
    variance_factor: float


def sen_slope(times: Array, values: Array, confidence: float = 0.95) -> Slope:
    """Median slope of all pairs, with the interval from the exact distribution of S.

    Parameters
    ----------
    times : array, shape (n,)
        Distinct and increasing.
    values : array, shape (n,)
    confidence : float
        At least this coverage, between 0 and 1.

    Notes
    -----
    The interval holds every slope b for which the test of ``values − b · times`` does not reject: with C the smallest
    value for which P(S ≥ C) ≤ (1 − confidence) / 2, it runs from the k-th smallest to the k-th largest of the N pair
    slopes, k = (N − C) / 2 + 1.
    """
    first, second = np.triu_indices(len(values), 1)
    slopes = np.sort((values[second] - values[first]) / (times[second] - times[first]))
    if not len(slopes):
        return Slope(*[math.nan] * 5)
    slope = float(np.median(slopes))
    intercept = float(np.median(values) - slope * np.median(times - times[0]))
    critical, tail = _critical(len(values), (1 - confidence) / 2)
    if not critical:
        return Slope(slope, intercept, math.nan, math.nan, math.nan)
    place = (len(slopes) - critical) // 2
    return Slope(slope, intercept, float(slopes[place]), float(slopes[-1 - place]), 1 - 2 * tail)


def mann_kendall(values: Array, correction_from: int = 0, lag_share: float = 0.25) -> TrendTest:
    """Test whether values rise or fall in the order given.

    Parameters
    ----------
    values : array, shape (n,)
        In the order of time.
    correction_from : int
        Number of values from which on the variance is corrected for autocorrelation; 0: never.
    lag_share : float
        Longest lag of the correction as a share of n.

    Notes
    -----
    S depends on order only: among values of which n₁, n₂, … are tied, the falling pairs of all distinct orders are
    counted by the Gaussian multinomial coefficient [n]_q! / ([n₁]_q! [n₂]_q! …), so that the distribution is exact
    with ties, too.
    """
    n = len(values)
    ranks = _ranks(values)
    first, second = np.triu_indices(n, 1)
    statistic = int(np.sign(ranks[second] - ranks[first]).sum())
    groups = tuple(sorted(Counter(ranks.tolist()).values()))
    p_exact = _two_sided(groups, statistic)
    untied = _pairs(n) - sum(map(_pairs, groups))
    factor = 1.0
    if correction_from and n >= max(correction_from, 4):
        factor = variance_factor(values, int(n * lag_share))
    p_value = max(p_exact, _normal(groups, statistic, factor)) if factor > 1 else p_exact
    return TrendTest(statistic, p_value, p_exact, _two_sided(groups, untied), factor)


def variance_factor(values: Array, lags: int) -> float:
    """By how much autocorrelation inflates the variance of S; never below 1.

    Parameters
    ----------
    values : array, shape (n,)
        In the order of time, evenly spaced.
    lags : int
        Longest lag.

    Notes
    -----
    Hamed and Rao (1998): 1 + 2 / (n (n−1) (n−2)) · Σ (n−i) (n−i−1) (n−i−2) ρᵢ over the lags i at which the
    autocorrelation ρᵢ of the ranks of the values less their Sen trend is significant (|ρᵢ| > 1.96 / √n). A factor
    below 1 would turn negative autocorrelation into evidence and is not used.
    """
    n = len(values)
    times = np.arange(n, dtype=float)
    ranks = _ranks(values - sen_slope(times, values).slope * times)
    centred = ranks - ranks.mean()
    power = float(centred @ centred)
    if power == 0:
        return 1.0
    total = 0.0
    for lag in range(1, lags + 1):
        correlation = float(centred[:-lag] @ centred[lag:]) / power
        if abs(correlation) > 1.96 / math.sqrt(n):
            total += (n - lag) * (n - lag - 1) * (n - lag - 2) * correlation
    return max(1.0, 1 + 2 * total / (n * (n - 1) * (n - 2)))


def _ranks(values: Array) -> Array:
    """Average ranks; values that differ by rounding noise only are tied."""
    order = np.argsort(values, kind="stable")
    noise = _ROUNDING * float(np.max(np.abs(values), initial=0.0))
    ranks = np.empty(len(values))
    start = 0
    steps = [place for place, (low, high) in enumerate(pairwise(values[order]), 1) if high - low > noise]
    for end in [*steps, len(values)]:
        ranks[order[start:end]] = (start + 1 + end) / 2
        start = end
    return ranks


def _pairs(n: int) -> int:
    return n * (n - 1) // 2


@cache
def _orders(groups: tuple[int, ...]) -> tuple[int, ...]:
    """How many distinct orders of values with these numbers of ties have 0, 1, 2, … falling pairs."""
    counts = [1]
    total = 0
    for size in groups:
        for j in range(1, size + 1):
            total += 1
            counts = _divided(_multiplied(counts, total), j)
    return tuple(counts)


def _multiplied(counts: list[int], m: int) -> list[int]:
    """Times 1 − q^m."""
    result = [*counts, *[0] * m]
    for place, count in enumerate(counts):
        result[place + m] -= count
    return result


def _divided(counts: list[int], m: int) -> list[int]:
    """Divided by 1 − q^m, which leaves no remainder."""
    result = list(counts)
    for place in range(m, len(result)):
        result[place] += result[place - m]
    return result[: len(result) - m]


def _two_sided(groups: tuple[int, ...], statistic: int) -> float:
    """P(|S| ≥ |statistic|) over all orders."""
    counts = _orders(groups)
    untied = len(counts) - 1
    extreme = sum(count for falling, count in enumerate(counts) if abs(untied - 2 * falling) >= abs(statistic))
    return extreme / sum(counts)


def _critical(n: int, tail: float) -> tuple[int, float]:
    """The smallest S whose upper tail is at most so large, and that tail; (0, 0) if there is none."""
    counts = _orders((1,) * n)
    total, reached, found = math.factorial(n), 0, (0, 0.0)
    for falling, count in enumerate(counts):
        reached += count
        statistic = len(counts) - 1 - 2 * falling
        if reached > tail * total or statistic <= 0:
            break
        found = (statistic, reached / total)
    return found


def _normal(groups: tuple[int, ...], statistic: int, factor: float) -> float:
    """Two-sided p of the normal approximation with continuity correction and inflated variance."""
    n = sum(groups)
    spread = n * (n - 1) * (2 * n + 5) - sum(size * (size - 1) * (2 * size + 5) for size in groups)
    if not spread or not statistic:
        return 1.0
    z = (abs(statistic) - 1) / math.sqrt(factor * spread / 18)
    return math.erfc(z / math.sqrt(2))
