"""What a rule returns, and what is wrong when it cannot be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from analysis.errors import AnalysisError

# The label of a rule that says nothing, in the peers' own words.
NOT_AVAILABLE = "not_available"


class PeerRuleError(AnalysisError):
    """A rule that is not known, or inputs that it cannot read."""


@dataclass(frozen=True)
class PeerResult:
    """A rule's word and its figures.

    Parameters
    ----------
    label : str or None
        In the peer's own words; None for rules that give a number only.
    figures : dict
        Under the names that the case files use.
    reason : str
        Why there is no label; empty if there is one.
    """

    label: str | None
    figures: dict[str, Any] = field(default_factory=dict)
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Label and figures side by side."""
        return {"label": self.label, **self.figures}
