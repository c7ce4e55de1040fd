"""Last digits and rounding: too many endings 0 and 5, and a number of decimals that changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.screening.chance import binomial_tail
from analysis.screening.finding import Finding, finding, number
from analysis.screening.rules import DigitRules
from analysis.screening.series import SIGNIFICANT_DIGITS, Series, decimals_of

# Two of ten digits.
_CHANCE_OF_ROUND_ENDING = 0.2
_CHANCE_OF_ZERO = 0.1
_STEP_OF_FIVE = 5


def terminal_digits(group: Sequence[Series], rules: DigitRules) -> list[Finding]:
    """Too many values that end in 0 or 5 (terminal_digits).

    Parameters
    ----------
    group : sequence of Series
        One series, or the series of one indicator in all regions.

    Notes
    -----
    The last digit of a measured value with several digits is almost uniform: P(0 or 5) = 0.2. Of n values k end so;
    chance: binomial tail P(K ≥ k). The last digit is read once as a fixed decimal place (the finest of the series)
    and once as the last of a fixed number of significant digits; the more harmless reading counts. Not tested where
    the values spread over few units of the last digit, nor in a series of which every value is a multiple of 5 (it
    is printed in steps of 5, as others are in steps of 10), nor where the number of decimals changed (which
    :func:`changed_decimals` says). Values at a bound of the indicator, such as 100 %, do not count. Mosimann, Wiseman
    and Edelman (1995), Data fabrication: can people generate random digits?; Mosimann and others (2002), Terminal
    digits and the examination of questioned data; Nigrini (2012), Benford's Law, last-digit tests.
    """
    needed = rules.minimum_values if len(group) == 1 else rules.pooled_minimum_values
    testable = [series for series in map(_without_bounds, group) if _has_free_endings(series, rules)]
    total = sum(len(series.values) for series in testable)
    if not testable or total < needed:
        return []
    readings = [sum(_round_endings(series, is_fixed=reading) for series in testable) for reading in (True, False)]
    endings = min(readings)
    chance = binomial_tail(endings, total, _CHANCE_OF_ROUND_ENDING)
    if chance >= rules.significance:
        return []
    first = testable[0]
    evidence = {
        "count": str(endings),
        "total": str(total),
        "regions": ", ".join(series.region for series in testable),
        "chance": number(chance),
    }
    rule = "terminal_digits" if len(group) == 1 else "terminal_digits_pooled"
    return [finding(rule, first, first.years[-1], first.points(), **evidence)]


def changed_decimals(series: Series, rules: DigitRules) -> list[Finding]:
    """A series that is printed with fewer decimals from some year on, or until some year (changed_decimals).

    Notes
    -----
    If the k values at one end of the series need Δ decimals fewer than the finest of the others, then under the finer
    printing they would all have had to end in Δ zeros: P = 10^(−k Δ), times the 2 (n − 1) places where the change
    may lie (Bonferroni). If every value is a multiple of 5 in the last digit, its last zero has the chance 1/2 in
    place of 1/10. Most values of the other part have to need the finer digits. Read by decimals and by significant
    digits; the more harmless reading counts, so that 9.87 → 10.3 is no change. Values at a bound of the indicator and
    zeros do not count. Own rule; uniform last digits: Mosimann and others (2002).
    """
    pairs = [(year, value) for year, value in series.points() if value and not series.is_at_bound(value)]
    values = [value for _, value in pairs]
    if len(values) < rules.minimum_values:
        return []
    zero = _CHANCE_OF_ZERO if _steps(series)[1] else 1 / 2
    by_decimals = _change_of_places([decimals_of(value) for value in values], zero, rules)
    by_digits = _change_of_places([_significant_digits(value) for value in values], zero, rules)
    chance = max(by_decimals[0], by_digits[0])
    if chance >= rules.significance:
        return []
    _, start, before, after = by_decimals
    evidence = {"before": number(10.0**-before), "after": number(10.0**-after), "chance": number(chance)}
    return [finding("changed_decimals", series, pairs[start][0], series.points(), **evidence)]


def _without_bounds(series: Series) -> Series:
    kept = [place for place, value in enumerate(series.values) if not series.is_at_bound(value)]
    return replace(
        series,
        years=tuple(series.years[place] for place in kept),
        values=tuple(series.values[place] for place in kept),
        places=tuple(series.places[place] for place in kept) if series.places else (),
    )


def _has_free_endings(series: Series, rules: DigitRules) -> bool:
    """Whether last digits tell anything: enough distinct digits, a wide enough range, no noise of conversion."""
    if len(series.values) < 2 or series.decimals >= SIGNIFICANT_DIGITS - 2:
        return False
    units, is_finer_than_five = _steps(series)
    most = max(_significant_digits(value) for value in series.values)
    is_wide = is_finer_than_five and units >= rules.least_range_units and not changed_decimals(series, rules)
    return bool(is_wide and rules.least_significant_digits <= most < SIGNIFICANT_DIGITS)


def _steps(series: Series) -> tuple[float, bool]:
    """Range of the values in steps of the last digit, and whether any of them is no multiple of 5 steps."""
    steps = np.round(series.array / series.unit_of_last_digit)
    return float(np.ptp(steps)), bool((steps % _STEP_OF_FIVE).any())


def _round_endings(series: Series, *, is_fixed: bool) -> int:
    most = max(_significant_digits(value) for value in series.values)
    endings = 0
    for value in series.values:
        place = series.decimals if is_fixed else most - 1 - _magnitude(value)
        endings += round(abs(value) * 10.0**place) % 5 == 0
    return endings


def _magnitude(value: float) -> int:
    return int(f"{abs(value):.{SIGNIFICANT_DIGITS - 1}e}".split("e")[1])


def _significant_digits(value: float) -> int:
    return max(1, decimals_of(value) + 1 + _magnitude(value)) if value else 1


def _change_of_places(places: list[int], zero: float, rules: DigitRules) -> tuple[float, int, int, int]:
    """Smallest chance over all splits, the position of the change, and the places before and after it."""
    total = len(places)
    best = (1.0, 0, places[0], places[0])
    for split in range(1, total):
        before, after = max(places[:split]), max(places[split:])
        fine, coarse = (places[:split], places[split:]) if before > after else (places[split:], places[:split])
        finer = sum(place > max(coarse) for place in fine)
        is_practice = finer >= rules.minimum_finer_values and len(coarse) >= rules.minimum_coarser_values
        if before == after or not is_practice or 2 * finer <= len(fine):
            continue
        each = zero * _CHANCE_OF_ZERO ** (abs(before - after) - 1)
        best = min(best, (min(1.0, 2 * (total - 1) * each ** len(coarse)), split, before, after))
    return best
