"""One delivered series as the rules see it: exact values, what they count, and how finely they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.observations import newest
from analysis.plan import Break, Indicator, Plan, SeriesKind
from analysis.screening.chance import Numbers
from analysis.units import find_unit

# A converted value may carry noise of the binary representation; more digits than these are never printed.
SIGNIFICANT_DIGITS = 12

# Dimensions whose values are shares or points: they change by points, everything else by percent.
_SHARES = ("ratio", "percentage points")

_COLUMNS = ["indicator", "region", "vintage", "year", "value", "file", "sheet", "cell"]


@dataclass(frozen=True)
class Place:
    """Where a value was delivered."""

    file: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Series:
    """The exact values of one indicator in one region, in the order of their years.

    Parameters
    ----------
    region, indicator, vintage : str
        ``vintage`` is empty for the newest values of all vintages.
    years : tuple of int
        Ascending; years without a value, or with a bound only, are missing.
    values : tuple of float
        In the indicator's unit.
    kind : SeriesKind
        What the values are: level, yearly change, yearly increment, running total.
    dimension : str
        Of the unit; empty if the unit is not registered.
    bounds : tuple of two floats or None
        Limits outside which a value is impossible.
    breaks : tuple of Break
        Declared breaks of the series.
    places : tuple of Place
        One for each value.
    """

    region: str
    indicator: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    kind: SeriesKind = "level"
    dimension: str = ""
    bounds: tuple[float | None, float | None] = (None, None)
    breaks: tuple[Break, ...] = ()
    places: tuple[Place, ...] = ()
    vintage: str = ""

    @cached_property
    def array(self) -> Numbers:
        """The values."""
        return np.array(self.values, dtype=float)

    @cached_property
    def decimals(self) -> int:
        """Decimals of the finest value; negative if all values are multiples of ten, hundred …"""
        return max(map(decimals_of, self.values), default=0)

    @property
    def unit_of_last_digit(self) -> float:
        """Size of one step in the last printed digit."""
        return float(10.0**-self.decimals)

    @property
    def is_share(self) -> bool:
        """Whether the values are a share, which changes by points and not by percent."""
        return self.dimension in _SHARES

    @cached_property
    def changes(self) -> Changes:
        """From year to year; see :class:`Changes`."""
        return _changes(self)

    def points(self, years: Iterable[int] | None = None) -> tuple[tuple[int, float], ...]:
        """Pairs of year and value, of all or of some years."""
        wanted = set(self.years if years is None else years)
        return tuple((year, value) for year, value in zip(self.years, self.values, strict=True) if year in wanted)

    def place(self, year: int) -> Place:
        """Where the value of a year was delivered; an empty place if that is not known."""
        return dict(zip(self.years, self.places, strict=False)).get(year, Place())

    def is_at_bound(self, value: float) -> bool:
        """Whether a value is as low or as high as it can be, where it naturally stays."""
        return any(bound is not None and value == bound for bound in self.bounds)


@dataclass(frozen=True)
class Changes:
    """Changes between consecutive years.

    A yearly change is taken as delivered (%); a share changes by points; positive values change by
    100 · ln(x_t / x_(t−1)), in %; other values by their difference. Nothing is computed across a missing year.

    Parameters
    ----------
    years : array of int
        The later year of each pair.
    values : array of float
    resolution : array of float
        How much one step in the last printed digit of the series is worth.
    """

    years: np.ndarray = field(repr=False)
    values: Numbers
    resolution: Numbers


def _changes(series: Series) -> Changes:
    years, values = np.array(series.years, dtype=int), series.array
    step = series.unit_of_last_digit
    if series.kind == "yearly_change":
        return Changes(years, values, np.full(len(values), step))
    follows = np.flatnonzero(np.diff(years) == 1) + 1
    if series.is_share or not (values > 0).all():
        differences = values[follows] - values[follows - 1]
        return Changes(years[follows], differences, np.full(len(follows), step))
    later, earlier = values[follows], values[follows - 1]
    return Changes(years[follows], 100 * np.log(later / earlier), 100 * step / np.minimum(later, earlier))


def change_unit(series: Series) -> str:
    """Key of the unit of the series' changes: ``percent``, ``points`` or ``own`` (of the values)."""
    if series.kind == "yearly_change":
        return "percent"
    if series.is_share:
        return "points"
    return "percent" if (series.array > 0).all() else "own"


def decimals_of(value: float) -> int:
    """Decimals that a value needs; negative for multiples of ten.

    Examples
    --------
    >>> decimals_of(3.25), decimals_of(3.0), decimals_of(2800.0)
    (2, 0, -2)
    """
    exponent = Decimal(f"{value:.{SIGNIFICANT_DIGITS}g}").normalize().as_tuple().exponent
    return -int(exponent) if value else 0


def delivered_series(observations: pd.DataFrame, plan: Plan, edition_year: int) -> list[Series]:
    """The newest values of every region and indicator, up to the edition year.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``.
    plan : Plan
    edition_year : int

    Returns
    -------
    list of Series
        Ordered by indicator (as in the plan) and region (as in the plan).
    """
    return _series(newest(observations), plan, edition_year, by_vintage=False)


def every_vintage(observations: pd.DataFrame, plan: Plan, edition_year: int) -> list[Series]:
    """As :func:`delivered_series`, with each vintage as a series of its own."""
    return _series(observations, plan, edition_year, by_vintage=True)


def _series(rows: pd.DataFrame, plan: Plan, edition_year: int, *, by_vintage: bool) -> list[Series]:
    exact = rows.loc[(rows["bound"] == "exact") & (rows["year"] <= edition_year), _COLUMNS].sort_values("year")
    indicators = {item.id: item for item in plan.indicators}
    order = {id: position for position, id in enumerate([*indicators, *(item.id for item in plan.regions)])}
    series: dict[tuple[str, str, str], list[tuple[int, float, Place]]] = {}
    # Plain values, row by row: a table for every series would take many times as long.
    for indicator, region, vintage, year, value, *place in exact.astype("object").itertuples(index=False, name=None):
        key = (indicator, region, vintage if by_vintage else "")
        series.setdefault(key, []).append((year, value, Place(*place)))
    found = [_one(own, indicators[key[0]], *key[1:]) for key, own in sorted(series.items()) if key[0] in indicators]
    return sorted(found, key=lambda item: (order[item.indicator], order.get(item.region, len(order)), item.vintage))


def _one(rows: list[tuple[int, float, Place]], indicator: Indicator, region: str, vintage: str) -> Series:
    unit = find_unit(indicator.unit)
    years, values, places = zip(*rows, strict=True)
    return Series(
        region=region,
        indicator=indicator.id,
        years=years,
        values=values,
        kind=indicator.series,
        dimension=unit.dimension if unit else "",
        bounds=indicator.bounds,
        breaks=tuple(indicator.breaks),
        places=places,
        vintage=vintage,
    )
