"""Eurostat's rule of growth rates, with the labels and scores of Eustat (Basque Country).

Where Eurostat speaks of insufficient progress (0 to 60 % of the growth needed), Eustat's label is
``moderate_deterioration``. Source: Eurostat's monitoring of sustainable development, and Eustat's build script.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.assessment.peer_rules import growth
from analysis.assessment.peer_rules.inputs import Course
from analysis.assessment.peer_rules.result import PeerResult
from analysis.assessment.rules import PeerRules


def judge_growth(inputs: Mapping[str, Any] | Course, rules: PeerRules) -> PeerResult:
    """Label, progress value (ratio of growth rates, or the growth rate) and score from −5 to 5.

    Parameters
    ----------
    inputs : mapping or Course
        series, base_year, current_year, target, target_year, direction, limit.
    rules : PeerRules

    Notes
    -----
    Actual over required growth R; score 5 / 0.7 (R − 0.6) from the second cut on, 5 / 1.2 (R + 0.6) − 5 below; without
    a target 250 times the growth, over C where it is positive.
    """
    cuts = rules.eurostat

    def score(value: float, factor: float) -> float:
        if value < 0:
            return cuts.growth_slope * value
        # A limit that is reached and kept earns the full score.
        return cuts.growth_slope * value / factor if factor else cuts.score_limit

    return growth.judge_growth(inputs, rules, cuts, score)
