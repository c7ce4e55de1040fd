"""The ledger of emission reductions as a chart: claimed and verified against the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis import theme
from analysis.contracts.rows import records
from analysis.figures.drawing import (
    Drawing,
    drawn,
    fitted_lines,
    halo,
    mark_demonstration,
    narrow_minus,
    new_figure,
    sourced,
    themed,
    write_title,
)
from analysis.plan import Plan
from analysis.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_MM = 14.0
FRAME_MM = 26.0
NAMES_WIDTH = 0.24
NAME_LINES = 3
GAP_POINTS = 8.0
LEAST_SHOWN = 1.1


def draw_projects(totals: pd.DataFrame, plan: Plan, language: str) -> Drawing:
    """Draw what is claimed and what is verified as shares of the targets.

    Parameters
    ----------
    totals : DataFrame
        Contract ``project_totals``; the rows of the plan's area that have a target.
    plan : Plan
    language : {"zh", "en"}

    Raises
    ------
    ValueError
        If there is nothing to draw.
    """
    words = wording(language)
    order = [indicator.id for indicator in plan.indicators]
    rows = sorted(
        (row for row in records(totals[totals["region"] == plan.area]) if row.target > 0),
        key=lambda row: order.index(row.indicator),
    )
    if not rows:
        raise ValueError("no totals to draw")
    met = sum(row.verified >= row.target for row in rows)
    title = words.text("projects.figure.title", count=len(rows), met=met)
    height = FRAME_MM + ROW_MM * len(rows)
    with themed():
        figure = new_figure(height)
        used = 6.0 + 4.8 * write_title(figure, title, language)
        axes = figure.add_axes((NAMES_WIDTH, 13 / height, 0.98 - NAMES_WIDTH, 1 - (13 + used) / height))
        _draw(axes, rows, plan, words)
        if any(row.is_demonstration for row in rows):
            mark_demonstration(figure, words, (0.99, 1 - 1.5 / height))
        narrow_minus(figure)
    separator = words.text("projects.paragraph.separator")
    listed = separator.join(_name(row, plan, words) + " " + _label(row, plan, words) for row in rows)
    alt = words.text("projects.figure.alt", items=listed)
    caption = sourced(words.text("projects.figure.caption"), words.text("figures.data.project_totals"), words)
    return Drawing(figure, title, caption, alt)


def _draw(axes: Axes, rows: list[Any], plan: Plan, words: Wording) -> None:
    import seaborn
    from matplotlib.ticker import FuncFormatter

    shares = pd.DataFrame(
        {"place": range(len(rows)), **{name: [getattr(row, name) / row.target for row in rows]
                                       for name in ("claimed", "verified")}}
    )  # fmt: skip
    common: dict[str, Any] = {"data": shares, "y": "place", "orient": "h", "ax": axes, "legend": False}
    seaborn.barplot(x="claimed", width=0.5, facecolor="white", edgecolor=theme.BAR, linewidth=1.0, **common)
    seaborn.barplot(x="verified", width=0.5, color=theme.BAR, saturation=1, linewidth=0, **common)
    widest = max(LEAST_SHOWN, float(shares[["claimed", "verified"]].max().max()) + 0.05)
    axes.axvline(1, color=theme.TARGET, linewidth=1.2, linestyle=(0, (3, 2)), zorder=3)
    axes.annotate(words.text("projects.figure.target"), (1, 1), xycoords=("data", "axes fraction"), xytext=(3, 1),
                  textcoords="offset points", va="bottom", fontsize=theme.SMALL_POINTS, color=theme.TARGET)  # fmt: skip
    for place, row in enumerate(rows):
        axes.annotate(_label(row, plan, words), (0, place), xytext=(2, -16), textcoords="offset points", va="center",
                      fontsize=theme.SMALL_POINTS, path_effects=halo(), zorder=5)  # fmt: skip
        room = NAMES_WIDTH * theme.millimetres(theme.WIDTH_MM) * 72 - GAP_POINTS
        name = fitted_lines(_name(row, plan, words), room, NAME_LINES, words.language)
        axes.annotate(name, (0, place), xycoords=("axes fraction", "data"), xytext=(-4, 0), va="center", ha="right",
                      textcoords="offset points", fontsize=theme.SMALL_POINTS)  # fmt: skip
    axes.set_ylim(len(rows) - 0.25, -0.5)
    axes.set_xlim(0, widest)
    axes.set_yticks([])
    axes.set_ylabel("")
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: drawn(words.percent(share))))
    axes.set_xlabel(words.text("projects.figure.axis"))


def _name(row: Any, plan: Plan, words: Wording) -> str:
    indicator = plan.indicator(row.indicator)
    return (indicator.short or indicator.title).get(words.language)


def _label(row: Any, plan: Plan, words: Wording) -> str:
    indicator = plan.indicator(row.indicator)
    amounts = {
        name: words.with_unit(words.number(getattr(row, name), indicator.decimals), indicator.unit)
        for name in ("claimed", "verified")
    }
    return words.text("projects.figure.label", **amounts)
