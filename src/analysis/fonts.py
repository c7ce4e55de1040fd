"""The one place that finds fonts: Noto Sans and Noto Serif CJK SC from the pinned ``mplfonts`` wheel.

A machine's own fonts are never relied on, so that a report looks the same everywhere. Both faces come in the
regular weight only; headings stand out by the sans face (黑体) against the serif body (宋体), not by weight.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from analysis.errors import RenderingError

SANS_FAMILY = "Noto Sans CJK SC"
SERIF_FAMILY = "Noto Serif CJK SC"

_SANS_FILE = "NotoSansCJKsc-Regular.otf"
_SERIF_FILE = "NotoSerifCJKsc-Regular.otf"

_QUOTES = "‘’“”"
_FIRST_CHINESE = "\u2e80"
_MINUS, _EN_DASH = 0x2212, 0x2013

# Layout marks without a glyph of their own; typesetters honour them and never draw them.
_INVISIBLE = frozenset("\t\n\r\u00ad\u200b\u200c\u200d\u2060\ufeff")


def sans_font() -> Path:
    """Path of Noto Sans CJK SC (黑体): headings, tables, figures.

    Raises
    ------
    RenderingError
        If the font is not installed.
    """
    return _font(_SANS_FILE)


def serif_font() -> Path:
    """Path of Noto Serif CJK SC (宋体): body text.

    Raises
    ------
    RenderingError
        If the font is not installed.
    """
    return _font(_SERIF_FILE)


def _font(name: str) -> Path:
    # The package is located, not imported: importing it would pull in its command line.
    package = find_spec("mplfonts")
    if package is not None and package.origin is not None:
        path = Path(package.origin).parent / "fonts" / name
        if path.is_file():
            return path
    raise RenderingError(
        f"字体缺失：{name}（Python 包 mplfonts）。应为：随依赖一起安装。处理：重新执行 make setup。\n"
        f"Font missing: {name} (Python package mplfonts). Expected: installed with the dependencies. "
        "What to do: run make setup again."
    )


def register_matplotlib() -> None:
    """Make Noto Sans CJK SC the font of every matplotlib figure, with a true minus sign."""
    import matplotlib
    from matplotlib import font_manager

    path = str(sans_font())
    # Each time that a font is added, matplotlib forgets all that it has found.
    if not any(entry.fname == path for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(path)
    matplotlib.rcParams["font.family"] = [SANS_FAMILY]
    # The font has U+2212, so negative numbers keep their typographic minus.
    matplotlib.rcParams["axes.unicode_minus"] = True


def narrow_quotes(figure: Any) -> None:
    """Draw quotation marks and apostrophes in their Latin width where a figure's text is not Chinese.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Complete, about to be written.
    """
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        characters = text.get_text()
        if set(_QUOTES) & set(characters) and max(characters) < _FIRST_CHINESE:
            text.set_fontfeatures(["pwid"])


@cache
def _drawable() -> frozenset[int]:
    """Code points that both fonts have."""
    return frozenset(_face(sans_font()).unicodes) & frozenset(_face(serif_font()).unicodes)


def _face(font_path: Path) -> Any:
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font_path)))


def missing_characters(text: Iterable[str]) -> list[str]:
    """Characters that at least one of the two fonts cannot draw.

    Parameters
    ----------
    text : iterable of str
        Texts that will be printed.

    Returns
    -------
    list of str
        The characters in code-point order, each once; empty if all can be drawn.
    """
    characters = set().union(*map(set, text)) - _INVISIBLE
    return sorted(character for character in characters if ord(character) not in _drawable())


def subset_woff(font_path: Path, characters: Iterable[str], has_narrow_quotes: bool = False) -> bytes:
    """Cut a font down to the characters that a page needs, as WOFF.

    Parameters
    ----------
    font_path : Path
        One of :func:`sans_font` and :func:`serif_font`.
    characters : iterable of str
        Texts or single characters; characters without a glyph are left out.
    has_narrow_quotes : bool
        Whether quotation marks have their Latin width; Chinese ones are as wide as a character.

    Returns
    -------
    bytes
        The same bytes for the same characters, whatever their order: no time stamp is written.
    """
    import uharfbuzz
    from fontTools.ttLib import TTFont

    points = {ord(character) for text in characters for character in text}
    face = _face(font_path)
    narrow = {point: glyph for point, glyph in _narrow_glyphs(face, has_narrow_quotes).items() if point in points}
    wanted = uharfbuzz.SubsetInput()
    flags = uharfbuzz.SubsetFlags
    wanted.flags = flags.NO_HINTING | flags.DESUBROUTINIZE | flags.NOTDEF_OUTLINE
    wanted.unicode_set.update(points)
    wanted.glyph_set.update(narrow.values())
    # The characters of the page are those of its language: the forms of other languages would be half of the file.
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.add(int.from_bytes(b"kern", "big"))
    plan = uharfbuzz.SubsetPlan(face, wanted)
    buffer = io.BytesIO()
    with TTFont(io.BytesIO(plan.execute().blob.data), recalcBBoxes=False, recalcTimestamp=False) as font:
        names = {point: font.getGlyphName(plan.old_to_new_glyph_mapping[glyph]) for point, glyph in narrow.items()}
        for table in font["cmap"].tables:
            table.cmap.update({point: name for point, name in names.items() if point in table.cmap})
        # A tenth larger than WOFF2 and made in half the time, without a compressor of its own.
        font.flavor = "woff"
        font.save(buffer)
    return buffer.getvalue()


def _narrow_glyphs(face: Any, has_narrow_quotes: bool) -> dict[int, int]:
    """Glyphs that are drawn in the place of others, by code point.

    The minus sign is as wide as a digit, where the sans face has it as wide as a Chinese character; quotation marks
    have the font's own proportional forms (feature ``pwid``) where that is wanted.
    """
    import uharfbuzz

    font = uharfbuzz.Font(face)
    found = {_MINUS: font.get_nominal_glyph(_EN_DASH)}
    for quote in _QUOTES if has_narrow_quotes else "":
        shaped = uharfbuzz.Buffer()
        shaped.add_str(quote)
        shaped.guess_segment_properties()
        uharfbuzz.shape(font, shaped, {"pwid": True})
        found[ord(quote)] = shaped.glyph_infos[0].codepoint
    return found


def link_fonts(folder: Path) -> Path:
    """Put the two fonts, and no other, into a folder that a typesetter may search.

    Parameters
    ----------
    folder : Path
        Created if missing.

    Returns
    -------
    Path
        The folder.
    """
    import shutil

    folder.mkdir(parents=True, exist_ok=True)
    for font in (sans_font(), serif_font()):
        target = folder / font.name
        if target.exists():
            continue
        try:
            target.symlink_to(font)
        except OSError:  # file systems without links
            shutil.copyfile(font, target)
    return folder
