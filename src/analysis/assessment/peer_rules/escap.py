"""The current status index of the Economic and Social Commission for Asia and the Pacific."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.assessment.peer_rules.inputs import Course, read
from analysis.assessment.peer_rules.result import PeerResult
from analysis.assessment.rules import PeerRules


def index_status(inputs: Mapping[str, Any] | Course, rules: PeerRules) -> PeerResult:
    """A number only: 0 at the base, 10 at the target, negative when moving away.

    Parameters
    ----------
    inputs : mapping or Course
        series, base_year, current_year, target.
    rules : PeerRules

    Notes
    -----
    10 · (v − b) / (G − b).
    """
    course = read(Course, inputs)
    points = course.points()
    first = min((year for year in points if year >= (course.base_year or year)), default=None)
    if first is None:
        return PeerResult(None, {"csi": None}, "too_few_values")
    base, value = points[first], points[max(points)]
    if course.target is None:
        return PeerResult(None, {"csi": None}, "no_target")
    if course.target == base:
        return PeerResult(None, {"csi": None}, "target_is_base")
    return PeerResult(None, {"csi": rules.escap.scale * (value - base) / (course.target - base)})
