"""Tables of the methods: thresholds in force, and how often the intervals covered what came later."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.tables.table import Column, Table
from analysis.wording import escape, wording


def rules_table(rules: dict[str, dict[str, float]], language: str) -> Table:
    """The thresholds of the verdicts, as they stand in the rules file.

    Parameters
    ----------
    rules : dict
        Groups of thresholds: name and value.
    language : {"zh", "en"}
    """
    words = wording(language)
    columns = (
        Column(words.text("tables.rules.group"), width=22),
        Column(words.text("tables.rules.rule"), width=58),
        Column(words.text("tables.rules.value"), "right", 20),
    )
    rows = [
        (
            words.text(f"tables.rules.groups.{group}"),
            escape(words.text(f"tables.rules.names.{group}_{name}")),
            words.as_written(value) if float(value).is_integer() and value >= 1 else words.percent(value),
        )
        for group, entries in rules.items()
        for name, value in entries.items()
    ]
    return Table(columns, tuple(rows), "rules")


def coverage_of_intervals(coverage: list[dict[str, Any]], language: str) -> Table:
    """How many later values lay inside the intervals, per collection that took no part in fitting.

    Parameters
    ----------
    coverage : list of dict
        collection, n (values used), level (nominal, %), covered (%).
    language : {"zh", "en"}
    """
    words = wording(language)
    table = pd.DataFrame(coverage)
    collections = sorted(table["collection"].unique())
    columns = [Column(words.text("tables.intervals.n"), "right", 1.2)]
    keys = [(collection, level) for collection in collections for level in sorted(table["level"].unique())]
    for collection, level in keys:
        header = words.text("tables.intervals.header", collection=escape(collection), level=level)
        columns.append(Column(header, "right"))
    covered = table.set_index(["collection", "level", "n"])["covered"]
    rows = [
        (str(n), *(words.number(float(covered.get((*key, n), float("nan"))), 1) for key in keys))
        for n in sorted(table["n"].unique())
    ]
    return Table(tuple(columns), tuple(rows), "intervals")
