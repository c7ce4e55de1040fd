"""What a contract is: the columns, types, allowed words and key of a tidy table, and how a table is checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from analysis.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "integer", "optional_integer", "number", "flag"]

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
        import pandas as pd

        return pd.DataFrame({column.name: pd.Series(dtype=TYPES[column.kind]) for column in self.columns})


def number(name: str, is_required: bool = False) -> Column:
    """A column of numbers."""
    return Column(name, "number", is_required=is_required)


class ContractError(AnalysisError):
    """A table does not keep its contract: a defect of the software or of a file under ``data/processed``."""


def conform(table: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Check a table against its contract.

    Parameters
    ----------
    table : DataFrame
        With at least the contract's columns, in any order.
    contract : Contract

    Returns
    -------
    DataFrame
        The contract's columns in their order and types, sorted by the key, with a fresh index.

    Raises
    ------
    ContractError
        Naming every broken column, the first failing rows and what was expected.
    """
    missing = [column for column in contract.names if column not in table.columns]
    if missing:
        raise ContractError(f"{contract.name}: missing columns {missing}; expected {contract.names}")
    typed = _typed(table, contract)
    is_sorted = _is_sorted(typed, contract.key)
    if not _keeps(typed, contract, is_sorted):
        _refuse(typed, contract)
    return typed if is_sorted else typed.sort_values(list(contract.key), kind="stable").reset_index(drop=True)


def _is_sorted(table: pd.DataFrame, key: tuple[str, ...]) -> bool:
    """Whether every row's key comes after that of the row before: tables are written so, and no key is twice then."""
    rows = zip(*(table[column].tolist() for column in key), strict=True)
    return all(before < after for before, after in pairwise(rows))


def _typed(table: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Missing texts become empty texts; everything else keeps its missing values."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for column in contract.columns:
        series = table[column.name]
        is_typed = str(series.dtype) == TYPES[column.kind]
        if column.kind == "text":
            series = series.fillna("") if is_typed else series.astype("object").where(series.notna(), "").astype(str)
        try:
            columns[column.name] = series.array if is_typed else series.astype(TYPES[column.kind]).array  # type: ignore[call-overload]
        except (ValueError, TypeError) as error:
            raise ContractError(f"{contract.name}.{column.name}: expected {column.kind}; {error}") from error
    return pd.DataFrame(columns)


def _keeps(typed: pd.DataFrame, contract: Contract, is_sorted: bool) -> bool:
    """Whether the schema would find nothing. It takes far longer, so it is only asked to say what is wrong."""
    has_key = is_sorted or not typed.duplicated(list(contract.key)).any()
    return has_key and all(
        (not column.allowed or typed[column.name].isin(column.allowed).all())
        and (not column.is_required or typed[column.name].notna().all())
        for column in contract.columns
    )


def _refuse(typed: pd.DataFrame, contract: Contract) -> None:
    import pandera.errors

    try:
        _schema(contract).validate(typed, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise ContractError(_wording(error.failure_cases, typed, contract)) from None


@cache
def _schema(contract: Contract) -> Any:
    import pandera.pandas as pa

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
