"""Write files as bureaus send them, and read them back as observations."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from analysis.observations import CleanResult, clean
from analysis.plan import load_plan
from analysis.sources import read_sources
from analysis.sources.corrections import read_corrections

Rows = Sequence[Sequence[object]]


def write_csv(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> None:
    """A text file; ``None`` is an empty cell."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def write_xlsx(path: Path, sheets: dict[str, Rows], merged: Sequence[str] = ()) -> None:
    """A workbook; ``merged`` are areas (``A1:C1``) of every sheet."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)
    workbook.save(path)


def write_xls(path: Path, rows: Rows) -> None:
    """A workbook of the oldest Excel format (BIFF2), whose records are a few bytes each; text in GB18030."""

    def record(number: int, content: bytes) -> bytes:
        return struct.pack("<HH", number, len(content)) + content

    parts = [record(0x0009, struct.pack("<HH", 2, 0x0010)), record(0x0042, struct.pack("<H", 936))]
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            place = struct.pack("<HH", row, column) + b"\x00\x00\x00"
            if isinstance(value, int | float):
                parts.append(record(0x0003, place + struct.pack("<d", value)))
            elif value:
                text = str(value).encode("gb18030")
                parts.append(record(0x0004, place + bytes([len(text)]) + text))
    path.write_bytes(b"".join(parts) + record(0x000A, b""))


def list_source(folder: Path, file: str, **columns: str) -> None:
    """Make a file the only one that ``sources.csv`` lists."""
    for path in (folder / "observations").iterdir():
        if path.name != file:
            path.unlink()
    write_csv(folder / "sources.csv", [["file", *columns], [file, *columns.values()]])


def deliver(folder: Path, rows: Rows, edition_year: int | None = None, **columns: str) -> CleanResult:
    """Deliver one csv file and clean it."""
    write_csv(folder / "observations" / "delivered.csv", rows)
    list_source(folder, "delivered.csv", **columns)
    return read(folder, edition_year)


def read(folder: Path, edition_year: int | None = None) -> CleanResult:
    """Read and clean a plan folder without stopping at errors."""
    plan = load_plan(folder)
    corrections, problems = read_corrections(folder)
    return clean(read_sources(folder, plan), plan, corrections, edition_year, "en", problems)


def values(result: CleanResult) -> dict[tuple[str, str, int], float]:
    """Region, indicator and year → value."""
    table = result.observations
    return {
        (region, indicator, int(year)): float(value)
        for region, indicator, year, value in zip(
            table["region"], table["indicator"], table["year"], table["value"], strict=True
        )
    }


def cells(result: CleanResult) -> dict[tuple[str, str, int], str]:
    """Region, indicator and year → cell."""
    table = result.observations
    return {
        (region, indicator, int(year)): cell
        for region, indicator, year, cell in zip(
            table["region"], table["indicator"], table["year"], table["cell"], strict=True
        )
    }


def codes(result: CleanResult, *severities: str) -> list[str]:
    """Rules that were broken, sorted; of all severities if none is named."""
    return sorted(item.code for item in result.problems if not severities or item.severity in severities)


def write_ods(path: Path, sheets: dict[str, Sequence[str]]) -> None:
    """A spreadsheet in the OpenDocument format; rows are given as the XML of their cells."""
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    tables = "".join(f'<table:table table:name="{name}">{"".join(rows)}</table:table>' for name, rows in sheets.items())
    spaces = " ".join(f'xmlns:{short}="{name}"' for short, name in names.items())
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")


def ods_row(*values: object, repeated: int = 1) -> str:
    """A row of an OpenDocument table; numbers as numbers, everything else as text."""
    cells = []
    for value in values:
        if value is None:
            cells.append("<table:table-cell/>")
        elif isinstance(value, int | float):
            cells.append(f'<table:table-cell office:value-type="float" office:value="{value}"/>')
        else:
            lines = "".join(f"<text:p>{line}</text:p>" for line in str(value).splitlines())
            cells.append(f'<table:table-cell office:value-type="string">{lines}</table:table-cell>')
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'
