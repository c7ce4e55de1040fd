"""Labels and legend of an indicator's figure: everything is named where it stands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis import theme
from analysis.figures.drawing import label_point, sample_line, spread, wrap
from analysis.readings import Reading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FAN_MODEL = "combination"
FAN_COLUMNS = ["mean", "lower_80", "upper_80", "lower_95", "upper_95"]
LINE_POINTS = 13.4
# Labels may reach a little below the axes, where only the legend follows.
LOWEST = -0.12


def opening_fan(history: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """The forecast, opening from the last value."""
    last = history.iloc[-1]
    is_ahead = (lines["model"] == FAN_MODEL) & (lines["kind"] == "projected") & (lines["year"] > last["year"])
    ahead: pd.DataFrame = lines.loc[is_ahead, ["year", *FAN_COLUMNS]]
    if ahead.empty:
        return ahead
    start = {"year": last["year"], **dict.fromkeys(FAN_COLUMNS, last["value"])}
    return pd.concat([pd.DataFrame([start]), ahead], ignore_index=True)


def label_right(axes: Axes, tiers: list[Reading], top: float) -> None:
    """Targets and forecast, written beside the plot at their own height and kept apart."""
    from matplotlib.lines import Line2D

    items: list[tuple[float, str, str]] = []
    for reading in tiers:
        if not math.isnan(reading.row.target_level):
            items.append((reading.upright(reading.row.target_level), _target_label(reading), theme.TARGET))
    first = tiers[0]
    if not math.isnan(first.row.forecast_mean):
        items.append((first.upright(first.row.forecast_mean), _forecast_label(first), theme.FORECAST))
    low, high = axes.get_ylim()
    # The font reserves more room per line than its size says.
    line = LINE_POINTS * axes.figure.dpi / 72 / axes.bbox.height
    heights = [line * (text.count("\n") + 1) for _, text, _ in items]
    places = spread([(value - low) / (high - low) for value, _, _ in items], heights, LOWEST, top)
    for (value, text, colour), place in zip(items, places, strict=True):
        height = (value - low) / (high - low)
        # The leader is steep before the labels begin, so that it crosses none of them.
        leader = Line2D([1.0, 1.022, 1.038], [height, place, place], transform=axes.transAxes, color=colour,
                        linewidth=0.6, clip_on=False, gid="leader")  # fmt: skip
        axes.add_artist(leader)
        axes.annotate(
            text, (1.045, place), xycoords="axes fraction", color=colour, fontsize=theme.SMALL_POINTS, va="center",
            ha="left", linespacing=1.2, annotation_clip=False,
        )  # fmt: skip


def _target_label(reading: Reading) -> str:
    words = reading.words
    key = "target_tier" if reading.tier else "target"
    text = words.text(f"figures.label.{key}", tier=reading.tier.capitalize(), target=reading.target)
    if reading.is_relative:
        level = words.number(reading.row.target_level, reading.decimals)
        text += "\n" + words.text("figures.label.target_index", level=level)
    return "\n".join(wrap(line, 27, words.language) for line in text.split("\n"))


def _forecast_label(reading: Reading) -> str:
    words = reading.words
    head = words.text("figures.label.forecast", year=reading.row.target_year, value=reading.forecast)
    tail = words.text("figures.label.forecast_interval", interval=reading.interval)
    return wrap(head, 27, words.language) + "\n" + wrap(tail, 27, words.language)


def label_points(axes: Axes, history: pd.DataFrame, fan: pd.DataFrame, tiers: list[Reading]) -> None:
    """Latest value, base value and breaks, each written where it covers the least."""
    first = tiers[0]
    row, words = first.row, first.words
    obstacles = np.vstack(
        [
            sample_line(axes, history["year"].tolist(), history["value"].tolist()),
            sample_line(axes, fan["year"].tolist(), fan["mean"].tolist()) if len(fan) else np.empty((0, 2)),
            *(
                sample_line(axes, list(line.get_xdata()), list(line.get_ydata()))  # type: ignore[arg-type]
                for line in axes.get_lines()
                if str(line.get_gid()).startswith(("path", "required", "target"))
            ),
        ]
    )
    if first.has_latest:
        value = words.number(row.latest_value, first.decimals)
        key = "latest_index" if first.is_relative else "latest"
        shown = value if first.is_relative else first.latest
        text = words.text(f"figures.label.{key}", year=first.latest_year, value=shown, change=first.latest)
        obstacles = label_point(axes, (float(row.latest_year), first.upright(row.latest_value)), text, obstacles)
    base = history[history["year"] == row.base_year]
    if len(base) and first.is_level and row.base_year != row.latest_year:
        text = words.text("figures.label.base", year=row.base_year, value=first.base)
        obstacles = label_point(axes, (float(row.base_year), row.base_value), text, obstacles, theme.MUTED)
    for line in axes.get_lines():
        if line.get_gid() == "break":
            _label_break(axes, float(np.asarray(line.get_xdata(), float)[0]), first)


def _label_break(axes: Axes, place: float, reading: Reading) -> None:
    left, right = axes.get_xlim()
    item = next(item for item in reading.scored.indicator.breaks if item.year - 0.5 == place)
    key = "break" if item.kind == "definition" else "break_level"
    is_right_half = (place - left) / (right - left) > 0.5
    axes.annotate(
        reading.words.text(f"figures.label.{key}", year=item.year), (place, 1.0),
        xycoords=("data", "axes fraction"), xytext=(-4 if is_right_half else 4, -1), textcoords="offset points",
        ha="right" if is_right_half else "left", va="top", color=theme.MUTED, fontsize=theme.SMALL_POINTS,
    )  # fmt: skip


def draw_legend(figure: Figure, axes: Axes, history: pd.DataFrame, reading: Reading) -> int:
    """Rows below the axes for what has no label of its own; returns how many."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    words = reading.words
    drawn = {str(line.get_gid()).partition("-")[0]: line for line in axes.get_lines()}
    entries: list[tuple[Any, str]] = []
    statuses = sorted(set(history["status"]) - {"published"})
    for status in (["published"] if statuses and (history["status"] == "published").any() else []) + statuses:
        marker, is_filled, _ = theme.VALUE_MARKERS[status]
        sample = Line2D([], [], color=theme.INK, marker=marker, linestyle="none", markersize=4.6,
                        markerfacecolor=theme.INK if is_filled else "white")  # fmt: skip
        entries.append((sample, words.text(f"report.value_status.{status}")))
    if axes.collections:
        entries.append((Patch(facecolor=theme.FORECAST, alpha=0.35), words.text("figures.legend.bands")))
    for name in ("path", "required", "trend"):
        if name in drawn:
            entries.append((drawn[name], words.text(f"figures.legend.{name}")))
    columns = (5 if len(entries) <= 5 else 3) if words.language == "zh" else 3
    if entries:
        figure.legend(
            [sample for sample, _ in entries], [text for _, text in entries], loc="lower left",
            bbox_to_anchor=(0.0, 0.0), ncols=columns, frameon=False, handlelength=2.0,
            columnspacing=1.2, handletextpad=0.5, borderaxespad=0.2,
        )  # fmt: skip
    return -(-len(entries) // columns)
