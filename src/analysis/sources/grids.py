"""From a file to grids of text: what stands in which cell, in every format that bureaus send."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError

# Signatures: zip (xlsx), OLE container (xls), early BIFF (xls before containers).
_ZIP = b"PK\x03\x04"
_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EARLY_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_DELIMITERS = ",\t;"
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_SIGNIFICANT = ".12g"


class UnreadableFileError(AnalysisError):
    """A file cannot be read: ``code`` is the rule, the message what the library said."""

    def __init__(self, code: str, found: str) -> None:
        self.code = code
        self.found = found
        super().__init__(found)


@dataclass(frozen=True)
class Grid:
    """One sheet as text.

    Parameters
    ----------
    file, sheet : str
        ``sheet`` is empty for text files.
    cells : list of list of str
        Rows of equal length; an empty text where nothing stands.
    merged : dict of (int, int) to (int, int)
        Covered cell → the cell that holds the merged area's text. Rows and columns count from zero.
    """

    file: str
    sheet: str
    cells: list[list[str]]
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.cells)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.cells[0]) if self.cells else 0

    def text(self, row: int, column: int) -> str:
        """What stands in the cell itself."""
        return self.cells[row][column]

    def label(self, row: int, column: int) -> str:
        """What a reader sees at the cell: merged areas show their text everywhere."""
        anchor = self.merged.get((row, column))
        return self.cells[anchor[0]][anchor[1]] if anchor else self.cells[row][column]

    def labels(self, row: int) -> list[str]:
        """A row as a reader sees it."""
        return [self.label(row, column) for column in range(self.width)]

    def address(self, row: int, column: int) -> str:
        """The cell's name in a spreadsheet, such as ``C7``."""
        return address(row, column)


def address(row: int, column: int) -> str:
    """Name of a cell in a spreadsheet, such as ``C7``, from row and column counted from zero."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def read_grids(path: Path, name: str) -> list[Grid]:
    """Read every sheet of a file; the format is told by the content, not by the file's name.

    Parameters
    ----------
    path : Path
    name : str
        How the file is called in messages.

    Returns
    -------
    list of Grid
        One per sheet that holds anything; one for a text file.

    Raises
    ------
    UnreadableFileError
        If the content is none of csv (UTF-8, UTF-16, GB18030), xlsx, xls.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError("file_unreadable", error.strerror or str(error)) from error
    if content.startswith(_ZIP):
        grids = _read_xlsx(content, name)
    elif content.startswith((_CONTAINER, *_EARLY_BIFF)):
        grids = _read_xls(content, name)
    else:
        grids = [_read_text(content, name)]
    filled = [grid for grid in grids if any(any(row) for row in grid.cells)]
    if not filled:
        raise UnreadableFileError("file_empty", f"{len(content)} bytes")
    return filled


def _rectangle(rows: list[list[str]]) -> list[list[str]]:
    """Rows of equal length, without empty rows and columns at the end."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((max((index + 1 for index, text in enumerate(row) if text), default=0) for row in rows), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    if b"\x00" in content:
        raise UnreadableFileError("file_unreadable", f"binary content {content[:8]!r}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _read_text(content: bytes, name: str) -> Grid:
    try:
        text = _decode(content)
        head = "\n".join(text.splitlines()[:20])
        delimiter = max(_DELIMITERS, key=head.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeError, csv.Error) as error:
        raise UnreadableFileError("file_unreadable", str(error)) from error
    return Grid(name, "", _rectangle([[cell.strip() for cell in row] for row in rows]))


def _number_text(value: float, number_format: str) -> str:
    """A number as text; a cell formatted in per cent shows a hundred times its value."""
    if "%" in _LITERAL.sub("", number_format):
        return _number_text(float(format(value * 100, _SIGNIFICANT)), "") + "%"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _cell_text(value: Any, number_format: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return _number_text(value, number_format)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value).strip()


def _read_xlsx(content: bytes, name: str) -> list[Grid]:
    import openpyxl

    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content)) if _has_formulas(content) else None
    except Exception as error:  # A damaged file makes the library raise anything.
        raise UnreadableFileError("file_unreadable", f"xlsx: {error}") from error
    grids = []
    for sheet in workbook.worksheets:
        rows = [[_cell_text(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
        if formulas is not None:
            _show_unstored(rows, formulas[sheet.title])
        merged = {
            (row - 1, column - 1): (area.min_row - 1, area.min_col - 1)
            for area in sheet.merged_cells.ranges
            for row, column in area.cells
            if (row, column) != (area.min_row, area.min_col)
        }
        cells = _rectangle(rows)
        inside = {place: anchor for place, anchor in merged.items() if _is_inside(place, cells)}
        grids.append(Grid(name, sheet.title, cells, inside))
    return grids


def _is_inside(place: tuple[int, int], cells: list[list[str]]) -> bool:
    return place[0] < len(cells) and place[1] < len(cells[0])


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [item for item in archive.namelist() if item.startswith("xl/worksheets/") and item.endswith(".xml")]
        return any(re.search(rb"<f[ >]", archive.read(item)) for item in sheets)


def _show_unstored(rows: list[list[str]], sheet: Any) -> None:
    """A formula whose result was never stored would look like an empty cell: show the formula instead."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f" and not rows[cell.row - 1][cell.column - 1]:
                rows[cell.row - 1][cell.column - 1] = str(cell.value)


def _read_xls(content: bytes, name: str) -> list[Grid]:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except Exception as error:  # A damaged file makes the library raise anything.
        code = "file_encrypted" if "encrypt" in str(error).lower() else "file_unreadable"
        raise UnreadableFileError(code, f"xls: {error}") from error
    grids = []
    for sheet in book.sheets():
        rows = [
            [_xls_text(book, sheet, row, column) for column in range(sheet.row_len(row))] for row in range(sheet.nrows)
        ]
        merged = {
            (row, column): (top, left)
            for top, bottom, left, right in sheet.merged_cells
            for row in range(top, bottom)
            for column in range(left, right)
            if (row, column) != (top, left)
        }
        cells = _rectangle(rows)
        inside = {place: anchor for place, anchor in merged.items() if _is_inside(place, cells)}
        grids.append(Grid(name, sheet.name, cells, inside))
    return grids


def _xls_text(book: Any, sheet: Any, row: int, column: int) -> str:
    import xlrd

    cell = sheet.cell(row, column)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, cell.value))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return str(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _cell_text(xlrd.xldate_as_datetime(cell.value, book.datemode), "")
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        index = cell.xf_index
        known = index is not None and index < len(book.xf_list)
        style = book.format_map.get(book.xf_list[index].format_key) if known else None
        return _number_text(cell.value, style.format_str if style else "")
    return str(cell.value).strip()
