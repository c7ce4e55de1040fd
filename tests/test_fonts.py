from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from analysis import fonts

STATUS_SHAPES = "✓▲◆▼×○"


def test_the_two_fonts_come_from_files_not_from_the_machine() -> None:
    assert [path.name for path in (fonts.sans_font(), fonts.serif_font())] == [
        "NotoSansCJKsc-Regular.otf",
        "NotoSerifCJKsc-Regular.otf",
    ]
    assert all(path.parent.parent.name == "mplfonts" for path in (fonts.sans_font(), fonts.serif_font()))


def test_every_status_shape_has_a_glyph() -> None:
    assert fonts.missing_characters([STATUS_SHAPES, "℃ ㎡ m² − – — “”（）"]) == []


def test_characters_without_a_glyph_are_named_once_in_order() -> None:
    assert fonts.missing_characters(["达✖到", "✔✖", "SO₂"]) == ["₂", "✔", "✖"]


def test_invisible_marks_need_no_glyph() -> None:
    assert fonts.missing_characters(["a\u200bb\n\t"]) == []


def test_matplotlib_draws_chinese_and_minus_without_missing_glyphs() -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        fonts.register_matplotlib()
        assert matplotlib.rcParams["font.family"] == [fonts.SANS_FAMILY]
        drawn, axes = plt.subplots()
        axes.set_title(f"能耗强度（−13.5%）{STATUS_SHAPES}")
        axes.plot([-1, 1], [-2, 2])
        drawn.savefig(io.BytesIO(), format="png")
        plt.close(drawn)


def test_a_subset_holds_the_characters_asked_for_and_few_others() -> None:
    content = fonts.subset_woff(fonts.sans_font(), ["能耗", "强度 A"])
    with TTFont(io.BytesIO(content)) as font:
        assert {ord(character) for character in "能耗强度 A"} == set(font.getBestCmap())
        assert font.flavor == "woff"


def test_a_subset_is_the_same_whatever_the_order_of_its_characters() -> None:
    assert fonts.subset_woff(fonts.sans_font(), ["能耗"]) == fonts.subset_woff(fonts.sans_font(), ["耗", "能"])


def test_quotation_marks_are_wide_in_chinese_and_narrow_otherwise() -> None:
    widths = []
    for is_narrow in (False, True):
        with TTFont(io.BytesIO(fonts.subset_woff(fonts.sans_font(), ["“a"], is_narrow))) as font:
            widths.append(font["hmtx"][font.getBestCmap()[ord("“")]][0])
    assert widths == [1000, 475]


def printed_width(text: str) -> int:
    """Width of a text in a figure, in dots from the first to the last inked one."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    figure.text(0.1, 0.5, text)
    fonts.narrow_quotes(figure)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    inked = np.flatnonzero((pixels[:, :, 0] < 200).any(axis=0))
    return int(inked[-1] - inked[0])


def test_figures_draw_quotation_marks_wide_in_chinese_and_narrow_otherwise() -> None:
    import matplotlib

    with matplotlib.rc_context():
        fonts.register_matplotlib()
        character = printed_width("市市") - printed_width("市")
        assert printed_width("市“市") - printed_width("市市") == pytest.approx(character, abs=2)
        assert printed_width("city’s") - printed_width("citys") < 0.4 * character


def test_the_minus_sign_is_about_as_wide_as_a_digit() -> None:
    with TTFont(io.BytesIO(fonts.subset_woff(fonts.sans_font(), ["−0"]))) as font:
        minus, digit = (font["hmtx"][font.getBestCmap()[ord(character)]][0] for character in "−0")
    assert minus == pytest.approx(digit, rel=0.1)


def test_linked_fonts_are_our_two_and_no_other(tmp_path: Path) -> None:
    folder = fonts.link_fonts(tmp_path / "fonts")
    fonts.link_fonts(folder)  # a second call finds them there
    assert sorted(path.name for path in folder.iterdir()) == ["NotoSansCJKsc-Regular.otf", "NotoSerifCJKsc-Regular.otf"]
    assert all(path.stat().st_size > 1_000_000 for path in folder.iterdir())


def test_a_missing_font_package_is_an_error_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.errors import RenderingError

    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    with pytest.raises(RenderingError, match="make setup"):
        fonts.sans_font()
