"""The same figures under other years, or in another place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.screening.chance import match_chance, quartile_scale
from analysis.screening.finding import Finding, finding, number
from analysis.screening.rules import RepetitionRules
from analysis.screening.series import SIGNIFICANT_DIGITS, Series


@dataclass(frozen=True)
class _Start:
    """Where a run of values begins."""

    series: int
    position: int


def repeated_series(delivered: Sequence[Series], rules: RepetitionRules) -> list[Finding]:
    """Runs of values that were delivered twice, with other years or in another region (repeated_series).

    Parameters
    ----------
    delivered : sequence of Series
        Of all regions, indicators and vintages.

    Notes
    -----
    A run of r consecutive years of one series equals r years of another series, or of itself, k years later, digit by
    digit; k = 0 counts only between regions of one indicator. Vintages of one series are compared with each other
    for k ≠ 0. Chance: number of pairs of runs compared × p^(r − 1), p = w / (2 √π σ) the chance that two changes
    agree (w step of the last digit, σ quartile range / 1.349 of the changes of both), so that unchanged values and
    small whole numbers prove nothing. Own rule; Nigrini (2012), number duplication test.
    """
    starts: dict[tuple[float, ...], list[_Start]] = defaultdict(list)
    for index, series in enumerate(delivered):
        for position, run in _runs(series, rules.minimum_run_years):
            starts[run].append(_Start(index, position))
    longest: dict[tuple[int, int, int], tuple[int, int]] = {}
    for matches in starts.values():
        for one, two in combinations(matches, 2):
            shift = _year(delivered, two) - _year(delivered, one)
            if _is_comparable(delivered[one.series], delivered[two.series], shift, rules):
                length = _length(delivered[one.series], one.position, delivered[two.series], two.position)
                key = (one.series, two.series, shift)
                longest[key] = max(longest.get(key, (0, 0)), (length, -one.position))
    found = [
        item
        for (one, two, shift), (length, start) in sorted(longest.items())
        if (item := _judged(delivered, one, two, shift, length, -start, rules))
    ]
    return _once(found)


def _runs(series: Series, length: int) -> Iterator[tuple[int, tuple[float, ...]]]:
    values = tuple(float(f"{value:.{SIGNIFICANT_DIGITS}g}") for value in series.values)
    for position in range(len(values) - length + 1):
        if series.years[position + length - 1] - series.years[position] == length - 1:
            yield position, values[position : position + length]


def _year(delivered: Sequence[Series], start: _Start) -> int:
    return delivered[start.series].years[start.position]


def _is_comparable(one: Series, two: Series, shift: int, rules: RepetitionRules) -> bool:
    if abs(shift) > rules.largest_shift_years or one.dimension != two.dimension:
        return False
    is_same = (one.region, one.indicator) == (two.region, two.indicator)
    return shift != 0 or (one.indicator == two.indicator and not is_same)


def _length(one: Series, first: int, two: Series, second: int) -> int:
    """Years over which two runs go on being equal."""
    length = 0
    while (
        first + length < len(one.years)
        and second + length < len(two.years)
        and one.years[first + length] - one.years[first] == length
        and two.years[second + length] - two.years[second] == length
        and np.isclose(one.values[first + length], two.values[second + length], rtol=1e-11, atol=0)
    ):
        length += 1
    return length


def _judged(
    delivered: Sequence[Series], first: int, second: int, shift: int, length: int, start: int, rules: RepetitionRules
) -> Finding | None:
    one, two = delivered[first], delivered[second]
    is_within = one.indicator == two.indicator
    compared = sum(
        max(0, len(item.values) - rules.minimum_run_years + 1)
        for item in delivered
        if not is_within or item.indicator == one.indicator
    )
    run = one.array[start : start + length]
    scale = min(quartile_scale(np.diff(item.array)) for item in (one, two))
    step = max(one.unit_of_last_digit, two.unit_of_last_digit)
    # Zero changes agree whatever the scale: only years that moved count.
    moved = int(np.count_nonzero(np.diff(run)))
    chance = min(1.0, compared**2 / 2 * match_chance(step, scale) ** moved)
    if chance >= rules.significance:
        return None
    years = one.years[start : start + length]
    evidence = {
        "from": str(years[0]),
        "to": str(years[-1]),
        "other_from": str(years[0] + shift),
        "other_to": str(years[-1] + shift),
        "other_region": two.region,
        "other_indicator": two.indicator,
        "count": str(length),
        "chance": number(chance),
    }
    return finding("repeated_series", one, years[-1], one.points(years), **evidence)


def _once(findings: list[Finding]) -> list[Finding]:
    """One finding for a pair of series, whatever the vintage and the shift: the longest run."""
    best: dict[tuple[tuple[str, str], ...], Finding] = {}
    for item in findings:
        other = (item.evidence["other_region"], item.evidence["other_indicator"])
        key = tuple(sorted([(item.region, item.indicator), other]))
        if key not in best or int(item.evidence["count"]) > int(best[key].evidence["count"]):
            best[key] = item
    return list(best.values())
