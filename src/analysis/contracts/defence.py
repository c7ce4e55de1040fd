"""What stands beside a verdict: peers' rules, the value that would turn it, the evidence for a trend."""

from __future__ import annotations

from analysis.contracts.schema import Column, Contract, number
from analysis.contracts.vocabulary import ASSESSED

PEERS = (
    "eurostat",
    "open_sdg",
    "unsd",
    "escap",
    "germany",
    "barometer_gap",
    "barometer_direction",
    "responsibility",
)
PEER_REASONS = (
    "",
    "zero_value",
    "negative_value",
    "sign_change",
    "target_is_base",
    "base_meets_target",
    "too_few_values",
    "not_a_reduction",
    "nothing_required",
    "no_measures_part",
    "number_only",
)
TRENDS_FOUND = ("improving", "worsening", "not_significant", "too_few_years")

TARGET = (Column("region"), Column("indicator"), Column("tier", allowed=("base", "stretch")))
TARGET_KEY = ("region", "indicator", "tier")

PEER_RULES = Contract(
    "peer_rules",
    (
        *TARGET,
        Column("rule", allowed=PEERS),
        Column("label"),
        number("value"),
        Column("is_applicable", "flag"),
        Column("reason", allowed=PEER_REASONS),
        Column("agrees", allowed=("yes", "no", "")),
    ),
    key=(*TARGET_KEY, "rule"),
)

TURNING_POINTS = Contract(
    "turning_points",
    (
        *TARGET,
        Column("status", allowed=ASSESSED),
        number("latest_value"),
        number("better_value"),
        Column("better_status", allowed=(*ASSESSED, "")),
        number("worse_value"),
        Column("worse_status", allowed=(*ASSESSED, "")),
    ),
    key=TARGET_KEY,
)

EVIDENCE = Contract(
    "evidence",
    (
        Column("region"),
        Column("indicator"),
        Column("first_year", "integer"),
        Column("latest_year", "integer"),
        Column("n_values", "integer"),
        number("slope"),
        number("slope_lower"),
        number("slope_upper"),
        number("confidence"),
        Column("slope_unit"),
        Column("statistic", "integer"),
        number("p_value"),
        number("p_exact"),
        number("p_best"),
        number("variance_factor"),
        Column("is_corrected", "flag"),
        Column("of_amounts", "flag"),
        Column("trend", allowed=TRENDS_FOUND),
    ),
    key=("region", "indicator"),
)
