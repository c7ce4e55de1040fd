"""What stands beside a verdict in print: other rules, turning points, trend tests, the pass table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from plan_builder import observed, plan_with

from analysis.assessment import assess
from analysis.assessment.evidence import gather_evidence
from analysis.assessment.peer_rules.comparison import compare_rules
from analysis.assessment.peer_rules.published import load
from analysis.assessment.rules import load_rules
from analysis.assessment.turning_points import find_turning_points
from analysis.contracts.defence import PEER_REASONS, PEERS, TRENDS_FOUND
from analysis.measures import measure
from analysis.messages import catalogue
from analysis.plan import Plan
from analysis.readings import readings
from analysis.tables import Beside, peer_cases_table
from analysis.tables.defence import peer_rows
from analysis.tables.profile import profile_facts
from analysis.trends import fit_trends

YEAR = 2023


def tables(plan: Plan, values: dict[int, float], **columns: Any) -> dict[str, pd.DataFrame]:
    measures = measure(observed(values, **columns), plan)
    trends = fit_trends(measures, plan, YEAR)
    assessment = assess(plan, measures, trends, YEAR)
    return {
        "assessment": assessment,
        "trends": trends,
        "peer_rules": compare_rules(assessment, plan, measures),
        "turning_points": find_turning_points(assessment, plan, measures, YEAR),
        "evidence": gather_evidence(measures, plan, YEAR),
    }


def peers(plan: Plan, values: dict[int, float], language: str = "zh", **columns: Any) -> dict[str, tuple[str, ...]]:
    made = tables(plan, values, **columns)
    tiers = readings(made["assessment"], plan, language, "city", indicator="x")
    return {row[0]: row[1:] for row in peer_rows(made["peer_rules"], tiers)}


def lines(plan: Plan, values: dict[int, float], language: str = "zh", **columns: Any) -> dict[str, tuple[str, ...]]:
    made = tables(plan, values, **columns)
    tiers = readings(made["assessment"], plan, language, "city", indicator="x")
    facts = profile_facts(tiers, made["trends"], Beside(made["turning_points"], made["evidence"]))
    return {row[0]: row[1:] for rows in facts.values() for row in rows}


RISING = {2019: 78.0, 2020: 80.0, 2021: 82.0, 2022: 84.0, 2023: 86.0}


def test_rules_stand_side_by_side_with_the_count_of_those_that_agree() -> None:
    rows = peers(plan_with("level_at_least", 90), RISING)
    assert rows["德国可持续发展战略"] == ("晴，一致",)
    assert rows["亚太经社会"] == ("6.0，目标为10",)
    # (86 / 80)^(1/3) − 1 = 2.44 % against (90 / 80)^(1/5) − 1 = 2.38 %.
    assert rows["欧盟统计局"] == ("进展显著（所需增速的102%），一致",)
    assert rows["与本报告一致"] == ("4条规则中有4条",)


def test_rules_that_are_not_applicable_are_named_with_their_reason() -> None:
    rows = peers(plan_with("completion", 100), {2021: 10.0, 2022: 20.0, 2023: 30.0}, "en")
    assert rows["Not applicable"][0].startswith(
        "Eurostat, Open SDG / Statistics Canada and UN Statistics Division: a zero"
    )
    assert "Responsibility score: reductions in per cent only" in rows["Not applicable"][0]
    assert "Eurostat" not in rows


def test_every_tier_has_its_own_verdicts() -> None:
    rows = peers(plan_with("level_at_least", 85, stretch=95), RISING)
    assert all(len(cells) == 2 for cells in rows.values())


def test_the_profile_tells_what_would_turn_the_verdict() -> None:
    """Two a year lead from 86 to 90 in time; only 90 itself would already meet the target."""
    rows = lines(plan_with("level_at_least", 90), RISING)
    assert rows["结论转好的最新值"] == ("90.0%或更好：已达到",)
    assert rows["结论转差的最新值"][0].endswith("或更差：存在风险")


def test_the_profile_tells_whether_there_is_a_trend() -> None:
    rows = lines(plan_with("level_at_least", 90), RISING)
    expected = "显著向好，年均变化（Sen斜率）+2.0个百分点，95%区间+2.0至+2.0个百分点，p＝0.017，5个年度值"
    assert rows["趋势检验"][0].replace("2.00", "2.0") == expected
    four = lines(plan_with("level_at_least", 90), {year: RISING[year] for year in (2020, 2021, 2022, 2023)}, "en")
    assert four["Trend test"] == ("too few years to tell (p = 0.083; with 4 yearly values at best 0.083)",)


def test_of_a_total_the_row_speaks_of_yearly_amounts() -> None:
    plan = plan_with("cumulative_reduction", 100, series="yearly_increment", unit="t")
    assert "趋势检验（年度量）" in lines(plan, {2021: 9.0, 2022: 8.0, 2023: 7.0}, unit="t")


def test_the_pass_table_adds_up_and_says_why_a_case_is_not_asserted() -> None:
    rows = peer_cases_table(load(), "zh").rows
    total = sum(int(row[1]) for row in rows[:-1])
    assert rows[-1][1] == str(total) == str(load()["provenance"]["cases"])
    assert all(row[3] == "0" for row in rows)
    assert [row[4] for row in rows if row[0] == "Sen斜率"] == ["1（数值在案例文件以外）"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_of_the_tables_is_in_the_catalogue(language: str) -> None:
    known = catalogue(language).keys()
    agreement = load_rules().peers.agreement.values()
    own = {"met", "on_track", "at_risk", "off_track", "missed"}
    labels = {label.lower().replace(" ", "_") for group in agreement for label in group} - (own - {"on_track"})
    assert {f"defence.labels.{label}" for label in labels} <= known
    assert {f"defence.{group}.{rule}" for group in ("short", "figures") for rule in PEERS} <= known
    assert {f"defence.reasons.{reason}" for reason in PEER_REASONS if reason not in ("", "number_only")} <= known
    assert {f"defence.trend.{word}" for word in TRENDS_FOUND} <= known
