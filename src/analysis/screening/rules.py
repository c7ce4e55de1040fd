"""The thresholds of the screening, from one data file."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field

from analysis.yaml_text import parse_yaml

_FILE = "rules.yaml"


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Test(_Rules):
    significance: float = Field(gt=0, lt=1)


class IdenticalGrowthRules(_Test):
    """Counts of rates; the spread is a share of the rates' size."""

    minimum_rates: int = Field(ge=3)
    minimum_identical: int = Field(ge=2)
    least_spread: float = Field(gt=0)


class SmoothnessRules(_Test):
    """Counts of changes; ratio of standard deviations; units of the last digit."""

    recent_changes: int = Field(ge=3)
    largest_ratio: float = Field(gt=0, lt=1)
    least_earlier_units: float = Field(ge=0)


class ExactTargetRules(_Test):
    """Count of hits; the spread is a share of the planned yearly step."""

    minimum_hits: int = Field(ge=2)
    least_spread: float = Field(gt=0)


class DigitRules(_Test):
    """Counts of values and digits; units of the last digit."""

    minimum_values: int = Field(ge=3)
    least_range_units: float = Field(ge=0)
    least_significant_digits: int = Field(ge=2)
    pooled_minimum_values: int = Field(ge=10)
    minimum_finer_values: int = Field(ge=1)
    minimum_coarser_values: int = Field(ge=1)


class TotalsRules(_Rules):
    """Dimensions of ``units.yaml``; the tolerance is a share of the total."""

    additive_dimensions: tuple[str, ...]
    relative_tolerance: float = Field(ge=0)


class JumpRules(_Test):
    """Count of changes."""

    minimum_earlier_changes: int = Field(ge=4)


class LevelShiftRules(_Test):
    """Counts of changes and years; share of the shift."""

    minimum_other_changes: int = Field(ge=4)
    minimum_later_changes: int = Field(ge=1)
    least_share_kept: float = Field(gt=0, le=1)
    later_years: int = Field(ge=1)


class RepetitionRules(_Test):
    """Years."""

    minimum_run_years: int = Field(ge=3)
    largest_shift_years: int = Field(ge=1)


class ScreeningRules(_Rules):
    """All thresholds."""

    version: int
    identical_growth: IdenticalGrowthRules
    smoothness: SmoothnessRules
    exact_target: ExactTargetRules
    digits: DigitRules
    totals: TotalsRules
    jumps: JumpRules
    level_shifts: LevelShiftRules
    repetition: RepetitionRules


@cache
def load_rules() -> ScreeningRules:
    """The rules that ship with the package."""
    return ScreeningRules.model_validate(parse_yaml(_text()))


def rules_hash() -> str:
    """First twelve digits of the SHA-256 of the rules file."""
    return hashlib.sha256(_text().encode()).hexdigest()[:12]


def _text() -> str:
    return (resources.files("analysis.screening") / _FILE).read_text(encoding="utf-8")
