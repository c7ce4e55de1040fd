"""PNGs of drawings: Word needs them, because it would need another program for the SVG."""

from __future__ import annotations

import base64
import struct
import tempfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis import theme

_INCHES_PER_METRE = 1 / 0.0254
# A PNG begins with its signature and its header; the size of its dots is told next.
_PNG_HEAD = 33


def add_png(outputs: Iterable[Mapping[str, Any]]) -> None:
    """Give each figure among a notebook's outputs its PNG, if it only has an SVG."""
    shown = [output.get("data", {}) for output in outputs]
    drawn = [data for data in shown if "image/svg+xml" in data and "image/png" not in data]
    pngs = to_png(["".join(data["image/svg+xml"]) for data in drawn], theme.PNG_DOTS_PER_INCH)
    for data, png in zip(drawn, pngs, strict=True):
        data["image/png"] = base64.b64encode(png).decode("ascii")


def to_png(svgs: Sequence[str], dots_per_inch: int) -> list[bytes]:
    """Pictures as PNG, all at once, by the typesetter that is there anyway."""
    if not svgs:
        return []
    import typst

    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        folder = Path(name)
        for number, svg in enumerate(svgs):
            (folder / f"{number}.svg").write_text(svg, encoding="utf-8")
        images = "\n#pagebreak()\n".join(f'#image("{number}.svg")' for number in range(len(svgs)))
        page = "#set page(width: auto, height: auto, margin: 0pt)\n"
        (folder / "pictures.typ").write_text(page + images, encoding="utf-8")
        compiler = typst.Compiler(input=str(folder / "pictures.typ"), root=name, ignore_system_fonts=True)
        made = compiler.compile(format="png", ppi=dots_per_inch)
    pages = made if isinstance(made, list) else [made]
    return [_sized(page, dots_per_inch) for page in pages if page]


def _sized(png: bytes, dots_per_inch: int) -> bytes:
    """A PNG that tells the size of its dots, so that it is shown as large as the SVG."""
    per_metre = round(dots_per_inch * _INCHES_PER_METRE)
    content = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return png[:_PNG_HEAD] + chunk + png[_PNG_HEAD:]
