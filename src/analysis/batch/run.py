"""Many reports in one go, and the page that compares them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.batch.cluster import make_reports as on_cluster
from analysis.batch.index import first_line, write_index
from analysis.batch.outcome import Order, Outcome
from analysis.batch.selection import plan_id, select_plans
from analysis.batch.workers import Makers
from analysis.errors import AnalysisError, InputError, Problem
from analysis.messages import catalogue
from analysis.pipeline.steps import jobs_or_default
from analysis.pipeline.wish import Wish


class BatchError(AnalysisError):
    """Some reports of a batch, or its index page, could not be made; the others are in place."""


def run_reports(
    plans: Sequence[str],
    wish: Wish,
    scheduler: str = "",
    say: Callable[[str], None] = lambda line: None,
) -> Path:
    """Make the reports of several plans, and a page that compares the places.

    Parameters
    ----------
    plans : sequence of str
        Ids, paths of plan folders, or paths of folders that hold plan folders.
    wish : Wish
        What each report is to be; its jobs are notebooks to run side by side over all reports.
    scheduler : str
        Address of a Dask scheduler; empty for this machine.
    say : callable
        Told a line about every report that has ended.

    Returns
    -------
    Path
        The index page; the last one stays if no report could be made.

    Raises
    ------
    InputError
        If something named is no plan.
    BatchError
        If a report or the index page could not be made: says which and why, after all others have been made.
    """
    language = wish.language
    folders = select_plans(plans, language)
    if scheduler and wish.compare and not wish.compare.isalnum():
        raise InputError([Problem("compare_on_cluster", found=wish.compare)], language)
    processes = max(1, min(os.cpu_count() or 1, len(folders), wish.jobs or len(folders)))
    each = 0 if scheduler else max(1, jobs_or_default(wish.jobs) // processes)
    orders = [Order(folder, plan_id(folder), replace(wish, jobs=each)) for folder in folders]
    outcomes: dict[str, Outcome] = {}
    with Makers(0 if scheduler else processes, wish.kernels) as makers:
        for outcome in on_cluster(orders, scheduler, say) if scheduler else makers.make_reports(orders):
            outcomes[outcome.plan] = outcome
            say(_line(outcome, len(outcomes), len(orders), language))
        ended = [outcomes[one.plan] for one in orders]
        errors = list(_described(ended, language))
        try:
            if any(not outcome.error for outcome in ended):
                index: Path = makers.call(write_index, ended, language, wish.formats, wish.renderer)
        except AnalysisError as error:
            errors.append(str(error))
    if errors:
        raise BatchError("\n\n".join(errors))
    return index


def _line(outcome: Outcome, number: int, total: int, language: str) -> str:
    counted = f"[{str(number).rjust(len(str(total)))}/{total}]"
    key = "batch.failed" if outcome.error else "batch.made" if outcome.attempts == 1 else "batch.made_again"
    texts = {"counted": counted, "plan": outcome.plan, "seconds": f"{outcome.seconds:.1f}"}
    words = catalogue(language)
    line = words.text(key, **texts, reason=first_line(outcome.error))
    others = ", ".join(outcome.versions)
    return f"{line}\n{words.text('batch.other_versions', versions=others)}" if others else line


def _described(ended: Sequence[Outcome], language: str) -> Iterator[str]:
    words = catalogue(language)
    failed = [outcome for outcome in ended if outcome.error]
    if failed:
        key = "failures" if len(failed) < len(ended) else "all_failed"
        yield words.text(f"batch.{key}", failed=len(failed), total=len(ended))
    for outcome in failed:
        yield words.text("batch.failure", plan=outcome.plan, error=outcome.error.strip())
