"""What it means: measures, trends and targets become verdicts, one row per region, indicator and tier."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.assessment.judging import goal_of, judge, judge_by, predict_latest
from analysis.assessment.progress import Goal, yearly_pace
from analysis.assessment.rules import Rules, load_rules, rules_hash
from analysis.contracts import ASSESSMENT, table_of
from analysis.measures import DERIVED, courses_of, direction, target_level
from analysis.plan import Plan, Scored, Tier

__all__ = ["Goal", "Rules", "assess", "goal_of", "judge", "load_rules", "rules_hash", "yearly_pace"]

NAN = math.nan
_NO_INTERVAL = {"forecast_mean": NAN, "forecast_lower_80": NAN, "forecast_upper_80": NAN}


def assess(
    plan: Plan, measures: pd.DataFrame, trends: pd.DataFrame, edition_year: int, rules: Rules | None = None
) -> pd.DataFrame:
    """Judge every scored target.

    Parameters
    ----------
    plan : Plan
    measures : DataFrame
        Contract ``measures``.
    trends : DataFrame
        Contract ``trends``; the printed interval in the target year is taken from it.
    edition_year : int
        Values of later years are not used.
    rules : Rules, optional
        Thresholds; those that ship with the package if not given.

    Returns
    -------
    DataFrame
        Contract ``assessment``. The plan's own area has a row for every target, with a reason where it cannot be
        judged; other regions have a row where they have a target of their own, and where they have values.
    """
    rules = rules or load_rules()
    known = measures[measures["year"] <= edition_year]
    courses, nothing, intervals = courses_of(known), known.iloc[:0].set_index("year"), _printed_intervals(trends)
    asked = [
        (region.id, scored, courses.get((region.id, scored.indicator.id), nothing))
        for region in plan.regions
        for scored in plan.scored(region.id)
    ]
    predictions = predict_latest([(scored, series) for _, scored, series in asked])
    rows = []
    for (region, scored, series), prediction in zip(asked, predictions, strict=True):
        is_own = region == plan.area or bool(plan.regional_tiers(scored.indicator.id, region))
        for tier in scored.target.tiers if is_own or len(series) else ():
            row = _identity(scored, tier, region) | judge_by(prediction, scored, tier, series, rules)
            if not is_own:
                row |= _without_target()
            elif region != plan.area and plan.regional_targets.is_demonstration:
                row["is_demonstration"] = True
            place = (region, scored.indicator.id, row["target_year"])
            rows.append(row | intervals.get(place, _NO_INTERVAL))
    return table_of(rows, ASSESSMENT)


def _identity(scored: Scored, tier: Tier, region: str) -> dict[str, Any]:
    """Everything that is known before a value is seen."""
    return {
        "region": region,
        "indicator": scored.indicator.id,
        "tier": tier.id,
        "section": scored.section.id,
        "commitment": scored.commitment.id,
        "kind": scored.target.kind,
        "nature": scored.target.nature,
        "unit": scored.indicator.unit,
        "base_year": scored.base_year,
        "base_value": NAN,
        "latest_year": None,
        "latest_value": NAN,
        "latest_status": "",
        "target_year": scored.target_year,
        "target_value": tier.value,
        "target_level": NAN if scored.target.kind in DERIVED else target_level(scored, tier.value, NAN),
        "direction": direction(scored),
        "n_values": 0,
        **dict.fromkeys(("progress", "simple_share", "elapsed", "expected_progress"), NAN),
        "schedule": "not_assessed",
        "p_met": NAN,
        "outlook": "not_assessed",
        "gap_rule": "not_applicable",
        **dict.fromkeys(("gap_shortfall", "required_pace", "recent_pace", "plan_pace", "years_ahead"), NAN),
        "pace_unit": "",
        "status": "not_assessed",
        "reason": "no_data",
        "is_demonstration": False,
        "is_final": False,
    }


def _without_target() -> dict[str, Any]:
    """A region that the plan gives no target of its own is not judged by somebody else's."""
    missing = ("target_value", "target_level", "progress", "simple_share", "expected_progress", "p_met")
    paces = ("gap_shortfall", "required_pace", "plan_pace", "years_ahead")
    return {
        **dict.fromkeys((*missing, *paces), NAN),
        "schedule": "not_assessed",
        "outlook": "not_assessed",
        "gap_rule": "not_applicable",
        "status": "not_assessed",
        "reason": "no_target_for_region",
    }


def _printed_intervals(trends: pd.DataFrame) -> dict[tuple[str, str, int], dict[str, float]]:
    """The fan's values by region, indicator and year."""
    fan = trends[(trends["kind"] == "projected") & (trends["model"] == "combination")]
    keys = zip(fan["region"], fan["indicator"], fan["year"], strict=True)
    values = fan[["mean", "lower_80", "upper_80"]].to_numpy(float).tolist()
    return {key: dict(zip(_NO_INTERVAL, row, strict=True)) for key, row in zip(keys, values, strict=True)}
