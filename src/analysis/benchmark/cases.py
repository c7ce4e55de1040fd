"""What is forecast: the last n training points of every series, and the five test points that came after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Array = NDArray[np.float64]

WINDOWS = (6, 8, 10, 15)
HORIZON = 5
# As many series of one collection as are scored: the largest one would take hours and change nothing.
SERIES = 900

COLUMNS = frozenset(("dataset", "series_id", "t", "value", "split"))
# Windows with fewer distinct values, or with changes that are rounding noise, have no scale to be scored on.
_DISTINCT_VALUES = 3
_RELATIVE_NOISE = 1e-8
# A future that leaves the window's scale (units changed, history rewritten) would outweigh a thousand others.
_BREAK = 25.0


class CollectionError(AnalysisError):
    """A folder of series cannot be used."""


@dataclass(frozen=True)
class Cases:
    """Windows of one length with what came after them.

    Parameters
    ----------
    collection, series : array of str, shape (k,)
        Where a window comes from.
    values : array, shape (k, n)
        The last n training points, oldest first.
    future : array, shape (k, 5)
        The first test points.
    scale : array, shape (k,)
        Mean absolute yearly change of the window: the unit of scaled errors.
    """

    collection: NDArray[np.str_]
    series: NDArray[np.str_]
    values: Array
    future: Array
    scale: Array

    @property
    def n(self) -> int:
        """Length of the windows."""
        return int(self.values.shape[1])

    def __len__(self) -> int:
        """How many windows."""
        return len(self.values)

    def part(self, rows: slice) -> Cases:
        """Some of the cases."""
        names = ("collection", "series", "values", "future", "scale")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})


def read_collections(folder: Path, most: int = SERIES) -> dict[str, list[tuple[str, Array, Array]]]:
    """Read the series of a folder.

    Parameters
    ----------
    folder : Path
        One csv file per collection with the columns dataset, series_id, t, value, split (train or test).
    most : int
        Series per collection, chosen by a checksum of their names; 0: all.

    Returns
    -------
    dict of str to list of (series, train, test)

    Raises
    ------
    CollectionError
        If there is no such file, or a file lacks a column.
    """
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise CollectionError(f"{folder}: no csv files; expected columns {', '.join(sorted(COLUMNS))}")
    collections = {}
    for path in files:
        table = pd.read_csv(path, dtype={"series_id": str})
        if missing := COLUMNS - set(table.columns):
            raise CollectionError(f"{path}: the columns {', '.join(sorted(missing))} are missing")
        name = str(table["dataset"].iloc[0])
        groups = table.sort_values("t", kind="stable").groupby("series_id", sort=True)
        series = [
            (str(key), *(group.loc[group["split"] == part, "value"].to_numpy(float) for part in ("train", "test")))
            for key, group in groups
        ]
        series.sort(key=lambda one, name=name: (crc32(f"{name}{one[0]}".encode()), one[0]))  # type: ignore[misc]
        collections[name] = series[: most or None]
    return collections  # type: ignore[return-value]


def cut(collections: Mapping[str, Sequence[tuple[str, Array, Array]]], n: int) -> Cases:
    """The windows of length n of all series that are long enough, without degenerate ones.

    Parameters
    ----------
    collections : mapping
        From :func:`read_collections`.
    n : int
        Training points to keep.
    """
    rows = [
        (name, key, train[-n:], test[:HORIZON])
        for name, series in collections.items()
        for key, train, test in series
        if len(train) >= n and len(test) >= HORIZON and _is_scorable(train[-n:], test[:HORIZON])
    ]
    values = np.array([row[2] for row in rows]).reshape(len(rows), n)
    return Cases(
        np.array([row[0] for row in rows], dtype=str),
        np.array([row[1] for row in rows], dtype=str),
        values,
        np.array([row[3] for row in rows]).reshape(len(rows), HORIZON),
        np.abs(np.diff(values, axis=1)).mean(axis=1),
    )


def _is_scorable(window: Array, future: Array) -> bool:
    scale = np.abs(np.diff(window)).mean()
    if len(np.unique(window)) < _DISTINCT_VALUES or not scale > _RELATIVE_NOISE * np.abs(window).max():
        return False
    return bool(np.abs(future - window[-1]).mean() <= _BREAK * scale)
