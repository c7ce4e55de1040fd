"""All rules over all delivered series."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd

from analysis.measures import measure
from analysis.messages import catalogue
from analysis.plan import Plan
from analysis.screening.coverage import shrunken_coverage
from analysis.screening.digits import changed_decimals, terminal_digits
from analysis.screening.finding import Finding, findings_to_quality
from analysis.screening.growth import identical_places, identical_years
from analysis.screening.jumps import jump
from analysis.screening.repetition import repeated_series
from analysis.screening.rules import ScreeningRules, load_rules
from analysis.screening.series import Series, delivered_series, every_vintage
from analysis.screening.shifts import level_shift
from analysis.screening.smoothness import too_smooth
from analysis.screening.targets import exact_targets
from analysis.screening.totals import parts_and_total

# Every name that a finding may carry, in the order in which findings are listed.
RULES = (
    "identical_growth_years",
    "identical_growth_places",
    "too_smooth",
    "exact_target",
    "terminal_digits",
    "terminal_digits_pooled",
    "changed_decimals",
    "parts_and_total",
    "parts_above_total",
    "jump",
    "level_shift",
    "suspected_break",
    "shrunken_coverage",
    "missing_indicator",
    "repeated_series",
)


def screen(observations: pd.DataFrame, plan: Plan, edition_year: int, language: str = "zh") -> pd.DataFrame:
    """Screen observations and word what was found.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``; never changed.
    plan : Plan
    edition_year : int
        Later years are not looked at.
    language : {"zh", "en"}

    Returns
    -------
    DataFrame
        Contract ``quality`` (severity ``warning``) and ``evidence`` (text); see ``findings_to_quality``.
    """
    return findings_to_quality(find(observations, plan, edition_year), catalogue(language), plan)


def find(observations: pd.DataFrame, plan: Plan, edition_year: int) -> list[Finding]:
    """Apply every rule.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``.
    plan : Plan
    edition_year : int

    Returns
    -------
    list of Finding
        In the order of ``RULES``; within a rule in the plan's order of indicators and regions.
    """
    rules = load_rules()
    known = observations[observations["year"] <= edition_year]
    delivered = delivered_series(known, plan, edition_year)
    findings = [item for series in delivered for item in series_findings(series, rules)]
    for _, group in groupby(delivered, key=lambda series: series.indicator):
        regions = list(group)
        findings += group_findings(regions, rules)
        findings += parts_and_total(regions, plan, rules.totals)
    if delivered:
        findings += exact_targets(delivered, measure(known, plan), plan, rules.exact_target)
    findings += shrunken_coverage(known, plan, edition_year)
    vintages = [series for series in every_vintage(known, plan, edition_year) if series.vintage]
    findings += repeated_series([*delivered, *vintages], rules.repetition)
    return sorted(findings, key=lambda item: RULES.index(item.rule))


def series_findings(series: Series, rules: ScreeningRules) -> list[Finding]:
    """The rules that look at one series alone."""
    return [
        *identical_years(series, rules.identical_growth),
        *too_smooth(series, rules.smoothness),
        *terminal_digits([series], rules.digits),
        *changed_decimals(series, rules.digits),
        *jump(series, rules.jumps),
        *level_shift(series, rules.level_shifts),
    ]


def group_findings(group: Sequence[Series], rules: ScreeningRules) -> list[Finding]:
    """The rules that compare the regions of one indicator, whatever the indicator counts."""
    if len(group) < 2:
        return []
    return [*identical_places(group, rules.identical_growth), *terminal_digits(group, rules.digits)]
