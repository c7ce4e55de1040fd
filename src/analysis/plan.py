"""The plan: what was promised, by whom, until when, in which words.

``plan.yaml`` is read into frozen pydantic models. A wrong file gives one message with every problem:
key path, what was found, what is allowed, and the nearest valid name for a misspelling.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.errors import InputError, Problem
from analysis.units import find_unit, nearest_units, unit_ids

PLAN_FILE = "plan.yaml"

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
TargetKind = Literal[
    "level_at_least",
    "level_at_most",
    "relative_reduction",
    "cumulative_reduction",
    "share_points_reduction",
    "completion",
    "count_at_least",
    "milestone",
]
SeriesKind = Literal["level", "yearly_change", "yearly_increment", "running_total"]
TierId = Literal["base", "stretch"]


class Model(BaseModel):
    """Frozen, strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Model):
    """A text in both languages."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


class Department(Model):
    """A department (责任单位) that commitments name."""

    id: Identifier
    name: Text


class Responsibility(Model):
    """Who is responsible (责任分工): leading and supporting departments, and the plan's exact wording."""

    lead: list[Identifier] = []
    support: list[Identifier] = []
    wording: str = ""

    @property
    def departments(self) -> list[str]:
        """All departments, leading ones first."""
        return [*self.lead, *self.support]


class Region(Model):
    """A place that the plan covers; ``parent`` names the region that it belongs to."""

    id: Identifier
    name: Text
    level: Literal["country", "province", "city", "county"]
    parent: Identifier | None = None
    aliases: list[str] = []
    code: str | None = Field(default=None, pattern=r"^\d{6}$", description="code of GB/T 2260")


class Break(Model):
    """A year from which the series means something else (口径调整), or jumps for a reason that is no change."""

    year: int
    kind: Literal["definition", "level"]
    note: Text


class Indicator(Model):
    """A statistical indicator (指标): what is counted, in which unit, and how its series is delivered.

    ``series`` says what the delivered values are: ``level`` (the value itself), ``yearly_change`` (percentage
    change on the year before, to be chained), ``yearly_increment`` (added up) or ``running_total`` (已累计).
    ``bounds`` are the limits outside which a value is impossible; ``labels`` are further names in files.
    """

    id: Identifier
    title: Text
    unit: str
    series: SeriesKind = "level"
    direction: Literal["increase", "decrease"] = Field(description="the direction that is an improvement")
    bounds: tuple[float | None, float | None] = (None, None)
    decimals: int = Field(default=1, ge=0, le=6)
    definition: Text | None = None
    labels: list[str] = []
    breaks: list[Break] = []


class Tier(Model):
    """One level of a target: 确保 / 基本 (base) or 力争 / 激励 (stretch)."""

    id: TierId = "base"
    value: float
    wording: str = ""


class Target(Model):
    """What is to be reached (目标).

    ``value`` of a tier is written as the plan writes it: the level (``level_…``, ``completion`` in %,
    ``count_at_least``), the reduction in % (``relative_reduction``), the total (``cumulative_reduction``) or the
    points (``share_points_reduction``), in the indicator's unit. ``strict``: 低于 / 超过, equality misses it.
    ``about``: 左右; ``tolerance`` in the target's unit is given on the unfavourable side only. ``path`` is the
    plan's own yearly path, in the same terms as the tier's value. ``verified``: wording re-read at the source.
    """

    kind: TargetKind
    tiers: list[Tier] = Field(min_length=1, max_length=2)
    strict: bool = False
    about: bool = False
    tolerance: float = Field(default=0.0, ge=0)
    nature: Literal["binding", "expected"] = "expected"
    base_year: int | None = None
    target_year: int | None = None
    fallback_base_year: int | None = None
    path: dict[int, float] = {}
    verified: bool = True


class Commitment(Model):
    """One promise (任务) in the plan's exact words; scored if it has an indicator and a target."""

    id: Identifier
    quote: str
    translation: str
    responsibility: Responsibility | None = None
    indicator: Identifier | None = None
    target: Target | None = None
    target_year: int | None = None
    note: Text | None = None

    @property
    def is_scored(self) -> bool:
        """Whether the commitment has a number to be judged by."""
        return self.target is not None


class Section(Model):
    """A section of the plan; every top-level section is a chapter of the report."""

    id: Identifier
    number: str
    title: Text
    responsibility: Responsibility = Responsibility()
    commitments: list[Commitment] = []
    sections: list[Section] = []

    def walk(self) -> Iterator[tuple[Section, Commitment]]:
        """Every commitment of the section and of its subsections, in the plan's order."""
        for commitment in self.commitments:
            yield self, commitment
        for section in self.sections:
            yield from section.walk()


class Milestone(Model):
    """A dated state (里程碑) of a commitment, never a made-up percentage."""

    id: Identifier
    title: Text
    due: datetime.date
    commitment: Identifier
    state: Literal["not_started", "in_progress", "done", "not_reported"] = "not_reported"
    evidence: Text | None = None


class Document(Model):
    """The published document that holds the plan."""

    title: Text
    issuer: Text
    number: str = ""
    issued: datetime.date | None = None
    url: str = ""
    note: Text | None = None


class Scored(Model):
    """A scored commitment together with everything it refers to."""

    section: Section
    commitment: Commitment
    indicator: Indicator
    target: Target
    base_year: int
    target_year: int
    responsibility: Responsibility


class Plan(Model):
    """A public plan with targets: regions, departments, indicators, sections, milestones."""

    id: Identifier
    title: Text
    short_title: Text
    documents: list[Document] = Field(min_length=1)
    area: Identifier
    base_year: int
    target_year: int
    regions: list[Region] = Field(min_length=1)
    departments: list[Department] = []
    indicators: list[Indicator] = []
    sections: list[Section] = Field(min_length=1)
    milestones: list[Milestone] = []
    notes: list[Text] = []

    def region(self, id: str) -> Region:
        """The region with that id."""
        return _find(self.regions, id)

    def indicator(self, id: str) -> Indicator:
        """The indicator with that id."""
        return _find(self.indicators, id)

    def department(self, id: str) -> Department:
        """The department with that id."""
        return _find(self.departments, id)

    def section(self, id: str) -> Section:
        """The top-level section with that id."""
        return _find(self.sections, id)

    def commitments(self) -> list[tuple[Section, Commitment]]:
        """Every commitment with the (sub)section that holds it, in the plan's order."""
        return [pair for section in self.sections for pair in section.walk()]

    def scored(self) -> list[Scored]:
        """Every scored commitment, in the plan's order, with base and target year filled in."""
        return [
            Scored.model_construct(
                section=section,
                commitment=commitment,
                indicator=self.indicator(commitment.indicator or ""),
                target=commitment.target,
                base_year=commitment.target.base_year or self.base_year,
                target_year=commitment.target.target_year or self.target_year,
                responsibility=commitment.responsibility or section.responsibility,
            )
            for section, commitment in self.commitments()
            if commitment.target is not None
        ]

    def children(self, region: str) -> list[Region]:
        """Regions that belong to a region, in the plan's order."""
        return [item for item in self.regions if item.parent == region]

    @classmethod
    def read(cls, folder: Path, language: str = "zh") -> Self:
        """Read ``plan.yaml`` of a plan folder.

        Raises
        ------
        InputError
            With every problem of the file.
        """
        return cls.model_validate(_checked(folder / PLAN_FILE, language))


def load_plan(folder: Path | str, language: str = "zh") -> Plan:
    """Read the plan of a plan folder.

    Parameters
    ----------
    folder : path
        A folder with ``plan.yaml``.
    language : {"zh", "en"}
        Language of error messages.

    Raises
    ------
    InputError
        With every problem of the file: key path, found, allowed, nearest valid name.
    """
    return Plan.read(Path(folder), language)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_NamedT = TypeVar("_NamedT", bound=_Named)


def _find(items: list[_NamedT], id: str) -> _NamedT:
    for item in items:
        if item.id == id:
            return item
    raise KeyError(f"{id!r}; available: {', '.join(item.id for item in items)}")


def _checked(path: Path, language: str) -> dict[str, Any]:
    """The file's content, or one InputError with all its problems."""
    name = path.name
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError([Problem("plan_missing", file=str(path), found="")], language) from None
    except (UnicodeDecodeError, OSError) as error:
        raise InputError([Problem("file_unreadable", file=name, found=str(error))], language) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        cell = f"{mark.line + 1}:{mark.column + 1}" if mark else ""
        found = str(getattr(error, "problem", error))
        raise InputError([Problem("plan_syntax", file=name, cell=cell, found=found)], language) from error
    if not isinstance(content, dict):
        raise InputError([Problem("plan_syntax", file=name, found=type(content).__name__)], language)
    try:
        plan = Plan.model_validate(content)
    except ValidationError as error:
        raise InputError([_problem(detail, name) for detail in error.errors()], language) from error
    problems = list(_cross_check(plan, name))
    if problems:
        raise InputError(problems, language)
    return content


def _problem(detail: Any, file: str) -> Problem:
    """Turn one pydantic finding into a problem in our own words."""
    path = _key_path(detail["loc"])
    found = _shown(detail["input"])
    key = str(detail["loc"][-1])
    match detail["type"]:
        case "extra_forbidden":
            fields = _fields_at(detail["loc"][:-1])
            return Problem("unknown_key", file=file, cell=path, found=key, details=_allowed(key, fields))
        case "missing":
            return Problem("missing_key", file=file, cell=path, details={"key": key})
        case "literal_error":
            allowed = [item.strip(" '") for item in detail["ctx"]["expected"].replace(" or ", ",").split(",")]
            return Problem("unknown_value", file=file, cell=path, found=found, details=_allowed(found, allowed))
        case _:
            return Problem("wrong_value", file=file, cell=path, found=found, details={"reason": detail["msg"]})


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _key_path(loc: tuple[int | str, ...]) -> str:
    path = ""
    for part in loc:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _fields_at(loc: tuple[int | str, ...]) -> list[str]:
    """Names that are valid at a place of the plan file."""
    model: Any = Plan
    for part in loc:
        if isinstance(part, str) and part in model.model_fields:
            nested = _model_in(model.model_fields[part].annotation)
            if nested is None:
                return []
            model = nested
    return list(model.model_fields)


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _allowed(found: str, allowed: list[str]) -> dict[str, str]:
    nearest = get_close_matches(found, allowed, n=1, cutoff=0.5)
    return {"allowed": ", ".join(allowed), "nearest": nearest[0] if nearest else "—"}


def _cross_check(plan: Plan, file: str) -> Iterator[Problem]:
    """What single fields cannot know: references, uniqueness, order of years, units."""
    yield from _check_unique(plan, file)
    yield from _check_references(plan, file)
    for position, indicator in enumerate(plan.indicators, 1):
        cell = f"indicators[{position}].unit"
        if find_unit(indicator.unit) is None:
            nearest = nearest_units(indicator.unit)
            details = {"allowed": ", ".join(unit_ids()), "nearest": nearest[0] if nearest else "—"}
            yield Problem("unknown_unit", file=file, cell=cell, found=indicator.unit, details=details)
    for scored in _resolvable(plan):
        cell = f"{scored.section.id}.{scored.commitment.id}.target"
        if scored.base_year >= scored.target_year:
            found = f"{scored.base_year} … {scored.target_year}"
            yield Problem("years_reversed", file=file, cell=cell, found=found)
        yield from _check_tiers(scored, file, cell)


def _resolvable(plan: Plan) -> list[Scored]:
    known = {indicator.id for indicator in plan.indicators}
    if all(commitment.indicator in known for _, commitment in plan.commitments() if commitment.target):
        return plan.scored()
    return []


def _check_tiers(scored: Scored, file: str, cell: str) -> Iterator[Problem]:
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
            yield Problem("unknown_reference", file=file, cell=cell, found=id, details=_allowed(id, known))
