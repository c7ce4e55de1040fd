"""The rule of Open SDG, as Statistics Canada publishes it.

With a target the growth so far is compared with the growth needed; without one the growth itself is judged, more
leniently near a natural limit. Source: Open SDG's progress methodology and ``ProgressMeasure`` of sdg-build.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from analysis.assessment.peer_rules import growth
from analysis.assessment.peer_rules.inputs import Course, Inputs, read
from analysis.assessment.peer_rules.result import NOT_AVAILABLE, PeerResult
from analysis.assessment.rules import PeerRules


class SeriesScores(Inputs):
    """Scores and labels of the series of one indicator; None where a series has none."""

    series_scores: tuple[float | None, ...]
    series_status: tuple[str | None, ...] = ()


def judge_growth(inputs: Mapping[str, Any] | Course, rules: PeerRules) -> PeerResult:
    """Label, progress value (ratio of growth rates, or the growth rate) and score from −5 to 5.

    Parameters
    ----------
    inputs : mapping or Course
        series, base_year, current_year, target, target_year, direction, limit.
    rules : PeerRules

    Notes
    -----
    R = sign(b) · d · a / |r|, a the growth so far, r the growth needed; score 7.1429 R − 4.2857 from the second cut on,
    4.1667 R − 2.5 below; without a target a line per band, of a / C.
    """
    cuts = rules.open_sdg

    def score(value: float, factor: float) -> float:
        place = cuts.without_target.place(value, factor)
        if place == len(cuts.growth_lines):
            return growth.on_line(cuts.falling_line, value)
        # A limit that is reached and kept earns the full score.
        return growth.on_line(cuts.growth_lines[place], value / factor) if factor else cuts.score_limit

    return growth.judge_growth(inputs, rules, cuts, score)


def average_scores(inputs: Mapping[str, Any] | SeriesScores, rules: PeerRules) -> PeerResult:
    """An indicator of several series: the mean of the scores; achieved only if every series with a score is.

    Parameters
    ----------
    inputs : mapping or SeriesScores
        series_scores, series_status.
    rules : PeerRules
    """
    series = read(SeriesScores, inputs)
    scores = [score for score in series.series_scores if score is not None]
    if not scores:
        return PeerResult(NOT_AVAILABLE, {"score": None}, "too_few_values")
    labels = [label for label in series.series_status if label not in (None, "", NOT_AVAILABLE)]
    mean = fmean(scores)
    is_met = bool(labels) and all(label == rules.open_sdg.met for label in labels)
    return PeerResult(rules.open_sdg.met if is_met else rules.open_sdg.mean_score.label(mean), {"score": mean})
