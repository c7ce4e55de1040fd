"""Damaged deliveries by the thousand: reading must end in values or in problems, never in a traceback or a hang.

A file is changed in one place; then either its content cannot be told from an intended one, or the change shows:
every value that is read from an unchanged cell is the one that stood there.
"""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from analysis.errors import Problem
from analysis.plan import Plan
from analysis.sources.candidates import Candidate
from analysis.sources.files import UnreadableFileError, read_content
from analysis.sources.grids import Grid
from analysis.sources.interpretation import Interpreter
from analysis.sources.layouts import read_grid
from analysis.sources.names import Names
from analysis.sources.preparation import prepare
from analysis.sources.rows import Layout, RawRow, Source

LONGEST_SECONDS = 5.0
_TEXTS = (
    "",
    "—",
    "…",
    "n/a",
    "约",
    "8８.5",
    "1e999",
    "-0",
    "26-29%",
    "=A1",
    "#REF!",
    "续表",
    "合计",
    "\x00",
    "\ufeff",
    '"',
    "\n",
    "\t",
    "🙂",
    "٣",
)
_BYTES = (b"\x00", b"\xff", b"\xfe\xff", b"\x81", b'"', b",", b"\r", b"PK", b"\xef\xbb\xbf")


@dataclass
class FuzzResult:
    """What came of all damaged files.

    Parameters
    ----------
    files : int
    outcomes : Counter of str
        ``values``, ``problems`` (values and problems alike count as ``values``) and the rules of unreadable files.
    failures : list of str
        Anything that must not happen: exceptions, files that take too long, values that were changed silently.
    slowest : float
        Seconds for the slowest file.
    """

    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0


def fuzz(
    plan: Plan,
    rows: Sequence[Sequence[str]],
    files: int,
    seed: int = 0,
    seconds: float = 0.0,
    samples: Sequence[bytes] = (),
) -> FuzzResult:
    """Damage a delivered table in many ways and read each result.

    Parameters
    ----------
    plan : Plan
    rows : sequence of sequence of str
        A tidy table that is read without problems: heads, then region, indicator, year, value and unit.
    files : int
        How many damaged files to read.
    seed : int
    seconds : float
        Stop after so long; 0 for never.
    samples : sequence of bytes
        Further files of any format, to be damaged byte by byte.

    Returns
    -------
    FuzzResult
    """
    chance = random.Random(seed)
    names = Names(plan)
    start = perf_counter()
    result = FuzzResult()
    originals = {tuple(row) for row in rows[1:]}
    workbook = _workbook(rows)
    ways: list[Callable[[], tuple[bytes, bool]]] = [
        lambda: (_text(_with_other_cells(rows, chance), chance), True),
        lambda: (_with_other_bytes(_text(rows, chance), chance), False),
        lambda: (_workbook(_with_other_cells(rows, chance)), True),
        lambda: (_with_other_bytes(workbook, chance), False),
    ]
    if samples:
        ways.append(lambda: (_with_other_bytes(chance.choice(samples), chance), False))
    for number in range(files):
        content, is_readable = ways[number % len(ways)]()
        before = perf_counter()
        try:
            outcome = _outcome(content, plan, names, originals if is_readable else set())
        except Exception as error:  # noqa: BLE001 - what the fuzz run looks for
            outcome = ""
            result.failures.append(f"{number}: {type(error).__name__}: {error}")
        taken = perf_counter() - before
        if taken > LONGEST_SECONDS:
            result.failures.append(f"{number}: {taken:.1f} s")
        if outcome.startswith("changed"):
            result.failures.append(f"{number}: {outcome}")
        result.files += 1
        result.outcomes[outcome.split(":")[0]] += 1
        result.slowest = max(result.slowest, taken)
        if seconds and perf_counter() - start > seconds:
            break
    return result


def _outcome(content: bytes, plan: Plan, names: Names, originals: set[tuple[str, ...]]) -> str:
    try:
        grids = read_content(content, "damaged")
    except UnreadableFileError as error:
        return error.code
    outcome = "problems"
    for grid in grids:
        prepared, problems = prepare(grid, Layout())
        if not prepared.cells:
            continue
        rows, found = read_grid(prepared, Source("damaged"), Layout(), names)
        changed = _changed(rows, [*problems, *found], grid, plan, names, originals)
        if changed:
            return f"changed: {changed}"
        outcome = "values" if rows else outcome
    return outcome


def _changed(
    rows: Sequence[RawRow],
    problems: Sequence[Problem],
    grid: Grid,
    plan: Plan,
    names: Names,
    originals: set[tuple[str, ...]],
) -> str:
    """A value that is not what stands in its cell, or an unchanged row that is silently gone or read otherwise."""
    interpreter = Interpreter(plan, names)
    texts = {grid.address(row, column): text for row, line in enumerate(grid.cells) for column, text in enumerate(line)}
    for row in rows:
        if texts.get(row.cell) != row.value_text:
            return f"{row.cell} {row.value_text!r}"
        candidate = interpreter.identify(row)
        if isinstance(candidate, Candidate):
            interpreter.evaluate(candidate)
    if problems or interpreter.findings.problems():
        return ""
    width = len(next(iter(originals), ()))
    kept = [number for number, line in enumerate(grid.cells) if tuple(line[:width]) in originals]
    read = {int(re.sub(r"\D", "", row.cell)) - 1: row for row in rows}
    if originals and set(kept) - set(read):
        return f"{len(set(kept) - set(read))} rows are missing"
    for number in kept:
        row, said = read[number], tuple(grid.cells[number][:width])
        if (row.region_text, row.indicator_text, row.year_text, row.value_text, row.unit_text) != said:
            return f"{row.cell} {said}"
    return ""


def _with_other_cells(rows: Sequence[Sequence[str]], chance: random.Random) -> list[list[str]]:
    """A table with a cell rewritten, a row or column repeated, moved, cut off or left out."""
    table = [list(row) for row in rows]
    row = chance.randrange(len(table))
    column = chance.randrange(len(table[row]))
    kind = chance.randrange(7)
    if kind == 0:
        table[row][column] = chance.choice(_TEXTS)
    elif kind == 1:
        table[row][column] += chance.choice(_TEXTS)
    elif kind == 2:
        table.insert(row, list(chance.choice(table)))
    elif kind == 3:
        del table[row][column]
    elif kind == 4:
        table[row] = [""] * column + table[row]
    elif kind == 5:
        other = chance.randrange(len(table))
        table[row], table[other] = table[other], table[row]
    else:
        table = [line[:column] + line[column + 1 :] for line in table]
    return table


def _with_other_bytes(content: bytes, chance: random.Random) -> bytes:
    """A file with bytes overwritten, inserted, left out or cut off."""
    place = chance.randrange(len(content))
    length = chance.choice((1, 1, 2, 16, 256))
    kind = chance.randrange(4)
    if kind == 0:
        return content[:place]
    if kind == 1:
        return content[:place] + content[place + length :]
    if kind == 2:
        return content[:place] + chance.randbytes(length) + content[place + length :]
    return content[:place] + chance.choice(_BYTES) + content[place:]


def _text(rows: Sequence[Sequence[str]], chance: random.Random) -> bytes:
    encoding = chance.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    lines = (",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
    return "\n".join(lines).encode(encoding, errors="replace")


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    import openpyxl

    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("1")
    for row in rows:
        # A workbook cannot hold control characters.
        sheet.append(["".join(sign for sign in cell if sign >= " ") for cell in row])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
