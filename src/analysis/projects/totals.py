"""Totals of the ledger of emission-reduction projects, claimed and verified apart, and their reconciliation."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.assessment.rules import Rules, load_rules
from analysis.contracts import table_of
from analysis.contracts.projects import PROJECT_TOTALS
from analysis.errors import InputError, Problem
from analysis.measures import measure
from analysis.messages import catalogue
from analysis.plan import Plan, Scored
from analysis.units import find_unit
from analysis.wording import wording

DEMONSTRATION = "synthetic"


def reconciled_totals(
    projects: pd.DataFrame, observations: pd.DataFrame, plan: Plan, language: str, rules: Rules | None = None
) -> pd.DataFrame:
    """Totals of the ledger; see :func:`project_totals`.

    Raises
    ------
    InputError
        With every region and pollutant whose ledger does not agree with the indicator.
    """
    totals = project_totals(projects, observations, plan, rules)
    problems = differences(totals, plan, language, rules)
    if problems:
        raise InputError(problems, language)
    return totals


def project_totals(
    projects: pd.DataFrame, observations: pd.DataFrame, plan: Plan, rules: Rules | None = None
) -> pd.DataFrame:
    """Sum the ledger by region and indicator, and hold it against the indicator's own running total.

    Parameters
    ----------
    projects : DataFrame
        Contract ``emission_projects``, of the years that the edition speaks of.
    observations : DataFrame
        Contract ``observations``.
    plan : Plan
        Targets, and which regions belong to the area: its total is that of all its projects.
    rules : Rules, optional
        ``projects.reconciled`` says which total is compared.

    Returns
    -------
    DataFrame
        Contract ``project_totals``: every region of the plan for every indicator of which the ledger holds a project.
        ``unverified`` is what was claimed and not verified yet. ``compared`` is the total of the ledger until
        ``compared_year``, the last year of the indicator's running total; ``difference`` is compared minus running
        total; all three are missing where the indicator has none.
    """
    rules = rules or load_rules()
    running = _running_totals(observations, plan)
    rows = []
    for region in plan.regions:
        for scored in _summed(plan):
            of_indicator = projects[projects["indicator"] == scored.indicator.id]
            if of_indicator.empty:
                continue
            own = of_indicator if region.id == plan.area else of_indicator[of_indicator["region"] == region.id]
            target = _target(plan, scored, region.id)
            row = {"region": region.id, "indicator": scored.indicator.id, "unit": scored.indicator.unit}
            totals = running.get((region.id, scored.indicator.id))
            rows.append(row | {"target": target} | _sums(own) | _comparison(own, totals, rules))
    return table_of(rows, PROJECT_TOTALS)


def differences(totals: pd.DataFrame, plan: Plan, language: str, rules: Rules | None = None) -> list[Problem]:
    """Every total of the ledger that does not agree with the indicator.

    Parameters
    ----------
    totals : DataFrame
        Contract ``project_totals``.
    plan : Plan
    language : {"zh", "en"}
        In which region and indicator are named.
    rules : Rules, optional
        From a difference of ``projects.difference`` on, in the indicator's unit.
    """
    rules = rules or load_rules()
    # Sums of decimals: a difference of exactly one tonne must not hide behind its last binary digit.
    wrong = totals[totals["difference"].abs().round(6) >= rules.projects.difference]
    return [_difference(row, plan, language, rules) for row in wrong.itertuples(index=False)]


def _difference(row: Any, plan: Plan, language: str, rules: Rules) -> Problem:
    words = wording(language)
    number = words.as_written
    unit = find_unit(row.unit)
    details = {
        "region_name": plan.region(row.region).name.get(language),
        "indicator_title": plan.indicator(row.indicator).title.get(language),
        "compared_word": catalogue(language).text(f"projects.compared.{rules.projects.reconciled}"),
        "compared": number(row.compared),
        "running_total": number(row.running_total),
        "difference": number(abs(row.difference)),
        "tolerance": number(rules.projects.difference),
        "until": str(row.compared_year),
        "unit": unit.label(language) if unit else row.unit,
    }
    year = int(row.compared_year)
    found = number(row.difference)
    return Problem("ledger_total_differs", region=row.region, indicator=row.indicator, year=year, found=found,
                   details=details)  # fmt: skip


def _summed(plan: Plan) -> list[Scored]:
    """The scored commitments with a cumulative target, one per indicator."""
    found = {scored.indicator.id: scored for scored in reversed(plan.scored())}
    return [item for item in reversed(found.values()) if item.target.kind == "cumulative_reduction"]


def _target(plan: Plan, scored: Scored, region: str) -> float:
    """The first tier of the area's or of the region's own target; missing if it has none."""
    tiers = scored.target.tiers if region == plan.area else plan.regional_tiers(scored.indicator.id, region)
    return tiers[0].value if tiers else math.nan


def _sums(own: pd.DataFrame) -> dict[str, object]:
    is_open = own["verified"].isna()
    return {
        "projects": own["project"].nunique(),
        "claimed": own["claimed"].sum(),
        "verified": own["verified"].sum(),
        "unverified_projects": own.loc[is_open, "project"].nunique(),
        "unverified": own.loc[is_open, "claimed"].sum(),
        "is_demonstration": bool((own["status"] == DEMONSTRATION).any()),
    }


def _comparison(own: pd.DataFrame, running: pd.Series[float] | None, rules: Rules) -> dict[str, object]:
    if running is None:
        return {"compared_year": pd.NA, "compared": math.nan, "running_total": math.nan, "difference": math.nan}
    until = int(running.index.max())
    compared = float(own.loc[own["year"] <= until, rules.projects.reconciled].sum())
    total = float(running[until])
    return {"compared_year": until, "compared": compared, "running_total": total, "difference": compared - total}


def _running_totals(observations: pd.DataFrame, plan: Plan) -> dict[tuple[str, str], pd.Series[float]]:
    """Running totals since the base year, by region and indicator."""
    ids = [scored.indicator.id for scored in _summed(plan)]
    measures = measure(observations[observations["indicator"].isin(ids)], plan)
    totals = {}
    for key, group in measures[measures["base_value"].notna()].groupby(["region", "indicator"]):
        values = group.set_index("year")["value"]
        since = values[values.index > int(group["base_year"].iloc[0])]
        if len(since):
            totals[str(key[0]), str(key[1])] = since
    return totals
