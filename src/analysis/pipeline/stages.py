"""Which notebooks a report consists of, in which order they run, and in which order they are read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from analysis.editing import places_in
from analysis.edition import PREVIOUS
from analysis.plan import Plan, Section


@dataclass(frozen=True)
class Step:
    """One run of a notebook.

    Parameters
    ----------
    name : str
        Name of the executed notebook, without suffix.
    notebook : str
        Name of the notebook, without suffix.
    parameters : dict of str to object
        What it is given besides plan, year, language and output.
    reads_raw : bool
        Whether it reads the raw files, and not only the plan and the tables of earlier steps.
    reads_finished : bool
        Whether it reads the raw files of the plan on which the methods are proved.
    reads : tuple of str
        Folders of earlier steps that it reads, besides the tables that its notebook names.
    shows : tuple of str
        Places whose comments it shows.
    indicators : tuple of str, optional
        If given, it reads only these indicators' rows of tables that have a column ``indicator``.
    """

    name: str
    notebook: str
    parameters: dict[str, object] = field(default_factory=dict)
    reads_raw: bool = False
    reads_finished: bool = False
    reads: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    indicators: tuple[str, ...] | None = None


CLEAN = Step("01-clean", "01-clean", reads_raw=True, shows=("data",))
TRENDS = Step("02-trends", "02-trends", shows=("methods",))
ASSESS = Step("03-assess", "03-assess", shows=("summary",))
PROJECTS = Step("06-projects", "06-projects", shows=("projects",))
DEPARTMENTS = Step("07-departments", "07-departments", shows=("departments",))
CHANGES = Step("08-changes", "08-changes", reads=(PREVIOUS,), shows=("changes",))
TARGETS = Step("09-targets", "09-targets", shows=("targets",))
RELIABILITY = Step("10-reliability", "10-reliability", reads_finished=True)


def _sections_and_regions(plan: Plan) -> list[Step]:
    """The chapters on the plan's sections and on its districts, in the report's order."""
    chapters = [_section(plan, section) for section in plan.sections]
    if plan.children(plan.area):
        chapters.append(Step("05-regions", "05-regions", shows=("regions",)))
    return chapters


def _departments(plan: Plan) -> list[Step]:
    return [DEPARTMENTS] if plan.departments else []


def _section(plan: Plan, section: Section) -> Step:
    """The chapter of a section, which knows the indicators of the section's commitments only."""
    indicators = sorted({commitment.indicator for _, commitment in section.walk() if commitment.indicator})
    shows = places_in(plan, section.id)
    name = f"04-section-{section.id}"
    return Step(name, "04-section", {"section": section.id}, shows=shows, indicators=tuple(indicators))


def running_order(plan: Plan, compare: str = "") -> list[list[Step]]:
    """Stages; the steps of one stage do not depend on each other.

    Parameters
    ----------
    plan : Plan
    compare : str
        The edition to compare with, if any.
    """
    assess = replace(ASSESS, parameters={"compare": compare}) if compare else ASSESS
    chapters = [*_sections_and_regions(plan), *_departments(plan), TARGETS, *([CHANGES] if compare else [])]
    return [[CLEAN], [TRENDS, PROJECTS], [assess, RELIABILITY], chapters]


def reading_order(plan: Plan, compare: str = "") -> list[Step]:
    """The report's chapters: findings first, then how they came about."""
    findings = [ASSESS, TARGETS, *([CHANGES] if compare else [])]
    chapters = [*_sections_and_regions(plan), PROJECTS, *_departments(plan)]
    return [*findings, *chapters, CLEAN, TRENDS, RELIABILITY]
