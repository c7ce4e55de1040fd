"""One sheet as text: what stands in which cell, as a reader sees it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Grid:
    """One sheet as text.

    Parameters
    ----------
    file, sheet : str
        ``sheet`` is empty for text files.
    cells : list of list of str
        Rows of equal length; an empty text where nothing stands.
    merged : dict of (int, int) to (int, int)
        Covered cell → the cell that holds the merged area's text. Rows and columns count from zero.
    places : dict of (int, int) to str
        Cells whose text comes from elsewhere in the sheet → where from, such as ``B5:M5``.
    notes : dict of (int, int) to str
        How the text of such a cell came about.
    """

    file: str
    sheet: str
    cells: list[list[str]]
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    places: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.cells)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.cells[0]) if self.cells else 0

    def text(self, row: int, column: int) -> str:
        """What stands in the cell itself."""
        return self.cells[row][column]

    def label(self, row: int, column: int) -> str:
        """What a reader sees at the cell: merged areas show their text everywhere."""
        anchor = self.merged.get((row, column)) if self.merged else None
        return self.cells[anchor[0]][anchor[1]] if anchor else self.cells[row][column]

    def labels(self, row: int) -> list[str]:
        """A row as a reader sees it."""
        return [self.label(row, column) for column in range(self.width)] if self.merged else self.cells[row]

    def address(self, row: int, column: int) -> str:
        """The cell's name in a spreadsheet, such as ``C7``."""
        return self.places.get((row, column)) or address(row, column)


def address(row: int, column: int) -> str:
    """Name of a cell in a spreadsheet, such as ``C7``, from row and column counted from zero."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def rectangle(rows: list[list[str]]) -> list[list[str]]:
    """Rows of equal length, without empty rows and columns at the end."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((_filled_width(row) for row in rows), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def _filled_width(row: list[str]) -> int:
    width = len(row)
    while width and not row[width - 1]:
        width -= 1
    return width


def grid_of(
    file: str, sheet: str, rows: list[list[str]], merged_areas: list[tuple[tuple[int, int], tuple[int, int]]]
) -> Grid:
    """A sheet with merged areas, each given by its first and last cell; what lies outside the filled part goes."""
    cells = rectangle(rows)
    height, width = len(cells), len(cells[0]) if cells else 0
    merged = {
        (row, column): (top, left)
        for (top, left), (bottom, right) in merged_areas
        for row in range(top, min(bottom + 1, height))
        for column in range(left, min(right + 1, width))
        if (row, column) != (top, left)
    }
    return Grid(file, sheet, cells, merged)
