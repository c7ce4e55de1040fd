"""Tables of verdicts: scoreboard, counts, what needs attention, what is not assessed, one indicator's profile."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings
from analysis.tables.defence import evidence_row, turning_rows
from analysis.tables.forecasts import member_rows, record_rows
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


def profile(
    assessment: pd.DataFrame,
    trends: pd.DataFrame,
    plan: Plan,
    indicator: str,
    region: str,
    language: str,
    turning_points: pd.DataFrame | None = None,
    evidence: pd.DataFrame | None = None,
    members: pd.DataFrame | None = None,
    hindcasts: pd.DataFrame | None = None,
) -> Table:
    """Everything that is known about one indicator in one region, one column per tier.

    Parameters
    ----------
    assessment, trends : DataFrame
        Contracts of those names.
    plan : Plan
    indicator, region : str
    language : {"zh", "en"}
    turning_points, evidence, members, hindcasts : DataFrame, optional
        Contracts of those names.
    """
    words = wording(language)
    tiers = readings(assessment, plan, language, region, indicator=indicator)
    columns = [Column(words.text("tables.profile.item"), width=1.1)]
    for item in tiers:
        header = escape(item.tier.capitalize()) if item.tier else words.text("tables.profile.value")
        columns.append(Column(header, "left", 2.0 / len(tiers)))
    rows = []
    for name, cell in _PROFILE.items():
        cells = [cell(item) for item in tiers]
        if any(text not in ("", MISSING) for text in cells):
            rows.append((words.text(f"tables.profile.{name}"), *cells))
    line = _textbook(trends, tiers)
    if line:
        rows.append((words.text("tables.profile.textbook"), *([escape(line)] * len(tiers))))
    if members is not None:
        rows += member_rows(members, tiers)
    if hindcasts is not None:
        rows += record_rows(hindcasts, tiers)
    if evidence is not None:
        rows += evidence_row(evidence, tiers)
    if turning_points is not None:
        rows += turning_rows(turning_points, tiers)
    return Table(tuple(columns), tuple(rows), "profile")


def _known(text: str, *others: str) -> bool:
    return all(part not in ("", MISSING) for part in (text, *others))


def _dated(item: Reading, value: str, year: str) -> str:
    return item.words.text("tables.profile.dated", value=value, year=year) if _known(value) else MISSING


def _latest(item: Reading) -> str:
    if not _known(item.latest) or item.row.latest_status in ("published", ""):
        return _dated(item, item.latest, item.latest_year)
    status = item.words.text(f"report.value_status.{item.row.latest_status}")
    return item.words.text("tables.profile.dated_remark", value=item.latest, year=item.latest_year, remark=status)


def _probability(item: Reading) -> str:
    if not _known(item.probability):
        return item.outlook if item.is_assessed else MISSING
    return item.words.text("tables.profile.remark", text=item.probability, remark=item.outlook)


def _gap(item: Reading) -> str:
    if item.row.gap_rule == "not_applicable":
        return MISSING
    if math.isnan(item.row.gap_shortfall) or item.row.gap_shortfall <= 0:
        return item.gap_rule
    share = item.words.percent(item.row.gap_shortfall)
    return item.words.text("tables.profile.gap", verdict=item.gap_rule, share=share)


def _status(item: Reading) -> str:
    if item.is_assessed or not item.reason:
        return item.status_span
    return item.words.text("tables.profile.remark", text=item.status_span, remark=escape(item.reason))


def _target(item: Reading) -> str:
    nature = item.words.text(f"report.nature.{item.row.nature}")
    year = str(item.row.target_year)
    return item.words.text("tables.profile.dated_remark", value=item.target, year=year, remark=nature)


def _index(item: Reading) -> str:
    # Without a base value the measure is not an index.
    is_index = item.is_relative and item.has_latest
    return item.words.number(item.row.latest_value, item.decimals) if is_index else MISSING


_PROFILE: dict[str, Callable[[Reading], str]] = {
    "status": _status,
    "target": lambda item: escape(_target(item)),
    "base": lambda item: _dated(item, item.base, str(item.row.base_year)),
    "latest": lambda item: escape(_latest(item)),
    "index": _index,
    "change": lambda item: item.signed_change if item.is_level and item.has_latest else MISSING,
    "shortfall": lambda item: item.shortfall if item.row.status == "missed" else MISSING,
    "progress": lambda item: item.progress,
    "expected": lambda item: item.expected,
    "simple_share": lambda item: item.simple_share if item.is_relative else MISSING,
    "schedule": lambda item: item.schedule if item.is_assessed else MISSING,
    "years_ahead": lambda item: item.years_ahead,
    "required_pace": lambda item: item.required_pace,
    "recent_pace": lambda item: item.recent_pace,
    "plan_pace": lambda item: item.plan_pace,
    "probability": lambda item: escape(_probability(item)),
    "forecast": lambda item: _dated(item, item.forecast, str(item.row.target_year)),
    "interval": lambda item: item.interval,
    "gap_rule": lambda item: escape(_gap(item)),
    "n_values": lambda item: str(item.row.n_values) if item.row.n_values else MISSING,
}


def _textbook(trends: pd.DataFrame, tiers: list[Reading]) -> str:
    """What a straight line through all points would say of the target year."""
    if not tiers:
        return ""
    row = tiers[0].row
    chosen = trends[
        (trends["region"] == row.region)
        & (trends["indicator"] == row.indicator)
        & (trends["model"] == "ols_hac")
        & (trends["kind"] == "projected")
        & (trends["year"] == row.target_year)
    ]
    if chosen.empty:
        return ""
    line = chosen.iloc[0]
    low, high = sorted(("lower_80", "upper_80"), key=lambda name: tiers[0].upright(float(line[name])))
    words = tiers[0].words
    interval = words.text(
        "report.interval",
        low=tiers[0].in_target_terms(float(line[low])),
        high=tiers[0].in_target_terms(float(line[high])),
    )
    value = tiers[0].in_target_terms(float(line["mean"]))
    return words.text("tables.profile.line", year=row.target_year, value=value, interval=interval)
