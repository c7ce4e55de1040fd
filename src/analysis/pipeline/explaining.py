"""Which steps of a report would run, and why, without running any of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from analysis.edition import open_edition
from analysis.messages import catalogue
from analysis.pipeline.keys import Keys, store_of
from analysis.pipeline.printing import notebooks_name
from analysis.pipeline.progress import Progress
from analysis.pipeline.reuse import Reason
from analysis.pipeline.stages import running_order
from analysis.pipeline.steps import Run
from analysis.project import plan_folder

WAITS = Reason("waits")
# What of a key earlier steps make.
FROM_STEPS = ("tables", "rows")


def explain(plan: str = "", year: int = 0, language: str = "zh", compare: str = "") -> str:
    """Say of every notebook whether it would run or its earlier result would be reused.

    Parameters
    ----------
    plan, year, language, compare
        As for a report.

    Returns
    -------
    str
        One line per step. A step behind one that would run may still be reused, if that one gives the same tables.

    Raises
    ------
    InputError
        If the plan or the delivered data are wrong.
    """
    words = catalogue(language)
    return "\n".join(
        words.text("reuse.line", name=name, reason=reason.text(words))
        for name, reason in planned(plan, year, language, compare)
    )


def planned(plan: str, year: int, language: str, compare: str) -> Iterator[tuple[str, Reason]]:
    """Every step with the reason why it would run."""
    keys = Keys(plan_folder(plan, language))
    edition = open_edition(plan, year or keys.newest_year(), language)
    compare = keys.past(edition, compare.strip())
    with tempfile.TemporaryDirectory(prefix="explain-") as name:
        tables = replace(edition, folder=Path(name))
        store = store_of(edition)
        run = Run(tables, keys, store, notebooks_name(language), Path(name), 1, Progress(0, language), compare)
        is_open = False
        for stage in running_order(edition.plan, compare):
            reasons = [(step, reason) for step, _, reason in run.reasons(stage)]
            for step, reason in reasons:
                yield step.name, _as_known(reason) if is_open else reason
                if not reason.code:
                    store.restore(step.name, tables.folder)
            is_open = is_open or any(reason.code for _, reason in reasons)


def _as_known(reason: Reason) -> Reason:
    """A reason as far as it can be told while a step before has not run: its tables are not known."""
    if reason.code not in ("", "changed"):
        return reason
    changes = {group: names for group, names in reason.changes.items() if group not in FROM_STEPS}
    return replace(reason, changes=changes) if changes else WAITS
