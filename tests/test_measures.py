"""From observations to the quantity that a target is about: hand-computed."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_builder import observed, plan_with

from analysis.measures import chain_changes, measure, running_total


def series(table: pd.DataFrame) -> dict[int, float]:
    return {int(year): float(value) for year, value in zip(table["year"], table["value"], strict=True)}


def test_yearly_changes_are_chained_to_an_index() -> None:
    chain = chain_changes(pd.Series({2021: 1.51, 2022: -2.20, 2023: -4.18}), 2020)
    assert chain[2020] == 100
    assert chain[2023] - 100 == pytest.approx(-4.87, abs=0.005)


def test_a_chain_also_runs_backwards_from_the_base_year() -> None:
    chain = chain_changes(pd.Series({2020: 25.0, 2021: -10.0}), 2020)
    assert list(chain.index) == [2019, 2020, 2021]
    assert chain[2019] == pytest.approx(80)
    assert chain[2021] == pytest.approx(90)


def test_a_chain_never_crosses_a_missing_year() -> None:
    assert list(chain_changes(pd.Series({2021: -1.0, 2023: -1.0}), 2020).index) == [2020, 2021]


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=12))
def test_the_chain_is_the_product_of_the_changes(changes: list[float]) -> None:
    chain = chain_changes(pd.Series(dict(enumerate(changes, 1))), 0)
    assert chain[len(changes)] == pytest.approx(100 * math.prod(1 + change / 100 for change in changes))


def test_yearly_amounts_are_added_up_since_the_base_year() -> None:
    total = running_total(pd.Series({2019: 5.0, 2020: 7.0, 2021: 10.0, 2022: 20.0}), 2020)
    assert dict(total) == {2018: -12, 2019: -7, 2020: 0, 2021: 10, 2022: 30}


def test_a_total_stops_before_a_missing_year_and_says_so() -> None:
    plan = plan_with("cumulative_reduction", 100, series="yearly_increment", unit="t")
    table = measure(observed({2021: 10, 2023: 30}), plan)
    assert series(table) == {2020: 0, 2021: 10}
    assert "gap_in_series" in table["note"].iloc[-1]


def test_levels_in_comparable_prices_become_an_index() -> None:
    plan = plan_with("relative_reduction", 15, direction="decrease")
    table = measure(observed({2019: 60, 2020: 50, 2022: 45}), plan)
    assert series(table) == pytest.approx({2019: 120, 2020: 100, 2022: 90})
    assert set(table["unit"]) == {"index"}


def test_points_count_what_is_gone_since_the_base_year() -> None:
    plan = plan_with("share_points_reduction", 20, direction="decrease")
    assert series(measure(observed({2020: 70, 2023: 58}), plan)) == {2020: 0, 2023: 12}


def test_without_a_base_value_the_delivered_values_stay_and_the_base_is_missing() -> None:
    plan = plan_with("relative_reduction", 15, direction="decrease")
    table = measure(observed({2021: 50, 2022: 45}), plan)
    assert series(table) == {2021: 50, 2022: 45}
    assert table["base_value"].isna().all()


def test_a_fallback_base_year_is_used_only_when_the_plan_states_it() -> None:
    values = observed({2018: 84.7, 2021: 88.1})
    assert measure(values, plan_with("level_at_least", 86))["base_value"].isna().all()
    stated = measure(values, plan_with("level_at_least", 86, fallback_base_year=2018))
    assert set(stated["base_value"]) == {84.7}
    assert set(stated["base_year"]) == {2018}


def test_the_newest_vintage_is_used() -> None:
    values = pd.concat([observed({2020: 50, 2021: 40}, vintage="2022-01"), observed({2021: 45}, vintage="2023-01")])
    plan = plan_with("relative_reduction", 15, direction="decrease")
    assert series(measure(values, plan))[2021] == pytest.approx(90)


def test_demonstration_data_stays_marked_in_everything_computed_from_it() -> None:
    plan = plan_with("relative_reduction", 15, series="yearly_change", direction="decrease")
    values = pd.concat([observed({2021: -1}, status="synthetic"), observed({2022: -1})])
    assert list(measure(values, plan)["status"]) == ["synthetic", "synthetic", "synthetic"]


def test_regions_are_measured_apart() -> None:
    values = pd.concat([observed({2020: 50, 2021: 45}), observed({2020: 80, 2021: 40}, region="east")])
    table = measure(values, plan_with("relative_reduction", 15, direction="decrease"))
    latest = table[table["year"] == 2021].set_index("region")["value"]
    assert dict(latest) == {"city": 90, "east": 50}
