"""The trend assessment of the United Nations Statistics Division's progress chart: ratio of growth rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.assessment.peer_rules.growth import find_stretch
from analysis.assessment.peer_rules.inputs import Course, read
from analysis.assessment.peer_rules.result import PeerResult
from analysis.assessment.rules import PeerRules


def judge_ratio(inputs: Mapping[str, Any] | Course, rules: PeerRules) -> PeerResult:
    """Label of the ratio CR of observed to needed yearly growth.

    Parameters
    ----------
    inputs : mapping or Course
        series, base_year, current_year, target, target_year, direction.
    rules : PeerRules
    """
    stretch = find_stretch(read(Course, inputs), rules)
    ratio = stretch.ratio() if stretch else None
    figures = {"cr": ratio, "progress_value": ratio}
    if stretch and stretch.is_met:
        return PeerResult(rules.unsd.met, figures)
    if ratio is None:
        return PeerResult(rules.unsd.unknown, figures, "no_growth_rate")
    return PeerResult(rules.unsd.ratio.label(ratio), figures)
