"""The report's visual language: colours, sizes, line styles, status colours and shapes.

Figures draw with these values. The style sheets of the web page, of the printed report and of Word repeat them, because
each is read by a program of its own; tests hold them equal, so that a change here is a change everywhere.

Colours are of the Okabe–Ito family, darkened until they keep a contrast of at least 4.5 : 1 on their ground. Two
statuses differ to every simulated colour blindness; a status is always a word and a shape, colour only repeats it.
Lines that could look alike in a grey print differ in dash or width. Every shape is a glyph of the report's own fonts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.fonts import SANS_FAMILY

STATUSES = ("met", "on_track", "at_risk", "off_track", "missed", "not_assessed")

INK = "#1F2933"
MUTED = "#5F6B7A"
GRID = "#E3E7EC"
FORECAST = "#1F5FA8"
TARGET = "#A3321F"
REQUIRED = "#A3321F"
PATH = "#5F6B7A"
BAR = "#1F5FA8"
TRACK = "#E9EDF2"
RULE = "#C9D1D9"
ACCENT = "#1F4E8C"

# The printed type area: figures are drawn as wide as they are printed, so that their type keeps its size.
WIDTH_MM = 155.8
MOST_HEIGHT_MM = 204.0
TITLE_POINTS = 10.0
TEXT_POINTS = 8.5
SMALL_POINTS = 8.0
PNG_DOTS_PER_INCH = 200


@dataclass(frozen=True)
class StatusStyle:
    """How a status looks.

    Parameters
    ----------
    shape : str
        The glyph that stands before the word.
    colour : str
        Colour of shape and word.
    tint : str
        Background for cells.
    """

    shape: str
    colour: str
    tint: str


STATUS_STYLES = {
    "met": StatusStyle("✓", "#00634B", "#CFE8DF"),
    "on_track": StatusStyle("▲", "#1F5FA8", "#D7E5F5"),
    "at_risk": StatusStyle("◆", "#985C00", "#FBE9C6"),
    "off_track": StatusStyle("▼", "#A3321F", "#F6D5CC"),
    "missed": StatusStyle("×", "#7A1F2B", "#EBC7CC"),
    "not_assessed": StatusStyle("○", "#5F6B7A", "#EEF0F3"),
}

# The web page's colours by the names of its style sheet, on light and on dark ground.
SCREEN = {
    "ink": INK,
    "muted": MUTED,
    "rule": RULE,
    "accent": ACCENT,
    "ground": "#FFFFFF",
    "soft": "#F4F6F8",
    "good": STATUS_STYLES["met"].colour,
    "way": STATUS_STYLES["on_track"].colour,
    "risk": STATUS_STYLES["at_risk"].colour,
    "bad": STATUS_STYLES["off_track"].colour,
    "missed": STATUS_STYLES["missed"].colour,
    "notice": "#FBF6E7",
    "notice-rule": "#E4D6A8",
    "note": "#F1F5FA",
    "tip": "#F0F7F2",
    "caution": "#FBF1F0",
    "found": "#FFF1B8",
}
SCREEN_DARK = {
    "ink": "#E4E9EE",
    "muted": "#A4B0BC",
    "rule": "#3A444F",
    "accent": "#8FBCF2",
    "ground": "#15191E",
    "soft": "#1E252C",
    "good": "#63CBA8",
    "way": "#86B8F3",
    "risk": "#E3B45C",
    "bad": "#F2957F",
    "missed": "#E86A80",
    "notice": "#2B2516",
    "notice-rule": "#5A4B22",
    "note": "#1B2531",
    "tip": "#17281F",
    "caution": "#321D1A",
    "found": "#30290F",
}

# How a value came to be: marker, filled or hollow, and the same shape as a glyph for captions and tables.
VALUE_MARKERS = {
    "published": ("o", True, "●"),
    "preliminary": ("s", False, "□"),
    "revised": ("s", True, "■"),
    "estimated": ("^", False, "△"),
    "synthetic": ("D", False, "◇"),
}


def status_class(status: str) -> str:
    """Class name of a status in HTML, Typst and Word styles."""
    return "status-" + status.replace("_", "-")


def settings() -> dict[str, Any]:
    """Settings of matplotlib that every figure is drawn and written with."""
    return {
        "font.family": SANS_FAMILY,
        # A dollar sign in a plan's words is a dollar sign.
        "text.parse_math": False,
        "font.size": TEXT_POINTS,
        "axes.titlesize": TITLE_POINTS,
        "axes.labelsize": TEXT_POINTS,
        "xtick.labelsize": SMALL_POINTS,
        "ytick.labelsize": SMALL_POINTS,
        "legend.fontsize": SMALL_POINTS,
        "axes.unicode_minus": True,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": GRID,
        "grid.linewidth": 0.6,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "svg.fonttype": "path",
        "svg.hashsalt": "analysis",
        "savefig.facecolor": "white",
        "figure.facecolor": "white",
    }


def millimetres(length: float) -> float:
    """Length in inches, the unit that matplotlib wants."""
    return length / 25.4
