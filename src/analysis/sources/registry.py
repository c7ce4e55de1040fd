"""``sources.csv`` and what lies in ``observations/``: which files are delivered, and are they unchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path, PurePath

from analysis.errors import Problem
from analysis.formats import name_of
from analysis.sources.blocks import LayoutError, layout_problem, parse_layout
from analysis.sources.files import UnreadableFileError, read_grids
from analysis.sources.grids import Grid, address
from analysis.sources.names import Names
from analysis.sources.rows import SOURCE_COLUMNS, Layout, Source
from analysis.sources.values import parse_status, parse_vintage, parse_year
from analysis.sources.vocabulary import words
from analysis.units import find_unit, nearest_units, unit_ids

SOURCES_FILE = "sources.csv"
OBSERVATIONS_FOLDER = "observations"


def allowed(found: str, names: Iterable[str]) -> dict[str, str]:
    """Details of a problem about a name: what is allowed, and which allowed name is nearest."""
    known = list(names)
    nearest = get_close_matches(found, known, n=1, cutoff=0.5)
    return {"allowed": ", ".join(known), "nearest": nearest[0] if nearest else "—"}


@dataclass(frozen=True)
class Listing:
    """One of the project's own csv files: its rows by column, and where each column and row stands."""

    rows: list[tuple[int, dict[str, str]]]
    columns: dict[str, int]

    def cell(self, row: int, column: str) -> str:
        """Address of a cell; the row's first cell if the file has no such column."""
        return address(row - 1, self.columns.get(column, 0))


def read_table(path: Path, columns: Sequence[str], required: Sequence[str]) -> tuple[Listing, list[Problem]]:
    """Read one of the project's own csv files.

    Parameters
    ----------
    path : Path
    columns, required : sequence of str
        Columns that may and that must be there.

    Returns
    -------
    (Listing, list of Problem)
        Row numbers and texts by column; what is wrong with the file as a whole.
    """
    try:
        grid = read_grids(path, path.name)[0]
    except UnreadableFileError as error:
        return Listing([], {}), [Problem(error.code, file=path.name, found=error.found)]
    heads = [head.strip() for head in grid.cells[0]]
    problems = list(_check_heads(grid, heads, columns, required))
    rows = []
    for number, cells in enumerate(grid.cells[1:], 2):
        if any(cells):
            given = dict(zip(heads, cells, strict=True))
            rows.append((number, {column: given.get(column, "").strip() for column in columns}))
    return Listing(rows, {head: position for position, head in enumerate(heads)}), problems


def _check_heads(grid: Grid, heads: list[str], columns: Sequence[str], required: Sequence[str]) -> Iterator[Problem]:
    for position, head in enumerate(heads):
        if head not in columns:
            place = address(0, position)
            yield Problem("unknown_column", file=grid.file, cell=place, found=head, details=allowed(head, columns))
    for column in required:
        if column not in heads:
            details = {"column": column, "allowed": ", ".join(columns)}
            yield Problem("missing_column", file=grid.file, found=", ".join(heads), details=details)


def read_registry(
    folder: Path, names: Names, blocks: Mapping[str, Layout] | None = None
) -> tuple[list[Source], list[Problem]]:
    """Read and check ``sources.csv`` of a plan folder.

    Parameters
    ----------
    folder : Path
        The plan folder.
    names : Names
    blocks : mapping of str to Layout
        Named layouts.

    Returns
    -------
    (list of Source, list of Problem)
    """
    blocks = blocks or {}
    path = folder / SOURCES_FILE
    delivered = _delivered(folder / OBSERVATIONS_FOLDER)
    if not path.is_file():
        if not delivered:
            return [], []
        found = ", ".join(name_of(PurePath(name)) for name in delivered[:5])
        return [], [Problem("sources_missing", file=SOURCES_FILE, found=found)]
    listing, problems = read_table(path, SOURCE_COLUMNS, ["file"])
    sources = []
    for number, row in listing.rows:
        sources.append(Source(**row, cell=listing.cell(number, "file")))
        problems += _check_source(sources[-1], names, blocks, partial(listing.cell, number))
    listed = {source.file for source in sources}
    problems += [_unlisted(name) for name in delivered if name not in listed]
    problems += list(_check_repeated(sources))
    return sources, problems


def _delivered(folder: Path) -> list[str]:
    """Files below ``observations/``, without hidden ones and lock files of office programs."""
    if not folder.is_dir():
        return []
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in files if not path.name.startswith((".", "~$")))


def _unlisted(name: str) -> Problem:
    shown = name_of(PurePath(name))
    code = "file_unlisted" if shown == name else "file_name_encoding"
    return Problem(code, file=f"{OBSERVATIONS_FOLDER}/{shown}", found=name if shown == name else _guessed(name))


def _guessed(name: str) -> str:
    """What a name that is not UTF-8 most likely is."""
    return name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")


def _check_repeated(sources: list[Source]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for source in sources:
        key = (source.file, source.sheet)
        if key in seen:
            details = {"other": seen[key]}
            yield Problem("file_listed_twice", file=SOURCES_FILE, cell=source.cell, found=source.file, details=details)
        seen.setdefault(key, source.cell)


def _check_source(
    source: Source, names: Names, blocks: Mapping[str, Layout], cell: Callable[[str], str]
) -> Iterator[Problem]:
    def problem(code: str, column: str, found: str, details: dict[str, str] | None = None) -> Problem:
        return Problem(
            code, file=SOURCES_FILE, cell=cell(column), found=found, details={"column": column, **(details or {})}
        )

    if not source.file:
        yield problem("missing_cell", "file", "")
    if parse_status(source.status) is None:
        yield problem("unknown_value", "status", source.status, allowed(source.status, words("statuses")))
    if parse_vintage(source.vintage) is None:
        yield problem("vintage_unreadable", "vintage", source.vintage)
    if source.year and parse_year(source.year) is None:
        yield problem("year_unreadable", "year", source.year)
    if source.region and not names.region(source.region):
        details = {"nearest": names.nearest_region(source.region) or "—"}
        yield problem("unknown_region", "region", source.region, {**details, "allowed": names.region_list()})
    if source.indicator and not names.indicator(source.indicator).id:
        details = {"nearest": names.nearest_indicator(source.indicator), "count": "1"}
        code = "unknown_indicator" if details["nearest"] else "indicator_not_in_plan"
        yield problem(code, "indicator", source.indicator, details)
    if source.unit and find_unit(source.unit) is None:
        nearest = nearest_units(source.unit)
        details = {"allowed": ", ".join(unit_ids()), "nearest": nearest[0] if nearest else "—"}
        yield problem("unknown_unit", "unit", source.unit, details)
    try:
        parse_layout(source.layout, blocks)
    except LayoutError as error:
        yield layout_problem(error, SOURCES_FILE, cell("layout"))


def check_file(folder: Path, source: Source) -> tuple[Path | None, str, list[Problem]]:
    """Find a listed file and compare it with what ``sources.csv`` says.

    Returns
    -------
    (Path or None, str, list of Problem)
        The file (None if it cannot be used), its sha256, what is wrong.
    """
    base = (folder / OBSERVATIONS_FOLDER).resolve()
    path = (base / source.file).resolve()
    place = f"{OBSERVATIONS_FOLDER}/{source.file}"
    if not path.is_relative_to(base):
        return None, "", [Problem("file_outside", file=SOURCES_FILE, cell=source.cell, found=source.file)]
    if not path.is_file():
        nearest = get_close_matches(source.file, _delivered(base), n=1, cutoff=0.5)
        details = {"nearest": nearest[0] if nearest else "—", "row": source.cell}
        return None, "", [Problem("file_missing", file=place, details=details)]
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return None, "", [Problem("file_unreadable", file=place, found=error.strerror or str(error))]
    if source.sha256 and source.sha256.lower() != digest:
        details = {"stated": source.sha256, "row": source.cell}
        return path, digest, [Problem("wrong_hash", file=place, found=digest, details=details)]
    return path, digest, []
