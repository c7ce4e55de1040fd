"""Evidence for a trend in every measure, in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from analysis.assessment.judging import points_of
from analysis.assessment.rules import EvidenceRules, Rules, load_rules
from analysis.contracts import EVIDENCE, table_of
from analysis.measures import POINTS_UNIT, courses_of, direction
from analysis.plan import Plan, Scored
from analysis.trends import is_total, recent_run
from analysis.trends.evidence import TrendTest, mann_kendall, sen_slope


def gather_evidence(measures: pd.DataFrame, plan: Plan, edition_year: int, rules: Rules | None = None) -> pd.DataFrame:
    """Sen slope and Mann–Kendall test of every measure.

    Parameters
    ----------
    measures : DataFrame
        Contract ``measures``.
    plan : Plan
    edition_year : int
        Values of later years are not used.
    rules : Rules, optional

    Returns
    -------
    DataFrame
        Contract ``evidence``: a row per region and indicator with at least two values. The slope is in the unit of the
        paces: per cent a year for an index. Of a running total the yearly amounts are examined, since a total rises
        whatever happens.
    """
    rules = rules or load_rules()
    known = measures[measures["year"] <= edition_year]
    targets = {
        (region, scored.indicator.id): scored
        for region in known["region"].unique()
        for scored in reversed(plan.scored(region))
    }
    rows = []
    for (region, indicator), course in courses_of(known).items():
        scored = targets.get((region, indicator))
        if scored is None:
            continue
        values = points_of(course).dropna()
        amounts = recent_run(values).diff().dropna() if is_total(scored) else values
        is_log = scored.target.kind == "relative_reduction"
        if len(amounts) >= 2 and not (is_log and (amounts <= 0).any()):
            rows.append({"region": region, "indicator": indicator} | _examine(amounts, scored, is_log, rules.evidence))
    return table_of(rows, EVIDENCE)


def _examine(values: pd.Series[float], scored: Scored, is_log: bool, rules: EvidenceRules) -> dict[str, Any]:
    years, numbers = np.asarray(values.index, np.float64), np.asarray(values, np.float64)
    slope = sen_slope(years, np.log(numbers) if is_log else numbers, 1 - rules.significance)
    tested = mann_kendall(numbers, rules.correction_years, rules.lag_share)
    unit = scored.indicator.unit

    def yearly(change: float) -> float:
        return 100 * math.expm1(change) if is_log else change

    return {
        "first_year": int(years[0]),
        "latest_year": int(years[-1]),
        "n_values": len(values),
        "slope": yearly(slope.slope),
        "slope_lower": yearly(slope.lower),
        "slope_upper": yearly(slope.upper),
        "confidence": slope.confidence,
        "slope_unit": "%" if is_log else POINTS_UNIT if unit == "%" else unit,
        "statistic": tested.statistic,
        "p_value": tested.p_value,
        "p_exact": tested.p_exact,
        "p_best": tested.p_best,
        "variance_factor": tested.variance_factor,
        "is_corrected": tested.variance_factor > 1,
        "of_amounts": is_total(scored),
        "trend": trend_word(tested, len(values), direction(scored), rules),
    }


def trend_word(tested: TrendTest, n_values: int, improvement: str, rules: EvidenceRules) -> str:
    """What the test amounts to.

    Parameters
    ----------
    tested : TrendTest
    n_values : int
    improvement : {"increase", "decrease"}
        The direction of the measure that is an improvement.
    rules : EvidenceRules

    Returns
    -------
    str
        ``improving``, ``worsening``, ``too_few_years`` (no significant trend, and so few values that there may be one
        all the same) or ``not_significant``. No significant trend never reads as no trend.
    """
    if tested.p_value <= rules.significance:
        return "improving" if (tested.statistic > 0) == (improvement == "increase") else "worsening"
    is_short = tested.p_best > rules.significance or n_values < rules.few_years
    return "too_few_years" if is_short else "not_significant"
