"""Numbers and cross-references, counted once for every format: sections 1, 1.1; figures and tables 1, 2, 3."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from analysis.messages import Catalogue
from analysis.rendering.cells import Report
from analysis.rendering.failures import failure
from analysis.rendering.syntax import Change, Node, link, nodes, string

NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class Numbers:
    """Printed numbers by label.

    Parameters
    ----------
    floats : dict of str to str
        Figures and tables.
    sections : dict of str to str
        Numbered sections; an empty text for unnumbered ones.
    """

    floats: dict[str, str]
    sections: dict[str, str]

    def has(self, label: str) -> bool:
        """Whether the report has a figure, table or section of that name."""
        return label in self.floats or label in self.sections


def number(blocks: list[Node], report: Report, words: Catalogue) -> Numbers:
    """Number sections, figures and tables in reading order.

    Raises
    ------
    RenderingError
        If two elements carry the same identifier.
    """
    floats: dict[str, str] = {}
    sections: dict[str, str] = {}
    counts = {"fig": 0, "tbl": 0}
    levels: list[int] = []
    for node in nodes(blocks):
        if node["t"] == "Header":
            level, (label, classes, _), _ = node["c"]
            if label in sections:
                raise failure(
                    words,
                    "duplicate_label",
                    report.place_of(f"#{label}"),
                    found=label,
                    first=report.place_of(f"#{label}"),
                )
            is_numbered = "unnumbered" not in classes
            if is_numbered:
                levels = (levels + [0] * level)[:level]
                levels[-1] += 1
            sections[label] = ".".join(map(str, levels)) if is_numbered else ""
        elif node["t"] == "Div" and node["c"][0][0] in report.floats:
            label = node["c"][0][0]
            counts[label[:3]] += 1
            floats[label] = str(counts[label[:3]])
    return Numbers(floats, sections)


def title(label: str, numbers: Numbers, words: Catalogue) -> str:
    """A figure's or table's name as printed in its caption and in references: 图 7, Table 8."""
    kind = {"fig": "figure", "tbl": "table", "sec": "section"}[label[:3]]
    value = numbers.floats.get(label) or numbers.sections[label]
    return f"{words.text(f'rendering.label.{kind}')}{NO_BREAK_SPACE}{value}"


def resolving(numbers: Numbers, report: Report, words: Catalogue) -> Change:
    """How every ``@label`` becomes a link that reads 图 7, 表 8 or 章节 3 (``[-@label]``: the bare number).

    The change raises RenderingError if a reference leads nowhere.
    """

    def change(node: Node) -> list[Node] | None:
        if node["t"] != "Cite":
            return None
        inlines: list[Node] = []
        for position, citation in enumerate(node["c"][0]):
            inlines += [string(", ")] if position else []
            inlines += [*citation["citationPrefix"]] + ([string(" ")] if citation["citationPrefix"] else [])
            inlines.append(_reference(citation, numbers, report, words))
        return inlines

    return change


def _reference(citation: Node, numbers: Numbers, report: Report, words: Catalogue) -> Node:
    label = citation["citationId"]
    if not numbers.has(label) or label[:4] not in ("fig-", "tbl-", "sec-"):
        known = [*numbers.floats, *(name for name in numbers.sections if name.startswith("sec-"))]
        nearest = get_close_matches(label, known, n=1, cutoff=0.3)
        place = report.place_of(f"@{label}")
        raise failure(words, "unresolved_reference", place, found=label, nearest=nearest[0] if nearest else "—")
    if numbers.sections.get(label) == "":
        raise failure(words, "unnumbered_reference", report.place_of(f"@{label}"), found=label)
    text = title(label, numbers, words)
    is_bare = citation["citationMode"]["t"] == "SuppressAuthor" or citation["citationPrefix"]
    return link([string(text.split(NO_BREAK_SPACE)[1] if is_bare else text)], f"#{label}", "quarto-xref")
