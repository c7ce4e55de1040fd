"""The benchmark of forecasts: scores computed by hand and against the given scorer, refusals, goals, standings."""

from __future__ import annotations

import importlib.util
import math
import os
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.__main__ import app
from analysis.benchmark import methods, peers, report, scale
from analysis.benchmark.cases import Cases, cut
from analysis.benchmark.comparison import ALL, combine, compare
from analysis.benchmark.methods import METHODS, Method
from analysis.benchmark.scores import (
    Forecasts,
    as_last_year,
    average,
    probability_of_reaching,
    score,
)
from analysis.benchmark.standings import Goal, load_goals, standings
from analysis.trends import forecast
from analysis.trends.calibration import fit
from analysis.trends.windows import CollectionError, read_collections
from analysis.wording import wording

SHARED = Path(os.environ.get("ANALYSIS_SHARED") or Path(__file__).parents[1] / ".." / "shared")
Z80, Z95 = 1.2815515655446004, 1.959963984540054
RISING = np.array([1.0, 2, 4, 5, 7, 8])
STATSMODELS = (peers.line, peers.damped_ets, peers.theta, peers.local_linear_trend)


def one_case(values: np.ndarray = RISING, future: tuple[float, ...] = (9, 10, 11, 12, 13)) -> Cases:
    scale = np.array([np.abs(np.diff(values)).mean()])
    return Cases(np.array(["a"]), np.array(["s"]), values[None], np.array([future], float), scale)


def flat(centre: float, half_80: float, half_95: float) -> Forecasts:
    """The same forecast for every year."""
    halves = np.array([half_80, half_95]) * np.ones((1, 5, 2))
    return Forecasts(np.full((1, 5), centre), centre - halves, centre + halves, np.zeros(1))


def write_collection(folder: Path, name: str, count: int, length: int = 12) -> None:
    random = np.random.default_rng(len(name))
    rows = [
        (name, f"s{number}", year, value, "train" if year < length else "test")
        for number in range(count)
        for year, value in enumerate(50 + np.cumsum(random.normal(1, 2, length + 5)))
    ]
    table = pd.DataFrame(rows, columns=["dataset", "series_id", "t", "value", "split"])
    table.to_csv(folder / f"{name}.csv", index=False)


@pytest.fixture
def collections(tmp_path: Path) -> Path:
    write_collection(tmp_path, "one", 6)
    write_collection(tmp_path, "other", 3)
    return tmp_path


def test_scores_by_hand() -> None:
    # Changes 1 2 1 2 1: scale 1.4. Forecast 10 ± 1 and ± 2; errors 1 0 1 2 3.
    row = score(one_case(), flat(10, 1, 2)).iloc[0]
    assert row["mase"] == pytest.approx(7 / 5 / 1.4)
    assert row["smape"] == pytest.approx((200 / 19 + 0 + 200 / 21 + 400 / 22 + 600 / 23) / 5)
    # The naive errors from 8: 1 2 3 4 5, mean 3.
    assert row["log_relmae"] == pytest.approx(math.log((1.4 + 0.0014) / (3 + 0.0014)))
    assert row["coverage_80"] == 60  # 9, 10, 11
    assert row["coverage_95"] == 80  # and 12
    # Width 4; 13 lies 1 above 12: 2 / 0.05.
    assert row["msis_95"] == pytest.approx((4 + 40 / 5) / 1.4)
    # 80 %: width 2, 12 lies 1 and 13 lies 2 above 11: 2 / 0.2 each.
    weighted = 0.5 * 7 / 5 + 0.1 * (2 + 10 * 3 / 5) + 0.025 * (4 + 40 / 5)
    assert row["wis"] == pytest.approx(weighted / 2.5 / 1.4)


def test_a_target_at_a_known_point_has_its_nominal_probability() -> None:
    points = np.array([[6.0, 8, 10, 12, 14]])
    targets = np.array([[6.0, 8, 10, 11, 12, 14]])
    half = 0.5 * math.erfc(Z80 / 2 / math.sqrt(2))
    assert probability_of_reaching(targets, points)[0] == pytest.approx([0.975, 0.9, 0.5, half, 0.1, 0.025])


def test_beyond_the_known_points_the_outer_segment_goes_on() -> None:
    beyond = Z95 + (Z95 - Z80) / 2 * 3
    found = probability_of_reaching(np.array([[17.0]]), np.array([[6.0, 8, 10, 12, 14]]))
    assert found[0, 0] == pytest.approx(0.5 * math.erfc(beyond / math.sqrt(2)))


def test_a_forecast_without_width_is_sure() -> None:
    points = np.full((1, 5), 10.0)
    assert probability_of_reaching(np.array([[9.0, 10, 11]]), points)[0].tolist() == [1, 1, 0]


def test_the_naive_forecast_by_hand() -> None:
    naive = as_last_year(one_case())
    root_mean_square = math.sqrt((1 + 4 + 1 + 4 + 1) / 5)
    assert naive.mean[0].tolist() == [8] * 5
    assert naive.upper[0, 3, 1] == pytest.approx(8 + Z95 * root_mean_square * 2)
    assert naive.lower[0, 0, 0] == pytest.approx(8 - Z80 * root_mean_square)
    mean, lower, _ = peers.naive(RISING, 5)
    assert mean.tolist() == naive.mean[0].tolist()
    assert lower.tolist() == naive.lower[0].tolist()


def test_the_drift_by_hand() -> None:
    # Mean change 1.4, standard deviation √0.3, factor √(1 + 1 / 5) in the first year; t with 4 degrees: 1.5332, 2.7764.
    mean, lower, upper = peers.drift_t(RISING, 2)
    assert mean == pytest.approx([9.4, 10.8])
    assert upper[0] == pytest.approx(9.4 + math.sqrt(0.3 * 1.2) * np.array([1.533206, 2.776445]), abs=1e-6)
    assert upper[1] - mean[1] == pytest.approx(mean[1] - lower[1])
    assert peers.drift_normal(RISING, 1)[2][0] == pytest.approx(9.4 + 0.6 * np.array([Z80, Z95]))


def test_the_line_by_hand() -> None:
    # Slope 1.4571, intercept 0.8571; s² of the residuals with 4 degrees of freedom; distance of year 6 from 2.5.
    mean, _, upper = peers.line(RISING, 1)
    slope, intercept = np.polyfit(np.arange(6), RISING, 1)
    residuals = RISING - intercept - slope * np.arange(6)
    spread = math.sqrt((residuals**2).sum() / 4 * (1 + 1 / 6 + 3.5**2 / 17.5))
    assert mean[0] == pytest.approx(intercept + slope * 6)
    assert upper[0] == pytest.approx(mean[0] + spread * np.array([1.533206, 2.776445]), abs=1e-5)


@pytest.mark.parametrize("peer", STATSMODELS, ids=lambda peer: peer.__name__)
@pytest.mark.parametrize("n", [6, 12])
@pytest.mark.filterwarnings("ignore")
def test_every_peer_answers_with_nested_intervals(peer: peers.Forecaster, n: int) -> None:
    values = 100 + np.cumsum(np.random.default_rng(4).normal(1, 2, n))
    mean, lower, upper = peer(values, 5)
    assert (mean.shape, lower.shape, upper.shape) == ((5,), (5, 2), (5, 2))
    assert (lower[:, 1] < lower[:, 0]).all()
    assert (lower[:, 0] < mean).all()
    assert (mean < upper[:, 0]).all()
    assert (upper[:, 0] < upper[:, 1]).all()


@pytest.mark.parametrize("peer", [peers.auto_ets, peers.auto_theta, peers.auto_arima, peers.dynamic_optimized_theta])
@pytest.mark.filterwarnings("ignore")
def test_every_optional_peer_answers(peer: peers.Forecaster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(methods.peers_folder())])
    pytest.importorskip("statsforecast", reason="statsforecast (requirements-bench.txt) is not installed")
    values = 100 + np.cumsum(np.random.default_rng(4).normal(1, 2, 12))
    mean, lower, upper = peer(values, 5)
    assert (mean.shape, lower.shape, upper.shape) == ((5,), (5, 2), (5, 2))
    assert (lower[:, 1] < lower[:, 0]).all()
    assert (upper[:, 0] < upper[:, 1]).all()


def given_scorer() -> ModuleType:
    path = SHARED / "bench" / "run_benchmark.py"
    if not path.exists():
        pytest.skip("the given scorer is not there (ANALYSIS_SHARED)")
    spec = importlib.util.spec_from_file_location("run_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["shrunken_drift", "drift_t", "line"])
def test_scores_agree_with_the_given_scorer(name: str) -> None:
    scorer, data = given_scorer(), SHARED / "data" / "forecast"
    forecaster = METHODS[name].forecaster("", data)

    def adapted(values: np.ndarray, horizon: int, levels: tuple[int, ...]) -> dict[str, object]:
        mean, lower, upper = forecaster(values, horizon)
        ends = {"lo": lower, "hi": upper}
        return {"mean": mean, **{k: {80: end[:, 0], 95: end[:, 1]} for k, end in ends.items()}}

    theirs, _ = scorer.evaluate(adapted, scorer.windows(scorer.load(str(data), None, 12), [6, 15]))
    expected = scorer.summarise(theirs)
    collections = read_collections(data, 12)
    ours = compare([cut(collections, n) for n in (6, 15)], data, Path("nowhere"), jobs=1, names=[name])
    columns = {"smape": "sMAPE", "mase": "MASE", "relmae": "RelMAE", "coverage_80": "cov80", "coverage_95": "cov95"}
    columns |= {"msis_95": "MSIS95", "wis": "WIS", "brier": "Brier", "series": "series"}
    for _, row in ours.iterrows():
        other = expected[(expected["set"] == row["collection"]) & (expected["n"] == row["n"])].iloc[0]
        for mine, other_name in columns.items():
            assert row[mine] == pytest.approx(other[other_name], rel=1e-9), (row["collection"], mine)


def test_our_default_is_scored_with_constants_of_the_other_collections(collections: Path) -> None:
    first, second = sorted(read_collections(collections))
    mean, lower, upper = METHODS["default"].forecaster(first, collections)(RISING, 3)
    others = fit({second: read_collections(collections)[second]}, (len(RISING),))
    answer = forecast(RISING, 3, calibration=others)
    assert mean.tolist() == answer["mean"].tolist()
    assert lower[:, 0].tolist() == answer["lo"][80].tolist()
    assert upper[:, 1].tolist() == answer["hi"][95].tolist()
    assert METHODS["default"].forecaster(second, collections)(RISING, 3)[0].tolist() != mean.tolist()


def test_a_declared_limit_cuts_what_was_never_negative(collections: Path) -> None:
    falling = np.array([9.0, 7.5, 6.2, 4.4, 2.8, 1.1])
    first = min(read_collections(collections))
    free, limited = (METHODS[name].forecaster(first, collections)(falling, 5) for name in ("default", "bounded"))
    assert free[1].min() < 0
    assert limited[1].min() == 0
    assert METHODS["bounded"].forecaster(first, collections)(falling - 9, 5)[1].min() < 0


def test_windows_without_a_scale_are_left_out() -> None:
    future = np.arange(5.0) + 10
    series = {
        "enough": (np.array([1.0, 2, 3, 4, 5, 9]), future),
        "too short": (np.array([1.0, 2, 3, 4, 5]), future),
        "two values": (np.array([1.0, 2, 1, 2, 1, 2]), future),
        "three values": (np.array([1.0, 2, 3, 2, 1, 2]), future),
        # Changes of 1 a year; a future 25 away stays, one further away leaves the scale.
        "edge": (np.array([1.0, 2, 3, 4, 5, 6]), np.full(5, 31.0)),
        "broken": (np.array([1.0, 2, 3, 4, 5, 6]), np.full(5, 31.1)),
        "no future": (np.array([1.0, 2, 3, 4, 5, 9]), future[:4]),
    }
    cases = cut({"a": [(name, *parts) for name, parts in series.items()]}, 6)
    assert cases.series.tolist() == ["enough", "three values", "edge"]
    assert len(cases) == 3


def test_a_folder_without_series_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="dataset"):
        read_collections(tmp_path)
    (tmp_path / "x.csv").write_text("dataset,t,value\n", encoding="utf-8")
    with pytest.raises(CollectionError, match="series_id, split"):
        read_collections(tmp_path)


def test_every_collection_weighs_the_same(collections: Path) -> None:
    cases = cut(read_collections(collections), 8)
    table = compare([cases], collections, Path("nowhere"), jobs=1, names=["naive", "drift_t"])
    rows = table[table["method"] == "drift_t"].set_index("collection")
    assert rows.loc["one", "series"] == 6
    assert rows.loc[ALL, "series"] == 9
    assert rows.loc[ALL, "wis"] == pytest.approx((rows.loc["one", "wis"] + rows.loc["other", "wis"]) / 2)
    assert (table.loc[table["method"] == "naive", "relmae"] == 1).all()


def refusing(values: np.ndarray, horizon: int) -> peers.Answer:
    if values[-1] > 60:
        raise RuntimeError("no")
    return peers.drift_t(values, horizon)


def test_a_refusal_is_counted_and_the_naive_forecast_stands_in(
    collections: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METHODS, "refusing", Method("refusing", "simple", lambda collection, folder: refusing))
    cases = cut(read_collections(collections), 8)
    table = compare([cases], collections, Path("nowhere"), jobs=1, names=["refusing"])
    total = table[table["collection"] == ALL].iloc[0]
    refused = cases.values[:, -1] > 60
    assert 0 < refused.sum() < len(cases)
    assert total["refused"] == refused.sum()
    parts = [peers.naive(v, 5) if no else peers.drift_t(v, 5) for v, no in zip(cases.values, refused, strict=True)]
    mean, lower, upper = (np.array([part[k] for part in parts]) for k in range(3))
    expected = average(score(cases, Forecasts(mean, lower, upper, np.zeros(len(cases)))))
    assert total["wis"] == pytest.approx(expected["wis"].mean())


def test_a_combination_is_the_mean_of_those_that_answer() -> None:
    nothing = Forecasts(np.full((1, 5), np.nan), np.full((1, 5, 2), np.nan), np.full((1, 5, 2), np.nan), np.ones(1))
    mean = combine([flat(10, 1, 2), flat(14, 3, 4), nothing])
    assert mean.mean[0].tolist() == [12] * 5
    assert mean.upper[0, 0].tolist() == [14, 15]
    assert mean.seconds.tolist() == [1]
    assert combine([nothing, nothing]).refused.tolist() == [True]


def results(**scores: tuple[float, float, float]) -> pd.DataFrame:
    """A made-up result of ours, of a peer, and of a member of ours, for n = 6."""
    names = ("relmae", "coverage_80", "coverage_95", "msis_95", "wis", "brier")
    table = pd.DataFrame({"method": ["default", "naive", "ols_hac"], "group": ["ours", "simple", "member"]})
    for name in names:
        table[name] = scores.get(name, (1.0, 2.0, 0.1) if not name.startswith("cov") else (80.0, 60.0, 80.0))
    return table.assign(n=6, collection=ALL)


def test_standings_name_the_best_peer_and_ties_are_not_ahead() -> None:
    table = standings(results(wis=(1.0, 1.0, 5.0), coverage_95=(97.0, 92.5, 95.0))).set_index("score")
    assert table.loc["relmae", "is_ahead"]
    assert not table.loc["wis", "is_ahead"]
    # 97 is 2 away from 95, 92.5 is 2.5 away.
    assert table.loc["coverage_95", "is_ahead"]
    assert set(table["best_peer"]) == {"naive"}
    behind = standings(results(coverage_95=(97.6, 92.5, 95.0))).set_index("score")
    assert not behind.loc["coverage_95", "is_ahead"]


def test_the_line_says_who_is_ahead_where() -> None:
    text = report.standings_text(results(wis=(1.5, 1.25, 5.0)), wording("en"))
    assert text.startswith("- n = 6: our default forecast is ahead of every peer in RelMAE, ")
    assert "not ahead in WIS (as last year 1.25, ours 1.50)" in text


def test_goals_are_met_up_to_their_limits() -> None:
    goals = load_goals()
    assert set(goals) == {6, 8, 10, 15}
    assert goals[6]["wis"] == Goal(0.0, 1.14)
    assert goals[6]["wis"].is_met(1.14)
    assert not goals[6]["wis"].is_met(1.1401)
    assert goals[15]["coverage_80"].is_met(78)
    assert not goals[15]["coverage_80"].is_met(77.9)
    assert not goals[15]["coverage_80"].is_met(82.1)


def test_without_series_the_chapter_says_why(tmp_path: Path) -> None:
    chapter = report.forecast_chapter(tmp_path, Path("nowhere"), 0, 1, "en", lambda line: None)
    assert str(tmp_path) in chapter.text
    assert "ANALYSIS_SHARED" in chapter.text
    assert chapter.files == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_chapter_shows_peers_goals_and_what_was_left_out(
    collections: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    few = {name: METHODS[name] for name in ("default", "naive", "drift_t")}
    for module in (report, __import__("analysis.benchmark.comparison", fromlist=["x"])):
        monkeypatch.setattr(module, "make_importable", lambda folder: False)
    monkeypatch.setattr("analysis.benchmark.comparison.METHODS", few)
    monkeypatch.setattr("analysis.benchmark.report.WINDOWS", (6, 10))
    said: list[str] = []
    chapter = report.forecast_chapter(collections, Path("nowhere"), 5, 1, language, said.append)
    words = wording(language)
    assert words.text("benchmark.quick", series=5) in chapter.text
    assert words.text("benchmark.left_out", package="statsforecast") in chapter.text
    assert words.text("benchmark.fitted_without") in chapter.text
    assert "≤ 0.766" in chapter.text
    assert len(said) == 6
    assert set(chapter.files) == {"benchmark.csv", "benchmark.svg", "benchmark.png"}
    assert chapter.files["benchmark.svg"].startswith(b"<?xml")
    rows = chapter.files["benchmark.csv"].decode().splitlines()
    assert len(rows) == 1 + 2 * 3 * 3  # two lengths, three methods, two collections and their mean


def test_optional_packages_are_found_behind_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", list(sys.path))
    monkeypatch.setattr(methods, "OPTIONAL_PACKAGE", "a_package_for_this_test")
    assert not methods.make_importable(tmp_path / "nowhere")
    (tmp_path / "a_package_for_this_test.py").touch()
    assert methods.make_importable(tmp_path)
    assert sys.path[-1] == str(tmp_path)


def test_parts_are_checked_before_anything_is_measured() -> None:
    assert CliRunner().invoke(app, ["bench", "--parts", "forecasts,nonsense"]).exit_code == 2
    assert CliRunner().invoke(app, ["bench", "--parts", ","]).exit_code == 2
    assert CliRunner().invoke(app, ["bench", "--series", "-1"]).exit_code == 2


def test_the_digest_of_many_series_does_not_depend_on_the_way() -> None:
    one = scale.forecast_all(60, "1")
    assert scale.forecast_all(60, "2") == one
    assert scale.forecast_all(61, "1") != one
