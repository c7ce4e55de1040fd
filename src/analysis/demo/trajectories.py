"""From the specification to values: path, events and noise, the same for the same seed on every machine."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise

from analysis.demo.combination import combined
from analysis.demo.specification import Specification, Trajectory
from analysis.plan import Indicator, Plan


@dataclass(frozen=True)
class Values:
    """The simulated values.

    Parameters
    ----------
    first : dict
        (region, indicator, year) → value as first delivered; a missing year is absent.
    revised : dict
        The same for values that a later vintage replaces.
    """

    first: dict[tuple[str, str, int], float]
    revised: dict[tuple[str, str, int], float]


def simulate(specification: Specification, plan: Plan) -> Values:
    """Simulate every trajectory of the specification.

    Parameters
    ----------
    specification : Specification
    plan : Plan
        Gives the area, the regions below it, and each indicator's bounds and decimals.

    Returns
    -------
    Values
        In the indicators' units, rounded to their decimals.

    Notes
    -----
    value_t = path_t + event_t + noise_t, noise normal and independent. Each series has a random stream of its own,
    seeded with the specification's seed and the series' name, so that adding one leaves the others as they are.
    """
    first: dict[tuple[str, str, int], float] = {}
    revised: dict[tuple[str, str, int], float] = {}
    for id, trajectory in sorted(specification.indicators.items(), key=lambda item: _turn(item[0], item[1], plan)):
        indicator = plan.indicator(id)
        area = _series(trajectory, indicator, f"{specification.seed}/{id}/{plan.area}")
        below = _below(area, trajectory, indicator, specification, plan)
        if trajectory.regions and trajectory.regions.combine:
            below = combined(below, area, indicator, plan.base_year, first)
        series = {plan.area: area} | below
        for region, values in series.items():
            for year, value in values.items():
                if year not in trajectory.missing:
                    first[region, id, year] = value
        for year, change in trajectory.revision.items():
            revised[plan.area, id, year] = round(area[year] + change, indicator.decimals)
    return Values(first, revised)


def _turn(id: str, trajectory: Trajectory, plan: Plan) -> tuple[bool, bool]:
    """What is combined comes after its weights, changes after their levels."""
    is_combined = trajectory.regions is not None and trajectory.regions.combine
    return is_combined, plan.indicator(id).series == "yearly_change"


def interpolate(path: dict[int, float]) -> dict[int, float]:
    """Straight lines between the chosen years of a path.

    Examples
    --------
    >>> interpolate({1: 10.0, 3: 20.0})
    {1: 10.0, 2: 15.0, 3: 20.0}
    """
    years = sorted(path)
    values = {years[0]: float(path[years[0]])}
    for left, right in pairwise(years):
        slope = (path[right] - path[left]) / (right - left)
        values |= {year: path[left] + slope * (year - left) for year in range(left + 1, right)}
        values[right] = float(path[right])
    return values


def divide(total: float, weights: dict[str, float], decimals: int) -> dict[str, float]:
    """Divide a total by weights so that the rounded parts add up to it exactly (largest remainders).

    Examples
    --------
    >>> divide(10, {"a": 1, "b": 1, "c": 1}, 0)
    {'a': 4.0, 'b': 3.0, 'c': 3.0}
    """
    scale = 10**decimals
    units = round(total * scale)
    exact = {name: units * weight / sum(weights.values()) for name, weight in weights.items()}
    whole = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: whole[name] - exact[name])
    for name in by_remainder[: units - sum(whole.values())]:
        whole[name] += 1
    return {name: round(value / scale, decimals) for name, value in whole.items()}


def _series(trajectory: Trajectory, indicator: Indicator, seed: str) -> dict[int, float]:
    stream = random.Random(seed)
    return {
        year: _inside(level + trajectory.events.get(year, 0.0) + stream.gauss(0, trajectory.noise), indicator)
        for year, level in interpolate(trajectory.path).items()
    }


def _below(
    area: dict[int, float], trajectory: Trajectory, indicator: Indicator, specification: Specification, plan: Plan
) -> dict[str, dict[int, float]]:
    """The regions below the area; empty if the specification has none for the indicator."""
    spread = trajectory.regions
    if spread is None:
        return {}
    regions = [region.id for region in plan.children(plan.area)]
    streams = {id: random.Random(f"{specification.seed}/{indicator.id}/{id}") for id in regions}
    values: dict[str, dict[int, float]] = {id: {} for id in regions}
    for year, value in area.items():
        shocks = {id: streams[id].gauss(0, spread.noise) for id in regions}
        if spread.divide:
            # Noise is relative here: it moves a region's share, never the total.
            weights = {id: specification.shares[id] * max(1 + shocks[id], 0.1) for id in regions}
            parts = divide(value, weights, indicator.decimals)
        else:
            parts = {id: _inside(value + spread.offset.get(id, 0.0) + shocks[id], indicator) for id in regions}
        for id in regions:
            values[id][year] = parts[id]
    return values


def _inside(value: float, indicator: Indicator) -> float:
    """Reflect a value at the indicator's bounds, and round it as the indicator is published."""
    low, high = indicator.bounds
    if low is not None and value < low:
        value = 2 * low - value
    if high is not None and value > high:
        value = 2 * high - value
    # Adding zero turns a rounded -0.0 into 0.0.
    return round(value, indicator.decimals) + 0.0
