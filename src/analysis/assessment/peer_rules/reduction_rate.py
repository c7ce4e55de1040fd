"""Average annual rate of reduction (AARR), as WHO and UNICEF use it: from the end points, or by regression.

Source: the functions of the package DSIR and their tests. A positive rate is a fall.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import fmean
from typing import Any

import numpy as np

from analysis.assessment.peer_rules.inputs import Course, read
from analysis.assessment.peer_rules.result import PeerResult
from analysis.assessment.rules import PeerRules

Pairs = list[tuple[int, float]]

_TOO_SHORT, _UNDEFINED, _REPEATED = "two distinct years", "undefined on the log scale", "Duplicated years"


def reduce_by_end_points(inputs: Mapping[str, Any] | Course, rules: PeerRules) -> PeerResult:
    """1 − (v₁ / v₀) ^ (1 / years), values of one year averaged.

    Parameters
    ----------
    inputs : mapping or Course
        series or series_pairs.
    rules : PeerRules
        Not used; every rule takes them.
    """

    def rate(pairs: Pairs) -> float:
        first, last = pairs[0][0], pairs[-1][0]
        start, end = (fmean(value for year, value in pairs if year == chosen) for chosen in (first, last))
        return float(1 - (end / start) ** (1 / (last - first)))

    return _reduce(inputs, rate)


def reduce_by_regression(inputs: Mapping[str, Any] | Course, rules: PeerRules) -> PeerResult:
    """1 − exp(b), b the slope of a line through the logarithms of all values.

    Parameters
    ----------
    inputs : mapping or Course
        series or series_pairs.
    rules : PeerRules
        Not used; every rule takes them.
    """

    def rate(pairs: Pairs) -> float:
        years, values = np.array(pairs, dtype=float).T
        centred = years - years.mean()
        slope = float(centred @ np.log(values) / (centred @ centred))
        return 1 - float(np.exp(slope))

    return _reduce(inputs, rate)


def _reduce(inputs: Mapping[str, Any] | Course, rate: Callable[[Pairs], float]) -> PeerResult:
    """The rate, or none where it is not defined, with the warning that the package gives."""
    pairs = read(Course, inputs).pairs()
    warning = _warning(pairs)
    if warning in (_TOO_SHORT, _UNDEFINED):
        return PeerResult(None, {"aarr": None, "warning": warning}, "no_growth_rate")
    return PeerResult(None, {"aarr": rate(pairs), "warning": warning})


def _warning(pairs: Pairs) -> str | None:
    years = [year for year, _ in pairs]
    if len(set(years)) < 2:
        return _TOO_SHORT
    if any(value <= 0 for _, value in pairs):
        return _UNDEFINED
    return _REPEATED if len(set(years)) < len(years) else None
