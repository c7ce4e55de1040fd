"""Tables of what was promised: commitments with their exact words, milestones, commitments without a number."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd

from analysis.contracts.rows import records
from analysis.plan import Commitment, Plan, Responsibility, Section
from analysis.readings import Reading, readings
from analysis.tables.table import Table, named_columns
from analysis.theme import STATUS_STYLES, VALUE_MARKERS, status_class
from analysis.wording import MISSING, Wording, escape, wording

# Shape and style of a state: what is done or missed looks as it does for targets, everything else is neutral.
_NEUTRAL = "not_assessed"
_STATES = {
    "done": (STATUS_STYLES["met"].shape, "met"),
    "overdue": (STATUS_STYLES["missed"].shape, "missed"),
    "due_not_reported": (STATUS_STYLES["missed"].shape, "missed"),
    "in_progress": ("▷", _NEUTRAL),
    "not_started": ("□", _NEUTRAL),
    "not_reported": (STATUS_STYLES[_NEUTRAL].shape, _NEUTRAL),
    "reported": ("●", _NEUTRAL),
}


def commitments(
    plan: Plan, section: str, assessment: pd.DataFrame, language: str, qualitative: pd.DataFrame | None = None
) -> Table:
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
    qualitative : DataFrame, optional
        Contract ``qualitative``: what was reported on commitments without a number.
    """
    words = wording(language)
    found: dict[str, list[Reading]] = {}
    for item in readings(assessment, plan, language, section=section):
        found.setdefault(item.scored.commitment.id, []).append(item)
    stated = {row.commitment: row for row in records(qualitative)} if qualitative is not None else {}
    is_foreign = language != "zh"
    # A sentence that holds several targets is quoted once.
    quoted: dict[tuple[str, ...], list[Commitment]] = {}
    for holder, commitment in plan.section(section).walk():
        translation = (escape(commitment.translation),) if is_foreign else ()
        key = (escape(commitment.quote), *translation, responsible(plan, holder, commitment, words))
        quoted.setdefault(key, []).append(commitment)
    held = [[item for commitment in group for item in found.get(commitment.id, [])] for group in quoted.values()]
    rows = [
        (*key, _spans(items, words) if items else _stated(stated.get(group[0].id), words))
        for (key, group), items in zip(quoted.items(), held, strict=True)
    ]
    # Several targets of one sentence are named one by one, which takes room.
    state_width = 30 if any(len(items) > 1 for items in held) else 18
    names = {"quote": 32, **({"translation": 32} if is_foreign else {}), "department": 30, "state": state_width}
    columns = named_columns(words, "commitments", names)
    return Table(columns, tuple(rows), "commitments").without_empty(columns[-2].header)


def _spans(items: list[Reading], words: Wording) -> str:
    """The status of one target, or of each of several by name."""
    if len(items) == 1:
        return items[0].status_span
    named = [
        words.text("tables.commitments.named", title=escape(item.full_title), status=item.status_span) for item in items
    ]
    return words.text("tables.commitments.separator").join(named)


def _stated(row: Any | None, words: Wording) -> str:
    """Whether a commitment without a number was reported on, and when."""
    if row is None or row.state == "not_reported":
        return state_span("not_reported", words.text("projects.statement.not_reported"))
    state = state_span("reported", words.text("projects.statement.reported"))
    return words.text("tables.profile.remark", text=state, remark=date_of(row.date, words))


def responsible(plan: Plan, section: Section, commitment: Commitment, words: Wording) -> str:
    """The plan's own wording in Chinese; the departments' short names in other languages."""
    responsibility: Responsibility = commitment.responsibility or section.responsibility
    if words.language == "zh" and responsibility.wording:
        return escape(responsibility.wording)
    names = [_short(plan, id, words) for id in responsibility.departments]
    return escape(words.listing(names)) or MISSING


def _short(plan: Plan, department: str, words: Wording) -> str:
    found = plan.department(department)
    return (found.short or found.name).get(words.language)


def in_short(plan: Plan, section: Section, commitment: Commitment, words: Wording) -> str:
    """The leading departments by their short names, else the first one; with a mark if there are others."""
    responsibility: Responsibility = commitment.responsibility or section.responsibility
    chosen = responsibility.lead or responsibility.support[:1]
    if not chosen:
        return MISSING
    names = [_short(plan, id, words) for id in chosen]
    is_all = len(chosen) == len(responsibility.departments)
    listed = words.text("report.list.separator").join(names)
    return escape(listed if is_all else words.text("report.and_others", name=listed))


def state_span(state: str, word: str) -> str:
    """A state of a milestone or statement: shape and word as a Markdown span."""
    shape, style = _STATES[state]
    return f"[{shape} {word}]{{.{status_class(style)}}}"


def milestone_span(row: Any, words: Wording) -> str:
    """The state of a milestone; what was reported as done after it was due says so."""
    word = words.text(f"report.state.{row.state}")
    return state_span(row.state, words.text("projects.late", state=word) if row.is_late else word)


def date_of(text: str, words: Wording) -> str:
    """A date of a tidy table as printed."""
    return words.date(datetime.date.fromisoformat(text))


def told(row: Any, plan: Plan, words: Wording, *, has_evidence: bool = True) -> str:
    """What a department reported last: date, department, its words, its evidence; a dash if nobody did."""
    if not row.date:
        return MISSING
    date, text = date_of(row.date, words), escape(row.text)
    names = {"date": date, "text": text}
    if row.department:
        name = plan.department(row.department)
        department = escape((name.short or name.name).get(words.language))
        key = "told" if text else "told_date_only"
        said = words.text(f"projects.{key}", department=department, **names)
    else:
        said = words.text("projects.told_anonymously", **names) if text else date
    evidence = words.text("projects.evidence", evidence=escape(row.evidence)) if row.evidence and has_evidence else ""
    mark = VALUE_MARKERS["synthetic"][2] if row.is_demonstration else ""
    stop = words.text("projects.stop") if evidence else ""
    return f"{said}{stop}{evidence} {mark}".strip()


def milestones_table(milestones: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Dated milestones with their state at the end of the edition year, by the date they are due.

    Parameters
    ----------
    milestones : DataFrame
        Contract ``milestones``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"due": 16, "milestone": 32, "department": 17, "state": 13, "told": 36}
    columns = named_columns(words, "projects.milestones", widths)
    held = {commitment.id: (section, commitment) for section, commitment in plan.commitments()}
    states = {row.milestone: row for row in records(milestones)}
    rows = [
        (
            words.date(item.due),
            escape(item.title.get(language)),
            in_short(plan, *held[item.commitment], words),
            milestone_span(states[item.id], words),
            told(states[item.id], plan, words),
        )
        for item in sorted(plan.milestones, key=lambda milestone: milestone.due)
    ]
    return Table(columns, tuple(rows), "milestones")


def qualitative_table(qualitative: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Commitments without a number, in the plan's order; one without a statement is shown as not reported.

    Parameters
    ----------
    qualitative : DataFrame
        Contract ``qualitative``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"section": 10, "commitment": 38, "department": 17, "state": 14, "told": 36}
    columns = named_columns(words, "projects.qualitative", widths)
    states = {row.commitment: row for row in records(qualitative)}
    rows = []
    for section, commitment in plan.commitments():
        if commitment.is_scored:
            continue
        row = states[commitment.id]
        text = commitment.quote if language == "zh" else commitment.translation
        more = row.statements - 1
        said = told(row, plan, words) + (words.text("projects.more_statements", count=more) if more > 0 else "")
        state = state_span(row.state, words.text(f"projects.statement.{row.state}"))
        rows.append((escape(section.number), escape(text), in_short(plan, section, commitment, words), state, said))
    return Table(columns, tuple(rows), "qualitative")
