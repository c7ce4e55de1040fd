"""Markdown of unknown origin → Markdown that holds nothing but text, lists, quotations, emphasis, links and tables.

Pandoc reads it without HTML, attributes, labels, references, formulas and code of other formats, so that these are
letters like any other. What it found is written again here, every sign escaped: Pandoc's own writer leaves some that
mean something when they are read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from analysis.messages import Catalogue
from analysis.rendering import pandoc
from analysis.rendering.syntax import Node, nodes

if TYPE_CHECKING:
    from analysis.tables.table import Align

READER = "markdown_strict-raw_html" + "".join(
    f"+{extension}"
    for extension in (
        "all_symbols_escapable",
        "backtick_code_blocks",
        "escaped_line_breaks",
        "intraword_underscores",
        "lists_without_preceding_blankline",
        "pipe_tables",
        "space_in_atx_header",
        "startnum",
        "strikeout",
        "subscript",
        "superscript",
    )
)
SCHEMES = ("http", "https", "mailto")

_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
_IN_ADDRESSES = "/:?&=#%+,;@~!$*.-_"
_MARKS = {"Emph": "*", "Strong": "**", "Strikeout": "~~", "Subscript": "~", "Superscript": "^"}
_ALIGN: dict[str, Align] = {"AlignRight": "right", "AlignCenter": "center"}
# What looks like HTML, an attribute or a command to a program, and prints as letters.
_LITERAL = re.compile(
    r"<[a-zA-Z][\w-]*(?=[\s/>])[^>\n]*>?|<!--|\{\{[<%].*?(?:[>%]\}\}|$)|\{[.#=][^}\n]*\}?|^:::+.*|(?<![\w.])@(?:fig|tbl|sec)-[\w-]+",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Finding:
    """Something that was made harmless.

    Parameters
    ----------
    code : str
        The rule, as in the catalogue of problems.
    text : str
        As it stands in the source.
    """

    code: str
    text: str


@dataclass(frozen=True)
class SafeText:
    """A text that is safe to put into the report.

    Parameters
    ----------
    markdown : str
    findings : tuple of Finding
    """

    markdown: str
    findings: tuple[Finding, ...]


def safe_markdown(source: str, words: Catalogue) -> SafeText:
    """Rewrite Markdown so that every reader of the report takes it for text.

    Parameters
    ----------
    source : str
    words : Catalogue
        Language of messages.
    """
    blocks = pandoc.read(source, READER, words)["blocks"]
    literal = [Finding("comment_literal", match[0].strip()) for match in _LITERAL.finditer(source)]
    return SafeText("\n\n".join(_blocks(blocks)), tuple(dict.fromkeys([*literal, *_findings(blocks)])))


def _findings(blocks: list[Node]) -> Iterator[Finding]:
    for node in nodes(blocks):
        content: Any = node.get("c")
        if node["t"] == "Header":
            yield Finding("comment_heading", _plain(content[2]))
        elif node["t"] == "Image":
            yield Finding("comment_picture", content[2][0])
        elif node["t"] == "Link" and not _is_safe(content[2][0]):
            yield Finding("comment_link", content[2][0])


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


def _plain(inlines: list[Node]) -> str:
    return "".join(node["c"] if node["t"] == "Str" else " " if node["t"] == "Space" else "" for node in nodes(inlines))


# --- writing it again -----------------------------------------------------------------------------------------------


def _blocks(blocks: list[Node]) -> list[str]:
    return [text for text in map(_block, blocks) if text.strip()]


def _block(node: Node) -> str:
    kind: str = node["t"]
    content: Any = node.get("c")
    match kind:
        case "Para" | "Plain":
            return _inlines(content)
        case "Header":
            # A heading would be numbered as a section of the report.
            return f"**{_inlines(content[2])}**"
        case "CodeBlock":
            return "\\\n".join(escaped(line) for line in content[1].split("\n"))
        case "BlockQuote":
            return _indented("\n\n".join(_blocks(content)), "> ", "> ")
        case "BulletList":
            return _list(content, lambda _: "-   ")
        case "OrderedList":
            return _list(content[1], lambda place: f"{content[0][0] + place}.".ljust(4))
        case "Table":
            return _table(content)
    return ""


def _list(items: list[list[Node]], mark: Callable[[int], str]) -> str:
    is_loose = any(block["t"] == "Para" for item in items for block in item)
    texts = []
    for place, item in enumerate(items):
        text = ("\n\n" if is_loose or len(item) > 2 else "\n").join(_blocks(item))
        texts.append(_indented(text, mark(place), " " * len(mark(place))))
    return ("\n\n" if is_loose else "\n").join(texts)


def _indented(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        (first if not place else others) + line if line or not place else others.rstrip()
        for place, line in enumerate(lines)
    )


def _table(content: Any) -> str:
    from analysis.tables.table import Column, Table

    _, _, columns, (_, head), bodies, _ = content
    rows = [_row(row) for body in bodies for row in (*body[2], *body[3])]
    heads = [_row(row) for row in head] or [("",) * len(columns)]
    lengths = [max(len(row[place]) for row in [*heads, *rows]) for place in range(len(columns))]
    shaped = tuple(
        Column(name, _ALIGN.get(align["t"], "left"), min(40, max(6, length)))
        for name, (align, _), length in zip(heads[0], columns, lengths, strict=True)
    )
    return Table(shaped, tuple(rows)).to_markdown()


def _row(row: Any) -> tuple[str, ...]:
    # A line break would end the row.
    return tuple(" ".join(_blocks(cell[4])).replace("\\\n", " ").replace("\n", " ") for cell in row[1])


def _inlines(inlines: list[Node]) -> str:
    return "".join(map(_inline, inlines)).strip()


def _inline(node: Node) -> str:
    kind: str = node["t"]
    content: Any = node.get("c")
    match kind:
        case "Str":
            return escaped(content)
        case "Space" | "SoftBreak":
            return " " if kind == "Space" else "\n"
        case "LineBreak":
            return "\\\n"
        case "Code":
            return escaped(content[1])
        case "Image":
            return _inlines(content[1])
        case "Link":
            text = _inlines(content[1])
            return (
                f"[{text}](<{quote(content[2][0], safe=_IN_ADDRESSES)}>)" if _is_safe(content[2][0]) and text else text
            )
    text = _inlines(content)
    mark = _MARKS.get(kind, "")
    return f"{mark}{text}{mark}" if text else ""


def escaped(text: str) -> str:
    """A text in which no sign means anything to any reader of Markdown."""
    return _SIGNS.sub(r"\\\1", text)
