"""From a file to grids of text, in every format that bureaus send; the content tells the format, not the name."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.sources.grids import Grid, rectangle

# Signatures: zip (xlsx, ods), OLE container (xls, everything encrypted), early BIFF (xls before containers).
_ZIP = b"PK\x03\x04"
_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EARLY_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_DELIMITERS = ",\t;"
_LINES_LOOKED_AT = 20
# A cell of a spreadsheet holds no more; longer ones come from a quote that is never closed.
LONGEST_CELL = 32767


class UnreadableFileError(AnalysisError):
    """A file cannot be read: ``code`` is the rule, the message what the library said."""

    def __init__(self, code: str, found: str) -> None:
        self.code = code
        self.found = found
        super().__init__(found)


def read_grids(path: Path, name: str) -> list[Grid]:
    """Read every sheet of a file.

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
        If the content is none of csv (UTF-8, UTF-16, GB18030), xlsx, xls, ods, or has a password of its own.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError("file_unreadable", error.strerror or str(error)) from error
    return read_content(content, name)


def read_content(content: bytes, name: str) -> list[Grid]:
    """Read every sheet of a file's content; see :func:`read_grids`."""
    filled = [grid for grid in _read(content, name) if any(any(row) for row in grid.cells)]
    if not filled:
        raise UnreadableFileError("file_empty", f"{len(content)} bytes")
    return filled


def _read(content: bytes, name: str) -> list[Grid]:
    if not content.startswith((_ZIP, _CONTAINER, *_EARLY_BIFF)):
        return [_read_text(content, name)]
    from analysis.sources import opendocument, workbooks

    kind = "xlsx" if content.startswith(_ZIP) else "xls"
    # Damaged files make the libraries raise anything, even what they never document.
    try:
        content = workbooks.without_default_password(content) if content.startswith(_CONTAINER) else content
        if not content.startswith(_ZIP):
            return workbooks.read_xls(content, name)
        is_open = opendocument.is_opendocument(content)
        kind = "ods" if is_open else "xlsx"
        return opendocument.read_ods(content, name) if is_open else workbooks.read_xlsx(content, name)
    except workbooks.EncryptedError as error:
        raise UnreadableFileError("file_encrypted", str(error)) from error
    except Exception as error:
        raise UnreadableFileError("file_unreadable", f"{kind}: {type(error).__name__}: {error}") from error


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
        head = "\n".join(text[: LONGEST_CELL * 2].splitlines()[:_LINES_LOOKED_AT])
        delimiter = max(_DELIMITERS, key=head.count)
        rows = [[cell.strip() for cell in row] for row in _csv_rows(text, delimiter)]
    except (UnicodeError, csv.Error) as error:
        raise UnreadableFileError("file_unreadable", str(error)) from error
    return Grid(name, "", rectangle(rows))


def _csv_rows(text: str, delimiter: str) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    if any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        raise csv.Error(f"a cell of more than {LONGEST_CELL} characters")
    return rows
