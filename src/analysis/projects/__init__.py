"""What departments do and report: projects, milestones, statements, and who is responsible for what.

Pure functions from delivered tables (contracts ``emission_projects``, ``energy_projects``, ``milestone_reports``,
``statements``) to derived ones.
"""

import pandas as pd

from analysis.plan import Plan
from analysis.projects.departments import department_items
from analysis.projects.energy import energy_totals, large_projects, latest_list
from analysis.projects.promises import milestone_states, qualitative_states
from analysis.projects.totals import differences, project_totals, reconciled_totals

__all__ = [
    "department_items",
    "derived_tables",
    "differences",
    "energy_totals",
    "large_projects",
    "latest_list",
    "milestone_states",
    "project_totals",
    "qualitative_states",
    "reconciled_totals",
]


def derived_tables(
    ledgers: dict[str, pd.DataFrame], observations: pd.DataFrame, plan: Plan, edition_year: int, language: str = "zh"
) -> dict[str, pd.DataFrame]:
    """Everything that follows from the delivered ledgers, reports and statements, by the name of its contract.

    Parameters
    ----------
    ledgers : dict of str to DataFrame
        As :class:`analysis.observations.CleanResult` holds them.
    observations : DataFrame
        Contract ``observations``.
    plan : Plan
    edition_year : int
    language : {"zh", "en"}
        Language of the messages.

    Raises
    ------
    InputError
        If a total of the ledger does not agree with the indicator's own.
    """
    return {
        "project_totals": reconciled_totals(ledgers["emission_projects"], observations, plan, language),
        "energy_totals": energy_totals(ledgers["energy_projects"], plan),
        "milestones": milestone_states(ledgers["milestone_reports"], plan, edition_year),
        "qualitative": qualitative_states(ledgers["statements"], plan, edition_year),
    }
