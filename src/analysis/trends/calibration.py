"""The constants of the default forecast, learned from many short yearly series, and the file that keeps them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.trends.model import Step, fit_step, from_record, to_record
from analysis.trends.windows import HORIZONS, PastSeries, read_collections, windows_of

Array = NDArray[np.float64]

FILE = "calibration.json"
FORMAT = 2

# Central probabilities, in percent, whose half-widths are kept; the last is as far as the pooled errors can tell.
LEVELS = (5, 10, 20, 30, 40, 50, 60, 68, 75, 80, 85, 90, 93, 95, 97, 98, 99)
LENGTHS = (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)


@dataclass(frozen=True)
class Calibration:
    """Fitted numbers per length of series.

    Parameters
    ----------
    levels : array, shape (k,)
        Central probabilities, between 0 and 1, increasing.
    steps : dict of int to sequence of Step
        Per length of series, one step per horizon.
    version : str
        Short hash of the content.
    provenance : dict
        Collections with series counts and hashes of their files.
    """

    levels: Array
    steps: Mapping[int, Sequence[Step]]
    version: str
    provenance: dict[str, Any]

    @property
    def longest(self) -> int:
        """The longest series that was fitted; of a longer one the latest values are used."""
        return max(self.steps)


@cache
def load() -> Calibration:
    """The calibration that ships with the package."""
    text = (resources.files("analysis.trends") / FILE).read_text(encoding="utf-8")
    content = json.loads(text)
    steps = {
        int(n): [from_record(record, horizon) for horizon, record in zip(HORIZONS, records, strict=True)]
        for n, records in content["steps"].items()
    }
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Calibration(np.array(content["levels"]) / 100, steps, version, content["provenance"])


def fit(collections: Mapping[str, Sequence[PastSeries]], lengths: Sequence[int] = LENGTHS) -> Calibration:
    """Learn the constants from collections of series.

    Parameters
    ----------
    collections : mapping of str to series
        From :func:`analysis.trends.windows.read_collections`.
    lengths : sequence of int
        Lengths of series.

    Raises
    ------
    CollectionError
        If no series is long enough.
    """
    levels = np.array(LEVELS) / 100
    return Calibration(levels, {n: _fit_length(collections, n, levels) for n in lengths}, "", {})


def calibrate(folder: Path) -> str:
    """Compute the calibration from a folder of series.

    Parameters
    ----------
    folder : Path
        One csv file per collection, see :func:`analysis.trends.windows.read_collections`.

    Returns
    -------
    str
        Content of the calibration file.

    Raises
    ------
    CollectionError
        If the folder holds no usable file.
    """
    collections = read_collections(folder)
    content = {
        "format": FORMAT,
        "provenance": {
            "command": "analysis calibrate --data DIR",
            "collections": [
                {"name": path.stem, "series": len(series), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
                for path, series in zip(sorted(folder.glob("*.csv")), collections.values(), strict=True)
            ],
        },
        "levels": list(LEVELS),
        "steps": {str(n): [to_record(step) for step in steps] for n, steps in fit(collections).steps.items()},
    }
    return json.dumps(content, indent=1) + "\n"


def write(folder: Path) -> Path:
    """Compute the calibration and write it into the package; returns the file's path."""
    path = Path(__file__).with_name(FILE)
    path.write_text(calibrate(folder), encoding="utf-8")
    load.cache_clear()
    return path


def _fit_length(collections: Mapping[str, Sequence[PastSeries]], n: int, levels: Array) -> list[Step]:
    windows = windows_of(collections, n)
    steps = []
    for column, horizon in enumerate(HORIZONS):
        seen = np.isfinite(windows.future[:, column])
        weights = windows.weights[seen] / windows.weights[seen].mean()
        steps.append(fit_step(windows.values[seen], windows.future[seen, column], weights, horizon, levels))
    return steps
