"""A small plan and hand-made tables for the tests of figures, tables and sentences."""

from __future__ import annotations

import math

import pandas as pd

from analysis.contracts import ASSESSMENT, MEASURES, OBSERVATIONS, TRENDS, check
from analysis.plan import Plan

NAN = math.nan
BASE, YEAR, TARGET = 2020, 2023, 2025
AREA = "city"

TARGETS = {
    "energy": ("relative_reduction", [("base", 14.5, "确保"), ("stretch", 18.0, "力争")]),
    "straw": ("level_at_least", [("base", 90.0, "")]),
    "cod": ("cumulative_reduction", [("base", 4961.0, "")]),
    "coatings": ("share_points_reduction", [("base", 20.0, "")]),
    "leakage": ("level_at_most", [("base", 10.0, "")]),
    "parks": ("count_at_least", [("base", 1.0, ""), ("stretch", 2.0, "")]),
    "boilers": ("completion", [("base", 100.0, "")]),
}
TITLES = {
    "energy": ("单位地区生产总值能耗", "Energy per unit of GDP"),
    "straw": ("秸秆综合利用率", "Straw utilisation rate"),
    "cod": ("化学需氧量重点工程减排量", "COD cut by key projects"),
    "coatings": ("溶剂型工业涂料使用比例", "Share of solvent-based coatings"),
    "leakage": ("公共供水管网漏损率", "Leakage of the public water network"),
    "parks": ("节能环保示范园区创建数", "Demonstration parks"),
    "boilers": ("燃煤锅炉超低排放改造完成率", "Boilers retrofitted to ultra-low emission"),
}
UNITS = {"energy": "%", "cod": "t", "parks": "count", "coatings": "%"}
DECIMALS = {"cod": 0, "parks": 0, "energy": 2}
MEASURE_UNITS = {"energy": "index", "coatings": "percentage points", "cod": "t", "parks": "count"}
SERIES = {"energy": "yearly_change", "cod": "yearly_increment"}
DECREASING = ("energy", "leakage", "coatings")


def plan() -> Plan:
    """A plan with every kind of target, a milestone, a qualitative commitment and two districts."""
    commitments = [_commitment(id, kind, tiers) for id, (kind, tiers) in TARGETS.items()]
    qualitative = {
        "id": "policy",
        "quote": "节能减排政策机制更加健全",
        "translation": "The policy mechanism is sounder",
    }
    return Plan.model_validate(
        {
            "id": "sample",
            "title": {"zh": "“十四五”节能减排综合工作方案", "en": "Plan for energy saving and emission reduction"},
            "short_title": {"zh": "节能减排方案", "en": "Energy and emission plan"},
            "documents": [{"title": _text("方案"), "issuer": _text("市政府"), "number": "市政发〔2021〕1号"}],
            "area": AREA,
            "base_year": BASE,
            "target_year": TARGET,
            "regions": [
                {"id": AREA, "name": {"zh": "某市", "en": "Some City"}, "level": "city"},
                {"id": "north", "name": {"zh": "北区", "en": "North"}, "level": "county", "parent": AREA},
                {"id": "south", "name": {"zh": "南县", "en": "South"}, "level": "county", "parent": AREA},
            ],
            "departments": [
                {"id": "ndrc", "name": {"zh": "市发展改革委", "en": "Development and Reform Commission"}},
                {"id": "eco", "name": {"zh": "市生态环境局", "en": "Ecology and Environment Bureau"}},
            ],
            "indicators": [_indicator(id) for id in TARGETS],
            "sections": [
                {
                    "id": "goals",
                    "number": "二",
                    "title": {"zh": "主要目标", "en": "Main targets"},
                    "responsibility": {"lead": ["ndrc"], "support": ["eco"], "wording": "市发展改革委牵头"},
                    "commitments": [*commitments[:4], qualitative],
                },
                {
                    "id": "works",
                    "number": "三",
                    "title": {"zh": "重点工程", "en": "Key projects"},
                    "responsibility": {"lead": ["eco"], "wording": "市生态环境局负责"},
                    "commitments": commitments[4:],
                },
            ],
            "milestones": [
                {
                    "id": "outfalls",
                    "title": {"zh": "完成入河排污口排查", "en": "Outfalls surveyed"},
                    "due": "2023-12-31",
                    "commitment": "cod",
                }
            ],
        }
    )


def _text(both: str) -> dict[str, str]:
    return {"zh": both, "en": both}


def _commitment(id: str, kind: str, tiers: list[tuple[str, float, str]]) -> dict[str, object]:
    return {
        "id": id,
        "quote": f"到2025年，{TITLES[id][0]}达到目标",
        "translation": f"By 2025: {TITLES[id][1]}",
        "indicator": id,
        "target": {
            "kind": kind,
            "nature": "binding" if id == "energy" else "expected",
            "tiers": [{"id": tier, "value": value, "wording": wording} for tier, value, wording in tiers],
        },
    }


def _indicator(id: str) -> dict[str, object]:
    item: dict[str, object] = {
        "id": id,
        "title": dict(zip(("zh", "en"), TITLES[id], strict=True)),
        "unit": UNITS.get(id, "%"),
        "direction": "decrease" if id in DECREASING else "increase",
        "series": SERIES.get(id, "level"),
        "decimals": DECIMALS.get(id, 1),
    }
    if id == "energy":
        note = {"zh": "核算方法调整", "en": "accounting method changed"}
        item["breaks"] = [{"year": 2022, "kind": "definition", "note": note}]
    return item


VALUES = {
    "energy": {2015: 118.2, 2016: 112.0, 2017: 108.5, 2018: 104.9, 2019: 102.1, 2020: 100.0, 2021: 98.3, 2022: 96.2,
               2023: 93.1},
    "straw": {2015: 78.0, 2016: 80.1, 2017: 81.9, 2018: 83.0, 2019: 84.8, 2020: 86.0, 2021: 87.5, 2022: 88.4,
              2023: 89.4},
    "cod": {2020: 0.0, 2021: 900.0, 2022: 1850.0, 2023: 2760.0},
    "coatings": {2020: 0.0, 2021: 2.0, 2022: -1.0, 2023: -2.5},
    "leakage": {2019: 13.0, 2020: 12.4, 2021: 11.0, 2022: 10.2, 2023: 9.6},
    "parks": {2021: 0.0, 2022: 1.0, 2023: 1.0},
}  # fmt: skip


def measures() -> pd.DataFrame:
    """Measures of the area; energy's last value is preliminary, straw is demonstration data."""
    rows = [
        {
            "region": AREA, "indicator": id, "year": year, "value": value,
            "unit": MEASURE_UNITS.get(id, "%"), "base_value": _base(id), "base_year": BASE,
            "bound": "exact", "status": _status(id, year), "note": "",
        }
        for id, values in VALUES.items()
        for year, value in values.items()
    ]  # fmt: skip
    rows += [
        {**rows[9], "region": region, "year": year, "value": value}
        for region, values in {"north": {2020: 85.0, 2023: 88.0}, "south": {2020: 80.0, 2023: 86.5}}.items()
        for year, value in values.items()
    ]
    return check(pd.DataFrame(rows), "measures")


def _base(id: str) -> float:
    return {"energy": 100.0, "straw": 86.0, "leakage": 12.4}.get(id, 0.0)


def _status(id: str, year: int) -> str:
    if id == "straw":
        return "synthetic"
    return "preliminary" if id == "energy" and year == YEAR else "published"


def observations() -> pd.DataFrame:
    """The delivered rows behind the measures of the straw indicator."""
    rows = [
        {
            "region": AREA, "indicator": "straw", "year": year, "value": value, "unit": "%", "bound": "exact",
            "status": "synthetic", "vintage": "", "verification": "seen", "source": "年报",
            "file": "observations/straw_rate.csv", "sheet": "", "cell": f"B{position}", "note": "",
        }
        for position, (year, value) in enumerate(VALUES["straw"].items(), 2)
    ]  # fmt: skip
    return check(pd.DataFrame(rows), OBSERVATIONS.name)


def trends() -> pd.DataFrame:
    """A fan for energy and straw, a descriptive line for energy."""
    rows = []
    for id, step, width in (("energy", -2.3, 1.5), ("straw", 0.9, 0.8)):
        last = VALUES[id][YEAR]
        for ahead in (1, 2):
            mean = last + step * ahead
            rows.append(_trend(id, YEAR + ahead, "projected", mean, width * ahead, "combination"))
    for year in range(2015, TARGET + 1):
        kind = "fitted" if year <= YEAR else "projected"
        rows.append(_trend("energy", year, kind, 116.9 - 3.0 * (year - 2015), 2.0, "ols_hac"))
    return check(pd.DataFrame(rows), TRENDS.name)


def _trend(id: str, year: int, kind: str, mean: float, width: float, model: str) -> dict[str, object]:
    return {
        "region": AREA, "indicator": id, "year": year, "kind": kind, "mean": mean,
        "lower_80": mean - width, "upper_80": mean + width,
        "lower_95": mean - 1.6 * width, "upper_95": mean + 1.6 * width, "model": model,
    }  # fmt: skip


def assessment(is_final: bool = False) -> pd.DataFrame:
    """Verdicts of every kind; in a final edition the undecided ones are missed."""
    rows = [
        _row("energy", "base", 93.1, 14.5, 85.5, 0.457, "slightly_behind", 0.12, "unlikely", "off_track",
             simple_share=0.476, required_pace=-4.17, recent_pace=-2.35, plan_pace=-3.08, pace_unit="%",
             years_ahead=-0.7, forecast=(88.5, 86.1, 91.2), gap_rule="off", gap_shortfall=0.44),
        _row("energy", "stretch", 93.1, 18.0, 82.0, 0.360, "behind", 0.03, "very_unlikely", "off_track",
             simple_share=0.383, required_pace=-6.15, recent_pace=-2.35, plan_pace=-3.89, pace_unit="%",
             years_ahead=-1.2, forecast=(88.5, 86.1, 91.2), gap_rule="off", gap_shortfall=0.6),
        _row("straw", "base", 89.4, 90.0, 90.0, 0.85, "ahead", 0.93, "very_likely", "on_track",
             required_pace=0.3, recent_pace=1.13, plan_pace=0.8, years_ahead=1.25, forecast=(91.2, 90.1, 92.3),
             gap_rule="on_track", gap_shortfall=-2.0),
        _row("cod", "base", 2760.0, 4961.0, 4961.0, 0.5563, "slightly_behind", NAN, "too_short", "at_risk",
             required_pace=1100.5, recent_pace=920.0, plan_pace=992.2, years_ahead=-0.2, gap_rule="slightly_off",
             gap_shortfall=0.16, n_values=4),
        _row("coatings", "base", -2.5, 20.0, 20.0, -0.125, "moving_away", NAN, "too_short", "off_track",
             required_pace=11.25, recent_pace=-0.83, plan_pace=4.0, years_ahead=-3.6, gap_rule="moving_away",
             n_values=4),
        _row("leakage", "base", 9.6, 10.0, 10.0, 1.1667, "met", NAN, "too_short", "met", n_values=5,
             plan_pace=-0.48, recent_pace=-0.93, gap_rule="met"),
        _row("parks", "base", 1.0, 1.0, 1.0, 1.0, "met", NAN, "too_short", "met", n_values=3, gap_rule="met",
             plan_pace=0.2, recent_pace=0.33),
        _row("parks", "stretch", 1.0, 2.0, 2.0, 0.5, "slightly_behind", NAN, "too_short", "at_risk", n_values=3,
             required_pace=0.5, recent_pace=0.33, plan_pace=0.4, years_ahead=-0.5, gap_rule="slightly_off",
             gap_shortfall=0.1),
        _row("boilers", "base", NAN, 100.0, 100.0, NAN, "not_assessed", NAN, "not_assessed", "not_assessed",
             reason="no_data", n_values=0),
    ]  # fmt: skip
    rows += [
        {**rows[2], "region": region, "base_value": base, "latest_value": value, "progress": NAN, "p_met": NAN,
         "schedule": "not_assessed", "outlook": "not_assessed", "status": "not_assessed",
         "reason": "no_target_for_region"}
        for region, base, value in (("north", 85.0, 88.0), ("south", 80.0, 86.5))
    ]  # fmt: skip
    if is_final:
        rows = [_finished(row) for row in rows]
    return check(pd.DataFrame(rows), ASSESSMENT.name)


def _finished(row: dict[str, object]) -> dict[str, object]:
    ended = {**row, "target_year": YEAR, "elapsed": 1.0, "is_final": True}
    if row["status"] not in ("met", "not_assessed"):
        ended |= {"status": "missed", "outlook": "decided", "p_met": NAN, "required_pace": NAN, "forecast_mean": NAN,
                  "forecast_lower_80": NAN, "forecast_upper_80": NAN}  # fmt: skip
    return ended


def _row(
    id: str, tier: str, latest: float, value: float, level: float, progress: float, schedule: str, p_met: float,
    outlook: str, status: str, *, simple_share: float = NAN, required_pace: float = NAN, recent_pace: float = NAN,
    plan_pace: float = NAN, pace_unit: str = "", years_ahead: float = NAN,
    forecast: tuple[float, float, float] = (NAN, NAN, NAN), gap_rule: str = "not_applicable",
    gap_shortfall: float = NAN, n_values: int = 9, reason: str = "",
) -> dict[str, object]:  # fmt: skip
    is_empty = math.isnan(latest)
    unit = MEASURE_UNITS.get(id, "%")
    return {
        "region": AREA, "indicator": id, "tier": tier,
        "section": "goals" if id in list(TARGETS)[:4] else "works", "commitment": id, "kind": TARGETS[id][0],
        "nature": "binding" if id == "energy" else "expected", "unit": unit, "base_year": BASE,
        "base_value": NAN if is_empty else _base(id), "latest_year": None if is_empty else YEAR,
        "latest_value": latest, "latest_status": "" if is_empty else _status(id, YEAR), "target_year": TARGET,
        "target_value": value, "target_level": level,
        "direction": "decrease" if id in ("energy", "leakage") else "increase", "n_values": n_values,
        "progress": progress, "simple_share": simple_share, "elapsed": 0.6,
        "expected_progress": 0.6, "schedule": schedule, "p_met": p_met, "outlook": outlook, "gap_rule": gap_rule,
        "gap_shortfall": gap_shortfall, "required_pace": required_pace, "recent_pace": recent_pace,
        "plan_pace": plan_pace, "pace_unit": pace_unit or unit, "years_ahead": years_ahead,
        "forecast_mean": forecast[0], "forecast_lower_80": forecast[1], "forecast_upper_80": forecast[2],
        "status": status, "reason": reason, "is_demonstration": id == "straw", "is_final": False,
    }  # fmt: skip


__all__ = ["ASSESSMENT", "MEASURES", "assessment", "measures", "observations", "plan", "trends"]
