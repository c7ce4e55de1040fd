"""What can go wrong, as data first and as text second.

A :class:`Problem` says which rule was broken, where, and with what values; its wording comes from the
message catalogue (``messages/<language>/problems.yaml``), so that the same problem reads well in every language.
All problems of a run are collected and raised together as one :class:`InputError`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analysis.messages import Catalogue, catalogue

Severity = Literal["error", "warning", "note"]

SHOWN_PER_KIND = 5


class AnalysisError(Exception):
    """Root of every error that this package raises on purpose.

    The message has four parts: what is wrong, where, what was expected, what to do.
    """


@dataclass(frozen=True)
class Problem:
    """One broken rule at one place.

    Parameters
    ----------
    code : str
        Name of the rule, a key of ``problems`` in the message catalogue
        (which holds ``what``, ``expected`` and ``todo`` for it).
    severity : {"error", "warning", "note"}
        Errors stop the run; warnings and notes are printed in the data chapter.
    file, sheet, cell : str
        Place in the delivered files; a key path such as ``indicators[3].unit`` counts as a cell.
    region, indicator : str
    year : int or None
    found : str
        What stands there, as text.
    details : dict of str to str
        Further values for the wording (for instance ``allowed`` or ``nearest``).
    """

    code: str
    severity: Severity = "error"
    file: str = ""
    sheet: str = ""
    cell: str = ""
    region: str = ""
    indicator: str = ""
    year: int | None = None
    found: str = ""
    details: dict[str, str] = field(default_factory=dict, hash=False)

    def place(self, words: Catalogue) -> str:
        """File · sheet · cell, leaving out what is not known."""
        parts = [self.file, self.sheet, self.cell]
        if not any(parts):
            parts = [self.region, self.indicator, "" if self.year is None else str(self.year)]
        return " · ".join(part for part in parts if part) or words.text("problems.no_place")

    def part(self, name: Literal["what", "expected", "todo"], words: Catalogue) -> str:
        """One part of the wording in the catalogue's language."""
        values = {"found": self.found, "indicator": self.indicator, "region": self.region, **self.details}
        values.setdefault("year", "" if self.year is None else str(self.year))
        return words.text(f"problems.{self.code}.{name}", **values)

    def line(self, words: Catalogue) -> str:
        """The whole problem in one line."""
        return words.text(
            "problems.line",
            place=self.place(words),
            what=self.part("what", words),
            found=self.found or words.text("problems.nothing"),
            expected=self.part("expected", words),
            todo=self.part("todo", words),
        )


class InputError(AnalysisError):
    """Everything that is wrong with the delivered input, reported at once.

    Parameters
    ----------
    problems : sequence of Problem
        At least one; warnings may be among them.
    language : str
        Language of the message.
    """

    def __init__(self, problems: Sequence[Problem], language: str = "zh") -> None:
        self.problems = tuple(problems)
        self.language = language
        super().__init__(describe(self.problems, catalogue(language)))


class StepError(AnalysisError):
    """A step of the run failed: names the notebook, the cell, the exception and what to do."""


class RenderingError(AnalysisError):
    """The report could not be typeset."""


def describe(problems: Iterable[Problem], words: Catalogue) -> str:
    """Group problems by file and kind; show the first five of each kind and count the rest.

    Parameters
    ----------
    problems : iterable of Problem
    words : Catalogue

    Returns
    -------
    str
        Several lines, ready for a terminal or a log.
    """
    groups: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        groups[(problem.file, problem.code)].append(problem)
    total = sum(len(group) for group in groups.values())
    lines = [words.text("problems.header", count=total)]
    for (file, code), group in sorted(groups.items(), key=lambda item: item[0]):
        lines.append(
            words.text("problems.group", file=file or words.text("problems.no_place"), rule=code, count=len(group))
        )
        lines += [f"  {problem.line(words)}" for problem in group[:SHOWN_PER_KIND]]
        if len(group) > SHOWN_PER_KIND:
            lines.append("  " + words.text("problems.more", count=len(group) - SHOWN_PER_KIND))
    return "\n".join(lines)
