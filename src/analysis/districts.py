"""What the chapter on districts and counties says in sentences; every number comes from the tables."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.contracts.rows import records
from analysis.figures.contributions import waterfalls
from analysis.narrative import callout, count_statuses, target_name
from analysis.plan import Plan
from analysis.readings import Reading
from analysis.tables.regions import target_readings
from analysis.wording import Wording, escape, wording


def invented_targets_note(plan: Plan, language: str) -> str:
    """A callout if the regional targets are invented; otherwise empty.

    Parameters
    ----------
    plan : Plan
    language : {"zh", "en"}
    """
    if not plan.regional_targets.is_demonstration or not plan.regional_targets.values:
        return ""
    words = wording(language)
    note = plan.regional_targets.note
    return callout(
        "warning",
        words.text("regions.note.title"),
        escape(note.get(language)) if note else words.text("regions.note.text"),
    )


def regional_caption(plan: Plan, key: str, language: str, **values: object) -> str:
    """A caption of the chapter, which says so where the targets behind it are invented.

    Parameters
    ----------
    plan : Plan
    key : str
        A key of ``regions.caption`` in the message catalogue.
    language : {"zh", "en"}
    """
    words = wording(language)
    caption = words.text(f"regions.caption.{key}", **{name: escape(str(value)) for name, value in values.items()})
    if not plan.regional_targets.is_demonstration:
        return caption
    return words.text("regions.caption.demonstration", caption=caption)


def targets_paragraph(assessment: pd.DataFrame, plan: Plan, language: str) -> str:
    """How many regional targets have which status, who is ahead and who is behind, who delivered nothing.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    """
    table = target_readings(assessment, plan, language)
    items = [item for by_region in table.values() for item in by_region.values()]
    if not items:
        return ""
    words = items[0].words
    regions = len({item.row.region for item in items})
    parts = [words.text("regions.paragraph.targets", regions=regions, count=len(items), statuses=count_statuses(items))]
    if plan.regional_evaluation:
        parts.append(_order(table.get((plan.regional_evaluation.indicator, "base"), {}), plan))
    for (_, tier), by_region in table.items():
        silent = [_region(plan, item.row.region, words) for item in by_region.values() if not item.has_latest]
        if silent and tier == "base":
            title = escape(next(iter(by_region.values())).title)
            parts.append(words.text("regions.paragraph.missing", regions=words.listing(silent), title=title))
    return words.sentences(parts)


def _order(by_region: dict[str, Reading], plan: Plan) -> str:
    """Who comes first and who last by progress."""
    known = [item for item in by_region.values() if not math.isnan(item.row.progress)]
    if not known:
        return ""
    ranked = sorted(known, key=lambda item: -item.row.progress)
    words, first, last = ranked[0].words, ranked[0], ranked[-1]
    return words.text(
        "regions.paragraph.ahead" if len(ranked) > 1 else "regions.paragraph.alone",
        title=escape(first.title),
        target_name=target_name(first),
        first=_region(plan, first.row.region, words),
        first_progress=first.progress,
        last=_region(plan, last.row.region, words),
        last_progress=last.progress,
        expected=first.expected,
    )


def grades_paragraph(grades: pd.DataFrame, plan: Plan, language: str) -> str:
    """Which warning level each region has, and whom the veto hits.

    Parameters
    ----------
    grades : DataFrame
        Contract ``regional_grades``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    found = {row.region: row for row in records(grades)}
    rows = [found[region.id] for region in plan.children(plan.area) if region.id in found and found[region.id].grade]
    if not rows or plan.regional_evaluation is None:
        return ""
    parts = [_levels(rows, version, plan, words) for version in plan.regional_evaluation.barometers]
    vetoed = [_region(plan, row.region, words) for row in rows if row.is_vetoed]
    key = "vetoed" if vetoed else "none_vetoed"
    return words.sentences([*parts, words.text(f"regions.paragraph.{key}", regions=words.listing(vetoed))])


def _levels(rows: list[Any], version: str, plan: Plan, words: Wording) -> str:
    groups: dict[str, list[str]] = {}
    for row in rows:
        if getattr(row, version):
            groups.setdefault(getattr(row, version), []).append(_region(plan, row.region, words))
    listed = [
        words.text(
            "regions.paragraph.barometer_group",
            regions=words.listing(names),
            level=words.text(f"regions.level.{level}"),
        )
        for level, names in sorted(groups.items(), reverse=True)
    ]
    joined = words.text("regions.paragraph.barometer_separator").join(listed)
    return words.text("regions.paragraph.barometer", version=words.text(f"regions.version.{version}"), listed=joined)


def contributions_paragraph(contributions: pd.DataFrame, plan: Plan, language: str) -> str:
    """For every divided target the area's gap and the region that is short of most.

    Parameters
    ----------
    contributions : DataFrame
        Contract ``contributions``.
    plan : Plan
    language : {"zh", "en"}
    """
    parts = []
    for panel in waterfalls(contributions, plan, language):
        worst = panel.steps[0]
        if worst.gap > 0:
            key = "contribution_short" if panel.total.gap > 0 else "contribution_ahead"
            text = panel.words.text(
                f"regions.paragraph.{key}",
                title=escape(panel.title),
                gap=panel.amount(panel.total.gap),
                region=escape(worst.name),
                part=panel.amount(worst.gap),
            )
            parts.append(text)
    return wording(language).sentences(parts)


def _region(plan: Plan, id: str, words: Wording) -> str:
    return escape(plan.region(id).name.get(words.language))
