"""The members: simple models of one series, side by side.

A member is one file with a function ``fit(values, horizon)`` that returns a :class:`MemberFit` or raises
:class:`RefusedError`. To add one, write the file, name it in ``MEMBERS`` and in the message catalogue, and test it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.trends.drift import is_constant
from analysis.trends.members import damped_ets, line, local_linear_trend, shrunken_drift, theta
from analysis.trends.members.result import REFUSALS, MemberFit, RefusedError

__all__ = ["MEMBERS", "REFUSALS", "MemberFit", "Members", "RefusedError", "fit_member", "fit_members"]

Array = NDArray[np.float64]

MEMBERS: Mapping[str, Callable[[Array, int], MemberFit]] = {
    "shrunken_drift": shrunken_drift.fit,
    "damped_ets": damped_ets.fit,
    "theta": theta.fit,
    "local_linear_trend": local_linear_trend.fit,
    "line": line.fit,
}
FEWEST_VALUES = 5


@dataclass(frozen=True)
class Members:
    """All members on one series.

    Parameters
    ----------
    fits : mapping of str to MemberFit
        Those that could be fitted, in the order of ``MEMBERS``.
    refusals : mapping of str to str
        The reason, one of ``REFUSALS``, of those that could not.
    """

    fits: Mapping[str, MemberFit]
    refusals: Mapping[str, str]

    def median(self) -> Array | None:
        """Median of the members' central forecasts, shape (horizon,); None if there is none."""
        paths = [fit.mean for fit in self.fits.values()]
        return np.asarray(np.median(paths, axis=0)) if paths else None


def fit_members(values: Array, horizon: int) -> Members:
    """Fit every member; one that cannot be fitted drops out with its reason, the others go on.

    Parameters
    ----------
    values : array of float, shape (n,)
        Yearly values without gaps, oldest first.
    horizon : int
        Years ahead, 1 or more.
    """
    fits, refusals = {}, {}
    for name in MEMBERS:
        try:
            fits[name] = fit_member(name, values, horizon)
        except RefusedError as refusal:
            refusals[name] = refusal.reason
    return Members(fits, refusals)


def fit_member(name: str, values: Array, horizon: int) -> MemberFit:
    """Fit one member.

    The series is moved and scaled to mean absolute changes of one before it is fitted: optimisers stop where numbers
    are small, and a forecast must not depend on the unit.

    Parameters
    ----------
    name : str
        A key of ``MEMBERS``.
    values : array of float, shape (n,)
    horizon : int

    Returns
    -------
    MemberFit
        In the unit of the values.

    Raises
    ------
    RefusedError
    """
    values = np.asarray(values, np.float64)
    if len(values) < FEWEST_VALUES:
        raise RefusedError("too_short")
    if not np.isfinite(values).all():
        raise RefusedError("not_finite")
    if is_constant(values):
        raise RefusedError("constant")
    scale = float(np.abs(np.diff(values)).mean())
    fit = MEMBERS[name]((values - values[0]) / scale, horizon)
    return replace(
        fit,
        mean=values[0] + scale * fit.mean,
        fitted=values[0] + scale * fit.fitted,
        residual_spread=scale * fit.residual_spread,
    )
