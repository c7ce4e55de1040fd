"""Small multiples of the series that the screening has flagged, the doubtful values marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from analysis import theme
from analysis.figures.drawing import (
    Drawing,
    mark_demonstration,
    narrow_minus,
    new_figure,
    sourced,
    themed,
    wrap,
    write_title,
)
from analysis.observations import newest
from analysis.plan import Plan
from analysis.screening import Finding
from analysis.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 3
MOST_PANELS = 9
PANEL_MM = 42.0
FRAME_MM = 8.0
NAME_WIDTH = 30
TICKS = 4


def draw_screening(findings: Sequence[Finding], observations: pd.DataFrame, plan: Plan, language: str) -> Drawing:
    """Draw the flagged series.

    Parameters
    ----------
    findings : sequence of Finding
        Those without values are left out; of the others the first nine are drawn.
    observations : DataFrame
        Contract ``observations``.
    plan : Plan
    language : {"zh", "en"}

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        If no finding has values.
    """
    shown = drawable_findings(findings)[:MOST_PANELS]
    if not shown:
        raise ValueError("no flagged series to draw")
    words = wording(language)
    current = newest(observations)
    rows = -(-len(shown) // COLUMNS)
    height = FRAME_MM + PANEL_MM * rows
    with themed():
        figure = new_figure(height)
        title = words.text("figures.screening.title", count=len(shown))
        write_title(figure, title, language)
        for position, item in enumerate(shown):
            row, column = divmod(position, COLUMNS)
            bottom = (height - FRAME_MM - PANEL_MM * (row + 1) + 8) / height
            axes = figure.add_axes((0.065 + column / COLUMNS, bottom, 1 / COLUMNS - 0.085, (PANEL_MM - 20) / height))
            _draw_panel(axes, item, current, plan, words)
        if (current["status"] == "synthetic").any():
            mark_demonstration(figure, words, (0.99, 0.99))
        narrow_minus(figure)
    names = words.listing([f"{_name(item, plan, words)} {_rule(item, words)}" for item in shown])
    caption = sourced(words.text("figures.screening.caption"), words.text("figures.data.observations"), words)
    return Drawing(figure, title, caption, words.text("figures.screening.alt", names=names))


def drawable_findings(findings: Sequence[Finding]) -> list[Finding]:
    """Findings about one series whose values are known."""
    return [item for item in findings if item.values and item.indicator]


def _draw_panel(axes: Axes, item: Finding, observations: pd.DataFrame, plan: Plan, words: Wording) -> None:
    from matplotlib.ticker import MaxNLocator

    own = observations[(observations["indicator"] == item.indicator) & (observations["region"] == item.region)]
    own = own.sort_values("year")
    axes.plot(own["year"], own["value"], color=theme.MUTED, linewidth=1, marker="o", markersize=2.5)
    years = {year for year, _ in item.values}
    # A finding about the whole series has one year that stands out: the newest one concerned.
    marked = own[own["year"].isin(years if len(years) < len(own) else {item.year})]
    axes.plot(
        marked["year"], marked["value"], linestyle="none", marker="D", markersize=4.5,
        markerfacecolor="none", markeredgecolor=theme.STATUS_STYLES["off_track"].colour,
    )  # fmt: skip
    axes.set_title(
        f"{wrap(_name(item, plan, words), NAME_WIDTH, words.language)}\n{_rule(item, words)}",
        fontsize=theme.SMALL_POINTS, loc="left", linespacing=1.25,
    )  # fmt: skip
    axes.xaxis.set_major_locator(MaxNLocator(TICKS, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(TICKS))
    axes.tick_params(labelsize=theme.SMALL_POINTS)


def _rule(item: Finding, words: Wording) -> str:
    return words.text(f"screening.{item.rule}.name")


def _name(item: Finding, plan: Plan, words: Wording) -> str:
    title = plan.indicator(item.indicator).title.get(words.language)
    if item.region in ("", plan.area):
        return title
    return f"{title} · {plan.region(item.region).name.get(words.language)}"
