"""Vector pictures in few bytes: a report holds dozens of them in one file.

The picture stays the same to a hundredth of a point (glyphs: to a four-hundredth of their size). Outlines are written
with relative coordinates, names are shortened, and what draws nothing is left out.
"""

from __future__ import annotations

import itertools
import re
import string
from functools import lru_cache
from xml.etree import ElementTree

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'

_DIGITS = 2
# Glyph outlines come in units of a sixty-fourth of a hundredth of the letter's size; a quarter of a hundredth is finer
# than any screen or printer shows.
_GLYPH_SCALE = "scale(0.015625)"
_GLYPH_GRID, _COARSE_GLYPH_SCALE = 16, "scale(.25)"

# Commands that take more than one point.
_POINTS = {"Q": 2, "C": 3}
_COMMANDS = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_OTHER_COMMANDS = re.compile("(?![MLQCzZ])[A-Za-z]")
_DECIMALS = re.compile(r"(scale\([^)]*\))|-?\d+\.\d+")
_TRANSLATION = re.compile(r"translate\((\S+) (\S+)\)")
_REFERENCE = re.compile(r"#([\w.-]+)")


def compact(svg: str) -> str:
    """The same picture in fewer bytes.

    Parameters
    ----------
    svg : str
        As matplotlib writes it: absolute coordinates, glyphs as outlines.

    Returns
    -------
    str
        Begins with the declaration of XML; the same for the same picture.
    """
    root = ElementTree.fromstring(svg)
    namespace = root.tag.partition("}")[0].removeprefix("{")
    for element in list(root.iter()):
        _simplify(element)
    _unwrap(root)
    _rename(root)
    root.attrib = {"xmlns": namespace, **root.attrib}
    return DECLARATION + ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _simplify(element: ElementTree.Element) -> None:
    element.tag = _local(element.tag)
    element.attrib = {_local(key): " ".join(text.split()) for key, text in element.attrib.items()}
    if element.tag != "style":
        element.text = (element.text or "").strip()
    element.tail = ""
    for child in list(element):
        if _local(child.tag) == "metadata":
            element.remove(child)
    for key, text in element.attrib.items():
        if key == "style":
            element.set(key, text.replace(": ", ":").replace("; ", ";"))
        elif key not in ("d", "id", "href", "version"):
            element.set(key, _DECIMALS.sub(lambda number: number[1] or _number(float(number[0])), text))
    if element.tag == "path":
        _shorten_outline(element)
    elif element.tag == "use":
        _place(element)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _shorten_outline(element: ElementTree.Element) -> None:
    is_glyph = element.get("transform") == _GLYPH_SCALE
    if is_glyph:
        element.set("transform", _COARSE_GLYPH_SCALE)
    outline = element.get("d", "")
    element.set("d", _glyph(outline) if is_glyph else relative(outline))


@lru_cache(maxsize=4096)
def _glyph(outline: str) -> str:
    # A report's figures share most of their glyphs.
    return relative(outline, 1 / _GLYPH_GRID, 0)


def _place(element: ElementTree.Element) -> None:
    """A glyph's place as coordinates instead of as a translation."""
    move = _TRANSLATION.fullmatch(element.get("transform", ""))
    if move and not {"x", "y"} & element.attrib.keys():
        del element.attrib["transform"]
        for side, length in zip("xy", move.groups(), strict=True):
            if length != "0":
                element.set(side, length)


def relative(outline: str, factor: float = 1.0, digits: int = _DIGITS) -> str:
    """An outline with relative coordinates.

    Parameters
    ----------
    outline : str
        Of absolute commands M, L, Q, C and z, with spaces between numbers; one of other commands is returned as it is.
    factor : float
        By which all lengths are multiplied.
    digits : int
        Digits after the decimal mark that are kept.
    """
    if _OTHER_COMMANDS.search(outline):
        return outline
    parts: list[str] = []
    # Lengths in units of the last digit: whole numbers, so that errors of rounding do not add up from step to step.
    units = factor * 10**digits
    start = last = (0, 0)
    for command, text in _COMMANDS.findall(outline):
        if command in "zZ":
            parts.append("z")
            last = start
            continue
        lengths = [round(float(length) * units) for length in text.split()]
        points = list(zip(lengths[::2], lengths[1::2], strict=True))
        size = _POINTS.get(command, 1)
        for first in range(0, len(points), size):
            here = "l" if command == "M" and first else command.lower()
            parts.append(_step(here, points[first : first + size], last, digits))
            last = points[first + size - 1]
            if here == "m":
                start = last
    return "".join(parts)


def _step(command: str, points: list[tuple[int, int]], last: tuple[int, int], digits: int) -> str:
    """One command with its lengths; a straight line along an axis has only one."""
    x, y = last
    if command == "l":
        width, height = points[0][0] - x, points[0][1] - y
        if not height:
            return "h" + _length(width, digits)
        if not width:
            return "v" + _length(height, digits)
    steps = [_length(step, digits) for here in points for step in (here[0] - x, here[1] - y)]
    return command + " ".join(steps).replace(" -", "-")


@lru_cache(maxsize=1 << 16)
def _length(units: int, digits: int) -> str:
    # Outlines repeat most of their steps.
    return _number(units / 10**digits, digits)


def _number(value: float, digits: int = _DIGITS) -> str:
    text = f"{value:.{digits}f}"
    if digits:
        text = text.rstrip("0").rstrip(".")
    if text.startswith("0."):
        return text[1:]
    if text.startswith("-0."):
        return "-" + text[2:]
    return "0" if text == "-0" else text


def _unwrap(parent: ElementTree.Element) -> None:
    """Take the contents of groups that say nothing out of them."""
    for child in list(parent):
        _unwrap(child)
        if child.tag in ("g", "defs"):
            if child.tag == "g":
                child.attrib.pop("id", None)
            if not len(child) or (child.tag == "g" and not child.attrib):
                place = list(parent).index(child)
                parent[place : place + 1] = list(child)


def _rename(root: ElementTree.Element) -> None:
    """Names of one or two letters, in the order of first use; what nothing refers to needs none."""
    wanted = {name for element in root.iter() for text in element.attrib.values() for name in _REFERENCE.findall(text)}
    letters = itertools.chain(string.ascii_letters, map("".join, itertools.product(string.ascii_letters, repeat=2)))
    known = {element.get("id") for element in root.iter()} & wanted
    short: dict[str, str] = {}
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name in known:
            short[name] = short.get(name) or next(letters)
            element.set("id", short[name])
    for element in root.iter():
        for key, text in element.attrib.items():
            if "#" in text:
                changed = _REFERENCE.sub(lambda match: "#" + short.get(match[1], match[1]), text)
                element.set(key, changed)
