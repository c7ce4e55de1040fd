"""The words that delivered tables use: heads of columns, marks for missing values, bounds, flags."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from analysis.yaml_text import parse_yaml

# Labels, years and units repeat in every row of a file.
TEXTS_REMEMBERED = 65536

# A raised figure or an encircled one is a footnote mark; NFKC would turn it into a digit of the number.
# Behind m or 米 it belongs to the unit.
_RAISED = re.compile(
    r"(?<![mM米])[\u00b2\u00b3\u00b9\u2070-\u207f\u2080-\u2089\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]+"
)
_MARK = re.compile(r"\s*(?:\[\s*(?:注\s*)?[\da-d*]{1,2}\s*\]|【\s*\d{1,2}\s*】|[*†‡※]+)\s*$")
_DASHES = str.maketrans({"\u2212": "-", "\ufe63": "-", "\uff0d": "-"})


@cache
def _words() -> dict[str, Any]:
    text = (resources.files("analysis.sources") / "vocabulary.yaml").read_text(encoding="utf-8")
    return dict(parse_yaml(text))


@lru_cache(maxsize=TEXTS_REMEMBERED)
def fold(text: str) -> str:
    """A text in the form in which texts are compared.

    Full-width characters become half-width, blanks and line breaks go, letters become small.
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text.translate(_DASHES))).casefold()


def without_marks(text: str) -> str:
    """A text without footnote marks: ``地区生产总值[2]`` → ``地区生产总值``, ``88.5①`` → ``88.5``."""
    bare = _RAISED.sub("", text)
    while (shorter := _MARK.sub("", bare)) != bare:
        bare = shorter
    return bare


@cache
def words(group: str) -> dict[str, str]:
    """Folded word → meaning, for one group of the vocabulary.

    Parameters
    ----------
    group : {"columns", "statuses", "actions", "bounds.before", "bounds.after", "general_regions"}
    """
    content = _words()
    for part in group.split("."):
        content = content[part]
    return {fold(word): meaning for meaning, items in content.items() for word in items}


def column_meaning(head: str) -> str:
    """What stands in a column with that head (``region``, ``value`` …); empty if the word is not one of them."""
    return words("columns").get(fold(without_marks(head)), "")


@cache
def word_list(group: str) -> tuple[str, ...]:
    """The folded words of a plain list, longest first.

    Parameters
    ----------
    group : {"missing", "fillers", "region_endings"}
    """
    return tuple(sorted((fold(word) for word in _words()[group]), key=len, reverse=True))
