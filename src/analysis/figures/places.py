"""Small multiples that compare places: one panel per shared target, with a line per place or the spread of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from analysis import theme
from analysis.figures.drawing import (
    Drawing,
    mark_demonstration,
    narrow_minus,
    new_figure,
    text_size,
    themed,
    with_unit,
    wrap,
    write_title,
)
from analysis.places import PlaceEdition, Target, are_many, shared_targets, target_of
from analysis.readings import Reading
from analysis.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 3
PANEL_MM = 42.0
FRAME_MM = 22.0
# A place's target, and the values on the way to it by year.
Course: TypeAlias = tuple[Reading, pd.Series]
# A figure fits a page; further panels stand in a further one.
PANELS = 15
# Shares of the places between which the bands of many lie.
SPREAD = (0.1, 0.25, 0.5, 0.75, 0.9)
# Room above a panel for a line of counts.
COUNTS_POINTS = 13.0


def draw_places(places: Sequence[PlaceEdition], language: str) -> list[Drawing]:
    """Draw the course towards every shared target in every place.

    Parameters
    ----------
    places : sequence of PlaceEdition
    language : {"zh", "en"}

    Returns
    -------
    list of Drawing
        As many figures as the panels need; none if no indicator has values in two places.
    """
    words = wording(language)
    shared = shared_targets(places, language)
    courses = [(title, _courses(places, target, language)) for target, title in shared.items()]
    # A line alone compares nothing.
    panels = [(with_unit(title, shown[0][0]), shown) for title, shown in courses if len(shown) > 1]
    parts = [panels[start : start + PANELS] for start in range(0, len(panels), PANELS)]
    return [_figure(places, part, number, len(parts), words) for number, part in enumerate(parts, 1)]


def _courses(places: Sequence[PlaceEdition], target: Target, language: str) -> list[Course]:
    """The places that have a target, and values of its indicator."""
    shown = []
    for place in places:
        item = next((item for item in place.targets(language) if target_of(item) == target), None)
        if item is not None and target.indicator in place.courses:
            shown.append((item, place.courses[target.indicator]["value"].map(item.upright)))
    return shown


def _figure(
    places: Sequence[PlaceEdition],
    panels: Sequence[tuple[str, list[Course]]],
    number: int,
    total: int,
    words: Wording,
) -> Drawing:
    rows = -(-len(panels) // COLUMNS)
    height = FRAME_MM + PANEL_MM * rows
    title = words.text("places.figure.title", places=len(places), count=len(panels))
    listed = []
    with themed():
        figure = new_figure(height)
        titled = 4.8 * write_title(figure, title, words.language)
        is_made_up = any(place.is_demonstration for place in places)
        used = titled + (19.0 if is_made_up else 11.0)
        axes = figure.subplots(rows, COLUMNS, squeeze=False)
        figure.subplots_adjust(
            0.07, 8 / height, 0.985, 1 - used / height, wspace=0.28, hspace=0.7 if are_many(places) else 0.55
        )
        for place_in_grid, panel in enumerate(axes.flat):
            if place_in_grid >= len(panels):
                panel.set_visible(False)
                continue
            listed.append(_draw(panel, *panels[place_in_grid], are_many(places), words))
        if is_made_up:
            mark_demonstration(figure, words, (0.985, 1 - (titled + 3) / height))
        narrow_minus(figure)
    end = words.text("figures.caption.end")
    signs = words.text("places.figure.spread" if are_many(places) else "places.figure.lines")
    caption = words.text(
        "places.figure.caption" if total == 1 else "places.figure.caption_part", number=number, total=total, signs=signs
    )
    alt = words.text("places.figure.alt", items=words.text("figures.caption.separator").join(listed))
    return Drawing(figure, title, caption + end, alt + end)


def _draw(axes: Axes, name: str, shown: Sequence[Course], has_spread: bool, words: Wording) -> str:
    """One panel; returns what it shows in words."""
    if has_spread:
        _draw_spread(axes, [course for _, course in shown])
        _draw_targets(axes, [item for item, _ in shown])
        _write_counts(axes, Counter(item.row.status for item, _ in shown))
    else:
        for item, course in shown:
            _draw_place(axes, item, course)
    pad = COUNTS_POINTS if has_spread else None
    axes.set_title(wrap(name, 26, words.language), loc="left", fontsize=theme.SMALL_POINTS, pad=pad)
    axes.tick_params(length=2, labelsize=theme.SMALL_POINTS)
    axes.locator_params(axis="x", nbins=4, integer=True)
    axes.locator_params(axis="y", nbins=4)
    reached = sum(item.row.status in ("met", "on_track") for item, _ in shown)
    return words.text("places.figure.item", title=name, places=len(shown), good=reached)


def _draw_place(axes: Axes, item: Reading, course: pd.Series) -> None:
    """One place: its course, its status at the end, its target."""
    style = theme.STATUS_STYLES[item.row.status]
    axes.plot(course.index, course, color=theme.MUTED, linewidth=0.7, alpha=0.6, zorder=2)
    axes.text(course.index[-1], course.iloc[-1], style.shape, color=style.colour, fontsize=theme.SMALL_POINTS,
              ha="center", va="center", zorder=3)  # fmt: skip
    if not pd.isna(item.row.target_level):
        _mark_target(axes, item.row.target_year, item.upright(item.row.target_level))


def _draw_spread(axes: Axes, courses: Sequence[pd.Series]) -> None:
    """The middle of many places by year, where at least half of them have a value."""
    values = pd.concat(courses, axis=1).sort_index()
    known = values[values.notna().sum(axis=1) >= len(courses) / 2]
    if known.empty:
        return
    spread = known.quantile(list(SPREAD), axis=1)
    lowest, low, middle, high, highest = (spread.loc[level] for level in SPREAD)
    for lower, upper, alpha in ((lowest, highest, 0.16), (low, high, 0.24)):
        axes.fill_between(known.index, lower, upper, color=theme.FORECAST, alpha=alpha, linewidth=0, zorder=1)
    axes.plot(known.index, middle, color=theme.INK, linewidth=1.2, zorder=3, gid="median")


def _draw_targets(axes: Axes, items: Sequence[Reading]) -> None:
    """The middle of many places' targets."""
    levels = pd.DataFrame(
        [(item.row.target_year, item.upright(item.row.target_level)) for item in items], columns=["year", "level"]
    ).dropna()
    for year in sorted(levels["year"].unique().tolist()):
        group = levels.loc[levels["year"] == year, "level"]
        low, middle, high = group.quantile([SPREAD[0], 0.5, SPREAD[-1]])
        axes.plot([year, year], [low, high], color=theme.TARGET, linewidth=0.8, zorder=2)
        _mark_target(axes, year, middle)


def _mark_target(axes: Axes, year: int, level: float) -> None:
    axes.plot(
        year, level, marker="_", markersize=9, markeredgewidth=1.4, color=theme.TARGET, zorder=3, gid="target"
    )  # fmt: skip


def _write_counts(axes: Axes, counts: Counter[str]) -> None:
    """How many places have which status, above the panel."""
    right = 0.0
    for status in (status for status in theme.STATUSES if counts[status]):
        style = theme.STATUS_STYLES[status]
        text = f"{style.shape}{counts[status]}"
        axes.annotate(text, (0, 1), xytext=(right, 2), xycoords="axes fraction", textcoords="offset points",
                      va="bottom", color=style.colour, fontsize=theme.SMALL_POINTS)  # fmt: skip
        right += float(text_size(text)[0]) + 3
