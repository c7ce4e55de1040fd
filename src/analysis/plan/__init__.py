"""The plan: what was promised, by whom, until when, in which words.

``plan.yaml`` is read into frozen pydantic models. A wrong file gives one message with every problem:
key path, what was found, what is allowed, and the nearest valid name for a misspelling.
"""

from analysis.plan.loading import PLAN_FILE, load_plan
from analysis.plan.models import (
    Break,
    Commitment,
    Department,
    Document,
    Indicator,
    Milestone,
    Model,
    Plan,
    Region,
    RegionalEvaluation,
    RegionalTargets,
    Responsibility,
    Scored,
    Section,
    SeriesKind,
    Target,
    TargetKind,
    Text,
    Tier,
    TierId,
)
from analysis.plan.presentation import section_indicators

__all__ = [
    "PLAN_FILE",
    "Break",
    "Commitment",
    "Department",
    "Document",
    "Indicator",
    "Milestone",
    "Model",
    "Plan",
    "Region",
    "RegionalEvaluation",
    "RegionalTargets",
    "Responsibility",
    "Scored",
    "Section",
    "SeriesKind",
    "Target",
    "TargetKind",
    "Text",
    "Tier",
    "TierId",
    "load_plan",
    "section_indicators",
]
