"""The result of a query as a grid of text: a ``.sql`` file in place of a delivered table."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from analysis.sources.cell_texts import cell_text
from analysis.sources.files import UnreadableFileError
from analysis.sources.grids import Grid, rectangle

_READING = re.compile(r"^\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:select|with|values|table)\b", re.IGNORECASE | re.DOTALL)
# A colon begins a parameter for SQLAlchemy; in a delivered query it is only a colon.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


def read_query(path: Path, name: str, database: str, folder: Path) -> tuple[Grid, str]:
    """Run a query and read its result.

    Parameters
    ----------
    path : Path
        The ``.sql`` file: one statement that only reads.
    name : str
        How it is called in messages.
    database : str
        Address as SQLAlchemy writes it (``sqlite:///name.db``, relative to the plan folder), or ``$NAME`` for the
        environment variable that holds it; an address with a password stands in a variable only.
    folder : Path
        The plan folder.

    Returns
    -------
    (Grid, str)
        Heads and rows of the result, and the sha256 of all its texts.

    Raises
    ------
    UnreadableFileError
        If no database is named, it cannot be reached, or the query fails or does more than reading.
    """
    try:
        query = path.read_text(encoding="utf-8-sig").strip().rstrip(";")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError("file_unreadable", f"sql: {error}") from error
    if not _READING.match(query):
        raise UnreadableFileError("query_not_reading", query[:80])
    rows = _fetch(_address(database, folder), query)
    if len(rows) < 2:
        raise UnreadableFileError("file_empty", f"{max(len(rows) - 1, 0)} rows")
    digest = hashlib.sha256("\n".join("\t".join(row) for row in rows).encode()).hexdigest()
    return Grid(name, "", rectangle(rows)), digest


def _address(database: str, folder: Path) -> Any:
    from sqlalchemy.engine import URL, make_url
    from sqlalchemy.exc import ArgumentError

    if not database:
        raise UnreadableFileError("database_missing", "")
    text = database
    if database.startswith("$"):
        text = os.environ.get(database[1:].strip("{}"), "")
        if not text:
            raise UnreadableFileError("database_variable", database)
    try:
        url: URL = make_url(text)
    except ArgumentError as error:
        raise UnreadableFileError("database_failed", "…" if text != database else text[:80]) from error
    if url.password and text == database:
        raise UnreadableFileError("database_password", url.render_as_string(hide_password=True))
    if url.get_backend_name() == "sqlite" and url.database and not url.database.startswith("file:"):
        file = (folder / url.database).resolve()
        return url.set(database=f"file:{file.as_posix()}", query={"mode": "ro", "uri": "true"})
    return url


def _fetch(url: Any, query: str) -> list[list[str]]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION READ ONLY"))
            result = connection.execute(text(_PARAMETER.sub(r"\\:", query)))
            rows = [[str(head) for head in result.keys()]]  # noqa: SIM118
            rows += [[cell_text(value) for value in row] for row in result]
    except (SQLAlchemyError, ImportError) as error:
        found = " ".join(str(getattr(error, "orig", None) or error).split())
        raise UnreadableFileError("database_failed", f"{type(error).__name__}: {found}"[:200]) from error
    return rows
