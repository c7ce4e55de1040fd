"""Callouts: notes, tips, important remarks, warnings and cautions, without icons."""

from __future__ import annotations

from typing import Any

from analysis.messages import Catalogue
from analysis.rendering.syntax import (
    Change,
    Node,
    attributes,
    div,
    paragraph,
    plain,
    raw_block,
    raw_inline,
    replace,
    string,
    styled,
)

CLASSES = ("callout-note", "callout-tip", "callout-important", "callout-warning", "callout-caution")
SHOWN_OPTIONS = ("title",)

_TITLE, _BODY = "callout-title-container", "callout-body"


def normalised(blocks: list[Node], words: Catalogue) -> list[Node]:
    """Give every callout a title and a body of its own, so that its heading is never numbered as a section.

    Parameters
    ----------
    blocks : list of elements
    words : Catalogue
        Names callouts that have neither a ``title`` nor a first heading.
    """

    def change(node: Node) -> list[Node] | None:
        name = callout_class(node)
        if not name:
            return None
        (identifier, _, values), body = node["c"]
        given = dict(values)
        if "title" in given:
            title, rest = [string(given["title"])], body
        elif body and body[0]["t"] == "Header":
            title, rest = body[0]["c"][2], body[1:]
        else:
            title = [string(words.text(f"rendering.callout.{name.removeprefix('callout-')}"))]
            rest = body
        parts = [div(attributes(classes=[_TITLE]), [plain(title)]), div(attributes(classes=[_BODY]), rest)]
        return [div([identifier, [name], []], parts)]

    return replace(blocks, change)


def callout_class(node: Node) -> str:
    """The kind of a callout, as its class; empty for anything else."""
    if node["t"] != "Div":
        return ""
    classes: list[str] = node["c"][0][1]
    return next((name for name in classes if name in CLASSES), "")


def shaping(target: str) -> Change:
    """How callouts are written in the target format's own way."""

    def change(node: Node) -> list[Node] | None:
        name = callout_class(node)
        if not name:
            return None
        attr, (title, body) = node["c"]
        heading: list[Node] = title["c"][1][0]["c"]
        content: list[Node] = body["c"][1]
        return {"html": _html, "typst": _typst, "docx": _docx}[target](attr, name, heading, content)

    return change


def _html(attr: list[Any], name: str, title: list[Node], body: list[Node]) -> list[Node]:
    # The same classes as Quarto's, so that one style sheet serves both.
    header = div(
        attributes(classes=["callout-header"]),
        [div(attributes(classes=[_TITLE]), [plain(title)])],
    )
    classes = ["callout", "callout-style-default", name, "no-icon", "callout-titled"]
    content = div(attributes(classes=["callout-body-container", _BODY]), body)
    return [div([attr[0], classes, []], [header, content])]


def _typst(attr: list[Any], name: str, title: list[Node], body: list[Node]) -> list[Node]:
    opening = [raw_inline("typst", "#callout(title: ["), *title, raw_inline("typst", "], body: [")]
    closing = f'], icon: none, kind: "{name.removeprefix("callout-")}")'
    return [plain(opening), *body, raw_block("typst", closing)]


def _docx(attr: list[Any], name: str, title: list[Node], body: list[Node]) -> list[Node]:
    style = "Callout Warning" if name in ("callout-warning", "callout-caution") else "Callout"
    return [styled(f"{style} Title", [paragraph(title)], attr[0]), styled(style, body)]
