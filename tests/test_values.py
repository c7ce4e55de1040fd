"""What stands in a cell: numbers, bounds, flags, years and dates as bureaus write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.values import parse_status, parse_value, parse_vintage, parse_year, years_within


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("88.5", 88.5),
        (" 88.5 ", 88.5),
        ("８８．５", 88.5),
        ("-3.27", -3.27),
        ("−3.27", -3.27),
        ("–3.27", -3.27),
        ("－3.27", -3.27),
        ("+1.5", 1.5),
        (".5", 0.5),
        ("1,234.5", 1234.5),
        ("1，234，567", 1234567),
        ("12 345", 12345),
        ("1.2E+05", 120000),
        ("0", 0),
        ("88.5[2]", 88.5),
        ("88.5①", 88.5),
        ("88.5²", 88.5),
        ("88.5*", 88.5),
    ],
)
def test_numbers(text: str, number: float) -> None:
    parsed = parse_value(text)
    assert (parsed.number, parsed.bound, parsed.unit, parsed.reason) == (number, "exact", "", "")


@pytest.mark.parametrize(
    ("text", "number", "bound", "unit"),
    [
        ("约59%", 59, "about", "%"),
        ("59％左右", 59, "about", "%"),
        ("近80%", 80, "about", "%"),
        ("达88%以上", 88, "at_least", "%"),
        (">=88", 88, "at_least", ""),
        ("≥ 88", 88, "at_least", ""),
        (">41", 41, "at_least", ""),
        ("超过97%", 97, "at_least", "%"),
        ("不低于90", 90, "at_least", ""),
        ("10以下", 10, "at_most", ""),
        ("不足10%", 10, "at_most", "%"),
        ("<10", 10, "at_most", ""),
        ("≤9.5", 9.5, "at_most", ""),
        ("0.145吨标准煤", 0.145, "exact", "吨标准煤"),
        ("12 m³", 12, "exact", "m3"),
    ],
)
def test_bounds_and_units_beside_a_number(text: str, number: float, bound: str, unit: str) -> None:
    parsed = parse_value(text)
    assert (parsed.number, parsed.bound, parsed.unit) == (number, bound, unit)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("88.5(p)", "preliminary"),
        ("88.5（初步核算）", "preliminary"),
        ("88.5 r", "revised"),
        ("88.5[r]", "revised"),
        ("(e)88.5", "estimated"),
        ("88.5修订", "revised"),
        ("88.5", ""),
    ],
)
def test_flags_beside_a_number(text: str, status: str) -> None:
    assert (parse_value(text).number, parse_value(text).status) == (88.5, status)


@pytest.mark.parametrize("text", ["", "  ", "—", "——", "-", "–", "…", "……", "...", "n/a", "N/A", "nan", "/", "暂无"])
def test_marks_for_no_value_are_neither_zero_nor_wrong(text: str) -> None:
    parsed = parse_value(text)
    assert (parsed.number, parsed.reason) == (None, "missing")


@pytest.mark.parametrize("text", ["26-29%", "26—29%", "26~29", "26％－29％", "26至29", "50-70", "约26-29%"])
def test_a_range_is_no_value(text: str) -> None:
    assert (parse_value(text).number, parse_value(text).reason) == (None, "range")


@pytest.mark.parametrize(
    "text",
    [
        "较上年有所提高",
        "下降3.5%",
        "3.5万",
        "1 23",
        "1,5",
        "12,34",
        "1.2.3",
        "88..5",
        "(3.5)",
        "2024年农业指标",
        "12 斗",
        "#REF!",
        "=A1+B1",
        "inf",
        "½",
        "80%以上90%以下",
        "大于80以下",
    ],
)
def test_what_is_not_plainly_one_number_is_refused(text: str) -> None:
    assert (parse_value(text).number, parse_value(text).reason) == (None, "not_a_number")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_python_writes_reads_back_equal(number: float) -> None:
    assert parse_value(repr(number)).number == number


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_do_not_change_a_number(number: int) -> None:
    assert parse_value(f"{number:,}").number == number


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    parsed = parse_value(text)
    assert (parsed.number is None) == bool(parsed.reason)
    parse_year(text)
    parse_vintage(text)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2011", 2011),
        ("2011年", 2011),
        ("２０１１年度", 2011),
        ("2011.0", 2011),
        ("二〇一一年", 2011),
        ("二零一一", 2011),
        ("二OO九年", 2009),
        ("2011-12-31", 2011),
        (" 2011 年 ", 2011),
    ],
)
def test_years(text: str, year: int) -> None:
    assert parse_year(text) == (year, "")


def test_a_flag_may_stand_beside_a_year() -> None:
    assert parse_year("2024年(p)") == (2024, "preliminary")
    assert parse_year("2024（初步）") == (2024, "preliminary")


@pytest.mark.parametrize("text", ["", "2011年1月", "2011-2015", "11", "去年", "20111", "2011-06-30", "二十年"])
def test_what_is_no_year(text: str) -> None:
    assert parse_year(text) is None


def test_years_that_a_title_speaks_of() -> None:
    assert years_within("2020—2024年各县区单位GDP能耗") == (2020, 2024)
    assert years_within("青山市二〇二一年统计表（2021年）") == (2021,)
    assert years_within("表12345") == ()


@pytest.mark.parametrize(
    ("text", "vintage"),
    [
        ("", ""),
        ("2023", "2023"),
        ("2023-6", "2023-06"),
        ("2023/06/30", "2023-06-30"),
        ("2023年6月30日", "2023-06-30"),
        ("2023-06-30 00:00:00", "2023-06-30"),
        ("2023-13", None),
        ("第二版", None),
    ],
)
def test_dates_of_delivery(text: str, vintage: str | None) -> None:
    assert parse_vintage(text) == vintage


def test_status_words() -> None:
    assert [parse_status(text) for text in ("初步核算", "(r)", "", "示例", "final", "nonsense")] == [
        "preliminary",
        "revised",
        "",
        "synthetic",
        "published",
        None,
    ]
