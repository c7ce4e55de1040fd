"""Tables of verdicts: counts, what is not assessed; and which targets need attention most."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings
from analysis.tables.table import Column, Table, named_columns
from analysis.theme import STATUS_STYLES, STATUSES, status_class
from analysis.wording import escape, wording

ATTENTION_ROWS = 5
_URGENCY = {"missed": 0, "off_track": 1, "at_risk": 2}


def status_counts(assessment: pd.DataFrame, plan: Plan, language: str) -> Table:
    """How many quantified targets have which status; binding ones apart.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    items = main_readings(readings(assessment, plan, language))
    groups: dict[str, Callable[[Reading], bool]] = {
        "all": lambda item: True,
        "binding": lambda item: item.row.nature == "binding",
        "expected": lambda item: item.row.nature == "expected",
    }
    used = [status for status in STATUSES if status != "missed" or any(item.row.status == "missed" for item in items)]
    columns = [Column(words.text("tables.counts.group"), width=2)]
    for status in used:
        word = words.text(f"report.status.{status}")
        mark = f"[{STATUS_STYLES[status].shape} {word}]{{.{status_class(status)}}}"
        columns.append(Column(mark, "right", 1.6))
    columns.append(Column(words.text("tables.counts.total"), "right"))
    rows = []
    for group, belongs in groups.items():
        chosen = [item.row.status for item in items if belongs(item)]
        if chosen:
            counts = [str(chosen.count(status)) for status in used]
            rows.append((words.text(f"tables.counts.{group}"), *counts, str(len(chosen))))
    return Table(tuple(columns), tuple(rows), "status-counts")


def needing_attention(assessment: pd.DataFrame, plan: Plan, language: str) -> list[Reading]:
    """The targets that most need attention, most urgent first: missed, off track, at risk.

    Within a status binding targets come first, then those that have fallen behind furthest.
    """
    items = main_readings(readings(assessment, plan, language))
    urgent = [item for item in items if item.row.status in _URGENCY]
    return sorted(urgent, key=_urgency)[:ATTENTION_ROWS]


def _urgency(item: Reading) -> tuple[int, bool, float]:
    row = item.row
    behind = row.progress - row.expected_progress
    return _URGENCY[row.status], row.nature != "binding", -math.inf if math.isnan(behind) else behind


def not_assessed_table(assessment: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Targets without a verdict, each with its reason and who could deliver what is missing.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    columns = named_columns(words, "not_assessed", {"indicator": 36, "reason": 34, "department": 30})
    rows = [
        (item.marked_title, escape(item.reason or item.gap_rule), escape(item.department()))
        for item in readings(assessment, plan, language)
        if not item.is_assessed
    ]
    return Table(columns, tuple(rows), "not-assessed").without_empty(columns[-1].header)
