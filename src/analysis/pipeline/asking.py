"""What if: one question about one target, answered from the raw files."""

from __future__ import annotations

from analysis.assessment import assess
from analysis.edition import open_edition
from analysis.measures import measure
from analysis.observations import load_observations
from analysis.pipeline.single import check_names
from analysis.prospect import whatif_lines
from analysis.trends import fit_trends
from analysis.whatif import parse_change, what_if


def ask(
    indicator: str,
    region: str = "",
    plan: str = "",
    year: int = 0,
    change: str = "",
    extra: float = 0.0,
    language: str = "zh",
) -> str:
    """Answer a what-if question.

    Parameters
    ----------
    indicator : str
        Id of an indicator of the plan.
    region : str
        Id of a region; empty for the plan's area.
    plan, year, language
        As for a report.
    change : str
        Assumed yearly change, in the indicator's unit or with a percent sign; empty for none.
    extra : float
        On top of the latest total, in the indicator's unit.

    Returns
    -------
    str
        Several lines.

    Raises
    ------
    InputError
        If the question cannot be answered; the message says why.
    """
    edition = open_edition(plan, year, language)
    place = region or edition.plan.area
    check_names(edition, indicator, place)
    given = parse_change(change, language)
    measures = measure(load_observations(edition).observations, edition.plan)
    result = what_if(edition.plan, measures, indicator, place, given, extra, language=language)
    own = measures[measures["indicator"] == indicator]
    assessment = assess(edition.plan, measures, fit_trends(own, edition.plan, edition.year), edition.year)
    return "\n".join(whatif_lines(result, assessment, edition.plan, language))
