"""What a notebook shows: kind, label, caption, alternative text, the same bytes every time."""

import re

import pytest
import sample_tables as sample

from analysis import display, theme
from analysis.figures import draw_indicator
from analysis.rasters import to_png
from analysis.tables import Table, scoreboard


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw, metadata: outputs.append((data, metadata)))
    return outputs


def drawing():
    return draw_indicator(
        sample.plan(), "energy", sample.AREA, sample.measures(), sample.trends(), sample.assessment(), "zh"
    )


def test_text(shown):
    display.show_text("# 标题 {#sec-a}\n\n")
    display.show_text("  \n")
    assert shown == [
        (
            {"text/markdown": "# 标题 {#sec-a}\n"},
            {"analysis": {"kind": "text", "label": "", "caption": "", "alt": ""}},
        )
    ]


def test_table(shown):
    table = scoreboard(sample.assessment(), sample.plan(), "zh")
    display.show_table(table, "tbl-scoreboard", "总览")
    ((data, metadata),) = shown
    assert data["text/markdown"] == table.to_markdown()
    assert metadata["analysis"]["kind"] == "table"
    assert metadata["analysis"]["label"] == "tbl-scoreboard"
    assert metadata["analysis"]["caption"] == "总览"


def test_an_empty_table_is_not_shown(shown):
    display.show_table(Table((), ()), "tbl-empty", "")
    assert shown == []


def test_figure_is_svg_with_alternative_text(shown):
    item = drawing()
    display.show_figure(item.figure, "fig-energy", item.caption, item.alt)
    ((data, metadata),) = shown
    assert data["image/svg+xml"].startswith("<?xml")
    assert "image/png" not in data
    assert metadata["analysis"] == {"kind": "figure", "label": "fig-energy", "caption": item.caption, "alt": item.alt}


def test_two_drawings_give_the_same_bytes():
    assert display.to_svg(drawing().figure) == display.to_svg(drawing().figure)
    first, second = (to_png([display.to_svg(drawing().figure)], theme.PNG_DOTS_PER_INCH) for _ in range(2))
    assert first == second


def test_svg_needs_no_font_and_holds_no_date():
    svg = display.to_svg(drawing().figure)
    assert "<text" not in svg
    assert "<dc:date>" not in svg
    assert not re.search(r"[Mm]atplotlib v", svg)


@pytest.mark.parametrize("label", ["energy", "tbl-energy", "fig-", "fig-a_b", "fig-能耗"])
def test_a_wrong_label_is_refused(label, shown):
    with pytest.raises(ValueError, match="label"):
        display.show_figure(drawing().figure, label, "", "")
