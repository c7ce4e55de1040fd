"""The thresholds of the verdicts, from one data file whose hash is printed in the report."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, Field

_FILE = "rules.yaml"


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScheduleRules(_Rules):
    """Shares of the expected progress."""

    ahead_margin: float = Field(ge=0)
    slightly_behind: float = Field(ge=0)
    deteriorating_changes: int = Field(ge=1)


class OutlookRules(_Rules):
    """Probabilities, 0 to 1."""

    minimum_values: int = Field(ge=3)
    very_likely: float
    likely: float
    unlikely: float
    very_unlikely: float


class RemainingGapRules(_Rules):
    """Years, and shares of the remaining gap."""

    window_years: int = Field(ge=1)
    minimum_years: int = Field(ge=1)
    on_track: float
    slightly_off: float


class PaceRules(_Rules):
    """Years."""

    recent_years: int = Field(ge=1)


class Rules(_Rules):
    """All thresholds."""

    version: int
    schedule: ScheduleRules
    outlook: OutlookRules
    remaining_gap: RemainingGapRules
    pace: PaceRules


@cache
def load_rules() -> Rules:
    """The rules that ship with the package."""
    return Rules.model_validate(yaml.safe_load(_text()))


def rules_hash() -> str:
    """First twelve digits of the SHA-256 of the rules file."""
    return hashlib.sha256(_text().encode()).hexdigest()[:12]


def _text() -> str:
    return (resources.files("analysis.assessment") / _FILE).read_text(encoding="utf-8")
