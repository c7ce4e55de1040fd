"""All targets of a plan: one line each, with every column, and those that need attention."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from analysis.plan import Plan
from analysis.readings import Reading, readings
from analysis.sparklines import sparkline
from analysis.tables.origins import Places, places_of, with_origin
from analysis.tables.table import Table, named_columns
from analysis.tables.verdicts import needing_attention
from analysis.wording import MISSING, escape, label_id, wording

# Relative widths by language: English words are longer, Chinese characters wider.
_OVERVIEW: dict[str, dict[str, float]] = {
    "zh": {"indicator": 39, "latest": 16, "target": 18.5, "progress": 16.5, "trend": 18.5, "probability": 8.5,
           "status": 17, "department": 21.5},
    "en": {"indicator": 43, "latest": 15, "target": 18.5, "progress": 16.5, "trend": 18.5, "probability": 8.5,
           "status": 18, "department": 20.5},
}  # fmt: skip
_FULL: dict[str, dict[str, float]] = {
    "zh": {"indicator": 33, "unit": 9, "base": 10, "latest": 11.5, "target": 18.5, "nature": 11, "progress": 17,
           "schedule": 13.5, "probability": 9, "status": 20, "department": 18},
    "en": {"indicator": 30, "unit": 8.5, "base": 8.5, "latest": 10, "target": 15, "nature": 14.3, "progress": 15.5,
           "schedule": 14, "probability": 8.5, "status": 17.3, "department": 18},
}  # fmt: skip
_ATTENTION = {"indicator": 37, "status": 17, "latest": 13.5, "target": 17, "needed": 47, "department": 26.5}


def brief_scoreboard(
    assessment: pd.DataFrame, plan: Plan, language: str, measures: pd.DataFrame, observations: pd.DataFrame
) -> Table:
    """One line per target and tier of the plan's area, in the plan's order, each with its sparkline.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    measures, observations : DataFrame
        Contracts of those names.

    Notes
    -----
    The year in which most of the latest values lie stands in the head; only others are printed beside their values. So
    does a mark of the data that all targets share.
    """
    words, places = wording(language), places_of(observations)
    items = readings(assessment, plan, language)
    year = _usual([item.latest_year for item in items if item.has_latest])
    right = ("latest", "target", "progress")
    columns = named_columns(words, "summary.overview", _OVERVIEW[language], right=right, year=year)
    has_marks = _has_marks(items)
    rows = [
        (
            _name(item, item.short_title, places, has_marks=has_marks),
            with_origin(_dated(escape(_brief(item.latest, item)), item, year), item, places),
            escape(_brief(item.target, item)),
            _progress(item),
            sparkline(measures, item),
            escape(item.probability),
            item.status_span,
            escape(item.lead()),
        )
        for item in items
    ]
    return Table(columns, tuple(rows), "overview").without_empty(columns[-1].header)


def scoreboard(assessment: pd.DataFrame, plan: Plan, language: str, observations: pd.DataFrame | None = None) -> Table:
    """Everything that is said of every target and tier of the plan's area, in the plan's order.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    observations : DataFrame, optional
        Contract ``observations``: titles then lead to the indicator's own pages, departments to theirs, and a latest
        value tells the cell that it stands in.
    """
    words, places = wording(language), places_of(observations)
    items = readings(assessment, plan, language)
    year = _usual([item.latest_year for item in items if item.has_latest])
    right = ("base", "latest", "target", "progress", "probability")
    columns = named_columns(words, "tables.scoreboard", _FULL[language], right=right, year=year)
    has_marks = _has_marks(items)
    rows = [
        (
            _name(item, item.full_title, places, has_marks=has_marks),
            escape(_unit(item)),
            item.words.number(item.row.base_value, item.decimals) if item.base != MISSING else MISSING,
            with_origin(_dated(_bare_latest(item), item, year), item, places),
            escape(_brief(item.target, item)),
            words.text(f"report.nature.{item.row.nature}"),
            _progress(item),
            escape(item.schedule) if item.is_assessed else MISSING,
            escape(item.probability),
            item.status_span,
            _department(item, is_linked=observations is not None),
        )
        for item in items
    ]
    return Table(columns, tuple(rows), "scoreboard").without_empty(columns[-1].header)


def attention(assessment: pd.DataFrame, plan: Plan, language: str, observations: pd.DataFrame | None = None) -> Table:
    """The five targets that need attention: what each still needs, and who leads; all others are counted.

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
    columns = named_columns(words, "summary.attention", _ATTENTION, right=("latest", "target"))
    rows = [
        (
            _link(item, item.short_title),
            item.status_span,
            with_origin(escape(item.latest), item, places),
            escape(item.target),
            escape(_missing(item)),
            escape(item.department()),
        )
        for item in needing_attention(assessment, plan, language)
    ]
    return Table(columns, tuple(rows), "attention").without_empty(columns[-1].header)


def _usual(years: list[str]) -> str:
    """The most frequent of some years, the later one of two; a dash if there is none."""
    return max(Counter(years).items(), key=lambda item: item[::-1], default=(MISSING, 0))[0]


def _has_marks(items: list[Reading]) -> bool:
    """Whether the marks of the data tell the targets apart."""
    return len({item.data_mark for item in items if item.has_latest}) > 1


def _name(item: Reading, title: str, places: Places, *, has_marks: bool) -> str:
    """A title, leading to the indicator's own pages if it has any."""
    own = (item.row.region, item.row.indicator)
    name = _link(item, title) if any(place[:2] == own for place in places) else escape(title)
    return f"{name} {item.data_mark}" if has_marks and item.data_mark else name


def _link(item: Reading, title: str) -> str:
    return f"[{escape(title)}](#{label_id('sec', 'indicator', item.row.indicator)})"


def _department(item: Reading, *, is_linked: bool) -> str:
    """The first responsible department, leading to all that it is responsible for."""
    ids = item.scored.responsibility.departments
    name = escape(item.department())
    return f"[{name}](#{label_id('sec', 'department', ids[0])})" if ids and is_linked else name


def _dated(value: str, item: Reading, usual: str) -> str:
    """A latest value, with its year where that is not the usual one."""
    if not item.has_latest or item.latest_year == usual:
        return value
    return item.words.text("tables.scoreboard.with_year", values=value, year=item.latest_year)


def _unit(item: Reading) -> str:
    return "%" if item.is_relative else _brief(item.words.unit(item.row.unit), item) or MISSING


def _brief(text: str, item: Reading) -> str:
    """A text with its percentage points named as briefly as there is room."""
    return text.replace(item.words.unit("percentage points"), item.words.text("summary.points"))


def _bare_latest(item: Reading) -> str:
    """The latest value in the terms of the target, without its unit."""
    if not item.has_latest:
        return MISSING
    return item.words.number(
        item.change if item.is_change else item.row.latest_value, item.decimals, signed=item.is_change
    )


def _progress(item: Reading) -> str:
    """Progress and the progress due by now, in per cent."""
    progress, due = (item.words.number(share * 100, 1) for share in (item.row.progress, item.row.expected_progress))
    return (
        progress
        if MISSING in (progress, due)
        else item.words.text("tables.scoreboard.pair", progress=progress, due=due)
    )


def _missing(item: Reading) -> str:
    """What the target still needs, or by how much it was missed."""
    if item.needed == MISSING and item.shortfall != MISSING:
        return item.words.text("summary.attention.missed", year=item.row.target_year, shortfall=item.shortfall)
    return item.needed
