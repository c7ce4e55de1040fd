"""What the targets of the regions must agree with: the plan's regions, its indicators, and the area's own targets."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.errors import Problem
from analysis.plan.checks import allowed, check_tiers
from analysis.plan.models import Plan, Scored
from analysis.units import find_unit

# Amounts are divided in the smallest step that a plan may print them in; anything coarser is a difference.
SMALLEST_STEP = 1e-6
# Kinds of target whose amounts the regions share among themselves.
DIVIDED = ("cumulative_reduction",)


def check_regional(plan: Plan, file: str, language: str) -> Iterator[Problem]:
    """Every problem of the regions' targets and of what they are graded by.

    Parameters
    ----------
    plan : Plan
        Free of other problems.
    file : str
        Name of the file, for the problems.
    language : {"zh", "en"}
        In which regions and indicators are named.
    """
    unknown = [Problem("unknown_reference", file=file, cell=cell, found=found, details=allowed(found, known))
               for cell, found, known in _references(plan) if found not in known]  # fmt: skip
    yield from unknown
    if unknown:
        return
    for region in plan.children(plan.area):
        for scored in plan.scored(region.id):
            if plan.regional_tiers(scored.indicator.id, region.id):
                yield from check_tiers(scored, file, f"regional_targets.values.{scored.indicator.id} · {region.id}")
    for scored in plan.scored():
        if scored.target.kind in DIVIDED and scored.indicator.id in plan.regional_targets.values:
            yield from _check_division(plan, scored, file, language)


def _references(plan: Plan) -> Iterator[tuple[str, str, list[str]]]:
    """Place, name, and the names that may stand there."""
    indicators = [item.id for item in plan.indicators]
    scored = list(dict.fromkeys(item.indicator.id for item in plan.scored()))
    below = [region.id for region in plan.children(plan.area)]
    for item in plan.indicators:
        for key, id in (("weight", item.weight), ("level", item.level)):
            if id is not None:
                yield f"indicators.{item.id}.{key}", id, indicators
    for id, tiers in plan.regional_targets.values.items():
        yield "regional_targets.values", id, scored
        for tier, values in tiers.items():
            for region in values:
                yield f"regional_targets.values.{id}.{tier}", region, below
    evaluation = plan.regional_evaluation
    if evaluation:
        # Without a target of its own a region cannot be graded.
        yield "regional_evaluation.indicator", evaluation.indicator, list(plan.regional_targets.values)
        for id in evaluation.measures:
            yield "regional_evaluation.measures", id, indicators


def _check_division(plan: Plan, scored: Scored, file: str, language: str) -> Iterator[Problem]:
    """The parts of a divided amount add up to the area's, to the last tonne."""
    for tier in scored.target.tiers:
        shares = plan.regional_targets.values[scored.indicator.id].get(tier.id, {})
        difference = round(sum(shares.values()) - tier.value, 6)
        if shares and abs(difference) > SMALLEST_STEP:
            parts = [
                f"{region.name.get(language)} {shares[region.id]:.10g}"
                if region.id in shares
                else f"{region.name.get(language)} —"
                for region in plan.children(plan.area)
            ]
            details = {
                "title": scored.indicator.title.get(language),
                "difference": f"{difference:+.10g}",
                "unit": unit.label(language) if (unit := find_unit(scored.indicator.unit)) else scored.indicator.unit,
                "total": f"{tier.value:.10g}",
                "sum": f"{sum(shares.values()):.10g}",
            }
            cell = f"regional_targets.values.{scored.indicator.id}.{tier.id}"
            found = " + ".join(parts)
            yield Problem("division_off", file=file, cell=cell, found=found, details=details)
