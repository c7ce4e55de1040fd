"""The finished national plan, edition by edition: what could be said then, and what came true."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.assessment import assess
from analysis.measures import measure
from analysis.observations import load
from analysis.plan import load_plan
from analysis.trends import fit_trends

RAW = Path(__file__).parents[1] / "data" / "raw"
FINISHED = RAW / "china-135"
RUNNING = RAW / "china-145"
INTENSITY = "energy_intensity_gdp"


def edition(folder: Path, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations and assessment of an edition."""
    plan = load_plan(folder)
    observations = load(folder, plan, year, "zh").observations
    measures = measure(observations, plan)
    return observations, assess(plan, measures, fit_trends(measures, plan, year), year)


def row(table: pd.DataFrame, indicator: str) -> Any:
    return table[table["indicator"] == indicator].iloc[0]


@pytest.mark.parametrize("year", [2016, 2017, 2018, 2019])
def test_each_edition_before_the_end_states_a_probability_from_its_own_years(year: int) -> None:
    observations, table = edition(FINISHED, year)
    assert observations["year"].max() == year
    judged = row(table, INTENSITY)
    assert judged["latest_year"] == year
    assert 0 < judged["p_met"] < 1
    assert judged["outlook"] != "decided"


def test_the_probability_of_2018_rests_on_the_chain_up_to_2018() -> None:
    judged = row(edition(FINISHED, 2018)[1], INTENSITY)
    assert judged["latest_value"] == pytest.approx(100 * 0.95 * 0.963 * 0.969)
    assert judged["target_level"] == 85


def test_the_last_edition_shows_what_happened() -> None:
    """−5.0, −3.7, −3.1, −2.6 and −0.1 % chain to −13.7 %: the target of −15 % is missed."""
    judged = row(edition(FINISHED, 2020)[1], INTENSITY)
    assert judged["latest_value"] - 100 == pytest.approx(-13.7, abs=0.05)
    assert (judged["status"], judged["outlook"]) == ("missed", "decided")
    assert math.isnan(judged["p_met"])


def test_what_was_delivered_later_is_not_known_to_an_earlier_edition() -> None:
    """The change of 2007 was published as −3.27, −3.66 and −5.04 %; each edition uses what lay before it."""
    plan = load_plan(FINISHED)
    changes = {
        year: load(FINISHED, plan, year, "zh").observations.set_index(["indicator", "year", "vintage"])["value"]
        for year in (2008, 2016)
    }
    assert changes[2016].loc[(INTENSITY, 2007)].iloc[-1] == pytest.approx(-5.04)
    assert -5.04 not in set(changes[2008].loc[(INTENSITY, 2007)])


def test_indicators_without_delivered_data_say_so() -> None:
    _, table = edition(FINISHED, 2018)
    others = table[table["indicator"] != INTENSITY]
    assert len(others) == 10
    assert set(others["status"]) == {"not_assessed"}
    assert set(others["reason"]) == {"no_data"}


def test_the_running_plan_chains_the_published_changes_and_marks_the_new_definition() -> None:
    plan = load_plan(RUNNING)
    observations, table = edition(RUNNING, 2025)
    judged = row(table, INTENSITY)
    expected = 100 * 0.973 * 0.999 * 0.995 * 0.962 * 0.949
    assert judged["latest_value"] == pytest.approx(expected)
    assert judged["status"] == "missed"
    assert [item.year for item in plan.indicator(INTENSITY).breaks] == [2024]
    notes = measure(observations, plan).query("indicator == @INTENSITY and year == 2024")["note"]
    assert "definition" in notes.iloc[0]


def test_two_published_values_are_too_short_and_no_probability_is_made_of_them() -> None:
    judged = row(edition(RUNNING, 2022)[1], "water_per_industrial_va")
    assert judged["outlook"] == "too_short"
    assert math.isnan(judged["p_met"])
