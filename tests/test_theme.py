"""One visual language: the same colours everywhere, for every eye, on paper without colour, in the dark."""

import re
from itertools import combinations

import docx
import pytest
from colour_vision import DEFICIENCIES, contrast, distance, lightness

from analysis import theme
from analysis.project import reports_folder

REPORTS = reports_folder()
# Files that repeat the theme's colours for a program of their own.
STYLES = (
    "report.css",
    "embedded.css",
    "style.scss",
    "embedded.html",
    "cover.html",
    "typst-template.typ",
    "typst-show.typ",
)
LINES = {"history": theme.INK, "forecast": theme.FORECAST, "target": theme.TARGET, "path": theme.PATH}
GROUNDS = ("ground", "soft", "note", "notice", "tip", "caution", "found")
TEXTS = ("ink", "muted", "accent", "good", "way", "risk", "bad", "missed")
# A difference that is seen at once, not only side by side.
CLEAR = 12.0
# WCAG 2, level AA, for text of every size.
LEGIBLE = 4.5


def colours(name):
    return {found.upper() for found in re.findall(r"#[0-9a-fA-F]{6}\b", (REPORTS / name).read_text(encoding="utf-8"))}


def variables(block):
    return {name: value.upper() for name, value in re.findall(r"--([a-z-]+): (#[0-9a-fA-F]{6});", block)}


# --- one source -----------------------------------------------------------------------------------------------------


def test_the_web_page_has_the_themes_colours_by_name():
    light, dark = re.findall(r":root \{(.*?)\}", (REPORTS / "report.css").read_text(encoding="utf-8"), re.DOTALL)
    assert variables(light) == theme.SCREEN
    assert variables(dark) == theme.SCREEN_DARK


@pytest.mark.parametrize("name", STYLES)
def test_no_style_sheet_has_a_colour_of_its_own(name):
    known = {*theme.SCREEN.values(), *theme.SCREEN_DARK.values()}
    assert colours(name) - known == set()


def test_the_printed_report_has_the_status_colours_by_name():
    text = (REPORTS / "typst-template.typ").read_text(encoding="utf-8")
    block = re.search(r"#let status-colours = \((.*?)\n\)", text, re.DOTALL)[1]
    found = {name: value.upper() for name, value in re.findall(r'"([a-z-]+)": rgb\("(#\w+)"\)', block)}
    expected = {theme.status_class(status).removeprefix("status-"): style.colour.upper()
                for status, style in theme.STATUS_STYLES.items()}  # fmt: skip
    assert found == expected
    named = dict(re.findall(r'#let (\w+) = rgb\("(#\w+)"\)', text))
    own = {"ink": theme.INK, "muted": theme.MUTED, "rule": theme.RULE, "accent": theme.ACCENT}
    assert {name: named[name].upper() for name in own} == own


def test_the_web_page_gives_every_status_its_own_variable():
    text = (REPORTS / "report.css").read_text(encoding="utf-8")
    used = dict(re.findall(r"\.(status-[a-z-]+)(?:, \.muted)? \{ color: var\(--([a-z]+)\)", text))
    assert {theme.status_class(status): theme.SCREEN[used[theme.status_class(status)]].upper()
            for status in theme.STATUSES} == {theme.status_class(status): style.colour.upper()
                                              for status, style in theme.STATUS_STYLES.items()}  # fmt: skip


def test_word_has_the_status_colours_by_name():
    styles = docx.Document(str(REPORTS / "reference.docx")).styles
    for status, style in theme.STATUS_STYLES.items():
        name = "Status " + status.replace("_", " ").title()
        assert f"#{styles[name].font.color.rgb}" == style.colour.upper()
    for name, colour in {"Heading 1": theme.ACCENT, "Heading 2": theme.INK, "Muted": theme.MUTED}.items():
        assert f"#{styles[name].font.color.rgb}" == colour


# --- for every eye --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_statuses_differ_in_colour_to_every_eye(deficiency):
    light = {status: style.colour for status, style in theme.STATUS_STYLES.items()}
    names = {"met": "good", "on_track": "way", "at_risk": "risk", "off_track": "bad", "missed": "missed",
             "not_assessed": "muted"}  # fmt: skip
    dark = {status: theme.SCREEN_DARK[name] for status, name in names.items()}
    for shown in (light, dark):
        close = {
            pair: round(distance(shown[pair[0]], shown[pair[1]], deficiency), 1)
            for pair in combinations(shown, 2)
            if distance(shown[pair[0]], shown[pair[1]], deficiency) < CLEAR
        }
        assert close == {}


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_lines_of_a_figure_differ_in_colour_to_every_eye(deficiency):
    for first, second in combinations(LINES, 2):
        assert distance(LINES[first], LINES[second], deficiency) >= CLEAR, (first, second)


def test_the_simulation_finds_colours_that_some_eyes_confuse():
    """Red and green of equal lightness differ to most eyes and not to all."""
    assert distance("#C04040", "#5A7D2A") > 60
    assert distance("#A65628", "#4D7C0F", "deutan") < 25
    assert distance("#000000", "#FFFFFF", "protan") == pytest.approx(100, abs=0.5)
    assert lightness("#777777") == pytest.approx(50.0, abs=0.1)


def test_black_on_white_has_the_greatest_contrast():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


# --- without colour, on every ground --------------------------------------------------------------------------------


def test_without_colour_statuses_are_told_by_shape_and_word():
    assert len({style.shape for style in theme.STATUS_STYLES.values()}) == len(theme.STATUSES)


def test_in_a_grey_print_history_and_ground_stand_apart_from_all_other_lines():
    for name, colour in LINES.items():
        assert lightness("#FFFFFF") - lightness(colour) > 45, name
        if name != "history":
            assert lightness(colour) - lightness(theme.INK) > 15, name


@pytest.mark.parametrize("screen", [theme.SCREEN, theme.SCREEN_DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read_on_every_ground(screen, ground, text):
    assert contrast(screen[text], screen[ground]) >= LEGIBLE


@pytest.mark.parametrize("style", theme.STATUS_STYLES.values(), ids=theme.STATUS_STYLES)
def test_a_status_can_be_read_on_its_own_tint(style):
    assert contrast(style.colour, style.tint) >= LEGIBLE
