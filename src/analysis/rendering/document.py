"""The merged report as one document tree, checked and numbered, then shaped for each format.

The embedded renderer understands exactly the Quarto features that the chapters use; everything else is refused by
name, so that no report looks right with one renderer and wrong with the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from analysis.messages import Catalogue
from analysis.rendering import callouts, floats, pandoc, pictures
from analysis.rendering.cells import Report, ReportCell
from analysis.rendering.failures import failure
from analysis.rendering.references import number, resolving
from analysis.rendering.syntax import Change, Node, div, either, nodes, replace

FENCE = ":" * 12
FORMATS = ("html", "typst", "docx")
# Classes of parts that are shown in some formats only.
CONDITIONAL = frozenset({"content-visible", "content-hidden"})

_UNSUPPORTED_CLASSES = ("panel-", "column", "layout", "grid", "aside", "theorem", "proof", "cell", "landscape")
_UNSUPPORTED_LABELS = ("fig-", "tbl-", "lst-", "thm-", "lem-", "cor-", "prp-", "cnj-", "def-", "exm-", "exr-", "eq-")


@dataclass(frozen=True)
class Document:
    """The report's document tree before it is shaped for a format.

    Parameters
    ----------
    report : Report
    tree : dict
        Pandoc's document: checked, with callouts made plain and references still open.
    is_conditional : bool
        Whether a part may be shown in some formats only.
    """

    report: Report
    tree: dict[str, Any]
    is_conditional: bool
    # One format after the other: the first is typeset by a program while the next is shaped.
    _turn: Lock = field(default_factory=Lock, repr=False, compare=False)

    def shaped(self, target: str, words: Catalogue) -> dict[str, Any]:
        """The tree for one of :data:`FORMATS`: visible parts, numbers, references, figures, tables, callouts."""
        with self._turn:
            return {**self.tree, "blocks": self._blocks(target, words)}

    def _blocks(self, target: str, words: Catalogue) -> list[Node]:
        blocks: list[Node] = self.tree["blocks"]
        if self.is_conditional:
            blocks = replace(blocks, lambda node: _visible(node, target))
        numbers = number(blocks, self.report, words)
        changes: list[Change] = [
            resolving(numbers, self.report, words),
            floats.shaping(target, numbers, self.report, words),
            callouts.shaping(target),
        ]
        if target == "docx":
            changes.append(pictures.for_word(self.report.pictures))
        return replace(blocks, either(*changes))


def read_document(report: Report, project: Path, words: Catalogue) -> Document:
    """Parse the whole report once and refuse what is not supported.

    Parameters
    ----------
    report : Report
    project : Path
        The Quarto project with the filter of all texts.
    words : Catalogue

    Raises
    ------
    RenderingError
        Naming the element and its notebook and cell.
    """
    for cell in report.cells:
        if "{{<" in cell.printed():
            raise failure(words, "unsupported_element", cell.place, found="{{< … >}}")
    markdown = "\n\n".join(_markdown(cell) for cell in report.cells)
    tree = pandoc.read_markdown(markdown, words, [f"--lua-filter={project / 'text.lua'}"])
    blocks = replace(tree["blocks"], _without_comment)
    _check(blocks, report, words)
    is_conditional = any(name in markdown for name in CONDITIONAL)
    return Document(report, {**tree, "blocks": callouts.normalised(blocks, words), "meta": {}}, is_conditional)


def _markdown(cell: ReportCell) -> str:
    if cell.kind == "text":
        return cell.markdown
    caption = f"{FENCE} {{.{floats.CAPTION_CLASS}}}\n{cell.caption}\n{FENCE}"
    return f"{FENCE} {{#{cell.label}}}\n{cell.markdown}\n\n{caption}\n{FENCE}"


def _without_comment(node: Node) -> list[Node] | None:
    is_raw = node["t"] in ("RawBlock", "RawInline")
    return [] if is_raw and node["c"][0] == "html" and node["c"][1].lstrip().startswith("<!--") else None


def _check(blocks: list[Node], report: Report, words: Catalogue) -> None:
    for node in nodes(blocks):
        found, needle = _unsupported(node, report)
        if found:
            code = "nested_caption" if node["t"] in ("Figure", "Table", "Image") else "unsupported_element"
            raise failure(words, code, report.place_of(needle), found=found)


def _unsupported(node: Node, report: Report) -> tuple[str, str]:
    """What is wrong with an element, and the text to find its cell by; empty if nothing is."""
    kind: str = node["t"]
    content: Any = node.get("c")
    if kind in ("RawBlock", "RawInline"):
        return f"{content[0]}: {content[1][:60]}", content[1].split("\n")[0]
    if kind == "Figure":
        return content[0][0] or "Figure", content[0][0]
    if kind == "Image" and content[2][0] not in report.pictures:
        return content[2][0][:60], content[2][0]
    if kind == "Table" and content[1][1]:
        return content[0][0] or "Table", content[0][0]
    if kind == "Div":
        return _unsupported_div(content[0], report)
    return "", ""


def _unsupported_div(attr: list[Any], report: Report) -> tuple[str, str]:
    identifier, classes, values = attr
    if identifier.startswith(_UNSUPPORTED_LABELS) and identifier not in report.floats:
        return f"#{identifier}", f"#{identifier}"
    for name in classes:
        is_unknown_callout = name.startswith("callout-") and name not in callouts.CLASSES
        is_own = name == floats.CAPTION_CLASS
        if (is_unknown_callout or name.startswith(_UNSUPPORTED_CLASSES)) and not is_own:
            return f"::: {{.{name}}}", f".{name}"
    given = dict(values)
    if CONDITIONAL & set(classes):
        conditions = {key for key in given if key.startswith(("when-", "unless-"))}
        formats = set(given.values())
        if conditions - {"when-format", "unless-format"} or formats - set(FORMATS):
            return " ".join(f'{key}="{value}"' for key, value in values), classes[0]
    layout = next((key for key in given if key.startswith(("layout", "fig-", "tbl-"))), "")
    return layout, layout


def _visible(node: Node, target: str) -> list[Node] | None:
    if node["t"] != "Div" or CONDITIONAL.isdisjoint(node["c"][0][1]):
        return None
    (identifier, classes, values), blocks = node["c"]
    given = dict(values)
    matches = given.get("when-format", target) == target and given.get("unless-format") != target
    if matches == ("content-hidden" in classes):
        return []
    rest = [name for name in classes if name not in CONDITIONAL]
    return [div([identifier, rest, []], blocks)] if identifier or rest else list(blocks)
