"""Values that hit the target, or the line to it, exactly and year after year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
import pandas as pd

from analysis.measures import DERIVED, courses_of, target_level
from analysis.plan import Plan, Scored
from analysis.screening.chance import binomial_tail
from analysis.screening.finding import Finding, finding, number, years_text
from analysis.screening.jumps import change_scale
from analysis.screening.rules import ExactTargetRules
from analysis.screening.series import Series

# Relative slack for comparing binary fractions.
_SLACK = 1e-9


@dataclass(frozen=True)
class Line:
    """What a measure may be compared with: one value for each year.

    Parameters
    ----------
    name : {"level", "path", "straight"}
        The target itself, the plan's own yearly path, or the straight line from the base to the target.
    values : dict of int to float
        In the measure's unit.
    """

    name: str
    values: Mapping[int, float]


def exact_targets(
    delivered: Sequence[Series], measures: pd.DataFrame, plan: Plan, rules: ExactTargetRules
) -> list[Finding]:
    """Apply :func:`exact_target` to every tier of every scored indicator and region.

    Parameters
    ----------
    delivered : sequence of Series
        The newest values.
    measures : DataFrame
        Contract ``measures``, of the same observations.
    plan : Plan
    rules : ExactTargetRules
    """
    by_key = {(series.region, series.indicator): series for series in delivered}
    groups = courses_of(measures)
    findings: dict[tuple[str, str], Finding] = {}
    for scored in plan.scored():
        if scored.target.kind == "milestone":
            continue
        for region in [item.id for item in plan.regions]:
            key = (region, scored.indicator.id)
            if key in groups and key in by_key and key not in findings:
                findings.update((key, item) for item in exact_target(by_key[key], groups[key], scored, rules))
    return list(findings.values())


def exact_target(series: Series, measured: pd.DataFrame, scored: Scored, rules: ExactTargetRules) -> list[Finding]:
    """A measure that meets the target, its path or the straight line to it, to the last digit (exact_target).

    Parameters
    ----------
    series : Series
        The delivered values.
    measured : DataFrame
        Contract ``measures``, of the same region and indicator, by year (:func:`analysis.measures.courses_of`).
    scored : Scored
    rules : ExactTargetRules

    Notes
    -----
    A hit is |m_t − line_t| ≤ h_t, with h_t half a step of the last digit, for chained or added values times the years
    since the base. Of the n years after the base (to the target year) k hit one line. Chance: number of lines ×
    binomial tail P(K ≥ k) with p = 2 h / (√(2π) σ), the most that a normal scatter σ around the line allows; σ from
    the measure's own changes (1.4826 · MAD), at least a stated share of the planned yearly step. Values at a bound
    of the indicator (100 %) are no hits. Own rule; bunching of reported values at a target: Ghanem and Zhang (2014),
    Effortless Perfection: Do Chinese cities manipulate air pollution data?
    """
    exact = measured["value"][(measured["bound"] == "exact").to_numpy()]
    base_year, base_value = int(measured["base_year"].iloc[0]), float(measured["base_value"].iloc[0])
    after = exact[(exact.index > base_year) & (exact.index <= scored.target_year)]
    after = after[[not series.is_at_bound(value) for value in after]]
    lines = _lines(scored, base_year, base_value)
    if len(after) < rules.minimum_hits or not lines:
        return []
    reach = _reach(series, scored, base_year, base_value, after.index.to_numpy(int))
    scale = _scale(exact, scored, base_year, base_value, rules, float(np.median(reach)))
    p = min(1.0, 2 * float(reach.mean()) / (sqrt(2 * pi) * scale))
    found = []
    for line in lines:
        hits = [
            int(year)
            for year, value, near in zip(after.index, after, reach, strict=True)
            if year in line.values and abs(value - line.values[year]) <= near + _SLACK * (1 + abs(value))
        ]
        chance = min(1.0, len(lines) * binomial_tail(len(hits), len(after), p))
        if len(hits) >= rules.minimum_hits and chance < rules.significance:
            found.append((chance, line.name, hits))
    if not found:
        return []
    chance, name, hits = min(found)
    evidence = {"line": name, "years": years_text(hits), "count": str(len(hits)), "chance": number(chance)}
    evidence["total"] = str(len(after))
    return [finding("exact_target", series, hits[-1], series.points(), **evidence)]


def _lines(scored: Scored, base_year: int, base_value: float) -> list[Line]:
    years = range(base_year + 1, scored.target_year + 1)
    lines = []
    for tier in scored.target.tiers:
        level = target_level(scored, tier.value, base_value)
        if scored.target.kind in ("level_at_least", "level_at_most"):
            lines.append(Line("level", dict.fromkeys(years, level)))
        if np.isfinite(base_value) and level != base_value and scored.target_year > base_year:
            lines.append(
                Line("straight", {year: _between(scored, base_year, base_value, level, year) for year in years})
            )
    path = {year: target_level(scored, value, base_value) for year, value in scored.target.path.items()}
    return [*lines, Line("path", path)] if path else lines


def _between(scored: Scored, base_year: int, base_value: float, level: float, year: int) -> float:
    """On the straight line from the base to the target; for an index the line of equal yearly rates."""
    share = (year - base_year) / (scored.target_year - base_year)
    if scored.target.kind == "relative_reduction" and base_value > 0 and level > 0:
        return float(base_value * (level / base_value) ** share)
    return base_value + share * (level - base_value)


def _reach(series: Series, scored: Scored, base_year: int, base_value: float, years: np.ndarray) -> np.ndarray:
    """How far from the line a value may lie and still be printed as lying on it."""
    half_a_step = series.unit_of_last_digit / 2
    is_summed = scored.target.kind in DERIVED and series.kind in ("yearly_change", "yearly_increment")
    if is_summed:
        return half_a_step * (years - base_year).astype(float)
    if scored.target.kind == "relative_reduction":
        delivered = dict(series.points())
        base = abs(delivered.get(base_year, base_value)) or 1.0
        return np.full(len(years), 100 * half_a_step / base)
    return np.full(len(years), half_a_step)


def _scale(
    exact: pd.Series[float], scored: Scored, base_year: int, base_value: float, rules: ExactTargetRules, reach: float
) -> float:
    """Scatter around the plan's line that the series' own changes, or the planned step, let expect."""
    level = target_level(scored, scored.target.tiers[0].value, base_value)
    step = abs(level - base_value) / max(1, scored.target_year - base_year)
    planned = rules.least_spread * step if np.isfinite(step) else 0.0
    changes = np.diff(np.asarray(exact, dtype=np.float64))
    own = change_scale(changes, 2 * reach) if len(changes) > 1 else 2 * reach
    return max(own, planned)
