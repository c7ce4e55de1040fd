"""China's score of responsibility for energy saving targets (节能目标责任评价考核计分), with its veto.

40 points for the target, 60 for the measures; whoever misses the target has not fulfilled, whatever the total. Source:
国务院批转节能减排统计监测及考核实施方案和办法的通知, and the score tables (计分表) issued under it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, Field

from analysis.assessment.peer_rules.inputs import Inputs, read
from analysis.assessment.peer_rules.result import NOT_AVAILABLE, PeerResult
from analysis.assessment.rules import PeerRules

_NOISE = 1e-9


class Fulfilment(Inputs):
    """Share of the target that was reached (1 = met), and the points of the measures part where they are known."""

    completion: float = Field(validation_alias=AliasChoices("completion", "completion_rate", "rate"))
    measures_points: float | None = Field(
        default=None, validation_alias=AliasChoices("measures_points", "measures_score", "measures")
    )


class Total(Inputs):
    """The sum of both parts."""

    total: float = Field(validation_alias=AliasChoices("total", "score", "total_score"))
    is_target_met: bool = Field(default=True, validation_alias=AliasChoices("is_target_met", "target_met", "met"))


def score_target(completion: float, rules: PeerRules) -> float:
    """Points of the target part.

    Parameters
    ----------
    completion : float
        Share of the target that was reached; 1 meets it.
    rules : PeerRules

    Notes
    -----
    40 / 36 / 32 / 28 / 24 / 20 from 100 / 90 / 80 / 70 / 60 / 50 % on, 0 below; 3 more for every full 10 % over the
    target, at most 9.
    """
    cuts = rules.responsibility
    points = next((points for share, points in cuts.steps if completion >= share - _NOISE), 0.0)
    full_steps = max(0, math.floor((completion - 1) / cuts.bonus_step + _NOISE))
    return points + min(cuts.bonus_points * full_steps, cuts.bonus_limit)


def grade_total(inputs: Mapping[str, Any] | Total, rules: PeerRules) -> PeerResult:
    """Over-fulfilled from 95 points on, fulfilled from 80, basically from 60; a missed target is a veto.

    Parameters
    ----------
    inputs : mapping or Total
        total, is_target_met.
    rules : PeerRules
    """
    total = read(Total, inputs)
    grades = rules.responsibility.grades
    label = grades.label(total.total) if total.is_target_met else grades.below
    return PeerResult(label, {"total": total.total, "is_vetoed": not total.is_target_met})


def score_fulfilment(inputs: Mapping[str, Any] | Fulfilment, rules: PeerRules) -> PeerResult:
    """Points of the target part, and the grade where it is certain.

    Parameters
    ----------
    inputs : mapping or Fulfilment
        completion, measures_points (0 to 60).
    rules : PeerRules

    Notes
    -----
    Without the measures part only the veto is certain: a missed target is not fulfilled.
    """
    found = read(Fulfilment, inputs)
    points = score_target(found.completion, rules)
    is_met = found.completion >= 1 - _NOISE
    total = None if found.measures_points is None else points + found.measures_points
    figures = {"score": points, "total": total, "is_vetoed": not is_met}
    if not is_met:
        return PeerResult(rules.responsibility.grades.below, figures)
    if total is None:
        return PeerResult(NOT_AVAILABLE, figures, "no_measures_part")
    return PeerResult(rules.responsibility.grades.label(total), figures)
