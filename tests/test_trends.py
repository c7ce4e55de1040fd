"""Forecasts: hand-computed drift, reference line, pooled intervals, and what must hold for any series."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_builder import observed, plan_with
from scipy import stats

from analysis.measures import measure
from analysis.trends import (
    TooShortError,
    fit_trends,
    forecast,
    predict,
    predict_each,
    predict_series,
    predict_variants,
)
from analysis.trends.calibration import FILE, calibrate, load
from analysis.trends.drift import fit_drift
from analysis.trends.ols import fit_line
from analysis.trends.prediction import Scale
from analysis.trends.windows import CollectionError

SHARED = Path(os.environ.get("ANALYSIS_SHARED", Path(__file__).parents[1] / ".." / "shared"))
SERIES = SHARED / "data" / "forecast"

values = st.lists(st.floats(-50, 50).map(lambda x: round(x, 3)), min_size=6, max_size=16).filter(
    lambda items: len(set(items)) > 3
)


def test_the_drift_is_shrunken_by_its_own_evidence() -> None:
    # Changes 1, 3, 1, 3, 2: mean 2, variance 1, t² = 4 / (1 / 5) = 20, weight 20 / 22.
    drift = fit_drift(np.array([0.0, 1, 4, 5, 8, 10]))
    assert drift.weight == pytest.approx(20 / 22)
    assert drift.scale == 2
    assert drift.path(2) == pytest.approx([10 + 40 / 22, 10 + 80 / 22])


def test_equal_changes_keep_their_whole_drift() -> None:
    assert fit_drift(np.arange(6.0)).path(3) == pytest.approx([6, 7, 8])


def test_several_series_at_once_are_predicted_as_each_alone() -> None:
    """To the last digit, whatever their lengths, horizons and scales are."""
    short, longer = [5.0, 6, 8, 7, 9, 12], [3.0, 2.1, 4.3, 3.7, 5.2, 4.9, 6.1, 5.3]
    at_limit, index = [97.0, 98, 99.5, 100, 100, 100], [100.0, 97, 95, 96, 92, 90]
    scales = (Scale(), Scale(upper=100.0), Scale(is_log=True))
    asked = [
        (np.array(values), horizon, scale)
        for values in (short, longer, [1.0] * 6, at_limit, index, longer + short)
        for horizon in (2, 7)
        for scale in scales
    ]
    for (values, horizon, scale), found in zip(asked, predict_each(asked), strict=True):
        assert found.scale == scale
        assert found.quantiles.tolist() == predict(values, horizon, scale).quantiles.tolist()
    with pytest.raises(TooShortError):
        predict_each([(np.arange(5.0), 2, Scale())])


def test_another_latest_value_is_predicted_as_if_it_were_the_value() -> None:
    plan = plan_with("level_at_least", 88)
    scored = plan.scored()[0]
    known = pd.Series([60.0, 62, 61, 65, 66, 70, 69, 73], index=range(2016, 2024))
    first, second = predict_variants([(known, scored, [60.0]), (known.copy(), scored, [73.0, 81.5])])
    for last, found in zip([60.0, 73.0, 81.5], [*first, *second], strict=True):
        known.iloc[-1] = last
        alone = predict_series(known, scored)
        assert found is not None
        assert alone is not None
        assert found.quantiles == pytest.approx(alone.quantiles, rel=1e-12)


def test_a_smooth_curve_goes_on() -> None:
    """Equal changes go on exactly; changes that grow evenly by little go on growing."""
    assert predict(np.arange(8.0), 3).mean() == pytest.approx([8, 9, 10])
    curve = 100 + np.cumsum(10 + 0.1 * np.arange(9))
    ahead = 100 + np.cumsum(10 + 0.1 * np.arange(11))[-2:]
    assert predict(curve, 2).mean() == pytest.approx(ahead, abs=0.1)


def test_changes_that_cancel_leave_no_drift() -> None:
    assert fit_drift(np.array([0.0, 1, 0, 1, 0, 1, 0])).path(2) == pytest.approx([0, 0])


def test_the_line_agrees_with_an_independent_least_squares_fit() -> None:
    years = np.arange(2011.0, 2021.0)
    series = np.array([5.1, 5.0, 5.6, 5.9, 5.7, 6.4, 6.2, 6.9, 7.0, 7.4])
    line = fit_line(years, series, 2)
    reference = stats.linregress(years, series)
    assert line is not None
    assert line.slope == pytest.approx(reference.slope)
    assert line.r_squared == pytest.approx(reference.rvalue**2)
    assert line.mean == pytest.approx(reference.intercept + reference.slope * np.array([2021, 2022]))


def test_the_slope_interval_is_the_newey_west_one() -> None:
    # Written out by hand: Bartlett weights, one lag, small-sample factor n / (n − 2), Student t.
    years = np.arange(8.0)
    series = np.array([1.0, 2.2, 2.8, 4.1, 4.9, 6.3, 6.8, 8.2])
    x = np.column_stack([np.ones(8), years - years.mean()])
    beta, *_ = np.linalg.lstsq(x, series, rcond=None)
    scores = x * (series - x @ beta)[:, None]
    meat = scores.T @ scores + 0.5 * (scores[1:].T @ scores[:-1] + scores[:-1].T @ scores[1:])
    bread = np.linalg.inv(x.T @ x)
    error = np.sqrt((bread @ meat @ bread)[1, 1] * 8 / 6)
    line = fit_line(years, series, 1)
    assert line is not None
    assert line.slope_upper == pytest.approx(beta[1] + stats.t.ppf(0.975, 6) * error)


def test_three_points_carry_no_line() -> None:
    assert fit_line(np.arange(3.0), np.array([1.0, 2.0, 4.0]), 1) is None


def test_five_values_are_too_short() -> None:
    with pytest.raises(TooShortError, match="5 yearly values; at least 6"):
        forecast([1, 2, 3, 4, 6], 2)


def test_a_constant_series_says_so() -> None:
    prediction = predict(np.full(8, 3.0), 2)
    assert prediction.is_constant
    assert prediction.probability(3.0, "increase", 2) == 1
    assert prediction.probability(3.1, "increase", 2) == 0


@given(values)
def test_intervals_nest_and_hold_the_mean(series: list[float]) -> None:
    result = forecast(series, 5, levels=(50, 80, 95))
    for inner, outer in ((50, 80), (80, 95)):
        assert (result["lo"][outer] <= result["lo"][inner]).all()
        assert (result["hi"][inner] <= result["hi"][outer]).all()
    assert ((result["lo"][50] <= result["mean"]) & (result["mean"] <= result["hi"][50])).all()


@given(values, st.floats(0.01, 100), st.floats(-1000, 1000))
def test_units_and_origin_move_the_forecast_and_leave_the_probability(
    series: list[float], factor: float, shift: float
) -> None:
    here = predict(np.array(series), 3)
    there = predict(np.array(series) * factor + shift, 3)
    size = factor * (abs(here.mean()).max() + 1) + abs(shift)
    assert there.mean() == pytest.approx(here.mean() * factor + shift, abs=1e-9 * size)
    target = series[-1] + 1.0
    moved = there.probability(target * factor + shift, "increase", 3)
    assert moved == pytest.approx(here.probability(target, "increase", 3), abs=1e-6)


@given(values)
def test_reversing_the_sign_mirrors_the_distribution(series: list[float]) -> None:
    here, there = predict(np.array(series), 4), predict(-np.array(series), 4)
    target = series[-1] + 2.0
    assert there.probability(-target, "decrease", 4) == pytest.approx(here.probability(target, "increase", 4), abs=1e-9)


@given(values, st.floats(-100, 100), st.floats(0, 20))
def test_a_harder_target_is_never_more_likely(series: list[float], target: float, more: float) -> None:
    prediction = predict(np.array(series), 2)
    assert prediction.probability(target + more, "increase", 2) <= prediction.probability(target, "increase", 2)


@given(values)
def test_the_fan_and_the_probability_are_one_distribution(series: list[float]) -> None:
    prediction = predict(np.array(series), 3)
    low, high = prediction.interval(80)
    assert prediction.probability(low[2], "decrease", 3) == pytest.approx(0.1, abs=1e-6)
    assert prediction.probability(high[2], "increase", 3) == pytest.approx(0.1, abs=1e-6)


def test_a_bounded_share_stays_inside_its_bounds() -> None:
    prediction = predict(np.array([80.0, 85, 88, 93, 96, 99]), 3, Scale(lower=0, upper=100))
    assert prediction.interval(95)[1].max() == 100
    assert 0.5 < prediction.probability(100, "increase", 3) < 1
    assert prediction.probability(101, "increase", 3) == 0


def test_what_has_long_been_at_its_limit_is_likely_to_stay() -> None:
    """Seven of seven years after one at the limit were there again: 8 / 9 for the next, its square for the second."""
    share = Scale(lower=0, upper=100)
    series = np.array([96.0, 98.5, 100, 100, 100, 100, 100, 100, 100, 100])
    prediction = predict(series, 2, share)
    assert prediction.probability(100, "increase", 1) == pytest.approx(8 / 9)
    assert prediction.probability(100, "increase", 2) == pytest.approx(64 / 81)
    assert prediction.interval(80)[0][1] < 100
    assert prediction.probability(90, "increase", 2) > prediction.probability(99.99, "increase", 2)
    mirrored = predict(100 - series, 2, share)
    assert mirrored.probability(0, "decrease", 2) == pytest.approx(prediction.probability(100, "increase", 2))
    # One year at the limit says little, and nothing changes for what is below it.
    assert predict(series[:3].repeat(3)[:7], 1, share).probability(100, "increase", 1) < 0.8


def test_a_running_total_of_amounts_never_falls() -> None:
    plan = plan_with("cumulative_reduction", 500, series="yearly_increment", unit="t", bounds=(0, None))
    observations = observed({year: 10.0 + (year % 3) * 40 for year in range(2012, 2024)})
    trends = fit_trends(measure(observations, plan), plan, 2023)
    fan = trends[trends["model"] == "combination"]
    total = 0 + sum(10.0 + (year % 3) * 40 for year in range(2021, 2024))
    assert fan["lower_95"].min() >= total


def test_a_total_is_predicted_from_its_yearly_amounts() -> None:
    """Amounts 10, 12, 10, 12, … have no drift: next year's lies between them, known to within a few units."""
    plan = plan_with("cumulative_reduction", 500, series="yearly_increment", unit="t", bounds=(0, None))
    amounts = {year: 10.0 + 2 * (year % 2) for year in range(2013, 2024)}
    trends = fit_trends(measure(observed(amounts), plan), plan, 2023)
    fan = trends[trends["model"] == "combination"].set_index("year")
    total = sum(amount for year, amount in amounts.items() if year > 2020)
    assert total + 10 <= fan["mean"][2024] <= total + 12
    assert total + 20 <= fan["mean"][2025] <= total + 24
    assert fan["upper_95"][2024] - fan["lower_95"][2024] < 20
    assert (fan["upper_95"] - fan["lower_95"])[2025] > (fan["upper_95"] - fan["lower_95"])[2024]


def test_six_amounts_make_a_prediction_and_five_do_not() -> None:
    plan = plan_with("cumulative_reduction", 500, series="yearly_increment", unit="t", bounds=(0, None))
    for first, has_fan in ((2017, True), (2018, False)):
        amounts = {year: 10.0 + year % 3 for year in range(first, 2023)}
        trends = fit_trends(measure(observed(amounts), plan), plan, 2022)
        assert ("combination" in set(trends["model"])) == has_fan


def test_the_line_through_a_running_total_is_not_bent_to_its_last_value() -> None:
    plan = plan_with("cumulative_reduction", 500, series="yearly_increment", unit="t", bounds=(0, None))
    measures = measure(observed(dict.fromkeys(range(2016, 2024), 10.0)), plan)
    trends = fit_trends(measures, plan, 2023)
    fitted = trends[(trends["model"] == "ols_hac") & (trends["kind"] == "fitted")]
    assert list(fitted["mean"]) == pytest.approx(list(measures["value"]))


def test_an_index_is_extrapolated_in_proportion() -> None:
    plan = plan_with("relative_reduction", 15, series="yearly_change", direction="decrease")
    observations = observed(dict.fromkeys(range(2012, 2023), -3.0))
    trends = fit_trends(measure(observations, plan), plan, 2022)
    fan = trends[(trends["model"] == "combination") & (trends["year"] == 2025)].iloc[0]
    assert fan["mean"] == pytest.approx(100 * 0.97**5)


def test_values_after_the_edition_are_not_used() -> None:
    plan = plan_with("level_at_least", 90)
    observations = observed({year: float(year - 1950) for year in range(2012, 2024)})
    table = measure(observations, plan)
    changed = table.assign(value=table["value"].where(table["year"] <= 2020, 1.0))
    pd.testing.assert_frame_equal(fit_trends(table, plan, 2020), fit_trends(changed, plan, 2020))


def test_only_the_years_after_a_gap_count() -> None:
    plan = plan_with("level_at_least", 90)
    observations = observed({year: 50.0 + year % 5 for year in (*range(2008, 2015), *range(2018, 2023))})
    trends = fit_trends(measure(observations, plan), plan, 2022)
    assert "combination" not in set(trends["model"])


def test_widths_grow_beyond_the_horizons_that_were_seen() -> None:
    prediction = predict(np.array([5.0, 5.4, 5.2, 6.1, 6.0, 6.9, 6.7, 7.4, 7.1, 8.0]), 9)
    low, high = prediction.interval(80)
    assert (np.diff(high - low) >= 0).all()
    assert np.diff(prediction.mean())[5:] == pytest.approx(np.diff(prediction.mean())[5])


@pytest.mark.skipif(not SERIES.is_dir(), reason="the public yearly series are not here (ANALYSIS_SHARED)")
def test_the_committed_calibration_is_what_the_command_gives() -> None:
    committed = json.loads((Path(__file__).parents[1] / "src/analysis/trends" / FILE).read_text(encoding="utf-8"))
    fresh = json.loads(calibrate(SERIES))
    assert fresh["provenance"] == committed["provenance"]
    assert fresh["levels"] == committed["levels"]
    for n, steps in fresh["steps"].items():
        for step, kept in zip(steps, committed["steps"][n], strict=True):
            assert step["centre"] == pytest.approx(kept["centre"], abs=2e-4)
            assert step["width"] == pytest.approx(kept["width"], abs=2e-4)
            assert step["half_widths"] == pytest.approx(kept["half_widths"], rel=1e-3)
            assert step["tilts"] == pytest.approx(kept["tilts"], abs=2e-3)


def test_a_folder_without_series_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="no csv files"):
        calibrate(tmp_path)


# Norris linear regression data of the NIST Statistical Reference Datasets (y, x) and its certified results.
NORRIS = np.array(
    [
        (0.1, 0.2), (338.8, 337.4), (118.1, 118.2), (888.0, 884.6), (9.2, 10.1), (228.1, 226.5), (668.5, 666.3),
        (998.5, 996.3), (449.1, 448.6), (778.9, 777.0), (559.2, 558.2), (0.3, 0.4), (0.1, 0.6), (778.1, 775.5),
        (668.8, 666.9), (339.3, 338.0), (448.9, 447.5), (10.8, 11.6), (557.7, 556.0), (228.3, 228.1), (998.0, 995.8),
        (888.8, 887.6), (119.6, 120.2), (0.3, 0.3), (0.6, 0.3), (557.6, 556.8), (339.3, 339.1), (888.0, 887.2),
        (998.5, 999.0), (778.9, 779.0), (10.2, 11.1), (117.6, 118.3), (228.9, 229.2), (668.4, 669.1), (449.2, 448.9),
        (0.2, 0.5),
    ]
)  # fmt: skip
NORRIS_SLOPE, NORRIS_INTERCEPT, NORRIS_SPREAD = 1.00211681802045, -0.262323073774029, 0.884796396144373


def test_the_line_gives_the_certified_values() -> None:
    line = fit_line(NORRIS[:, 1], NORRIS[:, 0], 1)
    assert line is not None
    assert line.slope == pytest.approx(NORRIS_SLOPE, rel=1e-12)
    assert line.fitted == pytest.approx(NORRIS_INTERCEPT + NORRIS_SLOPE * NORRIS[:, 1], abs=1e-9)


def test_the_library_s_prediction_interval_is_the_student_t_one() -> None:
    """With independent errors: m ± t · s · √(1 + 1/n + (x − x̄)² / Σ (x − x̄)²), s the certified residual spread."""
    from analysis.benchmark import peers

    x, y = np.arange(8.0), np.array([1.0, 2.2, 2.8, 4.1, 4.9, 6.3, 6.8, 8.2])
    mean, lower, upper = peers.line(y, 2)
    slope, intercept = stats.linregress(x, y)[:2]
    spread = np.sqrt(((y - intercept - slope * x) ** 2).sum() / 6)
    ahead = np.array([8.0, 9.0])
    error = spread * np.sqrt(1 + 1 / 8 + (ahead - 3.5) ** 2 / ((x - 3.5) ** 2).sum())
    assert mean == pytest.approx(intercept + slope * ahead)
    for column, level in enumerate((0.8, 0.95)):
        assert upper[:, column] == pytest.approx(mean + stats.t.ppf((1 + level) / 2, 6) * error)
        assert lower[:, column] == pytest.approx(mean - stats.t.ppf((1 + level) / 2, 6) * error)


awkward = st.one_of(
    st.lists(st.sampled_from([0.0, 1.0]), min_size=6, max_size=12),
    st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=20),
    st.tuples(st.lists(st.floats(1, 2), min_size=6, max_size=12), st.integers(0, 5)).map(
        lambda pair: [value * (1000 if place == pair[1] else 1) for place, value in enumerate(pair[0])]
    ),
    st.lists(st.sampled_from([99.0, 99.9, 100.0]), min_size=6, max_size=12),
    st.lists(st.floats(-3, 3), min_size=18, max_size=24).map(lambda tail: [*tail[:2], *([5.0] * 20)]),
)


@given(awkward)
def test_awkward_series_give_finite_intervals_of_some_width(series: list[float]) -> None:
    prediction = predict(np.array(series), 4)
    low, high = prediction.interval(95)
    assert np.isfinite(prediction.quantiles).all()
    assert prediction.is_constant == (len(set(series)) == 1)
    if not prediction.is_constant:
        assert (high > low).all()
    assert 0 <= prediction.probability(series[-1] + 1, "increase", 4) <= 1


@given(values)
def test_the_interval_never_narrows_with_the_horizon(series: list[float]) -> None:
    prediction = predict(np.array(series), 7)
    widths = prediction.quantiles[:, -1] - prediction.quantiles[:, 0]
    assert (np.diff(widths) >= -1e-9 * widths[1:]).all()


def test_only_the_latest_values_of_a_long_series_count() -> None:
    random = np.random.default_rng(3)
    series = np.cumsum(random.normal(1, 1, 30))
    assert predict(series, 3).quantiles.tolist() == predict(series[-load().longest :], 3).quantiles.tolist()


def test_a_worse_last_value_rarely_raises_the_probability() -> None:
    """Not never: a bad year also makes the series less steady, and so a far target less impossible (docs/models.md).

    Of rising and falling noisy series only few gain, and only where the target was unlikely anyhow, by little.
    """
    random = np.random.default_rng(11)
    gains, chances = [], []
    for _ in range(400):
        series = np.cumsum(random.normal(random.normal(0, 0.7), 1, random.integers(6, 16)))
        target = series[-1] + random.normal(0, 2)
        worse = series.copy()
        worse[-1] -= abs(random.normal(0, 1))
        before, after = (predict(one, 3).probability(target, "increase", 3) for one in (series, worse))
        gains.append(after - before)
        chances.append(before)
    raised = np.array(gains) > 1e-9
    assert raised.mean() < 0.15
    assert np.max(gains) < 0.1
