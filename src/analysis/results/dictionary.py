"""The data dictionary (数据字典): what every column of the results means, in a language."""

from __future__ import annotations

import pandas as pd

from analysis.contracts import ASSESSMENT
from analysis.contracts.schema import Column
from analysis.wording import Wording, wording

# Where the words of a column have their wording; the others are in the dictionary's own texts.
_WORDINGS = {
    "latest_status": "report.value_status",
    **{name: f"report.{name}" for name in ("nature", "schedule", "outlook", "gap_rule", "status", "tier")},
}
HEADERS = ("column", "type", "key", "meaning", "values")


def dictionary(language: str) -> pd.DataFrame:
    """One row per column of the table ``assessment``.

    Parameters
    ----------
    language : {"zh", "en"}

    Returns
    -------
    DataFrame
        Columns named in the language: the column's name, its type, whether it belongs to the key, what it means and in
        which unit, and the words that may stand in it.
    """
    words = wording(language)
    rows = [
        (
            column.name,
            words.text(f"results.type.{column.kind}"),
            words.text("results.key") if column.name in ASSESSMENT.key else "",
            words.text(f"results.column.{column.name}"),
            _values(column, words),
        )
        for column in ASSESSMENT.columns
    ]
    return pd.DataFrame(rows, columns=[words.text(f"results.header.{name}") for name in HEADERS], dtype="str")


def _values(column: Column, words: Wording) -> str:
    separator = words.text("results.separator")
    return separator.join(
        words.text("results.value", code=code, name=_name(column.name, code, words)) for code in column.allowed if code
    )


def _name(column: str, code: str, words: Wording) -> str:
    return words.text(f"{_WORDINGS.get(column, f'results.{column}')}.{code}")
