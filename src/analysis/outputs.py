"""What a notebook shows, and what the package has noted on it in the metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

METADATA_KEY = "analysis"


def outputs_of(cells: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    """All outputs of some cells, in their order."""
    return (output for cell in cells for output in cell.get("outputs", []))


def noted(thing: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the package has noted on a notebook, a cell or an output; None if it has noted nothing."""
    found: dict[str, Any] | None = thing.get("metadata", {}).get(METADATA_KEY)
    return found


def for_report(cells: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The outputs of some cells that are for the report."""
    return [output for output in outputs_of(cells) if noted(output) is not None]
