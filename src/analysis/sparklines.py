"""A series at a glance, as wide as a few words: history, target, latest value in the shape and colour of its status.

Written as SVG by hand, because a table has dozens of them; the same values always give the same bytes.
"""

from __future__ import annotations

import base64

import pandas as pd

from analysis.readings import Reading
from analysis.theme import INK, MUTED, STATUS_STYLES, TARGET
from analysis.wording import MISSING, escape

# In points, the units of the drawing.
WIDTH, HEIGHT = 46.0, 8.0
MARGIN_X, MARGIN_Y = 3.2, 2.4
TARGET_MARK = 4.5
_NAMESPACE = "http://www.w3.org/2000/svg"
_HEAD = (
    f'<svg xmlns="{_NAMESPACE}" width="{WIDTH:g}pt" height="{HEIGHT:g}pt" '
    f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" fill="none">'
)
# The shape of each status around its point; the same shape stands before the status' word.
_FILLED = {
    "on_track": "m0-2.5l2.4 4.2h-4.8z",
    "at_risk": "m0-2.7l2.7 2.7-2.7 2.7-2.7-2.7z",
    "off_track": "m0 2.5l2.4-4.2h-4.8z",
}
_STROKED = {
    "met": "m-2.3 0l1.6 1.9 3-3.7",
    "missed": "m-1.9-1.9l3.8 3.8m0-3.8l-3.8 3.8",
    "not_assessed": "m-1.9 0a1.9 1.9 0 1 0 3.8 0a1.9 1.9 0 1 0-3.8 0",
}


def sparkline(measures: pd.DataFrame, item: Reading) -> str:
    """The picture of a target's series as Markdown that holds the picture itself, with its text alternative.

    Parameters
    ----------
    measures : DataFrame
        Contract ``measures``.
    item : Reading
        The target.

    Returns
    -------
    str
        A dash if there is no value in the terms of the target.
    """
    points = history(measures, item)
    if not points or not item.has_latest:
        return MISSING
    content = base64.b64encode(draw(points, item).encode("ascii")).decode("ascii")
    return f"![{escape(alternative(points, item))}](data:image/svg+xml;base64,{content})"


def history(measures: pd.DataFrame, item: Reading) -> dict[int, float]:
    """The values that the picture shows by year: down is less of the indicator."""
    own = measures[(measures["region"] == item.row.region) & (measures["indicator"] == item.row.indicator)]
    if item.row.kind == "cumulative_reduction":
        # What was added up before the base year does not count towards the target.
        own = own[own["year"] >= item.row.base_year]
    own = own.dropna(subset="value").sort_values("year")
    return {int(year): item.upright(float(value)) for year, value in zip(own["year"], own["value"], strict=True)}


def draw(points: dict[int, float], item: Reading) -> str:
    """The picture as SVG.

    Parameters
    ----------
    points : dict of int to float
        Values by year, at least one.
    item : Reading
    """
    goal = item.upright(float(item.row.target_level))
    first, last = min(points), max(*points, int(item.row.target_year))
    lowest, highest = min(*points.values(), goal), max(*points.values(), goal)
    across = (WIDTH - 2 * MARGIN_X) / max(last - first, 1)
    upwards = (HEIGHT - 2 * MARGIN_Y) / ((highest - lowest) or 1.0)

    def y(value: float) -> str:
        middle = HEIGHT / 2 if highest == lowest else HEIGHT - MARGIN_Y - (value - lowest) * upwards
        return f"{middle:.1f}"

    places = [f"{MARGIN_X + (year - first) * across:.1f} {y(value)}" for year, value in points.items()]
    parts = [
        f'<path d="M0 {y(goal)}H{WIDTH:g}" stroke="{MUTED}" stroke-width=".5" stroke-dasharray="1 1.5"/>',
        f'<path d="M{WIDTH - TARGET_MARK:g} {y(goal)}h{TARGET_MARK:g}" stroke="{TARGET}" stroke-width="1.5"/>',
    ]
    if len(places) > 1:
        parts.append(f'<path d="M{"L".join(places)}" stroke="{INK}" stroke-width=".9" stroke-linejoin="round"/>')
    return _HEAD + "".join(parts) + _marker(places[-1], str(item.row.status)) + "</svg>"


def alternative(points: dict[int, float], item: Reading) -> str:
    """The picture in words."""
    years = sorted(points)
    values = {"latest": item.latest, "target": item.target, "status": item.status}
    if len(years) == 1:
        return item.words.text("summary.sparkline.one", year=years[0], **values)
    return item.words.text("summary.sparkline.many", first=years[0], last=years[-1], **values)


def _marker(place: str, status: str) -> str:
    colour = STATUS_STYLES[status].colour
    if status in _FILLED:
        return f'<path d="M{place}{_FILLED[status]}" fill="{colour}" stroke="#fff" stroke-width=".4"/>'
    shape = f"M{place}{_STROKED[status]}"
    ground = "#fff" if status == "not_assessed" else "none"
    halo = "" if status == "not_assessed" else f'<path d="{shape}" stroke="#fff" stroke-width="2.4"/>'
    return f'{halo}<path d="{shape}" fill="{ground}" stroke="{colour}" stroke-width="1.2"/>'
