"""How far: progress (0 at the base, 1 at the target), whether a target is met, and the paces."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# Chained and summed values carry rounding noise; a target that is met exactly stays met.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Goal:
    """A target in the terms of its measure.

    Parameters
    ----------
    level : float
        To be reached in the target year, in the measure's unit.
    base : float
        Value in the base year, in the measure's unit; NaN if missing.
    base_year, target_year : int
    direction : int
        +1 when more is better, −1 when less is better.
    is_log : bool
        Whether progress is counted on the log scale (relative reductions).
    is_strict : bool
        低于 / 超过: equality does not meet the target.
    tolerance : float
        左右: accepted on the unfavourable side, in the measure's unit.
    path : tuple of (int, float)
        The plan's own yearly path, (year, level in the measure's unit); empty for the even path.
    """

    level: float
    base: float
    base_year: int
    target_year: int
    direction: int
    is_log: bool = False
    is_strict: bool = False
    tolerance: float = 0.0
    path: tuple[tuple[int, float], ...] = ()

    @property
    def accepted(self) -> float:
        """The level from which the target counts as met."""
        return self.level - self.direction * self.tolerance

    def is_met(self, value: float) -> bool:
        """Whether a value meets the target."""
        slack = ROUNDING * max(1.0, abs(self.accepted))
        margin = self.direction * (value - self.accepted)
        return margin > slack if self.is_strict else margin >= -slack

    @property
    def is_kept(self) -> bool:
        """Whether the base already meets the target, which is then one to keep."""
        return not math.isnan(self.base) and self.is_met(self.base)

    def progress(self, value: float) -> float:
        """Share of the way from the base to the target; NaN where it is undefined.

        Notes
        -----
        (v − b) / (G − b), or ln(v/b) / ln(G/b) for relative reductions: with R = 1 − v/b this is
        ln(1 − R_t) / ln(1 − R_target).
        """
        if math.isnan(self.base) or self.is_kept or self.level == self.base:
            return math.nan
        if self.is_log:
            return math.log(value / self.base) / math.log(self.level / self.base) if value > 0 else math.nan
        return (value - self.base) / (self.level - self.base)

    def simple_share(self, value: float) -> float:
        """R_t / R_target of a relative reduction; the progress itself for every other kind."""
        if not self.is_log or math.isnan(self.progress(value)):
            return self.progress(value)
        return (self.base - value) / (self.base - self.level)

    def elapsed(self, year: int) -> float:
        """Share of the plan's time that has passed, 0 to 1."""
        return min(max((year - self.base_year) / (self.target_year - self.base_year), 0.0), 1.0)

    def expected(self, year: int) -> float:
        """Progress that the plan's own path, or else the even path, asks for in a year."""
        if not self.path:
            return self.elapsed(year)
        years, shares = self._path_progress()
        return float(np.interp(year, years, shares))

    def years_ahead(self, value: float, year: int) -> float:
        """The year in which the path reaches the value, minus the value's year; NaN without progress."""
        progress = self.progress(value)
        if math.isnan(progress):
            return math.nan
        if not self.path:
            return self.base_year + progress * (self.target_year - self.base_year) - year
        years, shares = self._path_progress()
        return float(np.interp(progress, shares, years)) - year

    def _path_progress(self) -> tuple[list[float], list[float]]:
        points = {self.base_year: 0.0, **{year: self.progress(level) for year, level in self.path}}
        points[self.target_year] = 1.0
        years = sorted(points)
        return [float(year) for year in years], [points[year] for year in years]


def yearly_pace(start: float, end: float, years: int, is_log: bool) -> float:
    """Even yearly change from one value to another.

    Parameters
    ----------
    start, end : float
    years : int
        At least 1.
    is_log : bool
        Per cent a year if true, otherwise the unit of the values a year.

    Examples
    --------
    >>> round(yearly_pace(100, 80, 5, is_log=True), 4)
    -4.3648
    """
    if years < 1 or math.isnan(start) or math.isnan(end):
        return math.nan
    if is_log:
        return 100 * ((end / start) ** (1 / years) - 1) if start > 0 and end > 0 else math.nan
    return (end - start) / years
