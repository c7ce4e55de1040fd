"""Values that were delivered again with another value."""

from __future__ import annotations

import pandas as pd

from analysis.contracts.rows import records
from analysis.observations import revisions
from analysis.plan import Plan
from analysis.tables.table import Table, named_columns
from analysis.wording import MISSING, Wording, escape, wording


def revisions_table(observations: pd.DataFrame, plan: Plan, language: str) -> Table:
    """One row per revision: the value before, the value after, and by how much it moved.

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``, with all vintages.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"series": 24, "year": 8, "older": 20, "newer": 20, "difference": 12, "place": 26}
    columns = named_columns(words, "revisions", widths, right=("difference",))
    several = observations["region"].nunique() > 1
    rows = tuple(
        (
            _series(item.region, item.indicator, plan, language, several),
            str(item.year),
            _dated(item.older_value, item.older_vintage, item.unit, words),
            _dated(item.newer_value, item.newer_vintage, item.unit, words),
            escape(words.change(words.as_written(round(item.difference, 10)), item.unit)),
            escape(item.newer_place),
        )
        for item in records(revisions(observations))
    )
    return Table(columns, rows, "revisions")


def _series(region: str, indicator: str, plan: Plan, language: str, several: bool) -> str:
    title = plan.indicator(indicator).title.get(language)
    return escape(f"{plan.region(region).name.get(language)} · {title}" if several else title)


def _dated(value: float, vintage: str, unit: str, words: Wording) -> str:
    """A value with the date of its delivery."""
    number = words.with_unit(words.as_written(value), unit)
    return escape(words.text("tables.revisions.dated", value=number, vintage=vintage or MISSING))
