"""One indicator's profile: the questions that a reader asks of it, each answered in one row."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.contracts.rows import records
from analysis.plan import Plan
from analysis.readings import Reading, readings
from analysis.tables.defence import evidence_row, peer_rows, turning_rows
from analysis.tables.forecasts import member_rows, record_rows
from analysis.tables.origins import Places, places_of, told
from analysis.tables.provenance import values_of
from analysis.tables.table import Table, named_columns
from analysis.trends import is_total
from analysis.wording import MISSING, escape, wording

# A name and its value stay on one line up to this many Latin characters, of which a Chinese one takes two.
UNBROKEN = 44

_ORIGIN = re.compile(r"\[([^\]]*)\]\{\.origin[^}]*\}")

Fact = tuple[str, ...]
"""A name and one text per tier."""


@dataclass(frozen=True)
class Beside:
    """Tables that a profile may draw on beside the assessment; without one, its facts are left out.

    Parameters
    ----------
    turning_points, evidence, members, hindcasts, peer_rules : DataFrame, optional
        Contracts of those names.
    observations : DataFrame, optional
        Contract ``observations``: delivered values then tell the cell that they stand in.
    """

    turning_points: pd.DataFrame | None = None
    evidence: pd.DataFrame | None = None
    members: pd.DataFrame | None = None
    hindcasts: pd.DataFrame | None = None
    peer_rules: pd.DataFrame | None = None
    observations: pd.DataFrame | None = None


def profile(
    assessment: pd.DataFrame,
    trends: pd.DataFrame,
    plan: Plan,
    indicator: str,
    region: str,
    language: str,
    beside: Beside | None = None,
) -> Table:
    """Everything that is known about one indicator in one region, one row per question.

    Parameters
    ----------
    assessment, trends : DataFrame
        Contracts of those names.
    plan : Plan
    indicator, region : str
    language : {"zh", "en"}
    beside : Beside, optional
    """
    words = wording(language)
    tiers = readings(assessment, plan, language, region, indicator=indicator)
    rows = []
    for question, facts in profile_facts(tiers, trends, beside or Beside()).items():
        if facts:
            answer = " ".join(_printed(fact, tiers, is_last=fact is facts[-1]) for fact in facts)
            rows.append((f"**{words.text(f'tables.profile.questions.{question}')}**", answer))
    columns = named_columns(words, "profile", {"question": 14, "answer": 86})
    return Table(columns, tuple(rows), "profile")


def profile_facts(tiers: Sequence[Reading], trends: pd.DataFrame, beside: Beside) -> dict[str, list[Fact]]:
    """The facts of a profile by question, in the order in which they are asked; each with a text per tier.

    Parameters
    ----------
    tiers : sequence of Reading
        All tiers of one indicator in one region.
    trends : DataFrame
        Contract ``trends``.
    beside : Beside
    """
    if not tiers:
        return {}
    places = places_of(_own(beside.observations, tiers[0]))
    found = {question: _own_facts(question, tiers, places) for question in _QUESTIONS}
    line = _textbook(trends, tiers[0])
    if line:
        # Of a total, other models extrapolate the yearly amounts.
        name = "textbook_total" if is_total(tiers[0].scored) else "textbook"
        found["outlook"].append((tiers[0].words.text(f"tables.profile.{name}"), *([escape(line)] * len(tiers))))
    for question, table, facts in (
        ("outlook", beside.members, member_rows),
        ("needed", beside.turning_points, turning_rows),
        ("trust", beside.hindcasts, record_rows),
        ("trust", beside.evidence, evidence_row),
        ("peers", beside.peer_rules, peer_rows),
    ):
        if table is not None:
            found[question] += facts(table, list(tiers))
    return found


def _own(observations: pd.DataFrame | None, item: Reading) -> pd.DataFrame | None:
    return observations if observations is None else values_of(observations, item.row.indicator, item.row.region)


def _own_facts(question: str, tiers: Sequence[Reading], places: Places) -> list[Fact]:
    words = tiers[0].words
    facts = []
    for name, cell in _QUESTIONS[question].items():
        cells = [cell(item) for item in tiers]
        if name in _DELIVERED:
            cells = [_told(text, item, _DELIVERED[name](item), places) for text, item in zip(cells, tiers, strict=True)]
        if any(_known(text) for text in cells):
            facts.append((words.text(f"tables.profile.{name}"), *cells))
    return facts


def _told(text: str, item: Reading, year: int, places: Places) -> str:
    place = places.get((item.row.region, item.row.indicator, year), "") if _known(text) else ""
    return told(text, place, item.words)


def _printed(fact: Fact, tiers: Sequence[Reading], *, is_last: bool) -> str:
    """A name and its value, a separator behind them unless they are the last; tiers are named where they differ."""
    words, (name, *cells) = tiers[0].words, fact
    if len(set(cells)) == 1:
        value = cells[0]
    else:
        named = [
            words.text("tables.profile.of_tier", tier=escape(item.tier), value=cell)
            for item, cell in zip(tiers, cells, strict=True)
            if _known(cell)
        ]
        value = words.text("tables.profile.between_tiers").join(named)
    pair = words.text("tables.profile.pair", name=name, value=value)
    pair += "" if is_last else words.text("tables.profile.separator")
    shown = _ORIGIN.sub(r"\1", name + value)
    width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in shown)
    return f"[{pair}]{{.pair}}" if width <= UNBROKEN else pair


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


def _departments(item: Reading) -> str:
    """The plan's own names in Chinese, the short ones in other languages, whose full names are long."""
    names = item.departments
    if item.words.language != "zh":
        found = [item.plan.department(id) for id in item.scored.responsibility.departments]
        names = [(department.short or department.name).get(item.words.language) for department in found]
    return escape(item.words.listing(names)) or MISSING


_QUESTIONS: dict[str, dict[str, Callable[[Reading], str]]] = {
    "schedule": {
        "status": _status,
        "schedule": lambda item: item.schedule if item.is_assessed else MISSING,
        "progress": lambda item: item.progress,
        "expected": lambda item: item.expected,
        "simple_share": lambda item: item.simple_share if item.is_relative else MISSING,
        "years_ahead": lambda item: item.years_ahead,
        "target": lambda item: escape(_target(item)),
        "base": lambda item: _dated(item, item.base, str(item.row.base_year)),
        "latest": lambda item: escape(_latest(item)),
        "index": _index,
        "change": lambda item: item.signed_change if item.is_level and item.has_latest else MISSING,
    },
    "outlook": {
        "probability": lambda item: escape(_probability(item)),
        "forecast": lambda item: _dated(item, item.forecast, str(item.row.target_year)),
        "interval": lambda item: item.interval,
        "gap_rule": lambda item: escape(_gap(item)),
    },
    "needed": {
        "shortfall": lambda item: item.shortfall if item.row.status == "missed" else MISSING,
        "required_pace": lambda item: item.required_pace,
        "recent_pace": lambda item: item.recent_pace,
        "plan_pace": lambda item: item.plan_pace,
    },
    "responsible": {"departments": _departments},
    "trust": {"n_values": lambda item: str(item.row.n_values) if item.row.n_values else MISSING},
    "peers": {},
}


# Facts that are delivered values, and the year of each.
_DELIVERED: dict[str, Callable[[Reading], int]] = {
    "base": lambda item: int(item.row.base_year),
    "latest": lambda item: int(item.row.latest_year) if item.has_latest else 0,
}


def _textbook(trends: pd.DataFrame, item: Reading) -> str:
    """What a straight line through all points would say of the target year."""
    row, words = item.row, item.words
    own = trends[(trends["region"] == row.region) & (trends["indicator"] == row.indicator)]
    wanted = ("ols_hac", "projected", row.target_year)
    line = next((found for found in records(own) if (found.model, found.kind, found.year) == wanted), None)
    if line is None:
        return ""
    bounds = sorted((line.lower_80, line.upper_80), key=item.upright)
    low, high = (item.in_target_terms(bound) for bound in bounds)
    interval = words.text("report.interval", low=low, high=high)
    value = item.in_target_terms(line.mean)
    return words.text("tables.profile.line", year=row.target_year, value=value, interval=interval)
