"""Everything that a department leads or supports, in the plan's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from analysis.contracts import table_of
from analysis.contracts.projects import DEPARTMENT_ITEMS
from analysis.plan import Commitment, Plan, Section

# What the plan makes no department responsible for.
NOBODY = ""


def department_items(
    plan: Plan, assessment: pd.DataFrame, milestones: pd.DataFrame, qualitative: pd.DataFrame
) -> pd.DataFrame:
    """What each department is responsible for, and where it stands.

    Parameters
    ----------
    plan : Plan
    assessment, milestones, qualitative : DataFrame
        Contracts of those names.

    Returns
    -------
    DataFrame
        Contract ``department_items``: a row per department and target tier, milestone or commitment
        without a number; the department is empty where none is responsible.
        ``item`` is the indicator, the milestone or empty; ``state`` the status, the milestone's state, or whether a
        statement was made.
    """
    own = assessment[assessment["region"] == plan.area]
    verdicts = {(row.commitment, row.tier): row for row in own.itertuples(index=False)}
    dated = {row.milestone: row for row in milestones.itertuples(index=False)}
    stated = {row.commitment: row for row in qualitative.itertuples(index=False)}
    rows = []
    for department in [*(item.id for item in plan.departments), NOBODY]:
        items = [
            {"department": department, "role": role, "section": section.id, "commitment": commitment.id, **item}
            for section, commitment in plan.commitments()
            if (role := _role(section, commitment, department)) is not None
            for item in _items(plan, commitment, verdicts, dated, stated)
        ]
        rows += [{**item, "position": position} for position, item in enumerate(items, 1)]
    return table_of(rows, DEPARTMENT_ITEMS)


def _role(section: Section, commitment: Commitment, department: str) -> str | None:
    """The department's part; None if it has none."""
    responsibility = commitment.responsibility or section.responsibility
    if department == NOBODY:
        return None if responsibility.departments else ""
    if department in responsibility.lead:
        return "lead"
    return "support" if department in responsibility.support else None


def _items(
    plan: Plan,
    commitment: Commitment,
    verdicts: Mapping[Any, Any],
    dated: Mapping[Any, Any],
    stated: Mapping[Any, Any],
) -> Iterator[dict[str, object]]:
    for tier in commitment.target.tiers if commitment.target else ():
        row = verdicts[commitment.id, tier.id]
        yield _item("target", commitment.indicator or "", row.status, row, tier.id)
    if not commitment.is_scored:
        row = stated[commitment.id]
        yield _item("qualitative", "", row.state, row)
    for milestone in plan.milestones:
        if milestone.commitment == commitment.id:
            row = dated[milestone.id]
            yield _item("milestone", milestone.id, row.state, row)


def _item(kind: str, item: str, state: str, row: Any, tier: str = "") -> dict[str, object]:
    return {"kind": kind, "item": item, "tier": tier, "state": state, "is_demonstration": bool(row.is_demonstration)}
