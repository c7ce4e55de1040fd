"""Figures and tables: caption, number and content in each format's own elements."""

from __future__ import annotations

import base64
import html
import re
import struct
from pathlib import Path
from urllib.parse import quote

from analysis.messages import Catalogue
from analysis.rendering.cells import Report, ReportCell
from analysis.rendering.references import NO_BREAK_SPACE, Numbers, title
from analysis.rendering.syntax import (
    Change,
    Node,
    attributes,
    div,
    image,
    paragraph,
    plain,
    raw_block,
    raw_inline,
    string,
    styled,
)

CAPTION_CLASS = "analysis-caption"
SORTABLE_ROWS = 6
NARROW_COLUMNS = 3
# Screens are read from further away than paper.
SCREEN_SCALE = 1.25

_PLAIN_IN_ADDRESSES = " !$'()*+,-./:;<=>?@[]^_`{|}~"

# Width of the type area and the height that leaves room for a caption, in points.
TYPE_AREA = (442.0, 580.0)

_POINTS_PER_METRE = 72 / 0.0254
_PIXELS_PER_POINT = 96 / 72
_POINTS = {"pt": 1.0, "in": 72.0, "px": 1 / _PIXELS_PER_POINT, "": 1 / _PIXELS_PER_POINT}
_SIDES = ("width", "height")


def shaping(target: str, numbers: Numbers, report: Report, words: Catalogue) -> Change:
    """How figures and tables are written in the target format's own way.

    Each is given as a div that has its label and ends with its caption.

    Parameters
    ----------
    target : {"html", "typst", "docx"}
    numbers : Numbers
    report : Report
        Holds the pictures.
    words : Catalogue
    """

    def change(node: Node) -> list[Node] | None:
        if node["t"] == "Table" and target == "html":
            return _html_table(node)
        if node["t"] != "Div" or node["c"][0][0] not in report.floats:
            return None
        cell = report.floats[node["c"][0][0]]
        *content, holder = node["c"][1]
        name = title(cell.label, numbers, words)
        delimiter = words.text("rendering.label.delimiter")
        caption = _inlines(holder["c"][1])
        return {"html": _html, "typst": _typst, "docx": _docx}[target](cell, name, delimiter, caption, content)

    return change


def _inlines(blocks: list[Node]) -> list[Node]:
    return [inline for block in blocks for inline in block["c"]]


def _html_table(table: Node) -> list[Node]:
    """A table in a container of its own, which scrolls on narrow screens instead of the page."""
    rows = sum(len(body[3]) for body in table["c"][4])
    # A table of two or three columns says what something is; its rows have their order.
    is_narrow = len(table["c"][2]) <= NARROW_COLUMNS
    classes = ["narrow"] if is_narrow else ["sortable"] if rows >= SORTABLE_ROWS else []
    identifier, given, values = table["c"][0]
    sortable = {"t": "Table", "c": [[identifier, [*given, *classes], values], *table["c"][1:]]}
    return [div(attributes(classes=["table-scroll"], tabindex="0"), [sortable])]


def _html(cell: ReportCell, name: str, delimiter: str, caption: list[Node], content: list[Node]) -> list[Node]:
    kind = cell.label[:3]
    label = html.escape(f"{cell.label}-caption", quote=True)
    opening = raw_block("html", f'<figure id="{cell.label}" class="quarto-float quarto-float-{kind}">')
    text = plain(
        [
            raw_inline("html", f'<figcaption id="{label}"><span class="caption-label">'),
            string(name + delimiter),
            raw_inline("html", "</span> "),
            *caption,
            raw_inline("html", "</figcaption>"),
        ]
    )
    closing = raw_block("html", "</figure>")
    if cell.kind == "table":
        named = [_described(block, label) for block in content]
        return [opening, text, *named, closing]
    width = f"{picture_size(cell)[0] * _PIXELS_PER_POINT * SCREEN_SCALE:.0f}px"
    # Only the name: the picture itself is put in after Pandoc, which is slow with long addresses.
    return [opening, plain([image(picture_file(cell), cell.alt or cell.caption, width)]), text, closing]


def _described(block: Node, label: str) -> Node:
    if block["t"] != "Div" or "table-scroll" not in block["c"][0][1]:
        return block
    (identifier, classes, values), blocks = block["c"]
    return div([identifier, classes, [*values, ["role", "region"], ["aria-labelledby", label]]], blocks)


def _typst(cell: ReportCell, name: str, delimiter: str, caption: list[Node], content: list[Node]) -> list[Node]:
    # Quarto's own figure kinds and caption structure, so that one Typst template styles both.
    kind, supplement = cell.label[:3], name.split(NO_BREAK_SPACE)[0]
    position = "top" if cell.kind == "table" else "bottom"
    captioned = [
        raw_inline("typst", f"], caption: figure.caption(position: {position}, ["),
        *caption,
        raw_inline("typst", f']), kind: "quarto-float-{kind}", supplement: "{supplement}")\n<{cell.label}>'),
    ]
    if cell.kind == "table":
        tables = [_without_figure(block) for block in content]
        return [raw_block("typst", "#figure(["), *tables, plain(captioned)]
    alternative = (cell.alt or cell.caption).replace("\\", "\\\\").replace('"', '\\"')
    width, _ = fitted(cell, TYPE_AREA)
    drawn = f'#image("{picture_file(cell)}", width: {width:.1f}pt, '
    return [plain([raw_inline("typst", f'#figure([{drawn}alt: "{alternative}")'), *captioned])]


def _without_figure(block: Node) -> Node:
    if block["t"] != "Table":
        return block
    identifier, classes, values = block["c"][0]
    return {"t": "Table", "c": [[identifier, [*classes, "typst:no-figure"], values], *block["c"][1:]]}


def _docx(cell: ReportCell, name: str, delimiter: str, caption: list[Node], content: list[Node]) -> list[Node]:
    label = [*_word_number(name), string(delimiter + "\u2002" if not delimiter else f"{delimiter} "), *caption]
    if cell.kind == "table":
        return [styled("Table Caption", [paragraph(label)], cell.label), *content]
    width = f"{fitted(cell, TYPE_AREA)[0] / 72:.2f}in"
    drawn = paragraph([image(picture_file(cell, with_png=True), cell.alt or cell.caption, width)])
    return [styled("Captioned Figure", [drawn], cell.label), styled("Image Caption", [paragraph(label)])]


def _word_number(name: str) -> list[Node]:
    """The number as a Word sequence field, so that captions can be listed and renumbered in Word."""
    kind, value = name.split(NO_BREAK_SPACE)
    character = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    field = (
        character.format("begin")
        + f'<w:r><w:instrText xml:space="preserve"> SEQ {kind} \\* ARABIC </w:instrText></w:r>'
        + character.format("separate")
        + f"<w:r><w:t>{value}</w:t></w:r>"
        + character.format("end")
    )
    return [string(kind + NO_BREAK_SPACE), raw_inline("openxml", field)]


def picture_file(cell: ReportCell, with_png: bool = False) -> str:
    """Name of a figure's file beside the document: SVG if there is one, PNG for Word."""
    suffix = "png" if cell.png and (with_png or not cell.svg) else "svg"
    return f"{cell.label}.{suffix}"


def write_figures(report: Report, folder: Path, with_png: bool = False) -> None:
    """Put the file of every figure beside the document."""
    for cell in report.floats.values():
        if cell.kind == "figure":
            name = picture_file(cell, with_png)
            (folder / name).write_bytes(cell.png if name.endswith(".png") else cell.svg.encode("utf-8"))


def picture_address(cell: ReportCell) -> str:
    """A figure as an address that holds the picture itself."""
    if cell.svg:
        return svg_address(cell.svg)
    return "data:image/png;base64," + base64.b64encode(cell.png).decode("ascii")


def svg_address(svg: str) -> str:
    """An SVG as an address that holds it."""
    # As text it takes a quarter less room than in base 64. What ends an address or an attribute is encoded.
    bare = re.sub(r"<\?xml.*?\?>|<!DOCTYPE[^>]*>", "", svg, flags=re.DOTALL).strip()
    single = bare if "'" in bare else bare.replace('"', "'")
    return "data:image/svg+xml," + quote(single, safe=_PLAIN_IN_ADDRESSES)


def file_address(name: str, content: bytes) -> str:
    """A picture's file as an address that holds it."""
    if name.endswith(".svg"):
        return svg_address(content.decode("utf-8"))
    kind = "png" if name.endswith(".png") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def fitted(cell: ReportCell, area: tuple[float, float]) -> tuple[float, float]:
    """Width and height of a figure in points, made smaller where it would not fit an area."""
    width, height = picture_size(cell)
    scale = min(1.0, area[0] / width, area[1] / height)
    return width * scale, height * scale


def picture_size(cell: ReportCell) -> tuple[float, float]:
    """Natural width and height of a figure in points; as wide as the type area if it does not say."""
    opening = re.search(r"<svg[^>]*>", cell.svg)
    sides = [re.search(rf'\s{side}="([\d.]+)(pt|px|in|)"', opening[0]) if opening else None for side in _SIDES]
    found = [float(side[1]) * _POINTS[side[2]] for side in sides if side]
    if len(found) == len(_SIDES):
        return found[0], found[1]
    return _png_size(cell.png) or (TYPE_AREA[0], TYPE_AREA[0] / 2)


def _png_size(png: bytes) -> tuple[float, float] | None:
    if png[12:16] != b"IHDR":
        return None
    pixels = struct.unpack(">II", png[16:24])
    place = png.find(b"pHYs", 0, 4096)
    per_metre = struct.unpack(">I", png[place + 4 : place + 8])[0] if place > 0 else 0
    factor = _POINTS_PER_METRE / per_metre if per_metre else 1 / _PIXELS_PER_POINT
    return pixels[0] * factor, pixels[1] * factor
