"""Compound annual growth rates (CAGR), on which the rules of Eurostat, Open SDG and UNSD rest."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from analysis.assessment.peer_rules.inputs import Course, read
from analysis.assessment.peer_rules.result import NOT_AVAILABLE, PeerResult
from analysis.assessment.rules import GrowthRules, PeerRules


@dataclass(frozen=True)
class Stretch:
    """The part of a series that a rule looks at.

    Parameters
    ----------
    base_year, current_year, target_year : int
    base, current : float
    target : float or None
    direction : {-1, 1}
        The direction that is an improvement.
    """

    base_year: int
    base: float
    current_year: int
    current: float
    target: float | None
    target_year: int
    direction: Literal[-1, 1]

    @property
    def is_met(self) -> bool:
        """Whether the current value reaches the target."""
        return self.target is not None and self.direction * (self.current - self.target) >= 0

    def observed(self) -> float | None:
        """Yearly growth so far, counted as an improvement."""
        growth = yearly_growth(self.base, self.current, self.current_year - self.base_year)
        return None if growth is None else (-1 if self.base < 0 else 1) * self.direction * growth

    def ratio(self) -> float | None:
        """Growth so far as a share of the growth that leads from the base to the target in time."""
        observed = self.observed()
        if observed is None or self.target is None:
            return None
        needed = yearly_growth(self.base, self.target, self.target_year - self.base_year)
        return observed / abs(needed) if needed else None

    def substituted(self, substitute: float) -> Stretch:
        """With the peers' substitute for a base of zero."""
        return replace(self, base=substitute) if self.base == 0 else self


def find_stretch(course: Course, rules: PeerRules) -> Stretch | None:
    """Base and current year as Open SDG and Eustat choose them; None without a value from the base year on.

    Parameters
    ----------
    course : Course
    rules : PeerRules

    Notes
    -----
    A base year without a value gives way to the next year that has one. A target of zero becomes 0.001. Improvement is
    a decrease unless stated otherwise.
    """
    points = course.points()
    wanted = rules.default_base_year if course.base_year is None else course.base_year
    base_year = min((year for year in points if year >= wanted), default=None)
    if base_year is None:
        return None
    current_year = max(points)
    return Stretch(
        base_year=base_year,
        base=points[base_year],
        current_year=current_year,
        current=points[current_year],
        target=rules.zero_substitute if course.target == 0 else course.target,
        target_year=rules.default_target_year if course.target_year is None else course.target_year,
        direction=course.direction or -1,
    )


def judge_growth(
    inputs: Mapping[str, Any] | Course,
    rules: PeerRules,
    cuts: GrowthRules,
    score_growth: Callable[[float, float], float],
) -> PeerResult:
    """What Open SDG and Eurostat have in common: growth against needed growth, or growth alone without a target.

    Parameters
    ----------
    inputs : mapping or Course
    rules : PeerRules
    cuts : GrowthRules
        Of the one rule.
    score_growth : callable
        Score of a growth rate without a target, given the growth and the factor C of a natural limit.
    """
    course = read(Course, inputs)
    found = find_stretch(course, rules)
    if found is None:
        return PeerResult(NOT_AVAILABLE, {"progress_value": None, "score": None}, "too_few_values")
    stretch = found.substituted(rules.zero_substitute)
    value = stretch.observed() if stretch.target is None else stretch.ratio()
    if found.is_met:
        return PeerResult(cuts.met, {"progress_value": value, "score": cuts.score_limit})
    if value is None:
        return PeerResult(NOT_AVAILABLE, {"progress_value": None, "score": None}, "no_growth_rate")
    if stretch.target is None:
        factor = limit_factor(found.base, course.limit, rules.limit_exponent)
        label, score = cuts.without_target.label(value, factor), score_growth(value, factor)
    else:
        # The second cut divides the fast line of the score from the slow one.
        line = cuts.fast_line if cuts.with_target.place(value) <= 1 else cuts.slow_line
        label, score = cuts.with_target.label(value), on_line(line, value)
    return PeerResult(label, {"progress_value": value, "score": clipped(score, cuts.score_limit)})


def yearly_growth(start: float, end: float, years: int) -> float | None:
    """Compound annual growth rate, as a share; None from zero, across a change of sign, and within one year.

    Notes
    -----
    (end / start) ^ (1 / years) − 1.
    """
    if years < 1 or start == 0 or start * end < 0:
        return None
    return math.pow(end / start, 1 / years) - 1


def limit_factor(base: float, limit: float | None, exponent: float) -> float:
    """By how much cuts above zero shrink near a natural limit, 0 to 1.

    Notes
    -----
    C = 1 − (|b| / |L|) ^ 4.44 below a limit, mirrored above it (a lower limit), 1 from twice the limit on.
    """
    if limit is None:
        return 1.0
    distance, reach = abs(base), abs(limit)
    if distance >= 2 * reach:
        return 1.0
    return 1 - math.pow((distance if distance <= reach else 2 * reach - distance) / reach, exponent)


def on_line(line: tuple[float, float], value: float) -> float:
    """Slope times value plus intercept."""
    return line[0] * value + line[1]


def clipped(score: float, limit: float) -> float:
    """A score within ± its limit."""
    return min(max(score, -limit), limit)
