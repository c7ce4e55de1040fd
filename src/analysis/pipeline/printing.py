"""The last step of a report: chapters and colophon become one notebook, typeset files and tables for other uses."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import rendering
from analysis.editing import PREFACE, preface, read_cover
from analysis.edition import Edition
from analysis.formats import FORMATS
from analysis.messages import catalogue
from analysis.pipeline.files import write_text, writing
from analysis.pipeline.keys import Keys
from analysis.pipeline.light_imports import GRAMMAR, without
from analysis.pipeline.manifest import Manifest
from analysis.pipeline.reuse import Key, content_of, copy_files
from analysis.rendering import FrontMatter, merge, write_report
from analysis.rendering.files import write_atomically
from analysis.rendering.pictures import folder_of

if TYPE_CHECKING:
    import pandas as pd

STEP = "report"
COLOPHON = "colophon"
DEMONSTRATION_STATUS = "synthetic"
TABLES = ("observations", "measures", "trends", "assessment", "quality")

# Folders of the step's result: what belongs beside the tables, and what belongs into the folder of the report.
TABLES_SIDE, PRINTED, DATA = "tables", "printed", "data"


def notebooks_name(language: str) -> str:
    """Folder of the executed notebooks: ``notebooks``, or ``notebooks-en`` for English ones."""
    return "notebooks" + suffix(language)


def suffix(language: str) -> str:
    """What names of files in another language than Chinese end in."""
    return "" if language == "zh" else f"-{language}"


def report_stem(is_demonstration: bool, language: str) -> str:
    """Name of the report's files: ``report[-demo][-en]``."""
    return "report" + ("-demo" if is_demonstration else "") + suffix(language)


def uses_demonstration_data(delivered: pd.DataFrame) -> bool:
    """Whether any value or entry in use is made up for demonstration (示例数据)."""
    return bool((delivered["status"] == DEMONSTRATION_STATUS).any())


def report_key(keys: Keys, manifest: Manifest, chapters: Sequence[Path], tables: Path) -> Key:
    """What the printed report depends on.

    Parameters
    ----------
    keys : Keys
    manifest : Manifest
        Its content stands in the colophon.
    chapters : sequence of Path
        The executed notebooks, in the order of reading.
    tables : Path
        Folder of the tables, which are published with the report.
    """
    settings = {**manifest.parameters, "renderer version": manifest.renderer, "templates": manifest.templates}
    settings |= {
        "commit": [manifest.commit.id, manifest.commit.is_changed],
        "chapters": [path.stem for path in chapters],
    }
    return {
        "raw": manifest.plan_files,
        "tables": content_of(tables, sorted(tables.glob("*.parquet"))),
        "notebook": manifest.notebooks,
        "chapters": {path.stem: value for path, value in zip(chapters, _hashes(chapters), strict=True)},
        "report": {name: json.dumps(value, ensure_ascii=False) for name, value in settings.items()},
        "code": keys.code.digests([__name__]) | {"package": manifest.package},
        "versions": manifest.versions,
    }


def _hashes(paths: Sequence[Path]) -> list[str]:
    return [next(iter(content_of(path.parent, [path]).values())) for path in paths]


def print_report(
    edition: Edition, manifest: Manifest, chapters: Sequence[Path], formats: Sequence[str], renderer: str, made: Path
) -> str:
    """Merge the chapters, typeset them, and write the tables for other uses.

    Parameters
    ----------
    edition : Edition
    manifest : Manifest
    chapters : sequence of Path
    formats : sequence of {"html", "pdf", "docx"}
    renderer : {"auto", "quarto", "embedded"}
    made : Path
        An empty folder for everything that is made.

    Returns
    -------
    str
        A line for the log, if any.
    """
    with without(GRAMMAR):
        import nbformat

    from analysis.pipeline.colophon import colophon_notebook, notebook_of, text_output
    from analysis.pipeline.data_files import attachments, publish_data
    from analysis.sources.rows import LEDGERS

    language = edition.language
    last = made / TABLES_SIDE / notebooks_name(language) / f"{COLOPHON}.ipynb"
    write_text(last, nbformat.writes(colophon_notebook(manifest, language)) + "\n", language)
    # Every table that holds what was delivered.
    delivered = [name for name in ("observations", *LEDGERS) if (edition.folder / f"{name}.parquet").is_file()]
    is_demonstration = any(uses_demonstration_data(edition.read(name)) for name in delivered)
    report = made / TABLES_SIDE / f"report{suffix(language)}.ipynb"
    first = last.with_name(f"{PREFACE}.ipynb")
    opening = preface(edition)
    if opening:
        write_text(first, nbformat.writes(notebook_of([text_output(opening)])) + "\n", language)
    printed = made / PRINTED
    printed.mkdir()
    with writing(made, language):
        read = [*([first] if opening else []), *chapters, last]
        write_report(merge(read, cover_of(edition, is_demonstration, report)), report)
        files = attachments(edition.folder, language)
        stem = report_stem(is_demonstration, language)
        notice = rendering.render(report, printed, stem, formats, renderer, language, files).notice
        publish_data(edition.folder, made / DATA, TABLES)
    return notice


def cover_of(edition: Edition, is_demonstration: bool, report: Path) -> FrontMatter:
    """The words of the cover as the plan wants them; its logo is put beside the report."""
    cover, _ = read_cover(edition.plan_folder)
    folder = folder_of(report)
    for name, content in (cover.logo.files() if cover.logo else {}).items():
        write_atomically(report.parent / folder / name, content)
    return cover.on(front_matter(edition, is_demonstration), folder)


def front_matter(edition: Edition, is_demonstration: bool) -> FrontMatter:
    """The words of the cover."""
    words = catalogue(edition.language)
    plan = edition.plan
    return FrontMatter(
        title=words.text("pipeline.front.title", plan=plan.short_title.get(edition.language)),
        subtitle=words.text("pipeline.front.subtitle", plan=plan.title.get(edition.language)),
        language=edition.language,
        data_cutoff=words.text("pipeline.front.data_cutoff", year=edition.year),
        edition=words.text("pipeline.front.edition", year=edition.year),
        demonstration=is_demonstration,
    )


def publish(printed: Path, tables: Path, target: Path, language: str) -> None:
    """Put the typeset files and the tables in place; older files of the same report are out of date."""
    new = {path.name for path in printed.iterdir()}
    for is_demonstration in (True, False):
        for format in FORMATS:
            name = f"{report_stem(is_demonstration, language)}.{format}"
            if name not in new:
                (target / name).unlink(missing_ok=True)
    _copy_at_once(printed, target)
    data = {path.name for path in tables.iterdir()}
    for path in (target / DATA).glob("*"):
        if path.name not in data and path.is_file():
            path.unlink()
    _copy_at_once(tables, target / DATA)


def _copy_at_once(source: Path, target: Path) -> None:
    """Copy files so that each is the old or the new one, never half of it."""
    target.mkdir(parents=True, exist_ok=True)
    for path in (path for path in source.iterdir() if path.is_file()):
        # Another run may be at the same place.
        beside = target / f".{path.name}.{os.getpid()}.new"
        shutil.copyfile(path, beside)
        beside.replace(target / path.name)


def put_beside_tables(made: Path, tables: Path) -> None:
    """Put the merged notebook and the colophon beside the tables."""
    copy_files(made / TABLES_SIDE, tables)
