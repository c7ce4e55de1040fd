"""The scoreboard as a bullet chart: progress of every target against elapsed time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from analysis import theme
from analysis.figures.drawing import (
    Drawing,
    drawn,
    mark_demonstration,
    narrow_minus,
    new_figure,
    shortened,
    sourced,
    themed,
    write_title,
)
from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings
from analysis.wording import MISSING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_MM = 5.6
LEAST_ROW_MM = 3.6
FRAME_MM = 27.0
SHOWN_MAXIMUM = 1.3
SHOWN_MINIMUM = -0.15
STATUS_COLUMN = 0.26
MOST_ROWS = int((theme.MOST_HEIGHT_MM - FRAME_MM) // LEAST_ROW_MM)
# Share of the width for the names.
NAMES = {"zh": 0.33, "en": 0.38}
GAP_POINTS = 8.0
MARK_RIGHT = 0.315


def draw_progress(assessment: pd.DataFrame, plan: Plan, language: str, section: str = "") -> list[Drawing]:
    """Draw a bar of progress per target, with the progress due as an upright line.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    section : str
        Only one top-level section.

    Returns
    -------
    list of Drawing
        As many as need a page of their own, all with rows of one height.

    Raises
    ------
    ValueError
        If there is no target.
    """
    items = main_readings(readings(assessment, plan, language, section=section))
    if not items:
        raise ValueError("no targets to draw")
    pages = -(-len(items) // MOST_ROWS)
    length = -(-len(items) // pages)
    parts = [items[start : start + length] for start in range(0, len(items), length)]
    title = _title(items)
    return [_draw_page(part, title, language, number, pages) for number, part in enumerate(parts, start=1)]


def _draw_page(items: list[Reading], title: str, language: str, number: int, pages: int) -> Drawing:
    words = items[0].words
    title = title if pages == 1 else words.text("figures.progress.part", title=title, number=number, pages=pages)
    # A page of A4 must hold the chart and its caption.
    row = max(LEAST_ROW_MM, min(ROW_MM, (theme.MOST_HEIGHT_MM - FRAME_MM) / len(items)))
    height = FRAME_MM + row * len(items)
    with themed():
        figure = new_figure(height)
        used = 6.0 + 4.8 * write_title(figure, title, language)
        names = NAMES[language]
        width = 1 - names - STATUS_COLUMN
        axes = figure.add_axes((names, 15 / height, width, 1 - (15 + used) / height))
        _draw_bars(axes, items)
        _finish_axes(axes, items)
        if any(item.row.is_demonstration for item in items):
            mark_demonstration(figure, words, (MARK_RIGHT, 7.5 / height))
        narrow_minus(figure)
    listed = [
        words.text("figures.progress.item", title=item.full_title, progress=item.progress, status=item.status)
        for item in items
    ]
    end = words.text("figures.caption.end")
    alt = words.text("figures.progress.alt", items=words.text("figures.caption.separator").join(listed)) + end
    caption = sourced(words.text("figures.progress.caption"), words.text("figures.data.assessment"), words)
    return Drawing(figure, title, caption, alt)


def _title(items: list[Reading]) -> str:
    words = items[0].words
    if all(item.row.is_final for item in items if item.has_latest):
        done = sum(item.row.status == "met" for item in items)
        return words.text("figures.progress.title_final", count=len(items), done=done)
    done = sum(item.row.status in ("met", "on_track") for item in items)
    shares = {item.elapsed for item in items if item.elapsed != MISSING}
    key = "title" if len(shares) == 1 else "title_mixed"
    return words.text(f"figures.progress.{key}", elapsed="".join(shares), count=len(items), done=done)


def _draw_bars(axes: Axes, items: list[Reading]) -> None:
    places = range(len(items))
    axes.barh(places, SHOWN_MAXIMUM - SHOWN_MINIMUM, left=SHOWN_MINIMUM, height=0.62, color=theme.TRACK, zorder=1)
    room = NAMES[items[0].words.language] * theme.millimetres(theme.WIDTH_MM) * 72 - GAP_POINTS
    for place, item in enumerate(items):
        progress = item.row.progress
        style = theme.STATUS_STYLES[item.row.status]
        if not math.isnan(progress):
            shown = min(max(progress, SHOWN_MINIMUM), SHOWN_MAXIMUM)
            axes.barh(place, shown, height=0.34, color=theme.BAR, zorder=2, gid=f"bar-{item.row.indicator}")
        due = item.row.expected_progress
        if not math.isnan(due):
            axes.plot([due, due], [place - 0.36, place + 0.36], color=theme.INK, linewidth=1.6, zorder=3, gid="due")
        axes.annotate(shortened(item.short_title, room), (0, place), xycoords=("axes fraction", "data"), xytext=(-4, 0),
                      textcoords="offset points", va="center", ha="right", fontsize=theme.SMALL_POINTS)  # fmt: skip
        for words, right, side, colour in (
            (item.progress, 32, "right", theme.INK), (item.status_mark, 42, "left", style.colour),
        ):  # fmt: skip
            axes.annotate(
                words, (1, place), xycoords=("axes fraction", "data"), xytext=(right, 0), va="center", ha=side,
                textcoords="offset points", fontsize=theme.SMALL_POINTS, color=colour,
            )  # fmt: skip


def _finish_axes(axes: Axes, items: list[Reading]) -> None:
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    words = items[0].words
    axes.set_ylim(len(items) - 0.4, -0.6)
    axes.set_xlim(SHOWN_MINIMUM, SHOWN_MAXIMUM)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.xaxis.set_major_locator(MultipleLocator(0.25))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: drawn(words.percent(share))))
    axes.axvline(0, color=theme.MUTED, linewidth=0.8, zorder=2)
    axes.axvline(1, color=theme.TARGET, linewidth=1.0, linestyle=(0, (3, 2)), zorder=2)
    axes.set_xlabel(words.text("figures.progress.axis"))
    axes.tick_params(length=3)
