"""The ledger of energy-heavy, high-emission projects (“两高”项目): which are large, and how many of each class."""

from __future__ import annotations

import pandas as pd

from analysis.assessment.rules import Rules, load_rules
from analysis.contracts import table_of
from analysis.contracts.projects import ENERGY_TOTALS, PROJECT_CLASSES
from analysis.plan import Plan
from analysis.projects.totals import DEMONSTRATION


def latest_list(projects: pd.DataFrame) -> pd.DataFrame:
    """The newest yearly list: projects are listed anew every year.

    Parameters
    ----------
    projects : DataFrame
        Contract ``energy_projects``, of the years that the edition speaks of.
    """
    listed: pd.DataFrame = projects[projects["year"] == projects["year"].max()]
    return listed.reset_index(drop=True)


def large_projects(projects: pd.DataFrame, rules: Rules | None = None) -> pd.DataFrame:
    """Projects that use as much energy as the threshold or more, largest first.

    Parameters
    ----------
    projects : DataFrame
        Contract ``energy_projects``.
    rules : Rules, optional
        ``projects.energy_threshold``, in tonnes of standard coal a year.
    """
    threshold = (rules or load_rules()).projects.energy_threshold
    large = projects[projects["energy"] >= threshold]
    return large.sort_values(["energy", "project"], ascending=[False, True], kind="stable").reset_index(drop=True)


def energy_totals(projects: pd.DataFrame, plan: Plan, rules: Rules | None = None) -> pd.DataFrame:
    """Number of projects and their energy by region and class, from the newest list.

    Parameters
    ----------
    projects : DataFrame
        Contract ``energy_projects``.
    plan : Plan
        The area's rows count the projects of all its regions.
    rules : Rules, optional

    Returns
    -------
    DataFrame
        Contract ``energy_totals``: every class of every region that has a project; energy in tonnes of standard coal.
    """
    listed = latest_list(projects)
    large = large_projects(listed, rules)
    rows = []
    for region in plan.regions:
        own, own_large = (
            table if region.id == plan.area else table[table["region"] == region.id] for table in (listed, large)
        )
        for category in PROJECT_CLASSES if len(own) else ():
            chosen, chosen_large = (table[table["category"] == category] for table in (own, own_large))
            rows.append(
                {
                    "region": region.id,
                    "category": category,
                    "year": int(own["year"].max()),
                    "projects": len(chosen),
                    "energy": chosen["energy"].sum(),
                    "large_projects": len(chosen_large),
                    "large_energy": chosen_large["energy"].sum(),
                    "is_demonstration": bool((chosen["status"] == DEMONSTRATION).any()),
                }
            )
    return table_of(rows, ENERGY_TOTALS)
