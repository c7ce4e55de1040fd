"""Tables that compare places: what each has reached, and who leads on what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.contracts.rows import records
from analysis.places import PRINTED_PLACES, PlaceEdition, Target, shared_targets, target_of
from analysis.readings import Reading
from analysis.tables.table import Column, Table, named_columns
from analysis.theme import STATUS_STYLES, STATUSES, VALUE_MARKERS, status_class
from analysis.wording import MISSING, Wording, escape, wording

# How many ranks are printed at either end where there are many places.
PRINTED_ENDS = 3


def places_table(places: Sequence[PlaceEdition], language: str) -> Table:
    """One row per place: its report, its edition, its targets by status.

    Parameters
    ----------
    places : sequence of PlaceEdition
    language : {"zh", "en"}
    """
    words = wording(language)
    names = {"place": 16, "year": 6, "targets": 7, "good": 8}
    columns = named_columns(words, "places.table", names, right=("year", "targets", "good"))
    columns += tuple(Column(_status(status, words), "right", 11) for status in STATUSES)
    rows = []
    for place in places:
        counts = pd.Series([item.row.status for item in place.targets(language)], dtype="str").value_counts()
        assessed = int(counts.drop("not_assessed", errors="ignore").sum())
        good = int(counts.reindex(["met", "on_track"], fill_value=0).sum())
        share = words.percent(good / assessed) if assessed else MISSING
        numbers = [str(int(counts.get(status, 0))) for status in STATUSES]
        rows.append((_named(place, language), str(place.year), str(int(counts.sum())), share, *numbers))
    return Table(columns, tuple(rows), "places")


def ranking_table(places: Sequence[PlaceEdition], ranking: pd.DataFrame, language: str) -> Table:
    """One row per shared target and place, best first.

    Parameters
    ----------
    places : sequence of PlaceEdition
    ranking : DataFrame
        Contract ``ranking``, of these places.
    language : {"zh", "en"}
    """
    words = wording(language)
    names = {"indicator": 17, "rank": 5, "place": 16, "latest": 17, "target": 12, "progress": 9, "lead": 11,
             "probability": 9, "status": 12}  # fmt: skip
    columns = named_columns(
        words, "places.ranking", names, right=("rank", "latest", "target", "progress", "lead", "probability")
    )
    of_place = {(place.plan.id, place.year): place for place in places}
    items = {(target_of(item), key): item for key, place in of_place.items() for item in place.targets(language)}
    ranked = dict(iter(ranking.groupby(list(Target._fields))))
    rows = []
    for target, title in shared_targets(places, language).items():
        own = ranked[target].sort_values(["rank", "plan"], na_position="last")
        for row in records(_ends(own)):
            key = row.plan, row.edition
            rows.append((escape(title), *_ranked(row, items[target, key], of_place[key], words)))
    return Table(columns, tuple(rows), "ranking")


def _ends(ranked: pd.DataFrame) -> pd.DataFrame:
    if len(ranked) <= PRINTED_PLACES:
        return ranked
    known = ranked[ranked["rank"].notna()]
    return pd.concat([known.head(PRINTED_ENDS), known.tail(PRINTED_ENDS)])


def _ranked(row: Any, item: Reading, place: PlaceEdition, words: Wording) -> tuple[str, ...]:
    points = words.number(row.lead * 100, 1, signed=True)
    return (
        MISSING if pd.isna(row.rank) else str(int(row.rank)),
        _named(place, words.language),
        escape(
            words.text("places.with_year", value=item.latest, year=item.latest_year) if item.has_latest else MISSING
        ),
        escape(item.target),
        item.progress,
        points,
        escape(item.probability),
        item.status_span,
    )


def failures_table(failures: Sequence[Sequence[str]], language: str) -> Table:
    """The plans whose report could not be made, and why.

    Parameters
    ----------
    failures : sequence of (str, str)
        Plan and reason.
    language : {"zh", "en"}
    """
    columns = named_columns(wording(language), "places.failed", {"plan": 20, "reason": 80})
    return Table(columns, tuple((escape(plan), escape(reason)) for plan, reason in failures), "failed-plans")


def _named(place: PlaceEdition, language: str) -> str:
    name = escape(place.name(language))
    mark = f" {VALUE_MARKERS['synthetic'][2]}" if place.is_demonstration else ""
    return (f"[{name}]({place.report})" if place.report else name) + mark


def _status(status: str, words: Wording) -> str:
    style = STATUS_STYLES[status]
    return f"[{style.shape} {words.text(f'report.status.{status}')}]{{.{status_class(status)}}}"
