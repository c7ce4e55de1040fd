"""Regions × indicators: one cell per pair, tinted by rank, written with the change since the base year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from analysis import theme
from analysis.figures.drawing import Drawing, mark_demonstration, narrow_minus, new_figure, themed, wrap, write_title
from analysis.plan import Plan
from analysis.readings import Reading
from analysis.tables.regions import improvement, regional_readings
from analysis.wording import wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_MM = 10.0
FRAME_MM = 32.0
NAME_COLUMN = 0.27


def draw_regions(assessment: pd.DataFrame, plan: Plan, language: str) -> Drawing:
    """Draw the matrix of regions and indicators.

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
        If no region below the plan's area has values.
    """
    words = wording(language)
    table = regional_readings(assessment, plan, language)
    if not table:
        raise ValueError("no regional values to draw")
    regions = plan.children(plan.area)
    height = FRAME_MM + ROW_MM * len(table)
    with themed():
        figure = new_figure(height)
        title = words.text("figures.regions.title")
        used = 14.0 + 4.8 * write_title(figure, title, language)
        axes = figure.add_axes((NAME_COLUMN, 12 / height, 0.99 - NAME_COLUMN, 1 - (12 + used) / height))
        axes.set_xlim(0, len(regions))
        axes.set_ylim(len(table), 0)
        for row, by_region in enumerate(table.values()):
            _draw_row(axes, row, by_region, [region.id for region in regions])
        axes.xaxis.tick_top()
        names = [wrap(region.name.get(language), 12, language) for region in regions]
        axes.set_xticks([place + 0.5 for place in range(len(regions))], names)
        axes.set_yticks([])
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[["left", "bottom"]].set_visible(False)
        if any(item.row.is_demonstration for items in table.values() for item in items.values()):
            mark_demonstration(figure, words, (0.99, 9 / height))
        narrow_minus(figure)
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
    return Drawing(figure, title, words.text("figures.regions.caption") + end, alt)


def _draw_row(axes: Axes, row: int, by_region: dict[str, Reading], regions: list[str]) -> None:
    items = list(by_region.values())
    gains = sorted((improvement(item) for item in items if not math.isnan(improvement(item))), reverse=True)
    name = wrap(items[0].title, 26, items[0].words.language).split("\n")
    text = "\n".join(name[:2]) + ("…" if len(name) > 2 else "")
    axes.annotate(text, (0, row + 0.5), xytext=(-5, 0), textcoords="offset points", va="center", ha="right",
                  fontsize=theme.SMALL_POINTS)  # fmt: skip
    for column, region in enumerate(regions):
        item = by_region.get(region)
        rank = gains.index(improvement(item)) if item and not math.isnan(improvement(item)) else -1
        strength = 0.04 if rank < 0 else 0.1 + 0.4 * (1 - rank / max(len(gains) - 1, 1))
        axes.barh(row + 0.5, 0.94, left=column + 0.03, height=0.86, color=theme.BAR, alpha=strength, linewidth=0)
        if item is None:
            continue
        axes.text(column + 0.5, row + 0.5, _cell(item), ha="center", va="center", fontsize=theme.SMALL_POINTS,
                  linespacing=1.2)  # fmt: skip


def _cell(item: Reading) -> str:
    """Latest value and, below it, the bare change; a reduction is a change already."""
    if not item.is_level or math.isnan(item.change):
        return item.latest
    return f"{item.latest}\n{item.words.number(item.change, item.decimals, signed=True)}"
