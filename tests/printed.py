"""What stands where on the pages of a PDF, read from the drawing operations themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MILLIMETRE = 72 / 25.4
# Margins of the report's pages.
LEFT, RIGHT, TOP, BOTTOM = 27 * MILLIMETRE, 27 * MILLIMETRE, 30 * MILLIMETRE, 27 * MILLIMETRE


@dataclass(frozen=True)
class Run:
    """Glyphs that are drawn at once.

    Parameters
    ----------
    left, right, baseline : float
        In points from the lower left corner of the page.
    size : float
        Of the type, in points.
    glyphs : tuple of int
        Numbers in the font; 0 is the box of a missing glyph.
    is_furniture : bool
        Whether it belongs to a running head or foot.
    """

    left: float
    right: float
    baseline: float
    size: float
    glyphs: tuple[int, ...]
    is_furniture: bool


@dataclass(frozen=True)
class Sheet:
    """A printed page."""

    width: float
    height: float
    runs: tuple[Run, ...]

    @property
    def body(self) -> list[Run]:
        """Everything but the running heads."""
        return [run for run in self.runs if not run.is_furniture]

    def filled(self) -> float:
        """Share of the type area's height down to its last line."""
        lowest = min((run.baseline for run in self.body), default=self.height - TOP)
        return (self.height - TOP - lowest) / (self.height - TOP - BOTTOM)

    def boxes(self) -> list[Run]:
        """Runs with a glyph that the font does not have."""
        return [run for run in self.runs if 0 in run.glyphs]

    def outside(self) -> list[Run]:
        """Runs of the body that leave the type area, and running heads that leave its width."""
        return [
            run
            for run in self.runs
            if run.left < LEFT - 0.5
            # A blank or half a closing mark at the end of a line stands beyond it, without ink.
            or run.right > self.width - RIGHT + 0.55 * run.size
            or not (run.is_furniture or BOTTOM - 0.5 < run.baseline < self.height - TOP)
        ]


def sheets(path: Path) -> list[Sheet]:
    """All pages of a PDF."""
    reader = pypdf.PdfReader(path)
    return [
        Sheet(float(page.mediabox.width), float(page.mediabox.height), tuple(_runs(page, reader)))
        for page in reader.pages
    ]


def widths_of(character: str, path: Path) -> set[float]:
    """The widths with which a character is printed, in thousandths of the type size."""
    pages = pypdf.PdfReader(path).pages
    fonts = {font.indirect_reference.idnum: font for page in pages for font in _fonts(page).values()}
    found = set()
    for font in fonts.values():
        named = re.findall(rf"<(\w{{4}})> <{ord(character):04X}>", font["/ToUnicode"].get_data().decode("latin-1"))
        found |= {_widths(font)[int(number, 16)] for number in named}
    return found


def _fonts(page: Any) -> dict[str, Any]:
    return {name: font.get_object() for name, font in page["/Resources"].get("/Font", {}).items()}


def _runs(page: Any, reader: Any) -> list[Run]:
    fonts = {name: _widths(font) for name, font in _fonts(page).items()}
    found: list[Run] = []
    place, line, widths, size = IDENTITY, IDENTITY, {}, 0.0
    saved: list[Matrix] = []
    marks: list[bool] = []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        match operator:
            case b"q":
                saved.append(place)
            case b"Q":
                place = saved.pop()
            case b"cm":
                place = _combined(_matrix(operands), place)
            case b"BDC" | b"BMC":
                marks.append(operands[0] == "/Artifact" and "/Attached" in (operands[1:] or [{}])[0])
            case b"EMC":
                marks.pop()
            case b"Tf":
                widths, size = fonts[operands[0]], float(operands[1])
            case b"Tm":
                line = _matrix(operands)
            case b"Tj" | b"TJ":
                shown = operands[0] if operator == b"TJ" else operands
                glyphs, advance = _shown(shown, widths)
                start, end = (_combined((1, 0, 0, 1, x, 0), _combined(line, place)) for x in (0, advance * size))
                scale = abs(start[0]) or 1.0
                found.append(Run(start[4], end[4], start[5], size * scale, glyphs, any(marks)))
    return found


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


def _combined(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    u, v, w, x, y, z = second
    return a * u + b * w, a * v + b * x, c * u + d * w, c * v + d * x, e * u + f * w + y, e * v + f * x + z


def _shown(parts: Any, widths: dict[int, float]) -> tuple[tuple[int, ...], float]:
    """Glyphs of one operation, and how far they go in units of the type size."""
    glyphs: list[int] = []
    advance = 0.0
    for part in parts:
        if isinstance(part, int | float):
            advance -= float(part) / 1000
            continue
        raw = part if isinstance(part, bytes) else part.original_bytes
        numbers = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
        glyphs += numbers
        advance += sum(widths.get(number, 0.0) for number in numbers) / 1000
    return tuple(glyphs), advance


def _widths(font: Any) -> dict[int, float]:
    """Width of every glyph of a font, in thousandths of the type size."""
    table = list(font["/DescendantFonts"][0].get_object().get("/W", []))
    found: dict[int, float] = {}
    while table:
        first, second = int(table.pop(0)), table.pop(0)
        if isinstance(second, list):
            found |= {first + step: float(width) for step, width in enumerate(second)}
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(table.pop(0)))
    return found
