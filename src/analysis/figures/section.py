"""Small multiples of a section: every indicator with data at a glance, all in one style."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from analysis import theme
from analysis.figures.drawing import (
    Drawing,
    drawn,
    fitted_lines,
    mark_demonstration,
    narrow_minus,
    new_figure,
    sourced,
    text_size,
    themed,
    with_unit,
    write_title,
)
from analysis.figures.indicator import drawn_history, is_drawable, tick_decimals
from analysis.plan import Plan
from analysis.readings import Reading, readings
from analysis.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 3
LEAST_PANELS = 3
# What a page of A4 holds beside its caption.
MOST_PANELS = 15
PANEL_MM = 38.0
HEAD_MM = 13.5
FRAME_MM = 9.0
NAME_LINES = 2
GAP_POINTS = 12.0
Y_TICKS = 4
# Years are named no closer together than this share of the axis.
TICK_DISTANCE = 0.22

Panels = list[list[Reading]]


def section_panels(
    assessment: pd.DataFrame, measures: pd.DataFrame, plan: Plan, indicators: Sequence[str]
) -> list[str]:
    """The indicators of a section that can be drawn beside each other; none if there are too few to compare.

    Parameters
    ----------
    assessment, measures : DataFrame
        Contracts of those names.
    plan : Plan
    indicators : sequence of str
    """
    found = [id for id in indicators if is_drawable(measures, assessment, plan, id, plan.area)]
    return found if len(found) >= LEAST_PANELS else []


def draw_section(
    plan: Plan, indicators: Sequence[str], measures: pd.DataFrame, assessment: pd.DataFrame, language: str
) -> Drawing:
    """Draw one panel per indicator: its history, the even path and the targets, with the verdict above.

    Parameters
    ----------
    plan : Plan
    indicators : sequence of str
        Of :func:`section_panels`; the first fifteen are drawn.
    measures, assessment : DataFrame
        Contracts of those names.
    language : {"zh", "en"}

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        If there is no indicator.
    """
    if not indicators:
        raise ValueError("no indicators to draw")
    words = wording(language)
    panels = [readings(assessment, plan, language, indicator=id) for id in indicators[:MOST_PANELS]]
    histories = [drawn_history(measures, tiers) for tiers in panels]
    years = _years(panels, histories)
    rows = -(-len(panels) // COLUMNS)
    with themed():
        height = FRAME_MM + PANEL_MM * rows
        figure = new_figure(height)
        title = _title(panels, words)
        extra = 4.8 * (write_title(figure, title, language) - 1)
        height += extra
        figure.set_figheight(theme.millimetres(height))
        for position, (tiers, history) in enumerate(zip(panels, histories, strict=True)):
            row, column = divmod(position, COLUMNS)
            bottom = (height - FRAME_MM - extra - PANEL_MM * (row + 1) + 6) / height
            size = (1 / COLUMNS - 0.085, (PANEL_MM - HEAD_MM - 6) / height)
            axes = figure.add_axes((0.068 + column / COLUMNS, bottom, *size))
            _draw_panel(axes, tiers, history, years)
        if any((history["status"] == "synthetic").any() for history in histories):
            mark_demonstration(figure, words, (0.99, 1 - 1.6 / height))
        narrow_minus(figure)
    key = "caption" if len(panels) == len(indicators) else "caption_part"
    said = words.text(f"figures.section.{key}", shown=len(panels), count=len(indicators))
    caption = sourced(said, words.text("figures.data.measures"), words)
    end = words.text("figures.caption.end")
    items = words.text("figures.caption.separator").join(_item(tiers) for tiers in panels)
    alt = words.text("figures.section.alt", items=items) + end
    return Drawing(figure, title, caption, alt)


def _years(panels: Panels, histories: Sequence[pd.DataFrame]) -> tuple[float, float]:
    """The first and last year of all panels, so that they can be compared."""
    first = min(int(history["year"].min()) for history in histories)
    last = max(tiers[0].row.target_year for tiers in panels)
    return min(first, min(tiers[0].row.base_year for tiers in panels)) - 0.6, last + 0.8


def _title(panels: Panels, words: Wording) -> str:
    first = [tiers[0] for tiers in panels]
    done = sum(item.row.status in ("met", "on_track") for item in first)
    is_final = all(item.row.is_final for item in first)
    return words.text(f"figures.section.{'title_final' if is_final else 'title'}", count=len(first), done=done)


def _item(tiers: list[Reading]) -> str:
    first = tiers[0]
    return first.words.text(
        "figures.section.item",
        title=first.title,
        latest=first.latest,
        year=first.latest_year,
        target=first.words.listing([item.goal_phrase for item in tiers]),
        status=first.status,
    )


def _draw_panel(axes: Axes, tiers: list[Reading], history: pd.DataFrame, years: tuple[float, float]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    first, words = tiers[0], tiers[0].words
    axes.plot(history["year"], history["value"], color=theme.INK, linewidth=1.3, marker="o", markersize=2.2, zorder=4)
    for position, item in enumerate(tiers):
        level, end = item.upright(item.row.target_level), item.row.target_year
        if math.isnan(level):
            continue
        axes.plot([end - 0.6, end + 0.6], [level, level], color=theme.TARGET, linewidth=2.4, solid_capstyle="butt",
                  zorder=5, gid="target")  # fmt: skip
        if position == 0 and not math.isnan(item.row.base_value):
            start = item.upright(item.row.base_value)
            axes.plot([item.row.base_year, end], [start, level], color=theme.PATH, linestyle=":", linewidth=1.2,
                      zorder=3, gid="path")  # fmt: skip
    axes.set_xlim(*years)
    axes.margins(y=0.12)
    axes.xaxis.set_major_locator(FixedLocator(_ticks(years, first)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: str(round(year))))
    axes.yaxis.set_major_locator(MaxNLocator(Y_TICKS, integer=first.row.unit == "count"))
    decimals = tick_decimals([float(tick) for tick in axes.get_yticks()])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: drawn(words.number(value, decimals))))
    axes.tick_params(length=2.5, pad=2)
    _head(axes, tiers)


def _ticks(years: tuple[float, float], reading: Reading) -> list[float]:
    """The years that matter, base and target, and the first one if it stands apart."""
    start = math.ceil(years[0])
    least = TICK_DISTANCE * (years[1] - years[0])
    base, target = reading.row.base_year, reading.row.target_year
    shown = [float(target)]
    for year in (base, start):
        if shown[-1] - year >= least:
            shown.append(float(year))
    return shown[::-1]


def _head(axes: Axes, tiers: list[Reading]) -> None:
    """Name with its unit, and the verdict below in the status' colour."""
    first = tiers[0]
    words, indicator = first.words, first.scored.indicator
    name = with_unit((indicator.short or indicator.title).get(words.language), first)
    room = theme.millimetres(theme.WIDTH_MM) * 72 / COLUMNS - GAP_POINTS
    lines = fitted_lines(name, room, NAME_LINES, words.language)
    style = theme.STATUS_STYLES[first.row.status]
    verdict = words.text("figures.section.verdict", mark=first.status_mark, target=first.target)
    mark = verdict if text_size(verdict)[0] <= room else first.status_mark
    for text, height, colour in ((lines, 14.5, theme.INK), (mark, 3, style.colour)):
        axes.annotate(text, (0, 1), xycoords="axes fraction", xytext=(-22, height), textcoords="offset points",
                      ha="left", va="bottom", fontsize=theme.SMALL_POINTS, color=colour, linespacing=1.2)  # fmt: skip
