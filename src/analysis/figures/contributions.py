"""Waterfalls: how much each region adds to the area's gap against the progress due."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis import theme
from analysis.contracts.rows import records
from analysis.figures.drawing import (
    TITLE_WIDTH,
    Drawing,
    draw_box,
    drawn,
    halo,
    mark_demonstration,
    new_figure,
    sourced,
    themed,
    wrap,
    write_title,
)
from analysis.measures import INDEX_UNIT
from analysis.plan import Plan
from analysis.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 2
ROW_MM = 5.0
HEAD_MM = 10.0
TITLE_MM = 6.0
FOOT_MM = 8.0
# Shares of the figure's width for the names of the regions and for the bars; room for the numbers beside the bars.
NAMES = 0.165
PANEL = 1 / COLUMNS - NAMES - 0.01
MARGIN = 0.34


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall.

    Parameters
    ----------
    name : str
    gap : float
        Positive: short of what is due. NaN: not delivered.
    start : float
        Where the bar begins.
    is_total : bool
    """

    name: str
    gap: float
    start: float
    is_total: bool = False


@dataclass(frozen=True)
class Waterfall:
    """The gap of one target."""

    indicator: str
    unit: str
    title: str
    decimals: int
    steps: tuple[Step, ...]
    words: Wording

    def amount(self, gap: float, *, signed: bool = False) -> str:
        """A gap with its unit; points of an index are percentage points of the base year."""
        number = self.words.number(gap if signed else abs(gap), self.decimals, signed=signed)
        return self.words.with_unit(number, "percentage points" if self.unit == INDEX_UNIT else self.unit)

    def label(self, step: Step) -> str:
        """A step's number; without unit, which stands in the title."""
        if math.isnan(step.gap):
            return self.words.text("regions.missing")
        return self.words.number(step.gap, self.decimals, signed=True)

    @property
    def total(self) -> Step:
        """The area's own bar."""
        return self.steps[-1]

    @property
    def finding(self) -> str:
        """The target and the area's gap in words."""
        is_even = not any(digit in self.amount(self.total.gap) for digit in "123456789")
        key = "even" if is_even else "short" if self.total.gap > 0 else "ahead"
        return self.words.text(f"regions.figure.{key}", title=self.title, gap=self.amount(self.total.gap))


def waterfalls(contributions: pd.DataFrame, plan: Plan, language: str) -> list[Waterfall]:
    """The steps from nothing to the area's gap: the regions, largest shortfall first, what remains, the area.

    Parameters
    ----------
    contributions : DataFrame
        Contract ``contributions``.
    plan : Plan
    language : {"zh", "en"}

    Returns
    -------
    list of Waterfall
        In the plan's order.
    """
    words = wording(language)
    found = []
    for id in dict.fromkeys(scored.indicator.id for scored in plan.scored()):
        gaps = {row.region: row for row in records(contributions[contributions["indicator"] == id])}
        if not gaps:
            continue
        indicator, unit = plan.indicator(id), gaps[plan.area].unit
        decimals = max(indicator.decimals, 2) if unit == INDEX_UNIT else indicator.decimals
        parts = {region.id: gaps[region.id].gap for region in plan.children(plan.area)}
        # Largest shortfall first, regions that delivered nothing last.
        order = sorted((math.isnan(gap), -gap, region) for region, gap in parts.items())
        steps, reached = [], 0.0
        for is_missing, _, region in order:
            steps.append(Step(plan.region(region).name.get(language), parts[region], reached))
            reached += 0.0 if is_missing else parts[region]
        if round(gaps[""].gap, decimals):
            steps.append(Step(words.text("regions.figure.rest"), gaps[""].gap, reached))
        steps.append(Step(plan.region(plan.area).name.get(language), gaps[plan.area].gap, 0.0, is_total=True))
        title = indicator.title.get(language)
        found.append(Waterfall(id, unit, title, decimals, tuple(steps), words))
    return found


def draw_contributions(
    contributions: pd.DataFrame, plan: Plan, language: str, *, is_demonstration: bool = False
) -> Drawing:
    """Draw a waterfall for every target that is divided among the regions.

    Parameters
    ----------
    contributions : DataFrame
        Contract ``contributions``.
    plan : Plan
    language : {"zh", "en"}
    is_demonstration : bool
        Whether values or targets are invented.

    Raises
    ------
    ValueError
        If there is nothing to divide.
    """
    panels = waterfalls(contributions, plan, language)
    if not panels:
        raise ValueError("no contributions to draw")
    words = wording(language)
    rows = math.ceil(len(panels) / COLUMNS)
    depth = max(len(panel.steps) for panel in panels) * ROW_MM + HEAD_MM
    title = _title(panels)
    head = TITLE_MM * (1 + wrap(title, TITLE_WIDTH, language).count("\n"))
    height = head + rows * depth + FOOT_MM
    with themed():
        figure = new_figure(height)
        write_title(figure, title, language)
        for place, panel in enumerate(panels):
            row, column = divmod(place, COLUMNS)
            top = 1 - (head + row * depth + HEAD_MM) / height
            size = len(panel.steps) * ROW_MM / height
            axes = figure.add_axes((column / COLUMNS + NAMES, top - size, PANEL, size))
            _draw(axes, panel)
        if is_demonstration:
            mark_demonstration(figure, words, (0.99, 5.5 / height))
    end = words.text("figures.caption.end")
    items = [
        words.text("regions.figure.contributions_item", title=panel.finding, parts=_parts(panel)) for panel in panels
    ]
    alt = (
        words.text("regions.figure.contributions_alt", items=words.text("figures.caption.separator").join(items)) + end
    )
    caption = sourced(
        words.text("regions.figure.contributions_caption"), words.text("figures.data.contributions"), words
    )
    return Drawing(figure, title, caption, alt)


def _title(panels: list[Waterfall]) -> str:
    """Name the regions that are short of most where the area itself is short."""
    words = panels[0].words
    short = [panel for panel in panels if panel.total.gap > 0 and panel.steps[0].gap > 0]
    worst = list(dict.fromkeys(panel.steps[0].name for panel in short))
    if not worst:
        return words.text("regions.figure.contributions_title_plain")
    return words.text("regions.figure.contributions_title", region=words.listing(worst))


def _parts(panel: Waterfall) -> str:
    named = [panel.words.text("regions.figure.part", region=step.name, gap=panel.label(step)) for step in panel.steps]
    return panel.words.text("report.list.separator").join(named)


def _draw(axes: Axes, panel: Waterfall) -> None:
    ends = [0.0, *(step.start + step.gap for step in panel.steps if not math.isnan(step.gap))]
    low, high = min(ends), max(ends)
    room = MARGIN * (high - low or 1.0)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(len(panel.steps) - 0.4, -0.6)
    axes.axvline(0, color=theme.MUTED, linewidth=0.8)
    for place, step in enumerate(panel.steps):
        gap = 0.0 if math.isnan(step.gap) else step.gap
        end, side = step.start + gap, 1 if gap >= 0 else -1
        colour = theme.MUTED if step.is_total else theme.TARGET if gap > 0 else theme.BAR
        draw_box(axes, (step.start, place - 0.31), gap, 0.62, facecolor=colour, gid=f"step-{panel.indicator}")
        if not step.is_total:
            axes.plot([end, end], [place + 0.31, place + 0.69], color=theme.MUTED, linewidth=0.6)
        axes.annotate(
            drawn(panel.label(step)), (end, place), xytext=(3 * side, 0), textcoords="offset points", va="center",
            ha="left" if side > 0 else "right", fontsize=theme.SMALL_POINTS, path_effects=halo(),
        )  # fmt: skip
    axes.set_yticks(range(len(panel.steps)), [wrap(step.name, 22, panel.words.language) for step in panel.steps])
    axes.set_xticks([])
    axes.tick_params(length=0, labelsize=theme.SMALL_POINTS)
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    title = wrap(panel.finding, 38, panel.words.language)
    axes.annotate(drawn(title), (-NAMES / PANEL, 1), xycoords="axes fraction", xytext=(4, 3),
                  textcoords="offset points", va="bottom", fontsize=theme.SMALL_POINTS)  # fmt: skip
