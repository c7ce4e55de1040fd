"""The words that a tidy table may hold: the only place that lists them."""

from __future__ import annotations

BOUNDS = ("exact", "at_least", "at_most", "about")
STATUSES = ("published", "preliminary", "revised", "estimated", "synthetic")
VERIFICATIONS = ("seen", "derived", "secondary", "unverified", "")
MODELS = ("combination", "ols_hac")
SCHEDULES = (
    "met",
    "ahead",
    "on_schedule",
    "slightly_behind",
    "behind",
    "moving_away",
    "met_but_deteriorating",
    "not_assessed",
)
OUTLOOKS = (
    "very_likely",
    "likely",
    "uncertain",
    "unlikely",
    "very_unlikely",
    "too_short",
    "decided",
    "not_assessed",
)
GAP_RULES = ("met", "on_track", "slightly_off", "off", "moving_away", "not_applicable")
ASSESSED = ("met", "on_track", "at_risk", "off_track", "missed", "not_assessed")
REASONS = (
    "",
    "no_data",
    "no_base",
    "no_values_since_base",
    "gap_in_series",
    "only_bound",
    "no_target_for_region",
    "base_is_latest",
    "too_short",
)
SEVERITIES = ("error", "warning", "note")
