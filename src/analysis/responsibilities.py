"""Sentences on projects, milestones, statements and departments, made from the same tables as what is printed.

Every function returns Markdown for :func:`analysis.display.show_text`, or a caption.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from analysis.assessment.rules import load_rules
from analysis.chapters import heading
from analysis.contracts.projects import MILESTONE_STATES, PROJECT_CLASSES, ROLES
from analysis.contracts.rows import records
from analysis.plan import Department, Plan
from analysis.projects import large_projects, latest_list
from analysis.tables.departments import status_mark
from analysis.tables.projects import PRINTED_ENERGY, energy, energy_unit
from analysis.tables.promises import state_span
from analysis.theme import STATUSES
from analysis.wording import Wording, escape, wording

FEW = 3


def projects_caption(key: str, language: str, *tables: pd.DataFrame, **values: str) -> str:
    """Caption of a table; says so if any row of the tables behind it is demonstration data.

    Parameters
    ----------
    key : str
        Of ``projects.caption``.
    language : {"zh", "en"}
    *tables : DataFrame
        With ``status`` or ``is_demonstration``.
    **values : str
        For the text.
    """
    words = wording(language)
    text = words.text(
        f"projects.caption.{key}", unit=energy_unit(words), **{name: escape(value) for name, value in values.items()}
    )
    is_shown = any(
        bool(table["is_demonstration"].any() if "is_demonstration" in table else (table["status"] == "synthetic").any())
        for table in tables
    )
    return words.text("projects.with_demonstration", text=text) if is_shown else text


def energy_threshold(language: str) -> str:
    """From how much energy on a project is guided more closely, as printed."""
    words = wording(language)
    return _energy(load_rules().projects.energy_threshold, words, is_threshold=True)


def _energy(value: float, words: Wording, *, is_threshold: bool = False) -> str:
    return words.with_unit(energy(value, words, is_threshold=is_threshold), PRINTED_ENERGY[words.language][0])


def projects_paragraph(projects: pd.DataFrame, totals: pd.DataFrame, plan: Plan, year: int, language: str) -> str:
    """The ledger of emission reductions in a paragraph: how much is claimed, verified, open, and that it agrees.

    Parameters
    ----------
    projects, totals : DataFrame
        Contracts ``emission_projects`` and ``project_totals``.
    plan : Plan
    year : int
        The edition year.
    language : {"zh", "en"}
    """
    words = wording(language)
    own = {row.indicator: row for row in records(totals[totals["region"] == plan.area])}
    parts = []
    for indicator in plan.indicators:
        if indicator.id not in own:
            continue
        row = own[indicator.id]
        amounts = {
            name: words.with_unit(words.number(getattr(row, name), indicator.decimals), indicator.unit)
            for name in ("claimed", "verified")
        }
        key = "emission_item" if row.target > 0 else "emission_item_untargeted"
        share = words.percent(row.verified / row.target) if row.target > 0 else ""
        title = escape(indicator.title.get(language))
        parts.append(words.text(f"projects.paragraph.{key}", title=title, share=share, **amounts))
    told = words.text(
        "projects.paragraph.emission",
        year=year,
        projects=projects["project"].nunique(),
        open=projects.loc[projects["verified"].isna(), "project"].nunique(),
        parts=words.text("projects.paragraph.separator").join(parts),
    )
    compared = int(totals["difference"].notna().sum())
    word = words.text(f"projects.compared.{load_rules().projects.reconciled}")
    agreed = words.text("projects.paragraph.reconciled", count=compared, compared_word=word) if compared else ""
    return words.sentences([told, agreed])


def energy_paragraph(projects: pd.DataFrame, totals: pd.DataFrame, plan: Plan, language: str) -> str:
    """The ledger of energy-heavy projects in a paragraph.

    Parameters
    ----------
    projects, totals : DataFrame
        Contracts ``energy_projects`` and ``energy_totals``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    own = totals[totals["region"] == plan.area]
    by_class = {row.category: row for row in records(own)}
    classes = [
        words.text(
            "projects.paragraph.class",
            category=words.text(f"projects.class.{name}"),
            projects=by_class[name].projects,
            energy=_energy(by_class[name].energy, words),
        )
        for name in PROJECT_CLASSES
    ]
    used = float(own["energy"].sum())
    return words.text(
        "projects.paragraph.energy",
        year=int(own["year"].max()),
        projects=own["projects"].sum(),
        energy=_energy(used, words),
        classes=words.text("projects.paragraph.separator").join(classes),
        threshold=energy_threshold(language),
        large=own["large_projects"].sum(),
        share=words.percent(float(own["large_energy"].sum()) / used, 1) if used else "0%",
    )


def milestones_paragraph(milestones: pd.DataFrame, language: str) -> str:
    """How many milestones are in which state; empty if there are none."""
    if milestones.empty:
        return ""
    words = wording(language)
    states = _counts(milestones["state"].tolist(), MILESTONE_STATES, words, "projects.paragraph.state")
    return words.text("projects.paragraph.milestones", count=len(milestones), states=states)


def _counts(states: list[str], order: Sequence[str], words: Wording, key: str) -> str:
    """Numbers of milestones by state, each with shape and word."""
    found = [
        words.text(key, state=state_span(state, words.text(f"report.state.{state}")), count=count)
        for state in order
        if (count := states.count(state))
    ]
    return words.text("report.list.separator").join(found)


def qualitative_paragraph(qualitative: pd.DataFrame, language: str) -> str:
    """How many commitments without a number were reported on; empty if there are none."""
    if qualitative.empty:
        return ""
    reported = int((qualitative["state"] == "reported").sum())
    values = {"count": len(qualitative), "reported": reported, "missing": len(qualitative) - reported}
    return wording(language).text("projects.paragraph.qualitative", **values)


def responsible_departments(items: pd.DataFrame, plan: Plan) -> list[Department]:
    """Departments that are responsible for anything, in the plan's order."""
    known = set(items["department"])
    return [department for department in plan.departments if department.id in known]


def department_heading(department: Department, language: str) -> str:
    """Heading of a department's part of the chapter."""
    return heading(3, department.name.get(language), f"department-{department.id}")


def department_paragraph(
    items: pd.DataFrame, department: str, projects: pd.DataFrame, energy_projects: pd.DataFrame, language: str
) -> str:
    """What a department has in its hands, in a sentence; empty for a few items, of which the table says as much.

    Parameters
    ----------
    items : DataFrame
        Contract ``department_items``.
    department : str
    projects, energy_projects : DataFrame
        Contracts of the ledgers.
    language : {"zh", "en"}
    """
    words = wording(language)
    own = list(records(items[items["department"] == department]))
    parts = [*_item_counts(own, words), *_project_counts(department, projects, energy_projects, words)]
    # Tiers of one target are one task.
    tasks = {(row.kind, row.commitment, row.item): row for row in reversed(own)}
    if len(tasks) <= FEW and len(parts) <= len({row.kind for row in own}):
        return ""
    roles = {role: sum(row.role == role for row in tasks.values()) for role in ROLES}
    # What it has nothing of is not mentioned.
    said = [words.text(f"projects.paragraph.department_{role}", count=count) for role, count in roles.items() if count]
    return words.text(
        "projects.paragraph.department",
        roles=words.text("report.list.separator").join(said),
        parts=words.text("projects.paragraph.separator").join(parts),
    )


def _item_counts(own: list[Any], words: Wording) -> Iterable[str]:
    # By its first tier, as targets are counted everywhere.
    targets = list({row.commitment: row.state for row in reversed(own) if row.kind == "target"}.values())
    milestones, others = ([row.state for row in own if row.kind == kind] for kind in ("milestone", "qualitative"))
    if targets:
        found = [
            words.text("projects.paragraph.count", state=status_mark(status, words), count=count)
            for status in STATUSES
            if (count := targets.count(status))
        ]
        states = words.text("report.list.separator").join(found)
        yield words.text("projects.paragraph.department_targets", count=len(targets), states=states)
    if milestones:
        states = _counts(milestones, MILESTONE_STATES, words, "projects.paragraph.count")
        yield words.text("projects.paragraph.department_milestones", count=len(milestones), states=states)
    if others:
        reported = others.count("reported")
        values = {"count": len(others), "reported": reported, "missing": len(others) - reported}
        key = "none" if not reported else "all" if reported == len(others) else "some"
        yield words.text(f"projects.paragraph.department_qualitative.{key}", **values)


def _project_counts(
    department: str, projects: pd.DataFrame, energy_projects: pd.DataFrame, words: Wording
) -> Iterable[str]:
    own = projects[projects["department"] == department]
    if len(own):
        count, open_count = own["project"].nunique(), own.loc[own["verified"].isna(), "project"].nunique()
        key = "department_emission" if open_count else "department_emission_verified"
        yield words.text(f"projects.paragraph.{key}", projects=count, open=open_count)
    listed = latest_list(energy_projects)
    mine = listed[listed["department"] == department]
    if len(mine):
        threshold, large = energy_threshold(words.language), len(large_projects(mine))
        key = "department_energy" if large else "department_energy_none_large"
        yield words.text(f"projects.paragraph.{key}", projects=len(mine), large=large, threshold=threshold)
