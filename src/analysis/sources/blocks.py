"""Descriptions of odd files: the column ``layout`` of ``sources.csv``, or a named block in ``layouts.yaml``.

Both say the same things: in the column ``regions_by_years; header=4-5; ignore=合计|其他``, in the block one key per
line. Usual files need neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from analysis.errors import Problem
from analysis.sources.rows import Layout, layout_names

LAYOUTS_FILE = "layouts.yaml"
KEYS = ("layout", "ignore", "header", "cells", "labels", "columns", "period", "aggregate", "database")
PERIODS = ("month",)
AGGREGATES = ("sum", "mean", "last")
_ROWS = re.compile(r"^(\d+)(?:\s*[-–:]\s*(\d+))?$")
_AREA = re.compile(r"^[A-Za-z]{1,3}\d{1,7}\s*[:：]\s*[A-Za-z]{1,3}\d{1,7}$")
_COLUMN = re.compile(r"^[A-Z]{1,3}$")


class LayoutError(Exception):
    """A description that cannot be understood: ``key``, what stands there, and what may."""

    def __init__(self, key: str, found: str, allowed: tuple[str, ...] = ()) -> None:
        self.key = key
        self.found = found
        self.allowed = allowed
        super().__init__(f"{key}: {found}")


def read_blocks(folder: Path) -> tuple[dict[str, Layout], list[Problem]]:
    """Read ``layouts.yaml`` of a plan folder; no file means no blocks.

    Returns
    -------
    (dict of str to Layout, list of Problem)
    """
    path = folder / LAYOUTS_FILE
    if not path.is_file():
        return {}, []
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        return {}, [Problem("layouts_unreadable", file=LAYOUTS_FILE, found=" ".join(str(error).split()))]
    if not isinstance(content, dict) or not all(isinstance(block, dict) for block in content.values()):
        return {}, [Problem("layouts_unreadable", file=LAYOUTS_FILE, found=str(content)[:80])]
    blocks: dict[str, Layout] = {}
    problems: list[Problem] = []
    for name, block in content.items():
        try:
            blocks[str(name)] = layout_of(block)
        except LayoutError as error:
            blocks[str(name)] = Layout()
            problems.append(layout_problem(error, LAYOUTS_FILE, f"{name}.{error.key}"))
    return blocks, problems


def layout_problem(error: LayoutError, file: str, cell: str) -> Problem:
    """What is wrong with a description, as a problem."""
    known = error.allowed or tuple(layout_names())
    nearest = get_close_matches(error.found, known, n=1, cutoff=0.5)
    details = {"allowed": ", ".join(known), "nearest": nearest[0] if nearest else "—", "key": error.key}
    code = "unknown_layout" if error.key == "layout" else "layout_option"
    return Problem(code, file=file, cell=cell, found=error.found, details=details)


def parse_layout(text: str, blocks: Mapping[str, Layout] | None = None) -> Layout:
    """Read the column ``layout``.

    Parameters
    ----------
    text : str
        Empty, the name of a block, or for instance ``regions_by_indicators; ignore=人口|面积; cells=A3:F40``.
    blocks : mapping of str to Layout

    Raises
    ------
    LayoutError
    """
    if blocks and text.strip() in blocks:
        return blocks[text.strip()]
    block: dict[str, Any] = {}
    for part in filter(None, (item.strip() for item in text.replace("；", ";").split(";"))):
        key, equals, value = (item.strip() for item in part.partition("="))
        if not equals:
            key, value = "layout", part
        if key in block:
            raise LayoutError(key, part)
        block[key] = value
    known = (*layout_names(), *(blocks or ()))
    if block.get("layout", known[0]) not in known:
        raise LayoutError("layout", str(block["layout"]), known)
    return layout_of(block)


def layout_of(block: Mapping[str, Any]) -> Layout:
    """Check a description, given as texts, lists and mappings.

    Raises
    ------
    LayoutError
    """
    unknown = next((str(key) for key in block if key not in KEYS), None)
    if unknown is not None:
        raise LayoutError(unknown, f"{unknown}={block.get(unknown, '')}", KEYS)
    name = _one_of(block, "layout", tuple(layout_names()))
    period, aggregate = _one_of(block, "period", PERIODS), _one_of(block, "aggregate", AGGREGATES)
    if bool(period) != bool(aggregate):
        raise LayoutError("aggregate" if period else "period", "", AGGREGATES if period else PERIODS)
    cells = _text(block, "cells")
    if cells and not _AREA.match(cells):
        raise LayoutError("cells", cells, ("A1:F40",))
    roles = {letter.upper(): role for letter, role in _pairs(block, "columns")}
    wrong = next((letter for letter in roles if not _COLUMN.match(letter)), None)
    if wrong is not None:
        raise LayoutError("columns", wrong, ("A:region|B:ignored",))
    ignored = tuple(_items(block, "ignore"))
    labels = dict(_pairs(block, "labels"))
    return Layout(name, ignored, _rows(block), cells, labels, roles, period, aggregate, _text(block, "database"))


def _text(block: Mapping[str, Any], key: str) -> str:
    value = block.get(key, "")
    if value is None or isinstance(value, dict | list):
        raise LayoutError(key, str(value), ())
    return str(value).strip()


def _one_of(block: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    text = _text(block, key)
    if text and text not in known:
        raise LayoutError(key, text, known)
    return text


def _rows(block: Mapping[str, Any]) -> tuple[int, int] | None:
    text = _text(block, "header")
    if not text:
        return None
    match = _ROWS.match(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 0 < first <= last:
        raise LayoutError("header", text, ("3", "3-5"))
    return first, last


def _items(block: Mapping[str, Any], key: str) -> list[str]:
    value = block.get(key, "")
    items = value if isinstance(value, list) else str(value).split("|")
    return [text for item in items if (text := str(item).strip())]


def _pairs(block: Mapping[str, Any], key: str) -> Iterator[tuple[str, str]]:
    value = block.get(key, {})
    if isinstance(value, dict):
        yield from ((str(name).strip(), str(meaning).strip()) for name, meaning in value.items())
        return
    for item in _items(block, key):
        name, colon, meaning = item.replace("：", ":").partition(":")
        if not (name.strip() and colon and meaning.strip()):
            raise LayoutError(key, item, ("name:meaning|name:meaning",))
        yield name.strip(), meaning.strip()
