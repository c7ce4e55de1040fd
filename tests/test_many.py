"""Many series at once: the same digits whatever computes them, and no series lost by another's defect."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from analysis.benchmark.methods import peers_folder
from analysis.trends import Scale, predict
from analysis.trends.many import (
    BLOCKS_AHEAD,
    COLUMNS,
    ClusterError,
    Series,
    fit_blocks,
    fit_many,
    in_blocks,
)


def walk(number: int) -> np.ndarray:
    """A made-up series of 6 to 16 values."""
    random = np.random.default_rng(number)
    return 100 + np.cumsum(random.normal(1, 2, 6 + number % 11))


def many(count: int) -> Iterator[Series]:
    """Levels and indexes, some with a target."""
    for number in range(count):
        scale = Scale(is_log=True) if number % 3 == 0 else Scale(lower=0)
        target = 105.0 if number % 2 else None
        yield Series(f"r{number // 4}", f"i{number % 4}", walk(number), 1 + number % 5, 2020, scale, target)


def bits(table: pd.DataFrame) -> bytes:
    return table.select_dtypes("number").to_numpy(float).tobytes()


def same(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    """Equal to the last bit, keys and reasons included."""
    texts = ["region", "indicator", "reason"]
    return bits(left) == bits(right) and left[texts].equals(right[texts])


@pytest.fixture(scope="module")
def serial() -> pd.DataFrame:
    return fit_many(many(60), jobs=1)


def test_each_series_gets_what_the_default_forecast_says(serial: pd.DataFrame) -> None:
    assert tuple(serial.columns) == COLUMNS
    # Series 7 of 4 indicators a region: r1, i3; two more steps than 1 + 7 % 5 = 3 there are not.
    rows = serial[(serial["region"] == "r1") & (serial["indicator"] == "i3")]
    prediction = predict(walk(7), 3, Scale(lower=0))
    assert rows["year"].tolist() == [2021, 2022, 2023]
    assert rows["mean"].tolist() == prediction.mean().tolist()
    assert rows["lower_95"].tolist() == prediction.interval(95)[0].tolist()
    assert rows["upper_80"].tolist() == prediction.interval(80)[1].tolist()
    assert rows["probability"].tolist() == [prediction.probability(105.0, "increase", step) for step in (1, 2, 3)]


def test_no_target_no_probability(serial: pd.DataFrame) -> None:
    without = serial[serial["indicator"].isin(["i0", "i2"])]
    assert without["probability"].isna().all()
    assert serial["probability"].notna().any()


@pytest.mark.parametrize("block", [1, 7, 59, 60, 1000])
def test_the_size_of_the_blocks_changes_no_bit(serial: pd.DataFrame, block: int) -> None:
    assert same(fit_many(many(60), jobs=1, block=block), serial)


@pytest.mark.parametrize("block", [5, 13])
def test_two_processes_change_no_bit(serial: pd.DataFrame, block: int) -> None:
    assert same(fit_many(many(60), jobs=2, block=block), serial)


def test_a_cluster_changes_no_bit(serial: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where make bench has installed it, it lies beside the other packages.
    monkeypatch.setattr(sys, "path", [*sys.path, str(peers_folder())])
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' (distributed) is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        for block in (5, 13, 100):
            assert same(fit_many(many(60), block=block, scheduler=cluster.scheduler_address), serial)


def test_a_scheduler_without_the_extra_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match="cluster"):
        fit_many(many(2), scheduler="tcp://127.0.0.1:1")


def test_defects_of_one_series_do_not_lose_the_others() -> None:
    good = walk(3)
    table = fit_many(
        [
            Series("a", "x", good, 2, 2020),
            Series("b", "x", good[:5], 2, 2020),
            Series("c", "x", np.array([*good[:6], np.nan]), 2, 2020),
            Series("d", "x", -good, 2, 2020, Scale(is_log=True)),
            Series("e", "x", ["a word"] * 6, 2, 2020),
            Series("f", "x", good, 2, 2020),
        ],
        jobs=1,
    )
    assert table["region"].tolist() == ["a", "a", "b", "c", "d", "e", "f", "f"]
    reasons = table["reason"].tolist()
    assert reasons[:6] == ["", "", "too_short", "not_finite", "not_finite", reasons[5]]
    assert reasons[5].startswith("ValueError: ")
    failed = table[table["reason"] != ""]
    assert failed["mean"].isna().all()
    assert (failed["year"] == 2020).all()
    assert (failed["step"] == 0).all()
    assert table["mean"].tolist()[:2] == table["mean"].tolist()[-2:]


def test_a_table_is_read_from_its_latest_gap_on() -> None:
    # 2012 is missing: 2013 to 2019 are seven values.
    years = [2010, 2011, *range(2013, 2020)]
    values = [1.0, 2, 4, 5, 7, 8, 9, 11, 12]
    rows = pd.DataFrame({"region": "r", "indicator": "i", "year": years, "value": values})
    table = fit_many(rows.sample(frac=1, random_state=1), horizon=2, jobs=1)
    assert table["year"].tolist() == [2020, 2021]
    assert table["mean"].tolist() == predict(np.array(values[2:]), 2).mean().tolist()
    missing = rows.assign(value=rows["value"].where(rows["year"] != 2015))
    assert fit_many(missing, jobs=1)["reason"].tolist() == ["too_short"]


def test_a_mapping_is_a_short_way() -> None:
    table = fit_many({("r", "i"): walk(1), ("r", "j"): walk(2)}, horizon=1, jobs=1)
    assert table[["region", "indicator", "year"]].to_numpy().tolist() == [["r", "i", 1], ["r", "j", 1]]


def test_no_series_no_rows() -> None:
    assert fit_many([], jobs=1).empty
    assert tuple(fit_many([]).columns) == COLUMNS


def counted(seen: list[int], count: int) -> Iterator[Series]:
    for number, one in enumerate(many(count)):
        seen.append(number)
        yield one


@pytest.mark.parametrize("jobs", [1, 2])
def test_series_are_read_only_as_results_are_taken(jobs: int) -> None:
    seen: list[int] = []
    blocks = fit_blocks(counted(seen, 200), jobs=jobs, block=2)
    next(blocks)
    assert len(seen) <= 2 * (2 + BLOCKS_AHEAD * jobs)
    blocks.close()


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(in_blocks(sum, range(10), jobs=2, block=3)) == [3, 12, 21, 9]


def test_workers_use_one_thread_for_linear_algebra() -> None:
    assert set(in_blocks(threads, range(4), jobs=2, block=1)) == {"1"}


def threads(_: list[int]) -> str:
    import os

    return os.environ.get("OPENBLAS_NUM_THREADS", "")
