"""The figure of one indicator: where it came from, where it should be, where it is heading."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import theme
from analysis.figures.drawing import (
    Drawing,
    drawn,
    mark_demonstration,
    narrow_minus,
    new_figure,
    sourced,
    themed,
    write_title,
)
from analysis.figures.indicator_labels import FAN_COLUMNS, draw_legend, label_points, label_right, opening_fan
from analysis.plan import Plan
from analysis.readings import Reading, readings
from analysis.wording import escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# With its profile and its yearly data the figure fits one page of A4.
HEIGHT_MM = 63.0
HEAD_MM = 13.0
FOOT_MM = 7.0
LINE_MM = 4.8
LEFT, WIDTH = 0.085, 0.65
LINE_MODEL = "ols_hac"
NAMED_SOURCES = 2


def draw_indicator(
    plan: Plan,
    indicator: str,
    region: str,
    measures: pd.DataFrame,
    trends: pd.DataFrame,
    assessment: pd.DataFrame,
    language: str,
    observations: pd.DataFrame | None = None,
) -> Drawing:
    """Draw an indicator: history, fan to the target year, targets, even path, required pace.

    Parameters
    ----------
    plan : Plan
    indicator, region : str
    measures, trends, assessment : DataFrame
        Contracts of those names.
    language : {"zh", "en"}
    observations : DataFrame, optional
        Contract ``observations``: the caption then names the documents that the values come from.

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        If the region has no values of the indicator.
    """
    tiers = readings(assessment, plan, language, region, indicator=indicator)
    if not tiers or _select(measures, indicator, region).empty:
        raise ValueError(f"nothing to draw: {region} {indicator}")
    lines = _select(trends, indicator, region)
    history = drawn_history(measures, tiers)
    if tiers[0].row.kind == "cumulative_reduction":
        lines = lines[lines["year"] >= tiers[0].row.base_year].copy()
    lines[FAN_COLUMNS] = lines[FAN_COLUMNS].map(tiers[0].upright)
    with themed():
        figure = new_figure(HEIGHT_MM)
        title = headline(tiers)
        top = 1 - (HEAD_MM + LINE_MM * (write_title(figure, title, language) - 1)) / HEIGHT_MM
        axes = figure.add_axes((LEFT, 0.2, WIDTH, top - 0.2))
        fan = opening_fan(history, lines)
        _draw_lines(axes, history, lines, fan, tiers)
        bottom = (FOOT_MM + LINE_MM * draw_legend(figure, axes, history, tiers[0])) / HEIGHT_MM
        axes.set_position((LEFT, bottom, WIDTH, top - bottom))
        is_demonstration = bool((history["status"] == "synthetic").any())
        if is_demonstration:
            mark_demonstration(figure, tiers[0].words, (0.99, top))
        label_right(axes, tiers, 0.88 if is_demonstration else 1.03)
        label_points(axes, history, fan, tiers)
        narrow_minus(figure)
    caption = sourced(_caption(history, tiers), _data(observations, tiers[0]), tiers[0].words)
    return Drawing(figure, title, caption, _alt(history, tiers, title))


def is_drawable(measures: pd.DataFrame, assessment: pd.DataFrame, plan: Plan, indicator: str, region: str) -> bool:
    """Whether a figure would show anything: at least two values in the terms of the target.

    Parameters
    ----------
    measures, assessment : DataFrame
        Contracts of those names.
    plan : Plan
    indicator, region : str
    """
    tiers = readings(assessment, plan, "zh", region, indicator=indicator)
    return bool(tiers) and tiers[0].has_latest and len(_select(measures, indicator, region)) > 1


def drawn_history(measures: pd.DataFrame, tiers: list[Reading]) -> pd.DataFrame:
    """The yearly values of an indicator as they are drawn.

    Parameters
    ----------
    measures : DataFrame
        Contract ``measures``.
    tiers : list of Reading
        All tiers of one indicator in one region.
    """
    first = tiers[0]
    history = _select(measures, first.row.indicator, first.row.region)
    history["value"] = history["value"].map(first.upright)
    if first.row.kind == "cumulative_reduction":
        # What was added up before the base year does not count towards the target.
        history = history[history["year"] >= first.row.base_year]
    return history


def _select(table: pd.DataFrame, indicator: str, region: str) -> pd.DataFrame:
    chosen = table[(table["indicator"] == indicator) & (table["region"] == region)]
    return chosen.sort_values("year").reset_index(drop=True)


def headline(tiers: list[Reading]) -> str:
    """The finding in one line: how far, towards which target, with which verdict.

    Parameters
    ----------
    tiers : list of Reading
        All tiers of one indicator in one region.
    """
    first = tiers[0]
    words = first.words
    if not first.has_latest or (first.is_change and not first.has_moved_on):
        return words.text("figures.title.empty", title=first.title, reason=first.reason or first.status)
    statuses = {item.status for item in tiers}
    status = first.reason or first.status
    if len(statuses) > 1:
        parts = [words.text("figures.title.tier_status", tier=item.tier, status=item.status) for item in tiers]
        status = words.text("figures.title.tier_separator").join(parts)
    key = "level"
    if first.is_change:
        key = "risen" if first.change > 0 else "fallen"
    elif first.row.kind == "cumulative_reduction":
        key = "total"
    return words.text(
        f"figures.title.{key}",
        title=first.title,
        year=first.latest_year,
        amount=first.change_amount,
        latest=first.latest,
        goal=words.listing([item.goal for item in tiers]),
        target=words.listing([item.goal_phrase for item in tiers]),
        status=status,
    )


# --- lines ----------------------------------------------------------------------------------------------------------


def _draw_lines(
    axes: Axes, history: pd.DataFrame, lines: pd.DataFrame, fan: pd.DataFrame, tiers: list[Reading]
) -> None:
    if len(fan) > 1:
        for level, alpha in ((95, 0.16), (80, 0.24)):
            low, high = fan[f"lower_{level}"], fan[f"upper_{level}"]
            axes.fill_between(fan["year"], low, high, color=theme.FORECAST, alpha=alpha, linewidth=0, zorder=1)
        axes.plot(fan["year"], fan["mean"], color=theme.FORECAST, linestyle=(0, (4, 2)), linewidth=1.6, zorder=3)
    trend = lines[(lines["model"] == LINE_MODEL) & (lines["kind"] == "fitted")]
    if len(trend) > 1:
        axes.plot(trend["year"], trend["mean"], color=theme.MUTED, linewidth=0.7, alpha=0.7, zorder=2, gid="trend")
    axes.plot(history["year"], history["value"], color=theme.INK, linewidth=1.6, zorder=4)
    _draw_points(axes, history)
    for position, reading in enumerate(tiers):
        _draw_target(axes, reading, has_path=position == 0)
    _set_limits(axes, history, fan, tiers)
    _draw_breaks(axes, history, tiers[0])


def _draw_points(axes: Axes, history: pd.DataFrame) -> None:
    for status, group in history.groupby("status", sort=True):
        marker, is_filled, _ = theme.VALUE_MARKERS[str(status)]
        face = theme.INK if is_filled else "white"
        axes.plot(
            group["year"], group["value"], linestyle="none", marker=marker, markersize=4.6, color=theme.INK,
            markerfacecolor=face, markeredgewidth=1.0, zorder=5, gid=f"points-{status}",
        )  # fmt: skip


def _draw_target(axes: Axes, reading: Reading, has_path: bool) -> None:
    row = reading.row
    if math.isnan(row.target_level):
        return
    end, level = row.target_year, reading.upright(row.target_level)
    axes.plot([end - 0.35, end + 0.35], [level, level], color=theme.TARGET, linewidth=2.6, zorder=4,
              solid_capstyle="butt", gid=f"target-{row.tier}")  # fmt: skip
    if has_path and not math.isnan(row.base_value):
        start = reading.upright(row.base_value)
        axes.plot([row.base_year, end], [start, level], color=theme.PATH, linestyle=":", linewidth=1.3, zorder=2,
                  gid="path")  # fmt: skip
    if _needs_effort(reading):
        axes.plot([int(row.latest_year), end], [reading.upright(row.latest_value), level], color=theme.REQUIRED,
                  linestyle=(0, (5, 2, 1, 2)), linewidth=1.2, zorder=3, gid=f"required-{row.tier}")  # fmt: skip


def _needs_effort(reading: Reading) -> bool:
    row = reading.row
    is_open = row.status not in ("met", "missed") and not row.is_final and reading.has_latest
    return bool(is_open and not math.isnan(row.required_pace) and row.latest_year < row.target_year)


def _set_limits(axes: Axes, history: pd.DataFrame, fan: pd.DataFrame, tiers: list[Reading]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    first = tiers[0]
    values = [*history["value"], *(item.upright(item.row.target_level) for item in tiers), *fan.get("lower_95", []),
              *fan.get("upper_95", []), first.row.base_value]  # fmt: skip
    known = np.array([value for value in values if not math.isnan(value)])
    room = max(float(np.ptp(known)) * 0.1, abs(float(known.max())) * 0.01, 1e-9)
    axes.set_ylim(known.min() - room, known.max() + room * 1.4)
    years = [*history["year"], first.row.base_year, first.row.target_year]
    axes.set_xlim(min(years) - 0.4, max(years) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: str(round(year))))
    low, high = axes.get_ylim()
    locator = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10], integer=first.row.unit == "count")
    ticks = [float(tick) for tick in locator.tick_values(low, high) if low <= tick <= high]
    axes.set_yticks(ticks)
    decimals = tick_decimals(ticks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: drawn(first.words.number(value, decimals))))
    if low < 0 < high:
        axes.axhline(0, color=theme.MUTED, linewidth=0.8, zorder=1)
    axes.annotate(_axis_label(first), (0, 1), xytext=(-26, 7), xycoords="axes fraction", ha="left", va="bottom",
                  textcoords="offset points", color=theme.MUTED, fontsize=theme.SMALL_POINTS)  # fmt: skip
    axes.set_ylabel("")
    axes.set_xlabel("")
    axes.tick_params(length=3)


def tick_decimals(ticks: list[float]) -> int:
    """The fewest decimals that show every tick as it is.

    Parameters
    ----------
    ticks : list of float
    """
    return next((count for count in range(6) if all(abs(tick - round(tick, count)) < 1e-9 for tick in ticks)), 6)


def _axis_label(reading: Reading) -> str:
    words, row = reading.words, reading.row
    unit = words.unit(row.unit)
    if reading.is_relative:
        return words.text("figures.axis.index", base_year=row.base_year)
    if row.kind == "cumulative_reduction":
        return words.text("figures.axis.total", base_year=row.base_year, unit=unit)
    if reading.is_points:
        return words.text("figures.axis.points", base_year=row.base_year, unit=unit)
    return words.text("figures.axis.level", unit=unit) if unit else words.text("figures.axis.number")


def _draw_breaks(axes: Axes, history: pd.DataFrame, reading: Reading) -> None:
    first, last = history["year"].min(), history["year"].max()
    for item in reading.scored.indicator.breaks:
        if first < item.year <= max(last, reading.row.target_year):
            place = item.year - 0.5
            axes.axvline(place, color=theme.MUTED, linestyle=(0, (3, 3)), linewidth=0.9, zorder=1, gid="break")


# --- words ----------------------------------------------------------------------------------------------------------


def _caption(history: pd.DataFrame, tiers: list[Reading]) -> str:
    first = tiers[0]
    words = first.words
    parts = [words.text("figures.caption.indicator", title=escape(first.title))]
    for item in first.scored.indicator.breaks:
        if history["year"].min() < item.year <= history["year"].max():
            note = escape(item.note.get(words.language).rstrip("。. "))
            parts.append(words.text("figures.caption.break", year=item.year, note=note))
    if (history["status"] == "synthetic").any():
        parts.append(words.text("figures.caption.demonstration"))
    return words.text("figures.caption.separator").join(parts) + words.text("figures.caption.end")


def _data(observations: pd.DataFrame | None, reading: Reading) -> str:
    """The documents that the values come from, the first few by name."""
    words = reading.words
    if observations is None:
        return words.text("figures.data.observations")
    own = _select(observations, reading.row.indicator, reading.row.region)
    sources = [escape(source) for source in dict.fromkeys(own["source"]) if source]
    if len(sources) > NAMED_SOURCES:
        named = words.text("report.list.separator").join(sources[:NAMED_SOURCES])
        return words.text("figures.data.more", named=named, count=len(sources))
    return words.listing(sources) or words.text("figures.data.observations")


def _alt(history: pd.DataFrame, tiers: list[Reading], title: str) -> str:
    first = tiers[0]
    words = first.words
    years = history["year"]
    parts = [words.text("figures.alt.indicator", title=title, first=years.min(), last=years.max(), count=len(years))]
    if not math.isnan(first.row.forecast_mean):
        parts.append(
            words.text(
                "figures.alt.forecast", year=first.row.target_year, value=first.forecast, interval=first.interval
            )
        )
    return words.text("figures.caption.separator").join(parts) + words.text("figures.caption.end")
