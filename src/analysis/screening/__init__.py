"""Statistical screening (统计筛查): suspicious but possible values, flagged and never altered.

Each rule is a pure function with its name, formula and reference in its docstring; thresholds are in ``rules.yaml``,
the wording in ``messages/<language>/screening.yaml``. A finding is a question to the bureau that delivered the data,
not a verdict.
"""

from analysis.screening.finding import Finding, findings_to_quality
from analysis.screening.rules import ScreeningRules, load_rules, rules_hash
from analysis.screening.screen import RULES, find, screen

__all__ = [
    "RULES",
    "Finding",
    "ScreeningRules",
    "find",
    "findings_to_quality",
    "load_rules",
    "rules_hash",
    "screen",
]
