"""The table of what a target would look like under an assumption."""

from __future__ import annotations

from analysis.contracts.schema import Column, Contract, number
from analysis.contracts.vocabulary import ASSESSED, OUTLOOKS

# As the forecast has it; the paces of the last years, of the whole plan, the one still required, and the one that makes
# the target likely; what was asked.
ASSUMPTIONS = ("forecast", "recent", "plan", "required", "secure", "given")

WHAT_IF = Contract(
    "what_if",
    (
        Column("region"),
        Column("indicator"),
        Column("tier"),
        Column("assumption", allowed=ASSUMPTIONS),
        number("change"),
        Column("is_percent", "flag"),
        number("extra"),
        Column("target_year", "integer"),
        number("value"),
        number("p_met"),
        Column("outlook", allowed=OUTLOOKS),
        Column("status", allowed=ASSESSED),
    ),
    key=(),
)
