"""Figures: data, labels and glyphs, not pixels."""

import io
import logging
import warnings

import numpy as np
import pytest
import sample_tables as sample
from figure_checks import outside, smallest_printed_type
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from plan_builder import observed, plan_with

from analysis import theme
from analysis.figures import (
    draw_indicator,
    draw_progress,
    draw_regions,
    draw_screening,
    draw_section,
    is_drawable,
    progress,
    section_panels,
)
from analysis.figures.drawing import fitted_lines, shortened, spread, text_size, wrap
from analysis.figures.places import draw_places
from analysis.figures.strip import draw_strip
from analysis.fonts import sans_font, serif_font
from analysis.places import PlaceEdition
from analysis.readings import main_readings, readings
from analysis.screening import Finding

LANGUAGES = ("zh", "en")
DRAWN = ("energy", "straw", "cod", "coatings", "leakage", "parks")


def draw(indicator="energy", language="zh", is_final=False):
    return draw_indicator(
        sample.plan(),
        indicator,
        sample.AREA,
        sample.measures(),
        sample.trends(),
        sample.assessment(is_final),
        language,
    )


def texts(drawing):
    return [item.get_text() for item in drawing.figure.findobj(Text) if item.get_text().strip()]


def line(drawing, gid):
    found = [item for item in drawing.figure.axes[0].get_lines() if item.get_gid() == gid]
    assert len(found) == 1, gid
    return np.column_stack(found[0].get_data()).tolist()


@pytest.fixture(scope="module")
def energy():
    return draw("energy")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("indicator", DRAWN)
def test_no_glyph_is_missing(indicator, language, caplog):
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        draw(indicator, language).figure.savefig(io.BytesIO(), format="svg")
    assert caplog.messages == []


@pytest.mark.parametrize("font", [sans_font(), serif_font()], ids=["sans", "serif"])
def test_every_status_and_value_shape_is_a_glyph_of_the_fonts(font):
    from fontTools.ttLib import TTFont

    shapes = [style.shape for style in theme.STATUS_STYLES.values()]
    shapes += [shape for _, _, shape in theme.VALUE_MARKERS.values()]
    glyphs = TTFont(font, lazy=True).getBestCmap()
    assert [shape for shape in shapes if ord(shape) not in glyphs] == []


def test_shapes_tell_statuses_apart_without_colour():
    shapes = [style.shape for style in theme.STATUS_STYLES.values()]
    assert len(set(shapes)) == len(shapes)
    assert not set(shapes) & {shape for _, _, shape in theme.VALUE_MARKERS.values() if shape not in "○●"}


def relative_luminance(colour):
    channels = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return float(np.dot(channels, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("style", theme.STATUS_STYLES.values(), ids=theme.STATUS_STYLES)
def test_status_words_can_be_read_on_white(style):
    assert 1.05 / (relative_luminance(style.colour) + 0.05) >= 4.5


def test_text_is_at_least_eight_points_at_printed_width(energy):
    assert min(item.get_fontsize() for item in energy.figure.findobj(Text) if item.get_text()) >= 8
    assert energy.figure.get_size_inches()[0] * 25.4 == pytest.approx(theme.WIDTH_MM)


def test_history_is_drawn_with_the_shape_of_its_status(energy):
    assert line(energy, "points-published")[-1] == [2022, 96.2]
    assert line(energy, "points-preliminary") == [[2023, 93.1]]


def test_the_even_path_leads_from_the_base_to_the_first_target(energy):
    assert line(energy, "path") == [[2020, 100], [2025, 85.5]]


def test_every_open_tier_has_its_target_and_the_line_still_required(energy):
    assert [point[1] for point in line(energy, "target-stretch")] == [82, 82]
    assert line(energy, "required-base") == [[2023, 93.1], [2025, 85.5]]
    assert line(energy, "required-stretch") == [[2023, 93.1], [2025, 82]]


def test_the_fan_opens_from_the_last_value_and_ends_in_the_target_year(energy):
    fan = energy.figure.axes[0].collections[0].get_paths()[0].vertices
    assert fan[:, 0].min() == 2023
    assert fan[:, 0].max() == 2025
    assert set(fan[fan[:, 0] == 2023][:, 1]) == {93.1}
    # 95 % in the target year: 93.1 − 2 · 2.3 ± 1.6 · 2 · 1.5
    assert fan[fan[:, 0] == 2025][:, 1].max() == pytest.approx(93.3)


def test_a_change_of_definition_is_marked_between_the_years_and_explained(energy):
    assert line(energy, "break") == [[2021.5, 0], [2021.5, 1]]
    assert "2022年起口径调整" in texts(energy)
    assert "核算方法调整" in energy.caption


def test_labels_name_latest_value_forecast_and_targets(energy):
    drawn = "\n".join(texts(energy))
    for label in (
        "2023年：93.1（–6.9%）",
        "2025年预测：–11.5%",
        "确保目标：下降14.5%",
        "力争目标：下降18%",
        "指数（2020年=100）",
    ):
        assert label in drawn


def test_labels_beside_the_plot_do_not_cover_each_other(energy):
    energy.figure.canvas.draw()
    boxes = [
        item.get_window_extent()
        for item in energy.figure.findobj(Text)
        if any(word in item.get_text() for word in ("目标：", "预测："))
    ]
    assert len(boxes) == 3
    pairs = [(one, other) for place, one in enumerate(boxes) for other in boxes[place + 1 :]]
    assert [pair for pair in pairs if pair[0].overlaps(pair[1])] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("indicator", DRAWN)
def test_nothing_is_cut_at_the_edge(indicator, language):
    figure = draw(indicator, language).figure
    figure.canvas.draw()
    width, height = figure.bbox.width, figure.bbox.height
    ticks = [*figure.axes[0].get_xticklabels(), *figure.axes[0].get_yticklabels()]
    in_legend = [item for legend in figure.legends for item in legend.get_texts()]
    texts = [item for item in figure.findobj(Text) if item.get_text().strip() and item not in [*ticks, *in_legend]]
    for item in [*texts, *figure.legends]:
        box = item.get_window_extent()
        assert box.x0 >= -1, item
        assert box.y0 >= -1, item
        assert box.x1 <= width + 1, item
        assert box.y1 <= height + 1, item


def test_a_figure_with_demonstration_data_says_so_and_others_do_not():
    mark = "示例数据 · demonstration data"
    for language in LANGUAGES:
        assert mark in texts(draw("straw", language))
        assert mark not in texts(draw("energy", language))


def test_titles_state_the_finding_with_full_width_punctuation():
    assert draw("energy").title == "单位地区生产总值能耗：到2023年累计下降6.9%，目标下降14.5%和18%，难以达到"
    assert (
        draw("energy", "en").title == "Energy per unit of GDP: down 6.9% by 2023, target down 14.5% and 18%; off track"
    )


def test_a_rise_is_not_a_negative_fall():
    assert "累计上升2.5个百分点" in draw("coatings").title
    assert "up 2.5 percentage points" in draw("coatings", "en").title


def test_points_are_drawn_as_the_change_of_the_share():
    assert line(draw("coatings"), "path") == [[2020, 0], [2025, -20]]
    assert line(draw("coatings"), "points-published")[-1] == [2023, 2.5]


def test_different_tiers_are_told_apart_in_the_title():
    assert draw("parks").title.endswith("基本目标已达到，力争目标存在风险")


def test_a_finished_plan_has_no_fan_and_nothing_left_to_require():
    axes = draw("energy", is_final=True).figure.axes[0]
    gids = {str(item.get_gid()) for item in axes.get_lines()}
    assert not {gid for gid in gids if gid.startswith("required")}


def test_a_single_value_is_not_drawn():
    one = sample.measures().query("indicator == 'straw' and year == 2023")
    assert is_drawable(sample.measures(), sample.assessment(), sample.plan(), "straw", sample.AREA)
    assert not is_drawable(one, sample.assessment(), sample.plan(), "straw", sample.AREA)


def test_drawing_what_has_no_values_is_an_error():
    with pytest.raises(ValueError, match="boilers"):
        draw("boilers")


def test_progress_has_one_bar_per_assessed_target_and_the_progress_due():
    (drawing,) = draw_progress(sample.assessment(), sample.plan(), "zh")
    axes = drawing.figure.axes[0]
    bars = {item.get_gid(): item.get_width() for item in axes.patches if str(item.get_gid()).startswith("bar-")}
    assert bars["bar-cod"] == pytest.approx(0.5563)
    assert "bar-boilers" not in bars
    due = [item.get_xdata()[0] for item in axes.get_lines() if item.get_gid() == "due"]
    assert set(due) == {0.6}
    assert "▼ 难以达到" in texts(drawing)
    assert drawing.title == "时间过去60%：7项量化目标中3项已达到或按期可达"


@pytest.mark.parametrize(("rows", "pages"), [(49, 1), (50, 2), (200, 5)])
def test_progress_takes_as_many_pages_as_it_needs(rows, pages, monkeypatch):
    """A page has room for (204 − 27) / 3.6 = 49 rows."""
    items = readings(sample.assessment(), sample.plan(), "zh")
    monkeypatch.setattr(progress, "readings", lambda *_, **__: (items * rows)[:rows])
    monkeypatch.setattr(progress, "main_readings", lambda found: found)
    drawings = draw_progress(sample.assessment(), sample.plan(), "zh")
    assert len(drawings) == pages
    assert sum(len(item.figure.axes[0].get_yticks()) == 0 for item in drawings) == pages
    assert all(item.figure.get_size_inches()[1] * 25.4 <= theme.MOST_HEIGHT_MM for item in drawings)
    assert drawings[-1].title.endswith(f"（{pages}/{pages}）") is (pages > 1)


def test_a_name_is_cut_only_where_it_would_not_fit():
    assert shortened("Crop straw used", 200) == "Crop straw used"
    cut = shortened("Comprehensive utilisation rate of crop straw", 100)
    assert cut.startswith("Comprehensive")
    assert cut.endswith("…")
    assert text_size(cut)[0] <= 100


def test_a_label_takes_the_lines_it_needs_and_no_line_ends_with_an_opening_bracket():
    assert fitted_lines("Crop straw used", 200, 2, "en") == "Crop straw used"
    lines = fitted_lines("Comprehensive utilisation rate of crop straw in farming", 100, 2, "en").split("\n")
    assert len(lines) == 2
    assert all(text_size(line)[0] <= 100 for line in lines)
    assert lines[1].endswith("…")
    # Eight characters and the bracket would fit; the bracket goes with what it opens.
    assert fitted_lines("规上工业增加值能（指数）", 8 * 9 + 1, 2, "zh").split("\n")[1].startswith("（指数）")


def flagged(language):
    """Nine suspicious series, as many as are drawn."""
    table = observed({year: 50.0 + year % 3 for year in range(2012, 2024)}, status="synthetic")
    findings = [Finding("jump", "city", "x", 2023, ((2022, 52.0), (2023, 50.0)))] * 9
    return draw_screening(findings, table, plan_with("level_at_least", 95), language)


def every_figure(language):
    tables = sample.assessment(), sample.plan(), language
    yield from (draw(indicator, language) for indicator in DRAWN)
    yield section(language)
    yield from draw_progress(*tables)
    yield draw_regions(*tables)
    yield draw_strip(*tables)
    yield flagged(language)
    one = PlaceEdition(sample.plan(), sample.YEAR, sample.measures(), sample.assessment())
    yield from draw_places([one, one], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_type_is_printed_smaller_than_eight_points(language):
    for item in every_figure(language):
        assert smallest_printed_type(item.figure) >= 8, item.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_any_figure_is_cut_at_its_edges(language):
    for item in every_figure(language):
        assert outside(item.figure) == [], item.title


def test_regions_show_latest_value_and_change():
    drawing = draw_regions(sample.assessment(), sample.plan(), "en")
    assert "88.0%\n+3.0" in texts(drawing)
    assert "86.5%\n+6.5" in texts(drawing)


def test_spread_moves_labels_apart_and_keeps_their_order():
    assert spread([5, 5], [2, 2], 0, 10) == [4, 6]
    assert spread([1, 9], [2, 2], 0, 10) == [1, 9]
    placed = spread([9.5, 9.6, 2], [2, 2, 2], 0, 10)
    assert placed == pytest.approx([7, 9, 2])


def test_lines_break_at_punctuation_and_never_inside_a_number():
    assert wrap("目标下降14.5%，难以达到", 16, "zh") == "目标下降14.5%，\n难以达到"
    assert "14.5" in wrap("相当于指数下降到14.5", 14, "zh").split("\n")[1]
    # Never "（" at the end of a line, and no need to part what stands in brackets.
    assert wrap("绿色园区创建数（基本建成）", 16, "zh") == "绿色园区创建数\n（基本建成）"
    assert wrap("工业单位增加值能耗（确保）", 20, "zh") == "工业单位增加值能耗\n（确保）"
    assert wrap("能耗（折标煤）的下降幅度大", 20, "zh") == "能耗（折标煤）的下降\n幅度大"


def test_a_second_line_begins_behind_a_punctuation_mark():
    title = "Energy use per person of public institutions: down 2.3% since the base year, target down 6%; off track"
    assert wrap(title, 88, "en").split("\n")[1] == "down 2.3% since the base year, target down 6%; off track"


def section(language="zh", indicators=DRAWN):
    return draw_section(sample.plan(), indicators, sample.measures(), sample.assessment(), language)


def test_a_section_is_compared_from_three_indicators_with_data_on():
    tables = sample.assessment(), sample.measures(), sample.plan()
    assert section_panels(*tables, ["energy", "straw", "boilers"]) == []
    assert section_panels(*tables, ["energy", "straw", "boilers", "cod"]) == ["energy", "straw", "cod"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_panel_has_history_path_targets_and_the_verdict_in_its_title(language):
    figure = section(language).figure
    assert len(figure.axes) == len(DRAWN)
    energy = figure.axes[0]
    targets = [item.get_ydata()[0] for item in energy.get_lines() if item.get_gid() == "target"]
    assert targets == pytest.approx([85.5, 82.0])
    assert [item.get_ydata().tolist() for item in energy.get_lines() if item.get_gid() == "path"] == [[100.0, 85.5]]
    words = {"zh": "▼ 难以达到 · 目标下降14.5%", "en": "▼ off track · target down 14.5%"}
    assert words[language] in [item.get_text() for item in energy.texts]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_panel_writes_over_its_neighbours_or_the_edge(language):
    figure = section(language).figure
    figure.canvas.draw()
    titles = [item.get_window_extent() for axes in figure.axes for item in axes.texts]
    for place, box in enumerate(titles):
        assert box.x1 <= figure.bbox.width
        assert not any(box.overlaps(other) for other in titles[place + 1 :])


def test_a_section_of_many_indicators_fits_a_page_and_says_what_is_left_out():
    many = section("en", DRAWN * 3)
    assert len(many.figure.axes) == 15
    assert many.figure.get_size_inches()[1] * 25.4 <= 204
    assert "first 15 of 18 indicators" in many.caption
    with pytest.raises(ValueError, match="no indicators"):
        section(indicators=[])


def test_captions_name_the_data_in_the_same_way_everywhere():
    observations = sample.observations()
    assert section().caption.endswith("。数据：年度指标值（measures）和评价结果（assessment）。")
    drawing = draw_indicator(
        sample.plan(), "straw", sample.AREA, sample.measures(), sample.trends(), sample.assessment(), "zh", observations
    )
    assert drawing.caption.endswith("。数据：年报。")
    several = observations.assign(source=[f"年报{row}" for row in range(len(observations))])
    drawing = draw_indicator(
        sample.plan(), "straw", sample.AREA, sample.measures(), sample.trends(), sample.assessment(), "zh", several
    )
    assert drawing.caption.endswith("。数据：年报0、年报1等9个来源。")
    assert draw("energy", "en").caption.endswith(". Data: yearly values as delivered (observations).")


def test_the_screening_marks_what_is_doubtful_and_says_so_in_words():
    table = observed({year: 50.0 + year % 3 for year in range(2012, 2023)} | {2023: 90.0}, status="synthetic")
    plan = plan_with("level_at_least", 95)
    item = Finding("jump", "city", "x", 2023, ((2022, 52.0), (2023, 90.0)))
    drawing = draw_screening([item, Finding("missing_indicator", "", "x", 2023)], table, plan, "zh")
    (axes,) = drawing.figure.axes
    line, marks = axes.lines
    assert list(line.get_ydata()) == list(table["value"])
    assert list(marks.get_xdata()) == [2022, 2023]
    assert "x 异常跳变" in drawing.alt
    assert any(text.get_gid() == "demonstration" for text in drawing.figure.texts)


def test_a_finding_without_values_is_not_drawn():
    with pytest.raises(ValueError, match="no flagged series"):
        draw_screening(
            [Finding("missing_indicator", "", "x", 2023)], observed({2022: 1.0}), plan_with("level_at_least", 9), "zh"
        )


def test_the_strip_has_a_cell_for_every_target_of_every_section():
    drawing = draw_strip(sample.assessment(), sample.plan(), "zh")
    cells = [patch for patch in drawing.figure.axes[0].patches if str(patch.get_gid()).startswith("cell-")]
    items = main_readings(readings(sample.assessment(), sample.plan(), "zh"))
    assert len(cells) == len(items)
    assert len({patch.get_y() for patch in cells}) == len(sample.plan().sections)
    shapes = [text for text in texts(drawing) if text in {style.shape for style in theme.STATUS_STYLES.values()}]
    assert sorted(shapes) == sorted(theme.STATUS_STYLES[item.row.status].shape for item in items)
    assert all(item.status in drawing.alt for item in items)
