"""Whether this machine can make a report, and what to do if not."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.messages import Catalogue, catalogue
from analysis.pipeline.manifest import installed_versions
from analysis.pipeline.quarto_program import install_command
from analysis.project import output_folder, processed_folder, root
from analysis.rendering import find_quarto

LOWEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One line of the examination."""

    is_well: bool
    text: str

    @property
    def line(self) -> str:
        """The finding with its mark."""
        return f"{'✓' if self.is_well else '✗'} {self.text}"


def examine(language: str = "zh") -> list[Finding]:
    """Look at versions, fonts, Quarto, folders and the kernel.

    Quarto may be missing: the embedded renderer takes its place.
    """
    words = catalogue(language)
    findings = [_python(words), *_packages(words), _fonts(words), _quarto(words)]
    findings += [_folder(folder, words) for folder in (processed_folder(), output_folder(), root() / ".cache")]
    return [*findings, _kernel(words)]


def _python(words: Catalogue) -> Finding:
    is_well = sys.version_info >= LOWEST_PYTHON
    key = "python" if is_well else "python_old"
    lowest = ".".join(str(part) for part in LOWEST_PYTHON)
    return Finding(is_well, words.text(f"cli.doctor.{key}", version=platform.python_version(), lowest=lowest))


def _packages(words: Catalogue) -> Iterator[Finding]:
    versions = installed_versions()
    listed = ", ".join(f"{name} {value}" for name, value in versions.items() if name != "python")
    yield Finding(True, words.text("cli.doctor.packages", packages=listed))


def _fonts(words: Catalogue) -> Finding:
    from analysis.fonts import sans_font, serif_font

    try:
        names = f"{sans_font().name}, {serif_font().name}"
    except AnalysisError as error:
        return Finding(False, str(error))
    return Finding(True, words.text("cli.doctor.fonts", fonts=names))


def _quarto(words: Catalogue) -> Finding:
    found = find_quarto()
    if found:
        return Finding(True, words.text("cli.doctor.quarto", path=found))
    return Finding(True, words.text("cli.doctor.no_quarto", command=install_command()))


def _folder(folder: Path, words: Catalogue) -> Finding:
    existing = next(part for part in (folder, *folder.parents) if part.exists())
    is_well = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    key = "folder" if is_well else "folder_closed"
    return Finding(is_well, words.text(f"cli.doctor.{key}", path=folder))


def _kernel(words: Catalogue) -> Finding:
    from nbformat import v4, write

    from analysis.pipeline.papermill_runner import run_notebook

    cell = v4.new_code_cell('language: str = "zh"', metadata={"tags": ["parameters"]})
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "kernel.ipynb"
        write(v4.new_notebook(cells=[cell]), source)
        try:
            run_notebook(source, Path(name) / "out.ipynb", {"language": words.language}, words.language)
        except AnalysisError as error:
            return Finding(False, words.text("cli.doctor.kernel_dead", reason=error))
    return Finding(True, words.text("cli.doctor.kernel"))
