"""Figures of the report: pure functions from tidy tables to drawings."""

from analysis.figures.drawing import Drawing
from analysis.figures.indicator import draw_indicator, headline, is_drawable
from analysis.figures.progress import draw_progress
from analysis.figures.projects import draw_projects
from analysis.figures.regions import draw_regions
from analysis.figures.screening import draw_screening, drawable_findings
from analysis.figures.section import draw_section, section_panels

__all__ = [
    "Drawing",
    "draw_indicator",
    "draw_progress",
    "draw_projects",
    "draw_regions",
    "draw_screening",
    "draw_section",
    "drawable_findings",
    "headline",
    "is_drawable",
    "section_panels",
]
