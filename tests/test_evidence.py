"""Evidence for a trend: exact probabilities against every permutation, intervals by hand, words at each threshold."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_builder import observed, plan_with
from scipy.stats import kendalltau

from analysis.assessment.evidence import gather_evidence, trend_word
from analysis.assessment.rules import load_rules
from analysis.measures import measure
from analysis.trends.evidence import TrendTest, mann_kendall, sen_slope, variance_factor

RULES = load_rules().evidence


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def rising(n: int) -> np.ndarray:
    return np.arange(n, dtype=float)


def statistic(values: Sequence[float]) -> int:
    return sum((later > earlier) - (later < earlier) for earlier, later in itertools.combinations(values, 2))


# Mann–Kendall


@pytest.mark.parametrize(("n", "best"), [(3, 2 / 6), (4, 2 / 24), (5, 2 / 120), (6, 2 / 720), (10, 2 / 3628800)])
def test_the_best_two_sided_p_of_a_short_series(n: int, best: float) -> None:
    assert mann_kendall(rising(n)).p_exact == pytest.approx(best)
    assert round(2 / 24, 3) == 0.083
    assert round(2 / 120, 3) == 0.017


def test_a_hand_computed_test() -> None:
    """1, 3, 2, 4: five rising pairs, one falling, S = 4; of 24 orders 8 have |S| ≥ 4."""
    tested = mann_kendall(array(1, 3, 2, 4))
    assert (tested.statistic, tested.p_exact) == (4, pytest.approx(8 / 24))


def test_a_hand_computed_test_with_a_tie() -> None:
    """1, 2, 2: S = 2; of the three distinct orders 122, 212, 221 two have |S| = 2."""
    tested = mann_kendall(array(1, 2, 2))
    assert (tested.statistic, tested.p_exact, tested.p_best) == (2, pytest.approx(2 / 3), pytest.approx(2 / 3))


@given(st.lists(st.integers(0, 4), min_size=2, max_size=7))
def test_the_exact_p_is_the_share_of_all_permutations(values: list[int]) -> None:
    tested = mann_kendall(np.array(values, dtype=float))
    every = [abs(statistic(order)) for order in itertools.permutations(values)]
    assert tested.statistic == statistic(values)
    assert tested.p_exact == pytest.approx(np.mean([other >= abs(tested.statistic) for other in every]))
    assert tested.p_best == pytest.approx(np.mean([other >= max(every) for other in every]))


@given(st.permutations(list(range(16))))
def test_sixteen_values_without_ties_agree_with_an_independent_computation(values: list[int]) -> None:
    expected = kendalltau(range(16), values, method="exact").pvalue
    assert mann_kendall(np.array(values, dtype=float)).p_exact == pytest.approx(float(expected))


def test_rounding_noise_is_a_tie() -> None:
    assert mann_kendall(array(0.3, 0.1 + 0.2, 0.3)).statistic == 0


def test_constant_values_show_nothing() -> None:
    tested = mann_kendall(array(5, 5, 5, 5, 5))
    assert (tested.statistic, tested.p_value) == (0, 1)


# Correction for autocorrelation


def test_no_correction_below_ten_values() -> None:
    waves = np.array([0, 1, 2, 1, 0, -1, -2, -1, 0.5])
    assert mann_kendall(waves, 10).variance_factor == 1
    assert mann_kendall(waves, 10).p_value == mann_kendall(waves).p_exact


def test_the_variance_factor_by_hand() -> None:
    """One slow wave: neighbouring years lie on the same side of the trend, so that the first lag counts."""
    values = array(0, 5, 9, 11, 12, 11, 9, 5, 2, 1, 1.5, 3) + 2 * rising(12)
    detrended = values - sen_slope(rising(12), values).slope * rising(12)
    ranks = detrended.argsort().argsort() + 1.0
    centred = ranks - ranks.mean()
    total = 0.0
    for lag in (1, 2, 3):
        correlation = sum(centred[i] * centred[i + lag] for i in range(12 - lag)) / sum(centred**2)
        if abs(correlation) > 1.96 / math.sqrt(12):
            total += (12 - lag) * (11 - lag) * (10 - lag) * correlation
    assert total > 0
    assert variance_factor(values, 3) == pytest.approx(1 + 2 * total / (12 * 11 * 10))


@given(st.lists(st.floats(-5, 5), min_size=10, max_size=20))
def test_the_correction_never_strengthens_the_evidence(values: list[float]) -> None:
    tested = mann_kendall(np.array(values), 10)
    assert tested.variance_factor >= 1
    assert tested.p_value >= tested.p_exact


# Sen slope


def test_the_slope_is_the_median_of_all_pairs() -> None:
    """1, 3, 2, 5: slopes 2, ½, 4/3, −1, 1, 3; in order −1, ½, 1, 4/3, 2, 3."""
    found = sen_slope(rising(4), array(1, 3, 2, 5))
    assert found.slope == pytest.approx((1 + 4 / 3) / 2)
    assert found.intercept == pytest.approx(2.5 - 1.5 * found.slope)
    assert sen_slope(rising(4) + 2000, array(1, 3, 2, 5)) == found


def test_four_values_have_no_interval_and_five_span_all_slopes() -> None:
    assert math.isnan(sen_slope(rising(4), rising(4)).lower)
    values = array(0, 1, 3, 4, 9)
    found = sen_slope(rising(5), values)
    slopes = [(values[j] - values[i]) / (j - i) for i, j in itertools.combinations(range(5), 2)]
    assert (found.lower, found.upper) == (min(slopes), max(slopes))
    assert found.confidence == pytest.approx(1 - 2 / 120)


@given(st.lists(st.floats(-50, 50), min_size=5, max_size=9, unique=True))
def test_the_interval_holds_exactly_the_slopes_that_are_not_rejected(values: list[float]) -> None:
    """Just inside a limit the test of the values less that slope does not reject, just outside it does."""
    n, times = len(values), rising(len(values))
    series = np.array(values)
    found = sen_slope(times, series)
    slopes = sorted((series[j] - series[i]) / (j - i) for i, j in itertools.combinations(range(n), 2))
    if min(np.diff(slopes)) < 1e-6:
        return
    for limit, outwards in ((found.lower, -1), (found.upper, 1)):
        for side, rejects in ((outwards, True), (-outwards, False)):
            tested = mann_kendall(series - (limit + side * 1e-7) * times)
            assert (tested.p_exact <= 0.05) == rejects


# Words


def outcome(p_value: float, p_best: float = 0.001, s: int = 9) -> TrendTest:
    return TrendTest(s, p_value, p_value, p_best, 1.0)


@pytest.mark.parametrize(
    ("test", "n", "word"),
    [
        (outcome(0.05), 8, "improving"),
        (outcome(0.051), 9, "too_few_years"),
        (outcome(0.051), 10, "not_significant"),
        (outcome(0.05, s=-9), 8, "worsening"),
        (outcome(0.083, p_best=0.083), 12, "too_few_years"),
        (outcome(0.2, p_best=0.05), 10, "not_significant"),
    ],
)
def test_each_word_from_both_sides(test: TrendTest, n: int, word: str) -> None:
    assert trend_word(test, n, "increase", RULES) == word


def test_a_fall_is_an_improvement_where_less_is_better() -> None:
    assert trend_word(outcome(0.01, s=-9), 8, "decrease", RULES) == "improving"


def test_four_years_are_too_few_even_for_a_perfect_rise_and_five_are_enough() -> None:
    plan = plan_with("level_at_least", 90)
    four = gather_evidence(measure(observed({2020: 80, 2021: 82, 2022: 84, 2023: 86}), plan), plan, 2023).iloc[0]
    assert (four["trend"], four["p_value"]) == ("too_few_years", pytest.approx(1 / 12))
    values = observed({2019: 78, 2020: 80, 2021: 82, 2022: 84, 2023: 86})
    five = gather_evidence(measure(values, plan), plan, 2023).iloc[0]
    assert (five["trend"], five["slope"], five["slope_unit"]) == ("improving", pytest.approx(2), "percentage points")


def test_an_index_has_its_slope_in_per_cent_a_year() -> None:
    plan = plan_with("relative_reduction", 20, direction="decrease", unit="t")
    values = observed({2018 + year: 100 * 0.97**year for year in range(6)}, unit="t")
    row = gather_evidence(measure(values, plan), plan, 2023).iloc[0]
    assert (row["trend"], row["slope"], row["slope_unit"]) == ("improving", pytest.approx(-3), "%")


def test_of_a_total_the_yearly_amounts_are_examined() -> None:
    plan = plan_with("cumulative_reduction", 100, series="yearly_increment", unit="t")
    amounts = observed({2021: 9, 2022: 8, 2023: 7, 2024: 6, 2025: 5}, unit="t")
    row = gather_evidence(measure(amounts, plan), plan, 2025).iloc[0]
    assert (row["of_amounts"], row["n_values"], row["slope"], row["trend"]) == (True, 5, -1, "worsening")


def test_later_years_and_bounds_are_not_used() -> None:
    plan = plan_with("level_at_least", 90)
    values = observed({2019: 78, 2020: 80, 2021: 82})
    row = gather_evidence(measure(values, plan), plan, 2020).iloc[0]
    assert (row["n_values"], row["latest_year"]) == (2, 2020)
