"""Vector pictures in fewer bytes: the same lines in the same places."""

from __future__ import annotations

import re

import pytest

from analysis.svg import compact, relative

SPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(content: str) -> str:
    """What remains of an element's content."""
    text = compact(f'<svg {SPACE} width="100pt" height="50pt" version="1.1">{content}</svg>')
    return re.fullmatch(r"<\?xml[^>]*\?>\n<svg [^>]*>(.*)</svg>", text)[1]  # type: ignore[index]


@pytest.mark.parametrize(
    ("outline", "expected"),
    [
        ("M 10 20 \nL 13.25 16 \n", "m10 20l3.25-4"),
        ("M 1 1 L 4 1 L 4 5 L 1 5 z", "m1 1h3v4h-3z"),
        # After z the pen is where the outline began.
        ("M 1 1 L 4 1 z M 2 2 L 3 3", "m1 1h3zm1 1l1 1"),
        ("M 0 0 C 1 2 3 4 5 6 Q 7 8 9 10", "m0 0c1 2 3 4 5 6q2 2 4 4"),
        ("M 0 0 L 1 1 2 3", "m0 0l1 1l1 2"),
        ("M 0.004 0.003 L -0.5 0.5", "m0 0l-.5 .5"),
        # Errors of rounding do not add up: every point is rounded, not every step.
        ("M 0 0 L 0.334 1 L 0.668 2 L 1.002 3", "m0 0l.33 1l.34 1l.33 1"),
    ],
)
def test_outlines_become_relative(outline: str, expected: str) -> None:
    assert relative(outline) == expected


def test_an_outline_of_other_commands_stays() -> None:
    assert relative("M 0 0 A 1 1 0 0 1 2 2") == "M 0 0 A 1 1 0 0 1 2 2"


def test_glyphs_are_drawn_on_a_coarser_grid_at_the_same_size() -> None:
    # 6400 units at 1/64 are 400 units at 1/4.
    glyph = '<defs><path id="Font-1" d="M 0 0 L 6400 3200 z" transform="scale(0.015625)"/></defs>'
    used = '<use xlink:href="#Font-1"/><use xlink:href="#Font-1" transform="translate(55.504 0)"/>'
    assert svg(glyph + used) == (
        '<defs><path d="m0 0l400 200z" transform="scale(.25)" id="a"/></defs><use href="#a"/><use href="#a" x="55.5"/>'
    )


def test_only_a_bare_translation_becomes_a_place() -> None:
    other = '<use xlink:href="#f" transform="translate(1 2) scale(0.7)"/>'
    assert 'transform="translate(1 2) scale(0.7)"' in svg(f'<g id="f"><path d="M 0 0"/></g>{other}')


def test_groups_that_say_nothing_and_metadata_go() -> None:
    content = (
        "<metadata><x>made today</x></metadata><defs/>"
        '<g id="axes"><g style="fill: #ffffff; stroke: none"><path d="M 0 0"/></g></g>'
    )
    assert svg(content) == '<g style="fill:#ffffff;stroke:none"><path d="m0 0"/></g>'


def test_clips_keep_their_target_and_colours_their_name() -> None:
    content = (
        '<path clip-path="url(#long-name)" style="fill: #abcdef" d="M 0 0"/>'
        '<defs><clipPath id="long-name"><rect x="1.23456" y="0.5" width="3" height="4"/></clipPath></defs>'
    )
    assert svg(content) == (
        '<path clip-path="url(#a)" style="fill:#abcdef" d="m0 0"/>'
        '<defs><clipPath id="a"><rect x="1.23" y=".5" width="3" height="4"/></clipPath></defs>'
    )
