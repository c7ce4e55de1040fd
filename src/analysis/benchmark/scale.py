"""Many made-up series through the default forecast: for measuring time and memory, and that all ways agree.

``python -m analysis.benchmark.scale SERIES WAY FILE`` forecasts and writes a digest of all numbers; WAY is a number of
processes (0: one per core) or ``dask`` for a cluster of two workers on this machine.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.benchmark.methods import make_importable, peers_folder
from analysis.trends import MINIMUM_VALUES
from analysis.trends.many import Series, fit_blocks

SERIES = 12_000
INDICATORS = 40
HORIZON = 5
LENGTHS = 11
DASK = "dask"
WORKERS = 2


def made_up(count: int) -> Iterator[Series]:
    """Random walks of 6 to 16 values, each with a target; the same ones every time."""
    for number in range(count):
        random = np.random.default_rng(number)
        values = 100 + np.cumsum(random.normal(1, 2, MINIMUM_VALUES + number % LENGTHS))
        region, indicator = divmod(number, INDICATORS)
        yield Series(f"region-{region}", f"indicator-{indicator}", values, HORIZON, target=110.0)


def digest(blocks: Iterable[pd.DataFrame]) -> str:
    """One sha256 over all keys and all bits of all numbers."""
    whole = sha256()
    for block in blocks:
        whole.update("\n".join(block["region"] + block["indicator"] + block["reason"]).encode() + b"\n")
        whole.update(block.select_dtypes("number").to_numpy(float).tobytes())
    return whole.hexdigest()


def forecast_all(count: int, way: str) -> str:
    """Forecast made-up series in one way and return the digest of the result."""
    if way != DASK:
        return digest(fit_blocks(made_up(count), jobs=int(way)))
    from distributed import LocalCluster

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster:
        return digest(fit_blocks(made_up(count), scheduler=cluster.scheduler_address))


def main() -> None:
    """Run from the command line."""
    count, way, path = sys.argv[1:4]
    make_importable(Path(sys.argv[4]) if len(sys.argv) > 4 else peers_folder())
    Path(path).write_text(forecast_all(int(count), way), encoding="utf-8")


if __name__ == "__main__":
    main()
