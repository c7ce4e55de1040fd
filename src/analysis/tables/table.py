"""A table as data: columns, rows, and the one Markdown form that every typesetter reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.wording import MISSING, Wording

Align = Literal["left", "right", "center"]

# Pandoc uses relative column widths only if a row of the source is longer than its column limit (72).
DASHES = 100
_RULES = {"left": ":{}", "right": "{}:", "center": ":{}:"}


@dataclass(frozen=True)
class Column:
    """One column of a printed table.

    Parameters
    ----------
    header : str
        Markdown; units belong here where the column has one.
    align : {"left", "right", "center"}
    width : float
        Relative width.
    """

    header: str
    align: Align = "left"
    width: float = 1.0


def named_columns(
    words: Wording, topic: str, widths: Mapping[str, float], right: tuple[str, ...] = (), **values: object
) -> tuple[Column, ...]:
    """Columns whose headers stand in the message catalogue.

    Parameters
    ----------
    words : Wording
    topic : str
        Key of the table: the header of a column is the text ``tables.<topic>.<name>``. A key with a dot is that of
        another topic's table, ``<topic>.<name>``.
    widths : mapping of str to float
        Relative width by name, in the columns' order.
    right : tuple of str
        Names of the columns that are aligned to the right.
    **values : object
        What headers name, such as a year.
    """
    prefix = topic if "." in topic else f"tables.{topic}"
    return tuple(
        Column(words.text(f"{prefix}.{name}", **values), "right" if name in right else "left", width)
        for name, width in widths.items()
    )


@dataclass(frozen=True)
class Table:
    """A printed table.

    Parameters
    ----------
    columns : tuple of Column
    rows : tuple of tuple of str
        Cells as Markdown, one per column.
    css_class : str
        Name that styles may refer to.
    folds : int
        On paper the rows stand in so many columns beside each other.

    Raises
    ------
    ValueError
        If a row has not one cell per column.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    css_class: str = ""
    folds: int = 1

    def __post_init__(self) -> None:
        """Refuse ragged rows."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.css_class}: expected {len(self.columns)} cells, found {row}")

    def without_empty(self, header: str) -> Table:
        """The table without the column of that header if all its cells are dashes."""
        place = [column.header for column in self.columns].index(header)
        return self if any(row[place] != MISSING for row in self.rows) else self.without(header)

    def without(self, header: str) -> Table:
        """The table without the column of that header."""
        keep = [position for position, column in enumerate(self.columns) if column.header != header]
        rows = tuple(tuple(row[position] for position in keep) for row in self.rows)
        return Table(tuple(self.columns[position] for position in keep), rows, self.css_class)

    def to_markdown(self) -> str:
        """The table as a pipe table, with relative widths by the number of dashes."""
        total = sum(column.width for column in self.columns)
        rules = []
        for column in self.columns:
            dashes = "-" * max(3, round(DASHES * column.width / total))
            rules.append(_RULES[column.align].format(dashes))
        headers = [column.header for column in self.columns]
        if self.folds > 1:
            # An empty mark that reaches the typesetters' filter with every renderer.
            headers[0] = f"[]{{.fold-{self.folds}}}{headers[0]}"
        lines = [_line(headers), "|" + "|".join(rules) + "|"]
        return "\n".join([*lines, *(_line(row) for row in self.rows)]) + "\n"


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(" ".join(cell.split()) for cell in cells) + " |"
