"""What is forecast: the last n training points of every series, and the five test points that came after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.trends.windows import PastSeries, is_measurable

Array = NDArray[np.float64]

WINDOWS = (6, 8, 10, 15)
HORIZON = 5
# As many series of one collection as are scored: the largest one would take hours and change nothing.
SERIES = 900


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


def cut(collections: Mapping[str, Sequence[PastSeries]], n: int) -> Cases:
    """The windows of length n of all series that are long enough, without degenerate ones.

    Parameters
    ----------
    collections : mapping
        From :func:`analysis.trends.windows.read_collections`.
    n : int
        Training points to keep.
    """
    rows = [
        (name, key, train[-n:], test[:HORIZON])
        for name, series in collections.items()
        for key, train, test in series
        if len(train) >= n and len(test) >= HORIZON and is_measurable(train[-n:], test[:HORIZON])
    ]
    values = np.array([row[2] for row in rows]).reshape(len(rows), n)
    return Cases(
        np.array([row[0] for row in rows], dtype=str),
        np.array([row[1] for row in rows], dtype=str),
        values,
        np.array([row[3] for row in rows]).reshape(len(rows), HORIZON),
        np.abs(np.diff(values, axis=1)).mean(axis=1),
    )
