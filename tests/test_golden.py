"""The scoreboard of each shipped plan is what was reviewed by eye."""

from __future__ import annotations

import pytest
from golden_scoreboard import GOLDEN, PLANS, as_text, scoreboard


def test_every_shipped_plan_has_a_reviewed_scoreboard() -> None:
    assert {path.name for path in GOLDEN.glob("*.csv")} == {f"{plan}-scoreboard.csv" for plan in PLANS}


@pytest.mark.parametrize("plan", PLANS)
def test_the_scoreboard_is_the_reviewed_one(plan: str) -> None:
    """If a change is meant: ``python tests/golden_scoreboard.py``, and read the difference."""
    reviewed = (GOLDEN / f"{plan}-scoreboard.csv").read_text(encoding="utf-8")
    assert as_text(scoreboard(plan)).splitlines() == reviewed.splitlines()
