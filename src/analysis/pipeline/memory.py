"""What a run has found out and the next one need not find out again, kept with everything that it depends on.

A memory that is missing, damaged or of something else is none: it costs only time.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from analysis.pipeline.files import write_text


def recalled(place: Path, key: object) -> Any:
    """What is remembered for exactly this key; None if nothing is."""
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        return kept["value"] if kept["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(place: Path, key: object, value: object, language: str) -> None:
    """Keep a value with its key; both are what JSON can hold."""
    write_text(place, json.dumps({"key": key, "value": value}), language)


def made_by(module: Path) -> str:
    """The key of what a module alone decides: the sha256 of its file."""
    return sha256(module.read_bytes()).hexdigest()
