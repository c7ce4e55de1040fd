"""Small multiples that compare places: one panel per shared target, one line per place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from analysis import theme
from analysis.figures.drawing import Drawing, mark_demonstration, narrow_minus, new_figure, themed, wrap, write_title
from analysis.places import PlaceEdition, Target, shared_targets, target_of
from analysis.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 3
PANEL_MM = 42.0
FRAME_MM = 22.0
# A figure fits a page; further panels stand in a further one.
PANELS = 15


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
    counts = Counter(indicator for place in places for indicator in place.courses)
    # A line alone compares nothing.
    titles = [(target, title) for target, title in shared.items() if counts[target.indicator] > 1]
    parts = [titles[start : start + PANELS] for start in range(0, len(titles), PANELS)]
    return [_figure(places, part, number, len(parts), words) for number, part in enumerate(parts, 1)]


def _figure(
    places: Sequence[PlaceEdition],
    panels: Sequence[tuple[Target, str]],
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
        is_made_up = any(place.assessment["is_demonstration"].any() for place in places)
        used = titled + (19.0 if is_made_up else 11.0)
        axes = figure.subplots(rows, COLUMNS, squeeze=False)
        figure.subplots_adjust(0.07, 8 / height, 0.985, 1 - used / height, wspace=0.28, hspace=0.55)
        for place_in_grid, panel in enumerate(axes.flat):
            if place_in_grid >= len(panels):
                panel.set_visible(False)
                continue
            listed.append(_draw(panel, places, *panels[place_in_grid], words))
        if is_made_up:
            mark_demonstration(figure, words, (0.985, 1 - (titled + 3) / height))
        narrow_minus(figure)
    end = words.text("figures.caption.end")
    caption = words.text(
        "places.figure.caption" if total == 1 else "places.figure.caption_part", number=number, total=total
    )
    alt = words.text("places.figure.alt", items=words.text("figures.caption.separator").join(listed))
    return Drawing(figure, title, caption + end, alt + end)


def _draw(axes: Axes, places: Sequence[PlaceEdition], target: Target, name: str, words: Wording) -> str:
    """One panel; returns what it shows in words."""
    reached = 0
    shown = 0
    for place in places:
        items = [item for item in place.targets(words.language) if target_of(item) == target]
        if not items or target.indicator not in place.courses:
            continue
        course = place.courses[target.indicator]["value"]
        item, style = items[0], theme.STATUS_STYLES[items[0].row.status]
        values = [item.upright(value) for value in course]
        axes.plot(course.index, values, color=theme.MUTED, linewidth=0.7, alpha=0.6, zorder=2)
        axes.text(course.index[-1], values[-1], style.shape, color=style.colour, fontsize=theme.SMALL_POINTS,
                  ha="center", va="center", zorder=3)  # fmt: skip
        if not pd.isna(item.row.target_level):
            axes.plot(item.row.target_year, item.upright(item.row.target_level), marker="_", markersize=9,
                      markeredgewidth=1.4, color=theme.TARGET, zorder=3)  # fmt: skip
        shown += 1
        reached += item.row.status in ("met", "on_track")
    axes.set_title(wrap(name, 26, words.language), loc="left", fontsize=theme.SMALL_POINTS)
    axes.tick_params(length=2, labelsize=theme.SMALL_POINTS)
    axes.locator_params(axis="x", nbins=4, integer=True)
    axes.locator_params(axis="y", nbins=4)
    return words.text("places.figure.item", title=name, places=shown, good=reached)
