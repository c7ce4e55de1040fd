"""What changed since an earlier edition, in a paragraph that can be read out."""

from __future__ import annotations

import pandas as pd

from analysis.comparison import Snapshot
from analysis.contracts.editions import CAUSES, TURNS, VALUE_CHANGES
from analysis.readings import main_readings, readings
from analysis.wording import Wording, escape, wording

NAMED = 3


def comparison_paragraph(
    values: pd.DataFrame,
    verdicts: pd.DataFrame,
    projections: pd.DataFrame,
    present: Snapshot,
    past: Snapshot,
    language: str,
) -> str:
    """How many statuses changed and why, how many values were revised, and how the last projections fared.

    Parameters
    ----------
    values, verdicts, projections : DataFrame
        Contracts ``changed_values``, ``changed_verdicts``, ``checked_projections``.
    present, past : Snapshot
    language : {"zh", "en"}

    Notes
    -----
    A target counts once, by its first tier, as in the table of statuses. Verdicts and projections are those of the
    plan's area; revised values are those of every region.
    """
    words = wording(language)
    statuses = _main_statuses(verdicts, present, past)
    own = projections[projections["region"] == present.plan.area]
    parts = [
        _statuses(statuses, present, past, words),
        _causes(statuses, words),
        _values(values, past, words),
        _projections(own, past, words),
    ]
    return words.sentences(parts)


def statuses_sentence(verdicts: pd.DataFrame, present: Snapshot, past: Snapshot, language: str) -> str:
    """How many statuses changed since the earlier edition, which ones for the worse, and where the rest is told.

    Parameters
    ----------
    verdicts : DataFrame
        Contract ``changed_verdicts``.
    present, past : Snapshot
    language : {"zh", "en"}
    """
    words = wording(language)
    text = _statuses(_main_statuses(verdicts, present, past), present, past, words)
    return words.sentences([text, words.text("summary.changes")])


def _main_statuses(verdicts: pd.DataFrame, present: Snapshot, past: Snapshot) -> pd.DataFrame:
    main = {
        (item.row.indicator, item.row.tier)
        for snapshot in (present, past)
        for item in main_readings(readings(snapshot.assessment, snapshot.plan, "zh"))
    }
    own = verdicts[(verdicts["verdict"] == "status") & (verdicts["region"] == present.plan.area)]
    return own[[key in main for key in zip(own["indicator"], own["tier"], strict=True)]]


def _statuses(statuses: pd.DataFrame, present: Snapshot, past: Snapshot, words: Wording) -> str:
    if statuses.empty:
        return words.text("editions.paragraph.no_statuses", year=past.year)
    counts = {turn: int((statuses["turn"] == turn).sum()) for turn in TURNS}
    listed = _counted(counts, "turn", words)
    text = words.text("editions.paragraph.statuses", year=past.year, count=len(statuses), turns=listed)
    worse = set(statuses.loc[statuses["turn"] == "worse", "indicator"])
    items = main_readings(readings(present.assessment, present.plan, words.language))
    titles = list(dict.fromkeys(escape(item.title) for item in items if item.row.indicator in worse))
    if not titles:
        return text
    key = "worse" if len(titles) <= NAMED else "worse_among"
    return words.sentences([text, words.text(f"editions.paragraph.{key}", titles=words.listing(titles[:NAMED]))])


def _causes(statuses: pd.DataFrame, words: Wording) -> str:
    if statuses.empty:
        return ""
    named = statuses["causes"].str.split(";").explode()
    listed = _counted({cause: int((named == cause).sum()) for cause in CAUSES}, "cause", words)
    key = "causes_several" if (statuses["n_causes"] > 1).any() else "causes"
    return words.text(f"editions.paragraph.{key}", causes=listed)


def _values(values: pd.DataFrame, past: Snapshot, words: Wording) -> str:
    counts = {change: int((values["change"] == change).sum()) for change in VALUE_CHANGES}
    if not any(counts.values()):
        return words.text("editions.paragraph.no_values", year=past.year)
    return words.text("editions.paragraph.values", year=past.year, changes=_counted(counts, "counted_change", words))


def _projections(checked: pd.DataFrame, past: Snapshot, words: Wording) -> str:
    if checked.empty:
        return words.text("editions.paragraph.no_projections", year=past.year)
    inside = {f"inside_{level}": int(checked[f"is_within_{level}"].sum()) for level in (80, 95)}
    return words.text("editions.paragraph.projections", year=past.year, count=len(checked), **inside)


def _counted(counts: dict[str, int], topic: str, words: Wording) -> str:
    parts = [
        words.text("editions.counted", name=words.text(f"editions.{topic}.{name}"), count=count)
        for name, count in counts.items()
        if count
    ]
    return words.text("editions.counted_separator").join(parts)
