"""What was delivered: files as bureaus send them → raw rows of text, each with its file, sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analysis.errors import Problem
from analysis.formats import is_query
from analysis.plan import Plan
from analysis.sources.blocks import LayoutError, parse_layout, read_blocks
from analysis.sources.databases import read_query
from analysis.sources.files import UnreadableFileError, read_grids
from analysis.sources.grids import Grid
from analysis.sources.layouts import read_grid
from analysis.sources.ledgers import LedgerReader
from analysis.sources.names import Names
from analysis.sources.preparation import prepare
from analysis.sources.registry import OBSERVATIONS_FOLDER, check_file, read_registry
from analysis.sources.rows import (
    LEDGERS,
    RAW_COLUMNS,
    Layout,
    RawDelivery,
    RawRow,
    Source,
    raw_table,
    source_table,
)
from analysis.sources.vocabulary import fold

# In the column `layout`: leave out every region and indicator that the plan does not know.
EVERYTHING_UNKNOWN = "*"

__all__ = ["RAW_COLUMNS", "RawDelivery", "read_sources"]


def read_sources(plan_folder: Path, plan: Plan) -> RawDelivery:
    """Read everything that ``sources.csv`` of a plan folder lists.

    Parameters
    ----------
    plan_folder : Path
    plan : Plan
        Its names of regions and indicators tell what the labels in the files mean.

    Returns
    -------
    RawDelivery
        All rows as text, the table of sources, and every problem of the files (missing, unreadable, changed,
        unlisted, of unknown layout). Nothing is raised: problems are reported together with those of the values.
    """
    names = Names(plan)
    blocks, problems = read_blocks(plan_folder)
    sources, found = read_registry(plan_folder, names, blocks)
    problems += found
    rows: list[RawRow] = []
    hashes: dict[str, str] = {}
    counts: dict[str, int] = {}
    ledgers = LedgerReader(plan)
    for source in sources:
        path, hashes[source.file], found = check_file(plan_folder, source) if source.file else (None, "", [])
        problems += found
        if path is None:
            continue
        layout = _layout(source, blocks)
        if layout.name in LEDGERS:
            counts[source.cell], found = _read_ledger(path, source, layout, ledgers)
        else:
            read, found = _read_file(path, source, layout, names, plan_folder)
            rows += read
            counts[source.cell] = len(read)
        problems += found
    return RawDelivery(raw_table(rows), source_table(sources, hashes, counts), problems, ledgers.tables())


def _read_ledger(path: Path, source: Source, layout: Layout, ledgers: LedgerReader) -> tuple[int, list[Problem]]:
    """Read a ledger's file; returns the number of its entries."""
    place = f"{OBSERVATIONS_FOLDER}/{source.file}"
    try:
        grids = read_grids(path, place)
    except UnreadableFileError as error:
        return 0, [Problem(error.code, file=place, found=error.found)]
    chosen = _chosen_sheets(grids, source)
    return ledgers.read(chosen, layout.name, source) if chosen else (0, [_sheet_missing(grids, source)])


def _layout(source: Source, blocks: Mapping[str, Layout]) -> Layout:
    """The layout that ``sources.csv`` names; a wrong one is reported there and the file read as if it named none."""
    try:
        return parse_layout(source.layout, blocks)
    except LayoutError:
        return Layout()


def _read_file(
    path: Path, source: Source, layout: Layout, names: Names, plan_folder: Path
) -> tuple[list[RawRow], list[Problem]]:
    place = f"{OBSERVATIONS_FOLDER}/{source.file}"
    try:
        grids, problems = _grids(path, place, layout, plan_folder)
    except UnreadableFileError as error:
        return [], [Problem(error.code, file=place, found=error.found)]
    chosen = _chosen_sheets(grids, source)
    if not chosen:
        return [], [_sheet_missing(grids, source)]
    rows: list[RawRow] = []
    for grid in chosen:
        prepared, found = prepare(grid, layout)
        problems += found
        if not prepared.cells:
            continue
        read, found = read_grid(prepared, source, layout, names)
        kept = [row for row in read if not _is_ignored(row, layout, names)] if layout.ignored else read
        if len(kept) < len(read):
            count = {"count": str(len(read) - len(kept))}
            found.append(Problem("labels_ignored", "note", place, grid.sheet, found=source.layout, details=count))
        rows += kept
        problems += found
    return rows, problems


def _sheet_missing(grids: list[Grid], source: Source) -> Problem:
    place = f"{OBSERVATIONS_FOLDER}/{source.file}"
    details = {"allowed": ", ".join(grid.sheet for grid in grids)}
    return Problem("sheet_missing", file=place, sheet=source.sheet, found=source.sheet, details=details)


def _grids(path: Path, place: str, layout: Layout, plan_folder: Path) -> tuple[list[Grid], list[Problem]]:
    """The sheets of a file, or the result of a query, which the quality table then identifies by its hash."""
    if not is_query(path.name):
        return read_grids(path, place), []
    grid, digest = read_query(path, place, layout.database, plan_folder)
    return [grid], [Problem("query_result", "note", place, found=digest, details={"count": str(grid.height - 1)})]


def _is_ignored(row: RawRow, layout: Layout, names: Names) -> bool:
    """Whether ``sources.csv`` says to leave the row's region or indicator out; ``*`` stands for unknown ones."""
    ignored = {fold(label) for label in layout.ignored}
    if not ignored:
        return False
    if {fold(row.region_text), fold(row.indicator_text)} & ignored:
        return True
    is_unknown = bool(row.region_text and not names.region(row.region_text))
    return EVERYTHING_UNKNOWN in ignored and (is_unknown or not names.indicator(row.indicator_text).id)


def _chosen_sheets(grids: list[Grid], source: Source) -> list[Grid]:
    """The sheets that ``sources.csv`` names (several apart by ``|``), or all."""
    wanted = [name.strip() for name in source.sheet.split("|") if name.strip()]
    return [grid for grid in grids if not wanted or grid.sheet in wanted]
