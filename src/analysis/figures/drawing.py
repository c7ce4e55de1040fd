"""What every figure is made with: size, theme, the demonstration mark, labels that do not collide."""

from __future__ import annotations

import re
import textwrap
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from analysis import theme
from analysis.fonts import register_matplotlib, sans_font
from analysis.wording import MINUS, Wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.readings import Reading

HALO_WIDTH = 2.2
TITLE_WIDTH = 88
LEAST_FIRST_LINE = 0.3
_CLOSING = "，。；：、）》”％%"
_FIRST_WIDE = 0x2E7F
# What stays on one line of a Chinese text: a number or a word, or a character, each with what opens before it.
_CHINESE_PIECE = r"[（《“]?(?:[0-9A-Za-z.,%+\N{MINUS SIGN}]+|.)"
# Places around a point where its label may stand, best first: horizontal and vertical offset in points.
_PLACES = ((0, 9), (0, -9), (-8, 9), (8, 9), (-8, -9), (8, -9), (-10, 0), (10, 0), (0, 17), (0, -17))


@dataclass(frozen=True)
class Drawing:
    """A figure and the words that go with it.

    Parameters
    ----------
    figure : Figure
    title : str
        The finding, as printed in the figure.
    caption : str
        What is drawn, from which source.
    alt : str
        The figure in words, for those who cannot see it.
    """

    figure: Figure
    title: str
    caption: str
    alt: str


def sourced(caption: str, data: str, words: Wording) -> str:
    """A caption with the data behind the figure, said in the same way everywhere.

    Parameters
    ----------
    caption : str
        With or without its full stop.
    data : str
        Names of tables or of delivered documents.
    words : Wording
    """
    end = words.text("figures.caption.end")
    return words.sentences([caption.rstrip("。. ") + end, words.text("figures.caption.data", data=data)])


@contextmanager
def themed() -> Iterator[None]:
    """Draw with the report's theme and fonts, and leave the global settings as they were."""
    import matplotlib
    import seaborn

    register_matplotlib()
    with seaborn.axes_style("ticks"), matplotlib.rc_context(cast(Any, theme.settings())):
        yield


def new_figure(height_mm: float, width_mm: float = theme.WIDTH_MM) -> Figure:
    """An empty figure of the printed width."""
    from matplotlib.figure import Figure

    return Figure(figsize=(theme.millimetres(width_mm), theme.millimetres(height_mm)))


def with_unit(title: str, reading: Reading) -> str:
    """A panel's title with the unit of its axis."""
    words = reading.words
    unit = words.text("figures.section.index") if reading.is_relative else words.unit(reading.row.unit)
    return words.text("figures.section.named", title=title, unit=unit) if unit else title


def wrap(text: str, width: int, language: str) -> str:
    """Break a text into lines of about ``width`` Latin or half as many Chinese characters.

    A Chinese text breaks behind a punctuation mark or before a bracket that is still open if one is near, and never
    inside a number or a word.
    """
    if language != "zh":
        return "\n".join(_wrap_words(text, width)) or text
    lines, line = [], ""
    for piece in re.findall(_CHINESE_PIECE, text):
        if _width(line + piece) > width and piece not in _CLOSING:
            opened = line.rfind("（")
            cut = max([line.rfind(mark) + 1 for mark in "，；："] + [opened] * (opened > line.rfind("）")))
            cut = cut if cut > 0.4 * len(line) else len(line)
            lines.append(line[:cut])
            line = line[cut:]
        line += piece
    return "\n".join([*lines, line])


def _wrap_words(text: str, width: int) -> list[str]:
    """Lines of a Latin text; two lines part behind a punctuation mark where both then fit."""
    lines = textwrap.wrap(text, width)
    if len(lines) != 2:
        return lines
    for mark in (": ", "; ", ", "):
        cut = text.rfind(mark, 0, width) + len(mark)
        if cut > LEAST_FIRST_LINE * width and len(text) - cut <= width:
            return [text[:cut].rstrip(), text[cut:]]
    return lines


def _width(text: str) -> int:
    return sum(2 if ord(character) > _FIRST_WIDE else 1 for character in text)


def write_title(figure: Figure, title: str, language: str) -> int:
    """Write the finding above the axes; returns its number of lines."""
    printed = wrap(title, TITLE_WIDTH, language)
    figure.text(0.008, 0.985, printed, ha="left", va="top", fontsize=theme.TITLE_POINTS, linespacing=1.35)
    return printed.count("\n") + 1


def mark_demonstration(figure: Figure, words: Wording, place: tuple[float, float]) -> None:
    """Say on the figure itself, right-aligned at a place, that it draws demonstration data."""
    style = theme.STATUS_STYLES["at_risk"]
    box = {"boxstyle": "square,pad=0.35", "facecolor": style.tint, "edgecolor": style.colour, "linewidth": 0.8}
    figure.text(
        *place, words.text("figures.demonstration"), ha="right", va="top", fontsize=theme.SMALL_POINTS,
        color=style.colour, bbox=box, gid="demonstration",
    )  # fmt: skip


def narrow_minus(figure: Figure) -> None:
    """Draw minus signs as wide as a digit: the font's own is as wide as a Chinese character."""
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        text.set_text(drawn(text.get_text()))


def drawn(text: str) -> str:
    """A text as it is drawn in a figure, with narrow minus signs."""
    return text.replace(MINUS, "\N{EN DASH}")


def draw_box(axes: Axes, corner: tuple[float, float], width: float, height: float, **style: Any) -> None:
    """Draw a rectangle; unlike a bar it leaves the limits of the axes alone, which takes a third of the time."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle(corner, width, height, **style))


def halo() -> list[Any]:
    """A white outline that keeps text readable where it crosses a line."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=HALO_WIDTH, foreground="white")]


def spread(positions: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move the centres of labels apart, as little as possible, until none covers its neighbour.

    Parameters
    ----------
    positions : sequence of float
        Where the labels would like to be.
    heights : sequence of float
        Room that each label takes.
    low, high : float
        Limits; the upper one yields if there is not enough room.

    Returns
    -------
    list of float
        In the order of the input.

    Notes
    -----
    Without the room that the labels below take, the wanted positions need only be in order: a monotone
    regression by pooling adjacent violators.

    Examples
    --------
    >>> spread([5.0, 5.0], [2.0, 2.0], 0.0, 10.0)
    [4.0, 6.0]
    """
    if not positions:
        return []
    order = sorted(range(len(positions)), key=lambda index: (positions[index], index))
    sizes = np.array([heights[index] for index in order])
    offsets = np.cumsum(sizes) - sizes / 2
    pools: list[list[float]] = []
    for index, offset in zip(order, offsets, strict=True):
        pools.append([positions[index] - offset])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    free = np.concatenate([np.full(len(pool), np.mean(pool)) for pool in pools])
    placed = np.clip(free, low, max(low, high - float(sizes.sum()))) + offsets
    result = np.empty(len(positions))
    result[order] = placed
    return [float(value) for value in result]


def label_point(
    axes: Axes, point: tuple[float, float], text: str, obstacles: np.ndarray, colour: str = theme.INK
) -> np.ndarray:
    """Write a label beside a point, where it covers the least of what is drawn.

    Parameters
    ----------
    axes : Axes
        With its final limits.
    point : (x, y)
        In data units.
    text : str
    obstacles : array of shape (n, 2)
        Points on the lines and labels already drawn, in pixels.
    colour : str

    Returns
    -------
    array of shape (n + m, 2)
        The obstacles with the new label's own area added.
    """
    pixels = axes.figure.dpi / 72
    anchor = axes.transData.transform(point)
    size = text_size(text) * pixels
    frame = np.array([[axes.bbox.x0, axes.bbox.y0], [axes.bbox.x1, axes.bbox.y1]])

    def corner(place: tuple[int, int]) -> np.ndarray:
        right, up = place
        across = 0.0 if right > 0 else 1.0 if right < 0 else 0.5
        return np.asarray(anchor + np.array([right, up]) * pixels - size * [across, 0.5])

    def cost(place: tuple[int, int]) -> float:
        low = corner(place)
        covered = ((obstacles >= low) & (obstacles <= low + size)).all(axis=1).sum()
        is_outside = (low < frame[0]).any() or (low + size > frame[1]).any()
        return float(covered + 1000 * is_outside + 0.1 * _PLACES.index(place))

    best = min(_PLACES, key=cost)
    axes.annotate(
        text, point, xytext=best, textcoords="offset points", va="center", color=colour, zorder=6,
        ha="left" if best[0] > 0 else "right" if best[0] < 0 else "center",
        fontsize=theme.SMALL_POINTS, path_effects=halo(),
    )  # fmt: skip
    low = corner(best)
    grid = np.stack(np.meshgrid(np.linspace(0, 1, 12), np.linspace(0, 1, 5)), axis=-1).reshape(-1, 2)
    return np.vstack([obstacles, low + grid * size])


# Width of the narrowest letter, in sizes of the type.
NARROWEST = 0.2


def shortened(text: str, room: float) -> str:
    """A small label, cut with an ellipsis where it would not fit.

    Parameters
    ----------
    text : str
    room : float
        Width in points.
    """
    # What cannot fit even in the narrowest letters need not be measured, which takes long.
    most = int(room / (NARROWEST * theme.SMALL_POINTS)) + 1
    if len(text) < 2 or (len(text) <= most and text_size(text)[0] <= room):
        return text
    cut = [f"{text[:length].rstrip(' ,，、（(')}…" for length in range(1, min(len(text), most))]
    return cut[max(0, bisect_right(cut, room, key=lambda shown: float(text_size(shown)[0])) - 1)]


def fitted_lines(text: str, room: float, most: int, language: str) -> str:
    """A small label on a few lines, none wider than the room it has.

    Parameters
    ----------
    text : str
    room : float
        Width in points.
    most : int
        Lines; the last one is cut where the text needs more.
    language : {"zh", "en"}
    """
    pieces = re.findall(_CHINESE_PIECE if language == "zh" else r"\S+\s*", text)
    lines: list[str] = []
    while pieces and len(lines) < most - 1:
        end = max(1, bisect_right(range(1, len(pieces) + 1), room, key=lambda count: _joined_width(pieces[:count])))
        while end < len(pieces) and pieces[end] in _CLOSING:
            end += 1
        lines.append("".join(pieces[:end]))
        pieces = pieces[end:]
    lines.append("".join(pieces))
    return "\n".join(shortened(line.strip(), room) for line in lines if line)


def _joined_width(pieces: list[str]) -> float:
    return float(text_size("".join(pieces).strip())[0])


def text_size(text: str) -> np.ndarray:
    """Width and height of a small label in points, measured from the font itself.

    Parameters
    ----------
    text : str
    """
    return np.array([_drawn_width(text) + 2, theme.SMALL_POINTS + 2])


@lru_cache(maxsize=4096)
def _drawn_width(text: str) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from matplotlib.textpath import TextPath

    if not text.strip():
        return 0.0
    outline = TextPath((0, 0), text, size=theme.SMALL_POINTS, prop=FontProperties(fname=str(sans_font())))
    # The outermost points of letters lie on their outlines; to look for others along each curve takes far longer.
    across = outline.vertices[outline.codes != Path.CLOSEPOLY, 0]
    return float(across.max() - across.min())


def sample_line(axes: Axes, x: Sequence[float], y: Sequence[float]) -> np.ndarray:
    """Points along a line, close enough together to notice a label on it; in pixels."""
    if len(x) == 0:
        return np.empty((0, 2))
    corners = axes.transData.transform(np.column_stack([np.asarray(x, float), np.asarray(y, float)]))
    parts = [np.linspace(start, end, 25) for start, end in pairwise(corners)]
    return np.vstack([corners, *parts])
