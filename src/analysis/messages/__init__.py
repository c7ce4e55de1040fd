"""Everything the software itself says, in every language, in one place.

A catalogue is a folder ``messages/<language>/`` of YAML files; the file's name is the first part of a key:
``report.yaml`` with ``status: {met: 已达到}`` gives the key ``report.status.met``.
Texts use ``str.format`` placeholders. A missing key or value is an error, never an empty string.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from analysis.yaml_text import parse_yaml

LANGUAGES = ("zh", "en")


class Catalogue:
    """The texts of one language.

    Parameters
    ----------
    language : {"zh", "en"}
    texts : dict of str to str
        Flat mapping of dotted keys to texts.
    """

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self.texts = texts

    def text(self, key: str, /, **values: object) -> str:
        """Return the text of a key with its placeholders filled.

        Raises
        ------
        KeyError
            If the key or one of its placeholders is unknown.
        """
        try:
            template = self.texts[key]
        except KeyError:
            raise KeyError(f"messages/{self.language}: no text for {key!r}") from None
        try:
            return template.format(**values)
        except KeyError as missing:
            raise KeyError(f"messages/{self.language}: {key!r} needs a value for {missing}") from None

    def keys(self) -> set[str]:
        """All keys of the catalogue."""
        return set(self.texts)


@cache
def catalogue(language: str) -> Catalogue:
    """Load the catalogue of a language.

    Raises
    ------
    ValueError
        If the language has no catalogue; the message lists those that exist.
    """
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}; available: {', '.join(LANGUAGES)}")
    return Catalogue(language, dict(shipped(language)))


def reword(own: Mapping[str, Mapping[str, str]]) -> None:
    """Replace texts in every catalogue of this process; the shipped ones stand wherever nothing is given.

    Parameters
    ----------
    own : mapping
        Texts by language and key.
    """
    for language in LANGUAGES:
        catalogue(language).texts = {**shipped(language), **own.get(language, {})}


@cache
def shipped(language: str) -> Mapping[str, str]:
    """The texts of a language as they come with the software, by key."""
    texts: dict[str, str] = {}
    folder = resources.files(__name__) / language
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".yaml"):
            content = parse_yaml(entry.read_text(encoding="utf-8")) or {}
            texts.update(_flatten(content, entry.name.removesuffix(".yaml")))
    return MappingProxyType(texts)


def _flatten(content: dict[str, Any], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in content.items():
        path = f"{prefix}.{key}"
        if isinstance(value, dict):
            flat.update(_flatten(value, path))
        else:
            flat[path] = str(value)
    return flat
