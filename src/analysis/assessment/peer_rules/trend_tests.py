"""Sen slope and Mann–Kendall test under the names of the case files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import AliasChoices, Field

from analysis.assessment.peer_rules.inputs import Course, Inputs, read
from analysis.assessment.peer_rules.result import PeerResult, PeerRuleError
from analysis.assessment.rules import PeerRules
from analysis.trends.evidence import Array, mann_kendall, sen_slope


class Values(Inputs):
    """Values in the order of time, evenly spaced."""

    values: tuple[float | None, ...] = Field(validation_alias=AliasChoices("series", "values", "x"), min_length=1)


def slope_of(inputs: Mapping[str, Any], rules: PeerRules) -> PeerResult:
    """Sen slope and its intercept; time counts from the first value.

    Parameters
    ----------
    inputs : mapping
        series (by year), series_pairs, or values in the order of time.
    rules : PeerRules
        Not used; every rule takes them.
    """
    found = sen_slope(*_timed(inputs))
    return PeerResult(None, {"slope": found.slope, "intercept": found.intercept})


def examine_trend(inputs: Mapping[str, Any], rules: PeerRules) -> PeerResult:
    """Mann–Kendall S and its exact two-sided p, with the Sen slope.

    Parameters
    ----------
    inputs : mapping
        series (by year), series_pairs, or values in the order of time.
    rules : PeerRules
        Not used; every rule takes them.
    """
    times, values = _timed(inputs)
    tested, slope = mann_kendall(values), sen_slope(times, values)
    figures = {"s": tested.statistic, "p": tested.p_exact, "slope": slope.slope, "intercept": slope.intercept}
    return PeerResult(None, figures)


def _timed(inputs: Mapping[str, Any]) -> tuple[Array, Array]:
    """Times and values without missing ones."""
    given = [inputs[key] for key in ("series", "values", "x", "series_pairs") if key in inputs]
    if not given:
        raise PeerRuleError(f"inputs: found {sorted(inputs)}; expected the values themselves (series, values)")
    if isinstance(given[0], Mapping) or "series_pairs" in inputs:
        pairs = [(float(year), value) for year, value in read(Course, inputs).pairs()]
    else:
        values = read(Values, inputs).values
        pairs = [(float(time), value) for time, value in enumerate(values) if value is not None]
    times, known = np.array(pairs, dtype=float).reshape(-1, 2).T
    if len(set(times.tolist())) < len(times):
        raise PeerRuleError("inputs: found a year twice; expected one value a year")
    return times, known
