"""Numbers as they are printed."""

import datetime
import math

import pytest

from analysis.wording import escape, label_id, wording

ZH, EN = wording("zh"), wording("en")


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "chinese", "english"),
    [
        (4961, 0, False, "4961", "4,961"),
        (-2.35, 1, True, "\N{MINUS SIGN}2.4", "\N{MINUS SIGN}2.4"),
        (2.35, 1, True, "+2.4", "+2.4"),
        (-0.04, 1, True, "0.0", "0.0"),
        (1234567.891, 2, False, "1234567.89", "1,234,567.89"),
        (math.nan, 1, True, "—", "—"),
    ],
)
def test_numbers_have_one_precision_true_minus_and_no_negative_zero(value, decimals, signed, chinese, english):
    assert ZH.number(value, decimals, signed=signed) == chinese
    assert EN.number(value, decimals, signed=signed) == english


@pytest.mark.parametrize(("value", "printed"), [(14.5, "14.5"), (90.0, "90"), (1.3, "1.3"), (4961.0, "4961")])
def test_targets_are_printed_as_the_plan_writes_them(value, printed):
    assert ZH.as_written(value) == printed


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        (0.12, "12%"),
        (0.29, "29%"),
        (0.896, "89%"),
        (0.004, "<1%"),
        (0.0, "<1%"),
        (0.996, ">99%"),
        (1.0, ">99%"),
        (math.nan, "—"),
    ],
)
def test_a_forecast_is_never_certain(share, printed):
    assert EN.probability(share) == printed


def test_units_are_spaced_as_the_language_does():
    assert ZH.with_unit("4961", "t") == "4961吨"
    assert EN.with_unit("4,961", "t") == "4,961 t"
    assert EN.with_unit("1", "percentage points") == "1 percentage point"
    assert EN.with_unit("86.9", "%") == "86.9%"
    assert ZH.with_unit("—", "t") == "—"


def test_a_difference_of_percentages_is_in_points():
    assert ZH.change("3.4", "%") == "3.4个百分点"
    assert EN.change("3.4", "%") == "3.4 percentage points"
    assert ZH.change("3", "t") == "3吨"


def test_lists_and_dates():
    assert ZH.listing(["甲", "乙", "丙"]) == "甲、乙和丙"
    assert EN.listing(["a", "b", "c"]) == "a, b and c"
    assert EN.listing(["a"]) == "a"
    day = datetime.date(2023, 12, 6)
    assert ZH.date(day) == "2023年12月6日"
    assert EN.date(day) == "6 December 2023"


def test_data_cannot_become_markup_or_break_a_table_row():
    assert escape("a|b\n*c* <d> [e]") == r"a\|b \*c\* \<d\> \[e\]"


def test_labels_hold_letters_digits_and_hyphens_only():
    assert label_id("fig", "energy_intensity", "", "a.b") == "fig-energy-intensity-a-b"
