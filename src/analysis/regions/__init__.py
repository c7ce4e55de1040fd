"""Districts and counties: ranks, what must add up to the area, whose the gap is, and how each of them is graded.

Pure functions from tidy tables to tidy tables. Amounts are added, intensities are combined by their weights; nothing
is averaged, and a region that did not deliver is never passed over in silence.
"""

from analysis.regions.combination import Combination, add_up, combine_indices, combine_levels
from analysis.regions.contributions import contributions
from analysis.regions.grading import grade_regions
from analysis.regions.ranking import Place, rank
from analysis.regions.reconciliation import reconcile, reconcile_targets

__all__ = [
    "Combination",
    "Place",
    "add_up",
    "combine_indices",
    "combine_levels",
    "contributions",
    "grade_regions",
    "rank",
    "reconcile",
    "reconcile_targets",
]
