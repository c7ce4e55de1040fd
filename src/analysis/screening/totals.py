"""Parts that do not add to the total."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.plan import Plan
from analysis.screening.finding import Finding, finding, years_text
from analysis.screening.rules import TotalsRules
from analysis.screening.series import Series


def parts_and_total(group: Sequence[Series], plan: Plan, rules: TotalsRules) -> list[Finding]:
    """Regions whose values do not add up to that of the region they belong to (parts_and_total, parts_above_total).

    Parameters
    ----------
    group : sequence of Series
        One indicator in all regions.

    Notes
    -----
    Only for amounts (levels, yearly increments or running totals in an additive dimension), never for ratios. With
    all parts delivered: |total − Σ parts| ≤ (steps of the last digit of total and parts) / 2 + r · |total|. With some
    parts missing only Σ parts > total can be told, and only if no part is negative. The balance edits of official
    statistics: de Waal, Pannekoek and Scholtus (2011), Handbook of Statistical Data Editing and Imputation.
    """
    if not group or not is_additive(group[0], rules):
        return []
    by_region = {series.region: series for series in group}
    findings = []
    for region, total in by_region.items():
        children = [item.id for item in plan.children(region)]
        parts = [by_region[id] for id in children if id in by_region]
        if parts:
            findings += _compared(total, parts, len(children), rules)
    return findings


def is_additive(series: Series, rules: TotalsRules) -> bool:
    """Whether the values of regions add up: an amount, not a ratio and not a rate of change."""
    return series.kind != "yearly_change" and series.dimension in rules.additive_dimensions


def _compared(total: Series, parts: Sequence[Series], children: int, rules: TotalsRules) -> list[Finding]:
    gaps: dict[str, dict[int, tuple[float, float]]] = {"parts_and_total": {}, "parts_above_total": {}}
    for year, value in total.points():
        given = [(part, dict(part.points())[year]) for part in parts if year in part.years]
        if not given:
            continue
        added = sum(item for _, item in given)
        steps = total.unit_of_last_digit + sum(part.unit_of_last_digit for part, _ in given)
        allowed = steps / 2 + rules.relative_tolerance * abs(value)
        if len(given) == children and abs(value - added) > allowed:
            gaps["parts_and_total"][year] = (value, added)
        elif len(given) < children and min(item for _, item in given) >= 0 and added - value > allowed:
            gaps["parts_above_total"][year] = (value, added)
    return [_finding(rule, total, parts, years) for rule, years in gaps.items() if years]


def _finding(rule: str, total: Series, parts: Sequence[Series], years: dict[int, tuple[float, float]]) -> Finding:
    worst = max(years, key=lambda year: abs(years[year][0] - years[year][1]))
    value, added = years[worst]
    evidence = {
        "years": years_text(years),
        "worst": str(worst),
        "total": f"{value:.10g}",
        "sum": f"{added:.10g}",
        "difference": f"{added - value:+.4g}",
        "regions": ", ".join(part.region for part in parts),
    }
    return finding(rule, total, worst, total.points(years), **evidence)
