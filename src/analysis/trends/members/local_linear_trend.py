"""Member: level and slope as random walks (statsmodels, unobserved components)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.trends.members.result import MemberFit, RefusedError, fit_of, library_fit

Array = NDArray[np.float64]

# The filter needs two years before it has a level and a slope.
_BURN_IN = 2


def fit(values: Array, horizon: int) -> MemberFit:
    """Fit the model by maximum likelihood; variances are in squared mean absolute changes."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    with library_fit():
        # Nobody asks for errors of the variances.
        result = UnobservedComponents(values, "local linear trend").fit(disp=False, cov_type="none")
        if not result.mle_retvals["converged"]:
            raise RefusedError("not_converged")
        mean, fitted = result.forecast(horizon), np.array(result.fittedvalues, float)
    fitted[:_BURN_IN] = np.nan
    irregular, level, slope = (float(value) for value in result.params)
    return fit_of(values, mean, fitted, {"irregular": irregular, "level": level, "slope": slope})
