"""Values of regions that, combined by their weights, give the value of the whole area."""

from __future__ import annotations

from analysis.plan import Indicator

Known = dict[tuple[str, str, int], float]
Courses = dict[str, dict[int, float]]


def combined(parts: Courses, area: dict[int, float], indicator: Indicator, base_year: int, known: Known) -> Courses:
    """Scale the values of the regions by one factor a year until their combination is the area's.

    Parameters
    ----------
    parts : dict
        Region → year → value, in the indicator's unit.
    area : dict
        Year → value of the whole area.
    indicator : Indicator
        Names its weight and, for yearly changes, the indicator of its level.
    base_year : int
        The year of the levels.
    known : dict
        (region, indicator, year) → value, for the weight and the level.

    Returns
    -------
    dict
        As ``parts``, rounded as the indicator is published.

    Notes
    -----
    A level: Σ g v = V Σ g. Yearly changes: the same holds for the levels to which they lead, forwards and backwards
    from the base year; each year starts from the rounded levels of the one before, so that rounding does not add up.
    """
    weights = {id: {year: known[id, indicator.weight or "", year] for year in area} for id in parts}
    if indicator.series != "yearly_change":
        scaled = {year: _factor({id: parts[id][year] for id in parts}, area[year], weights, year) for year in area}
        return {
            id: {year: round(value * scaled[year], indicator.decimals) for year, value in course.items()}
            for id, course in parts.items()
        }
    levels = {id: known[id, indicator.level or "", base_year] for id in parts}
    total = sum(weights[id][base_year] for id in parts)
    level = sum(levels[id] * weights[id][base_year] for id in parts) / total
    later = _chained(parts, area, range(base_year + 1, max(area) + 1), (levels, level, weights), indicator, 1)
    # The change of a year leads back to the year before, whose weights are unknown for the first year of all.
    earlier = _chained(parts, area, range(base_year, min(area), -1), (levels, level, weights), indicator, -1)
    return {id: dict(sorted((parts[id] | earlier[id] | later[id]).items())) for id in parts}


def _factor(values: dict[str, float], total: float, weights: Courses, year: int) -> float:
    weighted = sum(value * weights[id][year] for id, value in values.items())
    return total * sum(weights[id][year] for id in values) / weighted


def _chained(
    parts: Courses,
    area: dict[int, float],
    years: range,
    start: tuple[dict[str, float], float, Courses],
    indicator: Indicator,
    step: int,
) -> Courses:
    """Changes of the given years, each of which leads one year on (step 1) or one year back (step −1)."""
    levels, level, weights = start
    changes: Courses = {id: {} for id in parts}
    for year in years:
        level *= (1 + area[year] / 100) ** step
        led = {id: levels[id] * (1 + parts[id][year] / 100) ** step for id in parts}
        factor = _factor(led, level, weights, year if step > 0 else year - 1) ** step
        for id in parts:
            changes[id][year] = round(((1 + parts[id][year] / 100) * factor - 1) * 100, indicator.decimals) + 0.0
        levels = {id: levels[id] * (1 + changes[id][year] / 100) ** step for id in parts}
    return changes
