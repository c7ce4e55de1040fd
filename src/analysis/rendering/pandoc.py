"""The Pandoc program of the ``pypandoc-binary`` wheel, called as a process."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analysis.messages import Catalogue
from analysis.rendering.failures import failure


def program() -> str:
    """Path of the Pandoc program that came with the wheel."""
    import pypandoc

    bundled = Path(pypandoc.__file__).parent / "files"
    # The wheel's own program first: a machine's Pandoc may be of any age.
    found = next((path for path in (bundled / "pandoc", bundled / "pandoc.exe") if path.is_file()), None)
    return str(found) if found else str(pypandoc.get_pandoc_path())


# The same report gives the same bytes: files carry this moment (the first that a ZIP can hold).
FIXED_TIME = "315532800"


@cache
def version() -> str:
    """Version of that Pandoc, for instance ``3.9``."""
    first = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True, encoding="utf-8")
    return first.stdout.split()[1]


def read_markdown(markdown: str, words: Catalogue, options: Sequence[str] = ()) -> dict[str, Any]:
    """Parse Markdown to Pandoc's document tree.

    ``--columns=1`` makes the dash counts of every pipe table its relative column widths.
    """
    return read(markdown, "markdown", words, options)


def read(text: str, form: str, words: Catalogue, options: Sequence[str] = ()) -> dict[str, Any]:
    """Parse a text in one of Pandoc's formats to its document tree.

    Parameters
    ----------
    text : str
    form : str
        Pandoc's name of the format, with the extensions that are wanted or not.
    words : Catalogue
        Language of messages.
    options : sequence of str
        Of Pandoc, for instance a filter.
    """
    command = [f"--from={form}", "--to=json", "--columns=1", *options]
    return dict(json.loads(_run(command, text.encode("utf-8"), words)))


def write(document: dict[str, Any], target: str, options: Sequence[str], folder: Path, words: Catalogue) -> bytes:
    """Write a document tree in another format.

    Parameters
    ----------
    document : dict
        Pandoc's document tree.
    target : str
        Pandoc's name of the format.
    options : sequence of str
    folder : Path
        Where pictures with relative paths lie.
    words : Catalogue
        Language of messages.

    Raises
    ------
    RenderingError
        If Pandoc fails or warns.
    """
    content = json.dumps(document, ensure_ascii=False).encode("utf-8")
    return _run(["--from=json", f"--to={target}", *options], content, words, folder)


def _run(options: Sequence[str], content: bytes, words: Catalogue, folder: Path | None = None) -> bytes:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": FIXED_TIME}
    # Files, not pipes: a pipe is filled and emptied in small parts, and Python would be late for each while it shapes
    # the next format.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        given.write(content)
        given.seek(0)
        command = [program(), *options]
        done = subprocess.run(
            command, stdin=given, stdout=made, stderr=subprocess.PIPE, cwd=folder, check=False, env=environment
        )
        made.seek(0)
        result = made.read()
    messages = done.stderr.decode("utf-8", "replace").strip()
    warnings = [part for part in messages.split("[WARNING] ")[1:] if not _is_about_translations(part)]
    if done.returncode or warnings:
        raise failure(words, "pandoc_failed", "Pandoc", reason="; ".join(warnings) or messages)
    return result


def _is_about_translations(warning: str) -> bool:
    # Pandoc has words of its own for zh-Hans, not for zh; the report brings its own words.
    return "translation" in warning
