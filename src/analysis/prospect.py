"""What an assumption means for a target, in sentences and in lines for a terminal."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.plan import Plan
from analysis.readings import Reading, readings
from analysis.tables.needs import assumption_text, change_text, still_needed, with_readings
from analysis.wording import MISSING, escape, wording


def whatif_paragraph(assessment: pd.DataFrame, plan: Plan, indicator: str, region: str, language: str) -> str:
    """Where each tier of a target stands and what it still needs.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    indicator, region : str
    language : {"zh", "en"}
    """
    words = wording(language)
    items = readings(assessment, plan, language, region, indicator=indicator)
    return words.sentences(part for item in items for part in (escape(_state(item)), escape(_remaining(item))))


def whatif_lines(result: pd.DataFrame, assessment: pd.DataFrame, plan: Plan, language: str) -> list[str]:
    """The whole answer as plain lines: per tier where it stands, what it needs, and every assumption.

    Parameters
    ----------
    result : DataFrame
        Contract ``what_if``.
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    lines: list[str] = []
    for row, item in with_readings(result, assessment, plan, language):
        if row.assumption == "forecast":
            lines.append(wording(language).sentences([_state(item), _remaining(item)]))
        lines.append(f"  · {_assumption(row, item)}")
    return [*lines, wording(language).text("whatif.rule")]


def _state(item: Reading) -> str:
    return item.words.text(
        "whatif.state",
        title=item.full_title,
        region=item.plan.region(item.row.region).name.get(item.words.language),
        year=item.latest_year,
        latest=item.latest,
        target_year=item.row.target_year,
        goal=item.goal_phrase,
        status=item.status,
    )


def _remaining(item: Reading) -> str:
    total = still_needed(item)
    if total == MISSING:
        return item.words.text("whatif.met")
    return item.words.text("whatif.remaining", total=total, required=item.required_pace, recent=item.recent_pace)


def _assumption(row: Any, item: Reading) -> str:
    change, probability = change_text(row, item), item.words.probability(row.p_met)
    key = "forecast" if change == MISSING else "change"
    return item.words.text(
        f"whatif.line.{key}" if probability != MISSING else f"whatif.line.{key}_short",
        assumption=assumption_text(row, item),
        change=change,
        target_year=row.target_year,
        value=item.in_target_terms(row.value),
        probability=probability,
        status=item.words.text(f"report.status.{row.status}"),
    )
