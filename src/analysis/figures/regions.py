"""Regions × indicators: one cell per pair, by status where regions have targets of their own, else by rank."""

from __future__ import annotations

import math
from collections.abc import Callable
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
    themed,
    wrap,
    write_title,
)
from analysis.plan import Plan
from analysis.readings import Reading
from analysis.tables.regions import improvement, regional_readings, target_readings, without_targets
from analysis.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_MM = 10.0
FRAME_MM = 32.0
NAME_COLUMN = 0.27
NAME_LINES = 2
GAP_POINTS = 8.0


def draw_regions(assessment: pd.DataFrame, plan: Plan, language: str) -> Drawing:
    """Draw the matrix of regions and of the indicators without regional targets.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        If no region below the plan's area has such values.
    """
    words = wording(language)
    table = without_targets(regional_readings(assessment, plan, language), plan)
    if not table:
        raise ValueError("no regional values to draw")
    title = words.text("figures.regions.title")
    rows = [(next(iter(items.values())).title, items) for items in table.values()]
    figure = _matrix(rows, plan, title, words, _draw_change)
    listed = [
        words.text(
            "figures.regions.item",
            region=plan.region(region).name.get(language),
            title=item.title,
            text=item.signed_change,
        )
        for items in table.values()
        for region, item in items.items()
    ]
    end = words.text("figures.caption.end")
    alt = words.text("figures.regions.alt", items=words.text("figures.caption.separator").join(listed)) + end
    caption = sourced(words.text("figures.regions.caption"), words.text("figures.data.assessment"), words)
    return Drawing(figure, title, caption, alt)


def draw_regional_status(assessment: pd.DataFrame, plan: Plan, language: str) -> Drawing:
    """Draw the matrix of regions and of their own targets: status in words and shape, and progress.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        If no region has a target of its own.
    """
    words = wording(language)
    table = target_readings(assessment, plan, language)
    items = [item for by_region in table.values() for item in by_region.values()]
    if not items:
        raise ValueError("no regional targets to draw")
    done = sum(item.row.status in ("met", "on_track") for item in items)
    counts = {"regions": len({item.row.region for item in items}), "count": len(items), "done": done}
    title = words.text("regions.figure.status_title", **counts)
    rows = [(next(iter(by_region.values())).short_title, by_region) for by_region in table.values()]
    figure = _matrix(rows, plan, title, words, _draw_status)
    listed = [
        words.text(
            "regions.figure.status_item",
            region=plan.region(item.row.region).name.get(language),
            title=item.full_title,
            status=item.status if item.has_latest else words.text("regions.missing"),
            progress=item.progress,
        )
        for item in items
    ]
    end = words.text("figures.caption.end")
    alt = words.text("regions.figure.status_alt", items=words.text("figures.caption.separator").join(listed)) + end
    caption = sourced(words.text("regions.figure.status_caption"), words.text("figures.data.assessment"), words)
    return Drawing(figure, title, caption, alt)


Row = tuple[str, dict[str, Reading]]
# Draws one cell: axes, its left and upper edge, the region's reading (None if there is none), those of all regions.
Cell = Callable[["Axes", int, int, Reading | None, list[Reading]], None]


def _matrix(rows: list[Row], plan: Plan, title: str, words: Wording, draw: Cell) -> Figure:
    """A row for every title, a column for every region."""
    regions = plan.children(plan.area)
    height = FRAME_MM + ROW_MM * len(rows)
    with themed():
        figure = new_figure(height)
        used = 14.0 + 4.8 * write_title(figure, title, words.language)
        axes = figure.add_axes((NAME_COLUMN, 12 / height, 0.99 - NAME_COLUMN, 1 - (12 + used) / height))
        axes.set_xlim(0, len(regions))
        axes.set_ylim(len(rows), 0)
        for row, (name, by_region) in enumerate(rows):
            _write_name(axes, row, name, words.language)
            for column, region in enumerate(regions):
                draw(axes, column, row, by_region.get(region.id), list(by_region.values()))
        axes.xaxis.tick_top()
        names = [wrap(region.name.get(words.language), 12, words.language) for region in regions]
        axes.set_xticks([place + 0.5 for place in range(len(regions))], names)
        axes.set_yticks([])
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[["left", "bottom"]].set_visible(False)
        if any(item.row.is_demonstration for _, by_region in rows for item in by_region.values()):
            mark_demonstration(figure, words, (0.99, 9 / height))
        narrow_minus(figure)
    return figure


def _write_name(axes: Axes, row: int, title: str, language: str) -> None:
    room = NAME_COLUMN * theme.millimetres(theme.WIDTH_MM) * 72 - GAP_POINTS
    text = fitted_lines(title, room, NAME_LINES, language)
    axes.annotate(text, (0, row + 0.5), xytext=(-5, 0), textcoords="offset points", va="center", ha="right",
                  fontsize=theme.SMALL_POINTS)  # fmt: skip


def _fill(axes: Axes, column: int, row: int, colour: str, strength: float, text: str, ink: str = theme.INK) -> None:
    draw_box(axes, (column + 0.03, row + 0.07), 0.94, 0.86, color=colour, alpha=strength, linewidth=0)
    axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=theme.SMALL_POINTS, linespacing=1.2,
              color=ink)  # fmt: skip


def _draw_change(axes: Axes, column: int, row: int, item: Reading | None, others: list[Reading]) -> None:
    gains = sorted((improvement(other) for other in others if not math.isnan(improvement(other))), reverse=True)
    place = gains.index(improvement(item)) if item and not math.isnan(improvement(item)) else -1
    strength = 0.04 if place < 0 else 0.1 + 0.4 * (1 - place / max(len(gains) - 1, 1))
    _fill(axes, column, row, theme.BAR, strength, _cell(item) if item else "")


def _draw_status(axes: Axes, column: int, row: int, item: Reading | None, others: list[Reading]) -> None:
    style = theme.STATUS_STYLES[item.row.status if item else "not_assessed"]
    words = others[0].words
    if item is None:
        text = words.text("regions.no_target")
    elif not item.has_latest:
        text = f"{style.shape} {words.text('regions.missing')}"
    else:
        text = f"{item.status_mark}\n{item.progress}"
    _fill(axes, column, row, style.tint, 1.0, wrap(text, 14, words.language) if not item else text, style.colour)


def _cell(item: Reading) -> str:
    """Latest value and, below it, the bare change; a reduction is a change already."""
    if not item.is_level or math.isnan(item.change):
        return item.latest
    return f"{item.latest}\n{item.words.number(item.change, item.decimals, signed=True)}"
