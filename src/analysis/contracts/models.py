"""What stands behind a forecast: every model's word on the target year, and how earlier forecasts fared."""

from __future__ import annotations

from analysis.contracts.schema import Column, Contract, number

# The default forecast, the members, and the members' median.
FORECASTERS = (
    "combination",
    "shrunken_drift",
    "damped_ets",
    "theta",
    "local_linear_trend",
    "line",
    "median",
)
MEMBER_REASONS = ("", "too_short", "constant", "not_converged", "not_finite", "failed")

MEMBERS = Contract(
    "members",
    (
        Column("region"),
        Column("indicator"),
        Column("model", allowed=FORECASTERS),
        Column("year", "integer"),
        number("mean"),
        number("residual_spread"),
        number("residual_memory"),
        Column("reason", allowed=MEMBER_REASONS),
    ),
    key=("region", "indicator", "model"),
)

HINDCASTS = Contract(
    "hindcasts",
    (
        Column("region"),
        Column("indicator"),
        Column("origin", "integer"),
        Column("year", "integer"),
        number("actual", is_required=True),
        number("mean", is_required=True),
        number("lower_80", is_required=True),
        number("upper_80", is_required=True),
        number("lower_95", is_required=True),
        number("upper_95", is_required=True),
    ),
    key=("region", "indicator", "origin", "year"),
)
