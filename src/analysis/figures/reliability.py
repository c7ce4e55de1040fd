"""Predicted probabilities against the share of targets that were reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import theme
from analysis.figures.drawing import (
    Drawing,
    new_figure,
    sourced,
    themed,
    write_title,
)
from analysis.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT_MM = 92.0
OURS = "default"
# Textbook methods: grey, told apart by their marks.
MARKS = {"line": "s", "damped_ets": "^", "naive": "x"}
# A probability that is further off than this has no claim to the title.
TRUSTED = 0.1


def draw_reliability(reliability: pd.DataFrame, language: str) -> Drawing:
    """Draw the reliability diagram.

    Parameters
    ----------
    reliability : DataFrame
        method, predicted, observed, count; see :class:`analysis.benchmark.backtest.Backtest`.
    language : {"zh", "en"}
    """
    words = wording(language)
    ours = reliability[reliability["method"] == OURS]
    worst = float((ours["observed"] - ours["predicted"]).abs().max())
    title = words.text(f"forecasts.figure.{'title' if worst <= TRUSTED else 'title_off'}")
    with themed():
        figure = new_figure(HEIGHT_MM)
        axis = figure.subplots()
        _draw(axis, reliability, words)
        write_title(figure, title, language)
        figure.subplots_adjust(left=0.12, right=0.7, top=0.86, bottom=0.15)
    alt = words.text("forecasts.figure.alt", count=len(ours), worst=words.percent(worst))
    caption = sourced(words.text("forecasts.caption.reliability"), words.text("figures.data.backtest"), words)
    return Drawing(figure, title, caption, alt)


def _draw(axis: Axes, reliability: pd.DataFrame, words: Wording) -> None:
    from matplotlib.ticker import PercentFormatter

    diagonal = words.text("forecasts.figure.diagonal")
    axis.plot([0, 1], [0, 1], color=theme.MUTED, linewidth=0.8, linestyle=(0, (4, 3)), label=diagonal)
    for method, mark in {**MARKS, OURS: "o"}.items():
        rows = reliability[reliability["method"] == method]
        if rows.empty:
            continue
        is_ours = method == OURS
        colour = theme.FORECAST if is_ours else theme.MUTED
        axis.plot(
            rows["predicted"], rows["observed"], marker=mark, color=colour, markersize=5 if is_ours else 4,
            linewidth=1.8 if is_ours else 0.8, label=words.text(f"forecasts.methods.{method}"), zorder=3 + is_ours,
        )  # fmt: skip
    axis.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axis.set_xlabel(words.text("forecasts.figure.predicted"))
    axis.set_ylabel(words.text("forecasts.figure.observed"))
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_formatter(PercentFormatter(1.0, decimals=0))
    handles, labels = axis.get_legend_handles_labels()
    # Ours was drawn last, so that it lies on top; it is named first.
    axis.legend(handles[::-1], labels[::-1], loc="upper left", bbox_to_anchor=(1.04, 1.0), frameon=False)
