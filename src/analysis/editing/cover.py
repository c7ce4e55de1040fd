"""The cover (``cover.yaml``): title, issuing body, number, date line and logo, in place of the usual ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from analysis import fonts
from analysis.editing.files import COVER_FILE, decode
from analysis.editing.logo import Logo, read_logo
from analysis.errors import Problem
from analysis.messages import LANGUAGES
from analysis.rendering import FrontMatter
from analysis.yaml_text import parse_yaml

LOGO = "logo"
# A key of the file, and what it is called in the front matter.
TEXTS = {
    "title": "title",
    "subtitle": "subtitle",
    "issuer": "issuer",
    "prepared_by": "author",
    "number": "number",
    "date": "date",
}
LONGEST = 120


@dataclass(frozen=True)
class Cover:
    """What an analyst wants on the cover.

    Parameters
    ----------
    texts : dict of str to dict of str to str
        By key and language.
    logo : Logo or None
    """

    texts: dict[str, dict[str, str]]
    logo: Logo | None = None

    def on(self, front: FrontMatter, pictures: str) -> FrontMatter:
        """A front matter with these texts in place of its own, and with the logo from the folder of pictures."""
        given = {TEXTS[key]: texts[front.language] for key, texts in self.texts.items() if front.language in texts}
        logo = f"{pictures}/{self.logo.file}" if self.logo else ""
        return replace(front, **given, logo=logo)  # type: ignore[arg-type]


def read_cover(folder: Path) -> tuple[Cover, list[Problem]]:
    """Read a plan's cover.

    Parameters
    ----------
    folder : Path
        The plan's folder.

    Returns
    -------
    (Cover, list of Problem)
        Without any texts if there is no file; everything that is wrong, at once.
    """
    path = folder / COVER_FILE
    if not path.is_file():
        return Cover({}), []
    problem = partial(Problem, file=COVER_FILE)
    try:
        content = parse_yaml(decode(path.read_bytes())) or {}
    except ValueError as error:
        return Cover({}), [problem("comment_encoding", found=str(error)[:80])]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        cell = f"{mark.line + 1}:{mark.column + 1}" if mark else ""
        return Cover({}), [problem("editing_syntax", cell=cell, found=str(getattr(error, "problem", error)))]
    if not isinstance(content, dict):
        return Cover({}), [problem("cover_form", found=str(content)[:60])]
    problems = []
    texts = {}
    for key, given in content.items():
        if key == LOGO:
            continue
        if key not in TEXTS:
            names = [*TEXTS, LOGO]
            near = get_close_matches(str(key), names, n=1, cutoff=0.4)
            details = {"allowed": ", ".join(names), "nearest": near[0] if near else "—"}
            problems.append(problem("unknown_key", cell=str(key), found=str(key), details=details))
            continue
        texts[key], found = _texts(key, given)
        problems += found
    logo, found = read_logo(folder, str(content[LOGO])) if content.get(LOGO) else (None, [])
    return Cover(texts, logo), [*problems, *found]


def _texts(key: str, given: Any) -> tuple[dict[str, str], list[Problem]]:
    """A text by language: one for all, or one each."""
    problem = partial(Problem, file=COVER_FILE, cell=key)
    by_language = given if isinstance(given, dict) else dict.fromkeys(LANGUAGES, given)
    wrong = [name for name in by_language if name not in LANGUAGES]
    texts = {
        name: " ".join(str(text).split()) for name, text in by_language.items() if not isinstance(text, dict | list)
    }
    if wrong or len(texts) < len(by_language) or not all(texts.values()) or None in by_language.values():
        return {}, [problem("cover_form", found=str(given)[:60])]
    long = [text for text in texts.values() if len(text) > LONGEST]
    if long:
        return {}, [problem("cover_length", found=str(len(long[0])), details={"longest": str(LONGEST)})]
    missing = fonts.missing_characters(list(texts.values()))
    return texts, [problem("comment_glyphs", found=f"{sign} (U+{ord(sign):04X})") for sign in missing]
