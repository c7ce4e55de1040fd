"""A tidy table row by row."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def records(table: pd.DataFrame) -> Iterator[Any]:
    """Rows of a tidy table, columns as attributes.

    Parameters
    ----------
    table : DataFrame
        With names of columns that can be names in Python.
    """
    # Column by column: pandas takes far longer to hand out texts one by one.
    columns = [column.tolist() for _, column in table.items()]
    return map(_row(tuple(table.columns))._make, zip(*columns, strict=True))


@cache
def _row(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns, rename=True)
