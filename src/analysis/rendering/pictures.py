"""Pictures within tables: a notebook holds them itself, the merged report has them as files beside it.

Every typesetter takes a file with a relative path; only some take an address that holds the picture. Word gets a PNG of
each, and of each figure, because it would need another program for the SVG.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.rasters import to_png
from analysis.rendering.files import write_atomically
from analysis.rendering.syntax import Change, Node

if TYPE_CHECKING:
    import nbformat

FOLDER = "pictures"
# Small pictures need finer dots than large ones.
PNG_DOTS_PER_INCH = 300

_HELD = re.compile(r"(?<!\\)\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)")
_NAMED = re.compile(rf"\]\(({FOLDER}[\w-]*/[0-9a-f]+)\.(?:svg|png)\)")
_WIDTH = re.compile(r'<svg[^>]*\swidth="([\d.]+pt)"')


def folder_of(report: Path) -> str:
    """Name of the folder of a report's pictures, beside it: ``pictures`` for ``report.ipynb``."""
    return FOLDER + report.stem.removeprefix("report")


def put_beside(report: nbformat.NotebookNode, path: Path) -> nbformat.NotebookNode:
    """Write the pictures that a report's texts hold as files, and name these instead.

    Parameters
    ----------
    report : NotebookNode
        Left as it is.
    path : Path
        Where the report will be written.

    Returns
    -------
    NotebookNode
    """
    found: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        svg = base64.b64decode(match[1]).decode("utf-8")
        name = hashlib.sha256(svg.encode("utf-8")).hexdigest()[:12]
        found[name] = svg
        width = _WIDTH.search(svg)
        size = f"{{width={width[1]}}}" if width else ""
        return f"]({folder_of(path)}/{name}.svg){size}"

    changed = with_texts(report, lambda text: _HELD.sub(named, text))
    for name, png in zip(found, to_png(list(found.values()), PNG_DOTS_PER_INCH), strict=True):
        folder = path.parent / folder_of(path)
        write_atomically(folder / f"{name}.svg", found[name].encode("utf-8"))
        write_atomically(folder / f"{name}.png", png)
    return changed


def with_png(report: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The report with the PNG of each picture in the place of its SVG."""
    return with_texts(report, lambda text: _NAMED.sub(r"](\1.png)", text))


def with_texts(report: nbformat.NotebookNode, change: Callable[[str], str]) -> nbformat.NotebookNode:
    """A copy of a notebook with its texts and tables changed."""
    changed: nbformat.NotebookNode = copy.deepcopy(report)
    for cell in changed.cells:
        if cell["cell_type"] == "markdown":
            cell["source"] = change(cell["source"])
        for output in cell.get("outputs", []):
            if "text/markdown" in output.get("data", {}):
                output["data"]["text/markdown"] = change(output["data"]["text/markdown"])
    return changed


def names_in(texts: Iterable[str]) -> list[str]:
    """The pictures that texts name, without their ending, each once."""
    return list(dict.fromkeys(match[1] for text in texts for match in _NAMED.finditer(text)))


def read_pictures(names: Iterable[str], folder: Path) -> dict[str, bytes]:
    """The files of pictures by their path from the report: of each the SVG and the PNG.

    Raises
    ------
    FileNotFoundError
    """
    files = [f"{name}.{suffix}" for name in names for suffix in ("svg", "png")]
    return {file: (folder / file).read_bytes() for file in files}


def write_pictures(pictures: Mapping[str, bytes], folder: Path) -> None:
    """Write pictures where a document names them."""
    for name, content in pictures.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def for_word(pictures: Mapping[str, bytes]) -> Change:
    """How the PNG of each picture takes the place of its SVG."""

    def change(node: Node) -> list[Node] | None:
        if node["t"] != "Image" or node["c"][2][0] not in pictures:
            return None
        attr, alternative, (source, title) = node["c"]
        return [{"t": "Image", "c": [attr, alternative, [source.removesuffix(".svg") + ".png", title]]}]

    return change
