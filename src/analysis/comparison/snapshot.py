"""One edition as the comparison sees it: what it knew, what it was judged by, and what it said."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.assessment import Rules, assess
from analysis.measures import measure
from analysis.plan import Plan
from analysis.trends import fit_trends

# The tables of an edition that a later one is compared with.
TABLES = ("observations", "measures", "trends", "assessment")


@dataclass(frozen=True)
class Snapshot:
    """An edition: its plan, year and rules as they were used, and its tables.

    Parameters
    ----------
    plan : Plan
    year : int
        The edition year.
    rules : Rules
    observations, measures, trends, assessment : DataFrame
        Contracts of those names.
    is_of_today : bool
        Whether the software as it is now has judged it.
    """

    plan: Plan
    year: int
    rules: Rules
    observations: pd.DataFrame
    measures: pd.DataFrame
    trends: pd.DataFrame
    assessment: pd.DataFrame
    is_of_today: bool = False


def take_snapshot(plan: Plan, year: int, rules: Rules, observations: pd.DataFrame) -> Snapshot:
    """Judge a plan from observations, with the software as it is now.

    Parameters
    ----------
    plan : Plan
    year : int
        The edition year; later values are not used.
    rules : Rules
    observations : DataFrame
        Contract ``observations``.
    """
    measures = measure(observations, plan)
    trends = fit_trends(measures, plan, year)
    assessment = assess(plan, measures, trends, year, rules)
    return Snapshot(plan, year, rules, observations, measures, trends, assessment, is_of_today=True)
