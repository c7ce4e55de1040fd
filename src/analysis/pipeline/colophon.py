"""The report's last chapter: what it was made from, and the one command that makes it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.messages import Catalogue, catalogue
from analysis.outputs import METADATA_KEY
from analysis.pipeline.manifest import Manifest

# As many digits as tell two files apart at a glance; the manifest holds them all.
SHORT_HASH = 12


def rebuild_command(manifest: Manifest) -> str:
    """The command that makes the same report again from the same commit."""
    given = manifest.parameters
    parts = [f"PLAN={_word(str(given['plan']))}", f"YEAR={given['year']}", f"LANGUAGE={given['language']}"]
    if given.get("compare"):
        parts.append(f"COMPARE={_word(str(given['compare']))}")
    return " ".join(["make report", *parts])


def colophon(manifest: Manifest, language: str) -> list[dict[str, Any]]:
    """The chapter's outputs, each with the metadata that merging expects.

    Durations and the clock are left out, so that two equal runs give equal pages.

    Parameters
    ----------
    manifest : Manifest
    language : {"zh", "en"}

    Returns
    -------
    list of dict
        ``display_data`` outputs of a notebook.
    """
    words = catalogue(language)
    return [
        text_output(_opening(manifest, words)),
        text_output(
            f"## {words.text('pipeline.colophon.inputs_title')}\n\n{words.text('pipeline.colophon.inputs_intro')}"
        ),
        _table(_input_rows(manifest, words), _header("inputs", words), "tbl-colophon-inputs", words),
        text_output(_heading("versions", words)),
        _table(_version_rows(manifest), _header("versions", words), "tbl-colophon-versions", words),
    ]


def colophon_notebook(manifest: Manifest, language: str) -> Any:
    """The chapter as an executed notebook."""
    return notebook_of(colophon(manifest, language))


def notebook_of(outputs: Sequence[dict[str, Any]]) -> Any:
    """An executed notebook with one cell per output."""
    from nbformat import v4

    notebook = v4.new_notebook()
    for position, output in enumerate(outputs, 1):
        cell = v4.new_code_cell("", execution_count=position, outputs=[v4.new_output(**output)])
        cell["id"] = f"cell-{position}"
        notebook.cells.append(cell)
    return notebook


def _opening(manifest: Manifest, words: Catalogue) -> str:
    commit = manifest.commit
    if not commit.id:
        state = words.text("pipeline.colophon.commit_unknown")
    else:
        key = "commit_changed" if commit.is_changed else "commit"
        state = words.text(f"pipeline.colophon.{key}", commit=commit.id[:SHORT_HASH])
    lines = [
        f"# {words.text('pipeline.colophon.title')} {{#sec-colophon}}",
        words.text(
            "pipeline.colophon.parameters",
            plan=manifest.parameters["plan"],
            year=manifest.parameters["year"],
            language=words.text(f"pipeline.colophon.language.{manifest.parameters['language']}"),
        ),
        words.text("pipeline.colophon.renderer", renderer=manifest.renderer) + state,
        words.text("pipeline.colophon.command"),
        f"```\n{rebuild_command(manifest)}\n```",
    ]
    return "\n\n".join(lines)


def _input_rows(manifest: Manifest, words: Catalogue) -> list[tuple[str, str]]:
    # In a file's name, a backtick would end the code that it is printed as, two braces begin a command of Quarto.
    named = {name.replace("`", "\u2032").replace("{{", "{ {"): value for name, value in manifest.plan_files.items()}
    rows = [(f"`{name}`", value) for name, value in named.items()]
    rows += [(f"`notebooks/{name}`", value) for name, value in manifest.notebooks.items()]
    rows.append((words.text("pipeline.colophon.package"), manifest.package))
    rows.append((words.text("pipeline.colophon.templates"), manifest.templates))
    return [(name, f"`{value[:SHORT_HASH]}`") for name, value in rows]


def _version_rows(manifest: Manifest) -> list[tuple[str, str]]:
    return list(manifest.versions.items())


def _heading(name: str, words: Catalogue) -> str:
    return f"## {words.text(f'pipeline.colophon.{name}_title')}"


def _header(name: str, words: Catalogue) -> tuple[str, str]:
    return words.text(f"pipeline.colophon.{name}_first"), words.text(f"pipeline.colophon.{name}_second")


def text_output(markdown: str) -> dict[str, Any]:
    """A text of the report as the output of a cell."""
    return _output(markdown, {"kind": "text"})


def _table(rows: Sequence[tuple[str, str]], header: tuple[str, str], label: str, words: Catalogue) -> dict[str, Any]:
    # The dashes give the columns' relative widths.
    lines = [_row(header), f"|{'-' * 64}|{'-' * 36}|", *(_row(row) for row in rows)]
    caption = words.text(f"pipeline.colophon.caption.{label.removeprefix('tbl-colophon-')}")
    return _output("\n".join(lines), {"kind": "table", "label": label, "caption": caption})


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _output(markdown: str, about: Mapping[str, str]) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": {"text/markdown": markdown},
        "metadata": {METADATA_KEY: dict(about)},
    }


def _word(value: str) -> str:
    return value if value.replace("-", "").replace("_", "").isalnum() else f"'{value}'"
