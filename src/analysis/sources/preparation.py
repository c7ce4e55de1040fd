"""What a layout's description does to a sheet before it is read: cut it out, rename labels, add up months."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from analysis.errors import Problem, Severity
from analysis.sources.grids import Grid, address
from analysis.sources.rows import Layout
from analysis.sources.values import parse_value
from analysis.sources.vocabulary import fold

MONTHS_OF_A_YEAR = 12
_FEWEST_MONTHS = 2
_ROWS_SEARCHED = 40
_MONTH = re.compile(
    r"^(?P<year>\d{4})(?:年(?P<month>0?[1-9]|1[0-2])月|[-/](?P<number>0?[1-9]|1[0-2])(?:-01)?(?:00:00:00)?)$"
)
_SIGNIFICANT = ".15g"
_MILDER: dict[str, Severity] = {"labels_replaced": "note", "months_incomplete": "warning"}


def prepare(grid: Grid, layout: Layout) -> tuple[Grid, list[Problem]]:
    """Apply a layout's description to a sheet.

    Parameters
    ----------
    grid : Grid
    layout : Layout

    Returns
    -------
    (Grid, list of Problem)
        The sheet with yearly values in place of monthly ones; years of which a month is missing, and renamed labels.
    """
    problems: list[Problem] = []
    if layout.cells:
        grid = _cut(grid, layout.cells)
    if layout.labels:
        grid, problems = _relabelled(grid, layout.labels)
    row = month_header(grid)
    if row is None:
        return grid, problems
    if not layout.period:
        column = next(place for place, text in enumerate(grid.cells[row]) if month_of(text))
        found = grid.text(row, column)
        return Grid(grid.file, grid.sheet, []), [*problems, _problem(grid, "months_without_rule", (row, column), found)]
    grid, found_here = _yearly(grid, row, layout.aggregate)
    return grid, problems + found_here


def month_of(text: str) -> tuple[int, int] | None:
    """Year and month that a head names, such as ``2011年1月`` or ``2011-01``."""
    match = _MONTH.match(fold(text))
    return (int(match["year"]), int(match["month"] or match["number"])) if match else None


def month_header(grid: Grid) -> int | None:
    """The row that holds several months."""
    for row, texts in enumerate(grid.cells[:_ROWS_SEARCHED]):
        if sum(month_of(text) is not None for text in texts) >= _FEWEST_MONTHS:
            return row
    return None


def _problem(grid: Grid, code: str, place: tuple[int, int], found: str, **details: str) -> Problem:
    severity = _MILDER.get(code, "error")
    return Problem(code, severity, grid.file, grid.sheet, address(*place), found=found, details=details)


def _cut(grid: Grid, area: str) -> Grid:
    """Empty every cell outside an area; the others keep their addresses."""
    corners = [_place(part) for part in re.split(r"\s*[:：]\s*", area)]
    (top, bottom), (left, right) = (sorted(axis) for axis in zip(*corners, strict=True))
    cells = [
        [text if top <= row <= bottom and left <= column <= right else "" for column, text in enumerate(texts)]
        for row, texts in enumerate(grid.cells[: bottom + 1])
    ]
    cells = [texts[: right + 1] for texts in cells]
    return replace(grid, cells=cells, merged={place: to for place, to in grid.merged.items() if _is_in(place, cells)})


def _is_in(place: tuple[int, int], cells: list[list[str]]) -> bool:
    return place[0] < len(cells) and place[1] < len(cells[0])


def _place(name: str) -> tuple[int, int]:
    letters, digits = re.sub(r"\d", "", name).upper(), re.sub(r"\D", "", name)
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(digits) - 1, column - 1


def _relabelled(grid: Grid, labels: dict[str, str]) -> tuple[Grid, list[Problem]]:
    """Write what labels mean in their place; a label that stands nowhere is a problem."""
    wanted = {fold(label): meaning for label, meaning in labels.items()}
    first: dict[str, tuple[int, int]] = {}
    cells = []
    for row, texts in enumerate(grid.cells):
        cells.append([wanted.get(fold(text), text) if text else "" for text in texts])
        for column, text in enumerate(texts):
            if text and fold(text) in wanted:
                first.setdefault(fold(text), (row, column))
    problems = [
        _problem(grid, "labels_replaced", first[fold(label)], label, meaning=meaning)
        if fold(label) in first
        else _problem(grid, "label_not_found", (0, 0), label, meaning=meaning)
        for label, meaning in labels.items()
    ]
    return replace(grid, cells=cells), problems


def _yearly(grid: Grid, header: int, aggregate: str) -> tuple[Grid, list[Problem]]:
    """Put one column per year in place of the columns of its months, at the first of them."""
    years: dict[int, dict[int, int]] = {}
    for column, text in enumerate(grid.cells[header]):
        month = month_of(text)
        if month:
            years.setdefault(month[0], {}).setdefault(month[1], column)
    cells = [list(texts) for texts in grid.cells]
    places: dict[tuple[int, int], str] = {}
    notes: dict[tuple[int, int], str] = {}
    problems: list[Problem] = []
    for year, columns in years.items():
        ordered = [columns[month] for month in sorted(columns)]
        first = ordered[0]
        for row in range(grid.height):
            texts = [grid.text(row, column) for column in ordered]
            for column in ordered:
                cells[row][column] = ""
            if row == header or not any(texts):
                continue
            value, problem = _of_months(texts, aggregate)
            place = f"{address(row, first)}:{address(row, ordered[-1])}"
            if problem:
                details = {"year": str(year), "months": str(len(texts)), "aggregate": aggregate}
                problems.append(replace(_problem(grid, problem, (row, first), place, **details), year=year))
                continue
            cells[row][first], places[(row, first)] = value, place
            notes[(row, first)] = f"{aggregate}({place})"
        cells[header][first] = str(year)
    return replace(grid, cells=cells, places=places, notes=notes), problems


def _of_months(texts: list[str], aggregate: str) -> tuple[str, str]:
    """A year's value from its months, or the rule that forbids it: nothing is made of eleven months."""
    parsed = [parse_value(text) for text in texts]
    numbers = [Decimal(str(item.number)) for item in parsed if item.number is not None]
    units = {item.unit for item in parsed}
    if any(item.reason not in ("", "missing") or item.bound != "exact" for item in parsed) or len(units) > 1:
        return "", "months_not_numbers"
    if aggregate == "last":
        is_whole = len(texts) == MONTHS_OF_A_YEAR and parsed[-1].number is not None
    else:
        is_whole = len(numbers) == MONTHS_OF_A_YEAR
    if not is_whole:
        return "", "months_incomplete"
    total = numbers[-1] if aggregate == "last" else sum(numbers, Decimal(0))
    value = float(total / MONTHS_OF_A_YEAR if aggregate == "mean" else total)
    return format(value, _SIGNIFICANT) + units.pop(), ""
