"""Which verdicts changed from one edition to the next, and why: found by judging again, one change at a time.

The earlier edition is judged again in steps, each of which takes one more thing from the present:

1. its own values, targets and rules, with the software of today — a difference is a ``changed_method``;
2. … with the rules of today — ``changed_rule``;
3. … with the targets of today — ``changed_target``;
4. … with the values that it had, as they are given today — ``revised_data``;
5. the present edition — ``new_data``.

Every step at which a verdict moves is one of its causes. What was decided at a desk comes before what happened, so that
a change of rules or targets is never hidden behind new data. The steps lead from the one edition to the other without
a gap; therefore a changed verdict always has a cause. Where there are several, each of them moved the verdict in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.assessment import Rules
from analysis.comparison.snapshot import Snapshot, take_snapshot
from analysis.comparison.values import KEY as SERIES_KEY
from analysis.comparison.values import known_before
from analysis.contracts import table_of
from analysis.contracts.editions import CHANGED_VERDICTS, VERDICTS
from analysis.observations import newest
from analysis.plan import Plan

KEY = ["region", "indicator", "tier"]
NONE = "not_assessed"
SEPARATOR = ";"
_JUDGED = ["value", "unit", "bound", "status"]
# From the best to the worst; words that are not listed, such as "not assessed", are neither.
_ORDER = {
    "status": ("met", "on_track", "at_risk", "off_track", "missed"),
    "schedule": ("met", "met_but_deteriorating", "ahead", "on_schedule", "slightly_behind", "behind", "moving_away"),
    "outlook": ("very_likely", "likely", "uncertain", "unlikely", "very_unlikely"),
}


@dataclass(frozen=True)
class _Basis:
    """What a verdict is made from."""

    plan: Plan
    rules: Rules
    observations: pd.DataFrame

    def is_equal(self, other: _Basis) -> bool:
        same = self.plan == other.plan and self.rules == other.rules
        return same and _known(self.observations).equals(_known(other.observations))


def _known(observations: pd.DataFrame) -> pd.DataFrame:
    """What a verdict takes from observations: the newest values, whoever delivered them, in a fixed order."""
    return newest(observations)[[*SERIES_KEY, *_JUDGED]].sort_values(SERIES_KEY, ignore_index=True)


def compare_verdicts(past: Snapshot, present: Snapshot) -> pd.DataFrame:
    """Every verdict that is no longer what it was, with its causes.

    Parameters
    ----------
    past, present : Snapshot

    Returns
    -------
    DataFrame
        Contract ``changed_verdicts``, one row per region, indicator, tier and verdict; ``causes`` are words of
        ``contracts.editions.CAUSES`` with semicolons, in the order of the steps. A target that one of the editions does
        not have counts there as not assessed.
    """
    steps = list(_steps(past, present))
    tables = [table.set_index(KEY) for table in (past.assessment, *(table for _, table in steps))]
    keys = tables[0].index.union(tables[-1].index)
    causes = [cause for cause, _ in steps]
    rows = []
    for verdict in VERDICTS:
        words = pd.DataFrame([table[verdict].reindex(keys).fillna(NONE) for table in tables], range(len(tables)))
        for key, (before, *later) in zip(keys, words.T.to_numpy().tolist(), strict=True):
            if later[-1] == before:
                continue
            found = [cause for cause, old, new in zip(causes, [before, *later], later, strict=False) if old != new]
            row = {"verdict": verdict, "before": before, "after": later[-1], "turn": _turn(verdict, before, later[-1])}
            counted = {"causes": SEPARATOR.join(found), "n_causes": len(found)}
            rows.append(dict(zip(KEY, key, strict=True)) | row | counted)
    return table_of(rows, CHANGED_VERDICTS)


def _steps(past: Snapshot, present: Snapshot) -> Iterator[tuple[str, pd.DataFrame]]:
    """The verdicts after each step; one that changes nothing in what a verdict is made from is not judged again."""
    revised = known_before(past.observations, present.observations)
    bases = {
        "changed_method": _Basis(past.plan, past.rules, past.observations),
        "changed_rule": _Basis(past.plan, present.rules, past.observations),
        "changed_target": _Basis(present.plan, present.rules, past.observations),
        "revised_data": _Basis(present.plan, present.rules, revised),
    }
    last = bases["changed_method"] if past.is_of_today else None
    table = past.assessment
    for cause, basis in bases.items():
        if last is None or not basis.is_equal(last):
            table = take_snapshot(basis.plan, past.year, basis.rules, basis.observations).assessment
        last = basis
        yield cause, table
    yield "new_data", present.assessment


def _turn(verdict: str, before: str, after: str) -> str:
    order = _ORDER[verdict]
    if before not in order or after not in order:
        return "neither"
    return "better" if order.index(after) < order.index(before) else "worse"
