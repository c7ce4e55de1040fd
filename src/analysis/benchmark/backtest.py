"""What the methods chapter shows of the forecasts' quality: a back-test, kept in a file beside this module.

Every collection of past series is forecast with constants that were fitted without it. The file says which calibration
it belongs to; it is written together with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.benchmark.cases import SERIES, WINDOWS, Cases, cut
from analysis.benchmark.comparison import forecast_all
from analysis.benchmark.scores import (
    TARGETS,
    Forecasts,
    as_last_year,
    average,
    known_points,
    probability_of_reaching,
    score,
    targets_of,
)
from analysis.trends.calibration import load
from analysis.trends.windows import read_collections

FILE = "backtest.json"
# Our default, what a textbook would have said, and "as last year".
SHOWN = ("default", "naive", "line", "damped_ets")
# Ends of the classes of predicted probability in the reliability diagram.
CLASSES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
_SCORES = ("relmae", "mase", "coverage_80", "coverage_95", "msis_95", "wis", "brier")


@dataclass(frozen=True)
class Backtest:
    """The back-test's tables.

    Parameters
    ----------
    calibration : str
        Version of the calibration that it belongs to.
    collections : int
        How many collections were forecast.
    scores : DataFrame
        method, n, series, and the scores of :func:`analysis.benchmark.scores.average`: means over the collections,
        every collection weighing the same.
    horizons : DataFrame
        n, horizon, error (mean absolute error in mean absolute changes), coverage_80, coverage_95 (%), of our default.
    reliability : DataFrame
        method, predicted (mean probability of a class), observed (share of targets reached), count.
    """

    calibration: str
    collections: int
    scores: pd.DataFrame
    horizons: pd.DataFrame
    reliability: pd.DataFrame


@cache
def load_backtest() -> Backtest:
    """The back-test that ships with the package."""
    content = json.loads((resources.files("analysis.benchmark") / FILE).read_text(encoding="utf-8"))
    tables = (pd.DataFrame(content[name]) for name in ("scores", "horizons", "reliability"))
    return Backtest(content["calibration"], len(content["collections"]), *tables)


def run_backtest(folder: Path, jobs: int = 0, most: int = SERIES) -> dict[str, Any]:
    """Back-test on a folder of collections.

    Parameters
    ----------
    folder : Path
        One csv file per collection; two collections at least.
    jobs : int
        Processes; 0: one per core.
    most : int
        Series per collection.

    Returns
    -------
    dict
        Content of the back-test file.
    """
    collections = read_collections(folder, most)
    scores: list[pd.DataFrame] = []
    horizons: list[pd.DataFrame] = []
    pairs: list[pd.DataFrame] = []
    for n in WINDOWS:
        cases = cut(collections, n)
        for method, raw in forecast_all(cases, SHOWN, folder, jobs):
            forecasts = raw.filled(as_last_year(cases))
            means = average(score(cases, forecasts))
            row = means[list(_SCORES)].mean().to_frame().T
            scores.append(row.assign(method=method, n=n, series=int(means["series"].sum())))
            pairs.append(_probabilities(cases, forecasts).assign(method=method))
            if method == SHOWN[0]:
                horizons.append(_by_horizon(cases, forecasts).assign(n=n))
    return {
        "calibration": load().version,
        "collections": {name: len(series) for name, series in collections.items()},
        "scores": _records(pd.concat(scores), ["method", "n", "series", *_SCORES]),
        "horizons": _records(pd.concat(horizons), ["n", "horizon", "error", "coverage_80", "coverage_95"]),
        "reliability": _records(_classes(pd.concat(pairs)), ["method", "predicted", "observed", "count"]),
    }


def write(folder: Path, jobs: int = 0) -> Path:
    """Back-test and write the result into the package; returns the file's path."""
    path = Path(__file__).with_name(FILE)
    path.write_text(json.dumps(run_backtest(folder, jobs), indent=1) + "\n", encoding="utf-8")
    load_backtest.cache_clear()
    return path


def _by_horizon(cases: Cases, forecasts: Forecasts) -> pd.DataFrame:
    """Errors and coverage per year ahead, every collection weighing the same."""
    inside = (cases.future[:, :, None] >= forecasts.lower) & (cases.future[:, :, None] <= forecasts.upper)
    errors = np.abs(cases.future - forecasts.mean) / cases.scale[:, None]
    rows = []
    for step in range(cases.future.shape[1]):
        own = pd.DataFrame({"error": errors[:, step]})
        own[["coverage_80", "coverage_95"]] = 100 * inside[:, step].astype(float)
        rows.append(own.groupby(cases.collection).mean().mean().to_frame().T.assign(horizon=step + 1))
    return pd.concat(rows)


def _probabilities(cases: Cases, forecasts: Forecasts) -> pd.DataFrame:
    """Probability of every target at the last year ahead, whether it was reached, and its weight."""
    targets = targets_of(cases)
    predicted = probability_of_reaching(targets, known_points(forecasts))
    counts = pd.Series(cases.collection).map(pd.Series(cases.collection).value_counts()).to_numpy(float)
    return pd.DataFrame(
        {
            "predicted": predicted.ravel(),
            "reached": (cases.future[:, -1:] >= targets).ravel().astype(float),
            "weight": np.repeat(1 / counts, len(TARGETS)),
        }
    )


def _classes(pairs: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for method, own in pairs.groupby("method", sort=False):
        part = np.clip(np.searchsorted(CLASSES, own["predicted"], side="right") - 1, 0, len(CLASSES) - 2)
        for _, group in own.groupby(part, sort=True):
            predicted, observed = (
                float(np.average(group[name], weights=group["weight"])) for name in ("predicted", "reached")
            )
            rows.append({"method": method, "predicted": predicted, "observed": observed, "count": len(group)})
    return pd.DataFrame(rows)


def _records(table: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {str(name): round(value, 4) if isinstance(value, float) else value for name, value in row.items()}
        for row in table[list(columns)].to_dict("records")
    ]
