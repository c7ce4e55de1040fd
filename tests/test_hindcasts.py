"""Declared breaks, forecasts repeated from earlier years, a finished plan judged again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from plan_builder import observed, plan_with

from analysis.assessment.history import outlooks_by_edition
from analysis.measures import measure
from analysis.plan import Break, Plan
from analysis.trends import count_values, fit_trends, predict, predict_series, usable_values
from analysis.trends.hindcasts import compare_members, hindcast
from analysis.trends.ols import fit_line

WAVES = {2010 + step: 50.0 + 1.2 * step + (step % 3) for step in range(14)}


def with_break(plan: Plan, year: int, kind: str) -> Plan:
    note = {"zh": "口径调整", "en": "new definition"}
    changed = plan.indicators[0].model_copy(update={"breaks": [Break(year=year, kind=kind, note=note)]})  # type: ignore[arg-type]
    return plan.model_copy(update={"indicators": [changed, *plan.indicators[1:]]})


def test_a_changed_definition_starts_the_series_anew() -> None:
    plan = with_break(plan_with("level_at_least", 90), 2014, "definition")
    scored, values = plan.scored()[0], pd.Series(WAVES)
    assert usable_values(values, scored).tolist() == [WAVES[year] for year in range(2014, 2024)]
    assert count_values(values, scored) == 10
    expected = predict(np.array([WAVES[year] for year in range(2014, 2024)]), 2)
    assert predict_series(values, scored).mean()[1] == expected.mean()[1]  # type: ignore[union-attr]
    trends = fit_trends(measure(observed(WAVES), plan), plan, 2023)
    assert trends.loc[trends["model"] == "ols_hac", "year"].min() == 2014


def test_too_few_values_since_a_changed_definition_are_too_few() -> None:
    plan = with_break(plan_with("level_at_least", 90), 2019, "definition")
    assert predict_series(pd.Series(WAVES), plan.scored()[0]) is None


def test_the_jump_of_a_declared_shift_is_left_out() -> None:
    plan = with_break(plan_with("level_at_least", 90), 2017, "level")
    scored = plan.scored()[0]
    shifted = pd.Series({year: value + (40 if year >= 2017 else 0) for year, value in WAVES.items()})
    series = usable_values(shifted, scored)
    assert len(series) == len(shifted) - 1
    assert series[-1] == shifted.iloc[-1]
    changes = np.diff(list(WAVES.values()))
    assert np.diff(series) == pytest.approx(np.delete(changes, 2016 - 2010))


def test_the_jump_of_an_index_is_a_ratio() -> None:
    plan = with_break(plan_with("relative_reduction", 15, direction="decrease"), 2017, "level")
    values = pd.Series([120.0, 114, 110, 104, 101, 160, 150, 147], index=range(2012, 2020))
    series = usable_values(values, plan.scored()[0])
    ratios = np.delete(values.to_numpy()[1:] / values.to_numpy()[:-1], 4)
    assert series[1:] / series[:-1] == pytest.approx(ratios)
    assert series[-1] == 147


def test_a_suspected_break_is_never_applied() -> None:
    """Without a declaration the jump stays in the series."""
    shifted = pd.Series({year: value + (40 if year >= 2017 else 0) for year, value in WAVES.items()})
    assert usable_values(shifted, plan_with("level_at_least", 90).scored()[0]).tolist() == list(shifted)


def test_the_line_steps_at_a_shift_and_keeps_one_slope() -> None:
    years = np.arange(2010.0, 2022.0)
    values = 5 + 0.5 * (years - 2010) + np.where(years >= 2016, 7.0, 0.0)
    line = fit_line(years, values, 2, [2016])
    assert line is not None
    assert line.slope == pytest.approx(0.5)
    assert line.fitted == pytest.approx(values)
    assert line.mean == pytest.approx([18, 18.5])
    assert fit_line(years[:5], values[:5], 1, [2012]) is None


def test_a_hindcast_is_the_forecast_that_was_possible_then() -> None:
    plan = plan_with("level_at_least", 90)
    table = hindcast(measure(observed(WAVES), plan), plan, 2023)
    assert table["origin"].min() == 2015  # six values
    assert table["origin"].max() == 2022
    assert (table["year"] - table["origin"]).max() == 5
    row = table[(table["origin"] == 2018) & (table["year"] == 2020)].iloc[0]
    then = predict(np.array([WAVES[year] for year in range(2010, 2019)]), 2)
    assert row["mean"] == then.mean()[1]
    assert row["lower_80"] == then.interval(80)[0][1]
    assert row["actual"] == WAVES[2020]


def test_members_are_compared_in_the_measure_s_own_unit() -> None:
    plan = plan_with("relative_reduction", 15, series="yearly_change", direction="decrease")
    observations = observed({year: -3.0 - (year % 3) / 2 for year in range(2010, 2023)})
    members = compare_members(measure(observations, plan), plan, 2022).set_index("model")
    assert members.loc["combination", "year"] == 2025
    trends = fit_trends(measure(observations, plan), plan, 2022)
    fan = trends[(trends["model"] == "combination") & (trends["year"] == 2025)].iloc[0]
    assert members.loc["combination", "mean"] == fan["mean"]
    assert members.loc[["theta", "line", "median"], "mean"].between(70, 90).all()
    assert (members["reason"] == "").all()


def test_members_of_a_total_add_their_amounts_to_it() -> None:
    plan = plan_with("cumulative_reduction", 500, series="yearly_increment", unit="t", bounds=(0, None))
    amounts = {year: 50.0 + 5 * (year % 2) for year in range(2012, 2023)}
    members = compare_members(measure(observed(amounts), plan), plan, 2022).set_index("model")
    total = amounts[2021] + amounts[2022]
    for name in ("shrunken_drift", "line", "damped_ets"):
        assert total + 3 * 45 < members.loc[name, "mean"] < total + 3 * 60


def test_a_finished_plan_is_judged_with_what_was_known_then() -> None:
    plan = plan_with("level_at_least", 60)
    values = {year: 40.0 + 1.5 * (year - 2010) + year % 2 for year in range(2010, 2026)}
    table = outlooks_by_edition(plan, measure(observed(values), plan))
    assert table["edition"].tolist() == [2021, 2022, 2023, 2024, 2025]
    assert table["latest_value"].tolist() == [values[year] for year in range(2021, 2026)]
    assert table["is_reached"].all()
    assert table["status"].iloc[-1] == "met"
    still_open = outlooks_by_edition(plan, measure(observed({y: v for y, v in values.items() if y < 2025}), plan))
    assert still_open.empty
