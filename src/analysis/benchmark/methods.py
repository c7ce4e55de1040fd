"""Who takes part: our default forecast, its members, and the peers.

A method is a function from a collection's name to a forecaster. Only ours needs the name: it must not have been fitted
to the collection that it is scored on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.benchmark import peers
from analysis.benchmark.peers import Answer, Forecaster
from analysis.benchmark.scores import LEVELS
from analysis.trends import Scale, forecast
from analysis.trends.calibration import Calibration, fit
from analysis.trends.members import fit_member
from analysis.trends.ols import fit_line
from analysis.trends.windows import PastSeries, read_collections

Array = NDArray[np.float64]
Group = Literal["ours", "member", "simple", "statsmodels", "statsforecast"]

OPTIONAL_PACKAGE = "statsforecast"


@dataclass(frozen=True)
class Method:
    """One who takes part.

    Parameters
    ----------
    name : str
        Key of its name in the messages, below ``benchmark.methods``.
    group : {"ours", "member", "simple", "statsmodels", "statsforecast"}
    forecaster : callable
        (name of a collection, folder of all collections) → forecaster.
    """

    name: str
    group: Group
    forecaster: Callable[[str, Path], Forecaster]


@dataclass(frozen=True)
class Combined:
    """The mean of some methods' central forecasts and of their intervals' ends, of those that answer."""

    name: str
    group: Group
    parts: tuple[str, ...]


def default(collection: str, folder: Path) -> Forecaster:
    """Our default forecast with constants fitted without a collection.

    Parameters
    ----------
    collection : str
        The collection that is scored.
    folder : Path
        Holds the files of all collections.
    """
    return partial(_default, collection, folder, False)


def bounded(collection: str, folder: Path) -> Forecaster:
    """The same, with the limit that an indicator's data would declare: what was never negative will not be."""
    return partial(_default, collection, folder, True)


@cache
def left_out(collection: str, folder: Path, n: int) -> Calibration:
    """The constants for n values that all collections of a folder but one give.

    Raises
    ------
    CollectionError
        If there is no other collection, or no series of that length in one.
    """
    return fit({name: series for name, series in _collections(folder).items() if name != collection}, (n,))


@cache
def _collections(folder: Path) -> dict[str, list[PastSeries]]:
    return read_collections(folder)


def _default(collection: str, folder: Path, is_bounded: bool, values: Array, horizon: int) -> Answer:
    scale = Scale(lower=0.0) if is_bounded and values.min() >= 0 else Scale()
    answer = forecast(values, horizon, LEVELS, scale, left_out(collection, folder, len(values)))
    lower, upper = (np.column_stack([answer[end][level] for level in LEVELS]) for end in ("lo", "hi"))
    return answer["mean"], lower, upper


def _shrunken_drift(values: Array, horizon: int) -> Answer:
    """The member of that name, with the Student t intervals of a random walk with drift."""
    mean, lower, upper = peers.drift_t(values, horizon)
    moved = (fit_member("shrunken_drift", values, horizon).mean - mean)[:, None]
    return mean + moved[:, 0], lower + moved, upper + moved


def _described(values: Array, horizon: int) -> Answer:
    """The descriptive line of an indicator's page."""
    fit = fit_line(np.arange(len(values), dtype=float), values, horizon)
    if fit is None:
        raise ValueError("too few values for a line")
    lower, upper = np.column_stack([fit.lower_80, fit.lower_95]), np.column_stack([fit.upper_80, fit.upper_95])
    return fit.mean, lower, upper


def _same(forecaster: Forecaster) -> Callable[[str, Path], Forecaster]:
    """The same forecaster for every collection."""
    return lambda collection, folder: forecaster


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method("default", "ours", default),
        Method("bounded", "ours", bounded),
        Method("shrunken_drift", "member", _same(_shrunken_drift)),
        Method("ols_hac", "member", _same(_described)),
        Method("naive", "simple", _same(peers.naive)),
        Method("drift_normal", "simple", _same(peers.drift_normal)),
        Method("drift_t", "simple", _same(peers.drift_t)),
        Method("line", "statsmodels", _same(peers.line)),
        Method("damped_ets", "statsmodels", _same(peers.damped_ets)),
        Method("theta", "statsmodels", _same(peers.theta)),
        Method("local_linear_trend", "statsmodels", _same(peers.local_linear_trend)),
        Method("auto_ets", "statsforecast", _same(peers.auto_ets)),
        Method("auto_theta", "statsforecast", _same(peers.auto_theta)),
        Method("auto_arima", "statsforecast", _same(peers.auto_arima)),
        Method("dynamic_optimized_theta", "statsforecast", _same(peers.dynamic_optimized_theta)),
    )
}
COMBINED = (Combined("mean_of_three", "statsforecast", ("auto_ets", "auto_theta", "auto_arima")),)


def peers_folder() -> Path:
    """Where ``make bench`` installs the optional peers: beside the packages of the report, not among them."""
    return Path(sys.prefix) / "peers"


def make_importable(folder: Path) -> bool:
    """Add a folder of optional packages behind all others; whether the optional peers can be imported."""
    if folder.is_dir() and str(folder) not in sys.path:
        sys.path.append(str(folder))
    return find_spec(OPTIONAL_PACKAGE) is not None
