"""From a number in the report back to the cell it comes from, with every step on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.edition import Edition, open_edition
from analysis.errors import InputError, Problem
from analysis.messages import Catalogue, catalogue
from analysis.pipeline.steps import nearest_of

if TYPE_CHECKING:
    from analysis.observations import CleanResult

YEARS_CHAINED = ("yearly_change", "yearly_increment")


def trace_value(
    indicator: str, region: str, year: int, plan: str = "", edition_year: int = 0, language: str = "zh"
) -> str:
    """Say where a value comes from: file · sheet · cell, text, unit, correction, observation, measure, verdict.

    Parameters
    ----------
    indicator, region : str
        Ids, names or labels of the plan.
    year : int
        The value's year.
    plan : str
        As for a report.
    edition_year : int
        The edition; 0 for the newest.
    language : {"zh", "en"}

    Returns
    -------
    str
        Several lines, for a terminal.

    Raises
    ------
    InputError
        If the plan has no such indicator or region, the data have errors, or there is no such value.
    """
    from analysis.observations import load_observations

    edition = open_edition(plan, edition_year, language)
    key = _key(edition, indicator, region)
    result = load_observations(edition)
    rows = _rows(result.trace, *key, year)
    if rows.empty:
        known = result.trace[(result.trace["indicator"] == key[1]) & (result.trace["region"] == key[0])]
        years = ", ".join(map(str, sorted(set(known["year"])))) or "—"
        problem = Problem("no_such_value", region=key[0], indicator=key[1], year=year, details={"allowed": years})
        raise InputError([problem], language)
    lines = [*_heading(edition, *key, year), *_values(result, rows, catalogue(language))]
    lines += _measured(edition, result, *key, year)
    return "\n".join(lines)


def _key(edition: Edition, indicator: str, region: str) -> tuple[str, str]:
    """Ids of region and indicator."""
    from analysis.sources.names import Names

    names = Names(edition.plan)
    place, label = names.region(region), names.indicator(indicator).id
    problems = []
    if not label:
        known = [item.id for item in edition.plan.indicators]
        problems.append(Problem("no_such_indicator", found=indicator, details=nearest_of(indicator, known)))
    if not place:
        known = [item.id for item in edition.plan.regions]
        problems.append(Problem("no_such_region", found=region, details=nearest_of(region, known)))
    if problems:
        raise InputError(problems, edition.language)
    return place, label


def _rows(table: pd.DataFrame, region: str, indicator: str, year: int) -> pd.DataFrame:
    return table[(table["region"] == region) & (table["indicator"] == indicator) & (table["year"] == year)]


def _heading(edition: Edition, region: str, indicator: str, year: int) -> Iterator[str]:
    plan, language = edition.plan, edition.language
    yield catalogue(language).text(
        "trace.heading",
        indicator=plan.indicator(indicator).title.get(language),
        id=indicator,
        region=plan.region(region).name.get(language),
        year=year,
        plan=plan.id,
        edition=edition.year,
    )


def _values(result: CleanResult, rows: pd.DataFrame, words: Catalogue) -> Iterator[str]:
    """Every vintage of the value, the one that is used first."""
    from analysis.observations import newest

    places = ["region", "indicator", "year", "vintage"]
    observed = result.observations.merge(rows[places], on=places)
    used = newest(observed)["vintage"].iloc[0]
    details = rows.merge(observed, on=places, suffixes=("", "_observed"))
    ordered = details.assign(is_older=details["vintage"] != used).sort_values(
        ["is_older", "vintage"], ascending=[True, False]
    )
    for row in ordered.itertuples():
        vintage = words.text("trace.vintage", vintage=row.vintage) if row.vintage else words.text("trace.undated")
        yield words.text("trace.superseded" if row.is_older else "trace.used", vintage=vintage)
        yield from _steps(row, words)
        for problem in result.problems:
            if (problem.file, problem.sheet, problem.cell) == (row.file, row.sheet, row.cell):
                yield words.text("trace.finding", rule=problem.code, text=problem.part("what", words))


def _steps(row: Any, words: Catalogue) -> Iterator[str]:
    place = " · ".join(filter(None, (row.file, row.sheet, row.cell)))
    yield words.text("trace.place", place=place)
    if row.source:
        yield words.text("trace.source", source=row.source)
    yield words.text("trace.delivered", text=row.delivered, label=" ".join(row.label.split()) or "—")
    if row.correction:
        yield words.text("trace.correction", correction=row.correction)
    given = row.delivered_unit or words.text("trace.assumed", unit=row.unit)
    yield words.text("trace.parsed", number=f"{row.number:.12g}", unit=given)
    if row.number == row.value:
        yield words.text("trace.same")
    else:
        texts = {"number": f"{row.number:.12g}", "value": f"{row.value:.12g}"}
        yield words.text("trace.converted", given=row.delivered_unit, unit=row.unit, **texts)
    bound, status = words.text(f"trace.bound.{row.bound}"), words.text(f"report.value_status.{row.status}")
    yield words.text("trace.observation", value=f"{row.value:.12g}", unit=row.unit, bound=bound, status=status)
    if row.note:
        yield words.text("trace.note", note=row.note)


def _measured(edition: Edition, result: CleanResult, region: str, indicator: str, year: int) -> Iterator[str]:
    from analysis.assessment import assess
    from analysis.measures import measure
    from analysis.observations import newest
    from analysis.trends import fit_trends

    words = catalogue(edition.language)
    own = result.observations[
        (result.observations["region"] == region) & (result.observations["indicator"] == indicator)
    ]
    measures = measure(own, edition.plan)
    measured = _rows(measures, region, indicator, year)
    if measured.empty:
        yield words.text("trace.no_measure")
    for row in measured.itertuples():
        value, base = f"{row.value:.6g}", f"{row.base_value:.6g}"
        yield words.text("trace.measure", value=value, unit=row.unit, base=base, base_year=row.base_year)
        if edition.plan.indicator(indicator).series in YEARS_CHAINED:
            # Before the base year the chain runs backwards.
            first, last = sorted((int(str(row.base_year)), year))
            chained = newest(own[(own["year"] > first) & (own["year"] <= last)])
            cells = ", ".join(f"{item.year} {item.file} {item.cell}" for item in chained.itertuples())
            yield words.text("trace.chained", cells=cells or "—")
    verdicts = assess(edition.plan, measures, fit_trends(measures, edition.plan, edition.year), edition.year)
    verdicts = verdicts[(verdicts["region"] == region) & (verdicts["indicator"] == indicator)]
    if verdicts.empty:
        yield words.text("trace.no_assessment")
    for row in verdicts.astype({"latest_year": "object"}).fillna({"latest_year": "—"}).itertuples():
        yield words.text(
            "trace.assessment",
            tier=words.text(f"trace.tier.{row.tier}"),
            latest=f"{row.latest_value:.6g}",
            latest_year=row.latest_year,
            target=f"{row.target_level:.6g}",
            target_year=row.target_year,
            schedule=words.text(f"report.schedule.{row.schedule}"),
            status=words.text(f"report.status.{row.status}"),
        )
