"""Kinds and names of files: what a report is typeset as, queries that stand in place of a table, names as text."""

from __future__ import annotations

from pathlib import PurePath

FORMATS = ("html", "pdf", "docx")
QUERY_ENDING = ".sql"


def is_query(file: str) -> bool:
    """Whether a delivered file is a query to a database."""
    return file.lower().endswith(QUERY_ENDING)


def name_of(path: PurePath) -> str:
    r"""A path as text that every file can hold, with ``/`` between its parts.

    A name that is not UTF-8, as archives packed elsewhere leave it, has its bytes written out: ``\xb9\xfa.csv``.
    """
    written = path.as_posix().encode("utf-8", "surrogateescape")
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("ascii", "backslashreplace")
