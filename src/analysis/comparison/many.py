"""Verdicts of many places at once: on all cores, or on a cluster, a few places in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.assessment import load_rules
from analysis.comparison.snapshot import take_snapshot
from analysis.plan import Plan
from analysis.trends.many import in_blocks

# A place takes about as long as some dozens of series.
PLACES_PER_BLOCK = 4


@dataclass(frozen=True)
class Delivered:
    """What a place promised and has delivered.

    Parameters
    ----------
    plan : Plan
    year : int
        The edition year; later values are not used.
    observations : DataFrame
        Contract ``observations``.
    """

    plan: Plan
    year: int
    observations: pd.DataFrame


def assess_many(
    places: Iterable[Delivered], *, jobs: int = 0, block: int = PLACES_PER_BLOCK, scheduler: str = ""
) -> Iterator[pd.DataFrame]:
    """Measure, extrapolate and judge many places.

    Parameters
    ----------
    places : iterable of Delivered
        Read as far as results are taken.
    jobs : int
        Processes; 0: one per core, 1: this process only.
    block : int
        Places per block.
    scheduler : str
        Address of a Dask scheduler; its workers must be able to import this package.

    Yields
    ------
    DataFrame
        Contract ``assessment`` with the column ``plan`` before the others, for the next places; what one place's
        report would say.

    Raises
    ------
    ClusterError
        If a scheduler is named and ``distributed`` is not installed, or nobody answers there.
    """
    return in_blocks(assess_block, places, jobs=jobs, block=block, scheduler=scheduler)


def assess_block(places: list[Delivered]) -> pd.DataFrame:
    """The verdicts of a few places, in this process."""
    rules = load_rules()
    tables = []
    for place in places:
        table = take_snapshot(place.plan, place.year, rules, place.observations).assessment
        table.insert(0, "plan", place.plan.id)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
