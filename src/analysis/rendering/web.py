"""HTML with the embedded renderer: one file that needs no network, no other file and no JavaScript."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from analysis.messages import Catalogue
from analysis.rendering import pandoc
from analysis.rendering.attachments import downloads
from analysis.rendering.cells import Report
from analysis.rendering.document import Document
from analysis.rendering.failures import failure
from analysis.rendering.floats import file_address, picture_address, picture_file, svg_address
from analysis.rendering.web_font import font_style

_SCRIPT_WORDS = "web.script."
# Where the template wants the files inside the page.
DOWNLOADS = "<!--downloads-->"


def write_html(
    document: Document,
    meta: dict[str, Any],
    project: Path,
    folder: Path,
    path: Path,
    words: Catalogue,
) -> None:
    """Typeset the report as one self-contained page.

    Parameters
    ----------
    document : Document
    meta : dict
        Pandoc metadata.
    project : Path
        The Quarto project with style sheets and script.
    folder : Path
        Empty working folder.
    path : Path
        The page.
    words : Catalogue

    Raises
    ------
    RenderingError
        If Pandoc fails or warns, or the page would request anything.
    """
    tree = {**document.shaped("html", words), "meta": meta}
    includes = folder / "includes"
    includes.mkdir()
    style = "\n".join((project / name).read_text(encoding="utf-8") for name in ("embedded.css", "report.css"))
    (includes / "style.html").write_text(f"<style>\n{style}\n</style>", encoding="utf-8")
    (includes / "script.html").write_text(script_element(project, words), encoding="utf-8")
    options = [
        "--standalone",
        f"--template={project / 'embedded.html'}",
        f"--lua-filter={project / 'report.lua'}",
        "--number-sections",
        "--section-divs",
        "--toc",
        "--toc-depth=3",
        "--mathml",
        "--wrap=none",
        f"--include-in-header={includes / 'style.html'}",
        f"--include-after-body={includes / 'script.html'}",
    ]
    page = pandoc.write(tree, "html5", options, folder, words).decode("utf-8")
    files = downloads(document.report.attachments, words)
    page = page.replace("</head>", f"{font_style([page, files], document.report.language)}\n</head>", 1)
    page = with_pictures(page, document.report)
    # Long addresses are put in after Pandoc, which is slow with them.
    page = page.replace(DOWNLOADS, files, 1)
    check_page(page, path.name, words)
    path.write_text(page, encoding="utf-8", newline="\n")


def script_element(project: Path, words: Catalogue) -> str:
    """The script with its words in the report's language."""
    texts = {
        name.removeprefix(_SCRIPT_WORDS): words.texts[name]
        for name in sorted(words.keys())
        if name.startswith(_SCRIPT_WORDS)
    }
    constant = json.dumps(texts, ensure_ascii=False, indent=1).replace("</", r"<\/")
    script = (project / "script.js").read_text(encoding="utf-8")
    return f"<script>\nconst reportWords = {constant};\n{script}\n</script>\n"


def with_pictures(page: str, report: Report) -> str:
    """Put each figure in the place of its file's name."""
    addresses = {picture_file(cell): picture_address(cell) for cell in report.floats.values() if cell.kind == "figure"}
    addresses |= {
        name: svg_address(content.decode("utf-8")) for name, content in report.pictures.items() if name.endswith(".svg")
    }

    if report.logo:
        addresses[report.logo] = file_address(report.logo, report.pictures[report.logo])

    def address(match: re.Match[str]) -> str:
        return f'src="{addresses.get(match[1], match[1])}"'

    return re.sub(r'(?<=<img )src="([^"]*)"', address, page)


class _Requests(HTMLParser):
    """Collects what a page would load from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_request = name in ("src", "srcset", "data", "poster") or (name == "href" and tag != "a")
            if is_request and value and not value.startswith(("data:", "#")):
                self.found.append(value)


def check_page(page: str, name: str, words: Catalogue) -> None:
    """Refuse a page that is cut off or that would load anything from elsewhere.

    Raises
    ------
    RenderingError
    """
    if "</html>" not in page[-200:]:
        raise failure(words, "empty_result", name)
    parser = _Requests()
    parser.feed(page)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL)
    loaded = [url for style in styles for url in re.findall(r"url\(\s*[\"']?(?!data:|#)([^\"')]+)", style)]
    imported = [rule for style in styles for rule in re.findall(r"@import\s+([^;]+)", style)]
    requests = [*parser.found, *loaded, *imported]
    if requests:
        raise failure(words, "external_request", name, found=", ".join(sorted(set(requests))[:5]))
