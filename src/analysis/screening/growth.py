"""Identical growth rates, in several years of one series or in several places of one year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.screening.chance import Numbers, coincidence_chance, match_chance, quartile_scale
from analysis.screening.finding import Finding, finding, number, years_text
from analysis.screening.rules import IdenticalGrowthRules
from analysis.screening.series import Series, change_unit

# Relative slack for comparing binary fractions.
_SLACK = 1e-9


@dataclass(frozen=True)
class Rates:
    """Growth rates as far as the printed values tell them.

    Parameters
    ----------
    years : array of int
    values : array of float
        In %; points for shares.
    reach : array of float
        The true rate lies within value ± reach; almost 0 where the rate itself is what is printed.
    resolution : array of float
        Two rates agree if they differ by less than this (total width of the interval).
    """

    years: np.ndarray
    values: Numbers
    reach: Numbers
    resolution: Numbers


def growth_rates(series: Series) -> Rates:
    """Growth rates of a series, with what rounding leaves open.

    Notes
    -----
    For levels g = 100 (x_t / x_(t−1) − 1), known to ± 100 · x_t / x_(t−1) · (h / x_t + h / x_(t−1)), where h is half
    a step in the last printed digit. Delivered yearly changes and changes of shares are printed themselves: they
    agree only if the printed figures do.
    """
    changes = series.changes
    if series.kind == "yearly_change" or series.is_share or not (series.array > 0).all():
        return Rates(changes.years, changes.values, changes.resolution * 1e-6, changes.resolution)
    growth = np.expm1(changes.values / 100)
    step = series.unit_of_last_digit / 2
    later = np.array([value for year, value in series.points(changes.years.tolist())])
    reach = 100 * (1 + growth) * (step / later + step * (1 + growth) / later)
    return Rates(changes.years, 100 * growth, reach, 4 * reach)


def identical_years(series: Series, rules: IdenticalGrowthRules) -> list[Finding]:
    """Growth rates of one series that are identical in several years (identical_growth_years).

    Notes
    -----
    Of n rates k agree within what the printed digits leave open. A rate of 0 (value unchanged) does not count.
    Chance: C(n, k) · p^(k − 1) with p = w / (2 √π σ), w the resolution of the rates, σ the larger of their quartile
    range / 1.349 and a stated share of their median size. So three equal rates printed with one decimal are nothing,
    three equal ones with three decimals are. Own rule; the duplication of numbers as a sign of invented ones:
    Nigrini (2012), Benford's Law, number duplication test.
    """
    rates = growth_rates(series)
    if len(rates.values) < rules.minimum_rates:
        return []
    agreeing, chance = _largest_agreement(rates, rules)
    if chance >= rules.significance:
        return []
    years = rates.years[agreeing]
    rate = number(float(np.median(rates.values[agreeing])))
    evidence = {"years": years_text(years), "count": str(len(years)), "rate": rate, "chance": number(chance)}
    evidence["unit"] = change_unit(series)
    year = int(years.max())
    return [finding("identical_growth_years", series, year, series.points(), **evidence)]


def identical_places(group: Sequence[Series], rules: IdenticalGrowthRules) -> list[Finding]:
    """Growth rates of one indicator that are identical in several regions (identical_growth_places).

    Parameters
    ----------
    group : sequence of Series
        One indicator in several regions.

    Notes
    -----
    As :func:`identical_years`, over the regions of one year; the chance is multiplied by the number of years
    compared (Bonferroni). Own rule; Nigrini (2012), number duplication test.
    """
    rates = [growth_rates(series) for series in group]
    by_year = {
        int(year): _of_year(rates, int(year)) for year in sorted({int(year) for item in rates for year in item.years})
    }
    compared = {year: item for year, item in by_year.items() if len(item.values) >= rules.minimum_rates}
    findings = []
    for year, item in compared.items():
        agreeing, chance = _largest_agreement(item, rules)
        chance = min(1.0, chance * len(compared))
        if chance >= rules.significance:
            continue
        places = [group[position] for position in item.years[agreeing]]
        evidence = {
            "regions": ", ".join(series.region for series in places),
            "count": str(len(places)),
            "rate": number(float(np.median(item.values[agreeing]))),
            "years": years_text([year]),
            "unit": change_unit(places[0]),
            "chance": number(chance),
        }
        findings.append(finding("identical_growth_places", places[0], year, places[0].points(), **evidence))
    return findings


def _of_year(rates: Sequence[Rates], year: int) -> Rates:
    """The rates of one year; positions of the series stand in place of years."""
    picked = [(position, *_rate(item, year)) for position, item in enumerate(rates) if year in item.years]
    positions, values, reach, resolution = (np.array(part) for part in zip(*picked, strict=True))
    return Rates(positions, values, reach, resolution)


def _rate(rates: Rates, year: int) -> tuple[float, float, float]:
    place = int(np.flatnonzero(rates.years == year)[0])
    return float(rates.values[place]), float(rates.reach[place]), float(rates.resolution[place])


def _largest_agreement(rates: Rates, rules: IdenticalGrowthRules) -> tuple[np.ndarray, float]:
    """Positions of the rates in the largest agreeing group, and its chance."""
    agreeing = max(_agreements(rates), key=len, default=np.array([], dtype=int))
    if len(agreeing) < rules.minimum_identical:
        return agreeing, 1.0
    size = float(np.median(np.abs(rates.values)))
    scale = max(quartile_scale(rates.values), rules.least_spread * size)
    chance = match_chance(float(rates.resolution[agreeing].max()), scale)
    return agreeing, coincidence_chance(len(rates.values), len(agreeing), chance)


def _agreements(rates: Rates) -> Iterator[np.ndarray]:
    """For each rate's lower end, the rates whose interval holds it: one of them is the largest agreeing group."""
    low, high = rates.values - rates.reach, rates.values + rates.reach
    moves = np.abs(rates.values) > rates.reach + _SLACK * (1 + np.abs(rates.values))
    for end in low[moves]:
        slack = _SLACK * (1 + abs(float(end)))
        yield np.flatnonzero(moves & (low <= end + slack) & (high >= end - slack))
