"""What came of it: goals reached or not, and who is ahead where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import pandas as pd
import yaml

from analysis.benchmark.comparison import ALL

# Where being ahead of every peer is claimed; a coverage is ahead where it is nearer to what it promises.
CONTESTED = ("relmae", "coverage_80", "coverage_95", "msis_95", "wis", "brier")
NOMINAL = {"coverage_80": 80.0, "coverage_95": 95.0}
OURS = "default"
PEERS = ("simple", "statsmodels", "statsforecast")


@dataclass(frozen=True)
class Goal:
    """What a score is to reach: between the least and the most, ends included."""

    least: float
    most: float

    def is_met(self, value: float) -> bool:
        """Whether a value is within."""
        return self.least <= value <= self.most


@cache
def load_goals() -> dict[int, dict[str, Goal]]:
    """The goals by number of training points and score."""
    text = (resources.files("analysis.benchmark") / "goals.yaml").read_text(encoding="utf-8")
    return {
        n: {score: Goal(*limits) if isinstance(limits, list) else Goal(0.0, limits) for score, limits in goals.items()}
        for n, goals in yaml.safe_load(text).items()
    }


def standings(results: pd.DataFrame) -> pd.DataFrame:
    """Our default against the best peer, score by score.

    Parameters
    ----------
    results : DataFrame
        From :func:`analysis.benchmark.comparison.compare`.

    Returns
    -------
    DataFrame
        n, score, ours, best_peer (name), theirs, is_ahead: strictly better than every peer.
    """
    means = results[results["collection"] == ALL]
    rows = []
    for n, group in means.groupby("n", sort=True):
        ours = group[group["method"] == OURS]
        peers = group[group["group"].isin(PEERS)]
        if ours.empty or peers.empty:
            continue
        for score in CONTESTED:
            distances = _distance(peers, score)
            best = int(distances.to_numpy().argmin())
            name, theirs = str(peers["method"].iloc[best]), float(peers[score].iloc[best])
            is_ahead = bool(_distance(ours, score).iloc[0] < distances.iloc[best])
            rows.append((n, score, float(ours[score].iloc[0]), name, theirs, is_ahead))
    return pd.DataFrame(rows, columns=["n", "score", "ours", "best_peer", "theirs", "is_ahead"])


def _distance(rows: pd.DataFrame, score: str) -> pd.Series[float]:
    """From what is ideal: 0 for an error, the promise for a coverage."""
    return (rows[score] - NOMINAL.get(score, 0.0)).abs()
