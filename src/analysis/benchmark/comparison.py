"""Every method on every window, side by side in one pool of processes, and its scores."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

from analysis.benchmark.cases import HORIZON, Cases
from analysis.benchmark.methods import COMBINED, METHODS, Combined, Method, make_importable
from analysis.benchmark.peers import Forecaster
from analysis.benchmark.scores import LEVELS, Forecasts, as_last_year, average, score
from analysis.trends.many import in_blocks

WINDOWS_PER_TASK = 50
# Name of the rows that hold the mean over the collections, every collection weighing the same.
ALL = "all"
# For methods that need no optional package.
NOWHERE = Path("nowhere")


@dataclass(frozen=True)
class Task:
    """Some windows of one collection for one method."""

    method: str
    cases: Cases
    data: Path
    peers: Path


def compare(
    cases: Sequence[Cases],
    data: Path,
    peers: Path,
    jobs: int = 0,
    names: Sequence[str] = (),
    say: Callable[[str, int], None] = lambda name, n: None,
) -> pd.DataFrame:
    """Run the methods and score them.

    Parameters
    ----------
    cases : sequence of Cases
        One per window length.
    data : Path
        The folder that the collections come from.
    peers : Path
        The folder of optional packages; what cannot be imported does not take part.
    jobs : int
        Processes; 0: one per core.
    names : sequence of str
        Only these methods; empty: all.
    say : callable
        Told (method, n) when a method has finished.

    Returns
    -------
    DataFrame
        method, group, n, collection (or ``all``: the mean over collections), series, refused (how many windows the
        naive forecast answered instead), the scores, seconds_per_1000.
    """
    has_optional = make_importable(peers)
    known: list[Method | Combined] = [*METHODS.values(), *COMBINED]
    chosen = [
        method
        for method in known
        if (not names or method.name in names) and (has_optional or method.group != "statsforecast")
    ]
    needed = {part for method in chosen for part in (method.parts if isinstance(method, Combined) else (method.name,))}
    tables = []
    for windows in cases:
        raw: dict[str, Forecasts] = {}
        for name, forecasts in forecast_all(windows, sorted(needed), data, jobs, peers):
            raw[name] = forecasts
            say(name, windows.n)
        for method in chosen:
            own = combine([raw[part] for part in method.parts]) if isinstance(method, Combined) else raw[method.name]
            tables.append(_scored(method, windows, own))
    return pd.concat(tables, ignore_index=True)


def combine(parts: Sequence[Forecasts]) -> Forecasts:
    """The mean of the forecasts of those that answer; it takes the time of all."""
    with warnings.catch_warnings():
        # Where everybody refuses the mean is missing, which is what it should be.
        warnings.simplefilter("ignore", RuntimeWarning)
        mean, lower, upper = (
            np.nanmean([getattr(part, name) for part in parts], axis=0) for name in ("mean", "lower", "upper")
        )
    return Forecasts(mean, lower, upper, np.sum([part.seconds for part in parts], axis=0))


def run_task(tasks: list[Task]) -> list[Forecasts]:
    """Forecast the windows of some tasks in this process."""
    return [_forecast(task) for task in tasks]


def _forecast(task: Task) -> Forecasts:
    make_importable(task.peers)
    cases = task.cases
    forecaster = METHODS[task.method].forecaster(str(cases.collection[0]), task.data)
    # Imports and compilation are no part of a forecast.
    _ask(forecaster, cases.values[0])
    rows = [_ask(forecaster, values) for values in cases.values]
    mean, lower, upper, seconds = (np.array([row[part] for row in rows]) for part in range(4))
    return Forecasts(mean, lower, upper, seconds)


def _ask(forecaster: Forecaster, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """The answer and its processor time in seconds; NaN if the method refuses or answers with less than was asked."""
    ends = (HORIZON, len(LEVELS))
    nothing = np.full(HORIZON, np.nan), np.full(ends, np.nan), np.full(ends, np.nan)
    start = process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = forecaster(values.copy(), HORIZON)
    except Exception:  # noqa: BLE001 - other people's libraries raise whatever they like; refusals are counted
        return *nothing, process_time() - start
    seconds = process_time() - start
    is_whole = all(
        part.shape == other.shape and np.isfinite(part).all() for part, other in zip(answer, nothing, strict=True)
    )
    return *(answer if is_whole else nothing), seconds


def forecast_all(
    cases: Cases, names: Sequence[str], data: Path, jobs: int, peers: Path = NOWHERE
) -> Iterator[tuple[str, Forecasts]]:
    """Forecast all windows with some methods, one after another, each on all processes.

    Parameters
    ----------
    cases : Cases
    names : sequence of str
        Keys of ``METHODS``.
    data, peers : Path
        As for :func:`compare`.
    jobs : int

    Yields
    ------
    name, Forecasts
        With NaN where a method refused.
    """
    parts = [cases.part(rows) for rows in _runs(cases)]
    tasks = (Task(name, part, data, peers) for name in names for part in parts)
    done = in_blocks(run_task, tasks, jobs=jobs, block=1)
    for name in names:
        pieces = [next(done)[0] for _ in parts]
        fields = ("mean", "lower", "upper", "seconds")
        yield name, Forecasts(*(np.concatenate([getattr(piece, field) for piece in pieces]) for field in fields))


def _runs(cases: Cases) -> Iterator[slice]:
    """Consecutive windows of one collection, so many at a time."""
    borders = np.flatnonzero(cases.collection[1:] != cases.collection[:-1]) + 1
    for start, end in zip([0, *borders], [*borders, len(cases)], strict=True):
        for first in range(start, end, WINDOWS_PER_TASK):
            yield slice(first, min(first + WINDOWS_PER_TASK, end))


def _scored(method: Method | Combined, cases: Cases, forecasts: Forecasts) -> pd.DataFrame:
    table = average(score(cases, forecasts.filled(as_last_year(cases))))
    times = pd.DataFrame({"collection": cases.collection, "refused": forecasts.refused, "seconds": forecasts.seconds})
    sums = times.groupby("collection", sort=True).sum()
    table["refused"] = sums["refused"].to_numpy(int)
    table["seconds_per_1000"] = 1000 * sums["seconds"].to_numpy() / table["series"]
    mean = table.drop(columns="collection").mean().to_frame().T.assign(collection=ALL)
    mean["series"], mean["refused"] = table["series"].sum(), table["refused"].sum()
    mean["seconds_per_1000"] = 1000 * sums["seconds"].sum() / table["series"].sum()
    both = pd.concat([table, mean], ignore_index=True).astype({"series": int, "refused": int})
    keys = ["method", "group", "n", "collection", "series", "refused"]
    both = both.assign(method=method.name, group=method.group, n=cases.n)
    return both[[*keys, *(name for name in both.columns if name not in keys)]]
