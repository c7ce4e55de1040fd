"""The table that compares places."""

from __future__ import annotations

from analysis.contracts.schema import Column, Contract, number
from analysis.contracts.vocabulary import ASSESSED

RANKING = Contract(
    "ranking",
    (
        Column("indicator"),
        Column("tier", allowed=("base", "stretch")),
        Column("kind"),
        Column("unit"),
        Column("plan"),
        Column("edition", "integer"),
        Column("rank", "optional_integer"),
        number("lead"),
        Column("latest_year", "optional_integer"),
        number("latest_value"),
        Column("target_year", "integer"),
        number("target_value"),
        number("progress"),
        number("expected_progress"),
        number("p_met"),
        Column("status", allowed=ASSESSED),
        Column("is_demonstration", "flag"),
    ),
    key=("indicator", "tier", "plan"),
)
