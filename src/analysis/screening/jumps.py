"""Single changes beyond what the series' own past allows."""

from __future__ import annotations

import numpy as np

from analysis.screening.chance import Numbers, mad_scale, robust_chance
from analysis.screening.finding import Finding, finding, number
from analysis.screening.rules import JumpRules
from analysis.screening.series import Series, change_unit

# Standard deviation that rounding alone gives a change of two values, in steps of the last digit: √(2 / 12).
ROUNDING_SD = 0.41


def jump(series: Series, rules: JumpRules) -> list[Finding]:
    """A change that no earlier change of the series prepares for (jump).

    Notes
    -----
    The change d_t is compared with the n earlier ones: t = |d_t − median| / (1.4826 · MAD · √(1 + π / 2n)), against
    Student's distribution with 0.37 (n − 1) degrees of freedom, divided among the years tested (Bonferroni). MAD is
    at least what rounding gives. In place of the median the last change counts if it is nearer, so that changes that
    grow slowly are no jumps; a deviation that an earlier change has reached as well is none either. Median and MAD:
    Hampel (1974), Rousseeuw and Croux (1993); outlier labelling by them: Iglewicz and Hoaglin (1993). The
    small-sample factor is our own choice, see ``chance.robust_chance``. The most surprising year is reported; a
    declared break is none.
    """
    changes = series.changes
    declared = {item.year for item in series.breaks}
    places = range(rules.minimum_earlier_changes, len(changes.values))
    tested = [place for place in places if int(changes.years[place]) not in declared]
    chances = [
        (_chance(changes.values[: place + 1], float(changes.resolution[place])) * len(tested), place)
        for place in tested
    ]
    chance, place = min(chances, default=(1.0, 0))
    if chance >= rules.significance:
        return []
    earlier = changes.values[:place]
    evidence = {
        "change": number(float(changes.values[place])),
        "usual": number(float(np.median(earlier))),
        "scale": number(change_scale(earlier, float(changes.resolution[place]))),
        "unit": change_unit(series),
        "chance": number(chance),
    }
    return [finding("jump", series, int(changes.years[place]), series.points(), **evidence)]


def _chance(changes: Numbers, resolution: float) -> float:
    """Chance of the last of the changes, given those before it."""
    earlier, newest = changes[:-1], float(changes[-1])
    middle = float(np.median(earlier))
    if abs(newest - middle) <= np.abs(earlier - middle).max():
        return 1.0
    deviation = min(abs(newest - middle), abs(newest - float(earlier[-1])))
    return robust_chance(deviation, change_scale(earlier, resolution), len(earlier))


def change_scale(changes: Numbers, resolution: float) -> float:
    """Robust standard deviation of changes, at least that of rounding."""
    return max(mad_scale(changes), ROUNDING_SD * resolution)
