"""China's yearly changes chained to a reduction so far (累计降低率), and progress against elapsed time (时间进度)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, Field

from analysis.assessment.peer_rules.inputs import Inputs, read
from analysis.assessment.peer_rules.result import PeerResult, PeerRuleError
from analysis.assessment.rules import PeerRules


class Changes(Inputs):
    """Yearly changes and the target, all as shares: a fall of 3 % is −0.03, a target of −17 % is 0.17."""

    changes: list[float] = Field(validation_alias=AliasChoices("changes", "yearly_changes", "x"), min_length=1)
    target: float = Field(validation_alias=AliasChoices("target", "target_reduction", "T"))


class Elapsed(Inputs):
    """A reduction against its target, in the same unit, and the years of the plan."""

    reduction: float = Field(validation_alias=AliasChoices("reduction", "actual", "actual_reduction"))
    target: float = Field(validation_alias=AliasChoices("target", "target_reduction"))
    base_year: int = Field(validation_alias=AliasChoices("base_year", "baseline_year", "baseline"))
    current_year: int = Field(validation_alias=AliasChoices("current_year", "current"))
    target_year: int


def chain_reductions(inputs: Mapping[str, Any] | Changes, rules: PeerRules) -> PeerResult:
    """Change so far, its yearly mean, what remains, and progress on the log scale.

    Parameters
    ----------
    inputs : mapping or Changes
        changes, target.
    rules : PeerRules
        Not used; every rule takes them.

    Notes
    -----
    cum = ∏ (1 + x_i) − 1; mean = (1 + cum)^(1/n) − 1; remaining = (1 − T) / (1 + cum) − 1;
    log progress = ln(1 + cum) / ln(1 − T).
    """
    found = read(Changes, inputs)
    target = abs(found.target)
    kept = math.prod(1 + change for change in found.changes)
    if kept <= 0 or not 0 < target < 1:
        raise PeerRuleError(f"inputs: found target {found.target}, changes {found.changes}; expected shares below 1")
    figures = {
        "cum": kept - 1,
        "mean": kept ** (1 / len(found.changes)) - 1,
        "remaining": (1 - target) / kept - 1,
        "log_progress": math.log(kept) / math.log(1 - target),
    }
    return PeerResult(None, figures)


def compare_with_time(inputs: Mapping[str, Any] | Elapsed, rules: PeerRules) -> PeerResult:
    """Completion against elapsed time.

    Parameters
    ----------
    inputs : mapping or Elapsed
        reduction, target, base_year, current_year, target_year.
    rules : PeerRules
        Not used; every rule takes them.
    """
    found = read(Elapsed, inputs)
    if found.target == 0 or found.target_year == found.base_year:
        raise PeerRuleError("inputs: found a target of zero or a plan without years; expected neither")
    completion = found.reduction / found.target
    elapsed = (found.current_year - found.base_year) / (found.target_year - found.base_year)
    if completion >= 1:
        label = "met_early" if elapsed < 1 else "met"
    else:
        label = "ahead_of_time_schedule" if completion >= elapsed else "behind_time_schedule"
    return PeerResult(label, {"completion": completion, "time_elapsed": elapsed})
