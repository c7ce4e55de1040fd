"""Measurements next to their goals, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.messages import catalogue


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Parameters
    ----------
    what : str
        In words.
    seconds : float
        Wall time; or a ratio of two, where ``is_ratio``.
    goal : float or None
        At most so many seconds, or at least this ratio; None where there is no goal.
    peak_mib : float or None
        Peak memory of the whole process tree.
    is_ratio : bool
    """

    what: str
    seconds: float
    goal: float | None = None
    peak_mib: float | None = None
    is_ratio: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached; true without one."""
        if self.goal is None:
            return True
        return self.seconds >= self.goal if self.is_ratio else self.seconds <= self.goal


def goals_table(lines: Sequence[Line], language: str) -> str:
    """The table as Markdown.

    Parameters
    ----------
    lines : sequence of Line
    language : {"zh", "en"}
    """
    words = catalogue(language)
    heads = [words.text(f"timing.heads.{name}") for name in ("what", "measured", "goal", "peak")]
    rows = [" | ".join(heads), "|".join(["---", "---:", "---:", "---:"])]
    for line in lines:
        unit = "ratio" if line.is_ratio else "seconds"
        measured = words.text(f"timing.{unit}", value=f"{line.seconds:.1f}")
        goal = "—" if line.goal is None else words.text(f"timing.goal_{unit}", value=f"{line.goal:g}")
        mark = "" if line.goal is None else " ✓" if line.is_reached else " ✗"
        peak = "—" if line.peak_mib is None else f"{line.peak_mib:.0f} MiB"
        rows.append(" | ".join([line.what, measured, goal + mark, peak]))
    return "\n".join(f"| {row} |" for row in rows)
