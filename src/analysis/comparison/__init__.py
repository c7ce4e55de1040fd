"""One edition against another: what was revised, which verdicts changed and why, how the last projections fared.

Everything but :mod:`analysis.comparison.past` is pure: two editions as :class:`Snapshot` give one table each.
"""

from analysis.comparison.past import find_past, keep_past, name_past, past_by_default, read_past
from analysis.comparison.projections import check_projections
from analysis.comparison.snapshot import Snapshot, take_snapshot
from analysis.comparison.values import compare_values
from analysis.comparison.verdicts import compare_verdicts

__all__ = [
    "Snapshot",
    "check_projections",
    "compare_values",
    "compare_verdicts",
    "find_past",
    "keep_past",
    "name_past",
    "past_by_default",
    "read_past",
    "take_snapshot",
]
