"""What single fields of a plan cannot know: references, uniqueness, order of years, units, agreement of tiers."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from analysis.errors import Problem
from analysis.plan.models import Plan, Scored
from analysis.units import is_unit, nearest_units, unit_ids


def cross_check(plan: Plan, file: str) -> Iterator[Problem]:
    """Every problem that is not one of a single field.

    Parameters
    ----------
    plan : Plan
    file : str
        Name of the file, for the problems.
    """
    yield from _check_unique(plan, file)
    yield from _check_references(plan, file)
    for position, indicator in enumerate(plan.indicators, 1):
        cell = f"indicators[{position}].unit"
        if not is_unit(indicator.unit):
            nearest = nearest_units(indicator.unit)
            details = {"allowed": ", ".join(unit_ids()), "nearest": nearest[0] if nearest else "—"}
            yield Problem("unknown_unit", file=file, cell=cell, found=indicator.unit, details=details)
    scored_commitments = _resolvable(plan)
    yield from _check_agreement(scored_commitments, file)
    for scored in scored_commitments:
        cell = f"{scored.section.id}.{scored.commitment.id}.target"
        if scored.base_year >= scored.target_year:
            found = f"{scored.base_year} … {scored.target_year}"
            yield Problem("years_reversed", file=file, cell=cell, found=found)
        yield from check_tiers(scored, file, cell)


def _resolvable(plan: Plan) -> list[Scored]:
    known = {indicator.id for indicator in plan.indicators}
    if all(commitment.indicator in known for _, commitment in plan.commitments() if commitment.target):
        return plan.scored()
    return []


def _check_agreement(scored_commitments: list[Scored], file: str) -> Iterator[Problem]:
    """Tiers of one indicator share one measure: kind, years and base must be the same."""
    first: dict[str, Scored] = {}
    for scored in scored_commitments:
        other = first.setdefault(scored.indicator.id, scored)
        terms, expected = (f"{item.target.kind} {item.base_year}–{item.target_year}" for item in (scored, other))
        if terms != expected:
            cell = f"{scored.section.id}.{scored.commitment.id}.target"
            details = {"other": other.commitment.id, "expected": expected}
            yield Problem("conflicting_targets", file=file, cell=cell, found=terms, details=details)


def check_tiers(scored: Scored, file: str, cell: str) -> Iterator[Problem]:
    """Tiers that cannot be: outside the indicator's bounds, or a reduction of nothing or of everything."""
    low, high = scored.indicator.bounds
    for tier in scored.target.tiers:
        if scored.target.kind in ("level_at_least", "level_at_most", "completion"):
            below = low is not None and tier.value < low
            above = high is not None and tier.value > high
            if below or above:
                details = {"low": str(low), "high": str(high)}
                yield Problem("target_out_of_bounds", file=file, cell=cell, found=f"{tier.value:g}", details=details)
        elif tier.value <= 0:
            yield Problem("reduction_not_positive", file=file, cell=cell, found=f"{tier.value:g}")
        if scored.target.kind == "relative_reduction" and tier.value >= 100:
            yield Problem("reduction_not_positive", file=file, cell=cell, found=f"{tier.value:g}")


def _check_unique(plan: Plan, file: str) -> Iterator[Problem]:
    groups = {
        "regions": [item.id for item in plan.regions],
        "departments": [item.id for item in plan.departments],
        "indicators": [item.id for item in plan.indicators],
        "sections": [item.id for item in plan.sections],
        "commitments": [commitment.id for _, commitment in plan.commitments()],
        "milestones": [item.id for item in plan.milestones],
    }
    for group, ids in groups.items():
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield Problem("duplicate_id", file=file, cell=group, found=id)
    tiers = [
        (commitment.indicator, tier.id)
        for _, commitment in plan.commitments()
        if commitment.target
        for tier in commitment.target.tiers
    ]
    for indicator, tier in sorted({str(pair[0]): pair[1] for pair in tiers if tiers.count(pair) > 1}.items()):
        yield Problem("duplicate_tier", file=file, cell="sections", found=f"{indicator}: {tier}")


def _check_references(plan: Plan, file: str) -> Iterator[Problem]:
    regions = [item.id for item in plan.regions]
    departments = [item.id for item in plan.departments]
    indicators = [item.id for item in plan.indicators]
    commitments = [commitment.id for _, commitment in plan.commitments()]
    references: list[tuple[str, str, list[str]]] = [("area", plan.area, regions)]
    references += [(f"regions.{item.id}.parent", item.parent, regions) for item in plan.regions if item.parent]
    for section in [part for top in plan.sections for part in (top, *top.sections)]:
        for id in section.responsibility.departments:
            references.append((f"sections.{section.id}.responsibility", id, departments))
    for section, commitment in plan.commitments():
        path = f"sections.{section.id}.commitments.{commitment.id}"
        for id in commitment.responsibility.departments if commitment.responsibility else []:
            references.append((f"{path}.responsibility", id, departments))
        if commitment.target is not None and commitment.indicator is None:
            yield Problem("missing_key", file=file, cell=f"{path}.indicator", details={"key": "indicator"})
        if commitment.indicator is not None:
            references.append((f"{path}.indicator", commitment.indicator, indicators))
    references += [(f"milestones.{item.id}.commitment", item.commitment, commitments) for item in plan.milestones]
    for cell, id, known in references:
        if id not in known:
            yield Problem("unknown_reference", file=file, cell=cell, found=id, details=allowed(id, known))


def allowed(found: str, names: list[str]) -> dict[str, str]:
    """What may stand there, and the nearest of it, as details of a problem."""
    nearest = get_close_matches(found, names, n=1, cutoff=0.5)
    return {"allowed": ", ".join(names), "nearest": nearest[0] if nearest else "—"}
