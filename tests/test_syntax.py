"""The walk over a document tree: reading order, leaves first, nothing changed in place."""

from __future__ import annotations

import copy
from typing import Any

from analysis.rendering.syntax import nodes, paragraph, replace, string

SPACE = {"t": "Space"}
TREE: list[Any] = [
    {"t": "Div", "c": [["a", [], []], [paragraph([string("one"), SPACE, {"t": "Emph", "c": [string("two")]}])]]},
    paragraph([{"t": "Cite", "c": [[{"citationId": "x", "citationPrefix": [string("see")]}], [string("@x")]]}]),
]


def test_elements_come_in_reading_order() -> None:
    found = [node["c"] if node["t"] == "Str" else node["t"] for node in nodes(TREE)]
    assert found == ["Div", "Para", "one", "Space", "Emph", "two", "Para", "Cite", "see", "@x"]


def test_every_element_is_offered_once_and_from_the_leaves_up() -> None:
    seen = []
    assert replace(TREE, lambda node: seen.append(node.get("c", "Space"))) == TREE  # type: ignore[func-returns-value]
    texts = [content for content in seen if isinstance(content, str)]
    assert texts == ["one", "Space", "two", "see", "@x"]
    assert len(seen) == len(list(nodes(TREE)))


def test_elements_are_replaced_left_out_or_doubled_and_the_given_tree_stays() -> None:
    before = copy.deepcopy(TREE)
    words = {"one": [string("1"), string("1")], "two": [], "see": [string("cf.")]}
    new = replace(TREE, lambda node: words.get(node["c"]) if node["t"] == "Str" else None)
    assert [node["c"] for node in nodes(new) if node["t"] == "Str"] == ["1", "1", "cf.", "@x"]
    assert before == TREE
