"""One row of the assessment together with its commitment, every quantity as printed text.

Tables, figures and sentences take their words from here and nowhere else; that is why a number in a sentence is
always the number in the table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.contracts.rows import records
from analysis.measures import DERIVED
from analysis.plan import Plan, Scored
from analysis.theme import STATUS_STYLES, VALUE_MARKERS, status_class
from analysis.wording import MISSING, Wording, escape, wording

REDUCTION_DECIMALS = 1
SMALL_PACE = 10.0


@dataclass(frozen=True)
class Reading:
    """What one row of the assessment says, in words.

    Parameters
    ----------
    row : Any
        The row, its columns as attributes.
    scored : Scored
        The commitment, its indicator and target.
    plan : Plan
    words : Wording
    """

    row: Any
    scored: Scored
    plan: Plan
    words: Wording

    # --- what it is about -------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """Title of the indicator."""
        return self.scored.indicator.title.get(self.words.language)

    @property
    def short_title(self) -> str:
        """Title where there is little room, with the tier behind it where there is more than one."""
        indicator = self.scored.indicator
        title = (indicator.short or indicator.title).get(self.words.language)
        return self.words.text("report.title_with_tier", title=title, tier=self.tier) if self.tier else title

    @property
    def is_main(self) -> bool:
        """Whether this is the commitment's first tier, the one by which the commitment is counted."""
        return bool(self.row.tier == self.scored.target.tiers[0].id)

    @property
    def tier(self) -> str:
        """Name of the tier; empty if the indicator has only one. Tiers may stand in two commitments."""
        tiers = self.plan.tiers(self.scored.indicator.id, self.row.region)
        if len(tiers) < 2:
            return ""
        wordings = {tier.id: tier.wording for tier in tiers}
        is_worded = all(wordings.values()) and len(set(wordings.values())) == len(tiers)
        if self.words.language == "zh" and is_worded:
            return wordings[self.row.tier]
        return self.words.text(f"report.tier.{self.row.tier}")

    @property
    def full_title(self) -> str:
        """Title with the tier behind it, where there is more than one."""
        return self.words.text("report.title_with_tier", title=self.title, tier=self.tier) if self.tier else self.title

    @property
    def is_relative(self) -> bool:
        """Whether the target is a reduction in per cent of the base value."""
        return bool(self.row.kind == "relative_reduction")

    @property
    def is_points(self) -> bool:
        """Whether the target is a reduction in percentage points; the measure counts the points gained."""
        return bool(self.row.kind == "share_points_reduction")

    @property
    def is_change(self) -> bool:
        """Whether the target speaks of a change since the base year and not of a level."""
        return self.is_relative or self.is_points

    @property
    def is_reduction(self) -> bool:
        """Whether the target is an amount by which something is to fall."""
        return self.is_change or self.row.kind == "cumulative_reduction"

    @property
    def is_level(self) -> bool:
        """Whether the target is a level that starts from a base value."""
        return self.row.kind in ("level_at_least", "level_at_most")

    @property
    def is_assessed(self) -> bool:
        """Whether there is a verdict."""
        return bool(self.row.status != "not_assessed")

    @property
    def has_latest(self) -> bool:
        """Whether there is a latest value in the terms of the target.

        Without its base value a reduction cannot be told from the values that were delivered.
        """
        if pd.isna(self.row.latest_year) or math.isnan(self.row.latest_value):
            return False
        return self.row.kind not in DERIVED or not math.isnan(self.row.base_value)

    @property
    def has_moved_on(self) -> bool:
        """Whether there is a value after the base year."""
        return bool(self.has_latest and self.row.latest_year > self.row.base_year)

    @property
    def departments(self) -> list[str]:
        """Names of the responsible departments, leading ones first."""
        language = self.words.language
        return [self.plan.department(id).name.get(language) for id in self.scored.responsibility.departments]

    def department(self) -> str:
        """The first responsible department by its short name, with the number of all if there are others."""
        ids = self.scored.responsibility.departments
        if not ids:
            return MISSING
        name = self.lead()
        return self.words.text("report.and_more", name=name, count=len(ids)) if ids[1:] else name

    def lead(self) -> str:
        """The leading department alone by its short name."""
        ids = self.scored.responsibility.departments
        first = self.plan.department(ids[0]) if ids else None
        return (first.short or first.name).get(self.words.language) if first else MISSING

    # --- values -----------------------------------------------------------------------------------------------------

    @property
    def decimals(self) -> int:
        """Printed decimals of the measure."""
        # A reduction in per cent has nothing to do with the decimals of the level that is reduced.
        return REDUCTION_DECIMALS if self.is_relative else self.scored.indicator.decimals

    def upright(self, number: float) -> float:
        """A measure as it is drawn: points gained become the change of the share, so that down is less."""
        return -number if self.is_points else number

    def value(self, number: float) -> str:
        """A value of the measure with its unit."""
        return self.words.with_unit(self.words.number(number, self.decimals), self.row.unit)

    def in_target_terms(self, number: float) -> str:
        """A measure as the target speaks of it: the signed change since the base year for reductions, else the value.

        A reduction is printed as a change, fallen is negative: an index of 93.1 is ``−6.9%``.
        """
        if self.is_relative:
            printed = self.words.number(number - 100, self.decimals, signed=True)
            return printed if printed == MISSING else f"{printed}%"
        if self.is_points:
            printed = self.words.number(-number, self.decimals, signed=True)
            return self.words.with_unit(printed, self.row.unit)
        return self.value(number)

    @property
    def base(self) -> str:
        """Value in the base year; a dash where the target counts from the base year itself."""
        return self.value(self.row.base_value) if self.is_level else MISSING

    @property
    def latest(self) -> str:
        """Latest value in the terms of the target."""
        return self.in_target_terms(self.row.latest_value) if self.has_latest else MISSING

    @property
    def signed_change(self) -> str:
        """Change since the base year with its sign."""
        printed = self.words.number(self.change, self.decimals, signed=True)
        if printed == MISSING or self.is_relative:
            return printed if printed == MISSING else f"{printed}%"
        return self.words.change(printed, self.row.unit)

    @property
    def shortfall(self) -> str:
        """What is missing from the target in the latest year, without sign; a dash if nothing is."""
        missing = self.row.target_level - self.row.latest_value
        if math.isnan(missing) or (missing > 0) != (self.row.direction == "increase"):
            return MISSING
        printed = self.words.number(abs(missing), self.decimals)
        return self.words.change(printed, "%" if self.is_relative else self.row.unit)

    @property
    def base_to_latest(self) -> str:
        """From the base value to the latest; only the latest where the target counts from the base year."""
        if self.base == MISSING or not self.has_latest:
            return self.latest
        return f"{self.base} → {self.latest}"

    @property
    def change(self) -> float:
        """Change of the underlying quantity since the base year; negative is fallen."""
        return self.change_of(self.row.latest_value)

    def change_of(self, number: float) -> float:
        """Change of the underlying quantity since the base year at a value of the measure; negative is fallen."""
        if self.is_relative:
            return float(number - 100)
        return float(-number if self.is_points else number - self.row.base_value)

    @property
    def change_amount(self) -> str:
        """Size of the change since the base year, without sign."""
        return self.amount_of(self.row.latest_value)

    def amount_of(self, number: float) -> str:
        """Size of the change since the base year at a value of the measure, without sign."""
        printed = self.bare_amount_of(number)
        if printed == MISSING or self.is_relative:
            return printed if printed == MISSING else f"{printed}%"
        return self.words.change(printed, self.row.unit)

    def bare_amount_of(self, number: float) -> str:
        """The same without its unit."""
        return self.words.number(abs(self.change_of(number)), self.decimals)

    @property
    def latest_year(self) -> str:
        """Year of the latest value."""
        return str(int(self.row.latest_year)) if self.has_latest else MISSING

    @property
    def goal(self) -> str:
        """The target's bare value with its unit, as the plan writes it."""
        unit = "%" if self.is_relative else self.row.unit
        return self.words.with_unit(self.words.as_written(self.row.target_value), unit)

    @property
    def target(self) -> str:
        """The target with its sign or comparison."""
        return self._promised("report.target")

    @property
    def goal_phrase(self) -> str:
        """The target as a sentence says it: ``90%以上``, ``at least 90%``."""
        return self._promised("report.goal")

    @property
    def to_reach(self) -> str:
        """The target as what is to be done: ``达到90%以上``, ``控制在10%左右``."""
        return self._promised("narrative.reach")

    def _promised(self, topic: str) -> str:
        target, key, goal = self.scored.target, self.row.kind, self.goal
        if target.about:
            goal = self.words.text("report.target.about", goal=goal)
            if not self.is_reduction:
                # “About” takes the place of “at least” and “at most”.
                about = "about_at_most" if key == "level_at_most" else "about"
                key = about if self.words.has(f"{topic}.{about}") else "about"
                goal = self.goal
        elif target.strict:
            key = f"{key}_strict"
        return self.words.text(f"{topic}.{key}", goal=goal)

    @property
    def forecast(self) -> str:
        """Median outlook in the target year, in the terms of the target."""
        return self.in_target_terms(self.row.forecast_mean)

    @property
    def interval(self) -> str:
        """80 % interval in the target year, lower bound first."""
        bounds = [self.row.forecast_lower_80, self.row.forecast_upper_80]
        if any(math.isnan(bound) for bound in bounds):
            return MISSING
        # Points are counted downwards: the highest measure is the lowest change.
        low, high = (self.in_target_terms(bound) for bound in (reversed(bounds) if self.is_points else bounds))
        if not high.endswith("%"):
            # A long unit is named once.
            number = self.words.number(self.upright(bounds[1 if self.is_points else 0]), self.decimals)
            low = f"+{number}" if low.startswith("+") else number
        return self.words.text("report.interval", low=low, high=high)

    # --- progress and verdicts --------------------------------------------------------------------------------------

    @property
    def progress(self) -> str:
        """Share of the way from base to target."""
        return self.words.percent(self.row.progress, 1)

    @property
    def elapsed(self) -> str:
        """Share of the time from base to target year."""
        return self.words.percent(self.row.elapsed)

    @property
    def expected(self) -> str:
        """Progress that the path asks for by now."""
        return self.words.percent(self.row.expected_progress, 1)

    @property
    def simple_share(self) -> str:
        """Reduction reached over reduction promised."""
        return self.words.percent(self.row.simple_share, 1)

    @property
    def schedule(self) -> str:
        """Reading on the schedule (序时进度)."""
        return self.words.text(f"report.schedule.{self.row.schedule}")

    @property
    def probability(self) -> str:
        """P(met)."""
        return self.words.probability(self.row.p_met)

    @property
    def outlook(self) -> str:
        """P(met) as a word."""
        return self.words.text(f"report.outlook.{self.row.outlook}")

    @property
    def gap_rule(self) -> str:
        """Reading of the remaining-gap rule."""
        return self.words.text(f"report.gap_rule.{self.row.gap_rule}")

    @property
    def status(self) -> str:
        """Status word."""
        return self.words.text(f"report.status.{self.row.status}")

    @property
    def status_mark(self) -> str:
        """Shape and word."""
        return f"{STATUS_STYLES[self.row.status].shape} {self.status}"

    @property
    def status_span(self) -> str:
        """Shape and word as a Markdown span with the status' class."""
        return f"[{self.status_mark}]{{.{status_class(self.row.status)}}}"

    @property
    def reason(self) -> str:
        """Why there is no verdict; empty if there is one."""
        if not self.row.reason:
            return ""
        key = f"report.reason.{self.row.reason}"
        return self.words.text(key, base_year=self.row.base_year, target_year=self.row.target_year)

    # --- paces ------------------------------------------------------------------------------------------------------

    def pace(self, number: float, *, signed: bool = True) -> str:
        """A yearly change of the underlying quantity with its unit; negative is falling."""
        printed = self._bare_pace(number, signed=signed)
        if self.is_relative:
            return printed if printed == MISSING else f"{printed}%"
        return self.words.change(printed, self.row.unit)

    def pace_interval(self, low: float, high: float) -> str:
        """Two yearly changes, the lower one first; a long unit is named once."""
        low, high = sorted((low, high), key=self.upright)
        first = self.pace(low) if self.is_relative else self._bare_pace(low, signed=True)
        return self.words.text("report.interval", low=first, high=self.pace(high))

    def _bare_pace(self, number: float, *, signed: bool) -> str:
        change = self.upright(number)
        decimals = REDUCTION_DECIMALS if self.is_relative else self._pace_decimals
        return self.words.number(change if signed else abs(change), decimals, signed=signed)

    @property
    def _pace_decimals(self) -> int:
        # A small yearly change beside a large level would print as zero; one more decimal keeps it, up to two.
        is_small = not abs(self.row.plan_pace) >= SMALL_PACE
        return max(self.decimals, min(2, self.decimals + is_small))

    @property
    def is_last_year(self) -> bool:
        """Whether only the target year itself is left."""
        return bool(self.has_latest and self.row.target_year - self.row.latest_year == 1)

    @property
    def required_pace(self) -> str:
        """Yearly change from now on that would just meet the target; a dash once it is met or decided."""
        return MISSING if self.row.status in ("met", "missed") else self.pace(self.row.required_pace)

    @property
    def recent_pace(self) -> str:
        """Yearly change of the last three years."""
        return self.pace(self.row.recent_pace)

    @property
    def plan_pace(self) -> str:
        """Yearly change that the whole plan asks for."""
        return self.pace(self.row.plan_pace)

    @property
    def needed(self) -> str:
        """What is still needed, against the pace of the last years; for tables."""
        if self.required_pace == MISSING:
            return MISSING
        if self.recent_pace == MISSING:
            return self.words.text("report.needed", required=self.required_pace)
        # The unit stands behind the required pace already.
        recent = self.recent_pace if self.is_relative else self._bare_pace(self.row.recent_pace, signed=True)
        return self.words.text("report.needed_against", required=self.required_pace, recent=recent)

    @property
    def years_ahead(self) -> str:
        """Years ahead of (positive) or behind (negative) the even path."""
        return self.words.number(self.row.years_ahead, 1, signed=True)

    # --- marks ------------------------------------------------------------------------------------------------------

    @property
    def data_mark(self) -> str:
        """Shape of the latest value if it is not a plain published one."""
        status = self.row.latest_status
        if self.row.is_demonstration:
            return VALUE_MARKERS["synthetic"][2]
        return VALUE_MARKERS[status][2] if status in ("preliminary", "revised", "estimated") else ""

    @property
    def marked_title(self) -> str:
        """Title for tables: escaped, with the mark of its latest value."""
        return " ".join(part for part in (escape(self.full_title), self.data_mark) if part)


def readings(
    assessment: pd.DataFrame,
    plan: Plan,
    language: str,
    region: str | None = None,
    *,
    section: str = "",
    indicator: str = "",
) -> list[Reading]:
    """The rows of the assessment of one region, in the plan's order.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    plan : Plan
    language : {"zh", "en"}
    region : str, optional
        The plan's area if not given.
    section : str
        Only the commitments of a top-level section (with its subsections).
    indicator : str
        Only this indicator.
    """
    is_chosen = assessment["region"] == (region or plan.area)
    if indicator:
        is_chosen &= assessment["indicator"] == indicator
    found = {(row.indicator, row.tier): row for row in records(assessment[is_chosen])}
    words = wording(language)
    chosen = {commitment.id for _, commitment in plan.section(section).walk()} if section else None
    return [
        Reading(found[key], scored, plan, words)
        for scored, key in _tiers(plan, region or plan.area)
        if key in found
        and (chosen is None or scored.commitment.id in chosen)
        and (not indicator or scored.indicator.id == indicator)
    ]


def _tiers(plan: Plan, region: str) -> Iterator[tuple[Scored, tuple[str, str]]]:
    for scored in plan.scored(region):
        for tier in scored.target.tiers:
            yield scored, (scored.indicator.id, tier.id)


def main_readings(items: list[Reading]) -> list[Reading]:
    """One reading per scored commitment: its first tier."""
    return [item for item in items if item.is_main]
