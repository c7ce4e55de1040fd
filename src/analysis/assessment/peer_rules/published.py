"""Published results of peers, reproduced: the pass table and the file that keeps it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from analysis.assessment.peer_rules import evaluate
from analysis.assessment.peer_rules.result import PeerRuleError

FILE = "published.json"
FORMAT = 1

# Results that their publisher's own rule does not give are no test of a rule.
NOT_TO_ASSERT = ("peer_published_output_not_reproduced",)
# Figures without a stated tolerance are published rounded; this is their last decimal's noise.
_TOLERANCE = 1e-9


def reproduce(path: Path) -> str:
    """Apply the rules to a file of published cases.

    Parameters
    ----------
    path : Path
        JSON with ``cases``: id, method, inputs, expected, and optionally tolerance (by figure) and verification.

    Returns
    -------
    str
        Content of the file of results: per method the number of cases, how many are reproduced, which are not, and
        which are not asserted and why.

    Raises
    ------
    PeerRuleError
        If the file is not such a file.
    """
    content = path.read_bytes()
    try:
        cases = json.loads(content)["cases"]
    except (ValueError, KeyError, TypeError):
        raise PeerRuleError(f"{path.name}: found no list of cases; expected JSON with the key cases") from None
    methods: dict[str, dict[str, Any]] = {}
    for case in cases:
        name = case["method"]
        entry = methods.setdefault(
            name, {"method": name, "cases": 0, "reproduced": 0, "failed": [], "not_asserted": []}
        )
        entry["cases"] += 1
        outcome = check_case(case)
        if outcome == "reproduced":
            entry["reproduced"] += 1
        elif outcome == "failed":
            entry["failed"].append(case["id"])
        else:
            entry["not_asserted"].append({"id": case["id"], "reason": outcome})
    provenance = {"file": path.name, "sha256": hashlib.sha256(content).hexdigest(), "cases": len(cases)}
    return json.dumps({"format": FORMAT, "provenance": provenance, "methods": list(methods.values())}, indent=1) + "\n"


def check_case(case: Mapping[str, Any]) -> str:
    """Apply a rule to one published case.

    Parameters
    ----------
    case : mapping
        method, inputs, expected, and optionally tolerance and verification.

    Returns
    -------
    str
        ``reproduced``, ``failed``, or why nothing is asserted: ``outside_data`` (the values stand in another file) or
        ``not_reproducible`` (the publisher's own rule does not give the published result).
    """
    if case.get("verification") in NOT_TO_ASSERT:
        return "not_reproducible"
    inputs = case["inputs"]
    if any(key.endswith("_ref") and key.removesuffix("_ref") not in inputs for key in inputs):
        return "outside_data"
    found = evaluate(case["method"], inputs)
    tolerances = case.get("tolerance") or {}
    is_same = all(_is_same(value, found.get(name), tolerances.get(name)) for name, value in case["expected"].items())
    return "reproduced" if is_same else "failed"


def _is_same(expected: Any, found: Any, tolerance: float | None) -> bool:
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            _is_same(value, found.get(name), tolerance) for name, value in expected.items()
        )
    is_number = isinstance(expected, int | float) and not isinstance(expected, bool)
    if is_number and isinstance(found, int | float):
        return math.isclose(expected, found, rel_tol=0, abs_tol=_TOLERANCE if tolerance is None else tolerance)
    return bool(expected == found)


@cache
def load() -> dict[str, Any]:
    """The results that ship with the package."""
    text = (resources.files("analysis.assessment.peer_rules") / FILE).read_text(encoding="utf-8")
    return dict(json.loads(text))


def write(path: Path) -> Path:
    """Apply the rules to a file of published cases and keep the results in the package; returns the file's path."""
    target = Path(__file__).with_name(FILE)
    target.write_text(reproduce(path), encoding="utf-8")
    return target
