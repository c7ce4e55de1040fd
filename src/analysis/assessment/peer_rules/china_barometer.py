"""China's barometer of the energy targets (能耗双控目标完成情况晴雨表), in its two published versions.

First quarter: the shortfall against the progress requirement. First half: whether the intensity rose at all. The years
and documents of the versions stand in the methods chapter. Reductions are positive numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, Field

from analysis.assessment.peer_rules.inputs import Inputs, read
from analysis.assessment.peer_rules.result import NOT_AVAILABLE, PeerResult
from analysis.assessment.rules import PeerRules


class Reduction(Inputs):
    """What was required and what was reached, both in the same unit; a rise is a negative reduction."""

    required: float = Field(
        validation_alias=AliasChoices("required", "required_reduction", "target", "target_reduction")
    )
    actual: float = Field(
        validation_alias=AliasChoices("actual", "actual_reduction", "reduction", "achieved", "current")
    )


def warn_by_gap(inputs: Mapping[str, Any] | Reduction, rules: PeerRules) -> PeerResult:
    """Level 3 (green): requirement met; 2 (yellow): missed by at most 10 % of it; 1 (red): missed by more.

    Parameters
    ----------
    inputs : mapping or Reduction
        required, actual.
    rules : PeerRules
    """
    reduction = read(Reduction, inputs)
    if reduction.required == 0:
        return PeerResult(NOT_AVAILABLE, {"gap_share": None}, "nothing_required")
    gap = (reduction.required - reduction.actual) / abs(reduction.required)
    green, yellow, red = rules.barometer.labels_gap
    is_slight = round(gap, 9) <= rules.barometer.yellow
    return PeerResult(green if round(gap, 9) <= 0 else yellow if is_slight else red, {"gap_share": gap})


def warn_by_direction(inputs: Mapping[str, Any] | Reduction, rules: PeerRules) -> PeerResult:
    """Level 1: the intensity rose; 2: it fell by less than required; 3: by as much or more.

    Parameters
    ----------
    inputs : mapping or Reduction
        required, actual.
    rules : PeerRules
    """
    reduction = read(Reduction, inputs)
    best, middle, worst = rules.barometer.labels_half_year
    label = worst if reduction.actual < 0 else best if reduction.actual >= reduction.required else middle
    return PeerResult(label, {"actual": reduction.actual, "required": reduction.required})
