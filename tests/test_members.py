"""The members beside the default forecast: fitted, refused with a reason, equal in every unit."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.contracts.models import FORECASTERS, MEMBER_REASONS
from analysis.trends.members import MEMBERS, REFUSALS, RefusedError, fit_member, fit_members

STEADY = np.array([5.0, 5.2, 5.1, 5.6, 5.9, 6.0, 6.4, 6.3, 6.9, 7.0, 7.4, 7.3])


@pytest.mark.parametrize("name", MEMBERS)
def test_every_member_continues_a_steady_rise(name: str) -> None:
    fit = fit_member(name, STEADY, 3)
    assert fit.mean.shape == (3,)
    assert fit.fitted.shape == STEADY.shape
    assert 7.0 < fit.mean[0] < fit.mean[2] < 9.5
    known = np.isfinite(fit.fitted)
    residuals = (STEADY - fit.fitted)[known]
    assert fit.residual_spread == pytest.approx(np.sqrt((residuals**2).mean()))
    memory = (residuals[1:] * residuals[:-1]).sum() / (residuals**2).sum()
    assert fit.residual_memory == pytest.approx(memory)


@pytest.mark.parametrize("name", MEMBERS)
def test_the_unit_and_the_origin_do_not_matter(name: str) -> None:
    here, there = fit_member(name, STEADY, 3), fit_member(name, STEADY * 1e-9 + 4e-9, 3)
    assert there.mean == pytest.approx(here.mean * 1e-9 + 4e-9, rel=1e-6)


def test_the_line_and_the_drift_go_through_equal_changes() -> None:
    for name in ("line", "shrunken_drift"):
        fit = fit_member(name, np.arange(8.0), 2)
        assert fit.mean == pytest.approx([8, 9])
        assert np.isnan(fit.residual_memory)


def test_a_member_that_cannot_be_fitted_drops_out_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(values: np.ndarray, horizon: int) -> None:
        raise RefusedError("not_converged")

    monkeypatch.setitem(MEMBERS, "theta", refuse)  # type: ignore[arg-type]
    members = fit_members(STEADY, 2)
    assert members.refusals == {"theta": "not_converged"}
    assert list(members.fits) == [name for name in MEMBERS if name != "theta"]
    expected = np.median([fit.mean for fit in members.fits.values()], axis=0)
    assert members.median() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([3.0] * 8, "constant"),
        ([0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3, 0.3, 0.3], "constant"),
        ([1.0, 2, 3, 4], "too_short"),
        ([1.0, 2, np.nan, 4, 5, 6], "not_finite"),
    ],
)
def test_what_nobody_can_fit_is_refused_by_all_with_the_reason(values: list[float], reason: str) -> None:
    members = fit_members(np.array(values), 2)
    assert set(members.refusals.values()) == {reason}
    assert members.median() is None


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 0, 0, 1, 0, 0],
        [-3.0, -2, -5, -1, 0, 2],
        [1.0, 2, 3, 3000, 5, 6],
        [100.0, 100, 100, 100, 100, 99.9],
        [1e-12, 2e-12, 1e-12, 3e-12, 2e-12, 4e-12],
    ],
)
def test_awkward_series_give_numbers_or_reasons(values: list[float]) -> None:
    members = fit_members(np.array(values), 5)
    assert set(members.fits) | set(members.refusals) == set(MEMBERS)
    assert all(np.isfinite(fit.mean).all() for fit in members.fits.values())
    assert set(members.refusals.values()) <= set(REFUSALS)


def test_the_tables_know_every_member_and_every_reason() -> None:
    assert set(FORECASTERS) == {"combination", *MEMBERS, "median"}
    assert set(MEMBER_REASONS) == {"", *REFUSALS}
