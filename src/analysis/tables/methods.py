"""Tables of the methods: thresholds in force."""

from __future__ import annotations

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
