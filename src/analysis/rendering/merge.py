"""Executed chapter notebooks → one executed ``report.ipynb``, the single source of every renderer.

A chapter's displayed texts, figures and tables become cells of their own; code, plain results and printed lines
stay behind. Nothing is computed here, and the same chapters always give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

from analysis.messages import Catalogue, catalogue
from analysis.outputs import METADATA_KEY, noted, outputs_of
from analysis.rasters import add_png
from analysis.rendering.failures import failure
from analysis.rendering.files import write_atomically
from analysis.rendering.front_matter import FrontMatter
from analysis.rendering.pictures import put_beside, with_png

if TYPE_CHECKING:
    import nbformat

Kind = Literal["text", "figure", "table"]

# What a display must carry, and the label that Quarto needs to number it.
CONTENT: dict[str, tuple[str, ...]] = {
    "text": ("text/markdown",),
    "figure": ("image/svg+xml", "image/png"),
    "table": ("text/markdown",),
}
# Where a reader finds the notebooks in the repository.
NOTEBOOKS = "notebooks"
PREFIX = {"figure": "fig-", "table": "tbl-"}

_LABEL = re.compile(r"[a-z]+-[A-Za-z0-9][A-Za-z0-9_-]*")
_HEADING_LABEL = re.compile(r"^#{1,6}\s.*\{[^}]*#(?P<label>[\w.:-]+)[^}]*\}\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Item:
    """One displayed text, figure or table, with the place that it comes from."""

    kind: Kind
    notebook: str
    cell: int
    data: dict[str, Any]
    label: str = ""
    caption: str = ""
    alt: str = ""


def merge(chapters: Sequence[Path], front: FrontMatter) -> nbformat.NotebookNode:
    """Merge executed chapters behind the front matter.

    Parameters
    ----------
    chapters : sequence of Path
        Executed notebooks in the report's order.
    front : FrontMatter

    Returns
    -------
    NotebookNode
        A raw cell with the front matter, then one cell per text, figure and table.

    Raises
    ------
    RenderingError
        If a notebook stores an error, a label is used twice, or a figure or table lacks its label or caption.
    """
    import nbformat

    words = catalogue(front.language)
    if not chapters:
        raise failure(words, "no_chapters", "report.ipynb")
    items = [item for chapter in chapters for item in _items(chapter, words)]
    _check_labels(items, words)
    header = yaml.safe_dump(front.metadata(), allow_unicode=True, sort_keys=False, width=10_000)
    # Not made one by one with nbformat, which would check every cell three times: the whole is checked below.
    first = {"cell_type": "raw", "source": f"---\n{header}---\n", "metadata": {}}
    cells = [nbformat.from_dict(cell) for cell in (first, *map(_report_cell, items))]
    for position, cell in enumerate(cells):
        cell["id"] = _cell_id(position, cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    report: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return report


def write_report(report: nbformat.NotebookNode, path: Path) -> Path:
    """Write a merged report atomically, the same bytes for the same content.

    Its tables' pictures lie beside it, and every figure has a PNG beside its SVG.
    """
    complete = put_beside(report, path)
    add_png(outputs_of(complete.cells))
    text = json.dumps(complete, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    write_atomically(path, text.encode("utf-8"))
    return path


def png_only(report: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The variant for Word: figures carry their PNG only, because Quarto would take the SVG and fail on it."""
    variant = with_png(report)
    for output in outputs_of(variant.cells):
        if "image/png" in output.get("data", {}):
            output["data"].pop("image/svg+xml", None)
    return variant


def _items(chapter: Path, words: Catalogue) -> Iterator[Item]:
    notebook = read_notebook(chapter, words)
    made_by = (noted(notebook) or {}).get("notebook", chapter.name)
    for number, cell in enumerate(notebook.cells, start=1):
        place = words.text("rendering.cell", notebook=chapter.name, cell=number)
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                error = f"{output.get('ename', '')}: {output.get('evalue', '')}"
                raise failure(words, "stored_error", place, error=error)
            described = noted(output)
            if described is not None:
                item = _item(chapter.name, number, output, described, place, words)
                yield _signed(item, made_by, words) if item.kind == "figure" else item


def read_notebook(path: Path, words: Catalogue) -> nbformat.NotebookNode:
    """Read a notebook in the current format.

    Raises
    ------
    RenderingError
        If the file is missing or is not a notebook.
    """
    import nbformat

    try:
        notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        raise failure(words, "unreadable_notebook", path.name, reason=str(error)) from error
    return notebook


def _item(notebook: str, number: int, output: Any, described: dict[str, Any], place: str, words: Catalogue) -> Item:
    kind = described.get("kind", "")
    if kind not in CONTENT:
        raise failure(words, "unknown_output", place, found=kind)
    data = {mime: output["data"][mime] for mime in CONTENT[kind] if mime in output.get("data", {})}
    if not data:
        raise failure(words, "missing_content", place, found=kind, wanted=", ".join(CONTENT[kind]))
    label, caption, alt = (str(described.get(part) or "") for part in ("label", "caption", "alt"))
    if kind in PREFIX:
        if not label.startswith(PREFIX[kind]) or not _LABEL.fullmatch(label):
            raise failure(words, "wrong_label", place, found=label, prefix=PREFIX[kind])
        if not caption.strip():
            raise failure(words, "missing_caption", place, found=label)
        if kind == "figure" and not alt.strip():
            raise failure(words, "missing_alt", place, found=label)
    return Item(kind, notebook, number, data, label, " ".join(caption.split()), " ".join(alt.split()))


def _signed(item: Item, made_by: str, words: Catalogue) -> Item:
    """A figure whose caption names the notebook that made it."""
    bare = item.caption.rstrip("。. ")
    return replace(item, caption=words.text("rendering.made_by", caption=bare, notebook=f"{NOTEBOOKS}/{made_by}"))


def _check_labels(items: Sequence[Item], words: Catalogue) -> None:
    seen: dict[str, str] = {}
    for item in items:
        place = words.text("rendering.cell", notebook=item.notebook, cell=item.cell)
        for label in [item.label] if item.label else _HEADING_LABEL.findall(item.data["text/markdown"]):
            if label in seen:
                raise failure(words, "duplicate_label", place, found=label, first=seen[label])
            seen[label] = place


def _report_cell(item: Item) -> dict[str, Any]:
    origin = {METADATA_KEY: {"kind": item.kind, "notebook": item.notebook, "cell": item.cell}}
    if item.kind == "text":
        return {"cell_type": "markdown", "source": item.data["text/markdown"], "metadata": origin}
    lines = [f"#| label: {item.label}", f"#| {PREFIX[item.kind]}cap: {_quoted(item.caption)}"]
    if item.alt:
        lines.append(f"#| fig-alt: {_quoted(item.alt)}")
    lines.append("#| echo: false")
    output = {"output_type": "display_data", "data": item.data, "metadata": {}}
    shown = {"source": "\n".join(lines), "outputs": [output], "execution_count": None}
    return {"cell_type": "code", "metadata": origin, **shown}


def _quoted(text: str) -> str:
    # A JSON string is a YAML string too, whatever quotes and colons the text has.
    return json.dumps(text, ensure_ascii=False)


def _cell_id(position: int, cell: nbformat.NotebookNode) -> str:
    content = json.dumps({key: value for key, value in cell.items() if key != "id"}, sort_keys=True)
    return f"{position:04d}-{hashlib.sha256(content.encode('utf-8')).hexdigest()[:12]}"
