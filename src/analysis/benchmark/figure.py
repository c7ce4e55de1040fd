"""The benchmark as a figure: how often intervals hold what they promise, and the score of the whole distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import theme
from analysis.benchmark.comparison import ALL
from analysis.benchmark.standings import OURS
from analysis.figures import Drawing
from analysis.figures.drawing import new_figure, themed, write_title
from analysis.wording import wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_MM = 6.0
FRAME_MM = 30.0
PANELS = (("coverage_80", 80.0), ("coverage_95", 95.0), ("wis", None))
# From few to many training points: from light to dark.
SHADES = ("#B9C6D6", "#8CA3BD", "#5A7699", "#1F3A5F")


def draw_benchmark(results: pd.DataFrame, language: str) -> Drawing:
    """Draw coverage and weighted interval score of every method, one dot per number of training points.

    Parameters
    ----------
    results : DataFrame
        From :func:`analysis.benchmark.comparison.compare`.
    language : {"zh", "en"}
    """
    words = wording(language)
    means = results[results["collection"] == ALL]
    order = means.groupby("method")["wis"].mean().sort_values(ascending=False).index
    windows = sorted(means["n"].unique())
    names = [words.text(f"benchmark.methods.{name}") for name in order]
    with themed():
        figure = new_figure(FRAME_MM + ROW_MM * len(order))
        axes = figure.subplots(1, len(PANELS), sharey=True)
        for axis, (score, promised) in zip(axes, PANELS, strict=True):
            _draw_panel(axis, means, list(order), windows, score)
            axis.set_title(words.text(f"benchmark.scores.{score}"), loc="left", fontsize=theme.TEXT_POINTS)
            if promised is not None:
                axis.axvline(promised, color=theme.TARGET, linewidth=1.0)
        axes[0].set_yticks(range(len(order)), names)
        for label, name in zip(axes[0].get_yticklabels(), order, strict=True):
            label.set_color(theme.FORECAST if name == OURS else theme.INK)
            label.set_fontweight("bold" if name == OURS else "normal")
        handles, labels = axes[-1].get_legend_handles_labels()
        figure.legend(handles, labels, loc="lower center", ncols=len(windows), frameon=False)
        title = words.text("benchmark.figure.title")
        write_title(figure, title, language)
        height = FRAME_MM + ROW_MM * len(order)
        figure.subplots_adjust(left=0.31, right=0.985, top=1 - 15 / height, bottom=14 / height, wspace=0.1)
    caption = words.text("benchmark.figure.caption")
    return Drawing(figure, title, caption, caption)


def _draw_panel(axis: Axes, means: pd.DataFrame, order: list[str], windows: list[int], score: str) -> None:
    rows = np.arange(len(order))
    for window, shade in zip(windows, SHADES[-len(windows) :], strict=True):
        values = means[means["n"] == window].set_index("method")[score].reindex(order)
        axis.plot(values, rows, "o", color=shade, markersize=4.5, label=f"n = {window}")
    axis.grid(axis="x")
    axis.set_axisbelow(True)
    axis.tick_params(axis="y", length=0)
