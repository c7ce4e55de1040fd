"""Small plans built in code, for tests that need exactly one target."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.plan import Plan


def text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def plan_with(
    kind: str,
    value: float,
    *,
    series: str = "level",
    unit: str = "%",
    direction: str = "increase",
    bounds: tuple[float | None, float | None] = (None, None),
    stretch: float | None = None,
    base_year: int = 2020,
    target_year: int = 2025,
    **target: Any,
) -> Plan:
    """A plan of one indicator ``x`` with one target, in the region ``city`` with the county ``east``."""
    tiers = [{"id": "base", "value": value}]
    if stretch is not None:
        tiers.append({"id": "stretch", "value": stretch})
    commitment = {
        "id": "x",
        "quote": "x",
        "translation": "x",
        "indicator": "x",
        "target": {"kind": kind, "tiers": tiers, **target},
    }
    return Plan.model_validate(
        {
            "id": "p",
            "title": text("p"),
            "short_title": text("p"),
            "documents": [{"title": text("d"), "issuer": text("i")}],
            "area": "city",
            "base_year": base_year,
            "target_year": target_year,
            "regions": [
                {"id": "city", "name": text("市"), "level": "city"},
                {"id": "east", "name": text("东区"), "level": "county", "parent": "city"},
            ],
            "indicators": [
                {
                    "id": "x",
                    "title": text("x"),
                    "unit": unit,
                    "series": series,
                    "direction": direction,
                    "bounds": bounds,
                }
            ],
            "sections": [{"id": "s", "number": "一", "title": text("s"), "commitments": [commitment]}],
        }
    )


def observed(values: dict[int, float], *, region: str = "city", **columns: Any) -> pd.DataFrame:
    """Observations of ``x``; further columns replace the defaults."""
    rows = [
        {
            "region": region,
            "indicator": "x",
            "year": year,
            "value": float(value),
            "unit": "%",
            "bound": "exact",
            "status": "published",
            "vintage": "",
            "verification": "seen",
            "source": "s",
            "file": "f.csv",
            "sheet": "",
            "cell": f"A{row}",
            "note": "",
            **columns,
        }
        for row, (year, value) in enumerate(values.items(), 1)
    ]
    return pd.DataFrame(rows)
