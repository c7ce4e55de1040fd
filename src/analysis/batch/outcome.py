"""What became of one report of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.pipeline.wish import Wish


@dataclass(frozen=True)
class Order:
    """One report to be made.

    Parameters
    ----------
    plan_folder : Path
    plan : str
        The plan's id.
    wish : Wish
    """

    plan_folder: Path
    plan: str
    wish: Wish


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
    versions : tuple of str
        Libraries that it was made with, where they are others than here: "numpy 2.1 (2.4)".
    """

    plan: str
    seconds: float
    year: int = 0
    error: str = ""
    attempts: int = 1
    versions: tuple[str, ...] = ()
