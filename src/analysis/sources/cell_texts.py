"""A cell's stored value as the text that a reader sees, without rounding."""

from __future__ import annotations

import datetime
import re
from typing import Any

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_SIGNIFICANT = ".12g"
_EXACT_BELOW = 1e15


def number_text(value: float, number_format: str = "") -> str:
    """A number as text; a cell formatted in per cent shows a hundred times its value."""
    if number_format and is_percentage(number_format):
        return number_text(float(format(value * 100, _SIGNIFICANT))) + "%"
    return str(int(value)) if float(value).is_integer() and abs(value) < _EXACT_BELOW else repr(float(value))


def is_percentage(number_format: str) -> bool:
    """Whether a format shows numbers in per cent; a sign in quotes is only printed."""
    return "%" in _LITERAL.sub("", number_format)


def cell_text(value: Any, number_format: str = "") -> str:
    """The text of a cell whose stored value is a text, a number, a date, a truth value or nothing."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return number_text(value, number_format)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value).strip()
