"""The scoreboard of a shipped plan as a small table, for review by eye.

``python tests/golden_scoreboard.py`` writes ``tests/golden/<plan>-scoreboard.csv`` anew; read the difference before
committing it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.assessment import assess
from analysis.edition import newest_year
from analysis.measures import measure
from analysis.observations import load
from analysis.plan import load_plan
from analysis.trends import fit_trends

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
PLANS = tuple(sorted(path.parent.name for path in (ROOT / "data" / "raw").glob("*/plan.yaml")))

COLUMNS = [
    "indicator",
    "tier",
    "base_value",
    "latest_year",
    "latest_value",
    "target_level",
    "progress",
    "schedule",
    "outlook",
    "gap_rule",
    "status",
    "reason",
]


def scoreboard(plan_id: str) -> pd.DataFrame:
    """Verdicts of the plan's area in the newest edition; no probability, only its word."""
    folder = ROOT / "data" / "raw" / plan_id
    plan = load_plan(folder)
    year = newest_year(folder, plan)
    measures = measure(load(folder, plan, year).observations, plan)
    table = assess(plan, measures, fit_trends(measures, plan, year), year)
    own = table[table["region"] == plan.area][COLUMNS].reset_index(drop=True)
    return own.round({"base_value": 2, "latest_value": 2, "target_level": 2, "progress": 3})


def as_text(table: pd.DataFrame) -> str:
    """The table as it is kept."""
    return table.to_csv(index=False, lineterminator="\n")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for plan_id in PLANS:
        (GOLDEN / f"{plan_id}-scoreboard.csv").write_text(as_text(scoreboard(plan_id)), encoding="utf-8")
