"""Rules of other monitoring systems, computed beside our verdicts and never mixed in.

Every rule is a function of its inputs and of the thresholds in ``assessment/rules.yaml``; :func:`evaluate` calls it by
the name that the case files of published results use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analysis.assessment.peer_rules import (
    china_barometer,
    china_progress,
    china_responsibility,
    escap,
    eurostat,
    germany,
    open_sdg,
    reduction_rate,
    trend_tests,
    unsd,
)
from analysis.assessment.peer_rules.result import PeerResult, PeerRuleError
from analysis.assessment.rules import PeerRules, load_rules

__all__ = ["METHODS", "PeerResult", "PeerRuleError", "evaluate"]

Rule = Callable[[Mapping[str, Any], PeerRules], PeerResult]

METHODS: dict[str, Rule] = {
    "opensdg_statcan_cagr": open_sdg.judge_growth,
    "opensdg_aggregate_mean_score": open_sdg.average_scores,
    "eustat_eurostat_cagr": eurostat.judge_growth,
    "unsd_cr": unsd.judge_ratio,
    "escap_csi": escap.index_status,
    "dns_weather_linear5": germany.forecast_weather,
    "cn_barometer_gap10": china_barometer.warn_by_gap,
    "cn_barometer_h1": china_barometer.warn_by_direction,
    "cn_score_40": china_responsibility.score_fulfilment,
    "cn_grade_100": china_responsibility.grade_total,
    "cn_chain_cumulative": china_progress.chain_reductions,
    "cn_time_progress": china_progress.compare_with_time,
    "aarr_endpoint": reduction_rate.reduce_by_end_points,
    "aarr_regression": reduction_rate.reduce_by_regression,
    "sens_slope": trend_tests.slope_of,
    "mk_small_sample": trend_tests.examine_trend,
    "mk_sen_ols": trend_tests.examine_trend,
}


def evaluate(method: str, inputs: Mapping[str, Any], rules: PeerRules | None = None) -> dict[str, Any]:
    """Apply a peer's rule to inputs as a case file holds them.

    Parameters
    ----------
    method : str
        A key of ``METHODS``.
    inputs : mapping
        Years may be texts, values may be missing, the order does not matter, further keys are left alone.
    rules : PeerRules, optional
        Thresholds; those that ship with the package if not given.

    Returns
    -------
    dict
        ``label`` (None for rules that give numbers only) and the figures under the names of the case files.

    Raises
    ------
    PeerRuleError
        If the method is not known, or the inputs are not what it needs.
    """
    if method not in METHODS:
        raise PeerRuleError(f"method: found {method!r}; expected one of {', '.join(sorted(METHODS))}")
    return METHODS[method](inputs, rules or load_rules().peers).to_dict()
