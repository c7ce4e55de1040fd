"""All verdicts at one glance: a row for every section of the plan, a cell for every target, by status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import theme
from analysis.figures.drawing import (
    Drawing,
    draw_box,
    fitted_lines,
    mark_demonstration,
    narrow_minus,
    new_figure,
    sourced,
    text_size,
    themed,
    write_title,
)
from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings
from analysis.theme import STATUS_STYLES, STATUSES
from analysis.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_MM = 7.2
FRAME_MM = 24.0
# Share of the width for the names of the sections.
NAMES = 0.36
GAP_POINTS = 8.0
# A row of fewer cells than this does not stretch over the whole width.
LEAST_COLUMNS = 10


def draw_strip(assessment: pd.DataFrame, plan: Plan, language: str) -> Drawing | None:
    """Draw the statuses of all targets, section by section, in the plan's order.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}

    Returns
    -------
    Drawing or None
        None if the plan has no target.
    """
    words = wording(language)
    found = {
        section.id: main_readings(readings(assessment, plan, language, section=section.id)) for section in plan.sections
    }
    rows = [(section.title.get(language), found[section.id]) for section in plan.sections if found[section.id]]
    items = [item for _, own in rows for item in own]
    if not items:
        return None
    title = words.text("figures.strip.title", count=len(items), sections=len(rows))
    height = FRAME_MM + ROW_MM * len(rows)
    with themed():
        figure = new_figure(height)
        used = 5.0 + 4.8 * write_title(figure, title, language)
        axes = figure.add_axes((NAMES, 11 / height, 0.99 - NAMES, 1 - (11 + used) / height))
        _draw_cells(axes, rows)
        _explain(axes, {item.row.status for item in items}, words)
        if any(item.row.is_demonstration for item in items):
            mark_demonstration(figure, words, (NAMES - 0.02, 7.5 / height))
        narrow_minus(figure)
    separator, end = words.text("figures.caption.separator"), words.text("figures.caption.end")
    listed = [
        words.text("figures.strip.item", section=name, statuses=separator.join(item.status for item in own))
        for name, own in rows
    ]
    caption = sourced(words.text("figures.strip.caption"), words.text("figures.data.assessment"), words)
    return Drawing(figure, title, caption, words.text("figures.strip.alt", items=" ".join(listed)) + end)


def _draw_cells(axes: Axes, rows: list[tuple[str, list[Reading]]]) -> None:
    columns = max(LEAST_COLUMNS, *(len(own) for _, own in rows))
    room = NAMES * theme.millimetres(theme.WIDTH_MM) * 72 - GAP_POINTS
    for place, (name, own) in enumerate(rows):
        shown = fitted_lines(name, room, 2, own[0].words.language)
        axes.annotate(shown, (0, place + 0.5), xytext=(-4, 0), textcoords="offset points", va="center", ha="right",
                      fontsize=theme.SMALL_POINTS, linespacing=1.0)  # fmt: skip
        for column, item in enumerate(own):
            style = STATUS_STYLES[item.row.status]
            draw_box(axes, (column + 0.04, place + 0.08), 0.92, 0.84, color=style.tint, linewidth=0,
                     gid=f"cell-{item.row.indicator}")  # fmt: skip
            axes.text(column + 0.5, place + 0.5, style.shape, ha="center", va="center", color=style.colour,
                      fontsize=theme.SMALL_POINTS)  # fmt: skip
    axes.set_xlim(0, columns)
    axes.set_ylim(len(rows), 0)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)


def _explain(axes: Axes, present: set[str], words: Wording) -> None:
    """The shapes and their words below the cells."""
    right = 2.0
    for status in STATUSES:
        if status not in present:
            continue
        style = STATUS_STYLES[status]
        text = f"{style.shape} {words.text(f'report.status.{status}')}"
        axes.annotate(text, (0, 0), xycoords="axes fraction", xytext=(right, -12), textcoords="offset points",
                      va="center", fontsize=theme.SMALL_POINTS, color=style.colour)  # fmt: skip
        right += float(text_size(text)[0]) + GAP_POINTS
