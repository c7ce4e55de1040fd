"""What ``plan.yaml`` may hold: frozen pydantic models, one per thing a plan speaks of."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

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
    """A department (责任单位) that commitments name; ``short`` is its name where there is little room."""

    id: Identifier
    name: Text
    short: Text | None = None


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
    ``short`` is its title where there is little room.
    ``bounds`` are the limits outside which a value is impossible, ``plausible`` those outside which it is doubtful, or
    delivered in another unit than stated; ``labels`` are further names in files.

    An intensity (强度) of several regions is combined by weights, never averaged: ``weight`` is the indicator of the
    weight (GDP, value added), ``level`` the one that holds the intensity itself in the base year where the series
    only says how it changes.
    """

    id: Identifier
    title: Text
    short: Text | None = None
    unit: str
    series: SeriesKind = "level"
    direction: Literal["increase", "decrease"] = Field(description="the direction that is an improvement")
    bounds: tuple[float | None, float | None] = (None, None)
    plausible: tuple[float | None, float | None] = (None, None)
    decimals: int = Field(default=1, ge=0, le=6)
    definition: Text | None = None
    labels: list[str] = []
    breaks: list[Break] = []
    weight: Identifier | None = None
    level: Identifier | None = None


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


class RegionalTargets(Model):
    """Targets of the regions below the area (分解目标), in the terms and the unit of the area's own target.

    ``values`` holds indicator, tier, region, value. ``wording`` is what the tiers are called (基本目标, 激励目标).
    ``is_demonstration``: invented to show the report; everything that is judged by them says so.
    """

    values: dict[Identifier, dict[TierId, dict[Identifier, float]]] = {}
    wording: dict[TierId, str] = {}
    is_demonstration: bool = False
    note: Text | None = None


class RegionalEvaluation(Model):
    """How the regions are graded (预警等级、目标责任评价考核).

    ``indicator`` is the intensity that they are graded by, ``barometers`` the published versions of the barometer
    (晴雨表) to be shown, ``measures`` the indicators whose scores add up to the part for measures (措施得分).
    """

    indicator: Identifier
    barometers: list[Literal["first_quarter", "half_year"]] = []
    measures: list[Identifier] = []


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
    """A date (里程碑) by which a commitment is to be done; its state comes from dated reports."""

    id: Identifier
    title: Text
    due: datetime.date
    commitment: Identifier


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
    regional_targets: RegionalTargets = RegionalTargets()
    regional_evaluation: RegionalEvaluation | None = None
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

    def scored(self, region: str = "") -> list[Scored]:
        """Every scored commitment, in the plan's order, with base and target year filled in.

        Parameters
        ----------
        region : str
            A region below the area: where it has targets of its own they stand in place of the area's. Tiers that
            the area has in several commitments then belong to the first of them.
        """
        found = [
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
        return found if region in ("", self.area) else list(self._of_region(found, region))

    def _of_region(self, found: list[Scored], region: str) -> Iterator[Scored]:
        replaced = set()
        for item in found:
            tiers = self.regional_tiers(item.indicator.id, region)
            if not tiers:
                yield item
            elif item.indicator.id not in replaced:
                replaced.add(item.indicator.id)
                target = item.target.model_copy(update={"tiers": tiers, "path": {}})
                yield item.model_copy(update={"target": target})

    def tiers(self, indicator: str, region: str) -> list[Tier]:
        """The tiers by which an indicator is judged in a region: its own, or those of the area's commitments."""
        own = [] if region == self.area else self.regional_tiers(indicator, region)
        return own or [
            tier
            for _, commitment in self.commitments()
            if commitment.target is not None and commitment.indicator == indicator
            for tier in commitment.target.tiers
        ]

    def regional_tiers(self, indicator: str, region: str) -> list[Tier]:
        """The tiers of a region's own target; empty if the plan gives it none."""
        wording = self.regional_targets.wording
        return [
            Tier(id=tier, value=values[region], wording=wording.get(tier, ""))
            for tier, values in sorted(self.regional_targets.values.get(indicator, {}).items())
            if region in values
        ]

    def children(self, region: str) -> list[Region]:
        """Regions that belong to a region, in the plan's order."""
        return [item for item in self.regions if item.parent == region]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_NamedT = TypeVar("_NamedT", bound=_Named)


def _find(items: list[_NamedT], id: str) -> _NamedT:
    for item in items:
        if item.id == id:
            return item
    raise KeyError(f"{id!r}; available: {', '.join(item.id for item in items)}")
