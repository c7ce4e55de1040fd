"""Tables of verdicts: scoreboard, counts, what needs attention, what is not assessed."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings
from analysis.tables.origins import Places, places_of, with_origin
from analysis.tables.table import Column, Table, named_columns
from analysis.theme import STATUS_STYLES, STATUSES, status_class
from analysis.wording import MISSING, escape, label_id, wording

ATTENTION_ROWS = 5
_URGENCY = {"missed": 0, "off_track": 1, "at_risk": 2}


def scoreboard(
    assessment: pd.DataFrame,
    plan: Plan,
    language: str,
    section: str = "",
    observations: pd.DataFrame | None = None,
) -> Table:
    """One row per target and tier of the plan's area, in the plan's order.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    section : str
        Only one top-level section.
    observations : DataFrame, optional
        Contract ``observations``: titles then lead to the indicator's own pages, departments to theirs, and a latest
        value tells the cell that it stands in.
    """
    words = wording(language)
    places = places_of(observations)
    columns = named_columns(
        words,
        "scoreboard",
        {"indicator": 18, "values": 16, "target": 10, "progress": 9, "schedule": 9, "probability": 7, "status": 11,
         "needed": 15, "department": 12},
        right=("values", "target", "progress", "probability"),
    )  # fmt: skip
    rows = [
        (
            _linked_title(item, places),
            with_origin(_with_year(item), item, places),
            escape(item.target),
            item.progress,
            escape(item.schedule),
            escape(item.probability),
            item.status_span,
            escape(item.needed if item.is_assessed else item.reason or MISSING),
            _department(item, is_linked=observations is not None),
        )
        for item in readings(assessment, plan, language, section=section)
    ]
    return Table(columns, tuple(rows), "scoreboard").without_empty(columns[-1].header)


def _linked_title(item: Reading, places: Places) -> str:
    """The title, leading to the indicator's own pages if it has any."""
    own = (item.row.region, item.row.indicator)
    return _link(item) if any(place[:2] == own for place in places) else item.marked_title


def _department(item: Reading, *, is_linked: bool) -> str:
    """The first responsible department, leading to all that it is responsible for."""
    ids = item.scored.responsibility.departments
    name = escape(item.department())
    return f"[{name}](#{label_id('sec', 'department', ids[0])})" if ids and is_linked else name


def _link(item: Reading) -> str:
    return f"[{item.marked_title}](#{label_id('sec', 'indicator', item.row.indicator)})"


def _with_year(item: Reading) -> str:
    """Values with the latest year behind them."""
    if not item.has_latest:
        return MISSING
    return item.words.text("tables.scoreboard.with_year", values=item.base_to_latest, year=item.latest_year)


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


def attention(assessment: pd.DataFrame, plan: Plan, language: str, observations: pd.DataFrame | None = None) -> Table:
    """The five targets that need attention: what is missing, what each needs, who is responsible.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    observations : DataFrame, optional
        Contract ``observations``: a latest value then tells the cell that it stands in.
    """
    words, places = wording(language), places_of(observations)
    columns = named_columns(
        words,
        "attention",
        {"indicator": 20, "status": 13, "latest": 15, "target": 13, "needed": 20, "department": 23},
        right=("latest", "target"),
    )
    rows = [
        (
            _link(item),
            item.status_span,
            with_origin(escape(item.latest), item, places),
            escape(item.target),
            escape(item.needed),
            escape(words.listing(item.departments) or MISSING),
        )
        for item in needing_attention(assessment, plan, language)
    ]
    return Table(columns, tuple(rows), "attention").without_empty(columns[-1].header)


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
