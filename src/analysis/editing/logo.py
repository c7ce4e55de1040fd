"""The logo on the cover: a checked picture; an SVG keeps its shapes only, without scripts and without addresses."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from analysis.editing.files import PICTURES
from analysis.errors import Problem

LARGEST_FILE = 500_000
LARGEST_SIDE = 4000
# A logo wider than this would push the title off its line, one taller than this off the page.
MOST_OBLONG = 12
# In points, for Word.
WIDTH = 150

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_SHAPES = re.compile(
    r"svg|g|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|defs|use|symbol|title|desc|style|"
    r"linearGradient|radialGradient|stop|clipPath|mask|pattern"
)
_ATTRIBUTES = re.compile(
    r"(id|class|d|points|transform|viewBox|preserveAspectRatio|width|height|x|y|x1|y1|x2|y2|cx|cy|r|rx|ry|fx|fy|dx|dy|"
    r"fill|stroke|opacity|color|offset|style|version|mask|clip-path|gradientUnits|gradientTransform|spreadMethod|"
    r"patternUnits|patternTransform|patternContentUnits|maskUnits|clipPathUnits|text-anchor|"
    r"(?:fill|stroke|stop|font|clip|letter|shape|text)-[a-z-]+)"
)
_OWN_PLACE = re.compile(r"url\(\s*(['\"]?)#[\w.-]+\1\s*\)")
_UNSAFE_VALUE = re.compile(r"url\(|@|\\|expression|script:|data:|//|&|<", re.IGNORECASE)


@dataclass(frozen=True)
class Logo:
    """A picture for the cover.

    Parameters
    ----------
    content : bytes
        PNG, JPEG, or a cleaned SVG.
    suffix : {".png", ".jpg", ".svg"}
    """

    content: bytes
    suffix: str

    @property
    def file(self) -> str:
        """Name of its file beside the report."""
        return f"logo{self.suffix}"

    def files(self) -> dict[str, bytes]:
        """Files by name: the picture itself and, of an SVG, a drawn one for Word."""
        drawn = {"logo.png": _draw(self.content)} if self.suffix == ".svg" else {}
        return {self.file: self.content} | drawn


def read_logo(folder: Path, name: str) -> tuple[Logo | None, list[Problem]]:
    """Read and check the picture that the cover names.

    Parameters
    ----------
    folder : Path
        The plan's folder, which the picture must lie in.
    name : str
        Path below it.
    """
    problem = partial(Problem, file="cover.yaml", cell="logo")
    path, suffix = folder / name, PurePosixPath(name).suffix.lower()
    is_inside = folder.resolve() in path.resolve().parents and "://" not in name
    if not is_inside or not path.is_file():
        return None, [problem("logo_missing", found=name)]
    content = path.read_bytes()
    if suffix not in PICTURES or len(content) > LARGEST_FILE:
        found = f"{name}, {len(content) / 1000:.0f} kB"
        return None, [problem("logo_kind", found=found, details={"largest": f"{LARGEST_FILE // 1000} kB"})]
    if suffix == ".svg":
        return _read_svg(content, name)
    sides = _sides(content, "PNG" if suffix == ".png" else "JPEG")
    if not sides or max(sides) > LARGEST_SIDE or max(sides) > MOST_OBLONG * min(sides):
        found = f"{name}, {sides[0]} × {sides[1]}" if sides else name
        return None, [problem("logo_size", found=found, details={"largest": str(LARGEST_SIDE)})]
    return Logo(content, ".png" if suffix == ".png" else ".jpg"), []


def _sides(content: bytes, form: str) -> tuple[int, int] | None:
    """Width and height of a picture that can be read; None of anything else."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            sides = picture.size
            if max(sides) <= LARGEST_SIDE:
                picture.load()
            return sides
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def _read_svg(content: bytes, name: str) -> tuple[Logo | None, list[Problem]]:
    problem = partial(Problem, file="cover.yaml", cell="logo")
    try:
        # A document type can define entities that grow without end.
        if re.search(rb"<!(DOCTYPE|ENTITY)[^>]*\[|<!ENTITY", content):
            raise ValueError("<!ENTITY …>")
        root = ElementTree.fromstring(content)
        if root.tag != f"{{{_SVG}}}svg":
            raise ValueError(f"<{root.tag}>")
    except (ElementTree.ParseError, ValueError) as error:
        return None, [problem("logo_svg", found=f"{name}: {error}")]
    removed = sorted(set(_clean(root)))
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    logo = Logo(ElementTree.tostring(root, encoding="utf-8"), ".svg")
    try:
        logo.files()
    except Exception as error:  # noqa: BLE001 - the library of Typst raises its own kinds of errors
        return None, [problem("logo_svg", found=f"{name}: {str(error)[:120]}")]
    found = ", ".join(removed[:8])
    return logo, [problem("logo_cleaned", "warning", found=found)] if removed else []


def _clean(element: ElementTree.Element) -> list[str]:
    """Remove from an element everything that is no shape; what was removed."""
    removed = []
    for name, value in list(element.attrib.items()):
        is_place = name in ("href", _HREF) and re.fullmatch(r"#[\w.-]+", value)
        is_drawing = _ATTRIBUTES.fullmatch(name) and not _UNSAFE_VALUE.search(_OWN_PLACE.sub("", value))
        if not is_place and not is_drawing:
            del element.attrib[name]
            # What drawing programs note for themselves is no loss.
            if not name.startswith("{") or name == _HREF:
                removed.append(name.rpartition("}")[2])
    for child in list(element):
        name = str(child.tag).removeprefix(f"{{{_SVG}}}")
        is_unsafe_style = name == "style" and _UNSAFE_VALUE.search(_OWN_PLACE.sub("", child.text or ""))
        if not isinstance(child.tag, str) or not _SHAPES.fullmatch(name) or is_unsafe_style:
            element.remove(child)
            removed += [name] if not name.startswith("{") else []
        else:
            removed += _clean(child)
    return removed


def _draw(svg: bytes) -> bytes:
    """An SVG as PNG, drawn by Typst with our fonts only."""
    import tempfile

    import typst

    from analysis import fonts

    with tempfile.TemporaryDirectory(prefix="logo-") as name:
        folder = Path(name)
        (folder / "logo.svg").write_bytes(svg)
        page = f'#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image("logo.svg", width: {WIDTH}pt)'
        (folder / "page.typ").write_text(page, encoding="utf-8")
        compiler = typst.Compiler(
            input=str(folder / "page.typ"),
            root=str(folder),
            font_paths=[str(fonts.link_fonts(folder / "fonts"))],
            ignore_system_fonts=True,
        )
        drawn = compiler.compile(format="png", ppi=288)
    return drawn if isinstance(drawn, bytes) else b"".join(drawn or [])
