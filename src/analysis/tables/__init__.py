"""Tables of the report: pure functions from tidy tables to printed tables."""

from analysis.tables.defence import peer_cases_table
from analysis.tables.departments import department_table, departments_overview
from analysis.tables.editions import changed_values_table, changed_verdicts_table, counts_compared, projections_table
from analysis.tables.methods import rules_table
from analysis.tables.needs import needs_table, whatif_table
from analysis.tables.profile import Beside, profile
from analysis.tables.projects import (
    energy_classes_table,
    large_projects_table,
    open_projects_note,
    open_projects_table,
    project_regions_table,
    project_totals_table,
)
from analysis.tables.promises import commitments, milestones_table, qualitative_table
from analysis.tables.provenance import (
    corrections_table,
    coverage_table,
    quality_table,
    sources_table,
    unverified_table,
)
from analysis.tables.regions import region_changes, region_values, regional_readings
from analysis.tables.revisions import revisions_table
from analysis.tables.scoreboards import attention, brief_scoreboard, scoreboard
from analysis.tables.screening import screening_table
from analysis.tables.table import Column, Table
from analysis.tables.verdicts import needing_attention, not_assessed_table, status_counts
from analysis.tables.yearly import observations_note, observations_table

__all__ = [
    "Beside",
    "Column",
    "Table",
    "attention",
    "brief_scoreboard",
    "changed_values_table",
    "changed_verdicts_table",
    "commitments",
    "corrections_table",
    "counts_compared",
    "coverage_table",
    "department_table",
    "departments_overview",
    "energy_classes_table",
    "large_projects_table",
    "milestones_table",
    "needing_attention",
    "needs_table",
    "not_assessed_table",
    "observations_note",
    "observations_table",
    "open_projects_note",
    "open_projects_table",
    "peer_cases_table",
    "profile",
    "project_regions_table",
    "project_totals_table",
    "projections_table",
    "qualitative_table",
    "quality_table",
    "region_changes",
    "region_values",
    "regional_readings",
    "revisions_table",
    "rules_table",
    "scoreboard",
    "screening_table",
    "sources_table",
    "status_counts",
    "unverified_table",
    "whatif_table",
]
