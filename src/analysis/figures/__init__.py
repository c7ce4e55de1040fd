"""Figures of the report: pure functions from tidy tables to drawings."""

from analysis.figures.drawing import Drawing
from analysis.figures.indicator import draw_indicator, headline, is_drawable
from analysis.figures.progress import draw_progress
from analysis.figures.regions import draw_regions

__all__ = ["Drawing", "draw_indicator", "draw_progress", "draw_regions", "headline", "is_drawable"]
