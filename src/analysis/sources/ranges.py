"""Values that cannot be, or hardly can be, what they claim; and the slip of unit that would explain them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.errors import Severity
from analysis.plan import Indicator
from analysis.units import Unit, related_units

# A value counts as slipped only if it is clearly outside: further from the range than this factor.
CLEARLY_OUTSIDE = 3.0
_TENS = (10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e8)
_POWER_TOLERANCE = 1e-9


@dataclass(frozen=True)
class RangeFinding:
    """A broken rule: ``unit_slip``, ``value_out_of_bounds`` (errors) or ``value_implausible`` (a warning)."""

    code: str
    severity: Severity
    details: dict[str, str]


class RangeCheck:
    """Checks values of one indicator, in its unit.

    Parameters
    ----------
    indicator : Indicator
        ``bounds``: outside them a value is impossible. ``plausible``: outside them it is doubtful.
    unit : Unit
        The indicator's.
    """

    def __init__(self, indicator: Indicator, unit: Unit) -> None:
        self._indicator = indicator
        self._unit = unit
        self._bounds = _limits(indicator.bounds)
        plausible = _limits(indicator.plausible)
        self._expected = (max(plausible[0], self._bounds[0]), min(plausible[1], self._bounds[1]))

    def finding(self, value: float, delivered: Unit | None) -> RangeFinding | None:
        """What is wrong with a value.

        Parameters
        ----------
        value : float
            In the indicator's unit.
        delivered : Unit or None
            The unit in which it was delivered; None if nobody said.

        Returns
        -------
        RangeFinding or None
        """
        low, high = self._expected
        if low <= value <= high:
            return None
        factor = self._slip(value)
        details = {"low": _shown(low), "high": _shown(high), "unit": self._indicator.unit, "converted": f"{value:g}"}
        if factor:
            details["factor"] = f"{max(factor, 1 / factor):g}"
            details["likely"] = self._unit_for(factor, delivered or self._unit)
            details["corrected"] = f"{value * factor:g}"
            return RangeFinding("unit_slip", "error", details)
        if self._bounds[0] <= value <= self._bounds[1]:
            return RangeFinding("value_implausible", "warning", details)
        details.update(low=_shown(self._bounds[0]), high=_shown(self._bounds[1]))
        return RangeFinding("value_out_of_bounds", "error", details)

    def _slip(self, value: float) -> float:
        """The smallest power of ten that brings a value into its range; 0 if there is none.

        Only a range with two ends above zero can tell a slip from a change.
        """
        low, high = self._expected
        if not (0 < low < high < math.inf) or value <= 0:
            return 0.0
        if low / CLEARLY_OUTSIDE <= value <= high * CLEARLY_OUTSIDE:
            return 0.0
        factors = _TENS if value < low else tuple(1 / ten for ten in _TENS)
        return next((factor for factor in factors if low <= value * factor <= high), 0.0)

    def _unit_for(self, factor: float, delivered: Unit) -> str:
        """The unit that the number would fit: so many times as large as the one that was given."""
        for unit in related_units(delivered):
            if abs(unit.factor / (delivered.factor * factor) - 1) < _POWER_TOLERANCE:
                return unit.zh if unit.zh == unit.en else f"{unit.zh} / {unit.en}"
        return f"{factor:g} × {delivered.id}"


def _limits(limits: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = limits
    return (-math.inf if low is None else low, math.inf if high is None else high)


def _shown(limit: float) -> str:
    return f"{limit:g}".replace("inf", "∞").replace("-", "−")
