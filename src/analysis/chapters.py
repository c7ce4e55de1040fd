"""What stands between the figures and tables of a chapter: headings, introductions, lists, explanations.

Every function returns Markdown for :func:`analysis.display.show_text`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.narrative import callout
from analysis.observations import newest
from analysis.plan import Document, Indicator, Plan
from analysis.readings import Reading, main_readings, readings
from analysis.theme import VALUE_MARKERS
from analysis.wording import MISSING, Wording, escape, label_id, wording

NAMED_WITHOUT_VERDICT = 3


def heading(level: int, text: str, label: str) -> str:
    """A heading with the label that cross-references use.

    Parameters
    ----------
    level : int, 1–6
    text : str
        Plain text.
    label : str
        Without ``sec-``; made of letters, digits and hyphens here.
    """
    return f"{'#' * level} {escape(text)} {{#{label_id('sec', label)}}}"


def chapter_heading(chapter: str, language: str) -> str:
    """Heading of a chapter that every report has.

    Parameters
    ----------
    chapter : str
        A key of ``report.chapter`` in the message catalogue.
    language : {"zh", "en"}
    """
    return heading(1, wording(language).text(f"report.chapter.{chapter}"), chapter)


def part_heading(chapter: str, part: str, language: str) -> str:
    """Heading of a part of such a chapter, a key of ``report.part``."""
    return heading(2, wording(language).text(f"report.part.{part}"), f"{chapter}-{part}")


def section_heading(plan: Plan, section: str, language: str) -> str:
    """Heading of the chapter of a plan section: its number and title."""
    found = plan.section(section)
    text = wording(language).text("report.chapter.section", number=found.number, title=found.title.get(language))
    return heading(1, text, f"section-{section}")


def indicator_heading(indicator: Indicator, language: str) -> str:
    """Heading of an indicator within its section."""
    return heading(2, indicator.title.get(language), f"indicator-{indicator.id}")


def has_values(table: pd.DataFrame, indicator: str, region: str) -> bool:
    """Whether a tidy table has rows of an indicator in a region."""
    return bool(((table["indicator"] == indicator) & (table["region"] == region)).any())


def see(indicator: Indicator, language: str, *, has_figure: bool) -> str:
    """The sentence that points to an indicator's figure and tables."""
    labels = {
        "figure": label_id("fig", indicator.id),
        "profile": label_id("tbl", indicator.id, "profile"),
        "data": label_id("tbl", indicator.id, "data"),
    }
    return wording(language).text(f"report.see.{'figure' if has_figure else 'tables'}", **labels)


def edition_facts(plan: Plan, edition_year: int, observations: pd.DataFrame, language: str) -> str:
    """What this edition covers: plan, documents, period, edition year, last year with data.

    Parameters
    ----------
    plan : Plan
    edition_year : int
    observations : DataFrame
        Contract ``observations``.
    language : {"zh", "en"}
    """
    words = wording(language)
    documents = []
    for document in plan.documents:
        documents.append(_document(document, language))
    newest = str(int(observations["year"].max())) if len(observations) else MISSING
    facts = {
        "document": documents[0] if len(documents) == 1 else "".join(f"\n    - {item}" for item in documents),
        "period": words.text("report.base_to_target", base=plan.base_year, target=plan.target_year),
        "edition": str(edition_year),
        "data": newest,
        "region": escape(plan.region(plan.area).name.get(language)),
    }
    return "\n".join(f"- {words.text(f'report.fact.{name}', value=value)}" for name, value in facts.items())


def _document(document: Document, language: str) -> str:
    """A document's title, with its number, issuer and date behind it as far as they are known."""
    words = wording(language)
    named = words.text("report.document", title=escape(document.title.get(language)))
    facts = [escape(part) for part in (document.number, document.issuer.get(language)) if part]
    if document.issued:
        facts.append(words.date(document.issued))
    if not facts:
        return named
    return words.text(
        "report.document_facts", document=named, facts=words.text("report.document_separator").join(facts)
    )


def data_status(
    assessment: pd.DataFrame,
    plan: Plan,
    edition_year: int,
    observations: pd.DataFrame,
    quality: pd.DataFrame,
    language: str,
) -> str:
    """What the verdicts rest on, in a sentence: cut-off, values by kind, findings of the checks, what is open.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    edition_year : int
    observations, quality : DataFrame
        Contracts of those names; of several vintages the newest counts.
    language : {"zh", "en"}
    """
    words = wording(language)
    statuses = newest(observations)["status"]
    counts = {status: int((statuses == status).sum()) for status in VALUE_MARKERS}
    kinds = [_counted(status, count, words) for status, count in counts.items() if count]
    waiting = [item.short_title for item in main_readings(readings(assessment, plan, language)) if not item.is_assessed]
    named = words.listing([escape(title) for title in waiting])
    key = "none" if not waiting else "open" if len(waiting) <= NAMED_WITHOUT_VERDICT else "open_many"
    text = words.text(
        "summary.data.line",
        year=edition_year,
        count=words.number(len(statuses)),
        statuses=words.text("summary.data.separator").join(kinds) or MISSING,
        errors=int((quality["severity"] == "error").sum()),
        warnings=int((quality["severity"] == "warning").sum()),
        open=words.text(f"summary.data.{key}", count=len(waiting), titles=named),
    )
    return f"::: {{.source}}\n{text}\n:::"


def _counted(status: str, count: int, words: Wording) -> str:
    """How many values are of a kind, with the mark that titles of such a kind carry."""
    facts = {"status": words.text(f"report.value_status.{status}"), "count": words.number(count)}
    if status == "published":
        return words.text("summary.data.status", **facts)
    return words.text("summary.data.status_marked", mark=VALUE_MARKERS[status][2], **facts)


def plan_notes(plan: Plan, language: str) -> str:
    """The plan's own remarks as a callout; empty if there are none."""
    if not plan.notes:
        return ""
    text = "\n".join(f"- {escape(note.get(language))}" for note in plan.notes)
    return callout("note", wording(language).text("report.notes"), text)


def without_values(assessment: pd.DataFrame, plan: Plan, indicators: Sequence[Indicator], language: str) -> str:
    """A list of indicators that have no values, each with its target and the reason.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    indicators : sequence of Indicator
    language : {"zh", "en"}
    """
    words = wording(language)
    lines = [words.text("report.without_values"), ""] if indicators else []
    for indicator in indicators:
        for item in readings(assessment, plan, language, indicator=indicator.id):
            lines.append("- " + _without_value(item))
    return "\n".join(lines)


def _without_value(item: Reading) -> str:
    reason = item.reason or item.status
    return item.words.text(
        "report.without_value",
        title=escape(item.full_title),
        target=escape(item.goal_phrase),
        year=item.row.target_year,
        reason=escape(reason),
    )


def numbered_texts(topic: str, language: str, **values: object) -> str:
    """The paragraphs of a topic of the catalogue ``methods``, in the order of their keys, as a list."""
    words = wording(language)
    keys = sorted(key for key in words.words.texts if key.startswith(f"methods.{topic}."))
    return "\n".join(f"- {words.text(key, **values)}" for key in keys)
