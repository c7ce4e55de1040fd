"""What a bureau is asked for: which indicators, in which units, for which regions and years."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from analysis.errors import InputError, Problem, StepError
from analysis.messages import Catalogue, catalogue
from analysis.plan import Indicator, Plan, Region, Scored
from analysis.sources.names import Names
from analysis.units import Unit, find_unit, related_units

# Trends need a past: years before the base year that are asked for.
YEARS_BEFORE_BASE = 9
# Nobody counts a city's emissions in milligrams: how much smaller and larger the other units to choose from may be.
SMALLEST_UNIT, LARGEST_UNIT = 1e-4, 1e8


@dataclass(frozen=True)
class Line:
    """One indicator of the form.

    Parameters
    ----------
    label, unit : str
        As printed; the reader knows both.
    units : tuple of str
        The unit and those that convert into it.
    low, high : float or None
        Limits outside which a value is impossible, in the unit.
    possible : str
        The same in words.
    series, definition, departments : str
        What to report, what it means, who is responsible.
    wordings : tuple of str
        What the plan says, each with its section.
    """

    label: str
    unit: str
    units: tuple[str, ...]
    low: float | None
    high: float | None
    possible: str
    series: str
    definition: str
    departments: str
    wordings: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """Everything that stands in a form.

    Parameters
    ----------
    plan : str
        The plan's name.
    language : {"zh", "en"}
    years : tuple of int
    regions : tuple of str
        One sheet each.
    lines : tuple of Line
    """

    plan: str
    language: str
    years: tuple[int, ...]
    regions: tuple[str, ...]
    lines: tuple[Line, ...]


def form_of(plan: Plan, language: str, department: str = "", region: str = "") -> Form:
    """Gather what a form asks for.

    Parameters
    ----------
    plan : Plan
    language : {"zh", "en"}
    department, region : str
        Id or name, to ask for that part only; empty for all.

    Returns
    -------
    Form
        The scored indicators in the plan's order, from nine years before the base year to the target year.

    Raises
    ------
    InputError
        If the plan has no such department or region.
    StepError
        If the department has no scored commitment.
    """
    wanted = _department(plan, department, language)
    regions = [plan.region(_region(plan, region, language))] if region else _area_first(plan)
    groups: dict[str, list[Scored]] = {}
    for item in plan.scored():
        if not wanted or wanted in item.responsibility.departments:
            groups.setdefault(item.indicator.id, []).append(item)
    if not groups:
        known = {id for item in plan.scored() for id in item.responsibility.departments}
        allowed = ", ".join(item.name.get(language) for item in plan.departments if item.id in known)
        raise StepError(catalogue(language).text("template.nothing", department=department or "—", allowed=allowed))
    names = Names(plan)
    return Form(
        plan.short_title.get(language),
        language,
        tuple(range(plan.base_year - YEARS_BEFORE_BASE, plan.target_year + 1)),
        tuple(item.name.get(language) for item in regions),
        tuple(_line(group, plan, names, catalogue(language)) for group in groups.values()),
    )


def _area_first(plan: Plan) -> list[Region]:
    return sorted(plan.regions, key=lambda item: item.id != plan.area)


def _region(plan: Plan, text: str, language: str) -> str:
    names = Names(plan)
    found = names.region(text)
    if not found:
        details = {"allowed": names.region_list(), "nearest": names.nearest_region(text) or "—"}
        raise InputError([Problem("no_such_region", found=text, details=details)], language)
    return found


def _department(plan: Plan, text: str, language: str) -> str:
    if not text:
        return ""
    names: dict[str, str] = {}
    for item in plan.departments:
        texts = [item.name, *([item.short] if item.short else [])]
        names.update(dict.fromkeys([item.id, *(name for both in texts for name in (both.zh, both.en))], item.id))
    if text not in names:
        nearest = get_close_matches(text, names, n=1, cutoff=0.3)
        details = {"allowed": ", ".join(item.id for item in plan.departments), "nearest": (nearest or ["—"])[0]}
        raise InputError([Problem("unknown_reference", found=text, details=details)], language)
    return names[text]


def _line(group: list[Scored], plan: Plan, names: Names, words: Catalogue) -> Line:
    indicator, language = group[0].indicator, words.language
    unit = find_unit(indicator.unit)
    printed = unit_text(unit, words) if unit else indicator.unit
    others = [unit_text(item, words, unit.basis) for item in _usual_units(unit)] if unit else []
    departments = dict.fromkeys(id for item in group for id in item.responsibility.departments)
    return Line(
        label=_label(indicator, names, language),
        unit=printed,
        units=tuple(dict.fromkeys([printed, *others])),
        low=indicator.bounds[0],
        high=indicator.bounds[1],
        possible=_range(indicator, words),
        series=words.text(f"template.series.{indicator.series}"),
        definition=indicator.definition.get(language) if indicator.definition else "",
        departments=words.text("template.list_mark").join(plan.department(id).name.get(language) for id in departments),
        wordings=tuple(_wording(item, words) for item in group),
    )


def _usual_units(unit: Unit) -> list[Unit]:
    return [item for item in related_units(unit) if SMALLEST_UNIT <= item.factor / unit.factor <= LARGEST_UNIT]


def unit_text(unit: Unit, words: Catalogue, basis: str = "") -> str:
    """A unit as the form writes it, with its price basis, so that :func:`analysis.units.find_unit` finds it again.

    Parameters
    ----------
    unit : Unit
    words : Catalogue
    basis : str
        Price basis if the unit itself has none.
    """
    label = unit.label(words.language)
    # A comma would cut the name in two in a list to choose from.
    label = unit.id if "," in label else label
    basis = unit.basis or basis
    if not basis:
        return label
    kind = "year" if basis.isdigit() else basis if basis in ("current", "comparable") else "other"
    return words.text(f"template.basis.{kind}", unit=label, basis=basis)


def _label(indicator: Indicator, names: Names, language: str) -> str:
    """The name that leaves no doubt: yearly changes go by the name that says so, not by the name of the level."""
    changes = indicator.labels[:1] if indicator.series == "yearly_change" and language == "zh" else []
    titles = [indicator.title.get(language), indicator.title.zh, indicator.title.en]
    candidates = [*changes, *titles, *indicator.labels, indicator.id]
    return next(text for text in candidates if names.indicator(text).id == indicator.id)


def _range(indicator: Indicator, words: Catalogue) -> str:
    low, high = indicator.bounds
    kind = ("both" if high is not None else "low") if low is not None else ("high" if high is not None else "none")
    shown = {name: f"{limit:g}" for name, limit in (("low", low), ("high", high)) if limit is not None}
    return words.text(f"template.range.{kind}", **shown)


def _wording(item: Scored, words: Catalogue) -> str:
    text = item.commitment.quote if words.language == "zh" else item.commitment.translation
    title = item.section.title.get(words.language)
    return words.text("template.comment.wording", number=item.section.number, section=title, text=text)
