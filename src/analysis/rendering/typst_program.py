"""Typst, run as a program: what it keeps in memory of one document would stay there for all the next.

Called as ``python -P typst_program.py <source> <folder of fonts> <PDF>``: it imports nothing of this package, and what
lies beside it is not to be taken for a library. Problems are printed, one per line: warnings with a status of 0, errors
with 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typst


def compile_pdf(source: Path, font_folder: Path, target: Path) -> tuple[int, list[str]]:
    """Typeset a source with the fonts of a folder and no other.

    Parameters
    ----------
    source : Path
        What it includes lies beside it.
    font_folder : Path
    target : Path
        The PDF.

    Returns
    -------
    tuple of int and list of str
        0 and warnings, or 1 and why there is no PDF.
    """
    try:
        compiler = typst.Compiler(
            input=str(source), root=str(source.parent), font_paths=[str(font_folder)], ignore_system_fonts=True
        )
        content, warnings = compiler.compile_with_warnings(format="pdf", timestamp=0)
    except typst.TypstError as error:
        return 1, [_text(error)]
    # One document gives one PDF; a list would be the pages of a picture format.
    target.write_bytes(content if isinstance(content, bytes) else b"")
    return 0, [_text(warning) for warning in warnings]


def _text(problem: object) -> str:
    return " ".join(str(getattr(problem, "diagnostic", "") or problem).split())


if __name__ == "__main__":
    status, problems = compile_pdf(*map(Path, sys.argv[1:]))
    sys.stdout.buffer.write("\n".join(problems).encode())
    sys.exit(status)
