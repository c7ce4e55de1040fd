"""The tables every edition has: observations, measures, trends, assessment, quality."""

from __future__ import annotations

from analysis.contracts.schema import Column, Contract, number
from analysis.contracts.vocabulary import (
    ASSESSED,
    BOUNDS,
    GAP_RULES,
    MODELS,
    OUTLOOKS,
    REASONS,
    SCHEDULES,
    SEVERITIES,
    STATUSES,
    VERIFICATIONS,
)

PLACE = (Column("region"), Column("indicator"), Column("year", "integer"))

OBSERVATIONS = Contract(
    "observations",
    (
        *PLACE,
        number("value", is_required=True),
        Column("unit"),
        Column("bound", allowed=BOUNDS),
        Column("status", allowed=STATUSES),
        Column("vintage"),
        Column("verification", allowed=VERIFICATIONS),
        Column("source"),
        Column("file"),
        Column("sheet"),
        Column("cell"),
        Column("note"),
    ),
    key=("region", "indicator", "year", "vintage"),
)

MEASURES = Contract(
    "measures",
    (
        *PLACE,
        number("value", is_required=True),
        Column("unit"),
        number("base_value"),
        Column("base_year", "integer"),
        Column("bound", allowed=BOUNDS),
        Column("status", allowed=STATUSES),
        Column("note"),
    ),
    key=("region", "indicator", "year"),
)

TRENDS = Contract(
    "trends",
    (
        *PLACE,
        Column("kind", allowed=("fitted", "projected")),
        number("mean", is_required=True),
        number("lower_80"),
        number("upper_80"),
        number("lower_95"),
        number("upper_95"),
        Column("model", allowed=MODELS),
    ),
    key=("region", "indicator", "year", "kind", "model"),
)

ASSESSMENT = Contract(
    "assessment",
    (
        Column("region"),
        Column("indicator"),
        Column("tier", allowed=("base", "stretch")),
        Column("section"),
        Column("commitment"),
        Column("kind"),
        Column("nature", allowed=("binding", "expected")),
        Column("unit"),
        Column("base_year", "integer"),
        number("base_value"),
        Column("latest_year", "optional_integer"),
        number("latest_value"),
        Column("latest_status"),
        Column("target_year", "integer"),
        number("target_value"),
        number("target_level"),
        Column("direction", allowed=("increase", "decrease")),
        Column("n_values", "integer"),
        number("progress"),
        number("simple_share"),
        number("elapsed"),
        number("expected_progress"),
        Column("schedule", allowed=SCHEDULES),
        number("p_met"),
        Column("outlook", allowed=OUTLOOKS),
        Column("gap_rule", allowed=GAP_RULES),
        number("gap_shortfall"),
        number("required_pace"),
        number("recent_pace"),
        number("plan_pace"),
        Column("pace_unit"),
        number("years_ahead"),
        number("forecast_mean"),
        number("forecast_lower_80"),
        number("forecast_upper_80"),
        Column("status", allowed=ASSESSED),
        Column("reason", allowed=REASONS),
        Column("is_demonstration", "flag"),
        Column("is_final", "flag"),
    ),
    key=("region", "indicator", "tier"),
)

QUALITY = Contract(
    "quality",
    (
        Column("severity", allowed=SEVERITIES),
        Column("rule"),
        Column("region"),
        Column("indicator"),
        Column("year", "optional_integer"),
        Column("file"),
        Column("sheet"),
        Column("cell"),
        Column("found"),
        Column("expected"),
        Column("todo"),
    ),
    key=(),
)
