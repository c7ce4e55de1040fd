"""Tables of which a step may read only some indicators' rows.

A section's notebook gets such tables instead of whole ones, and its key holds their content; so a value of another
section changes neither.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from analysis.pipeline.memory import made_by, recalled, remember

if TYPE_CHECKING:
    import pyarrow

COLUMN = "indicator"
MEMORY = "rows.json"


class Rows:
    """The rows of some indicators of tables.

    What they hash to is remembered by the content of the whole table, so that an unchanged report reads no table.

    Parameters
    ----------
    folder : Path
        Where it is remembered; a missing or damaged memory costs only time.
    is_fresh : bool
        Whether to act as if nothing were remembered.
    """

    def __init__(self, folder: Path, *, is_fresh: bool = False) -> None:
        self.place = folder / MEMORY
        self.is_fresh = is_fresh
        self._used: dict[str, dict[str, str]] = {}
        self._tables: dict[str, pyarrow.Table] = {}
        self._lock = Lock()

    def hashed(self, table: Path, indicators: Collection[str]) -> str:
        """The sha256 of the rows of some indicators; empty if the table is not one of indicators."""
        whole, wanted = _digest(table.read_bytes()), ",".join(sorted(indicators))
        known = self._known.get(whole, {}).get(wanted)
        if known is None:
            content = self._content(table, whole, indicators)
            known = _digest(content) if content else ""
        self._used.setdefault(whole, {})[wanted] = known
        return known

    def write(self, table: Path, indicators: Collection[str], target: Path) -> None:
        """Write the rows of some indicators as a table of its own."""
        target.write_bytes(self._content(table, _digest(table.read_bytes()), indicators))

    def remember(self, language: str) -> None:
        """Keep what was used for the next run."""
        self._tables.clear()
        remember(self.place, made_by(Path(__file__)), self._used, language)

    @cached_property
    def _known(self) -> dict[str, dict[str, str]]:
        known = {} if self.is_fresh else recalled(self.place, made_by(Path(__file__)))
        try:
            is_sound = all(isinstance(value, str) for parts in known.values() for value in parts.values())
        except AttributeError:
            return {}
        return known if is_sound else {}

    def _content(self, table: Path, whole: str, indicators: Collection[str]) -> bytes:
        import pyarrow
        from pyarrow import compute, parquet

        with self._lock:
            if whole not in self._tables:
                self._tables[whole] = parquet.read_table(table)
            rows = self._tables[whole]
        if COLUMN not in rows.column_names:
            return b""
        column = rows.column(COLUMN)
        wanted = pyarrow.array(sorted(indicators), type=pyarrow.string()).cast(column.type)
        sink = pyarrow.BufferOutputStream()
        parquet.write_table(rows.filter(compute.is_in(column, value_set=wanted)).combine_chunks(), sink)
        return bytes(sink.getvalue().to_pybytes())


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
