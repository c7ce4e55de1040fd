"""How good forecasts are: back-test on past series, an indicator's own record, a finished plan as proof."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.contracts.models import FORECASTERS
from analysis.contracts.rows import records
from analysis.plan import Plan
from analysis.readings import Reading, readings
from analysis.tables.table import Table, named_columns
from analysis.wording import MISSING, escape, wording

_SCORES = {
    "relmae": 3,
    "mase": 2,
    "coverage_80": 1,
    "coverage_95": 1,
    "msis_95": 1,
    "wis": 2,
    "brier": 3,
}


def backtest_table(scores: pd.DataFrame, language: str) -> Table:
    """The default forecast and textbook methods on past series, by number of values.

    Parameters
    ----------
    scores : DataFrame
        method, n, and the scores; see :class:`analysis.benchmark.backtest.Backtest`.
    language : {"zh", "en"}
    """
    words = wording(language)
    widths = {"n": 0.5, "method": 2.2, **dict.fromkeys(_SCORES, 1.0)}
    columns = named_columns(words, "forecasts.backtest", widths, ("n", *_SCORES))
    rows = [
        (
            str(row.n),
            escape(words.text(f"forecasts.methods.{row.method}")),
            *(words.number(float(getattr(row, name)), decimals) for name, decimals in _SCORES.items()),
        )
        for row in records(scores)
    ]
    return Table(columns, tuple(rows), "backtest")


def horizons_table(horizons: pd.DataFrame, language: str) -> Table:
    """Error and coverage of the default forecast by number of values and years ahead.

    Parameters
    ----------
    horizons : DataFrame
        n, horizon, error, coverage_80, coverage_95.
    language : {"zh", "en"}
    """
    words = wording(language)
    digits = {"error": 2, "coverage_80": 1, "coverage_95": 1}
    names = ("n", "horizon", *digits)
    columns = named_columns(words, "forecasts.horizons", dict.fromkeys(names, 1.0), names)
    rows = [
        (str(row.n), str(row.horizon), *(words.number(float(getattr(row, name)), digits[name]) for name in digits))
        for row in records(horizons)
    ]
    return Table(columns, tuple(rows), "horizons")


def member_rows(members: pd.DataFrame, tiers: Sequence[Reading]) -> list[tuple[str, ...]]:
    """Rows of the profile: what other models say of the target year, and which could not be fitted.

    Parameters
    ----------
    members : DataFrame
        Contract ``members``.
    tiers : sequence of Reading
        One per column.
    """
    if not tiers:
        return []
    item = tiers[0]
    own = members[(members["region"] == item.row.region) & (members["indicator"] == item.row.indicator)]
    keyed = {row.model: row for row in records(own)}
    found = [keyed[name] for name in FORECASTERS if name in keyed and name != FORECASTERS[0]]
    known = [row for row in found if not row.reason and not math.isnan(row.mean)]
    refused = [row for row in found if row.reason]
    words = item.words
    rows = []
    if known:
        parts = [
            words.text(
                "forecasts.profile.member",
                model=words.text(f"forecasts.models.{row.model}"),
                value=item.in_target_terms(row.mean),
            )
            for row in known
        ]
        header = words.text("forecasts.profile.members", year=int(known[0].year))
        rows.append((header, *([escape(words.listing(parts))] * len(tiers))))
    if known and refused:
        parts = [
            words.text(
                "forecasts.profile.refused_one",
                model=words.text(f"forecasts.models.{row.model}"),
                reason=words.text(f"forecasts.refused.{row.reason}"),
            )
            for row in refused
        ]
        rows.append((words.text("forecasts.profile.refused"), *([escape(words.listing(parts))] * len(tiers))))
    return rows


def record_rows(hindcasts: pd.DataFrame, tiers: Sequence[Reading]) -> list[tuple[str, ...]]:
    """The row of the profile that says how forecasts from earlier years fared.

    Parameters
    ----------
    hindcasts : DataFrame
        Contract ``hindcasts``.
    tiers : sequence of Reading
        One per column.
    """
    if not tiers:
        return []
    item = tiers[0]
    own = hindcasts[(hindcasts["region"] == item.row.region) & (hindcasts["indicator"] == item.row.indicator)]
    if own.empty:
        return []
    words = item.words
    text = words.text(
        "forecasts.profile.record_text",
        first=int(own["origin"].min()),
        last=int(own["origin"].max()),
        count=len(own),
        error=_spread(own, item),
        inside_80=_inside(own, 80),
        inside_95=_inside(own, 95),
    )
    return [(words.text("forecasts.profile.record"), *([escape(text)] * len(tiers)))]


def proof_table(outlooks: pd.DataFrame, plan: Plan, language: str) -> Table:
    """A finished plan's probabilities, edition by edition, against what came.

    Parameters
    ----------
    outlooks : DataFrame
        indicator, tier, edition, p_met, status, is_met (None while open); see
        :func:`analysis.assessment.outlooks_by_edition`.
    plan : Plan
    language : {"zh", "en"}
    """
    words = wording(language)
    columns = named_columns(
        words,
        "forecasts.proof",
        {"target": 3.0, "edition": 0.9, "latest": 1.4, "p_met": 1.2, "status": 1.4, "outcome": 1.3},
        ("edition", "p_met"),
    )
    rows = []
    for edition, group in outlooks.groupby("edition", sort=True):
        items = readings(group.drop(columns=["edition", "is_reached"]), plan, language)
        reached = dict(zip(group["indicator"] + group["tier"], group["is_reached"], strict=True))
        for item in items:
            outcome = reached[item.row.indicator + item.row.tier]
            rows.append(
                (
                    escape(item.full_title),
                    str(edition),
                    escape(item.in_target_terms(item.row.latest_value)) if item.has_latest else MISSING,
                    item.probability,
                    item.status_span,
                    words.text(f"forecasts.proof.{'reached' if outcome else 'not_reached'}"),
                )
            )
    return Table(columns, tuple(sorted(rows, key=lambda row: row[0])), "proof")


def _inside(own: pd.DataFrame, level: int) -> int:
    low, high = own[f"lower_{level}"], own[f"upper_{level}"]
    return int(((own["actual"] >= low) & (own["actual"] <= high)).sum())


def _spread(own: pd.DataFrame, item: Reading) -> str:
    """Mean absolute error; points of an index, or of a share in per cent, are percentage points."""
    error = float((own["actual"] - own["mean"]).abs().mean())
    if item.is_relative or item.is_points or item.row.unit == "%":
        return item.words.text("forecasts.profile.points", number=item.words.number(error, item.decimals))
    return item.words.with_unit(item.words.number(error, item.decimals), item.row.unit)
