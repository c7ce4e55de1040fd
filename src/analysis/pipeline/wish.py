"""What a report is to be: what its maker may choose."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.formats import FORMATS


@dataclass(frozen=True)
class Wish:
    """What a report of a plan is to be.

    Parameters
    ----------
    year : int
        The edition year; 0 for the newest year with data.
    language : {"zh", "en"}
    formats : tuple of str
        Any of html, pdf, docx.
    renderer : {"auto", "quarto", "embedded"}
    jobs : int
        Notebooks to run side by side; 0 for as many as pay.
    compare : str
        The edition to compare with: a year, a folder of processed tables, or ``none``; empty for the year before, if it
        lies after the plan's base year and there are data.
    kernels : {"warm", "plain"}
        How notebooks get their kernels: forked from a process that has everything imported, or started one by one.
    is_fresh : bool
        Whether to make everything anew, whatever has been kept of earlier runs.
    """

    year: int = 0
    language: str = "zh"
    formats: tuple[str, ...] = FORMATS
    renderer: str = "auto"
    jobs: int = 0
    compare: str = ""
    kernels: str = "warm"
    is_fresh: bool = False
