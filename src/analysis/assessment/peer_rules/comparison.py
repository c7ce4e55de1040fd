"""The peers' rules applied to every assessed target, beside our own status and never mixed into it.

A rule that rests on growth rates is not applied to zero, to negative values or across a change of sign: what peers put
in place of zero stays inside their own rule. The rules on China's energy targets are applied to reductions in per cent
of a base value, which is what they were made for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.assessment.judging import points_of
from analysis.assessment.peer_rules import (
    china_barometer,
    china_responsibility,
    escap,
    eurostat,
    germany,
    open_sdg,
    unsd,
)
from analysis.assessment.peer_rules.result import NOT_AVAILABLE, PeerResult
from analysis.assessment.rules import PeerRules, Rules, load_rules
from analysis.contracts import PEER_RULES, table_of
from analysis.measures import courses_of
from analysis.plan import Plan

NAN = math.nan


@dataclass(frozen=True)
class Applied:
    """A rule's word and its one figure for one target."""

    label: str = ""
    value: float = NAN
    reason: str = ""


@dataclass(frozen=True)
class Target:
    """A row of the assessment with the points of its measure up to the latest year."""

    row: Any
    points: pd.Series[float]

    @property
    def course(self) -> dict[str, Any]:
        """Inputs of the rules that look at a series."""
        row = self.row
        points = dict(zip(self.points.index.to_numpy(int).tolist(), self.points.tolist(), strict=True))
        return {
            "series": points | {row.base_year: row.base_value},
            "base_year": row.base_year,
            "current_year": int(row.latest_year),
            "target": row.target_level,
            "target_year": row.target_year,
            "direction": row.direction,
        }

    @property
    def reductions(self) -> tuple[float, float]:
        """Reduction required by now and reached by now, as shares of the base value."""
        wanted = 1 - self.row.target_level / self.row.base_value
        required = 1 - (1 - wanted) ** self.row.expected_progress
        return required, 1 - self.row.latest_value / self.row.base_value


def compare_rules(
    assessment: pd.DataFrame, plan: Plan, measures: pd.DataFrame, rules: Rules | None = None
) -> pd.DataFrame:
    """Every peer's rule for every assessed target.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
        Only targets of this plan are compared.
    measures : DataFrame
        Contract ``measures``.
    rules : Rules, optional

    Returns
    -------
    DataFrame
        Contract ``peer_rules``; ``agrees`` is blank where a rule has no word for the target.
    """
    thresholds = (rules or load_rules()).peers
    rows = []
    known = {region.id for region in plan.regions}
    judged = assessment[(assessment["status"] != "not_assessed") & assessment["region"].isin(known)]
    courses = courses_of(measures)
    for row in judged.itertuples(index=False):
        points = points_of(courses[str(row.region), str(row.indicator)])
        target = Target(row, points[points.index <= row.latest_year])
        for name, apply in _RULES.items():
            rows.append(
                {"region": row.region, "indicator": row.indicator, "tier": row.tier, "rule": name}
                | _columns(apply(target, thresholds), str(row.status), thresholds)
            )
    return table_of(rows, PEER_RULES)


def _columns(applied: Applied, status: str, rules: PeerRules) -> dict[str, Any]:
    agrees = ""
    if applied.label:
        agrees = "yes" if rules.group(applied.label) == rules.group(status) else "no"
    return {
        "label": applied.label,
        "value": applied.value,
        "is_applicable": applied.reason in ("", "number_only"),
        "reason": applied.reason,
        "agrees": agrees,
    }


def _growth(judge: Callable[[Mapping[str, Any], PeerRules], PeerResult]) -> Callable[[Target, PeerRules], Applied]:
    def apply(target: Target, rules: PeerRules) -> Applied:
        row = target.row
        obstacle = growth_obstacle(row.base_value, row.latest_value, row.target_level)
        if obstacle:
            return Applied(reason=obstacle)
        result = judge(target.course, rules)
        return Applied(result.label or "", result.figures["progress_value"])

    return apply


def growth_obstacle(base: float, latest: float, target: float) -> str:
    """Why a compound growth rate says nothing; empty if it does.

    Parameters
    ----------
    base, latest, target : float
        In one unit.

    Returns
    -------
    str
        A reason of the contract ``peer_rules``.
    """
    values = (base, latest, target)
    if 0 in values:
        return "zero_value"
    if min(values) < 0 < max(values):
        return "sign_change"
    if min(values) < 0:
        return "negative_value"
    return "target_is_base" if math.isclose(base, target, rel_tol=1e-9) else ""


def _escap(target: Target, rules: PeerRules) -> Applied:
    if math.isnan(target.row.progress):
        same = math.isclose(target.row.base_value, target.row.target_level, rel_tol=1e-9)
        return Applied(reason="target_is_base" if same else "base_meets_target")
    return Applied("", escap.index_status(target.course, rules).figures["csi"], "number_only")


def _germany(target: Target, rules: PeerRules) -> Applied:
    result = germany.forecast_weather(target.course, rules)
    if result.label == NOT_AVAILABLE:
        return Applied(reason=result.reason)
    missed = result.figures["recomputed"].get("miss_share")
    return Applied(result.label or "", NAN if missed is None else missed)


def _barometer(
    warn: Callable[[Mapping[str, Any], PeerRules], PeerResult],
) -> Callable[[Target, PeerRules], Applied]:
    def apply(target: Target, rules: PeerRules) -> Applied:
        if target.row.kind != "relative_reduction":
            return Applied(reason="not_a_reduction")
        required, actual = target.reductions
        if required <= 0:
            return Applied(reason="nothing_required")
        result = warn({"required": required, "actual": actual}, rules)
        return Applied(result.label or "", result.figures.get("gap_share", actual))

    return apply


def _responsibility(target: Target, rules: PeerRules) -> Applied:
    if target.row.kind != "relative_reduction":
        return Applied(reason="not_a_reduction")
    required, actual = target.reductions
    if required <= 0:
        return Applied(reason="nothing_required")
    result = china_responsibility.score_fulfilment({"completion": actual / required}, rules)
    label = "" if result.label == NOT_AVAILABLE else result.label or ""
    return Applied(label, result.figures["score"], result.reason)


_RULES: dict[str, Callable[[Target, PeerRules], Applied]] = {
    "eurostat": _growth(eurostat.judge_growth),
    "open_sdg": _growth(open_sdg.judge_growth),
    "unsd": _growth(unsd.judge_ratio),
    "escap": _escap,
    "germany": _germany,
    "barometer_gap": _barometer(china_barometer.warn_by_gap),
    "barometer_direction": _barometer(china_barometer.warn_by_direction),
    "responsibility": _responsibility,
}
