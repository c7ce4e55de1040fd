"""Tables keep their contracts where they are written and where they are read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from plan_builder import observed, plan_with

from analysis import contracts
from analysis.contracts import ContractError, check
from analysis.edition import Edition


def test_columns_come_back_in_order_typed_and_sorted_by_the_key() -> None:
    table = observed({2021: 2, 2020: 1})
    table = table[table.columns[::-1]].assign(extra=1)
    checked = check(table, "observations")
    assert list(checked.columns) == contracts.OBSERVATIONS.names
    assert list(checked["year"]) == [2020, 2021]
    assert checked["value"].dtype == "float64"


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ContractError, match=r"missing columns \['bound'\]"):
        check(observed({2020: 1}).drop(columns="bound"), "observations")


def test_every_broken_column_is_named_at_once() -> None:
    table = observed({2020: 1}).assign(bound="roughly", status="rumour")
    with pytest.raises(ContractError) as error:
        check(table, "observations")
    assert "roughly" in str(error.value)
    assert "rumour" in str(error.value)


def test_a_key_stands_once() -> None:
    with pytest.raises(ContractError, match="observations"):
        check(pd.concat([observed({2020: 1}), observed({2020: 2})]), "observations")


def test_a_value_is_required() -> None:
    with pytest.raises(ContractError, match="value"):
        check(observed({2020: float("nan")}), "observations")


def test_missing_texts_become_empty_texts() -> None:
    assert check(observed({2020: 1}).assign(note=None), "observations")["note"].iloc[0] == ""


def test_every_contract_has_an_empty_table() -> None:
    for name, contract in contracts.CONTRACTS.items():
        assert list(check(contract.empty(), name).columns) == contract.names


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    return Edition(plan_with("level_at_least", 90), tmp_path, 2022, "zh", tmp_path / "out")


def test_a_table_is_written_twice_and_read_back_equal(edition: Edition) -> None:
    written = edition.write("observations", observed({2020: 1.25}))
    pd.testing.assert_frame_equal(edition.read("observations"), written)
    assert (edition.folder / "observations.csv").read_bytes().startswith(b"\xef\xbb\xbfregion,indicator,year")


def test_a_wrong_table_is_not_written_and_leaves_the_good_one(edition: Edition) -> None:
    edition.write("observations", observed({2020: 1}))
    with pytest.raises(ContractError):
        edition.write("observations", observed({2020: 2}).assign(bound="roughly"))
    assert edition.read("observations")["value"].iloc[0] == 1
    assert {path.suffix for path in edition.folder.iterdir()} == {".csv", ".parquet"}


def test_a_missing_table_says_what_to_do(edition: Edition) -> None:
    with pytest.raises(ContractError, match="run the earlier steps first"):
        edition.read("trends")
