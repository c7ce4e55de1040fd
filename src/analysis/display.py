"""How a notebook shows what goes into the report.

Each function emits one ``display_data`` output whose metadata say what it is; the rendering step takes exactly these
outputs and nothing else. Figures are written as SVG, byte for byte the same on every run; the PNGs that Word needs are
made from them when the notebook has run.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.chapters import indicator_heading, see
from analysis.figures import draw_indicator, is_drawable
from analysis.fonts import narrow_quotes
from analysis.narrative import indicator_paragraph
from analysis.outputs import METADATA_KEY
from analysis.plan import Plan
from analysis.svg import compact
from analysis.tables import Beside, Table, observations_note, observations_table, profile
from analysis.wording import escape, label_id, wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def show_text(markdown: str) -> None:
    """Show Markdown text: headings, paragraphs, lists, callouts.

    Parameters
    ----------
    markdown : str
        Empty text shows nothing.
    """
    if markdown.strip():
        _show({"text/markdown": markdown.strip() + "\n"}, kind="text")


def show_table(table: Table, label: str, caption: str) -> None:
    """Show a table as a Markdown pipe table.

    Parameters
    ----------
    table : Table
        Nothing is shown without rows.
    label : str
        ``tbl-…``, unique in the whole report.
    caption : str
    """
    _check_label(label, "tbl-")
    if table.rows:
        markdown = table.to_markdown()
        _show({"text/markdown": markdown}, kind="table", label=label, caption=caption, css_class=table.css_class)


def show_figure(figure: Figure, label: str, caption: str, alt: str) -> None:
    """Show a figure as SVG.

    Parameters
    ----------
    figure : Figure
    label : str
        ``fig-…``, unique in the whole report.
    caption : str
    alt : str
        The figure in words.
    """
    _check_label(label, "fig-")
    narrow_quotes(figure)
    data = {"image/svg+xml": to_svg(figure), "text/plain": alt}
    _show(data, kind="figure", label=label, caption=caption, alt=alt)


def show_indicator(
    plan: Plan,
    indicator: str,
    observations: pd.DataFrame,
    measures: pd.DataFrame,
    trends: pd.DataFrame,
    assessment: pd.DataFrame,
    language: str,
    region: str = "",
    *,
    peer_rules: pd.DataFrame | None = None,
    turning_points: pd.DataFrame | None = None,
    evidence: pd.DataFrame | None = None,
    members: pd.DataFrame | None = None,
    hindcasts: pd.DataFrame | None = None,
    comments: str = "",
) -> None:
    """Show everything about one indicator: heading, paragraph, figure, profile, yearly data with their origin.

    Parameters
    ----------
    plan : Plan
    indicator : str
    observations, measures, trends, assessment : DataFrame
        Contracts of those names.
    language : {"zh", "en"}
    region : str
        Empty for the plan's area.
    peer_rules, turning_points, evidence, members, hindcasts : DataFrame, optional
        Contracts of those names.
    comments : str
        What analysts remark on it, as safe Markdown.
    """
    place = region or plan.area
    found = plan.indicator(indicator)
    caption = wording(language).text
    title = escape(found.title.get(language))
    is_drawn = is_drawable(measures, assessment, plan, indicator, place)
    show_text(indicator_heading(found, language))
    paragraph = indicator_paragraph(assessment, plan, indicator, place, language)
    show_text(wording(language).sentences([paragraph, see(found, language, has_figure=is_drawn)]))
    if is_drawn:
        drawing = draw_indicator(plan, indicator, place, measures, trends, assessment, language, observations)
        show_figure(drawing.figure, label_id("fig", indicator), drawing.caption, drawing.alt)
    show_text(comments)
    beside = Beside(turning_points, evidence, members, hindcasts, peer_rules, observations)
    verdicts = profile(assessment, trends, plan, indicator, place, language, beside)
    show_table(verdicts, label_id("tbl", indicator, "profile"), caption("tables.caption.profile", title=title))
    values = observations_table(observations, plan, indicator, place, language)
    show_table(values, label_id("tbl", indicator, "data"), caption("tables.caption.observations", title=title))
    show_text(observations_note(observations, plan, indicator, place, language))


def to_svg(figure: Figure) -> str:
    """The figure as SVG with its glyphs as outlines, without a date."""
    import matplotlib

    text = io.StringIO()
    settings: Any = {"svg.hashsalt": "analysis", "svg.fonttype": "path"}
    with matplotlib.rc_context(settings):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return compact(text.getvalue())


def _check_label(label: str, prefix: str) -> None:
    if not label.startswith(prefix) or not all(part.isalnum() and part.isascii() for part in label.split("-")):
        raise ValueError(f"label {label!r}: expected {prefix}… of letters, digits and hyphens")


def _show(data: dict[str, Any], **facts: str) -> None:
    from IPython.display import display

    content = {"caption": "", "alt": "", "label": "", **facts}
    # Two braces would begin a command of Quarto, even in a text for screen readers.
    content["alt"] = content["alt"].replace("{{", "{ {")
    display(data, raw=True, metadata={METADATA_KEY: content})  # type: ignore[no-untyped-call]
