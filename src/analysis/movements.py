"""Movements in words: a verb or a noun for the direction, and beside it a number without sign.

``−3.1%`` becomes ``下降3.1%``, never ``增长−3.1%``; what prints as zero has not moved.
"""

from __future__ import annotations

from analysis.readings import Reading
from analysis.wording import MISSING, escape


def direction(change: float, printed: str) -> str:
    """Which way a change goes: ``down``, ``up`` or ``still``; what prints as zero has not moved.

    Parameters
    ----------
    change : float
    printed : str
        The change as it is printed.
    """
    if not any(digit in printed for digit in "123456789"):
        return "still"
    return "down" if change < 0 else "up"


def yearly(item: Reading, pace: float, form: str) -> str:
    """A yearly movement in words.

    Parameters
    ----------
    item : Reading
    pace : float
        In terms of the measure.
    form : {"must", "last", "did"}
        What has to happen every year or in the last one, or what has happened.
    """
    group = "level" if item.is_level else "change" if item.is_change else "amount"
    printed = item.pace(pace, signed=False)
    return item.words.text(f"narrative.move.{form}.{group}_{direction(item.upright(pace), printed)}", amount=printed)


def forecast(item: Reading) -> str:
    """Where the median outlook leads; empty without one."""
    if item.forecast == MISSING:
        return ""
    values = {"target_year": str(item.row.target_year), "base_year": str(item.row.base_year)}
    if not item.is_change:
        low, high = (item.in_target_terms(bound) for bound in _bounds(item))
        key = "narrative.outlook.value" if low != high else "narrative.outlook.value_alone"
        return item.words.text(key, forecast=item.forecast, interval=item.interval, **values)
    mean = item.row.forecast_mean
    key = f"narrative.outlook.change_{direction(item.change_of(mean), item.amount_of(mean))}"
    return item.words.text(key, amount=item.amount_of(mean), interval=_interval(item), **values)


def _interval(item: Reading) -> str:
    """The bounds of a change, the smaller amount first; from a fall to a rise if it may go either way."""
    low, high = sorted(_bounds(item), key=item.change_of)
    ways = {direction(item.change_of(bound), item.amount_of(bound)) for bound in (low, high)}
    if ways >= {"down", "up"}:
        return item.words.text("narrative.either", low=item.amount_of(low), high=item.amount_of(high))
    less, more = (high, low) if "down" in ways else (low, high)
    # A long unit is named once.
    first = item.amount_of(less) if item.is_relative else item.bare_amount_of(less)
    return item.words.text("report.interval", low=first, high=item.amount_of(more))


def _bounds(item: Reading) -> tuple[float, float]:
    return item.row.forecast_lower_80, item.row.forecast_upper_80


def chance(item: Reading) -> str:
    """The probability of meeting the target in words: ``below 1%`` where a table prints ``<1%``."""
    printed = item.probability
    key = {"<": "below", ">": "above"}.get(printed[:1], "about")
    return item.words.text(f"narrative.probability.{key}", probability=escape(printed.lstrip("<>")))
