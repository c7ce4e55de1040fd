"""The tables of one edition against another: revised values, changed verdicts, projections against what happened."""

from __future__ import annotations

from analysis.contracts.core import PLACE
from analysis.contracts.schema import Column, Contract, number

# What became of a value that an earlier edition had, or of a year that it could have had.
VALUE_CHANGES = ("revised", "withdrawn", "late")
VERDICTS = ("status", "schedule", "outlook")
# Causes of a changed verdict, in the order in which they are attributed.
CAUSES = ("changed_method", "changed_rule", "changed_target", "revised_data", "new_data")
TURNS = ("better", "worse", "neither")

CHANGED_VALUES = Contract(
    "changed_values",
    (
        *PLACE,
        Column("change", allowed=VALUE_CHANGES),
        number("old_value"),
        Column("old_unit"),
        Column("old_bound"),
        Column("old_vintage"),
        Column("old_source"),
        number("new_value"),
        Column("new_unit"),
        Column("new_bound"),
        Column("new_vintage"),
        Column("new_source"),
        number("difference"),
        Column("file"),
        Column("sheet"),
        Column("cell"),
    ),
    key=("region", "indicator", "year"),
)

CHANGED_VERDICTS = Contract(
    "changed_verdicts",
    (
        Column("region"),
        Column("indicator"),
        Column("tier"),
        Column("verdict", allowed=VERDICTS),
        Column("before"),
        Column("after"),
        Column("turn", allowed=TURNS),
        Column("causes"),
        Column("n_causes", "integer"),
    ),
    key=("region", "indicator", "tier", "verdict"),
)

CHECKED_PROJECTIONS = Contract(
    "checked_projections",
    (
        *PLACE,
        Column("years_ahead", "integer"),
        Column("unit"),
        number("projected", is_required=True),
        number("lower_80"),
        number("upper_80"),
        number("lower_95"),
        number("upper_95"),
        number("actual", is_required=True),
        Column("actual_status"),
        number("error", is_required=True),
        Column("is_within_80", "flag"),
        Column("is_within_95", "flag"),
    ),
    key=("region", "indicator", "year"),
)
