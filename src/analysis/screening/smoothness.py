"""Series that are too smooth for their own history."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from math import comb

import numpy as np

from analysis.screening.finding import Finding, finding, number
from analysis.screening.rules import SmoothnessRules
from analysis.screening.series import Series

# Beyond this many choices the permutation test would take long; the oldest changes are left out instead.
_MOST_CHOICES = 20_000


def too_smooth(series: Series, rules: SmoothnessRules) -> list[Finding]:
    """Recent changes that vary far less than the earlier ones (too_smooth).

    Notes
    -----
    s_r is the standard deviation of the newest m changes, s_e that of all earlier ones. Flagged if s_r ≤ c · s_e and
    if the share of all choices of m changes with a standard deviation of at most s_r is small: an exact permutation
    test of "the changes could have come in any order" (Ernst 2004, Permutation Methods: A Basis for Exact
    Inference). Not tested if the earlier changes vary no more than rounding does, nor if the recent values stay at a
    bound of the indicator. Standard deviations too small to be true as a sign of invented data: Simonsohn (2013).
    """
    recent = rules.recent_changes
    values = _usable(series.changes.values, recent)
    number_of_choices = comb(len(values), recent)
    if len(values) < 2 * recent or number_of_choices * rules.significance < 1:
        return []
    if all(series.is_at_bound(value) for value in series.values[-recent:]):
        return []
    recent_sd, earlier_sd = float(np.std(values[-recent:])), float(np.std(values[:-recent]))
    least = rules.least_earlier_units * float(np.median(series.changes.resolution))
    if earlier_sd < least or recent_sd > rules.largest_ratio * earlier_sd:
        return []
    chosen = values[_choices(len(values), recent)].std(axis=1)
    chance = float(np.mean(chosen <= recent_sd * (1 + 1e-9) + 1e-12))
    if chance >= rules.significance:
        return []
    evidence = {
        "count": str(recent),
        "recent": number(recent_sd),
        "earlier": number(earlier_sd),
        "chance": number(chance),
    }
    return [finding("too_smooth", series, series.years[-1], series.points(), **evidence)]


def _usable(values: np.ndarray, recent: int) -> np.ndarray:
    while comb(len(values), recent) > _MOST_CHOICES:
        values = values[1:]
    return values


@cache
def _choices(number_of_changes: int, chosen: int) -> np.ndarray:
    return np.array(list(combinations(range(number_of_changes), chosen)))
