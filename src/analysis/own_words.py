"""A plan's own wording: texts of the catalogues that an analyst words differently, in ``wording.yaml``.

A text of one's own says the same thing in other words: it keeps the placeholders of the text that it replaces, and it
holds no markup that this one does not hold, so that it can neither lose a number nor bring anything foreign into the
report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from analysis.errors import InputError, Problem
from analysis.messages import LANGUAGES, reword, shipped
from analysis.yaml_text import parse_yaml

WORDING_FILE = "wording.yaml"

# What the software says to those who run it; it must stay what its documentation quotes.
NOT_PRINTED = ("batch", "benchmark", "cli", "problems", "reuse", "template", "timing", "trace")

# Attributes, targets of links, references and formulas: as they stand in the text that is replaced, or not at all.
_MARKUP = re.compile(r"\{\{.*?\}\}|\]\([^)]*\)|@[\w-]+|\$[^$]*\$")
_SIGNS = frozenset('\\`*_[]<>|@$^~#"\n\u00a0')


def use_own_words(folder: Path, language: str = "zh") -> None:
    """Let all catalogues speak a plan's own words; the shipped ones where it has none.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    language : {"zh", "en"}
        Language of error messages.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    own, problems = read_own_words(folder)
    if problems:
        raise InputError(problems, language)
    reword(own)


def read_own_words(folder: Path) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """The plan's own texts by language and key, and what is wrong with them."""
    path = folder / WORDING_FILE
    if not path.is_file():
        return {}, []
    problem = partial(Problem, file=path.name)
    try:
        content = parse_yaml(path.read_text(encoding="utf-8-sig")) or {}
    except (UnicodeDecodeError, OSError) as error:
        return {}, [problem("file_unreadable", found=str(error))]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{mark.line + 1}:{mark.column + 1}" if mark else ""
        return {}, [problem("editing_syntax", cell=place, found=str(getattr(error, "problem", error)))]
    if not isinstance(content, dict):
        return {}, [problem("wording_form", found=str(content)[:80])]
    problems = [found for key, texts in content.items() for found in _check_entry(str(key), texts, path.name)]
    if problems:
        return {}, problems
    return {name: {key: texts[name] for key, texts in content.items() if name in texts} for name in LANGUAGES}, []


def _check_entry(key: str, texts: Any, file: str) -> Iterator[Problem]:
    known = sorted(key for key in shipped(LANGUAGES[0]) if key.partition(".")[0] not in NOT_PRINTED)
    if key not in known:
        nearest = get_close_matches(key, known, n=1, cutoff=0.4)
        yield Problem(
            "wording_key", file=file, cell=key, found=key, details={"nearest": nearest[0] if nearest else "—"}
        )
        return
    if not isinstance(texts, dict) or not texts or not set(texts) <= set(LANGUAGES):
        yield Problem("wording_form", file=file, cell=key, found=str(texts)[:80])
        return
    for language, text in texts.items():
        place = f"{key}.{language}"
        if not isinstance(text, str) or not text.strip():
            yield Problem("wording_form", file=file, cell=place, found=str(text)[:80])
        else:
            yield from _check_text(text, shipped(language)[key], place, file)


def _check_text(text: str, replaced: str, place: str, file: str) -> Iterator[Problem]:
    details = {"shipped": replaced}
    try:
        given, wanted = _placeholders(text), _placeholders(replaced)
    except ValueError as error:
        yield Problem("wording_placeholders", file=file, cell=place, found=str(error), details=details | {"names": "—"})
        return
    if given != wanted:
        names = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "—"
        found = ", ".join(f"{{{name}}}" for name in sorted(given)) or "—"
        yield Problem("wording_placeholders", file=file, cell=place, found=found, details=details | {"names": names})
    foreign = (_signs(text) - _signs(replaced)) | (set(_MARKUP.findall(text)) - set(_MARKUP.findall(replaced)))
    if foreign:
        found = " ".join(sorted(foreign)).replace("\n", "↵")
        yield Problem("wording_markup", file=file, cell=place, found=found, details=details)


def _placeholders(text: str) -> set[str]:
    """Placeholders with their conversions and formats, which could call for anything."""
    parts = Formatter().parse(text)
    names = [(name, form, conversion) for _, name, form, conversion in parts if name is not None]
    return {
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for name, form, conversion in names
    }


def _signs(text: str) -> set[str]:
    return set(_SIGNS) & set(_MARKUP.sub("", text))
