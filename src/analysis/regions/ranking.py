"""Ranks with ties: standard competition ranking (1, 2, 2, 4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A region's place among all that have a value.

    Parameters
    ----------
    rank : int
        One more than the number of regions that are better.
    is_shared : bool
        并列: another region has the same value.
    """

    rank: int
    is_shared: bool


def rank(values: Mapping[str, float], decimals: int) -> dict[str, Place]:
    """Rank regions, the highest value first.

    Parameters
    ----------
    values : mapping of region to float
        Missing values get no place.
    decimals : int
        As printed: what a reader cannot tell apart is a tie.

    Examples
    --------
    >>> [place.rank for place in rank({"a": 0.5, "b": 0.7, "c": 0.5, "d": 0.1}, 3).values()]
    [2, 1, 2, 4]
    """
    known = {id: round(value, decimals) for id, value in values.items() if not math.isnan(value)}
    printed = list(known.values())
    return {id: Place(1 + sum(other > value for other in printed), printed.count(value) > 1)
            for id, value in known.items()}  # fmt: skip
