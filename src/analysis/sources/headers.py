"""Find the header of a sheet: rows that hold years, or the rows above the first row of data."""

from __future__ import annotations

import re
from itertools import pairwise

from analysis.sources.grids import Grid
from analysis.sources.names import Names
from analysis.sources.values import parse_value, parse_year
from analysis.sources.vocabulary import column_meaning, fold
from analysis.units import find_unit

HEADER_ROWS_AROUND_YEARS = 3
_CAPTION = re.compile(r"^[^:：]{2,8}[:：]")
_COLUMN_NUMBERING = ("", "甲", "乙", "丙", "丁", "栏次", "no.", "代码")


def unit_of(text: str) -> str:
    """The unit that a text is, with or without brackets or ``单位：``; empty if it is none."""
    bare = re.sub(r"^(?:计量)?单位\s*[:：]\s*", "", text.strip().strip("()（）").strip())
    return bare if bare and find_unit(bare) else ""


def _filled(labels: list[str]) -> list[tuple[int, str]]:
    return [(column, text) for column, text in enumerate(labels) if text]


def _is_year_row(grid: Grid, names: Names, row: int, is_first: bool) -> bool:
    """Whether a row is a header of years."""
    filled = _filled(grid.labels(row))
    places = [column for column, text in filled if names.year(text)]
    if not places:
        return False
    others = [(column, text) for column, text in filled if column not in places]
    if any(parse_value(text).number is not None for _, text in others):
        return False
    years = [parsed[0] for column in places if (parsed := parse_year(grid.label(row, column)))]
    runs = [year for index, year in enumerate(years) if index == 0 or years[index - 1] != year]
    if len(set(runs)) == 1:
        heads = [text for _, text in others]
        above = [grid.label(row - 1, column) for column in places] if row and places[0] else []
        is_below_heads = any(names.region(text) or names.indicator(text).id for text in above)
        return all(bool(column_meaning(text)) for text in heads) and bool(heads or is_below_heads)
    steps = {later - earlier for earlier, later in pairwise(runs)}
    period = runs[: len(set(runs))]
    is_ordered = all(step > 0 for step in steps) or all(step < 0 for step in steps)
    if not is_ordered and runs != period * (len(runs) // len(period)):
        return False
    left = [text for column, text in others if column < places[0]]
    if any(names.region(text) or names.indicator(text).id for text in left):
        return is_first and len(steps) == 1 and len(runs) > 2
    return True


def headers_around_years(grid: Grid, names: Names) -> list[range]:
    """Every header that holds years, with the rows above and below it that belong to it."""
    headers: list[range] = []
    for row in range(grid.height):
        if headers and row < headers[-1].stop:
            continue
        if _is_year_row(grid, names, row, is_first=not headers):
            places = [column for column, text in enumerate(grid.labels(row)) if names.year(text)]
            floor = headers[-1].stop if headers else 0
            headers.append(_extend(grid, names, row, range(places[0], grid.width), floor))
    return headers


def _extend(grid: Grid, names: Names, row: int, columns: range, floor: int) -> range:
    """Add the header rows that stand above and below a row of years."""

    def belongs(other: int) -> bool:
        texts = [grid.label(other, column) for column in columns if grid.label(other, column)]
        known = [text for text in texts if names.region(text) or names.indicator(text).id or unit_of(text)]
        return bool(known) and not any(parse_value(text).number is not None for text in texts)

    top, bottom = row, row + 1
    while top > max(floor, row - HEADER_ROWS_AROUND_YEARS) and belongs(top - 1) and not _is_caption(grid, top - 1):
        top -= 1
    while bottom < min(grid.height, row + 1 + HEADER_ROWS_AROUND_YEARS) and (
        belongs(bottom) or is_numbering(grid, bottom)
    ):
        bottom += 1
    return range(top, bottom)


def is_numbering(grid: Grid, row: int) -> bool:
    """Whether a row only numbers the columns (甲 乙 1 2 3)."""
    texts = [text for _, text in _filled(grid.labels(row))]
    numbers = [text for text in texts if text.isdigit()]
    rest = [text for text in texts if not text.isdigit()]
    return (
        len(numbers) > 1
        and numbers == [str(number) for number in range(1, len(numbers) + 1)]
        and all(fold(text) in _COLUMN_NUMBERING for text in rest)
    )


def _is_caption(grid: Grid, row: int) -> bool:
    """Whether a row belongs to the title: one text, or lines such as ``填报单位：…``."""
    texts = [text for _, text in _filled(grid.labels(row))]
    if any(_CAPTION.match(text) for text in texts):
        return True
    return len(set(texts)) < 2 and not any(unit_of(text) for text in texts)


def _is_data_row(grid: Grid, row: int, names: Names) -> bool:
    filled = _filled(grid.labels(row))
    if len(filled) < 2 or is_numbering(grid, row):
        return False
    first = filled[0][1]
    if parse_value(first).number is not None and not names.year(first) and len(filled) < 3:
        return False
    return any(parse_value(text).number is not None for _, text in filled[1:])


def header_above_data(grid: Grid, names: Names) -> range | None:
    """The rows right above the first row of data, up to the title."""
    first = next((row for row in range(grid.height) if _is_data_row(grid, row, names)), None)
    if first is None:
        return None
    bottom = first
    # Rows of missing values right below the header hold no number, yet they are no header.
    while bottom > 0 and _is_row_of_missing(grid, bottom - 1, names):
        bottom -= 1
    top = bottom
    while top > 0 and any(grid.labels(top - 1)) and not _is_caption(grid, top - 1):
        top -= 1
    return range(top, bottom) if top < bottom else None


def _is_row_of_missing(grid: Grid, row: int, names: Names) -> bool:
    filled = _filled(grid.labels(row))
    if not filled or not (names.region(filled[0][1]) or names.indicator(filled[0][1]).id or names.year(filled[0][1])):
        return False
    rest = [text for _, text in filled[1:]]
    return all(parse_value(text).reason == "missing" or bool(unit_of(text)) for text in rest)
