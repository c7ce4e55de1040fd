"""A coverage that shrank."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from analysis.plan import Plan
from analysis.screening.finding import Finding


def shrunken_coverage(observations: pd.DataFrame, plan: Plan, edition_year: int) -> list[Finding]:
    """Values delivered for the year before but not for the edition year (shrunken_coverage, missing_indicator).

    Parameters
    ----------
    observations : DataFrame
        Contract ``observations``; a value with a bound counts as delivered.
    plan : Plan
    edition_year : int

    Returns
    -------
    list of Finding
        One per indicator: ``missing_indicator`` if no region delivered it any more, else ``shrunken_coverage`` with
        the regions that fell silent.

    Notes
    -----
    {(region, indicator) with a value in year Y − 1} − {those with one in year Y}. Own rule: a set difference, without
    any threshold. Selective silence flatters averages and rankings.
    """
    delivered = {
        year: set(zip(rows["indicator"], rows["region"], strict=True))
        for year, rows in observations.groupby("year")
        if year in (edition_year - 1, edition_year)
    }
    before, now = delivered.get(edition_year - 1, set()), delivered.get(edition_year, set())
    still_there = {indicator for indicator, _ in now}
    missing: dict[str, list[str]] = defaultdict(list)
    for region in plan.regions:
        for indicator in plan.indicators:
            if (indicator.id, region.id) in before - now:
                missing[indicator.id].append(region.id)
    return [
        Finding(
            "shrunken_coverage" if indicator in still_there else "missing_indicator",
            regions[0],
            indicator,
            edition_year,
            evidence={
                "regions": ", ".join(regions),
                "count": str(len(regions)),
                "before": str(sum(id == indicator for id, _ in before)),
                "years": str(edition_year),
                "last": str(edition_year - 1),
            },
        )
        for indicator, regions in missing.items()
    ]
