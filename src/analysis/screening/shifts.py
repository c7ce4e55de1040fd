"""Level shifts at declared breaks, and suspected ones elsewhere."""

from __future__ import annotations

import numpy as np

from analysis.screening.chance import robust_chance
from analysis.screening.finding import Finding, finding, number
from analysis.screening.jumps import change_scale
from analysis.screening.rules import LevelShiftRules
from analysis.screening.series import Series, change_unit


def level_shift(series: Series, rules: LevelShiftRules) -> list[Finding]:
    """A change that stays: at a declared break (level_shift), or at another year (suspected_break).

    Notes
    -----
    δ = d_t − median of the other changes d_s, s ≠ t. It stays if each of the next years keeps at least a stated
    share of it: (x_(t+k) − x_(t−1) − (k + 1) · median) / δ; the same backwards, for the end of a spike. The chance
    of δ is that of ``jumps.jump`` with all other changes as the yardstick: the change before or after counts in place
    of the median if it is nearer, and a deviation that another year has reached as well is no shift. A declared break
    is one test, all other years share one significance (Bonferroni). Level shift as a type of outlier: Chen and Liu
    (1993); here in a robust form for short series, without their iterations (own rule). Of a series of yearly changes
    only declared breaks are tested: every unusual change would stay.
    """
    declared = {item.year for item in series.breaks}
    changes = series.changes
    if len(changes.values) - 1 < rules.minimum_other_changes:
        return []
    tests = [
        (place, int(year) in declared)
        for place, year in enumerate(changes.years)
        if len(changes.values) - place - 1 >= rules.minimum_later_changes
        and place > 0
        and (int(year) in declared or series.kind != "yearly_change")
    ]
    undeclared = sum(not is_declared for _, is_declared in tests)
    findings = [
        found
        for place, is_declared in tests
        if (found := _tested(series, place, is_declared, 1 if is_declared else undeclared, rules))
    ]
    suspected = [item for item in findings if item.rule == "suspected_break"]
    strongest = min(suspected, key=lambda item: float(item.evidence["chance"]), default=None)
    return [item for item in findings if item.rule == "level_shift" or item is strongest]


def _tested(series: Series, place: int, is_declared: bool, tests: int, rules: LevelShiftRules) -> Finding | None:
    changes = series.changes
    others = np.delete(changes.values, place)
    usual = float(np.median(others))
    shift = float(changes.values[place]) - usual
    scale = change_scale(others, float(changes.resolution[place]))
    deviation = min(abs(shift), *np.abs(changes.values[place] - changes.values[[place - 1, place + 1]]))
    chance = min(1.0, robust_chance(float(deviation), scale, len(others)) * tests)
    is_largest = abs(shift) > np.abs(others - usual).max()
    if chance >= rules.significance or not is_largest or not _stays(changes.values, place, usual, shift, rules):
        return None
    evidence = {"shift": number(shift), "usual": number(usual), "unit": change_unit(series), "chance": number(chance)}
    rule = "level_shift" if is_declared else "suspected_break"
    return finding(rule, series, int(changes.years[place]), series.points(), **evidence)


def _stays(changes: np.ndarray, place: int, usual: float, shift: float, rules: LevelShiftRules) -> bool:
    """Whether the following changes do not take the shift back, nor does it take back those before it (a spike)."""
    later = changes[place + 1 : place + 1 + rules.later_years] - usual
    earlier = changes[max(0, place - rules.later_years) : place][::-1] - usual
    kept = [1 + np.cumsum(part) / shift for part in (later, earlier)]
    return bool((np.concatenate(kept) >= rules.least_share_kept).all())
