"""Ledgers and statements: one row per project, report or statement → tidy tables.

What each ledger holds stands in ``ledgers.yaml``. Every bad cell is a problem with its place; a row with one is left
out, and the others are read on, so that all problems are reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pandas as pd

from analysis import contracts
from analysis.contracts.projects import DELIVERED
from analysis.errors import Problem, Severity
from analysis.plan import Plan
from analysis.sources.grids import Grid
from analysis.sources.headers import is_numbering
from analysis.sources.ledger_cells import BadCellError, CellReader, Field
from analysis.sources.rows import Source
from analysis.sources.values import parse_status
from analysis.sources.vocabulary import fold, without_marks
from analysis.yaml_text import parse_yaml

_ROWS_SEARCHED = 40
_UNIT_BEHIND = re.compile(r"^(?P<name>.+?)\s*[(（\[](?P<unit>[^()（）\[\]]+)[)）\]]$", re.DOTALL)
_TOTALS = ("合计", "总计", "小计", "total")
_REMARK = re.compile(r"^(?:注|说明|备注|填表|填报|单位|审核|note)", re.IGNORECASE)


@dataclass(frozen=True)
class _Head:
    """Where a column stands in a sheet, and the unit that its head names."""

    column: int
    unit: str


@cache
def ledger_fields() -> dict[str, tuple[Field, ...]]:
    """Columns of every ledger, by its name in the column ``layout`` of ``sources.csv``."""
    text = (resources.files("analysis.sources") / "ledgers.yaml").read_text(encoding="utf-8")
    return {
        ledger: tuple(
            Field(
                name,
                item["kind"],
                tuple(item["heads"]),
                item.get("required", False),
                item.get("unit", ""),
                {fold(word): meaning for meaning, words in item.get("words", {}).items() for word in words},
            )
            for name, item in fields.items()
        )
        for ledger, fields in parse_yaml(text).items()
    }


class LedgerReader:
    """Reads the ledgers of a plan and collects their rows and problems.

    Parameters
    ----------
    plan : Plan
    """

    def __init__(self, plan: Plan) -> None:
        self._cells = CellReader(plan)
        self._rows: dict[str, list[dict[str, object]]] = {ledger: [] for ledger in ledger_fields()}
        self._places: dict[tuple[object, ...], str] = {}

    def read(self, grids: Iterable[Grid], ledger: str, source: Source) -> tuple[int, list[Problem]]:
        """Read the sheets of one delivered file.

        Parameters
        ----------
        grids : iterable of Grid
        ledger : str
            A key of :func:`ledger_fields`.
        source : Source
            Its ``status`` and ``unit`` hold for every row that names none.

        Returns
        -------
        (int, list of Problem)
            Number of rows read, and what is wrong.
        """
        count, problems = 0, []
        for grid in grids:
            top, heads = _find_heads(grid, ledger_fields()[ledger])
            missing = [item for item in ledger_fields()[ledger] if item.required and item.name not in heads]
            if missing:
                problems.append(_missing_heads(grid, top, missing))
                continue
            rows, found = self._read_rows(grid, ledger, top, heads, source)
            count += len(rows)
            self._rows[ledger] += rows
            problems += found
        return count, problems

    def tables(self) -> dict[str, pd.DataFrame]:
        """Everything read so far, one table per ledger, empty ones included."""
        return {contract.name: contracts.table_of(self._rows[contract.name], contract) for contract in DELIVERED}

    def _read_rows(
        self, grid: Grid, ledger: str, top: int, heads: dict[str, _Head], source: Source
    ) -> tuple[list[dict[str, object]], list[Problem]]:
        rows, problems = [], []
        for number in range(top + 1, grid.height):
            if _is_aside(grid, number, top):
                continue
            row, found = self._read_row(grid, number, ledger, heads, source)
            problems += found
            if not found:
                key = (ledger, *(row[name] for name in contracts.CONTRACTS[ledger].key))
                place = " · ".join(part for part in (grid.file, grid.sheet, str(row["cell"])) if part)
                other = self._places.setdefault(key, place)
                if other != place:
                    found_text = " · ".join(map(str, key[1:]))
                    problems.append(_problem(grid, number, 0, "ledger_row_repeated", found_text, {"other": other}))
                    continue
                problems += _doubts(row, grid, number, heads)
                rows.append(row)
        return rows, problems

    def _read_row(
        self, grid: Grid, number: int, ledger: str, heads: dict[str, _Head], source: Source
    ) -> tuple[dict[str, object], list[Problem]]:
        row: dict[str, object] = {
            "status": parse_status(source.status) or "published",
            "source": source.title,
            "file": grid.file,
            "sheet": grid.sheet,
        }
        problems = []
        for item in ledger_fields()[ledger]:
            head = heads.get(item.name)
            text = grid.label(number, head.column).strip() if head else ""
            unit = (head.unit if head else "") or source.unit
            if item.required and head:
                row.setdefault("cell", grid.address(number, head.column))
            try:
                row[item.name] = self._cells.read(text, item, unit, row)
            except BadCellError as bad:
                details = {"column": item.heads[0], **bad.details}
                problems.append(_problem(grid, number, head.column if head else 0, bad.code, bad.found, details))
        return row, problems


def _find_heads(grid: Grid, fields: Sequence[Field]) -> tuple[int, dict[str, _Head]]:
    """The row that holds most of a ledger's heads, and where each stands."""
    best: tuple[int, dict[str, _Head]] = (0, {})
    for number in range(min(grid.height, _ROWS_SEARCHED)):
        found = _heads_in(grid.labels(number), fields)
        if len(found) > len(best[1]):
            best = (number, found)
    return best


def _heads_in(labels: Sequence[str], fields: Sequence[Field]) -> dict[str, _Head]:
    found: dict[str, _Head] = {}
    for column, label in enumerate(labels):
        bare = without_marks(label).strip()
        match = _UNIT_BEHIND.match(bare)
        names = {fold(bare): "", **({fold(match["name"]): match["unit"].strip()} if match else {})}
        for item in fields:
            unit = next((unit for name, unit in names.items() if name in map(fold, item.heads)), None)
            if unit is not None:
                found.setdefault(item.name, _Head(column, unit))
                break
    return found


def _is_aside(grid: Grid, number: int, top: int) -> bool:
    """Whether a row is no entry: empty, a repeated head, a numbering of columns, a total, a remark below the table."""
    labels = grid.labels(number)
    filled = [text for text in labels if text.strip()]
    if not filled or labels == grid.labels(top) or is_numbering(grid, number):
        return True
    if any(fold(text) in _TOTALS for text in filled[:2]):
        return True
    return len(set(filled)) == 1 and bool(_REMARK.match(filled[0].strip()))


def _doubts(row: dict[str, object], grid: Grid, number: int, heads: dict[str, _Head]) -> list[Problem]:
    """What is possible but should be looked at: more verified than claimed, verified without evidence."""
    verified, claimed = row.get("verified"), row.get("claimed")
    if not isinstance(verified, float) or not isinstance(claimed, float) or not verified > 0:
        return []
    column = heads["verified"].column
    found = grid.label(number, column)
    doubts = []
    if verified > claimed:
        doubts.append(_problem(grid, number, column, "verified_above_claimed", found, {"claimed": f"{claimed:g}"}))
    if not row["evidence"]:
        doubts.append(_problem(grid, number, column, "verified_without_evidence", found, {}))
    return doubts


def _missing_heads(grid: Grid, top: int, missing: Sequence[Field]) -> Problem:
    found = "、".join(text for text in grid.labels(top) if text)
    details = {"missing": "、".join(item.heads[0] for item in missing)}
    return _problem(grid, top, 0, "ledger_heads_missing", found, details)


def _problem(grid: Grid, row: int, column: int, code: str, found: str, details: dict[str, str]) -> Problem:
    severity: Severity = "warning" if code.startswith("verified_") else "error"
    place = grid.address(row, column)
    return Problem(code, severity, grid.file, grid.sheet, place, found=found, details=details)
