"""Where milestones and commitments without a number stand, from the dated reports of the departments.

A state is what was reported, with its date; nothing is counted in per cent and nothing is inferred. What nobody
reported on is ``not_reported``.
"""

from __future__ import annotations

import datetime

import pandas as pd

from analysis.contracts import table_of
from analysis.contracts.projects import MILESTONES, QUALITATIVE
from analysis.plan import Milestone, Plan
from analysis.projects.totals import DEMONSTRATION


def milestone_states(reports: pd.DataFrame, plan: Plan, edition_year: int) -> pd.DataFrame:
    """The state of every milestone at the end of the edition year.

    Parameters
    ----------
    reports : DataFrame
        Contract ``milestone_reports``; later ones than the edition year are left out of account.
    plan : Plan
    edition_year : int

    Returns
    -------
    DataFrame
        Contract ``milestones``. What is due at the end of the edition year and not done is ``overdue``, or
        ``due_not_reported`` if nobody reported; ``is_late`` if it was reported as done after it was due only.
    """
    cut_off = datetime.date(edition_year, 12, 31)
    known = reports[reports["date"] <= cut_off.isoformat()].sort_values(["date"], kind="stable")
    rows = [_milestone(item, known[known["milestone"] == item.id], cut_off) for item in plan.milestones]
    return table_of(rows, MILESTONES)


def _milestone(item: Milestone, reports: pd.DataFrame, cut_off: datetime.date) -> dict[str, object]:
    row: dict[str, object] = {"milestone": item.id, "commitment": item.commitment, "due": item.due.isoformat()}
    is_due = item.due <= cut_off
    if reports.empty:
        state = "due_not_reported" if is_due else "not_reported"
        return row | {"state": state, "is_late": False, "is_demonstration": False}
    # A milestone that is done stays done: the first report that says so counts.
    done = reports[reports["state"] == "done"]
    latest = done.iloc[0] if len(done) else reports.iloc[-1]
    state = "overdue" if is_due and done.empty else latest["state"]
    told = {name: latest[name] for name in ("date", "text", "evidence", "department")}
    return row | told | {
        "state": state,
        "reported_state": latest["state"],
        "is_late": bool(len(done)) and latest["date"] > item.due.isoformat(),
        "is_demonstration": latest["status"] == DEMONSTRATION,
    }  # fmt: skip


def qualitative_states(statements: pd.DataFrame, plan: Plan, edition_year: int) -> pd.DataFrame:
    """The latest statement on every commitment without a number.

    Parameters
    ----------
    statements : DataFrame
        Contract ``statements``; later ones than the edition year are left out of account.
    plan : Plan
    edition_year : int

    Returns
    -------
    DataFrame
        Contract ``qualitative``: one row per commitment that is not scored; ``statements`` counts all of them.
    """
    known = statements[statements["date"].str[:4].astype(int) <= edition_year] if len(statements) else statements
    known = known.sort_values(["date", "department"], kind="stable")
    rows = []
    for section, commitment in plan.commitments():
        if commitment.is_scored:
            continue
        own = known[known["commitment"] == commitment.id]
        row: dict[str, object] = {"commitment": commitment.id, "section": section.id, "statements": len(own)}
        if own.empty:
            rows.append(row | {"state": "not_reported", "is_demonstration": False})
            continue
        latest = own.iloc[-1]
        told = {name: latest[name] for name in ("date", "department", "text", "evidence")}
        rows.append(row | told | {"state": "reported", "is_demonstration": latest["status"] == DEMONSTRATION})
    return table_of(rows, QUALITATIVE)
