"""What the demonstration data shall look like: ``demo.yaml`` as typed models."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from analysis.errors import InputError, Problem
from analysis.plan import Model, Plan
from analysis.plan.checks import allowed

SPECIFICATION_FILE = "demo.yaml"

Layout = Literal["indicators_by_years", "regions_by_years", "regions_by_indicators", "long"]


class Spread(Model):
    """How the regions below the area differ from it.

    ``divide``: the area's value is divided among them by their shares, so that they add up exactly. Otherwise each
    keeps its own distance from the area (``offset``, in the indicator's unit) and adds its own yearly noise;
    ``combine`` then scales them until their combination by the indicator's weight is the area's value.
    """

    divide: bool = False
    combine: bool = False
    offset: dict[str, float] = Field(default_factory=dict)
    noise: float = Field(default=0.0, ge=0)


class Trajectory(Model):
    """The course of one indicator.

    Parameters
    ----------
    story : str
        What the trajectory is there to show.
    path : dict of int to float
        Value at chosen years, straight lines between them; the first and the last year bound the series. In the
        terms in which the series is delivered (level, yearly change, yearly amount).
    noise : float
        Standard deviation of the independent yearly noise, in the indicator's unit.
    events : dict of int to float
        What happened in a single year, added to the path.
    missing : list of int
        Years that the bureau delivered without a value.
    revision : dict of int to float
        What a later vintage adds to the value first delivered.
    regions : Spread or None
        None if there are no figures below the area.
    """

    story: str
    path: dict[int, float] = Field(min_length=1)
    noise: float = Field(default=0.0, ge=0)
    events: dict[int, float] = Field(default_factory=dict)
    missing: list[int] = Field(default_factory=list)
    revision: dict[int, float] = Field(default_factory=dict)
    regions: Spread | None = None


class Group(Model):
    """A merged head over several columns of a table of regions × indicators."""

    title: str
    indicators: list[str]


class Delivery(Model):
    """One file as a bureau sends it, and its row in ``sources.csv``.

    Parameters
    ----------
    file : str
        Name below ``observations``; the ending (``csv`` or ``xlsx``) decides the format.
    layout : str
    indicators, groups : list
        What the file holds, in its order; ``groups`` for ``regions_by_indicators``.
    has_regions : bool
        Whether the regions below the area have rows of their own.
    has_area : bool
        Whether the area itself has rows.
    first, last : int or None
        Years of the file; by default those of the whole demonstration.
    encoding : str
        Of a csv file.
    head, foot : list of str
        Lines above and below the table, as bureaus write them.
    has_unit_column : bool
        Whether each row names its unit.
    flags : dict of int to str
        Text behind every value of a year, such as ``(p)``.
    is_text, has_thousands : bool
        Numbers stored as text; thousands separated by commas.
    is_revision : bool
        Whether the file holds the revised values only.
    vintage, source_region, source_indicator, source_unit, title, publisher, note : str
        Facts for ``sources.csv``.
    """

    file: str = Field(pattern=r"^[^/\\]+\.(csv|xlsx)$")
    title: str
    publisher: str
    layout: Layout
    indicators: list[str] = Field(default_factory=list)
    groups: list[Group] = Field(default_factory=list)
    has_regions: bool = False
    has_area: bool = True
    first: int | None = None
    last: int | None = None
    encoding: Literal["utf-8", "utf-8-sig", "gb18030"] = "utf-8"
    head: list[str] = Field(default_factory=list)
    foot: list[str] = Field(default_factory=list)
    has_unit_column: bool = True
    flags: dict[int, str] = Field(default_factory=dict)
    is_text: bool = False
    has_thousands: bool = False
    is_revision: bool = False
    vintage: str = ""
    source_region: str = ""
    source_indicator: str = ""
    source_unit: str = ""
    note: str = ""

    @property
    def contents(self) -> list[str]:
        """Ids of all indicators in the file, in its order."""
        return [*self.indicators, *(id for group in self.groups for id in group.indicators)]


class Specification(Model):
    """The whole of ``demo.yaml``.

    ``shares`` are the regions' shares of the area's totals; they need not add up to one.
    """

    seed: int
    first: int
    last: int
    licence: str
    no_value: str = "—"
    shares: dict[str, float] = Field(default_factory=dict)
    indicators: dict[str, Trajectory]
    files: list[Delivery] = Field(min_length=1)


def read_specification(plan_folder: Path, plan: Plan, language: str = "zh") -> Specification:
    """Read ``demo.yaml`` of a plan folder and hold it against the plan.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    path = plan_folder / SPECIFICATION_FILE
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        specification = Specification.model_validate(content)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem("file_unreadable", file=path.name, found=str(error))], language) from error
    except yaml.YAMLError as error:
        raise InputError([Problem("plan_syntax", file=path.name, found=str(error))], language) from error
    except ValidationError as error:
        raise InputError([_problem(detail, path.name) for detail in error.errors()], language) from error
    problems = [*_unknown_names(specification, plan, path.name), *_missing_shares(specification, plan, path.name)]
    if problems:
        raise InputError(problems, language)
    return specification


def _problem(detail: object, file: str) -> Problem:
    facts = dict(detail)  # type: ignore[call-overload]
    cell = ".".join(str(part) for part in facts["loc"])
    return Problem(
        "wrong_value", file=file, cell=cell, found=str(facts["input"])[:80], details={"reason": facts["msg"]}
    )


def _unknown_names(specification: Specification, plan: Plan, file: str) -> list[Problem]:
    """Indicators and regions that the plan, or the specification itself, does not have."""
    indicators = [item.id for item in plan.indicators]
    regions = [item.id for item in plan.regions]
    references = [("indicators", id, indicators) for id in specification.indicators]
    references += [("shares", id, regions) for id in specification.shares]
    for delivery in specification.files:
        references += [(f"files.{delivery.file}", id, list(specification.indicators)) for id in delivery.contents]
    for name, trajectory in specification.indicators.items():
        offsets = trajectory.regions.offset if trajectory.regions else {}
        references += [(f"indicators.{name}.regions.offset", id, regions) for id in offsets]
    return [
        Problem("unknown_reference", file=file, cell=cell, found=id, details=allowed(id, known))
        for cell, id, known in references
        if id not in known
    ]


def _missing_shares(specification: Specification, plan: Plan, file: str) -> list[Problem]:
    """Regions without a share although something is divided among them."""
    if not any(course.regions and course.regions.divide for course in specification.indicators.values()):
        return []
    return [
        Problem("missing_key", file=file, cell=f"shares.{region.id}", details={"key": region.id})
        for region in plan.children(plan.area)
        if region.id not in specification.shares
    ]
