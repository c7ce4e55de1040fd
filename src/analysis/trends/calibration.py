"""How wrong forecasts of short yearly series are: pooled empirical errors, and the file that keeps them.

For every window length n and horizon h the absolute error of the shrunken drift, divided by the series' mean absolute
yearly change, is pooled over many public series; its quantiles are the half-widths of the prediction intervals.
Every collection weighs the same. The file also keeps how often intervals that were fitted without a collection
covered that collection: the honest expectation for new data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.trends.drift import fit_drift

Array = NDArray[np.float64]

FILE = "calibration.json"
FORMAT = 1

# Central probabilities whose half-widths are kept; the last one is as far as the pooled errors can tell.
LEVELS = (5, 10, 20, 30, 40, 50, 60, 68, 75, 80, 85, 90, 93, 95, 97, 98, 99)
WINDOWS = (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
HORIZONS = (1, 2, 3, 4, 5)

# Windows whose future leaves their scale altogether (unit changes, revisions) would outweigh a thousand others.
_BREAK = 25.0


class CalibrationError(AnalysisError):
    """The calibration data or file cannot be used."""


@dataclass(frozen=True)
class Calibration:
    """Half-widths of central prediction intervals in units of the mean absolute yearly change.

    Parameters
    ----------
    levels : array, shape (k,)
        Central probabilities, between 0 and 1, increasing.
    half_widths : dict of int to array, shape (horizons, k)
        Per window length n.
    version : str
        Short hash of the content.
    provenance : dict
        Collections with series counts and hashes of their files.
    coverage : list of dict
        collection, n, level, covered (%): fitted without that collection.
    """

    levels: Array
    half_widths: dict[int, Array]
    version: str
    provenance: dict[str, Any]
    coverage: list[dict[str, Any]]

    def at(self, n: int, horizon: int) -> Array:
        """Half-widths for 1 … horizon years ahead from n values, shape (horizon, k).

        Beyond the horizons that were seen they grow as they grew within them (a power of the horizon).
        """
        windows = sorted(self.half_widths)
        known = self.half_widths[min(max(n, windows[0]), windows[-1])]
        if horizon <= len(known):
            return known[:horizon]
        growth = np.log(known[-1] / known[0]) / np.log(len(known))
        beyond = np.arange(len(known) + 1, horizon + 1)[:, None] / len(known)
        return np.vstack([known, known[-1] * beyond**growth])


@cache
def load() -> Calibration:
    """The calibration that ships with the package."""
    text = (resources.files("analysis.trends") / FILE).read_text(encoding="utf-8")
    content = json.loads(text)
    return Calibration(
        levels=np.array(content["levels"]) / 100,
        half_widths={int(n): np.array(table) for n, table in content["half_widths"].items()},
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
        provenance=content["provenance"],
        coverage=content["coverage"],
    )


def calibrate(folder: Path) -> str:
    """Compute the calibration from a folder of series.

    Parameters
    ----------
    folder : Path
        CSV files with the columns dataset, series_id, t, value, split (train or test).

    Returns
    -------
    str
        Content of the calibration file.

    Raises
    ------
    CalibrationError
        If the folder holds no such file.
    """
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise CalibrationError(f"{folder}: no CSV files; expected columns dataset, series_id, t, value, split")
    collections = {path.stem: _read(path) for path in files}
    errors = {name: _errors(series) for name, series in collections.items()}
    provenance = {
        "method": "pooled absolute errors of the shrunken drift over the mean absolute yearly change",
        "collections": [
            {
                "name": path.stem,
                "series": len(collections[path.stem]),
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in files
        ],
    }
    content = {
        "format": FORMAT,
        "provenance": provenance,
        "coverage": _left_out_coverage(errors),
        "levels": list(LEVELS),
        "half_widths": {str(n): _rounded(table) for n, table in _half_widths(errors.values()).items()},
    }
    return json.dumps(content, indent=1) + "\n"


def write(folder: Path) -> Path:
    """Compute the calibration and write it into the package; returns the file's path."""
    path = Path(__file__).with_name(FILE)
    path.write_text(calibrate(folder), encoding="utf-8")
    return path


def _read(path: Path) -> list[tuple[Array, Array]]:
    """(train, test) of every series."""
    table = pd.read_csv(path)
    needed = {"dataset", "series_id", "t", "value", "split"}
    if not needed <= set(table.columns):
        raise CalibrationError(f"{path.name}: found columns {list(table.columns)}; expected {sorted(needed)}")
    series = []
    for _, group in table.sort_values("t", kind="stable").groupby("series_id", sort=True):
        parts = [group.loc[group["split"] == part, "value"].to_numpy(float) for part in ("train", "test")]
        series.append((parts[0], parts[1][: len(HORIZONS)]))
    return series


def _errors(series: list[tuple[Array, Array]]) -> dict[int, Array]:
    """Scaled absolute errors per window length, shape (series, horizons); NaN beyond a series' end."""
    result = {}
    for n in WINDOWS:
        rows = []
        for train, test in series:
            if len(train) < n or len(test) == 0:
                continue
            window = train[-n:]
            drift = fit_drift(window)
            is_flat = not drift.scale > 1e-8 * np.abs(window).max() or len(np.unique(window)) < 3
            if is_flat or np.abs(test - window[-1]).mean() > _BREAK * drift.scale:
                continue
            row = np.full(len(HORIZONS), np.nan)
            row[: len(test)] = np.abs(test - drift.path(len(test))) / drift.scale
            rows.append(row)
        result[n] = np.array(rows).reshape(-1, len(HORIZONS))
    return result


def _half_widths(collections: Iterable[dict[int, Array]]) -> dict[int, Array]:
    """Quantiles of the pooled errors, shape (horizons, levels), non-decreasing in the horizon."""
    pool = list(collections)
    tables = {}
    for n in WINDOWS:
        rows = []
        for step in range(len(HORIZONS)):
            parts = [errors[n][:, step][np.isfinite(errors[n][:, step])] for errors in pool]
            parts = [part for part in parts if len(part)]
            if not parts:
                raise CalibrationError(f"no series of length {n} reaches horizon {step + 1}")
            values = np.concatenate(parts)
            weights = np.concatenate([np.full(len(part), 1 / len(part)) for part in parts])
            rows.append(_weighted_quantiles(values, weights))
        tables[n] = np.maximum.accumulate(np.array(rows), axis=0)
    return tables


def _weighted_quantiles(values: Array, weights: Array) -> Array:
    order = np.argsort(values, kind="stable")
    position = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp(np.array(LEVELS) / 100, position / weights.sum(), values[order])


def _left_out_coverage(errors: dict[str, dict[int, Array]]) -> list[dict[str, Any]]:
    if len(errors) < 2:
        return []
    rows = []
    for name, own in errors.items():
        others = _half_widths(table for other, table in errors.items() if other != name)
        for n in WINDOWS:
            for level in (80, 95):
                limit = others[n][:, LEVELS.index(level)]
                seen = np.isfinite(own[n])
                covered = 100 * float((own[n] <= limit)[seen].mean())
                rows.append({"collection": name, "n": n, "level": level, "covered": round(covered, 1)})
    return rows


def _rounded(table: Array) -> list[list[float]]:
    return [[round(float(value), 4) for value in row] for row in table]
