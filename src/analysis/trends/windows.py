"""Past series to learn from: collections of yearly series, and windows of them with what came after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Array = NDArray[np.float64]
# Name, values to learn from, values that came after them.
PastSeries = tuple[str, Array, Array]

COLUMNS = frozenset(("dataset", "series_id", "t", "value", "split"))
HORIZONS = (1, 2, 3, 4, 5)

# Windows with fewer distinct values, or with changes that are rounding noise, have no scale to be measured on.
_DISTINCT_VALUES = 3
_RELATIVE_NOISE = 1e-8
# A future that leaves the window's scale (units changed, history rewritten) would outweigh a thousand others.
_BREAK = 25.0
# Windows of one series end every other year, and are no more than this many; a collection gives no more than that many.
_YEARS_APART = 2
_WINDOWS_PER_SERIES = 30
_WINDOWS_PER_COLLECTION = 8000


class CollectionError(AnalysisError):
    """A folder of series cannot be used."""


@dataclass(frozen=True)
class Windows:
    """Windows of one length.

    Parameters
    ----------
    values : array, shape (m, n)
    future : array, shape (m, 5)
        What came after; NaN beyond a series' end.
    weights : array, shape (m,)
        Every collection weighs the same; the mean is 1.
    """

    values: Array
    future: Array
    weights: Array


def read_collections(folder: Path, most: int = 0) -> dict[str, list[PastSeries]]:
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


def is_measurable(window: Array, future: Array) -> bool:
    """Whether a window has a scale of its own and its future stays on it."""
    scale = np.abs(np.diff(window)).mean()
    if len(np.unique(window)) < _DISTINCT_VALUES or not scale > _RELATIVE_NOISE * np.abs(window).max():
        return False
    return bool(np.abs(future - window[-1]).mean() <= _BREAK * scale)


def windows_of(collections: Mapping[str, Sequence[PastSeries]], n: int) -> Windows:
    """Windows of n values from all places of all series.

    Raises
    ------
    CollectionError
        If no series is long enough.
    """
    parts = [part for series in collections.values() if (part := list(_windows(series, n)))]
    if not parts:
        raise CollectionError(f"no series has {n} values and a later one")
    chosen = [[part[row] for row in _evenly(len(part))] for part in parts]
    weights = np.concatenate([np.full(len(part), 1 / len(part)) for part in chosen])
    rows = [row for part in chosen for row in part]
    values, future = (np.array([row[side] for row in rows]) for side in (0, 1))
    return Windows(values, future, weights / weights.mean())


def _windows(series: Sequence[PastSeries], n: int) -> Iterator[tuple[Array, Array]]:
    for _, train, test in series:
        whole = np.concatenate([train, test[: len(HORIZONS)]])
        ends = [len(train), *range(len(train) - 1, n - 1, -_YEARS_APART)][:_WINDOWS_PER_SERIES]
        for end in ends:
            window, after = whole[max(end - n, 0) : end], whole[end : end + len(HORIZONS)]
            if len(window) == n and len(after) and is_measurable(window, after):
                yield window, np.append(after, np.full(len(HORIZONS) - len(after), np.nan))


def _evenly(count: int) -> NDArray[np.int64]:
    """Positions of at most so many windows, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, _WINDOWS_PER_COLLECTION)).astype(int))
