"""What is shown while a report is made: a live line on a terminal, plain lines in a log."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from analysis.messages import catalogue
from analysis.pipeline.reuse import Reason


class Progress:
    """Counts finished steps.

    Parameters
    ----------
    total : int
        Number of steps.
    language : {"zh", "en"}
    console : Console, optional
        Where to show it; standard error if not given.
    """

    def __init__(self, total: int, language: str = "zh", console: Console | None = None) -> None:
        self.total = total
        self.console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._words = catalogue(language)
        self._lock = threading.Lock()
        self._done = 0
        self._running: list[str] = []
        self._bar = Bar(
            SpinnerColumn(),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        """Begin to show it."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the live line."""
        self._bar.stop()

    def started(self, name: str) -> None:
        """A step began."""
        with self._lock:
            self._running.append(name)
            self._bar.update(self._task, description=", ".join(self._running))

    def finished(self, name: str, seconds: float, reason: Reason | None = None) -> None:
        """A step ended well after so many seconds; why it ran or was reused."""
        with self._lock:
            self._done += 1
            if name in self._running:
                self._running.remove(name)
            self._bar.update(self._task, advance=1, description=", ".join(self._running))
            number = str(self._done).rjust(len(str(self.total)))
            counted = f"[{number}/{self.total}]"
            texts = {"counted": counted, "name": name, "seconds": f"{seconds:.1f}"}
            line = self._words.text("pipeline.progress", **texts)
            if reason is not None:
                kind = "ran" if reason.code else "taken"
                line = self._words.text(f"reuse.progress.{kind}", reason=reason.text(self._words), **texts)
            self.console.print(line, markup=False)

    def say(self, text: str) -> None:
        """Print a line of its own."""
        self.console.print(text, markup=False)
