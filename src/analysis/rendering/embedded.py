"""The embedded renderer: Pandoc for HTML and Word, Pandoc and Typst for PDF, all from their wheels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.messages import Catalogue, catalogue
from analysis.rendering import pandoc, pdf, web, word
from analysis.rendering.cells import Report
from analysis.rendering.document import read_document
from analysis.wording import unescape

_WRITERS = {"html": web.write_html, "pdf": pdf.write_pdf, "docx": word.write_docx}


def name(words: Catalogue) -> str:
    """Name and versions of this renderer."""
    return words.text("rendering.renderer.embedded", pandoc=pandoc.version(), typst=pdf.version())


class Embedded:
    """One report, ready to be typeset in any format.

    Parameters
    ----------
    report : Report
    sources : Path
        The Quarto project with templates, style sheets and script.
    folder : Path
        Working folder; each format gets its own below it.
    words : Catalogue
        Language of messages; fixed words in the report follow the report's own language.
    """

    def __init__(self, report: Report, sources: Path, folder: Path, words: Catalogue) -> None:
        self.printed = catalogue(report.language)
        self.document = read_document(report, sources, words)
        self.meta = {key: metadata_value(value) for key, value in report.metadata.items()}
        self.sources = sources
        self.folder = folder
        self.words = words

    def make(self, wanted: str) -> Path:
        """Typeset one format and return the file."""
        folder = self.folder / wanted
        folder.mkdir(parents=True)
        path = self.folder / f"report.{wanted}"
        _WRITERS[wanted](self.document, self.meta, self.sources, folder, path, self.printed)
        return path


def metadata_value(value: Any) -> dict[str, Any]:
    """A YAML value as Pandoc metadata; a text that is escaped as Markdown becomes itself, and holds no markup."""
    if isinstance(value, dict):
        return {"t": "MetaMap", "c": {key: metadata_value(part) for key, part in value.items()}}
    if isinstance(value, bool):
        return {"t": "MetaBool", "c": value}
    text = unescape(str(value))
    inlines = [{"t": "Str", "c": text}] if text else []
    return {"t": "MetaInlines", "c": inlines}
