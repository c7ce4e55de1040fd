"""What a member gives: a fitted model of one series, or the reason why there is none."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.contracts.models import MEMBER_REASONS
from analysis.errors import AnalysisError

Array = NDArray[np.float64]

# Why a member may have nothing to say; worded in the catalogue below ``forecasts.refused``.
REFUSALS = MEMBER_REASONS[1:]


class RefusedError(AnalysisError):
    """A member cannot be fitted to a series; ``reason`` is one of ``REFUSALS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class MemberFit:
    """One model fitted to one series.

    Parameters
    ----------
    mean : array, shape (horizon,)
        Central forecasts, in the series' unit.
    fitted : array, shape (n,)
        What the model says of the known years; NaN where it says nothing.
    parameters : mapping of str to float
        In units of the mean absolute yearly change where they have a unit.
    residual_spread : float
        Root mean square of the residuals, in the series' unit.
    residual_memory : float
        Autocorrelation of neighbouring residuals, −1 to 1; NaN where there are none to speak of.
    """

    mean: Array
    fitted: Array
    parameters: Mapping[str, float]
    residual_spread: float
    residual_memory: float


def fit_of(values: Array, mean: Array, fitted: Array, parameters: Mapping[str, float]) -> MemberFit:
    """A fit with its residual checks.

    Raises
    ------
    RefusedError
        If a forecast is not a number.
    """
    if not np.isfinite(mean).all():
        raise RefusedError("not_finite")
    residuals = (values - fitted)[np.isfinite(fitted)]
    power = float((residuals**2).sum())
    # An exact fit leaves rounding noise only; its autocorrelation means nothing.
    is_exact = power <= 1e-18 * float((values**2).sum())
    memory = float("nan") if is_exact else float((residuals[1:] * residuals[:-1]).sum() / power)
    spread = float(np.sqrt(power / max(len(residuals), 1)))
    return MemberFit(np.asarray(mean, float), np.asarray(fitted, float), dict(parameters), spread, memory)


@contextmanager
def library_fit() -> Iterator[None]:
    """Turn what a statistics library warns of, or raises, while it fits a short series into a refusal.

    Raises
    ------
    RefusedError
        ``not_converged`` if the library says so, ``failed`` if it raises.
    """
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            yield
        except ConvergenceWarning:
            raise RefusedError("not_converged") from None
        except (ArithmeticError, ValueError, LookupError, np.linalg.LinAlgError):
            raise RefusedError("failed") from None
