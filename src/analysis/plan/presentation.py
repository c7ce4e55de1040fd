"""Where a plan's indicators are presented."""

from __future__ import annotations

from analysis.plan.models import Indicator, Plan


def section_indicators(plan: Plan, section: str) -> list[Indicator]:
    """Indicators that are presented in a section: those whose first scored commitment stands in it.

    An indicator with targets in several sections is presented once, because labels are unique in the report.
    """
    first: dict[str, str] = {}
    for top in plan.sections:
        for _, commitment in top.walk():
            if commitment.target is not None and commitment.indicator:
                first.setdefault(commitment.indicator, top.id)
    return [plan.indicator(indicator) for indicator, holder in first.items() if holder == section]
