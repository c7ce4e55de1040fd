"""Numbers, units and words as they are printed in a language.

Everything that prints a number goes through :class:`Wording`, so that a value looks the same in a table, in a
figure and in a sentence, and so that a missing value is a dash everywhere.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence
from functools import cache

from analysis.messages import Catalogue, catalogue
from analysis.units import find_unit

MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EM DASH}"
_MARKDOWN = str.maketrans({character: "\\" + character for character in "\\`*_[]<>|@$^~#"})


class Wording:
    """How one language writes numbers, units, dates and lists.

    Parameters
    ----------
    words : Catalogue
        The texts of the language.
    """

    def __init__(self, words: Catalogue) -> None:
        self.words = words
        self.language = words.language

    def text(self, key: str, **values: object) -> str:
        """Text of a key of the message catalogue."""
        return self.words.text(key, **values)

    def has(self, key: str) -> bool:
        """Whether the catalogue knows a key."""
        return key in self.words.texts

    def number(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """A number with a fixed precision.

        Parameters
        ----------
        value : float
        decimals : int, 0–6
        signed : bool
            Write the plus sign too.

        Returns
        -------
        str
            With a true minus sign, the language's grouping of thousands, never ``−0``; a dash if missing.
        """
        if value is None or math.isnan(value):
            return MISSING
        rounded = round(float(value), decimals) + 0.0
        digits = f"{abs(rounded):{',' if self.language == 'en' else ''}.{decimals}f}"
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return sign + digits

    def as_written(self, value: float) -> str:
        """A number with the decimals that it needs, as a plan writes its targets."""
        if value is None or math.isnan(value):
            return MISSING
        shortest = repr(round(float(value), 6) + 0.0)
        decimals = 0 if shortest.endswith(".0") else len(shortest.partition(".")[2])
        return self.number(value, decimals)

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share (1 = the whole) in per cent."""
        number = self.number(share * 100, decimals)
        return number if number == MISSING else f"{number}%"

    def probability(self, share: float) -> str:
        """A probability in whole per cent; never 0 % and never 100 %, because a forecast is never certain.

        Cut, not rounded: 89.6 % must not print as the 90 % from which another word begins.
        """
        if math.isnan(share):
            return MISSING
        if share < 0.01:
            return "<1%"
        if share > 0.99:
            return ">99%"
        return f"{math.floor(share * 100 + 1e-7)}%"

    def unit(self, unit: str) -> str:
        """Name of a unit as printed; empty for pure numbers."""
        if unit in ("index", "ratio", ""):
            return ""
        known = find_unit(unit)
        name = known.label(self.language) if known else unit
        if unit == "count" and self.language == "en":
            return ""
        return name

    def with_unit(self, number: str, unit: str) -> str:
        """A printed number with its unit, spaced as the language does it."""
        name = self.unit(unit)
        if number == MISSING or not name:
            return number
        space = "" if name in ("%", "‰") or self.language == "zh" else " "
        if self.language == "en" and name == "percentage points" and number.lstrip(f"+{MINUS}") == "1":
            name = "percentage point"
        return f"{number}{space}{name}"

    def change(self, number: str, unit: str) -> str:
        """A difference: points when the unit is per cent, because 90 % is not ``5 %`` more than 85 %."""
        return self.with_unit(number, "percentage points" if unit == "%" else unit)

    def date(self, value: datetime.date) -> str:
        """A date in the language's long form."""
        month = self.text(f"report.months.m{value.month}")
        return self.text("report.date", year=value.year, month=month, day=value.day)

    def listing(self, items: Sequence[str]) -> str:
        """Join items as the language does: ``A、B和C``, ``A, B and C``."""
        if len(items) < 2:
            return "".join(items)
        separator, last = self.text("report.list.separator"), self.text("report.list.last")
        return separator.join(items[:-1]).rstrip() + last + items[-1]

    def sentences(self, parts: Iterable[str]) -> str:
        """Put sentences behind each other; empty ones are left out."""
        return ("" if self.language == "zh" else " ").join(part for part in parts if part)


@cache
def wording(language: str) -> Wording:
    """The wording of a language.

    Parameters
    ----------
    language : {"zh", "en"}
    """
    return Wording(catalogue(language))


def escape(text: str) -> str:
    """Data's text as plain text in Markdown: no character of it can become markup or break a table row."""
    return " ".join(text.split()).translate(_MARKDOWN)


def unescape(text: str) -> str:
    """The text that :func:`escape` was given."""
    return re.sub(r"\\([\\`*_\[\]<>|@$^~#])", r"\1", text)


def label_id(*parts: str) -> str:
    """A label that every typesetter accepts: letters, digits and hyphens only.

    Examples
    --------
    >>> label_id("fig", "energy_intensity")
    'fig-energy-intensity'
    """
    joined = "-".join(part for part in parts if part)
    return "".join(character if character.isalnum() and character.isascii() else "-" for character in joined)
