"""Tables of one edition against another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.comparison import Snapshot
from analysis.contracts.editions import CAUSES, VERDICTS
from analysis.contracts.rows import records
from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings
from analysis.tables.table import Column, Table, named_columns
from analysis.theme import STATUS_STYLES, STATUSES, status_class
from analysis.wording import MISSING, Wording, escape, wording


def counts_compared(past: Snapshot, present: Snapshot, language: str) -> Table:
    """How many quantified targets have which status, in this edition and in the earlier one; binding ones apart.

    Parameters
    ----------
    past, present : Snapshot
    language : {"zh", "en"}
    """
    words = wording(language)
    editions = {item.year: main_readings(readings(item.assessment, item.plan, language)) for item in (present, past)}
    every = [item for items in editions.values() for item in items]
    has_both = len({item.row.nature for item in every}) > 1
    used = [status for status in STATUSES if status != "missed" or any(item.row.status == "missed" for item in every)]
    columns = [Column(words.text("editions.counts.group"), width=2.8)]
    columns += [Column(status_span(status, words), "right", 1.6) for status in used]
    columns.append(Column(words.text("tables.counts.total"), "right"))
    rows = []
    for group in ("all", "binding") if has_both else ("all",):
        for year, items in editions.items():
            chosen = [item.row.status for item in items if group == "all" or item.row.nature == group]
            counts = [str(chosen.count(status)) for status in used]
            rows.append((words.text(f"editions.counts.{group}", year=year), *counts, str(len(chosen))))
    return Table(tuple(columns), tuple(rows), "status-counts")


def changed_verdicts_table(changed: pd.DataFrame, present: Snapshot, past: Snapshot, language: str) -> Table:
    """One row per target of the plan's area with a changed verdict: each verdict before and after, and why.

    Parameters
    ----------
    changed : DataFrame
        Contract ``changed_verdicts``.
    present, past : Snapshot
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"target": 26, "status": 29, "schedule": 23, "outlook": 23, "causes": 13}
    columns = named_columns(words, "editions.verdicts", widths)
    own = changed[changed["region"] == present.plan.area]
    by_target = {
        key: {row.verdict: row for row in records(rows)} for key, rows in own.groupby(["indicator", "tier"], sort=False)
    }
    rows = [
        (
            _target(indicator, tier, (present, past), language),
            *(_moved(by_target[indicator, tier].get(verdict), words) for verdict in VERDICTS),
            _causes([row.causes for row in by_target[indicator, tier].values()], words),
        )
        for indicator, tier in _in_order(by_target, present, past)
    ]
    return Table(columns, tuple(rows), "changed-verdicts")


def changed_values_table(changed: pd.DataFrame, present: Snapshot, past: Snapshot, language: str) -> Table:
    """One row per value that is no longer what the earlier edition had.

    Parameters
    ----------
    changed : DataFrame
        Contract ``changed_values``.
    present, past : Snapshot
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"series": 24, "year": 7, "change": 8, "before": 16, "after": 16, "difference": 15, "place": 24}
    columns = named_columns(words, "editions.values", widths, right=("before", "after", "difference"))
    rows = [
        (
            _series(item.region, item.indicator, (present, past), language),
            str(item.year),
            words.text(f"editions.change.{item.change}"),
            _value(item.old_value, item.old_unit, item.old_bound, words),
            _value(item.new_value, item.new_unit, item.new_bound, words),
            escape(words.change(_difference(item.difference, words), item.new_unit)),
            escape(" · ".join(part for part in (item.file, item.sheet, item.cell) if part) or MISSING),
        )
        for item in records(changed)
    ]
    return Table(columns, tuple(rows), "changed-values")


def projections_table(checked: pd.DataFrame, present: Snapshot, language: str) -> Table:
    """What the earlier edition projected for the plan's area, what has happened, and whether the fan held it.

    Parameters
    ----------
    checked : DataFrame
        Contract ``checked_projections``.
    present : Snapshot
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"target": 21, "year": 6, "projected": 12, "interval": 18, "actual": 12, "error": 15, "inside": 14}
    right = ("projected", "interval", "actual", "error")
    columns = named_columns(words, "editions.projections", widths, right=right)
    items = {item.row.indicator: item for item in reversed(readings(present.assessment, present.plan, language))}
    own = checked[checked["region"] == present.plan.area]
    rows = []
    for indicator in reversed(items):
        for row in records(own[own["indicator"] == indicator]):
            rows.append(_projection(row, items[indicator]))
    return Table(columns, tuple(rows), "checked-projections")


def _projection(row: Any, item: Reading) -> tuple[str, ...]:
    words = item.words
    forecast = {"forecast_mean": row.projected, "forecast_lower_80": row.lower_80, "forecast_upper_80": row.upper_80}
    then = Reading(item.row._replace(**forecast), item.scored, item.plan, words)
    error = words.number(item.upright(row.error), item.decimals, signed=True)
    inside = "within_80" if row.is_within_80 else "within_95" if row.is_within_95 else "outside"
    return (
        escape(item.title),
        str(row.year),
        escape(then.forecast),
        escape(then.interval),
        escape(item.in_target_terms(row.actual)),
        escape(words.change(error, "%" if item.is_relative else row.unit)),
        words.text(f"editions.inside.{inside}"),
    )


def status_span(status: str, words: Wording) -> str:
    """Shape and word of a status as a Markdown span with the status' class."""
    return f"[{STATUS_STYLES[status].shape} {words.text(f'report.status.{status}')}]{{.{status_class(status)}}}"


def _moved(row: Any, words: Wording) -> str:
    """A verdict before and after; a dash if it has not changed."""
    if row is None:
        return MISSING
    before, after = (
        status_span(word, words) if row.verdict == "status" else words.text(f"report.{row.verdict}.{word}")
        for word in (row.before, row.after)
    )
    return f"{before} → {after}"


def _causes(causes: list[str], words: Wording) -> str:
    """Every cause of a target's changes once, in the order in which they are attributed."""
    named = {name for item in causes for name in item.split(";")}
    listed = [words.text(f"editions.cause.{name}") for name in CAUSES if name in named]
    return words.text("editions.cause_separator").join(listed)


def _in_order(found: dict[Any, Any], present: Snapshot, past: Snapshot) -> Iterator[Any]:
    """Keys in the order of this edition's plan; targets that it no longer has come last."""
    order = [
        (scored.indicator.id, tier.id)
        for snapshot in (present, past)
        for scored in snapshot.plan.scored()
        for tier in scored.target.tiers
    ]
    return (key for key in dict.fromkeys(order) if key in found)


def _target(indicator: str, tier: str, editions: tuple[Snapshot, ...], language: str) -> str:
    """Title of a target, from the newest edition that has it."""
    for snapshot in editions:
        for item in readings(snapshot.assessment, snapshot.plan, language, indicator=indicator):
            if item.row.tier == tier:
                return item.marked_title
    return escape(indicator)


def _series(region: str, indicator: str, editions: tuple[Snapshot, ...], language: str) -> str:
    place = _name(region, [item for snapshot in editions for item in snapshot.plan.regions], language)
    title = _title(indicator, [snapshot.plan for snapshot in editions], language)
    return escape(title if region == editions[0].plan.area else f"{place} · {title}")


def _name(id: str, regions: list[Any], language: str) -> str:
    return next((str(item.name.get(language)) for item in regions if item.id == id), id)


def _title(id: str, plans: list[Plan], language: str) -> str:
    items = [item for plan in plans for item in plan.indicators]
    return next((item.title.get(language) for item in items if item.id == id), id)


def _value(value: float, unit: str, bound: str, words: Wording) -> str:
    number = words.with_unit(words.as_written(value), unit)
    return MISSING if number == MISSING else escape(words.text(f"tables.bound.{bound}", value=number))


def _difference(value: float, words: Wording) -> str:
    number = words.as_written(round(value, 10))
    return f"+{number}" if value > 0 else number
