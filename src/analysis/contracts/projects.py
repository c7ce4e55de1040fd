"""The tables of projects, milestones and statements: as delivered, and what is derived from them."""

from __future__ import annotations

from analysis.contracts.schema import Column, Contract, number
from analysis.contracts.vocabulary import STATUSES

# Classes of energy-heavy projects: 存量、在建、拟建.
PROJECT_CLASSES = ("existing", "under_construction", "planned")
WORK_STATES = ("completed", "under_construction", "planned", "")
REPORTED_STATES = ("not_started", "in_progress", "done")
MILESTONE_STATES = (*REPORTED_STATES, "overdue", "not_reported", "due_not_reported")
STATEMENT_STATES = ("reported", "not_reported")
ITEM_KINDS = ("target", "milestone", "qualitative")
# Empty where the plan makes no department responsible.
ROLES = ("lead", "support", "")

# Dates are texts, YYYY-MM-DD: they sort as they are, and a csv keeps them.
ORIGIN = (
    Column("department"),
    Column("evidence"),
    Column("status", allowed=STATUSES),
    Column("source"),
    Column("file"),
    Column("sheet"),
    Column("cell"),
)

EMISSION_PROJECTS = Contract(
    "emission_projects",
    (
        Column("project"),
        Column("region"),
        Column("indicator"),
        Column("year", "integer"),
        number("claimed", is_required=True),
        number("verified"),
        Column("state", allowed=WORK_STATES),
        *ORIGIN,
    ),
    key=("project", "region", "indicator", "year"),
)

ENERGY_PROJECTS = Contract(
    "energy_projects",
    (
        Column("project"),
        Column("region"),
        Column("year", "integer"),
        Column("category", allowed=PROJECT_CLASSES),
        number("energy", is_required=True),
        Column("industry"),
        *ORIGIN,
    ),
    key=("project", "region", "year"),
)

MILESTONE_REPORTS = Contract(
    "milestone_reports",
    (Column("milestone"), Column("date"), Column("state", allowed=REPORTED_STATES), Column("text"), *ORIGIN),
    key=("milestone", "date"),
)

STATEMENTS = Contract(
    "statements",
    (Column("commitment"), Column("date"), Column("text"), *ORIGIN),
    key=("commitment", "date", "department"),
)

PROJECT_TOTALS = Contract(
    "project_totals",
    (
        Column("region"),
        Column("indicator"),
        Column("unit"),
        number("target"),
        Column("projects", "integer"),
        number("claimed", is_required=True),
        number("verified", is_required=True),
        Column("unverified_projects", "integer"),
        number("unverified", is_required=True),
        Column("compared_year", "optional_integer"),
        number("compared"),
        number("running_total"),
        number("difference"),
        Column("is_demonstration", "flag"),
    ),
    key=("region", "indicator"),
)

ENERGY_TOTALS = Contract(
    "energy_totals",
    (
        Column("region"),
        Column("category", allowed=PROJECT_CLASSES),
        Column("year", "integer"),
        Column("projects", "integer"),
        number("energy", is_required=True),
        Column("large_projects", "integer"),
        number("large_energy", is_required=True),
        Column("is_demonstration", "flag"),
    ),
    key=("region", "category"),
)

MILESTONES = Contract(
    "milestones",
    (
        Column("milestone"),
        Column("commitment"),
        Column("due"),
        Column("state", allowed=MILESTONE_STATES),
        Column("reported_state", allowed=(*REPORTED_STATES, "")),
        Column("date"),
        Column("is_late", "flag"),
        Column("text"),
        Column("evidence"),
        Column("department"),
        Column("is_demonstration", "flag"),
    ),
    key=("milestone",),
)

QUALITATIVE = Contract(
    "qualitative",
    (
        Column("commitment"),
        Column("section"),
        Column("state", allowed=STATEMENT_STATES),
        Column("statements", "integer"),
        Column("date"),
        Column("department"),
        Column("text"),
        Column("evidence"),
        Column("is_demonstration", "flag"),
    ),
    key=("commitment",),
)

DEPARTMENT_ITEMS = Contract(
    "department_items",
    (
        Column("department"),
        Column("position", "integer"),
        Column("kind", allowed=ITEM_KINDS),
        Column("role", allowed=ROLES),
        Column("section"),
        Column("commitment"),
        Column("item"),
        Column("tier"),
        Column("state"),
        Column("is_demonstration", "flag"),
    ),
    key=("department", "position"),
)

# What bureaus deliver; the other tables are derived.
DELIVERED = (EMISSION_PROJECTS, ENERGY_PROJECTS, MILESTONE_REPORTS, STATEMENTS)
