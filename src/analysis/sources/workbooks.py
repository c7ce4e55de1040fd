"""Excel workbooks, old and new, as grids of text."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from analysis.errors import AnalysisError
from analysis.sources.cell_texts import cell_text, is_percentage, number_text
from analysis.sources.grids import Grid, grid_of

# Excel itself encrypts "protected" workbooks with this password, and opens them without asking.
DEFAULT_PASSWORD = "VelvetSweatshop"
_PERCENT_FORMATS = {"9", "10"}
_SPECIAL_CELLS = re.compile(rb'<(?:\w+:)?f[ >/]|<(?:\w+:)?c\b[^>]*\bt="e"')
# More than this is no table but an attack or a damaged file (a million rows need far less).
LARGEST_CONTENT = 512 * 1024 * 1024


class EncryptedError(AnalysisError):
    """A workbook has a password of its own."""


def without_default_password(content: bytes) -> bytes:
    """Decrypt a workbook that Excel opens without asking for a password; others stay as they are.

    Raises
    ------
    EncryptedError
        If another password is needed.
    """
    if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P" not in content and not _has_xls_password(content):
        return content
    import msoffcrypto

    decrypted = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not file.is_encrypted():
            return content
        file.load_key(password=DEFAULT_PASSWORD)
        file.decrypt(decrypted)
    except Exception as error:
        raise EncryptedError(f"{type(error).__name__}: {error}") from error
    return decrypted.getvalue()


def _has_xls_password(content: bytes) -> bool:
    """Whether xlrd stops at an encrypted workbook."""
    import xlrd

    try:
        xlrd.open_workbook(file_contents=content, on_demand=True, logfile=io.StringIO()).release_resources()
    except xlrd.XLRDError as error:
        return "encrypt" in str(error).lower()
    return False


def read_xlsx(content: bytes, name: str) -> list[Grid]:
    """Read a workbook of the current format.

    Percentages, formulas and error values are only told apart by a slow reader; the others go through a fast one.
    """
    if _needs_care(content):
        return _read_with_formats(content, name)
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    grids = []
    for meta in workbook.sheets_metadata:
        if meta.typ == SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_name(meta.name)
            rows = [[cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            grids.append(grid_of(name, meta.name, rows, list(sheet.merged_cell_ranges or ())))
    return grids


def _needs_care(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(item.file_size for item in archive.infolist()) > LARGEST_CONTENT:
            raise zipfile.BadZipFile(f"more than {LARGEST_CONTENT} bytes when unpacked")
        names = archive.namelist()
        styles = archive.read("xl/styles.xml") if "xl/styles.xml" in names else b""
        if _has_percentages(styles):
            return True
        sheets = [item for item in names if item.startswith("xl/worksheets/") and item.endswith(".xml")]
        return any(_SPECIAL_CELLS.search(archive.read(item)) for item in sheets)


def _has_percentages(styles: bytes) -> bool:
    """Whether any format that cells use shows per cent."""
    text = styles.decode("utf-8", errors="replace")
    used = re.search(r"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", text, re.DOTALL)
    formats = re.findall(r'\bnumFmtId="(\d+)"', used[0]) if used else []
    custom = re.findall(r'\bformatCode="([^"]*)"', text)
    return bool(_PERCENT_FORMATS & set(formats)) or any(is_percentage(_unescaped(code)) for code in custom)


def _unescaped(code: str) -> str:
    return code.replace("&quot;", '"').replace("&amp;", "&")


def _read_with_formats(content: bytes, name: str) -> list[Grid]:
    import openpyxl

    workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    grids = []
    for sheet in workbook.worksheets:
        rows = [[cell_text(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
        _show_unstored(rows, formulas[sheet.title])
        merged = [
            ((area.min_row - 1, area.min_col - 1), (area.max_row - 1, area.max_col - 1))
            for area in sheet.merged_cells.ranges
        ]
        grids.append(grid_of(name, sheet.title, rows, merged))
    return grids


def _show_unstored(rows: list[list[str]], sheet: Any) -> None:
    """A formula whose result was never stored would look like an empty cell: show the formula instead."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f" and not rows[cell.row - 1][cell.column - 1]:
                rows[cell.row - 1][cell.column - 1] = str(getattr(cell.value, "text", cell.value))


def read_xls(content: bytes, name: str) -> list[Grid]:
    """Read a workbook of the old format."""
    import xlrd

    book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    grids = []
    for sheet in book.sheets():
        rows = [
            [_xls_text(book, sheet, row, column) for column in range(sheet.row_len(row))] for row in range(sheet.nrows)
        ]
        merged = [
            ((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells if bottom > top
        ]
        grids.append(grid_of(name, sheet.name, rows, merged))
    return grids


def _xls_text(book: Any, sheet: Any, row: int, column: int) -> str:
    import xlrd

    cell = sheet.cell(row, column)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, cell.value))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return str(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return cell_text(xlrd.xldate_as_datetime(cell.value, book.datemode))
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        index = cell.xf_index
        known = index is not None and index < len(book.xf_list)
        style = book.format_map.get(book.xf_list[index].format_key) if known else None
        return number_text(cell.value, style.format_str if style else "")
    return str(cell.value).strip()
