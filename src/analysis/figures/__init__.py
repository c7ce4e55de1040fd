"""Figures of the report: pure functions from tidy tables to drawings."""

from analysis.figures.drawing import Drawing
from analysis.figures.indicator import draw_indicator, headline

__all__ = ["Drawing", "draw_indicator", "headline"]
