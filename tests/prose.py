"""Reads generated sentences back: which text of the catalogue a sentence is, and what stands in its places.

A paragraph is read to its last character or not at all, so that no number in it is left unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.messages import catalogue
from analysis.wording import escape

END = {"zh": "。", "en": "."}
# What can stand in a place; anything else stands there as it comes, up to the end of the sentence.
SHAPES = {
    "year": r"\d{4}",
    "count": r"\d+",
    "required": r"(?:要实现|To meet )[^。]+?",
    "target_name": r"[^，。；：（]{0,6}目标|(?:\w+ )?target",
}
_ESCAPED = re.compile(r"\\([^\w\s])")


class UnreadableError(AssertionError):
    """No text of the catalogue says this."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a paragraph.

    Parameters
    ----------
    key : str
        Of the catalogue, without its topic and without the number of a variant.
    text : str
    values : dict of str to str
        What stands in its places.
    """

    key: str
    text: str
    values: Mapping[str, str]

    def whole(self, name: str) -> int:
        """A whole number that stands in a place, whatever stands around it."""
        numbers = digits(self.values[name])
        if len(numbers) != 1:
            raise UnreadableError(f"{name}: {self.values[name]!r}")
        return int(numbers[0])


def plain(text: str) -> str:
    """Markdown of a paragraph as it is printed: without escapes and without the classes of spans."""
    text = re.sub(r"\[([^\]]*)\]\{[^}]*\}", r"\1", text)
    return _ESCAPED.sub(r"\1", text)


def digits(text: str) -> list[str]:
    """The numbers in a text, without signs and without separators of thousands."""
    return [found.replace(",", "") for found in re.findall(r"\d[\d,]*(?:\.\d+)?(?<!,)", text)]


def sentences(
    text: str, topic: str, keys: tuple[str, ...], language: str, shapes: tuple[tuple[str, str], ...] = ()
) -> list[Sentence]:
    """A paragraph as sentences of the catalogue.

    Parameters
    ----------
    text : str
        Plain text.
    topic : str
        What the keys begin with.
    keys : tuple of str
        Beginnings of the keys that may occur.
    language : {"zh", "en"}
    shapes : tuple of (str, str)
        What can stand in a place, as a regular expression.

    Raises
    ------
    UnreadableError
        If any part of it is none.
    """
    templates = _templates(topic, keys, language, shapes)
    found = _read(text.strip(), templates)
    if found is None:
        raise UnreadableError(text)
    return found


def one(text: str, topic: str, keys: tuple[str, ...], language: str) -> Sentence:
    """A part of a sentence as a text of the catalogue."""
    for key, pattern in _templates(topic, keys, language, is_part=True):
        if match := pattern.fullmatch(text):
            return Sentence(key, text, match.groupdict())
    raise UnreadableError(text)


def _read(text: str, templates: tuple[tuple[str, re.Pattern[str]], ...]) -> list[Sentence] | None:
    if not text:
        return []
    for key, pattern in templates:
        if match := pattern.match(text):
            rest = _read(text[match.end() :].lstrip(), templates)
            if rest is not None:
                return [Sentence(key, match[0], match.groupdict()), *rest]
    return None


@cache
def _templates(
    topic: str, keys: tuple[str, ...], language: str, shapes: tuple[tuple[str, str], ...] = (), *, is_part: bool = False
) -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for key, text in catalogue(language).texts.items():
        own = key.removeprefix(f"{topic}.")
        if own != key and own.startswith(keys):
            end = "" if is_part else r"(?=\s|$)" if language == "en" else ""
            found.append((re.sub(r"_\d$", "", own), re.compile(_pattern(text, language, dict(shapes)) + end)))
    # The text that says most comes first.
    return tuple(sorted(found, key=lambda item: -len(item[1].pattern)))


def _pattern(text: str, language: str, shapes: Mapping[str, str]) -> str:
    seen: set[str] = set()
    parts = []
    anything = "[^。]+?" if language == "zh" else ".+?"
    for literal, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", text):
        parts.append(re.escape(literal))
        if name:
            shape = SHAPES["year"] if name.endswith("year") else {**SHAPES, **shapes}.get(name, anything)
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{shape})")
            seen.add(name)
    return "".join(parts)


def title_of(text: str) -> str:
    """A title as it stands in prose."""
    return plain(escape(text))
