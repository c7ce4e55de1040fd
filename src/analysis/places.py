"""Several plans beside each other: what each place has reached, and its rank on the indicators that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.contracts.places import RANKING
from analysis.contracts.schema import conform
from analysis.edition import Basis, Edition, write_table
from analysis.measures import courses_of
from analysis.messages import LANGUAGES, catalogue
from analysis.plan import Plan
from analysis.readings import Reading, main_readings, readings

# Progress is printed in tenths of a per cent; what prints alike shares a rank.
LEAD_DECIMALS = 3
# More places than this are not named one by one: of every indicator only the first and the last ranks are printed (the
# file has all), and only the middle of all courses is drawn.
PRINTED_PLACES = 20

# From the shortest on.
NAME_FORMS = ("title", "area", "both", "plan", "edition")


class Target(NamedTuple):
    """What makes targets of several places the same: indicator, tier, kind of target and unit."""

    indicator: str
    tier: str
    kind: str
    unit: str


@dataclass(frozen=True, eq=False)
class PlaceEdition:
    """The finished edition of one place's plan.

    Parameters
    ----------
    plan : Plan
    year : int
        The edition year.
    measures, assessment : DataFrame
        Contracts of those names.
    report : str
        Address of its report, from the page that compares the places; empty if there is none.
    names : mapping of str to str
        What it is called beside the others, by language; the plan's short title if not given.
    """

    plan: Plan
    year: int
    measures: pd.DataFrame
    assessment: pd.DataFrame
    report: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    _targets: dict[str, list[Reading]] = field(default_factory=dict, repr=False)

    @cached_property
    def is_demonstration(self) -> bool:
        """Whether any verdict rests on demonstration data."""
        return bool(self.assessment["is_demonstration"].any())

    def name(self, language: str) -> str:
        """What it is called."""
        return self.names.get(language) or self.plan.short_title.get(language)

    def targets(self, language: str) -> list[Reading]:
        """The targets of the plan's own area, one reading per commitment; read once, asked for in every panel."""
        if language not in self._targets:
            self._targets[language] = main_readings(readings(self.assessment, self.plan, language))
        return self._targets[language]

    @cached_property
    def courses(self) -> dict[str, pd.DataFrame]:
        """The measures of the plan's own area by indicator, indexed by year."""
        own = self.measures[self.measures["region"] == self.plan.area]
        return {indicator: course for (_, indicator), course in courses_of(own).items()}


def read_places(folders: Sequence[str], reports: Sequence[str] = ()) -> list[PlaceEdition]:
    """Read finished editions; they get names that tell them apart.

    Parameters
    ----------
    folders : sequence of str
        Folders of processed tables, one per place.
    reports : sequence of str
        Addresses of their reports; none if not given.

    Raises
    ------
    FileNotFoundError, ContractError
        If a folder holds no finished edition.
    """
    found = []
    for folder, report in zip(folders, reports or [""] * len(folders), strict=True):
        basis = Basis.read(Path(folder))
        edition = Edition(basis.plan, Path(folder), basis.year, "", Path(folder))
        found.append(PlaceEdition(basis.plan, basis.year, edition.read("measures"), edition.read("assessment"), report))
    return named_apart(found)


def named_apart(places: Sequence[PlaceEdition]) -> list[PlaceEdition]:
    """Give places the shortest names that tell them apart.

    Parameters
    ----------
    places : sequence of PlaceEdition

    Returns
    -------
    list of PlaceEdition
        The same, called by the plans' short titles; if any is shared, by the plans' areas, and where that does not do,
        by both, if need be with the plan's id and the year.
    """
    names = {language: _names(places, language) for language in LANGUAGES}
    return [
        replace(place, names={language: own[number] for language, own in names.items()})
        for number, place in enumerate(places)
    ]


def _names(places: Sequence[PlaceEdition], language: str) -> list[str]:
    words = catalogue(language)
    parts = [
        {
            "title": place.plan.short_title.get(language),
            "area": place.plan.region(place.plan.area).name.get(language),
            "plan": place.plan.id,
            "year": place.year,
        }
        for place in places
    ]
    forms = [[words.text(f"places.name.{form}", **part) for part in parts] for form in NAME_FORMS]
    if len(set(forms[0])) == len(places):
        return forms[0]
    # Of every place the first form that nobody else has.
    return [
        next((names[number] for names in forms[1:] if names.count(names[number]) == 1), forms[-1][number])
        for number in range(len(places))
    ]


def are_many(places: Sequence[PlaceEdition]) -> bool:
    """Whether there are more places than can be told apart in a figure or read in a list."""
    return len(places) > PRINTED_PLACES


def target_of(item: Reading) -> Target:
    """What makes targets of several places the same."""
    return Target(item.scored.indicator.id, item.row.tier, item.scored.target.kind, item.scored.indicator.unit)


def shared_targets(places: Sequence[PlaceEdition], language: str) -> dict[Target, str]:
    """The targets that at least two places have, in the order in which they are met first.

    Returns
    -------
    dict of Target to str
        Their titles.
    """
    titles: dict[Target, str] = {}
    counts: Counter[Target] = Counter()
    for place in places:
        own = {target_of(item): item.short_title for item in place.targets(language)}
        counts.update(own.keys())
        titles = own | titles
    order = dict.fromkeys(target_of(item) for place in places for item in place.targets(language))
    return {target: titles[target] for target in order if counts[target] > 1}


def rank_places(places: Sequence[PlaceEdition]) -> pd.DataFrame:
    """Rank places on every target that they share.

    Parameters
    ----------
    places : sequence of PlaceEdition

    Returns
    -------
    DataFrame
        Contract ``ranking``: one row per shared target and place. Rank 1 has the largest lead, that is progress
        minus the progress that its own path asks for by its latest year; places with the same lead to a tenth of a
        per cent share a rank. A place without a verdict has no rank.
    """
    shared = shared_targets(places, "zh")
    rows = [
        {
            **target_of(item)._asdict(),
            "plan": place.plan.id,
            "edition": place.year,
            **{name: getattr(item.row, name) for name in _TAKEN},
            "lead": round(item.row.progress - item.row.expected_progress, LEAD_DECIMALS) if item.is_assessed else None,
        }
        for place in places
        for item in place.targets("zh")
        if target_of(item) in shared
    ]
    table = pd.DataFrame(rows, columns=[column for column in RANKING.names if column != "rank"])
    table["lead"] = table["lead"].astype(float)
    ranks = table.groupby(list(Target._fields))["lead"].rank(method="min", ascending=False)
    return conform(table.assign(rank=ranks.astype("Int64")), RANKING)


def keep_ranking(ranking: pd.DataFrame, folder: str) -> pd.DataFrame:
    """Write the ranking as parquet and csv where a folder is named; returns it."""
    return write_table(ranking, RANKING.name, Path(folder)) if folder else ranking


_TAKEN = (
    "latest_year",
    "latest_value",
    "target_year",
    "target_value",
    "progress",
    "expected_progress",
    "p_met",
    "status",
    "is_demonstration",
)
