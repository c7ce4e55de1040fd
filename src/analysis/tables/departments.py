"""Tables of departments: how much each has in its hands, and one by one where it stands, in the plan's order."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.contracts.rows import records
from analysis.plan import Plan
from analysis.readings import Reading, readings
from analysis.tables.promises import date_of, milestone_span, state_span
from analysis.tables.table import Column, Table, named_columns
from analysis.theme import STATUS_STYLES, STATUSES, VALUE_MARKERS, status_class
from analysis.wording import MISSING, Wording, escape, label_id, wording


def departments_overview(items: pd.DataFrame, plan: Plan, language: str) -> Table:
    """One row per department: what it leads and supports, its targets by status, milestones and tasks reported on.

    Parameters
    ----------
    items : DataFrame
        Contract ``department_items``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    # A target counts once, by its first tier, as everywhere.
    tasks = list(records(items.drop_duplicates(["department", "kind", "commitment", "item"])))
    used = [status for status in STATUSES if any(row.kind == "target" and row.state == status for row in tasks)]
    columns = [
        *named_columns(words, "projects.departments", {"department": 30, "lead": 9, "support": 9}, ("lead", "support")),
        *(Column(status_mark(status, words), "right", 11) for status in used),
        *named_columns(words, "projects.departments", {"milestones": 14, "tasks": 14}, ("milestones", "tasks")),
    ]
    rows = []
    for department in plan.departments:
        own = [row for row in tasks if row.department == department.id]
        if not own:
            continue
        roles = [row.role for row in own]
        targets, milestones, others = (
            [row.state for row in own if row.kind == kind] for kind in ("target", "milestone", "qualitative")
        )
        name = escape((department.short or department.name).get(language))
        counts = [roles.count("lead"), roles.count("support"), *(targets.count(status) for status in used)]
        parts = [(milestones.count("done"), len(milestones)), (others.count("reported"), len(others))]
        link = f"[{name}](#{label_id('sec', 'department', department.id)})"
        rows.append((link, *map(str, counts), *(f"{done} / {total}" if total else MISSING for done, total in parts)))
    return Table(tuple(columns), tuple(rows), "departments")


def status_mark(status: str, words: Wording) -> str:
    """Shape and word of a status as a Markdown span."""
    return f"[{STATUS_STYLES[status].shape} {words.text(f'report.status.{status}')}]{{.{status_class(status)}}}"


def department_table(
    items: pd.DataFrame,
    department: str,
    assessment: pd.DataFrame,
    milestones: pd.DataFrame,
    qualitative: pd.DataFrame,
    plan: Plan,
    language: str,
) -> Table:
    """One row per target, milestone and commitment without a number.

    Parameters
    ----------
    items : DataFrame
        Contract ``department_items``.
    department : str
        Empty for what the plan makes nobody responsible for.
    assessment, milestones, qualitative : DataFrame
        Contracts of those names.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    # The words for a role are longer in English.
    role_width = 7 if language == "zh" else 11
    widths = {"section": 10, "item": 54 - role_width, "role": role_width, "told": 23, "state": 13}
    columns = named_columns(words, "projects.department", widths)
    sections = {section.id: section for section, _ in plan.commitments()}
    look = _Look(assessment, milestones, qualitative, plan, words)
    rows = []
    for row in records(items[items["department"] == department]):
        role = words.text(f"projects.role.{row.role}") if row.role else MISSING
        item, said, state = look.cells(row)
        rows.append((escape(sections[row.section].number), item, role, said, state))
    return Table(columns, tuple(rows), "department").without_empty(columns[2].header)


class _Look:
    """Looks up what an item is called and where it stands."""

    def __init__(
        self, assessment: pd.DataFrame, milestones: pd.DataFrame, qualitative: pd.DataFrame, plan: Plan, words: Wording
    ) -> None:
        self._plan, self._words = plan, words
        self._targets: dict[tuple[str, str], Reading] = {
            (item.scored.commitment.id, item.row.tier): item for item in readings(assessment, plan, words.language)
        }
        self._milestones = {row.milestone: row for row in records(milestones)}
        self._qualitative = {row.commitment: row for row in records(qualitative)}
        self._quotes = {
            item.id: item.quote if words.language == "zh" else item.translation for _, item in plan.commitments()
        }
        self._titles = {item.id: item for item in plan.milestones}

    def cells(self, row: Any) -> tuple[str, str, str]:
        """Item, progress and state."""
        if row.kind == "target":
            return self._target(self._targets[row.commitment, row.tier])
        if row.kind == "milestone":
            return self._milestone(self._milestones[row.item])
        found = self._qualitative[row.commitment]
        state = state_span(found.state, self._words.text(f"projects.statement.{found.state}"))
        return escape(self._quotes[row.commitment]), self._reported(found), state

    def _target(self, item: Reading) -> tuple[str, str, str]:
        title = item.marked_title
        if item.has_latest:
            title = f"[{title}](#{label_id('sec', 'indicator', item.row.indicator)})"
        parts = {"latest": escape(item.latest), "target": escape(item.target)}
        return title, self._words.text("projects.department.latest_to_target", **parts), item.status_span

    def _milestone(self, row: Any) -> tuple[str, str, str]:
        milestone = self._titles[row.milestone]
        parts = {"title": escape(milestone.title.get(self._words.language)), "due": date_of(row.due, self._words)}
        item = self._words.text("projects.department.milestone", **parts)
        return item, self._reported(row), milestone_span(row, self._words)

    def _reported(self, row: Any) -> str:
        """When something was reported last; what was said stands once, in the chapter on milestones and tasks."""
        if not row.date:
            return MISSING
        mark = f" {VALUE_MARKERS['synthetic'][2]}" if row.is_demonstration else ""
        return date_of(row.date, self._words) + mark
