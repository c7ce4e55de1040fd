"""Tables of what was promised: commitments with their exact words, milestones, commitments without a number."""

from __future__ import annotations

import datetime

import pandas as pd

from analysis.plan import Commitment, Milestone, Plan, Responsibility, Section
from analysis.readings import Reading, readings
from analysis.tables.table import Column, Table, named_columns
from analysis.wording import MISSING, Wording, escape, wording


def commitments(plan: Plan, section: str, assessment: pd.DataFrame, language: str) -> Table:
    """Every commitment of a section in the plan's words, with who is responsible and where it stands.

    Parameters
    ----------
    plan : Plan
    section : str
        A top-level section.
    assessment : DataFrame
        Contract ``assessment``.
    language : {"zh", "en"}
        In English the translation stands beside the Chinese wording.
    """
    words = wording(language)
    found: dict[str, list[Reading]] = {}
    for item in readings(assessment, plan, language, section=section):
        found.setdefault(item.scored.commitment.id, []).append(item)
    is_foreign = language != "zh"
    names = {"quote": 34, **({"translation": 34} if is_foreign else {}), "department": 22, "state": 16}
    columns = named_columns(words, "commitments", names)
    # A sentence that holds several targets is quoted once.
    quoted: dict[tuple[str, ...], list[Commitment]] = {}
    for holder, commitment in plan.section(section).walk():
        translation = (escape(commitment.translation),) if is_foreign else ()
        key = (escape(commitment.quote), *translation, _responsible(plan, holder, commitment, words))
        quoted.setdefault(key, []).append(commitment)
    rows = []
    for key, group in quoted.items():
        items = [item for commitment in group for item in found.get(commitment.id, [])]
        state = _spans(items, words) if items else _state(plan, group[0], words)
        rows.append((*key, state))
    return Table(columns, tuple(rows), "commitments").without_empty(columns[-2].header)


def _spans(items: list[Reading], words: Wording) -> str:
    """The status of one target, or of each of several by name."""
    if len(items) == 1:
        return items[0].status_span
    named = [
        words.text("tables.commitments.named", title=escape(item.full_title), status=item.status_span) for item in items
    ]
    return words.text("tables.commitments.separator").join(named)


def _state(plan: Plan, commitment: Commitment, words: Wording) -> str:
    states = [item.state for item in plan.milestones if item.commitment == commitment.id]
    return words.text(f"report.state.{states[0] if states else 'not_reported'}")


def _responsible(plan: Plan, section: Section, commitment: Commitment, words: Wording) -> str:
    """The plan's own wording in Chinese; the departments' names in other languages."""
    responsibility: Responsibility = commitment.responsibility or section.responsibility
    if words.language == "zh" and responsibility.wording:
        return escape(responsibility.wording)
    names = [plan.department(id).name.get(words.language) for id in responsibility.departments]
    return escape(words.listing(names)) or MISSING


def milestones_table(plan: Plan, edition_year: int, language: str) -> Table:
    """Dated milestones with their state at the end of the edition year.

    Parameters
    ----------
    plan : Plan
    edition_year : int
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"due": 16, "milestone": 40, "department": 28, "state": 16}
    columns = named_columns(words, "milestones", widths)
    held = {commitment.id: (section, commitment) for section, commitment in plan.commitments()}
    rows = []
    for item in sorted(plan.milestones, key=lambda milestone: (milestone.due, milestone.id)):
        evidence = f" {item.evidence.get(language)}" if item.evidence else ""
        rows.append(
            (
                words.date(item.due),
                escape(item.title.get(language)),
                _responsible(plan, *held[item.commitment], words),
                escape(words.text(f"report.state.{milestone_state(item, edition_year)}") + evidence),
            )
        )
    return Table(columns, tuple(rows), "milestones")


def milestone_state(milestone: Milestone, edition_year: int) -> str:
    """State at the end of the edition year: what is due and not done is overdue, or due without a report."""
    if milestone.due > datetime.date(edition_year, 12, 31) or milestone.state == "done":
        return milestone.state
    return "due_not_reported" if milestone.state == "not_reported" else "overdue"


def qualitative_table(plan: Plan, language: str) -> Table:
    """Commitments without a number, in the plan's order; one without a statement is shown as not reported.

    Parameters
    ----------
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"section": 10, "commitment": 46, "department": 30, "state": 14}
    columns = named_columns(words, "qualitative", widths)
    rows = []
    for section, commitment in plan.commitments():
        if not commitment.is_scored:
            text = commitment.quote if language == "zh" else commitment.translation
            state = _state(plan, commitment, words)
            rows.append((escape(section.number), escape(text), _responsible(plan, section, commitment, words), state))
    return Table(columns, tuple(rows), "qualitative")


def ledger_table(ledger: pd.DataFrame, language: str) -> Table:
    """The ledger of projects as delivered; known columns are headed in the report's language.

    Parameters
    ----------
    ledger : DataFrame
        Texts.
    language : {"zh", "en"}
    """
    words = wording(language)
    columns = []
    for name in ledger.columns:
        key = f"tables.ledger.{name}"
        columns.append(Column(words.text(key) if words.has(key) else escape(str(name))))
    rows = tuple(tuple(escape(str(cell)) or MISSING for cell in row) for row in ledger.itertuples(index=False))
    return Table(tuple(columns), rows, "ledger")
