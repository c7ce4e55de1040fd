"""From what stands in a cell to a number: values, years, dates and flags as bureaus write them.

Nothing is guessed. A text that is not plainly one number is refused with the reason; a mark for "no value" is
recognised as such and is neither zero nor an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from analysis.sources.vocabulary import fold, without_marks, word_list, words
from analysis.units import find_unit

Reason = Literal["", "missing", "range", "not_a_number"]

_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?|[+-]?\.\d+)(?P<rest>.*)", re.DOTALL
)
_RANGE = re.compile(r"^[+-]?[\d.,]+[%‰]?(?:-|–|—|~|至|到)[+-]?[\d.,]+\D{0,6}$")
_FLAG = re.compile(r"[(\[](?P<flag>[^()\[\]\d]{1,12})[)\]]")
_SPACED = re.compile(r"^(?P<sign>\D*)(?P<digits>\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+)(?P<rest>(?!\d).*)$", re.DOTALL)
_SPLIT_NUMBER = re.compile(r"\d\s+\d")
_YEAR = re.compile(r"^(?:公元)?(?P<year>\d{4})(?:\.0+)?(?:年度?|-(?:01-01|12-31)(?: 00:00:00)?)?$")
_CHINESE_YEAR = re.compile(r"^(?P<year>[〇○零oO一二三四五六七八九]{4})年?度?$")
_CHINESE_DIGITS = str.maketrans("〇○零oO一二三四五六七八九", "00000123456789")
_DATE = re.compile(r"^(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})日?)?月?)?年?$")


@dataclass(frozen=True)
class ParsedValue:
    """What a cell says.

    Parameters
    ----------
    number : float or None
        None if there is no value, or none that can be used (see ``reason``).
    bound : {"exact", "at_least", "at_most", "about"}
    status : str
        Status named by a flag beside the number; empty if there is none.
    unit : str
        What stands behind the number, as text (``%``, ``吨``); empty if nothing does.
    reason : {"", "missing", "range", "not_a_number"}
    """

    number: float | None
    bound: str = "exact"
    status: str = ""
    unit: str = ""
    reason: Reason = ""


@lru_cache(maxsize=65536)
def parse_value(text: str) -> ParsedValue:
    """Read a cell that should hold a number.

    Parameters
    ----------
    text : str
        As it stands in the file.

    Returns
    -------
    ParsedValue

    Examples
    --------
    >>> parse_value("约５９％")
    ParsedValue(number=59.0, bound='about', status='', unit='%', reason='')
    >>> parse_value("1,234.5(p)").status
    'preliminary'
    >>> parse_value("26-29%").reason
    'range'
    """
    if fold(text) in word_list("missing"):
        return ParsedValue(None, reason="missing")
    bare = without_marks(text.strip())
    spaced = _SPACED.match(bare)
    if spaced:
        bare = spaced["sign"] + re.sub(r"\s", "", spaced["digits"]) + spaced["rest"]
    if _SPLIT_NUMBER.search(bare):
        # "1 23" may be 123 or two numbers: not for a program to decide.
        return ParsedValue(None, reason="not_a_number")
    folded, status = _take_flag(fold(bare))
    if folded in word_list("missing"):
        return ParsedValue(None, status=status, reason="missing")
    if _RANGE.match(_strip_words(folded)):
        return ParsedValue(None, reason="range")
    before, folded = _take_before(folded)
    match = _NUMBER.match(folded.replace("–", "-", 1) if folded.startswith("–") else folded)
    if not match:
        return ParsedValue(None, reason="not_a_number")
    unit, after, flagged = _take_after(match["rest"])
    bounds = {bound for bound in (before, after) if bound}
    if unit is None or len(bounds) > 1:
        return ParsedValue(None, reason="not_a_number")
    number = float(match["number"].replace(",", ""))
    return ParsedValue(number, bounds.pop() if bounds else "exact", status or flagged, unit)


def _take_flag(folded: str) -> tuple[str, str]:
    """Take a bracketed flag such as ``(p)`` or ``（初步核算）`` out of a text."""
    for match in _FLAG.finditer(folded):
        status = words("statuses").get(match["flag"])
        if status:
            return folded[: match.start()] + folded[match.end() :], status
    return folded, ""


def _strip_words(folded: str) -> str:
    return _take_before(folded)[1]


def _take_before(folded: str) -> tuple[str, str]:
    """Take words such as ``约`` or ``≥`` and fillers such as ``达`` from the front of a text."""
    bound = ""
    vocabulary = words("bounds.before")
    candidates = sorted([*vocabulary, *word_list("fillers")], key=len, reverse=True)
    while found := next((word for word in candidates if folded.startswith(word)), None):
        if found in vocabulary:
            if bound:
                break
            bound = vocabulary[found]
        folded = folded[len(found) :]
    return bound, folded


def _take_after(rest: str) -> tuple[str | None, str, str]:
    """Read what follows a number: unit, bound, flag. The unit is None if it cannot be one."""
    bound = status = ""
    bounds, statuses = words("bounds.after"), words("statuses")
    for word in sorted(bounds, key=len, reverse=True):
        if rest.endswith(word):
            bound, rest = bounds[word], rest[: -len(word)]
            break
    for word in sorted(statuses, key=len, reverse=True):
        if rest == word or (len(word) > 1 and rest.endswith(word)):
            status, rest = statuses[word], rest[: -len(word)]
            break
    # A number in front does not make a number of a sentence: what follows has to be a unit.
    return (rest if not rest or find_unit(rest) else None), bound, status


@lru_cache(maxsize=65536)
def parse_year(text: str) -> tuple[int, str] | None:
    """Read a year, with the status of a flag beside it.

    Parameters
    ----------
    text : str
        ``2011``-like digits, ``…年``, Chinese numerals (``二〇一一年``, also with the letter O), first or last day
        of a year; a flag such as ``(p)`` may follow.

    Returns
    -------
    (int, str) or None
        Year and status (empty if not flagged); None if the text is no year.
    """
    folded, status = _take_flag(fold(without_marks(text)))
    match = _YEAR.match(folded)
    if match:
        return int(match["year"]), status
    chinese = _CHINESE_YEAR.match(folded)
    return (int(chinese["year"].translate(_CHINESE_DIGITS)), status) if chinese else None


@lru_cache(maxsize=4096)
def years_within(text: str) -> tuple[int, ...]:
    """Every different year that a title or a sheet's name speaks of, in order of appearance."""
    digits = re.findall(r"(?<![\d.])(\d{4})(?![\d.])", fold(text))
    chinese = re.findall(r"([〇○零oO一二三四五六七八九]{4})年", text)
    found = [int(item) for item in digits] + [int(item.translate(_CHINESE_DIGITS)) for item in chinese]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def parse_vintage(text: str) -> str | None:
    """Read the date at which a value was delivered.

    Returns
    -------
    str or None
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; empty for an empty text; None if the text is no date.
    """
    bare = text.strip().removesuffix(" 00:00:00").removesuffix("T00:00:00")
    if not bare:
        return ""
    match = _DATE.match(fold(bare))
    if not match:
        return None
    month, day = match["month"], match["day"]
    if (month and not 1 <= int(month) <= 12) or (day and not 1 <= int(day) <= 31):
        return None
    return "-".join([match["year"], *(f"{int(part):02d}" for part in (month, day) if part)])


@lru_cache(maxsize=4096)
def parse_status(text: str) -> str | None:
    """Status that a word or flag means; empty for an empty text, None if unknown."""
    folded = fold(text).strip("()[]")
    return words("statuses").get(folded) if folded else ""
