"""No boxes: every character that the report prints must exist in both of our fonts."""

from __future__ import annotations

import re
from typing import Any

from analysis import fonts
from analysis.messages import Catalogue
from analysis.rendering.cells import Report
from analysis.rendering.failures import failure


def check_glyphs(report: Report, words: Catalogue) -> None:
    """Refuse characters that would print as boxes, in texts, tables, captions, pictures and on the cover.

    Raises
    ------
    RenderingError
        Naming the characters and the first notebook and cell that prints one.
    """
    for cell in report.cells:
        drawn = "".join(re.findall(r"<(?:text|tspan)[^>]*>([^<]*)", cell.svg))
        _check([cell.markdown, cell.caption, drawn], cell.place, words)
    _check(texts_of(report.metadata), words.text("rendering.cell", notebook="report.ipynb", cell=1), words)


def _check(texts: list[str], place: str, words: Catalogue) -> None:
    missing = fonts.missing_characters(texts)
    if missing:
        found = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing)
        raise failure(words, "missing_glyphs", place, found=found)


def texts_of(value: Any) -> list[str]:
    """All texts of the front matter."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts_of(part)]
    return [str(value)]
