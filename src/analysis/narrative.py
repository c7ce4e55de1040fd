"""Sentences of the report, made from the same readings as its tables.

No number is computed here: every one comes printed from :class:`analysis.readings.Reading`, so a sentence cannot
contradict its table. Directions are words, numbers beside them carry no sign.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings
from analysis.tables import needing_attention
from analysis.theme import STATUSES
from analysis.wording import MISSING, Wording, escape, wording

NAMED_IN_SUMMARY = 3


def indicator_paragraph(
    assessment: pd.DataFrame, plan: Plan, indicator: str, region: str, language: str, section: str = ""
) -> str:
    """One indicator in a paragraph: where it stands, at what pace, where it is heading, what to mind.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    indicator, region : str
    language : {"zh", "en"}
    section : str
        Only targets of this top-level section.
    """
    tiers = readings(assessment, plan, language, region, indicator=indicator, section=section)
    if not tiers:
        return ""
    words = tiers[0].words
    parts = [_state(tiers[0]), *(_standing(item) for item in tiers), _pace(tiers), _outlook(tiers), *_caveats(tiers)]
    return words.sentences(parts)


def _say(item: Reading, key: str, **more: str) -> str:
    """A sentence with the quantities that most sentences need; texts from the plan are escaped."""
    return item.words.text(
        f"narrative.{key}",
        **{
            "title": escape(item.title),
            "target_name": target_name(item),
            "year": item.latest_year,
            "base_year": str(item.row.base_year),
            "target_year": str(item.row.target_year),
            "goal": item.goal_phrase,
            "latest": item.latest,
            "base": item.base,
            "amount": item.change_amount,
            "progress": item.progress,
            "expected": item.expected,
            **more,
        },
    )


def target_name(item: Reading) -> str:
    """``目标``, or the tier's own name where there is more than one."""
    if not item.tier:
        return item.words.text("narrative.target_name.only")
    return item.words.text("narrative.target_name.tier", tier=item.tier)


# --- where it stands ------------------------------------------------------------------------------------------------


def _state(item: Reading) -> str:
    if not item.has_latest:
        return ""
    if item.is_change and not item.has_moved_on:
        return ""
    if item.is_change:
        return _say(item, f"state.{_moved(item.change, 'fallen', 'risen', 'unchanged', item.change_amount)}")
    if item.row.kind == "cumulative_reduction":
        return _say(item, "state.total")
    if not item.is_level or item.base == MISSING or item.row.latest_year == item.row.base_year:
        return _say(item, "state.plain")
    word = _moved(item.change, "level_fallen", "level_risen", "level_unchanged", item.change_amount)
    return _say(item, f"state.{word}")


def _moved(change: float, fallen: str, risen: str, unchanged: str, printed: str) -> str:
    """The word for a change; what prints as zero has not moved."""
    if not any(digit in printed for digit in "123456789"):
        return unchanged
    return fallen if change < 0 else risen


def _standing(item: Reading) -> str:
    row = item.row
    if not item.is_assessed and item.reason:
        return _say(item, "standing.not_assessed" if item.has_latest else "standing.no_value", reason=item.reason)
    if row.status == "missed":
        gap = "" if item.shortfall == MISSING else item.shortfall
        return _say(item, "standing.missed" if gap else "standing.missed_plain", shortfall=gap)
    if row.is_final:
        return _say(item, "standing.met_final")
    if row.schedule in ("met", "met_but_deteriorating"):
        return _say(item, f"standing.{row.schedule}")
    if math.isnan(row.progress):
        return _say(item, "standing.not_kept" if row.schedule == "moving_away" else "standing.goal")
    if row.schedule == "moving_away":
        return _say(item, "standing.moving_away")
    return _say(item, "standing.progress", schedule=item.words.text(f"narrative.schedule.{row.schedule}"))


# --- at what pace, and where to -------------------------------------------------------------------------------------


def _pace(tiers: Sequence[Reading]) -> str:
    open_tiers = [item for item in tiers if item.is_assessed and item.required_pace != MISSING]
    if not open_tiers:
        return ""
    words = open_tiers[0].words
    required = [
        _say(
            item,
            "pace.last_year" if item.is_last_year else "pace.required",
            move=_move(item, item.row.required_pace, "last" if item.is_last_year else "must"),
        )
        for item in open_tiers
    ]
    text = words.text("narrative.pace.joint").join(required)
    recent = open_tiers[0].row.recent_pace
    if math.isnan(recent):
        return words.text("narrative.pace.alone", required=text)
    return words.text("narrative.pace.against", required=text, recent=_move(open_tiers[0], recent, "did"))


def _move(item: Reading, pace: float, form: str) -> str:
    """A yearly movement in words: a verb for its direction and a number without sign."""
    group = "level" if item.is_level else "change" if item.is_change else "amount"
    printed = item.pace(pace, signed=False)
    word = _moved(item.upright(pace), "down", "up", "still", printed)
    return item.words.text(f"narrative.move.{form}.{group}_{word}", amount=printed)


def _outlook(tiers: Sequence[Reading]) -> str:
    open_tiers = [item for item in tiers if item.is_assessed and not item.row.is_final]
    claimed = [item for item in open_tiers if item.probability != MISSING]
    words = tiers[0].words
    if claimed:
        first = claimed[0]
        key = "outlook.change" if first.is_change else "outlook.value"
        chances = [
            _say(item, "outlook.chance", probability=escape(item.probability), outlook=item.outlook) for item in claimed
        ]
        where = "" if first.forecast == MISSING else _say(first, key, forecast=first.forecast, interval=first.interval)
        chance = words.text("narrative.outlook.joint").join(chances)
        return words.text("narrative.outlook.whole" if where else "narrative.outlook.bare", where=where, chance=chance)
    short = [item for item in open_tiers if item.row.outlook == "too_short" and item.row.gap_rule != "met"]
    if not short:
        return ""
    first = short[0]
    number = "one" if first.row.n_values == 1 else "many"
    text = _say(first, f"outlook.too_short_{number}", count=str(first.row.n_values))
    if first.row.gap_rule == "not_applicable":
        return text
    rule = words.listing(list(dict.fromkeys(item.gap_rule for item in short)))
    return words.sentences([text, _say(first, "outlook.gap_rule", verdict=rule)])


# --- what to mind ---------------------------------------------------------------------------------------------------


def _caveats(tiers: Sequence[Reading]) -> list[str]:
    first = tiers[0]
    row, words = first.row, first.words
    parts = []
    if first.has_latest and row.latest_status in ("preliminary", "estimated"):
        parts.append(_say(first, f"caveat.{row.latest_status}"))
    if first.has_latest:
        for item in first.scored.indicator.breaks:
            if row.base_year < item.year <= row.latest_year:
                note = escape(item.note.get(words.language).rstrip("。."))
                parts.append(_say(first, "caveat.break", year=str(item.year), note=note))
        if row.base_year != first.scored.base_year:
            parts.append(_say(first, "caveat.fallback", planned=str(first.scored.base_year)))
    if not first.scored.target.verified:
        parts.append(_say(first, "caveat.unverified"))
    return parts


# --- sections and the whole plan ------------------------------------------------------------------------------------


def section_paragraph(assessment: pd.DataFrame, plan: Plan, section: str, language: str) -> str:
    """A section in a paragraph: how many commitments, how many of them have a number, how they stand.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    section : str
        A top-level section.
    language : {"zh", "en"}
    """
    words = wording(language)
    total = len(list(plan.section(section).walk()))
    items = main_readings(readings(assessment, plan, language, section=section))
    first = _counted(words, "section.commitments", total)
    if not items:
        return words.sentences([words.text("narrative.section.none", commitments=first)])
    if len(items) == total:
        text = words.text("narrative.section.all", commitments=first, statuses=count_statuses(items))
    else:
        quantified = _counted(words, "section.quantified", len(items))
        text = words.text(
            "narrative.section.some", commitments=first, quantified=quantified, statuses=count_statuses(items)
        )
    return text


def _counted(words: Wording, key: str, count: int) -> str:
    return words.text(f"narrative.{key}_{'one' if count == 1 else 'many'}", count=count)


def count_statuses(items: Sequence[Reading]) -> str:
    """How many targets have which status; statuses that do not occur are left out."""
    words = items[0].words
    present = [item.row.status for item in items]
    parts = [
        words.text("narrative.count", status=words.text(f"report.status.{status}"), count=present.count(status))
        for status in STATUSES
        if status in present
    ]
    return words.text("narrative.count_separator").join(parts)


def summary_paragraph(assessment: pd.DataFrame, plan: Plan, edition_year: int, language: str) -> str:
    """The whole plan in one paragraph that can be read out.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    edition_year : int
    language : {"zh", "en"}
    """
    words = wording(language)
    items = main_readings(readings(assessment, plan, language))
    parts = [
        words.text(
            "narrative.summary.scope",
            plan=escape(plan.title.get(language)),
            commitments=_counted(words, "summary.commitments", len(plan.commitments())),
            targets=_counted(words, "summary.targets", len(items)),
        )
    ]
    if items:
        parts += [_summary_statuses(items, plan, edition_year), _summary_binding(items)]
        urgent = [escape(item.title) for item in needing_attention(assessment, plan, language)][:NAMED_IN_SUMMARY]
        if urgent:
            named = words.listing(list(dict.fromkeys(urgent)))
            parts.append(words.text("narrative.summary.attention", titles=named))
    return words.sentences(parts)


def elapsed_share(plan: Plan, edition_year: int) -> float:
    """Share of the plan's time that has passed, 0 to 1."""
    return min(max((edition_year - plan.base_year) / (plan.target_year - plan.base_year), 0.0), 1.0)


def _summary_statuses(items: Sequence[Reading], plan: Plan, edition_year: int) -> str:
    words = items[0].words
    key = "final" if edition_year >= plan.target_year else "running"
    return words.text(
        f"narrative.summary.{key}",
        year=edition_year,
        elapsed=words.percent(elapsed_share(plan, edition_year)),
        statuses=count_statuses(items),
    )


def _summary_binding(items: Sequence[Reading]) -> str:
    binding = [item for item in items if item.row.nature == "binding"]
    if not binding or len(binding) == len(items):
        return ""
    words = items[0].words
    return words.text(
        "narrative.summary.binding",
        targets=_counted(words, "summary.binding_targets", len(binding)),
        statuses=count_statuses(binding),
    )


def demonstration_note(assessment: pd.DataFrame, plan: Plan, language: str, section: str = "") -> str:
    """A callout if any value behind the verdicts is demonstration data; otherwise empty.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    section : str
        Only one top-level section.
    """
    rows = assessment
    if section:
        chosen = {commitment.id for _, commitment in plan.section(section).walk()}
        rows = assessment[assessment["commitment"].isin(chosen)]
    if not rows["is_demonstration"].any():
        return ""
    words = wording(language)
    return callout("warning", words.text("narrative.demonstration.title"), words.text("narrative.demonstration.text"))


def callout(kind: str, title: str, text: str) -> str:
    """A callout that every typesetter of the report understands.

    Parameters
    ----------
    kind : {"note", "warning"}
    title, text : str
        Markdown.
    """
    return f'::: {{.callout-{kind} title="{title}"}}\n{text}\n:::'
