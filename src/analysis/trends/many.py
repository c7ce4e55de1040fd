"""The default forecast for many series at once: on all cores, or on a cluster, with the same numbers everywhere.

Series travel in blocks through :mod:`joblib`; the name of a Dask scheduler sends the same blocks to its workers. Every
series is computed alone and from its own values only, so that neither the number of processes nor the size of the
blocks can change a digit. Only a few blocks are under way at a time: memory does not grow with the number of series.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AnalysisError
from analysis.messages import catalogue
from analysis.trends import Scale, TooShortError, predict, recent_run

Item = TypeVar("Item")
Result = TypeVar("Result")

SERIES_PER_BLOCK = 250
# Blocks under way per process: enough to keep it busy, few enough to keep memory flat.
BLOCKS_AHEAD = 8
# Seconds that a scheduler gets to answer, beyond those that Dask gives it to accept a connection.
SLACK = 5
LEVELS = (80, 95)
NUMBERS = ("mean", *(f"{side}_{level}" for level in LEVELS for side in ("lower", "upper")), "probability")
COLUMNS = ("region", "indicator", "year", "step", *NUMBERS, "reason")
# What a series that cannot be forecast may raise; anything else is a defect of the program and stops the run.
_REFUSALS = (AnalysisError, ArithmeticError, TypeError, ValueError)


class ClusterError(AnalysisError):
    """A Dask scheduler was named, but cannot be used."""


@dataclass(frozen=True)
class Series:
    """One series to forecast.

    Parameters
    ----------
    region, indicator : str
        Its key.
    values : array of float, shape (n,)
        Yearly values without gaps, oldest first.
    horizon : int
        Years ahead, 1 or more.
    last_year : int
        The year of the last value; 0 where years do not matter, so that the first year ahead is 1.
    scale : Scale
    target : float or None
        A level whose probability is asked for, in the unit of the values.
    direction : {"increase", "decrease"}
        Whether the good side of the target is at or above it, or at or below it.
    """

    region: str
    indicator: str
    values: ArrayLike
    horizon: int
    last_year: int = 0
    scale: Scale = field(default_factory=Scale)
    target: float | None = None
    direction: Literal["increase", "decrease"] = "increase"


def fit_many(
    series: pd.DataFrame | Mapping[tuple[str, str], ArrayLike] | Iterable[Series],
    horizon: int = 5,
    scale: Scale | None = None,
    *,
    jobs: int = 0,
    block: int = SERIES_PER_BLOCK,
    scheduler: str = "",
) -> pd.DataFrame:
    """Forecast many series with the default forecast.

    Parameters
    ----------
    series : DataFrame, mapping or iterable of Series
        A tidy table with the columns region, indicator, year, value (the years up to each latest one without a gap
        are used), a mapping of (region, indicator) to yearly values, or :class:`Series`, each with its own horizon.
    horizon : int
        Years ahead, for a table or a mapping.
    scale : Scale, optional
        For a table or a mapping.
    jobs : int
        Processes; 0: one per core, 1: this process only.
    block : int
        Series per block.
    scheduler : str
        Address of a Dask scheduler; its workers must be able to import this package.

    Returns
    -------
    DataFrame
        One row per series and year ahead, in the order given, with the columns of ``COLUMNS``: ``probability`` is that
        of the target, where one was asked for; ``reason`` is empty. A series that cannot be forecast has one row at its
        last year (step 0) without numbers and with the reason.

    Raises
    ------
    ClusterError
        If a scheduler is named and ``distributed`` is not installed, or nobody answers there.
    """
    blocks = list(
        fit_blocks(_as_series(series, horizon, scale or Scale()), jobs=jobs, block=block, scheduler=scheduler)
    )
    return pd.concat(blocks or [fit_block([])], ignore_index=True)


def fit_blocks(
    series: Iterable[Series], *, jobs: int = 0, block: int = SERIES_PER_BLOCK, scheduler: str = ""
) -> Iterator[pd.DataFrame]:
    """Forecast series as they come, block by block: for more series than memory should hold.

    Yields
    ------
    DataFrame
        As :func:`fit_many`, for the next ``block`` series.
    """
    return in_blocks(fit_block, series, jobs=jobs, block=block, scheduler=scheduler)


def in_blocks(
    function: Callable[[list[Item]], Result],
    items: Iterable[Item],
    *,
    jobs: int = 0,
    block: int = SERIES_PER_BLOCK,
    scheduler: str = "",
) -> Iterator[Result]:
    """Apply a function to blocks of items, on all cores or on a cluster, and yield its results in order.

    Parameters
    ----------
    function : callable
        Takes a list of items; must be importable by name.
    items : iterable
        Read as far as results are taken: at most ``BLOCKS_AHEAD`` blocks per process ahead.
    jobs, block, scheduler
        As in :func:`fit_many`. A single block stays in this process unless a scheduler is named.
    """
    blocks = _batches(items, block)
    first = list(islice(blocks, 2))
    if not scheduler and (jobs == 1 or len(first) < 2):
        yield from map(function, first)
        yield from map(function, blocks)
        return
    from joblib import delayed

    with _pool(jobs, scheduler) as (parallel, workers):
        for wave in _batches(chain(first, blocks), BLOCKS_AHEAD * workers):
            yield from parallel(delayed(function)(batch) for batch in wave)


def fit_block(series: list[Series]) -> pd.DataFrame:
    """Forecast a few series in this process; the table that :func:`fit_many` describes."""
    fits = [_fit(one) for one in series]
    lengths = [len(numbers) for numbers, _ in fits]
    steps = [np.zeros(1, int) if reason else np.arange(1, len(numbers) + 1) for numbers, reason in fits]
    keys = {name: np.repeat([getattr(one, name) for one in series], lengths) for name in ("region", "indicator")}
    step = np.concatenate([np.zeros(0, int), *steps])
    table = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in keys.items()})
    table["year"] = np.repeat(np.array([one.last_year for one in series], int), lengths) + step
    table["step"] = step
    table[list(NUMBERS)] = np.vstack([np.zeros((0, len(NUMBERS))), *(numbers for numbers, _ in fits)])
    table["reason"] = pd.Series(np.repeat([reason for _, reason in fits], lengths), dtype="str")
    return table


def series_of(table: pd.DataFrame, horizon: int, scale: Scale) -> Iterator[Series]:
    """The series of a tidy table, by region and indicator, each from its latest gap on.

    Parameters
    ----------
    table : DataFrame
        region, indicator, year, value; years without a value count as missing.
    horizon : int
    scale : Scale
    """
    known = table.loc[table["value"].notna(), ["region", "indicator", "year", "value"]]
    for (region, indicator), group in known.groupby(["region", "indicator"], sort=True):
        run = recent_run(group.set_index("year")["value"].sort_index())
        yield Series(str(region), str(indicator), run.to_numpy(float), horizon, int(run.index[-1]), scale)


def _as_series(series: Any, horizon: int, scale: Scale) -> Iterable[Series]:
    if isinstance(series, pd.DataFrame):
        return series_of(series, horizon, scale)
    if isinstance(series, Mapping):
        return (
            Series(region, indicator, values, horizon, scale=scale) for (region, indicator), values in series.items()
        )
    return series  # type: ignore[no-any-return]


def _fit(one: Series) -> tuple[NDArray[np.float64], str]:
    """Numbers of shape (horizon, columns) and no reason, or one empty row and the reason."""
    try:
        values = np.asarray(one.values, float)
        with np.errstate(all="ignore"):
            prediction = predict(values, one.horizon, one.scale)
            ends = [end for level in LEVELS for end in prediction.interval(level)]
            numbers = np.column_stack([prediction.mean(), *ends, np.full(one.horizon, np.nan)])
            if one.target is not None:
                steps = range(1, one.horizon + 1)
                numbers[:, -1] = [prediction.probability(one.target, one.direction, step) for step in steps]
    except TooShortError:
        return _nothing(), "too_short"
    except _REFUSALS as error:
        return _nothing(), f"{type(error).__name__}: {error}"
    if not (np.isfinite(values).all() and np.isfinite(numbers[:, :-1]).all()):
        return _nothing(), "not_finite"
    return numbers, ""


def _nothing() -> NDArray[np.float64]:
    return np.full((1, len(NUMBERS)), np.nan)


@contextmanager
def _pool(jobs: int, scheduler: str) -> Iterator[tuple[Any, int]]:
    """A pool of processes with one thread each for linear algebra, and how many there are.

    The settings are left before the pool is used, so that a caller of a generator does not inherit them.
    """
    from joblib import Parallel, effective_n_jobs, parallel_config

    if not scheduler:
        with parallel_config("loky", n_jobs=jobs or -1, inner_max_num_threads=1):
            parallel, workers = Parallel(), effective_n_jobs(jobs or -1)
        with parallel:
            yield parallel, workers
        return
    # The workers of a cluster are started with one thread for linear algebra by Dask itself.
    with connect(scheduler) as client:
        with parallel_config("dask", client=client):
            parallel, workers = Parallel(), effective_n_jobs(-1)
        with parallel:
            yield parallel, workers


def connect(scheduler: str, language: str = "zh") -> Any:
    """A client of a Dask scheduler.

    Parameters
    ----------
    scheduler : str
        Its address.
    language : str
        Language of the messages.

    Raises
    ------
    ClusterError
        If ``distributed`` is not installed, or nobody answers there.
    """
    words = catalogue(language)
    try:
        from dask.config import get
        from dask.utils import parse_timedelta
        from distributed import Client, rpc
    except ImportError as error:
        raise ClusterError(words.text("batch.no_distributed", address=scheduler)) from error
    patience = parse_timedelta(get("distributed.comm.timeouts.connect"))

    async def ask() -> None:
        async with rpc(scheduler) as remote:
            await remote.identity()

    async def ask_in_time() -> None:
        # Whatever else listens there may accept the connection and never answer.
        await asyncio.wait_for(ask(), patience + SLACK)

    try:
        # Asked before there is a client: one that could not be opened holds the process up for a minute at its end.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, ask_in_time()).result()
        return Client(scheduler, set_as_default=False)
    # What a wrong address leads to depends on what is there.
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise ClusterError(words.text("batch.no_scheduler", address=scheduler, reason=reason)) from error


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
