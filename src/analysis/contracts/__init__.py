"""The contracts of the tidy tables: columns, types, allowed values and keys.

Every table is checked where it is written and where it is read (:func:`check`). The words a table may hold are listed
in :mod:`analysis.contracts.vocabulary` only; a group of tables has its own module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.contracts import core, defence, editions, models, places, projects, regions, whatif
from analysis.contracts.core import ASSESSMENT, MEASURES, OBSERVATIONS, QUALITY, TRENDS
from analysis.contracts.defence import EVIDENCE, PEER_RULES, TURNING_POINTS
from analysis.contracts.regions import CONTRIBUTIONS, RECONCILIATION, REGIONAL_GRADES
from analysis.contracts.schema import Column, Contract, ContractError, conform
from analysis.contracts.vocabulary import (
    ASSESSED,
    BOUNDS,
    GAP_RULES,
    MODELS,
    OUTLOOKS,
    REASONS,
    SCHEDULES,
    SEVERITIES,
    STATUSES,
    VERIFICATIONS,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ASSESSED",
    "ASSESSMENT",
    "BOUNDS",
    "CONTRACTS",
    "CONTRIBUTIONS",
    "EVIDENCE",
    "GAP_RULES",
    "MEASURES",
    "MODELS",
    "OBSERVATIONS",
    "OUTLOOKS",
    "PEER_RULES",
    "QUALITY",
    "REASONS",
    "RECONCILIATION",
    "REGIONAL_GRADES",
    "SCHEDULES",
    "SEVERITIES",
    "STATUSES",
    "TRENDS",
    "TURNING_POINTS",
    "VERIFICATIONS",
    "Column",
    "Contract",
    "ContractError",
    "check",
    "table_of",
]

MODULES = (core, defence, editions, models, places, projects, regions, whatif)
CONTRACTS = {table.name: table for module in MODULES for table in vars(module).values() if isinstance(table, Contract)}


def check(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Check a table against its contract, a key of ``CONTRACTS``; see :func:`analysis.contracts.schema.conform`."""
    return conform(table, CONTRACTS[name])


def table_of(rows: Sequence[Mapping[str, Any]], contract: Contract) -> pd.DataFrame:
    """Rows as a checked table; columns that no row names are missing, no rows make an empty table."""
    import pandas as pd

    table = pd.DataFrame(rows, columns=contract.names) if rows else contract.empty()
    return conform(table, contract)
