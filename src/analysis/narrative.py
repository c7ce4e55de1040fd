"""Sentences of the report, made from the same readings as its tables.

No number is computed here: every one comes printed from :class:`analysis.readings.Reading`, so a sentence cannot
contradict its table. Directions are words, numbers beside them carry no sign.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.movements import chance, direction, forecast, yearly
from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings
from analysis.tables import needing_attention
from analysis.theme import STATUSES
from analysis.wording import MISSING, Wording, escape, wording

NAMED_IN_SUMMARY = 3
LAGGING = ("missed", "off_track")


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
    state = _state(tiers[0])
    standings = [_standing(item, is_named=bool(state)) for item in tiers]
    parts = [state, *standings, _pace(tiers), _outlook(tiers), *_caveats(tiers)]
    return words.sentences(parts)


def _varied(item: Reading, key: str) -> str:
    """One of the wordings of a sentence; neighbouring indicators take turns, the same one always has its own."""
    count = 1
    while item.words.has(f"narrative.{key}_{count + 1}"):
        count += 1
    turn = [indicator.id for indicator in item.plan.indicators].index(item.row.indicator) % count
    return f"{key}_{turn + 1}" if turn else key


def _say(item: Reading, key: str, **more: str) -> str:
    """A sentence with the quantities that most sentences need; texts from the plan are escaped."""
    return item.words.text(
        f"narrative.{_varied(item, key)}",
        **{
            "title": escape(item.title),
            "target_name": target_name(item),
            "year": item.latest_year,
            "base_year": str(item.row.base_year),
            "first_year": str(item.row.base_year + 1),
            "target_year": str(item.row.target_year),
            "goal": item.goal_phrase,
            "reach": item.to_reach,
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
        return _say(item, f"state.change_{direction(item.change, item.change_amount)}")
    if item.row.kind == "cumulative_reduction" and item.row.latest_year > item.row.base_year + 1:
        return _say(item, "state.total")
    if not item.is_level or item.base == MISSING or item.row.latest_year == item.row.base_year:
        return _say(item, "state.plain")
    return _say(item, f"state.level_{direction(item.change, item.change_amount)}")


def _standing(item: Reading, *, is_named: bool) -> str:
    row = item.row
    if math.isnan(row.target_value):
        return _say(item, "standing.no_target", reason=item.reason or item.status)
    if not item.is_assessed and item.reason:
        return _say(item, "standing.not_assessed" if is_named else "standing.no_value", reason=item.reason)
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
            move=yearly(item, item.row.required_pace, "last" if item.is_last_year else "must"),
        )
        for item in open_tiers
    ]
    text = words.text("narrative.pace.joint").join(required)
    recent = open_tiers[0].row.recent_pace
    if math.isnan(recent):
        return words.text("narrative.pace.alone", required=text)
    return words.text("narrative.pace.against", required=text, recent=yearly(open_tiers[0], recent, "did"))


def _outlook(tiers: Sequence[Reading]) -> str:
    open_tiers = [item for item in tiers if item.is_assessed and not item.row.is_final]
    claimed = [item for item in open_tiers if item.probability != MISSING]
    words = tiers[0].words
    if claimed:
        first = claimed[0]
        chances = [_say(item, "outlook.chance", chance=chance(item), outlook=item.outlook) for item in claimed]
        told = [part for part in (forecast(first), words.text("narrative.outlook.joint").join(chances)) if part]
        return _say(first, "outlook.whole", told=words.text("narrative.outlook.and").join(told))
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
    facts = {"commitments": first, "statuses": count_statuses(items)}
    if len(items) == total:
        text = _counted(words, "section.all", total, **facts)
    else:
        facts["quantified"] = _counted(words, "section.quantified", len(items))
        text = words.text("narrative.section.some", **facts, rest=_counted(words, "section.rest", total - len(items)))
    return words.sentences([text, *(_lagging(items, status) for status in LAGGING)])


def _lagging(items: Sequence[Reading], status: str) -> str:
    """The targets of a section that have a status, by name; empty if there are none or there is one target only."""
    words = items[0].words
    late = list(dict.fromkeys(item.title for item in items if item.row.status == status))
    if not late or len(items) == 1:
        return ""
    key = "lagging" if len(late) <= NAMED_IN_SUMMARY else "lagging_among"
    word = words.text(f"report.status.{status}").capitalize()
    return words.text(f"narrative.section.{key}", status=word, titles=named(late[:NAMED_IN_SUMMARY], words))


def named(titles: Sequence[str], words: Wording) -> str:
    """Titles in a row; in quotation marks if one of them holds what stands between them."""
    parts = (words.text("report.list.separator").strip(), words.text("report.list.last"))
    is_unclear = len(titles) > 1 and any(part in title for part in parts for title in titles)
    if not is_unclear:
        return words.listing([escape(title) for title in titles])
    *first, last = [words.text("narrative.quoted", title=escape(title)) for title in titles]
    return words.text("narrative.quoted_separator").join(first) + words.text("report.list.last") + last


def _counted(words: Wording, key: str, count: int, **more: str) -> str:
    return words.text(f"narrative.{key}_{'one' if count == 1 else 'many'}", count=count, **more)


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
    total = len(plan.commitments())
    parts = [
        words.text(
            f"narrative.summary.{'scope_all' if len(items) == total else 'scope'}",
            plan=escape(plan.title.get(language)),
            commitments=_counted(words, "summary.commitments", total),
            targets=_counted(words, "summary.targets", len(items)),
        )
    ]
    if items:
        parts += [_summary_statuses(items, plan, edition_year), _summary_binding(items)]
        urgent = list(dict.fromkeys(item.title for item in needing_attention(assessment, plan, language)))
        if urgent:
            parts.append(words.text("narrative.summary.attention", titles=named(urgent[:NAMED_IN_SUMMARY], words)))
    return words.sentences(parts)


def elapsed_share(plan: Plan, edition_year: int) -> float:
    """Share of the plan's time that has passed, 0 to 1."""
    return min(max((edition_year - plan.base_year) / (plan.target_year - plan.base_year), 0.0), 1.0)


def _summary_statuses(items: Sequence[Reading], plan: Plan, edition_year: int) -> str:
    words = items[0].words
    key = "final" if edition_year >= plan.target_year else "running"
    if key == "final" and any(item.is_assessed and not item.row.is_final for item in items):
        key = "final_open"
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
