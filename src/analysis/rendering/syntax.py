"""Pandoc's document tree as plain JSON: the few builders and the walk that the typesetting passes need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Node = dict[str, Any]
# Gets an element and returns the elements that take its place, or None to keep it.
Change = Callable[[Node], list[Node] | None]

NO_ATTRIBUTES: list[Any] = ["", [], []]

_LEAVES = frozenset({"Str", "Space", "SoftBreak", "LineBreak"})


def string(text: str) -> Node:
    """A text run."""
    return {"t": "Str", "c": text}


def plain(inlines: list[Node]) -> Node:
    """A block of running text without paragraph spacing."""
    return {"t": "Plain", "c": inlines}


def paragraph(inlines: list[Node]) -> Node:
    """A paragraph."""
    return {"t": "Para", "c": inlines}


def raw_block(form: str, text: str) -> Node:
    """Text in the output's own language, as a block."""
    return {"t": "RawBlock", "c": [form, text]}


def raw_inline(form: str, text: str) -> Node:
    """Text in the output's own language, within a line."""
    return {"t": "RawInline", "c": [form, text]}


def attributes(identifier: str = "", classes: list[str] | None = None, **values: str) -> list[Any]:
    """Identifier, classes and key-value pairs; underscores in keys become hyphens."""
    return [identifier, classes or [], [[key.replace("_", "-"), value] for key, value in values.items()]]


def div(attr: list[Any], blocks: list[Node]) -> Node:
    """A block container."""
    return {"t": "Div", "c": [attr, blocks]}


def styled(style: str, blocks: list[Node], identifier: str = "") -> Node:
    """A container whose paragraphs take a named Word style."""
    return div(attributes(identifier, custom_style=style), blocks)


def link(inlines: list[Node], target: str, css_class: str) -> Node:
    """A link; targets that begin with ``#`` lie in the document."""
    return {"t": "Link", "c": [["", [css_class], []], inlines, [target, ""]]}


def image(source: str, alternative: str, width: str) -> Node:
    """A picture with its text for screen readers and its width (with unit)."""
    return {"t": "Image", "c": [attributes(width=width), [string(alternative)] if alternative else [], [source, ""]]}


def nodes(blocks: list[Any]) -> Iterator[Node]:
    """Every element below a list of elements, in reading order."""
    waiting: list[Any] = [blocks]
    while waiting:
        branch = waiting.pop()
        if isinstance(branch, dict):
            if "t" in branch:
                yield branch
            if not _is_leaf(branch):
                waiting.extend(reversed(branch.values()))
        elif isinstance(branch, list) and _may_hold_elements(branch):
            waiting.extend(reversed(branch))


def either(*changes: Change) -> Change:
    """Several changes in one walk: the first that replaces an element counts."""

    def change(node: Node) -> list[Node] | None:
        for one in changes:
            replaced = one(node)
            if replaced is not None:
                return replaced
        return None

    return change


def replace(blocks: list[Any], change: Change) -> list[Any]:
    """Rebuild a list of elements from the leaves up.

    Parameters
    ----------
    blocks : list
        Elements, or lists of them.
    change : callable

    Returns
    -------
    list
        The given one is left as it is. What is kept and cannot hold another element stands in both.
    """
    result: list[Any] = []
    for branch in blocks:
        if isinstance(branch, list):
            result.append(replace(branch, change) if _may_hold_elements(branch) else branch)
            continue
        if not isinstance(branch, dict):
            result.append(branch)
            continue
        new = branch
        if not _is_leaf(branch):
            new = {key: replace(part, change) if isinstance(part, list) else part for key, part in branch.items()}
        replaced = change(new) if "t" in new else None
        if replaced is None:
            result.append(new)
        else:
            result.extend(replaced)
    return result


def _is_leaf(element: Node) -> bool:
    # Most of a document is words and blanks.
    return "t" in element and ("c" not in element or element["t"] in _LEAVES)


def _may_hold_elements(part: list[Any]) -> bool:
    # What begins with a text are attributes, an address, or a format and a text in it.
    return bool(part) and not isinstance(part[0], str)
