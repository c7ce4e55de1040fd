"""The contracts of the tidy tables: columns, types, allowed values and keys.

Every table is checked where it is written and where it is read (:func:`check`). The vocabularies below are the only
place that lists the words a table may hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import pandas as pd

from analysis.errors import AnalysisError

Kind = Literal["text", "integer", "optional_integer", "number", "flag"]

BOUNDS = ("exact", "at_least", "at_most", "about")
STATUSES = ("published", "preliminary", "revised", "estimated", "synthetic")
VERIFICATIONS = ("seen", "derived", "secondary", "unverified", "")
MODELS = ("shrunken_drift", "ols_hac")
SCHEDULES = (
    "met",
    "ahead",
    "on_schedule",
    "slightly_behind",
    "behind",
    "moving_away",
    "met_but_deteriorating",
    "not_assessed",
)
OUTLOOKS = (
    "very_likely",
    "likely",
    "uncertain",
    "unlikely",
    "very_unlikely",
    "too_short",
    "decided",
    "not_assessed",
)
GAP_RULES = ("met", "on_track", "slightly_off", "off", "moving_away", "not_applicable")
ASSESSED = ("met", "on_track", "at_risk", "off_track", "missed", "not_assessed")
REASONS = (
    "",
    "no_data",
    "no_base",
    "no_values_since_base",
    "gap_in_series",
    "only_bound",
    "no_target_for_region",
    "base_is_latest",
    "too_short",
)
SEVERITIES = ("error", "warning", "note")

TYPES = {"text": "str", "integer": "int64", "optional_integer": "Int64", "number": "float64", "flag": "bool"}


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    Parameters
    ----------
    name : str
    kind : {"text", "integer", "optional_integer", "number", "flag"}
    allowed : tuple of str
        The words that may stand in it; empty for any.
    is_required : bool
        Whether a value must be there (numbers only; texts are never missing but may be empty).
    """

    name: str
    kind: Kind = "text"
    allowed: tuple[str, ...] = ()
    is_required: bool = False


@dataclass(frozen=True)
class Contract:
    """The columns and the key of one table."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Column names in their order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """A table without rows."""
        return pd.DataFrame({column.name: pd.Series(dtype=TYPES[column.kind]) for column in self.columns})


def _number(name: str, is_required: bool = False) -> Column:
    return Column(name, "number", is_required=is_required)


_PLACE = (Column("region"), Column("indicator"), Column("year", "integer"))

OBSERVATIONS = Contract(
    "observations",
    (
        *_PLACE,
        _number("value", is_required=True),
        Column("unit"),
        Column("bound", allowed=BOUNDS),
        Column("status", allowed=STATUSES),
        Column("vintage"),
        Column("verification", allowed=VERIFICATIONS),
        Column("source"),
        Column("file"),
        Column("sheet"),
        Column("cell"),
        Column("note"),
    ),
    key=("region", "indicator", "year", "vintage"),
)

MEASURES = Contract(
    "measures",
    (
        *_PLACE,
        _number("value", is_required=True),
        Column("unit"),
        _number("base_value"),
        Column("base_year", "integer"),
        Column("bound", allowed=BOUNDS),
        Column("status", allowed=STATUSES),
        Column("note"),
    ),
    key=("region", "indicator", "year"),
)

TRENDS = Contract(
    "trends",
    (
        *_PLACE,
        Column("kind", allowed=("fitted", "projected")),
        _number("mean", is_required=True),
        _number("lower_80"),
        _number("upper_80"),
        _number("lower_95"),
        _number("upper_95"),
        Column("model", allowed=MODELS),
    ),
    key=("region", "indicator", "year", "kind", "model"),
)

ASSESSMENT = Contract(
    "assessment",
    (
        Column("region"),
        Column("indicator"),
        Column("tier", allowed=("base", "stretch")),
        Column("section"),
        Column("commitment"),
        Column("kind"),
        Column("nature", allowed=("binding", "expected")),
        Column("unit"),
        Column("base_year", "integer"),
        _number("base_value"),
        Column("latest_year", "optional_integer"),
        _number("latest_value"),
        Column("latest_status"),
        Column("target_year", "integer"),
        _number("target_value"),
        _number("target_level"),
        Column("direction", allowed=("increase", "decrease")),
        Column("n_values", "integer"),
        _number("progress"),
        _number("simple_share"),
        _number("elapsed"),
        _number("expected_progress"),
        Column("schedule", allowed=SCHEDULES),
        _number("p_met"),
        Column("outlook", allowed=OUTLOOKS),
        Column("gap_rule", allowed=GAP_RULES),
        _number("gap_shortfall"),
        _number("required_pace"),
        _number("recent_pace"),
        _number("plan_pace"),
        Column("pace_unit"),
        _number("years_ahead"),
        _number("forecast_mean"),
        _number("forecast_lower_80"),
        _number("forecast_upper_80"),
        Column("status", allowed=ASSESSED),
        Column("reason", allowed=REASONS),
        Column("is_demonstration", "flag"),
        Column("is_final", "flag"),
    ),
    key=("region", "indicator", "tier"),
)

QUALITY = Contract(
    "quality",
    (
        Column("severity", allowed=SEVERITIES),
        Column("rule"),
        Column("region"),
        Column("indicator"),
        Column("year", "optional_integer"),
        Column("file"),
        Column("sheet"),
        Column("cell"),
        Column("found"),
        Column("expected"),
        Column("todo"),
    ),
    key=(),
)

CONTRACTS = {item.name: item for item in (OBSERVATIONS, MEASURES, TRENDS, ASSESSMENT, QUALITY)}


class ContractError(AnalysisError):
    """A table does not keep its contract: a defect of the software or of a file under ``data/processed``."""


def check(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Check a table against its contract.

    Parameters
    ----------
    table : DataFrame
        With at least the contract's columns, in any order.
    name : str
        A key of ``CONTRACTS``.

    Returns
    -------
    DataFrame
        The contract's columns in their order and types, sorted by the key, with a fresh index.

    Raises
    ------
    ContractError
        Naming every broken column, the first failing rows and what was expected.
    """
    import pandera.errors

    contract = CONTRACTS[name]
    missing = [column for column in contract.names if column not in table.columns]
    if missing:
        raise ContractError(f"{name}: missing columns {missing}; expected {contract.names}")
    typed = _typed(table[contract.names].reset_index(drop=True), contract)
    try:
        _schema(name).validate(typed, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise ContractError(_wording(error.failure_cases, typed, contract)) from None
    key = list(contract.key)
    return (typed.sort_values(key, kind="stable") if key else typed).reset_index(drop=True)


def _typed(table: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Missing texts become empty texts; everything else keeps its missing values."""
    columns: dict[str, Any] = {}
    for column in contract.columns:
        series = table[column.name]
        if column.kind == "text":
            series = series.astype("object").where(series.notna(), "").astype(str)
        try:
            columns[column.name] = series.astype(TYPES[column.kind])  # type: ignore[call-overload]
        except (ValueError, TypeError) as error:
            raise ContractError(f"{contract.name}.{column.name}: expected {column.kind}; {error}") from error
    return pd.DataFrame(columns)


@cache
def _schema(name: str) -> Any:
    import pandera.pandas as pa

    contract = CONTRACTS[name]
    columns = {
        column.name: pa.Column(
            TYPES[column.kind],
            checks=[pa.Check.isin(column.allowed)] if column.allowed else None,
            nullable=column.kind in ("optional_integer", "number") and not column.is_required,
        )
        for column in contract.columns
    }
    return pa.DataFrameSchema(columns, unique=list(contract.key) or None, strict=True)


def _wording(cases: pd.DataFrame, table: pd.DataFrame, contract: Contract) -> str:
    lines = [f"{contract.name}: the table does not keep its contract"]
    for (column, rule), group in cases.groupby(["column", "check"], dropna=False, sort=False):
        rows = [int(index) for index in group["index"].dropna().unique()[:5]]
        keys = [tuple(table.loc[row, list(contract.key)]) for row in rows]
        found = list(dict.fromkeys(map(str, group["failure_case"])))[:5]
        lines.append(f"  {column}: found {', '.join(found)}; expected {rule}; rows {keys} ({len(group)} in all)")
    return "\n".join(lines)
