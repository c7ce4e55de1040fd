"""Directions in words: falls, rises, standstills, intervals that go either way, probabilities at their ends."""

from __future__ import annotations

import re

import pytest
import sample_tables as sample
from plan_builder import plan_with

from analysis import movements, narrative
from analysis.assessment import load_rules
from analysis.assessment.verdicts import outlook_word
from analysis.readings import Reading, readings
from analysis.wording import wording

PLAN = sample.plan()


def reading(indicator: str, language: str = "zh", **columns: float) -> Reading:
    rows = sample.assessment().assign(**columns)
    return readings(rows, PLAN, language, sample.AREA, indicator=indicator)[0]


def expected(mean: float, low: float, high: float, language: str = "zh", indicator: str = "energy") -> str:
    values = {"forecast_mean": mean, "forecast_lower_80": low, "forecast_upper_80": high}
    return movements.forecast(reading(indicator, language, **values))


def test_a_forecast_is_a_verb_and_a_number_without_sign() -> None:
    assert expected(88.5, 86.1, 91.2) == "到2025年比2020年下降11.5%（80%区间为8.8%至13.9%）"
    assert expected(103.0, 101.0, 105.5) == "到2025年比2020年上升3.0%（80%区间为1.0%至5.5%）"
    assert expected(88.5, 86.1, 91.2, "en") == "it falls by 11.5% from 2020 to 2025 (80% interval: 8.8% to 13.9%)"
    assert expected(103.0, 101.0, 105.5, "en") == "it rises by 3.0% from 2020 to 2025 (80% interval: 1.0% to 5.5%)"


def test_an_interval_that_goes_either_way_says_both() -> None:
    assert expected(99.0, 96.9, 101.5) == "到2025年比2020年下降1.0%（80%区间为从下降3.1%到上升1.5%）"
    assert "from a fall of 3.1% to a rise of 1.5%" in expected(99.0, 96.9, 101.5, "en")


def test_what_prints_as_no_change_is_none() -> None:
    assert expected(99.97, 96.9, 101.5) == "到2025年与2020年基本持平（80%区间为从下降3.1%到上升1.5%）"
    # A bound that prints as zero is no direction of its own.
    assert expected(98.0, 96.0, 100.04) == "到2025年比2020年下降2.0%（80%区间为0.0%至4.0%）"


def test_points_are_counted_the_other_way_and_their_unit_is_named_once() -> None:
    assert expected(12.0, 10.0, 14.0, indicator="coatings") == (
        "到2025年比2020年下降12.0个百分点（80%区间为10.0至14.0个百分点）"
    )
    assert "rises by 2.0 percentage points" in expected(-2.0, -4.0, -1.0, "en", "coatings")


def test_an_interval_of_one_value_is_not_printed() -> None:
    assert expected(100.0, 99.96, 100.0, indicator="straw") == "2025年为100.0%"
    assert "80%区间为99.9%至100.0%" in expected(100.0, 99.9, 100.0, indicator="straw")


@pytest.mark.parametrize(
    ("share", "chinese", "english"),
    [
        (0.009, "概率不足1%", "is below 1%"),
        (0.01, "概率为1%", "is 1%"),
        (0.99, "概率为99%", "is 99%"),
        (0.991, "概率超过99%", "is above 99%"),
    ],
)
def test_a_probability_is_never_nothing_and_never_certain(share: float, chinese: str, english: str) -> None:
    assert movements.chance(reading("energy", p_met=share)) == chinese
    assert movements.chance(reading("energy", "en", p_met=share)) == english


@pytest.mark.parametrize(
    ("share", "word"), [(0.9, "very_likely"), (0.66, "likely"), (0.34, "uncertain"), (0.1, "unlikely")]
)
def test_a_probability_that_prints_as_a_threshold_has_its_word(share: float, word: str) -> None:
    rules = load_rules()
    for almost in (share, share - 1e-12):
        assert outlook_word(almost, rules) == word
        assert wording("zh").probability(almost) == f"{share:.0%}"
    below = share - 0.001
    assert outlook_word(below, rules) != word
    assert wording("zh").probability(below) == f"{share - 0.01:.0%}"


@pytest.mark.parametrize(
    ("kind", "direction", "phrase"),
    [
        ("relative_reduction", "decrease", "下降16%左右"),
        ("share_points_reduction", "decrease", "降低16%左右"),
        ("level_at_least", "increase", "达到16%左右"),
        ("level_at_most", "decrease", "控制在16%左右"),
        ("completion", "increase", "达到16%左右"),
    ],
)
def test_about_does_not_swallow_what_is_to_happen(kind: str, direction: str, phrase: str) -> None:
    plan = plan_with(kind, 16, direction=direction, about=True)
    (scored,) = plan.scored()
    row = type("Row", (), {"kind": kind, "target_value": 16.0, "unit": "%", "region": plan.area, "tier": "base"})()
    assert Reading(row, scored, plan, wording("zh")).to_reach == phrase


def test_titles_that_hold_a_separator_are_quoted() -> None:
    words = wording("zh")
    assert narrative.named(["甲", "乙"], words) == "甲和乙"
    assert narrative.named(["甲", "铁路、水路占比", "丙"], words) == "“甲”“铁路、水路占比”和“丙”"
    assert narrative.named(["铁路、水路占比"], words) == "铁路、水路占比"
    assert narrative.named(["A", "Rail, water", "C"], wording("en")) == "“A”, “Rail, water” and “C”"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_for_a_direction_stands_before_a_sign(language: str) -> None:
    for indicator in sample.TARGETS:
        for mean in (88.5, 103.0):
            rows = sample.assessment().assign(
                forecast_mean=mean, forecast_lower_80=mean - 9, forecast_upper_80=mean + 9
            )
            text = narrative.indicator_paragraph(rows, PLAN, indicator, sample.AREA, language)
            assert not re.search(r"(?:下降|上升|降低|提高|增长|减少|增加|变化|by|of)\s*[−+-]\d", text)
