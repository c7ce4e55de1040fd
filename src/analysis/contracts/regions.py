"""The tables of the chapter on regions: reconciliation, contributions to the gap, grades."""

from __future__ import annotations

from analysis.contracts.schema import Column, Contract, number
from analysis.contracts.vocabulary import REASONS

METHODS = ("sum", "weighted", "none")

RECONCILIATION = Contract(
    "reconciliation",
    (
        Column("indicator"),
        Column("year", "integer"),
        Column("method", allowed=METHODS),
        Column("unit"),
        number("area_value"),
        number("combined_value"),
        number("difference"),
        Column("missing"),
    ),
    key=(),
)

CONTRIBUTIONS = Contract(
    "contributions",
    (
        Column("region"),
        Column("indicator"),
        Column("year", "integer"),
        Column("unit"),
        number("value"),
        number("due"),
        number("gap"),
    ),
    key=("region", "indicator"),
)

REGIONAL_GRADES = Contract(
    "regional_grades",
    (
        Column("region"),
        Column("indicator"),
        Column("year", "optional_integer"),
        number("progress"),
        number("completion"),
        Column("rank", "optional_integer"),
        Column("is_shared", "flag"),
        number("reduction"),
        number("required_reduction"),
        Column("first_quarter"),
        Column("half_year"),
        number("target_points"),
        number("measures_points"),
        number("total"),
        Column("grade"),
        Column("is_vetoed", "flag"),
        Column("reason", allowed=(*REASONS, "no_measures_part")),
    ),
    key=("region",),
)
