"""The thresholds of the verdicts and of the peers' rules, from one data file whose hash is printed in the report."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from analysis.yaml_text import parse_yaml

_FILE = "rules.yaml"
# A ratio that is 0.95 but for rounding noise reaches the cut of 0.95.
_NOISE = 1e-9


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


class EvidenceRules(_Rules):
    """A probability, years, a share of the number of values."""

    significance: float = Field(gt=0, lt=1)
    few_years: int = Field(ge=1)
    correction_years: int = Field(ge=4)
    lag_share: float = Field(gt=0, lt=1)


class Bands(_Rules):
    """Labels by falling cuts: the first cut that is reached gives the label, ``below`` what reaches none."""

    cuts: tuple[tuple[float, str], ...]
    below: str

    def label(self, value: float, scale: float = 1.0) -> str:
        """The label of a value; ``scale`` shrinks the cuts above zero."""
        labels = [*(label for _, label in self.cuts), self.below]
        return labels[self.place(value, scale)]

    def place(self, value: float, scale: float = 1.0) -> int:
        """Number of the first cut that is reached, but for rounding noise; the number of cuts if none is."""
        cuts = [cut * scale if cut > 0 else cut for cut, _ in self.cuts]
        return next((place for place, cut in enumerate(cuts) if value >= cut - _NOISE), len(cuts))


Line = tuple[float, float]


class GrowthRules(_Rules):
    """Cuts and scores of a rule that compares yearly growth with the growth that the target needs."""

    with_target: Bands
    without_target: Bands
    met: str
    fast_line: Line
    slow_line: Line
    score_limit: float


class OpenSdgRules(GrowthRules):
    """Statistics Canada's scores, also of growth without a target, and of several series together."""

    mean_score: Bands
    growth_lines: tuple[Line, Line, Line]
    falling_line: Line


class EurostatRules(GrowthRules):
    """Eustat's score of growth without a target."""

    growth_slope: float


class UnsdRules(_Rules):
    """Cuts of the ratio of growth rates."""

    ratio: Bands
    met: str
    unknown: str


class EscapRules(_Rules):
    """Size of the index at the target."""

    scale: float


class GermanyRules(_Rules):
    """Data points, and shares of the remaining gap."""

    window_points: int = Field(ge=2)
    minimum_points: int = Field(ge=2)
    sun: float
    slightly_cloudy: float


class BarometerRules(_Rules):
    """A share of the progress requirement, and the labels from the best to the worst."""

    yellow: float
    labels_gap: tuple[str, str, str]
    labels_half_year: tuple[str, str, str]


class ResponsibilityRules(_Rules):
    """Shares of the target, and points."""

    steps: tuple[tuple[float, float], ...]
    bonus_step: float
    bonus_points: float
    bonus_limit: float
    measures_points: float
    grades: Bands


class PeerRules(_Rules):
    """Everything that the rules of other monitoring systems need; no verdict of ours depends on it."""

    zero_substitute: float
    default_base_year: int
    default_target_year: int
    limit_exponent: float
    open_sdg: OpenSdgRules
    eurostat: EurostatRules
    unsd: UnsdRules
    escap: EscapRules
    germany: GermanyRules
    barometer: BarometerRules
    responsibility: ResponsibilityRules
    agreement: dict[str, tuple[str, ...]]

    def group(self, label: str) -> str:
        """What a label or a status amounts to: favourable, partly, unfavourable; empty if nothing."""
        return next((name for name, labels in self.agreement.items() if label in labels), "")


class ProjectRules(_Rules):
    """Tonnes of standard coal a year; which total of the ledger is compared; units of the indicator."""

    energy_threshold: float = Field(gt=0)
    reconciled: Literal["verified", "claimed"]
    difference: float = Field(gt=0)


class Rules(_Rules):
    """All thresholds."""

    version: int
    schedule: ScheduleRules
    outlook: OutlookRules
    remaining_gap: RemainingGapRules
    pace: PaceRules
    evidence: EvidenceRules
    projects: ProjectRules
    peers: PeerRules

    def thresholds(self) -> dict[str, dict[str, float]]:
        """The thresholds of our own verdicts, by group and name."""
        return self.model_dump(exclude={"version", "projects", "peers"})


@cache
def load_rules() -> Rules:
    """The rules that ship with the package."""
    return Rules.model_validate(parse_yaml(_text()))


def rules_hash() -> str:
    """First twelve digits of the SHA-256 of the rules file."""
    return hashlib.sha256(_text().encode()).hexdigest()[:12]


def _text() -> str:
    return (resources.files("analysis.assessment") / _FILE).read_text(encoding="utf-8")
