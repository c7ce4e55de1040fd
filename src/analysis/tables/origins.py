"""Which cell of which file a printed value stands in; shown when a reader of the web page points at it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.contracts.rows import records
from analysis.observations import newest
from analysis.readings import Reading
from analysis.wording import Wording

# Signs that would end the attribute, the cell of the table or the text that is shown.
_HARMLESS = str.maketrans({'"': "”", "|": "｜", "{": "｛", "}": "｝", "\\": "\\\\", "\n": " "})

Places = dict[tuple[str, str, int], str]


def places_of(observations: pd.DataFrame | None) -> Places:
    """File · sheet · cell of every value, by region, indicator and year.

    Parameters
    ----------
    observations : DataFrame, optional
        Contract ``observations``; without it nothing is known.
    """
    if observations is None:
        return {}
    return {(item.region, item.indicator, int(item.year)): place_of(item) for item in records(newest(observations))}


def place_of(item: Any) -> str:
    """File · sheet · cell of an observation."""
    return " · ".join(part for part in (item.file, item.sheet, item.cell) if part)


def with_origin(text: str, item: Reading, places: Places) -> str:
    """A printed latest value as Markdown that tells its cell, if that is known.

    Parameters
    ----------
    text : str
        Markdown of the value.
    item : Reading
    places : dict
        Of :func:`places_of`.
    """
    key = (item.row.region, item.row.indicator, int(item.row.latest_year)) if item.has_latest else ("", "", 0)
    if not places.get(key):
        return text
    return told(text, places[key], item.words)


def told(text: str, place: str, words: Wording) -> str:
    """A printed value as Markdown that tells its place.

    Parameters
    ----------
    text : str
        Markdown of the value.
    place : str
        File · sheet · cell.
    words : Wording
    """
    title = words.text("tables.scoreboard.origin", place=place.translate(_HARMLESS))
    return f'[{text}]{{.origin title="{title}"}}' if place else text
