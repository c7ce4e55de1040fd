"""How regions are graded: rank by progress, barometer, responsibility score with its parts and its veto."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.assessment.peer_rules import evaluate
from analysis.assessment.rules import Rules, load_rules
from analysis.contracts import REGIONAL_GRADES, check
from analysis.observations import newest
from analysis.plan import Plan, RegionalEvaluation
from analysis.regions.combination import values_of
from analysis.regions.ranking import rank

NAN = math.nan
# The rule behind each version of the barometer.
BAROMETERS = {"first_quarter": "cn_barometer_gap10", "half_year": "cn_barometer_h1"}
# Progress is printed in tenths of a per cent.
PROGRESS_DECIMALS = 3
NOISE_DECIMALS = 9


def grade_regions(
    plan: Plan,
    observations: pd.DataFrame,
    measures: pd.DataFrame,
    assessment: pd.DataFrame,
    rules: Rules | None = None,
) -> pd.DataFrame:
    """Grade every region below the area by the base tier of its own target.

    Parameters
    ----------
    plan : Plan
        Its ``regional_evaluation`` names the indicator, the barometers and the scores for measures.
    observations : DataFrame
        Contract ``observations``.
    measures : DataFrame
        Contract ``measures``.
    assessment : DataFrame
        Contract ``assessment``.
    rules : Rules, optional
        Thresholds; those that ship with the package if not given.

    Returns
    -------
    DataFrame
        Contract ``regional_grades``, a row for every region, with a reason where it cannot be graded; empty if the
        plan grades no regions.

    Notes
    -----
    The barometers hold the reduction of the latest year against the even yearly reduction that the target asks for.
    The part for the target is scored by the share of the progress due by now that is reached; below all of it the
    veto holds. The part for measures is the sum of the scores delivered for the same year.
    """
    evaluation = plan.regional_evaluation
    if evaluation is None:
        return REGIONAL_GRADES.empty()
    rows = assessment[(assessment["indicator"] == evaluation.indicator) & (assessment["tier"] == "base")]
    found: dict[str, Any] = {str(row.region): row for row in rows.itertuples(index=False)}
    below = [region.id for region in plan.children(plan.area)]
    places = rank({id: float(found[id].progress) for id in below if id in found}, PROGRESS_DECIMALS)
    current = newest(observations)
    graded = []
    for id in below:
        row: dict[str, Any] = _empty(id, evaluation.indicator)
        if id in found and not math.isnan(found[id].progress):
            row |= _graded(evaluation, found[id], current, measures, rules or load_rules())
        elif id in found:
            row["reason"] = found[id].reason
        if id in places:
            row |= {"rank": places[id].rank, "is_shared": places[id].is_shared}
        graded.append(row)
    return check(pd.DataFrame(graded, columns=REGIONAL_GRADES.names), REGIONAL_GRADES.name)


def _empty(region: str, indicator: str) -> dict[str, Any]:
    return {
        "region": region,
        "indicator": indicator,
        "year": None,
        **dict.fromkeys(("progress", "completion", "reduction", "required_reduction"), NAN),
        "rank": None,
        "is_shared": False,
        **dict.fromkeys(BAROMETERS, ""),
        **dict.fromkeys(("target_points", "measures_points", "total"), NAN),
        "grade": "",
        "is_vetoed": False,
        "reason": "no_data",
    }


def _graded(
    evaluation: RegionalEvaluation, row: Any, current: pd.DataFrame, measures: pd.DataFrame, rules: Rules
) -> dict[str, Any]:
    year = int(row.latest_year)
    index = {step: values_of(measures, row.indicator, year - step).get(row.region, NAN) for step in (0, 1)}
    # Chained indices carry rounding noise; a requirement that is met exactly stays met.
    reduction = round((1 - index[0] / index[1]) * 100, NOISE_DECIMALS)
    required = round(-float(row.plan_pace), NOISE_DECIMALS)
    scores = [values_of(current, id, year).get(row.region, NAN) for id in evaluation.measures]
    points = sum(scores) if scores else NAN
    completion = row.progress / row.expected_progress
    inputs = {"completion": completion, "measures_points": None if math.isnan(points) else points}
    score = evaluate("cn_score_40", inputs, rules.peers)
    levels: dict[str, str] = {
        name: str(evaluate(BAROMETERS[name], {"required": required, "actual": reduction}, rules.peers)["label"])
        for name in evaluation.barometers
        if not math.isnan(reduction)
    }
    return {
        "year": year,
        "progress": row.progress,
        "completion": completion,
        "reduction": reduction,
        "required_reduction": required,
        **levels,
        "target_points": score["score"],
        "measures_points": points,
        "total": NAN if score["total"] is None else score["total"],
        "grade": score["label"],
        "is_vetoed": score["is_vetoed"],
        "reason": "no_measures_part" if math.isnan(points) else "",
    }
