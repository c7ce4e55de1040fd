"""The weather symbols of the German sustainability strategy: remaining gap at the mean pace of the last years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.assessment.peer_rules.inputs import Course, read
from analysis.assessment.peer_rules.result import NOT_AVAILABLE, PeerResult
from analysis.assessment.rules import PeerRules

# As many decimals as the published recomputation has.
_DECIMALS = 6


def forecast_weather(inputs: Mapping[str, Any] | Course, rules: PeerRules) -> PeerResult:
    """Symbol and, under ``recomputed``, the mean change, its projection and the share of the gap that it leaves.

    Parameters
    ----------
    inputs : mapping or Course
        series, current_year, target, target_year, direction, window (number of data points).
    rules : PeerRules

    Notes
    -----
    a = (v_t − v_first) / years over the last six data points; P = v_t + a (T − t); what P misses, as a share of
    today's gap, gives the symbol. A target that is met: sun while the mean change is not for the worse.
    """
    course = read(Course, inputs)
    window = list(course.points().items())[-(course.window or rules.germany.window_points) :]
    if len(window) < rules.germany.minimum_points:
        return PeerResult(NOT_AVAILABLE, {"recomputed": None}, "too_few_values")
    (first_year, first), (year, value) = window[0], window[-1]
    mean = (value - first) / (year - first_year)
    if course.target is None:
        last = value - window[-2][1]
        return _without_target(mean, last, course.direction or -1)
    side = course.direction or (1 if course.target >= value else -1)
    gap = (course.target - value) * side
    if gap <= 0:
        label = "sun" if mean * side >= 0 else "slightly_cloudy"
        return PeerResult(label, {"recomputed": {"avg": _rounded(mean), "met": True}})
    horizon = year if course.target_year is None else course.target_year
    projected = value + mean * (horizon - year)
    missed = (course.target - projected) * side / gap
    figures = {"avg": _rounded(mean), "proj": _rounded(projected), "miss_share": _rounded(missed), "met": False}
    return PeerResult(_symbol(mean * side, missed, rules), {"recomputed": figures})


def _symbol(improvement: float, missed: float, rules: PeerRules) -> str:
    if improvement <= 0:
        return "thunderstorm"
    share = _rounded(missed)
    if share < rules.germany.sun:
        return "sun"
    return "slightly_cloudy" if share <= rules.germany.slightly_cloudy else "cloud"


def _without_target(mean: float, last: float, side: int) -> PeerResult:
    """Only a direction is given: whether the mean change and the last change follow it."""
    symbols = {
        (True, True): "sun",
        (True, False): "slightly_cloudy",
        (False, True): "cloud",
        (False, False): "thunderstorm",
    }
    label = symbols[mean * side > 0, last * side > 0]
    return PeerResult(label, {"recomputed": {"avg": _rounded(mean), "last": _rounded(last)}})


def _rounded(value: float) -> float:
    return round(value, _DECIMALS)
