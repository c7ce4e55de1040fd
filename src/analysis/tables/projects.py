"""Tables of projects: totals of the emission-reduction ledger, what is not verified, energy-heavy projects."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.contracts.projects import EMISSION_PROJECTS, PROJECT_CLASSES
from analysis.contracts.rows import records
from analysis.plan import Plan
from analysis.projects import large_projects, latest_list
from analysis.tables.promises import state_span
from analysis.tables.table import Column, Table, named_columns
from analysis.theme import VALUE_MARKERS
from analysis.units import convert, find_unit
from analysis.wording import MISSING, Wording, escape, wording

# Energy is kept in tonnes of standard coal; Chinese readers count in ten thousands (万吨标准煤).
ENERGY_UNIT = "tce"
PRINTED_ENERGY = {"zh": ("10k tce", 2), "en": (ENERGY_UNIT, 0)}
MOST_OPEN_PROJECTS = 20


def project_totals_table(totals: pd.DataFrame, plan: Plan, language: str) -> Table:
    """What is claimed and what is verified in the plan's area, against the targets.

    Parameters
    ----------
    totals : DataFrame
        Contract ``project_totals``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"indicator": 34, "target": 9, "projects": 9, "claimed": 9, "verified": 9, "share": 11, "unverified": 18,
              "running_total": 13}  # fmt: skip
    columns = named_columns(words, "projects.totals", widths, tuple(widths)[1:])
    own = {row.indicator: row for row in records(totals[totals["region"] == plan.area])}
    # The year stands in the cell only where it is not the same everywhere.
    has_year = len({str(row.compared_year) for row in own.values()}) > 1
    rows = []
    for id in _in_order(own, plan):
        row, decimals = own[id], plan.indicator(id).decimals
        total = words.number(row.running_total, decimals)
        if has_year and not pd.isna(row.compared_year):
            total = words.text("projects.totals.with_year", value=total, year=row.compared_year)
        rows.append(
            (
                titled(id, plan, words) + _mark(row.is_demonstration),
                words.as_written(row.target),
                str(row.projects),
                words.number(row.claimed, decimals),
                words.number(row.verified, decimals),
                words.percent(row.verified / row.target) if row.target > 0 else MISSING,
                _open(row, words, decimals),
                total,
            )
        )
    return Table(columns, tuple(rows), "project-totals")


def _open(row: Any, words: Wording, decimals: int) -> str:
    count = row.unverified_projects
    return (
        words.text("projects.totals.open", value=words.number(row.unverified, decimals), count=count) if count else "0"
    )


def titled(indicator: str, plan: Plan, words: Wording) -> str:
    """Title of an indicator with its unit."""
    found = plan.indicator(indicator)
    title, unit = found.title.get(words.language), words.unit(found.unit)
    return escape(words.text("projects.totals.with_unit", title=title, unit=unit))


def _in_order(ids: Iterable[str], plan: Plan) -> list[str]:
    known = set(ids)
    return [item.id for item in plan.indicators if item.id in known]


def _mark(is_demonstration: bool) -> str:
    return f" {VALUE_MARKERS['synthetic'][2]}" if is_demonstration else ""


def project_regions_table(totals: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Verified and claimed amounts by region and pollutant, with the total of the area.

    Parameters
    ----------
    totals : DataFrame
        Contract ``project_totals``; what the ledger books on the area itself stands in a row of its own.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    ids = _in_order(totals["indicator"], plan)
    headers = [
        words.text("projects.regions.header", title=escape(plan.indicator(id).title.get(language)),
                   unit=words.unit(plan.indicator(id).unit))
        for id in ids
    ]  # fmt: skip
    columns = (
        Column(words.text("projects.regions.region"), width=14),
        *(Column(header, "right", 86 / max(1, len(headers))) for header in headers),
    )
    found = {(row.region, row.indicator): row for row in records(totals)}
    rows = []
    for region in plan.children(plan.area):
        cells = [_ratio(found, region.id, id, plan, words) for id in ids]
        rows.append((escape(region.name.get(language)), *cells))
    rest = [_own_level(totals, id, plan) for id in ids]
    if any(claimed or verified for verified, claimed in rest):
        name = words.text("projects.own_level", region=escape(plan.region(plan.area).name.get(language)))
        rows.append(
            (name, *(_pair(*pair, plan.indicator(id).decimals, words) for pair, id in zip(rest, ids, strict=True)))
        )
    if rows:
        rows.append((words.text("projects.total"), *(_ratio(found, plan.area, id, plan, words) for id in ids)))
    return Table(columns, tuple(rows) if ids else (), "project-regions")


def _ratio(found: dict[tuple[str, str], Any], region: str, indicator: str, plan: Plan, words: Wording) -> str:
    row = found[region, indicator]
    return _pair(row.verified, row.claimed, plan.indicator(indicator).decimals, words)


def _pair(verified: float, claimed: float, decimals: int, words: Wording) -> str:
    values = {"verified": words.number(verified, decimals), "claimed": words.number(claimed, decimals)}
    return words.text("projects.ratio", **values) if claimed or verified else MISSING


def _own_level(totals: pd.DataFrame, indicator: str, plan: Plan) -> tuple[float, float]:
    """What is booked on the area itself, verified and claimed: its total less those of its regions."""
    own = totals[totals["indicator"] == indicator]
    is_area = own["region"] == plan.area
    is_below = own["region"].isin([region.id for region in plan.children(plan.area)])
    verified, claimed = (
        round(float(own.loc[is_area, name].sum() - own.loc[is_below, name].sum()), 6)
        for name in ("verified", "claimed")
    )
    return verified, claimed


def open_projects_table(projects: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Projects that are not verified, then those of which less was verified than claimed, largest difference first.

    Parameters
    ----------
    projects : DataFrame
        Contract ``emission_projects``.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"project": 40, "region": 13, "indicator": 28, "year": 7, "claimed": 10, "verified": 10, "state": 13}
    columns = named_columns(words, "projects.open", widths, ("claimed", "verified"))
    rows = [_open_project(row, plan, words) for row in records(_open_projects(projects).head(MOST_OPEN_PROJECTS))]
    return Table(columns, tuple(rows), "project-open")


def open_projects_note(projects: pd.DataFrame, language: str) -> str:
    """What the table of projects that are not verified or were reduced shows, and how many it leaves out."""
    words = wording(language)
    count = len(_open_projects(projects))
    if not count:
        return ""
    note = words.text("projects.intro.emission_open")
    if count <= MOST_OPEN_PROJECTS:
        return note
    file = escape(f"{EMISSION_PROJECTS.name}.csv")
    more = words.text("projects.intro.emission_more", count=count, shown=MOST_OPEN_PROJECTS, file=file)
    return words.sentences([note, more])


def _open_projects(projects: pd.DataFrame) -> pd.DataFrame:
    gap = projects["claimed"] - projects["verified"].fillna(0)
    is_open = projects["verified"].isna()
    chosen = projects.assign(gap=gap, is_open=is_open)[is_open | (gap > 0)]
    return chosen.sort_values(["is_open", "gap", "project"], ascending=[False, False, True], kind="stable")


def _open_project(row: Any, plan: Plan, words: Wording) -> tuple[str, ...]:
    indicator = plan.indicator(row.indicator)
    verified: float = row.verified
    if math.isnan(verified):
        state = state_span("not_reported", words.text("projects.unverified"))
    else:
        state = words.text("projects.reduced")
    return (
        escape(row.project) + _mark(row.status == "synthetic"),
        escape(plan.region(row.region).name.get(words.language)),
        escape(indicator.title.get(words.language)),
        str(row.year),
        words.with_unit(words.number(row.claimed, indicator.decimals), indicator.unit),
        words.with_unit(words.number(verified, indicator.decimals), indicator.unit),
        state,
    )


def energy_unit(words: Wording) -> str:
    """Name of the unit that energy is printed in."""
    return words.unit(PRINTED_ENERGY[words.language][0])


def energy(value: float, words: Wording, *, is_threshold: bool = False) -> str:
    """Energy as printed, without its unit; a threshold with the decimals that it needs."""
    unit, decimals = PRINTED_ENERGY[words.language]
    given, printed = find_unit(ENERGY_UNIT), find_unit(unit)
    converted = convert(value, given, printed) if given and printed else None
    number = math.nan if converted is None else converted
    return words.as_written(number) if is_threshold else words.number(number, decimals)


def energy_classes_table(totals: pd.DataFrame, plan: Plan, threshold: str, language: str) -> Table:
    """Number of energy-heavy projects and their energy by region and class, with the total of the area.

    Parameters
    ----------
    totals : DataFrame
        Contract ``energy_totals``.
    plan : Plan
    threshold : str
        As printed, with its unit.
    language : {"zh", "en"}
    """
    words = wording(language)
    headers = [
        *(
            words.text("projects.energy.header", category=words.text(f"projects.class.{name}"))
            for name in PROJECT_CLASSES
        ),
        words.text("projects.energy.total"),
        words.text("projects.energy.large", threshold=threshold),
    ]
    columns = (Column(words.text("projects.energy.region"), width=14), *(Column(text, "right", 19) for text in headers))
    rows = []
    for region in [*plan.children(plan.area), plan.region(plan.area)]:
        own = totals[totals["region"] == region.id]
        if own.empty:
            rows.append((escape(region.name.get(language)), *[MISSING] * len(headers)))
            continue
        by_class = {row.category: (row.projects, row.energy) for row in records(own)}
        counts = [by_class[name] for name in PROJECT_CLASSES]
        counts.append((own["projects"].sum(), own["energy"].sum()))
        counts.append((own["large_projects"].sum(), own["large_energy"].sum()))
        name = words.text("projects.total") if region.id == plan.area else escape(region.name.get(language))
        rows.append((name, *(_count(number, used, words) for number, used in counts)))
    return Table(columns, tuple(rows) if len(totals) else (), "energy-classes")


def _count(projects: int, used: float, words: Wording) -> str:
    return words.text("projects.energy.cell", projects=projects, energy=energy(used, words)) if projects else MISSING


def large_projects_table(projects: pd.DataFrame, plan: Plan, language: str) -> Table:
    """Energy-heavy projects at the threshold and above, largest first, with their total.

    Parameters
    ----------
    projects : DataFrame
        Contract ``energy_projects``; the newest list counts.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"project": 26, "region": 13, "industry": 14, "category": 13, "energy": 18, "evidence": 16}
    unit = energy_unit(words)
    columns = tuple(
        Column(words.text(f"projects.large.{name}", unit=unit), "right" if name == "energy" else "left", width)
        for name, width in widths.items()
    )
    large = large_projects(latest_list(projects))
    rows: list[tuple[str, ...]] = [
        (
            escape(row.project) + _mark(row.status == "synthetic"),
            escape(plan.region(row.region).name.get(language)),
            escape(row.industry) or MISSING,
            words.text(f"projects.class.{row.category}"),
            energy(row.energy, words),
            escape(row.evidence) or MISSING,
        )
        for row in records(large)
    ]
    if rows:
        total = words.text("projects.large.total", count=len(rows))
        rows.append((total, *[MISSING] * 3, energy(float(large["energy"].sum()), words), MISSING))
    return Table(columns, tuple(rows), "energy-large")
