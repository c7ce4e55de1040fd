"""Comments (评注) and the preface: Markdown files with author and date, shown where their names say."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from analysis import fonts
from analysis.editing.files import COMMENTS_FOLDER, PICTURES, decode
from analysis.editing.markdown import escaped, safe_markdown
from analysis.edition import Edition
from analysis.errors import InputError, Problem
from analysis.messages import LANGUAGES, catalogue
from analysis.plan import Plan, section_indicators

SUFFIX = ".md"
PREFACE = "preface"
# Chapters that every plan can have, by their names in the report.
CHAPTERS = ("summary", "targets", "regions", "projects", "departments", "changes", "data", "methods")
KEYS = ("author", "date")

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NUMBERED = re.compile(r"(.+)-(\d+)")
_NO_NAME = re.compile(r"[<>\[\]{}`\\|$@#^~*_\"\n]")


@dataclass(frozen=True)
class Comment:
    """One comment.

    Parameters
    ----------
    file : str
        Path below the plan's folder.
    place : str
        ``preface``, a chapter, or the id of a section or an indicator.
    number : int
        Order among the comments on one place.
    language : {"zh", "en"}
    author, date : str
        Ready to print.
    source : str
        Markdown as written; never to be put into a report.
    first_line : int
        Where it begins in the file.
    """

    file: str
    place: str
    number: int
    language: str
    author: str
    date: str
    source: str
    first_line: int


def known_places(plan: Plan) -> dict[str, str]:
    """What a comment can be about: the place by the name that its file may have.

    An id that is both a section's and an indicator's is told apart as ``section-<id>`` and ``indicator-<id>``; these
    forms may always be used.
    """
    sections = {section.id for section in plan.sections}
    indicators = {item.indicator.id for item in plan.scored()}
    chapters = _chapters(plan)
    places = {id: f"section-{id}" for id in sections - indicators - chapters}
    places |= {id: f"indicator-{id}" for id in indicators - sections - chapters}
    full = [*(f"section-{id}" for id in sections), *(f"indicator-{id}" for id in indicators), *chapters]
    return places | {name: name for name in full}


def _chapters(plan: Plan) -> set[str]:
    """The names of the chapters that a plan's report has, whatever its sections are."""
    is_there = {"regions": bool(plan.children(plan.area)), "departments": bool(plan.departments)}
    return {PREFACE, *(name for name in CHAPTERS if is_there.get(name, True))}


def places_in(plan: Plan, section: str) -> tuple[str, ...]:
    """The places of a section's chapter: the section itself and the indicators that it presents."""
    return (f"section-{section}", *(f"indicator-{item.id}" for item in section_indicators(plan, section)))


def place_of(name: str, places: dict[str, str]) -> tuple[str, int, str] | None:
    """Place, number and language that a file's name stands for; None if there is no such place."""
    stem, _, language = name.removesuffix(SUFFIX).partition(".")
    if language not in ("", *LANGUAGES):
        return None
    numbered = _NUMBERED.fullmatch(stem)
    if stem in places:
        return places[stem], 1, language or LANGUAGES[0]
    if numbered and numbered[1] in places:
        return places[numbered[1]], int(numbered[2]), language or LANGUAGES[0]
    return None


def comment_files(names: Iterable[str], plan: Plan, wanted: Sequence[str]) -> list[str]:
    """The files, of all those below a plan's folder, whose comments are shown in some places."""
    places = known_places(plan)
    found = []
    for name in names:
        folder, _, file = name.rpartition("/")
        place = place_of(file, places) if folder == COMMENTS_FOLDER else None
        if place and place[0] in wanted:
            found.append(name)
    return found


def read_comments(folder: Path, plan: Plan) -> tuple[list[Comment], list[Problem]]:
    """Read every comment of a plan.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    plan : Plan

    Returns
    -------
    (list of Comment, list of Problem)
        In the order of places and numbers; all that is wrong, at once.
    """
    found: list[Comment] = []
    problems: list[Problem] = []
    places = known_places(plan)
    for path in sorted((folder / COMMENTS_FOLDER).rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "~$")) for part in parts):
            read = _read(path, "/".join(parts), places)
            found += [item for item in read if isinstance(item, Comment)]
            problems += [item for item in read if isinstance(item, Problem)]
    return sorted(found, key=lambda item: (item.place, item.number, item.language)), [*problems, *_repeated(found)]


def _repeated(found: Sequence[Comment]) -> Iterator[Problem]:
    first: dict[tuple[str, int, str], Comment] = {}
    for item in found:
        other = first.setdefault((item.place, item.number, item.language), item)
        if other is not item:
            yield Problem("comment_repeated", file=item.file, found=item.file, details={"other": other.file})


def _read(path: Path, file: str, places: dict[str, str]) -> list[Comment | Problem]:
    problem = partial(Problem, file=file)
    if path.suffix != SUFFIX or file != f"{COMMENTS_FOLDER}/{path.name}":
        return [problem("comment_kind", found=path.name)] if path.suffix.lower() not in PICTURES else []
    place = place_of(path.name, places)
    if place is None:
        names = sorted(set(places.values()) | set(places))
        near = get_close_matches(path.name.partition(".")[0], names, n=1, cutoff=0.3)
        shown = ", ".join(name for name in places if not name.startswith(("section-", "indicator-")))
        return [
            problem("comment_place", found=path.name, details={"allowed": shown, "nearest": near[0] if near else "—"})
        ]
    try:
        text = decode(path.read_bytes())
    except ValueError as error:
        return [problem("comment_encoding", found=str(error)[:80])]
    if not text.strip():
        return [problem("comment_empty", cell="1")]
    head, body, first_line = _split(text)
    if head is None:
        return [problem("comment_head", cell="1", found=text.lstrip().split("\n")[0][:40])]
    author, date, problems = _facts(head, file)
    if not body.strip():
        problems.append(problem("comment_empty", cell=str(first_line)))
    for sign in fonts.missing_characters([text]):
        problems.append(problem("comment_glyphs", cell=_line(text, sign), found=f"{sign} (U+{ord(sign):04X})"))
    return [*problems] or [Comment(file, *place, author, date, body, first_line)]


def _split(text: str) -> tuple[str | None, str, int]:
    """The head between two lines of three hyphens, the body, and the line that it begins in."""
    lines = text.split("\n")
    blank = next(place for place, line in enumerate(lines) if line.strip())
    ends = [place for place, line in enumerate(lines) if place > blank and line.rstrip() in ("---", "...")]
    if lines[blank].rstrip() != "---" or not ends:
        return None, text, 1
    return "\n" * (blank + 1) + "\n".join(lines[blank + 1 : ends[0]]), "\n".join(lines[ends[0] + 1 :]), ends[0] + 2


def _facts(head: str, file: str) -> tuple[str, str, list[Problem]]:
    """Author and date as printed, and what is wrong with them."""
    problem = partial(Problem, file=file)
    try:
        # Dates stay texts, so that a wrong one can be shown as it was written.
        given: Any = yaml.load(head, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        cell = str(mark.line + 1) if mark else "1"
        return "", "", [problem("editing_syntax", cell=cell, found=str(getattr(error, "problem", error)))]
    given = given if isinstance(given, dict) else {}
    facts = {key: " ".join(text.split()) for key, text in given.items() if isinstance(text, str)}
    unknown = [str(key) for key in given if key not in KEYS]
    problems = [problem("comment_key", cell=_line(head, key), found=key) for key in unknown]
    problems += [problem("comment_missing", cell="1", details={"key": key}) for key in KEYS if not facts.get(key)]
    author, date = facts.get("author", ""), _date(facts.get("date", ""))
    if _NO_NAME.search(author):
        problems.append(problem("comment_author", cell=_line(head, "author"), found=author[:40]))
    if facts.get("date") and not date:
        problems.append(problem("comment_date", cell=_line(head, "date"), found=facts["date"][:40]))
    return author, date, problems


def _date(given: str) -> str:
    match = _DATE.fullmatch(given.replace(" ", ""))
    try:
        return datetime.date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""


def _line(text: str, needle: str) -> str:
    """The number of the first line that holds something."""
    return str(next((place for place, line in enumerate(text.split("\n"), 1) if needle in line), 1))


def made_harmless(comment: Comment) -> Iterator[Problem]:
    """Warnings of everything in a comment that does not print as its author may have meant it."""
    text = safe_markdown(comment.source, catalogue(comment.language))
    for finding in text.findings:
        line = int(_line(comment.source, finding.text)) + comment.first_line - 1
        yield Problem(finding.code, "warning", file=comment.file, cell=str(line), found=finding.text[:60])


# --- what is shown --------------------------------------------------------------------------------------------------


def comments(edition: Edition, place: str, about: str = "") -> str:
    """The comments on a place as Markdown that every renderer understands; empty if there are none.

    Parameters
    ----------
    edition : Edition
    place : str
        A chapter, ``section-<id>`` or ``indicator-<id>``.
    about : str
        What they are about, where no heading says it.
    """
    words = catalogue(edition.language)
    parts = []
    for item in _shown(edition, place):
        facts = {"author": escaped(item.author), "date": item.date, "about": escaped(about)}
        title = words.text("editing.title_about" if about else "editing.title", **facts)
        parts.append(f"::: {{.callout-note}}\n## {title}\n\n{_body(item, edition.language)}\n:::")
    return "\n\n".join(parts)


def preface(edition: Edition) -> str:
    """The preface as a chapter without a number; empty if there is none."""
    words = catalogue(edition.language)
    texts = []
    for item in _shown(edition, PREFACE):
        signed = words.text("editing.signed", author=escaped(item.author), date=item.date)
        texts.append(f"{_body(item, edition.language)}\n\n::: {{.source}}\n{signed}\n:::")
    heading = f"# {words.text('editing.preface')} {{#sec-preface .unnumbered}}"
    return "\n\n".join([heading, *texts]) if texts else ""


def _shown(edition: Edition, place: str) -> list[Comment]:
    """One variant of every comment on a place: in the report's language, or in the other one."""
    found, problems = read_comments(edition.plan_folder, edition.plan)
    if problems:
        raise InputError(problems, edition.language)
    variants: dict[int, Comment] = {}
    for item in found:
        if item.place == place and (item.number not in variants or item.language == edition.language):
            variants[item.number] = item
    return list(variants.values())


def _body(item: Comment, language: str) -> str:
    words = catalogue(language)
    text = safe_markdown(item.source, words).markdown
    if item.language == language:
        return text
    note = words.text("editing.other_language")
    return f"[{note}]{{.muted}}\n\n::: {{lang={item.language}}}\n{text}\n:::"
