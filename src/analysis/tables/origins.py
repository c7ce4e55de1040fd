"""Which cell of which file a printed value stands in; shown when a reader of the web page points at it."""

from __future__ import annotations

import pandas as pd

from analysis.observations import newest
from analysis.readings import Reading
from analysis.tables.table import records

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
    return {
        (item.region, item.indicator, int(item.year)): " · ".join(
            part for part in (item.file, item.sheet, item.cell) if part
        )
        for item in records(newest(observations))
    }


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
    title = item.words.text("tables.scoreboard.origin", place=places[key]).replace("\\", "\\\\").replace('"', "”")
    return f'[{text}]{{.origin title="{title}"}}'
