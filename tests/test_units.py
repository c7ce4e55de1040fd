"""Units are found by any of their names and convert only into what they can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.units import convert, find_unit, nearest_units, unit_ids


def converted(value: float, source: str, target: str) -> float | None:
    one, other = find_unit(source), find_unit(target)
    assert one is not None
    assert other is not None
    return convert(value, one, other)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("吨标准煤", "tce"),
        ("吨标煤", "tce"),
        (" 万吨 标准煤 ", "10k tce"),
        ("％", "%"),
        ("m³/10k CNY", "m3/10k CNY"),
        ("立方米／万元", "m3/10k CNY"),
        ("KWH", "kWh"),
        ("个百分点", "percentage points"),
    ],
)
def test_a_unit_has_many_names(name: str, id: str) -> None:
    unit = find_unit(name)
    assert unit is not None
    assert unit.id == id


@pytest.mark.parametrize(
    ("name", "basis"),
    [
        ("tce/10k CNY (2020 prices)", "2020"),
        ("吨标准煤/万元（2020年价）", "2020"),
        ("吨标准煤/万元(2020年不变价)", "2020"),
        ("m3/10k CNY (current prices)", "current"),
        ("立方米/万元（当年价）", "current"),
        ("% (comparable prices)", "comparable"),
        ("立方米/万元", ""),
    ],
)
def test_a_unit_may_state_its_price_basis(name: str, basis: str) -> None:
    unit = find_unit(name)
    assert unit is not None
    assert unit.basis == basis


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1, "万吨标准煤", "吨标准煤", 10000),
        (4961, "吨", "万吨", 0.4961),
        (1, "亿千瓦时", "吉瓦时", 100),
        (14.5, "%", "‰", 145),
        (1, "亿元", "万元", 10000),
        (0.5, "吨标准煤/万元 (2020年价)", "吨标准煤/万元", 0.5),
    ],
)
def test_conversions(value: float, source: str, target: str, expected: float) -> None:
    assert converted(value, source, target) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("吨", "吨标准煤"),
        ("%", "个百分点"),
        ("吨标准煤/万元 (2020年价)", "吨标准煤/万元 (2015年价)"),
        ("立方米/万元（当年价）", "立方米/万元（可比价）"),
    ],
)
def test_what_does_not_convert(source: str, target: str) -> None:
    assert converted(1.0, source, target) is None


@given(st.floats(-1e12, 1e12), st.sampled_from(["吨", "万吨", "亿吨"]), st.sampled_from(["吨", "万吨", "亿吨"]))
def test_there_and_back_is_the_same(value: float, source: str, target: str) -> None:
    there = converted(value, source, target)
    assert there is not None
    assert converted(there, target, source) == pytest.approx(value, rel=1e-12)


def test_an_unknown_unit_has_a_nearest_one() -> None:
    assert find_unit("吨标准煤/万圆") is None
    assert nearest_units("吨标准煤/万圆")[0] == "tce/10k CNY"
    assert nearest_units("xyzzy") == []


def test_every_unit_is_found_by_its_own_id_and_labels() -> None:
    for id in unit_ids():
        unit = find_unit(id)
        assert unit is not None
        assert (unit.id, find_unit(unit.zh), find_unit(unit.en)) == (id, unit, unit)
        assert {unit.label("zh"), unit.label("en")} == {unit.zh, unit.en}


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("万吨标准煤/万元", "10k tce/10k CNY"),
        ("吨标准煤/亿元", "tce/100M CNY"),
        ("万辆", "10000 vehicle"),
        ("10 000 tons", "10000 t"),
        ("毫克/立方米", "mg/m3"),
        ("公顷", "ha"),
    ],
)
def test_multiples_and_quotients_are_put_together(name: str, id: str) -> None:
    unit = find_unit(name)
    assert unit is not None
    assert unit.id == id


@pytest.mark.parametrize("name", ["万", "3.5万", "/", "吨/", "/万元", "吨/万元/年", "百分", "斗"])
def test_what_is_no_unit(name: str) -> None:
    assert find_unit(name) is None


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1, "万吨标准煤/万元", "吨标准煤/万元", 10000),
        (4800, "吨标准煤/亿元", "吨标准煤/万元", 0.48),
        (12, "元/立方米", "万元/万立方米", 12),
        (15, "亩", "公顷", 1),
        (1, "毫克/升", "微克/立方米", 1e6),
        (3, "万人", "人", 30000),
    ],
)
def test_conversions_of_compound_units(value: float, source: str, target: str, expected: float) -> None:
    assert converted(value, source, target) == pytest.approx(expected, rel=1e-12)


def test_standard_coal_does_not_convert_into_electricity_or_heat() -> None:
    # Between them stands a coefficient (等价值 or 当量值) that must be stated.
    assert converted(1.0, "万吨标准煤", "亿千瓦时") is None
    assert converted(1.0, "吨标准煤", "吉焦") is None
    assert converted(1.0, "吨二氧化碳", "吨") is None
