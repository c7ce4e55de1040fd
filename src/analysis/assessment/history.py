"""A finished plan judged again year by year, with what was known then: the verdicts' own record."""

from __future__ import annotations

import pandas as pd

from analysis.assessment import assess
from analysis.assessment.rules import Rules
from analysis.plan import Plan
from analysis.trends import fit_trends


def outlooks_by_edition(plan: Plan, measures: pd.DataFrame, rules: Rules | None = None) -> pd.DataFrame:
    """Judge the targets of a plan's area from the year after the base year to the target year.

    Parameters
    ----------
    plan : Plan
    measures : DataFrame
        Contract ``measures``.
    rules : Rules, optional

    Returns
    -------
    DataFrame
        Contract ``assessment`` with two more columns, ``edition`` (year) and ``is_reached`` (whether the target was met
        in its own year). Targets whose outcome is not known yet, or that could not be judged, are left out.
    """
    last = int(measures["year"].max()) if len(measures) else plan.base_year
    measures = measures[measures["region"] == plan.area]
    final = _of_area(plan, measures, last, rules)
    outcomes = {
        (row.indicator, row.tier): row.status == "met" for row in final.itertuples() if row.is_final and not row.reason
    }
    frames = []
    for edition in range(plan.base_year + 1, min(plan.target_year, last) + 1):
        table = _of_area(plan, measures, edition, rules)
        keys = list(zip(table["indicator"], table["tier"], strict=True))
        table = table.assign(edition=edition, is_reached=[bool(outcomes.get(key)) for key in keys])
        frames.append(table[[key in outcomes for key in keys]])
    return pd.concat(frames, ignore_index=True) if frames else final.assign(edition=0, is_reached=False).iloc[:0]


def _of_area(plan: Plan, measures: pd.DataFrame, edition: int, rules: Rules | None) -> pd.DataFrame:
    table = assess(plan, measures, fit_trends(measures, plan, edition), edition, rules)
    return table[table["region"] == plan.area]
