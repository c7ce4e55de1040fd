"""What the statistical screening has flagged, with its evidence."""

from __future__ import annotations

import pandas as pd

from analysis.contracts.rows import records
from analysis.plan import Plan
from analysis.tables.provenance import subject
from analysis.tables.table import Table, named_columns
from analysis.wording import escape, wording


def screening_table(screened: pd.DataFrame, plan: Plan, language: str) -> Table:
    """One row per finding: the rule, the series, what was found and why it is doubtful.

    Parameters
    ----------
    screened : DataFrame
        As :func:`analysis.screening.screen` returns it: the columns of contract ``quality``, and ``evidence``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"rule": 13, "place": 24, "found": 27, "expected": 18, "todo": 18}
    columns = named_columns(words, "screening", widths)
    rows = tuple(
        (
            escape(words.text(f"screening.{item.rule}.name")),
            subject(item, plan, language),
            escape(words.text("tables.screening.with_evidence", found=item.found, evidence=item.evidence)),
            escape(item.expected),
            escape(item.todo),
        )
        for item in records(screened)
    )
    return Table(columns, rows, "screening")
