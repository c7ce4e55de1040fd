"""The merged report, read for typesetting: front matter, texts, figures and tables with their cell options."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from analysis.messages import Catalogue
from analysis.outputs import noted
from analysis.rendering.attachments import Attachment
from analysis.rendering.failures import failure
from analysis.rendering.merge import CONTENT, PREFIX, read_notebook
from analysis.rendering.pictures import names_in, read_pictures
from analysis.wording import unescape
from analysis.yaml_text import parse_yaml

OPTIONS = ("label", "fig-cap", "tbl-cap", "fig-alt", "echo")
TAG_REMOVE = "remove-cell"


@dataclass(frozen=True)
class ReportCell:
    """One cell of the report.

    Parameters
    ----------
    place : str
        Notebook and cell that it came from, for messages.
    kind : {"text", "figure", "table"}
    markdown : str
        The text or the table; empty for figures.
    label, caption, alt : str
        Empty for texts.
    svg : str
    png : bytes
        A figure has at least one of the two.
    """

    place: str
    kind: str
    markdown: str = ""
    label: str = ""
    caption: str = ""
    alt: str = ""
    svg: str = ""
    png: bytes = b""

    def printed(self) -> str:
        """All characters that this cell prints, without its pictures."""
        return f"{self.markdown}\n{self.caption}\n{self.alt}"


@dataclass(frozen=True)
class Report:
    """The merged report.

    Parameters
    ----------
    metadata : dict
        The front matter.
    cells : tuple of ReportCell
    attachments : tuple of Attachment
        Files to be saved from the web page.
    pictures : dict of str to bytes
        Pictures within tables, SVG and PNG, by their path from the report.
    """

    metadata: dict[str, Any]
    cells: tuple[ReportCell, ...] = field(default_factory=tuple)
    attachments: tuple[Attachment, ...] = ()
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def logo(self) -> str:
        """Path of the cover's logo from the report; empty without one."""
        return unescape(str(self.metadata.get("cover-logo", "")))

    @property
    def language(self) -> str:
        """Language of the report."""
        return str(self.metadata["lang"])

    @cached_property
    def floats(self) -> dict[str, ReportCell]:
        """Figures and tables by label."""
        return {cell.label: cell for cell in self.cells if cell.label}

    def place_of(self, needle: str) -> str:
        """The cell whose text first contains something, for messages; the report itself if none does."""
        return next((cell.place for cell in self.cells if needle in cell.printed()), "report.ipynb")


def read_report(path: Path, words: Catalogue) -> Report:
    """Read ``report.ipynb``.

    Parameters
    ----------
    path : Path
    words : Catalogue
        Language of the messages.

    Returns
    -------
    Report

    Raises
    ------
    RenderingError
        If the front matter is missing, an error is stored, a label is used twice, or a cell uses an option, tag or
        output that the embedded renderer does not support.
    """
    cells = read_notebook(path, words).cells
    metadata = _front_matter(cells[0] if cells else None, path, words)
    read = []
    places: dict[str, str] = {}
    for number, cell in enumerate(cells[1:], start=2):
        origin = noted(cell) or {}
        place = words.text(
            "rendering.cell", notebook=origin.get("notebook", path.name), cell=origin.get("cell", number)
        )
        entry = _cell(cell, place, words)
        if entry is None:
            continue
        if entry.label and entry.label in places:
            raise failure(words, "duplicate_label", place, found=entry.label, first=places[entry.label])
        places[entry.label] = place
        read.append(entry)
    report = Report(metadata, tuple(read))
    return replace(report, pictures=_pictures(report, path, words))


def _pictures(report: Report, path: Path, words: Catalogue) -> dict[str, bytes]:
    names = names_in(cell.markdown for cell in report.cells)
    # Of a drawn logo there is a PNG for Word.
    logo = {report.logo, report.logo.replace(".svg", ".png")} - {""}
    try:
        return read_pictures(names, path.parent) | {name: (path.parent / name).read_bytes() for name in sorted(logo)}
    except OSError as error:
        raise failure(words, "missing_picture", path.name, found=str(error.filename)) from error


def _front_matter(cell: Any, path: Path, words: Catalogue) -> dict[str, Any]:
    source = cell["source"] if cell is not None and cell["cell_type"] == "raw" else ""
    match = re.fullmatch(r"---\n(.*?)\n(---|\.\.\.)\s*", source, re.DOTALL)
    try:
        metadata = parse_yaml(match.group(1)) if match else None
    except yaml.YAMLError:
        metadata = None
    if not isinstance(metadata, dict) or not {"title", "lang"} <= metadata.keys():
        raise failure(words, "no_front_matter", path.name)
    return metadata


def _cell(cell: Any, place: str, words: Catalogue) -> ReportCell | None:
    for tag in cell.get("metadata", {}).get("tags", []):
        if tag == TAG_REMOVE:
            return None
        raise failure(words, "unsupported_tag", place, found=tag)
    if cell["cell_type"] == "markdown":
        return ReportCell(place, "text", cell["source"])
    if cell["cell_type"] != "code":
        raise failure(words, "unsupported_cell", place, found=cell["cell_type"])
    return _float(cell, place, words)


def _float(cell: Any, place: str, words: Catalogue) -> ReportCell:
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            error = f"{output.get('ename', '')}: {output.get('evalue', '')}"
            raise failure(words, "stored_error", place, error=error)
    options = _options(cell["source"], place, words)
    label = str(options.get("label", ""))
    kind = next((name for name, prefix in PREFIX.items() if label.startswith(prefix)), "")
    if len(cell["outputs"]) != 1 or not label:
        raise failure(words, "unsupported_cell", place, found=label or cell["source"][:40])
    caption = str(options.get(f"{PREFIX.get(kind, '')}cap", ""))
    if not kind:
        raise failure(words, "wrong_label", place, found=label, prefix=" / ".join(PREFIX.values()))
    if not caption:
        raise failure(words, "missing_caption", place, found=label)
    data = cell["outputs"][0].get("data", {})
    if not any(mime in data for mime in CONTENT[kind]):
        raise failure(words, "missing_content", place, found=label, wanted=", ".join(CONTENT[kind]))
    return ReportCell(
        place,
        kind,
        markdown=data.get("text/markdown", "") if kind == "table" else "",
        label=label,
        caption=caption,
        alt=str(options.get("fig-alt", "")),
        svg=data.get("image/svg+xml", ""),
        png=base64.b64decode(data.get("image/png", "")),
    )


def _options(source: str, place: str, words: Catalogue) -> dict[str, Any]:
    lines = source.splitlines()
    marked = [line[3:] for line in lines if line.startswith("#| ")]
    try:
        options = parse_yaml("\n".join(marked)) or {}
    except yaml.YAMLError:
        options = {" ".join(marked): ""}
    for option in options:
        if option not in OPTIONS:
            raise failure(words, "unsupported_option", place, found=option, allowed=", ".join(OPTIONS))
    has_code = any(line.strip() for line in lines if not line.startswith("#| "))
    if options.get("echo") is not False and (has_code or "echo" in options):
        raise failure(words, "visible_code", place)
    return options
