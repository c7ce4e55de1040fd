"""The table of a department: everything that it leads or supports, in the plan's order, with where it stands."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.plan import Plan
from analysis.readings import Reading, readings
from analysis.tables.promises import date_of, milestone_span, state_span, told
from analysis.tables.table import Table, named_columns, records
from analysis.wording import MISSING, Wording, escape, label_id, wording


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
    widths = {"section": 10, "item": 38, "role": 9, "told": 31, "state": 14}
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
        said = told(found, self._plan, self._words, has_evidence=False)
        return escape(self._quotes[row.commitment]), said, state

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
        return item, told(row, self._plan, self._words, has_evidence=False), milestone_span(row, self._words)
