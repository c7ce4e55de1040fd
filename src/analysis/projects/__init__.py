"""What departments do and report: projects, milestones, statements, and who is responsible for what.

Pure functions from delivered tables (contracts ``emission_projects``, ``energy_projects``, ``milestone_reports``,
``statements``) to derived ones.
"""

from analysis.projects.departments import department_items
from analysis.projects.energy import energy_totals, large_projects, latest_list
from analysis.projects.promises import milestone_states, qualitative_states
from analysis.projects.totals import differences, project_totals, reconciled_totals

__all__ = [
    "department_items",
    "differences",
    "energy_totals",
    "large_projects",
    "latest_list",
    "milestone_states",
    "project_totals",
    "qualitative_states",
    "reconciled_totals",
]
