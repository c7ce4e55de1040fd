"""Which values an edition has that its predecessor had otherwise, or not at all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.contracts import check
from analysis.contracts.editions import CHANGED_VALUES
from analysis.observations import newest

KEY = ["region", "indicator", "year"]
# Converted values carry rounding noise; a value that is delivered again as it was is no revision.
ROUNDING = 1e-9
_COMPARED = ("value", "unit", "bound", "vintage", "source")
_PLACE = ("file", "sheet", "cell")


def compare_values(past: pd.DataFrame, present: pd.DataFrame, past_year: int) -> pd.DataFrame:
    """Every value of the years that the earlier edition covered, if it is no longer what it was.

    Parameters
    ----------
    past, present : DataFrame
        Contract ``observations``; of several vintages the newest counts.
    past_year : int
        The earlier edition's year.

    Returns
    -------
    DataFrame
        Contract ``changed_values``: ``revised`` (another value, unit or bound), ``withdrawn`` (no longer delivered)
        and ``late`` (delivered only after the earlier edition, for a year that it covered).
    """
    columns = [*KEY, *_COMPARED]
    old = newest(past)[columns].rename(columns={name: f"old_{name}" for name in _COMPARED})
    new = newest(present[present["year"] <= past_year])[[*columns, *_PLACE]]
    pairs = old.merge(new.rename(columns={name: f"new_{name}" for name in _COMPARED}), how="outer", on=KEY)
    is_old, is_new = pairs["old_value"].notna(), pairs["new_value"].notna()
    differs = ~np.isclose(pairs["old_value"], pairs["new_value"], rtol=ROUNDING, atol=0)
    differs |= (pairs["old_unit"] != pairs["new_unit"]) | (pairs["old_bound"] != pairs["new_bound"])
    pairs["change"] = np.select([is_old & ~is_new, ~is_old & is_new, differs], ["withdrawn", "late", "revised"], "")
    has_same_unit = pairs["old_unit"] == pairs["new_unit"]
    pairs["difference"] = (pairs["new_value"] - pairs["old_value"]).where(has_same_unit)
    return check(pairs.loc[pairs["change"] != "", CHANGED_VALUES.names], CHANGED_VALUES.name)


def known_before(past: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    """The values that an earlier edition had, as they are given now: revised, but nothing new.

    Parameters
    ----------
    past, present : DataFrame
        Contract ``observations``.

    Returns
    -------
    DataFrame
        Contract ``observations``: the newest vintages of ``present`` for the keys of ``past``.
    """
    keys = past[KEY].drop_duplicates()
    return newest(present).merge(keys, on=KEY)[list(present.columns)]
