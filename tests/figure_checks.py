"""What is true of every figure: its type is large enough on paper, nothing of it is cut."""

from __future__ import annotations

from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis.rendering.floats import TYPE_AREA

# Texts are measured in pixels; less than one is rounding.
ROUNDING = 1.0


def smallest_printed_type(figure: Figure) -> float:
    """Size in points of the smallest text once the figure is fitted into the type area."""
    width, height = (72 * side for side in figure.get_size_inches())
    scale = min(1.0, TYPE_AREA[0] / width, TYPE_AREA[1] / height)
    return scale * min(item.get_fontsize() for item in shown(figure))


def outside(figure: Figure) -> list[str]:
    """Texts that reach over an edge of the figure."""
    FigureCanvasAgg(figure).draw()
    width, height = figure.bbox.width, figure.bbox.height
    found = []
    for item in shown(figure):
        box = item.get_window_extent()
        if box.x0 < -ROUNDING or box.y0 < -ROUNDING or box.x1 > width + ROUNDING or box.y1 > height + ROUNDING:
            found.append(item.get_text())
    return found


def shown(figure: Figure) -> list[Any]:
    """Texts that are really drawn: no empty ones, no labels of ticks beyond the axes."""
    hidden = {
        label
        for axes in figure.axes
        for axis, (low, high) in ((axes.xaxis, sorted(axes.get_xlim())), (axes.yaxis, sorted(axes.get_ylim())))
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
        if not label.get_visible() or not low <= tick.get_loc() <= high
    }
    texts = [item for item in figure.findobj(Text) if item.get_text().strip() and item.get_visible()]
    return [item for item in texts if item not in hidden]
