"""Tidy long files: one row per value, with a head for every column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.errors import Problem
from analysis.sources.grids import Grid, address
from analysis.sources.rows import Layout, RawRow, Source
from analysis.sources.values import parse_value
from analysis.sources.vocabulary import column_meaning

ROWS_SEARCHED = 20
_KEYS = ("region", "indicator", "year")


@dataclass(frozen=True)
class LongHeader:
    """Row of the heads, and the column of each thing they name."""

    row: int
    columns: dict[str, int]


def find_header(grid: Grid, source: Source, layout: Layout) -> LongHeader | None:
    """The header of a tidy long table.

    Parameters
    ----------
    grid : Grid
    source : Source
    layout : Layout
        May say where the header is and what columns hold.

    Returns
    -------
    LongHeader or None
        It has a head for the value; at least two of region, indicator and year are in other columns or given for
        the whole file, one of them in a column.
    """
    first = layout.header[1] - 1 if layout.header else 0
    for row in range(first, min(first + 1 if layout.header else ROWS_SEARCHED, grid.height)):
        columns: dict[str, int] = {}
        for column in range(grid.width):
            said = layout.roles.get(address(0, column)[:-1], "") if layout.roles else ""
            meaning = said or column_meaning(grid.text(row, column))
            if meaning and meaning != "ignored":
                columns.setdefault(meaning, column)
        in_columns = [key for key in _KEYS if key in columns]
        in_all = [key for key in _KEYS if key in columns or getattr(source, key)]
        if "value" in columns and in_columns and len(in_all) >= 2:
            return LongHeader(row, columns)
    return None


def read_long(grid: Grid, header: LongHeader, source: Source) -> tuple[list[RawRow], list[Problem]]:
    """Read a tidy long table.

    Parameters
    ----------
    grid : Grid
    header : LongHeader
    source : Source
        What holds where the table says nothing.

    Returns
    -------
    (list of RawRow, list of Problem)
    """
    rows = []
    for row in range(header.row + 1, grid.height):
        given = {name: grid.text(row, column) for name, column in header.columns.items()}
        # A single text below the table is a footnote; a row whose value is missing still has its labels.
        is_note = not given["value"] and sum(map(bool, grid.cells[row])) == 1
        if any(given.values()) and not is_note and not _is_repeated(grid, header, row):
            rows.append(_raw_row(given, source, grid, grid.address(row, header.columns["value"])))
    return rows, [*_rows_above(grid, header), *_unknown_columns(grid, header)]


def _rows_above(grid: Grid, header: LongHeader) -> Iterator[Problem]:
    """Rows of data that stand above the heads and are not read."""
    place = header.columns["value"]
    keys = [column for key, column in header.columns.items() if key in _KEYS]
    for row in range(header.row):
        is_number = parse_value(grid.text(row, place)).number is not None
        if is_number and all(grid.text(row, column) for column in keys):
            cell = grid.address(row, place)
            yield Problem("row_above_header", file=grid.file, sheet=grid.sheet, cell=cell, found=grid.text(row, place))


def _is_repeated(grid: Grid, header: LongHeader, row: int) -> bool:
    return grid.cells[row] == grid.cells[header.row]


def _raw_row(given: dict[str, str], source: Source, grid: Grid, cell: str) -> RawRow:
    return RawRow(
        region_text=given.get("region") or source.region,
        indicator_text=given.get("indicator") or source.indicator,
        year_text=given.get("year") or source.year,
        value_text=given.get("value", ""),
        unit_text=given.get("unit") or source.unit,
        status_text=given.get("status", ""),
        default_status=source.status,
        vintage=given.get("vintage") or source.vintage,
        verification=given.get("verification") or source.verification,
        source=given.get("source") or source.title,
        url=given.get("url") or source.url,
        file=grid.file,
        sheet=grid.sheet,
        cell=cell,
        note=given.get("note", ""),
    )


def _unknown_columns(grid: Grid, header: LongHeader) -> Iterator[Problem]:
    known = set(header.columns.values())
    for column in range(grid.width):
        head = grid.text(header.row, column)
        filled = any(grid.text(row, column) for row in range(header.row + 1, grid.height))
        if column not in known and filled and column_meaning(head) != "ignored":
            yield Problem(
                "column_ignored",
                "warning",
                file=grid.file,
                sheet=grid.sheet,
                cell=grid.address(header.row, column),
                found=head,
            )
