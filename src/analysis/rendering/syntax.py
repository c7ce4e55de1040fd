"""Pandoc's document tree as plain JSON: the few builders and the walk that the typesetting passes need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Node = dict[str, Any]

NO_ATTRIBUTES: list[Any] = ["", [], []]

# Elements that hold no others, and what elements are held in.
LEAVES = frozenset({"Str", "Space", "SoftBreak", "LineBreak"})
CONTAINERS = (dict, list)


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


def nodes(tree: Any) -> Iterator[Node]:
    """Every element below (and including) a tree, in reading order."""
    waiting = [tree]
    while waiting:
        branch = waiting.pop()
        if isinstance(branch, dict):
            if "t" in branch:
                yield branch
            waiting.extend(reversed(branch.values()))
        elif isinstance(branch, list):
            waiting.extend(reversed(branch))


def replace(tree: Any, change: Callable[[Node], list[Node] | None]) -> Any:
    """Rebuild a tree from the leaves up.

    Parameters
    ----------
    tree : any part of a document
    change : callable
        Gets an element and returns the elements that take its place, or None to keep it.

    Returns
    -------
    The new tree; the given one is left as it is. Leaves that are kept stand in both.
    """
    if isinstance(tree, dict):
        # Most of a document is words and blanks: what holds no other element is not rebuilt.
        if "t" in tree and ("c" not in tree or tree["t"] in LEAVES):
            return tree
        return {key: replace(part, change) if isinstance(part, CONTAINERS) else part for key, part in tree.items()}
    result: list[Any] = []
    for branch in tree:
        new = replace(branch, change) if branch and isinstance(branch, CONTAINERS) else branch
        replaced = change(new) if isinstance(new, dict) and "t" in new else None
        if replaced is None:
            result.append(new)
        else:
            result.extend(replaced)
    return result
