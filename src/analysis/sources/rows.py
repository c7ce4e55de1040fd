"""What reading yields: raw rows of text, and what is known about the file they come from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields

import pandas as pd

from analysis.errors import Problem

AXES = ("regions", "indicators", "years")
LONG = "long"
# Files that hold no values of indicators but one row per project, report or statement.
LEDGERS = ("emission_projects", "energy_projects", "milestone_reports", "statements")


def layout_names() -> list[str]:
    """Every layout that can be named in ``sources.csv``."""
    return [LONG, *(f"{rows}_by_{columns}" for rows in AXES for columns in AXES if rows != columns), *LEDGERS]


@dataclass(frozen=True)
class Layout:
    """How a file is laid out.

    Parameters
    ----------
    name : str
        One of :func:`layout_names`; empty if it is to be recognised.
    ignored : tuple of str
        Labels of rows or columns that are left out on purpose.
    header : tuple of (int, int) or None
        First and last row of the header, counted from one as spreadsheets do.
    cells : str
        The part of the sheet that is read, such as ``A1:F40``; empty for all of it.
    labels : dict of str to str
        Label as it stands in the file → what it means, with a unit in brackets if need be.
    roles : dict of str to str
        Column letter → what the column holds: ``region``, ``indicator``, ``year``, ``value``, ``unit`` …, ``ignored``,
        or the label of an indicator.
    period, aggregate : str
        ``month`` and how a year's value comes from its months: ``sum``, ``mean`` or ``last``.
    database : str
        Where a query runs: the address of a database, or ``$NAME`` for the environment variable that holds it.
    """

    name: str = ""
    ignored: tuple[str, ...] = ()
    header: tuple[int, int] | None = None
    cells: str = ""
    labels: dict[str, str] = field(default_factory=dict, hash=False)
    roles: dict[str, str] = field(default_factory=dict, hash=False)
    period: str = ""
    aggregate: str = ""
    database: str = ""

    @property
    def rows(self) -> str:
        """What the rows stand for (``region``, ``indicator``, ``year``), or empty."""
        return self.name.split("_by_")[0].removesuffix("s") if "_by_" in self.name else ""

    @property
    def columns(self) -> str:
        """What the columns stand for, or empty."""
        return self.name.split("_by_")[1].removesuffix("s") if "_by_" in self.name else ""


@dataclass(frozen=True)
class Source:
    """One row of ``sources.csv``: a delivered file and what holds for all of its values.

    Texts as they stand in the file; ``cell`` is the row's place in ``sources.csv``.
    """

    file: str
    title: str = ""
    publisher: str = ""
    document: str = ""
    url: str = ""
    retrieved: str = ""
    licence: str = ""
    status: str = ""
    vintage: str = ""
    verification: str = ""
    region: str = ""
    indicator: str = ""
    unit: str = ""
    year: str = ""
    sheet: str = ""
    layout: str = ""
    sha256: str = ""
    note: str = ""
    cell: str = ""


SOURCE_COLUMNS = [item.name for item in fields(Source) if item.name != "cell"]


@dataclass(frozen=True)
class RawRow:
    """One delivered value as text, with the place it stands at.

    ``default_status`` is the status that ``sources.csv`` gives the file; a unit inside the indicator's label stays
    there.
    """

    region_text: str
    indicator_text: str
    year_text: str
    value_text: str
    unit_text: str = ""
    status_text: str = ""
    default_status: str = ""
    vintage: str = ""
    verification: str = ""
    source: str = ""
    url: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    note: str = ""


RAW_COLUMNS = [item.name for item in fields(RawRow)]


@dataclass(frozen=True)
class RawDelivery:
    """Everything that was delivered for a plan, as it stands in the files.

    Parameters
    ----------
    rows : DataFrame
        Columns ``RAW_COLUMNS``, all text.
    sources : DataFrame
        One row per row of ``sources.csv``: its columns, the file's actual ``sha256`` and ``rows``, the number of
        cells read from it.
    problems : list of Problem
    ledgers : dict of str to DataFrame
        Projects, reports and statements: the contracts of those names.
    """

    rows: pd.DataFrame
    sources: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    ledgers: dict[str, pd.DataFrame] = field(default_factory=dict)


def raw_table(rows: list[RawRow]) -> pd.DataFrame:
    """Raw rows as a table of texts."""
    columns = {name: [getattr(row, name) for row in rows] for name in RAW_COLUMNS}
    return pd.DataFrame(columns, columns=RAW_COLUMNS, dtype="str")


def source_table(sources: list[Source], hashes: dict[str, str], counts: dict[str, int]) -> pd.DataFrame:
    """The files and what is known about them, with their hashes and numbers of cells read."""
    records = [
        {**asdict(item), "sha256": hashes.get(item.file, item.sha256), "rows": counts.get(item.cell, 0)}
        for item in sources
    ]
    table = pd.DataFrame(records, columns=[*SOURCE_COLUMNS, "rows"])
    return table.astype({**dict.fromkeys(SOURCE_COLUMNS, "str"), "rows": "int64"})
