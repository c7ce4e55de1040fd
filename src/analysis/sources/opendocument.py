"""OpenDocument spreadsheets (ods) as grids of text.

Read with the standard library: what the file stores beside each cell (exact value, per cent or not, merged area) is
needed in full, and repeated cells must be bounded.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from analysis.sources.cell_texts import number_text
from analysis.sources.grids import Grid, grid_of

_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
# A repeated row or cell that holds something is written out at most so often; empty ones only shift what follows.
MOST_REPEATED = 16384
LARGEST_CONTENT = 512 * 1024 * 1024


def is_opendocument(content: bytes) -> bool:
    """Whether a zip archive is an OpenDocument spreadsheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "mimetype" in archive.namelist() and archive.read("mimetype").strip().startswith(_MIMETYPE)


def read_ods(content: bytes, name: str) -> list[Grid]:
    """Read a spreadsheet of LibreOffice, WPS or Excel in the OpenDocument format."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.getinfo("content.xml").file_size > LARGEST_CONTENT:
            raise zipfile.BadZipFile(f"more than {LARGEST_CONTENT} bytes when unpacked")
        root = ElementTree.fromstring(archive.read("content.xml"))
    return [_read_table(table, name) for table in root.iter(f"{_TABLE}table")]


def _read_table(table: ElementTree.Element, name: str) -> Grid:
    rows: list[list[str]] = []
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
    waiting = 0
    for element in table.iter(f"{_TABLE}table-row"):
        texts, areas = _read_row(element)
        repeated = _count(element, "number-rows-repeated")
        if not any(texts) and not areas:
            waiting += repeated
            continue
        if waiting + repeated > MOST_REPEATED:
            raise zipfile.BadZipFile(f"{waiting + repeated} repeated rows")
        rows += [[] for _ in range(waiting)]
        merged += [((len(rows), left), (len(rows) + down, left + right)) for left, down, right in areas]
        rows += [list(texts) for _ in range(repeated)]
        waiting = 0
    return grid_of(name, table.get(f"{_TABLE}name", ""), rows, merged)


def _read_row(row: ElementTree.Element) -> tuple[list[str], list[tuple[int, int, int]]]:
    """Texts of a row, and its merged areas as column, further rows, further columns."""
    texts: list[str] = []
    areas: list[tuple[int, int, int]] = []
    waiting = 0
    for cell in _cells(row):
        text = "" if cell.tag == _CELLS[1] else _cell_text(cell)
        down, right = (_count(cell, f"number-{kind}-spanned") - 1 for kind in ("rows", "columns"))
        repeated = _count(cell, "number-columns-repeated")
        if not text and not (down or right):
            waiting += repeated
            continue
        if waiting + repeated > MOST_REPEATED:
            raise zipfile.BadZipFile(f"{waiting + repeated} repeated cells")
        texts += [""] * waiting
        if down or right:
            areas.append((len(texts), down, right))
        texts += [text] * repeated
        waiting = 0
    return texts, areas


def _cells(row: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return (element for element in row if element.tag in _CELLS)


def _count(element: ElementTree.Element, name: str) -> int:
    return max(1, int(element.get(f"{_TABLE}{name}", "1")))


def _cell_text(cell: ElementTree.Element) -> str:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in ("float", "percentage", "currency"):
        return number_text(float(cell.get(f"{_OFFICE}value", "nan")), "0%" if kind == "percentage" else "")
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00").replace("T", " ")
    paragraphs = ["".join(_paragraph(item)) for item in cell.findall(f"{_TEXT}p")]
    return "\n".join(paragraphs).strip()


def _paragraph(element: ElementTree.Element) -> Iterator[str]:
    """The text of a paragraph; several blanks and line breaks are stored as elements."""
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * min(int(child.get(f"{_TEXT}c", "1")), MOST_REPEATED)
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        else:
            yield from _paragraph(child)
        yield child.tail or ""
