"""What became of one report of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Order:
    """One report to be made.

    Parameters
    ----------
    plan_folder : Path
    plan : str
        The plan's id.
    language : {"zh", "en"}
    formats : tuple of str
        Any of html, pdf, docx.
    renderer : {"auto", "quarto", "embedded"}
    year : int
        The edition year; 0 for the newest year with data.
    compare : str
        The edition to compare with.
    jobs : int
        Notebooks to run side by side.
    kernels : {"warm", "plain"}
    is_fresh : bool
        Whether to make everything anew.
    """

    plan_folder: Path
    plan: str
    language: str = "zh"
    formats: tuple[str, ...] = ("html", "pdf", "docx")
    renderer: str = "auto"
    year: int = 0
    compare: str = ""
    jobs: int = 1
    kernels: str = "warm"
    is_fresh: bool = False


@dataclass(frozen=True)
class Outcome:
    """One report that was made, or why it was not.

    Parameters
    ----------
    plan : str
        The plan's id.
    seconds : float
        Wall time.
    year : int
        The edition; 0 if the report was not made.
    error : str
        Why it was not made; empty if it was.
    attempts : int
        How often it was begun: more than once where a process or a worker was lost.
    """

    plan: str
    seconds: float
    year: int = 0
    error: str = ""
    attempts: int = 1
