"""The JSON Schema (draft 2020-12) of the results, generated from the contract."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.contracts import ASSESSMENT
from analysis.contracts.schema import Column
from analysis.wording import wording

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: dict[str, str | list[str]] = {
    "text": "string",
    "integer": "integer",
    "optional_integer": ["integer", "null"],
    "number": ["number", "null"],
    "flag": "boolean",
}


def json_schema() -> dict[str, Any]:
    """The schema of the table ``assessment`` as a list of objects, one per row; a missing value is null."""
    return {
        "$schema": DRAFT,
        "title": ASSESSMENT.name,
        "type": "array",
        "items": {
            "type": "object",
            "properties": {column.name: _property(column) for column in ASSESSMENT.columns},
            "required": ASSESSMENT.names,
            "additionalProperties": False,
        },
    }


def to_records(assessment: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of the results as plain values, as the schema describes them.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    """
    columns = {column.name: [_plain(value) for value in assessment[column.name]] for column in ASSESSMENT.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _property(column: Column) -> dict[str, Any]:
    meanings = [wording(language).text(f"results.column.{column.name}") for language in ("zh", "en")]
    kind = "number" if column.kind == "number" and column.is_required else _TYPES[column.kind]
    words = {"enum": list(column.allowed)} if column.allowed else {}
    return {"type": kind, **words, "description": " / ".join(meanings)}


def _plain(value: Any) -> Any:
    if value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value
