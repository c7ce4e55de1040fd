"""How an earlier edition's projections fared against what has happened since."""

from __future__ import annotations

import pandas as pd

from analysis.comparison.snapshot import Snapshot
from analysis.contracts import MODELS, check
from analysis.contracts.editions import CHECKED_PROJECTIONS

KEY = ["region", "indicator", "year"]
# The forecast that the verdicts rest on; the others only stand beside it.
DEFAULT_MODEL = MODELS[0]
_BOUNDS = ["lower_80", "upper_80", "lower_95", "upper_95"]


def check_projections(past: Snapshot, present: Snapshot) -> pd.DataFrame:
    """Every year that the earlier edition projected and the present one knows.

    Parameters
    ----------
    past, present : Snapshot

    Returns
    -------
    DataFrame
        Contract ``checked_projections``; ``error`` is what happened minus what was projected, in the measure's unit,
        and the ends of an interval belong to it. A value that is only a bound decides nothing and is left out, and so
        is a measure that no longer means the same: another unit or another base year.
    """
    projected = past.trends[(past.trends["kind"] == "projected") & (past.trends["model"] == DEFAULT_MODEL)]
    terms = past.measures.groupby(["region", "indicator"], as_index=False)[["unit", "base_year"]].last()
    known = present.measures[
        (present.measures["year"] > past.year) & present.measures["bound"].isin(["exact", "about"])
    ]
    happened = known.rename(columns={"value": "actual", "status": "actual_status"})[
        [*KEY, "unit", "base_year", "actual", "actual_status"]
    ]
    pairs = projected.rename(columns={"mean": "projected"})[[*KEY, "projected", *_BOUNDS]].merge(happened, on=KEY)
    pairs = pairs.merge(terms, on=["region", "indicator", "unit", "base_year"])
    last = past.measures[past.measures["year"] <= past.year].groupby(["region", "indicator"])["year"].max()
    pairs = pairs.join(last.rename("last_year"), on=["region", "indicator"])
    for level in (80, 95):
        pairs[f"is_within_{level}"] = pairs["actual"].between(pairs[f"lower_{level}"], pairs[f"upper_{level}"])
    pairs = pairs.assign(years_ahead=pairs["year"] - pairs["last_year"], error=pairs["actual"] - pairs["projected"])
    return check(pairs[CHECKED_PROJECTIONS.names], CHECKED_PROJECTIONS.name)
