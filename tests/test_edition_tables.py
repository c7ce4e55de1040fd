"""How a comparison of editions is printed: counts then and now, changed verdicts, revised values, the paragraph."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import sample_tables

from analysis.assessment import load_rules
from analysis.comparison import Snapshot, check_projections, compare_values, compare_verdicts
from analysis.contracts import check
from analysis.pipeline.colophon import rebuild_command
from analysis.pipeline.manifest import Commit, Manifest
from analysis.pipeline.stages import reading_order, running_order
from analysis.readings import readings
from analysis.retrospect import comparison_paragraph, statuses_sentence
from analysis.tables import (
    changed_values_table,
    changed_verdicts_table,
    counts_compared,
    projections_table,
    scoreboard,
)

PAST_YEAR = sample_tables.YEAR - 1


def present() -> Snapshot:
    return Snapshot(
        sample_tables.plan(),
        sample_tables.YEAR,
        load_rules(),
        sample_tables.observations(),
        sample_tables.measures(),
        sample_tables.trends(),
        sample_tables.assessment(),
    )


def past() -> Snapshot:
    """A year before: energy and straw were at risk, leakage was off track, and straw of 2021 was one point higher."""
    now = present()
    status = {("energy", "base"): "at_risk", ("leakage", "base"): "off_track", ("straw", "base"): "at_risk"}
    keys = list(zip(now.assessment["indicator"], now.assessment["tier"], strict=True))
    is_area = now.assessment["region"] == sample_tables.AREA
    statuses = [
        status.get(key, old) if own else old
        for key, own, old in zip(keys, is_area, now.assessment["status"], strict=True)
    ]
    known = now.observations[now.observations["year"] < sample_tables.YEAR]
    values = known["value"].where(known["year"] != 2021, known["value"] + 1)
    trends = now.trends.assign(year=now.trends["year"] - 1)
    return replace(
        now,
        year=PAST_YEAR,
        assessment=check(now.assessment.assign(status=statuses), "assessment"),
        observations=known.assign(value=values),
        measures=now.measures[now.measures["year"] < sample_tables.YEAR],
        trends=trends,
    )


def verdicts() -> pd.DataFrame:
    """Changed statuses as if all had one cause but energy two."""
    rows = [
        ("energy", "base", "at_risk", "off_track", "worse", "changed_rule;new_data"),
        ("leakage", "base", "off_track", "met", "better", "new_data"),
        ("straw", "base", "at_risk", "on_track", "better", "revised_data"),
        ("energy", "stretch", "at_risk", "off_track", "worse", "new_data"),
    ]
    table = pd.DataFrame(rows, columns=["indicator", "tier", "before", "after", "turn", "causes"])
    causes = table["causes"].str.count(";") + 1
    return check(table.assign(region=sample_tables.AREA, verdict="status", n_causes=causes), "changed_verdicts")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_counts_of_both_editions_stand_below_each_other_and_add_up(language: str) -> None:
    table = counts_compared(past(), present(), language)
    years = [sample_tables.YEAR, PAST_YEAR]
    assert [str(year) in row[0] for year, row in zip(years * 2, table.rows, strict=True)] == [True] * 4
    for row in table.rows:
        assert sum(map(int, row[1:-1])) == int(row[-1])
    headers = [column.header for column in table.columns]
    place = {name: headers.index(next(header for header in headers if name in header)) for name in ("at-risk", "met}")}
    # Now: the tonnes only. Then: energy, straw and the tonnes at risk.
    assert [row[place["at-risk"]] for row in table.rows[:2]] == ["1", "3"]
    assert [row[place["met}"]] for row in table.rows[:2]] == ["2", "1"]
    assert [row[-1] for row in table.rows] == ["7", "7", "1", "1"]
    # Energy is the binding one.
    assert table.rows[3][place["at-risk"]] == "1"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_counts_are_those_of_the_rows_of_the_scoreboard(language: str) -> None:
    now = present()
    counted = dict(zip([column.header for column in counts_compared(past(), now, language).columns][1:-1],
                       counts_compared(past(), now, language).rows[0][1:-1], strict=True))  # fmt: skip
    # A target with two tiers is counted by its first one.
    main = [item for item in readings(now.assessment, now.plan, language) if item.is_main]
    assert sum(map(int, counted.values())) == len(main)
    board = scoreboard(now.assessment, now.plan, language)
    statuses = [row[-2] for row in board.rows]
    for header, count in counted.items():
        assert int(count) == sum(item.status_span == header for item in main)
        assert int(count) <= statuses.count(header)


def test_changed_verdicts_say_before_after_and_why_in_the_plans_order() -> None:
    later = (
        verdicts().iloc[[0]].assign(verdict="schedule", before="ahead", after="behind", causes="new_data", n_causes=1)
    )
    table = changed_verdicts_table(pd.concat([later, verdicts()]), present(), past(), "zh")
    assert [column.header for column in table.columns] == ["目标", "状态", "序时判断", "达标展望", "原因"]
    worse = "[◆ 存在风险]{.status-at-risk} → [▼ 难以达到]{.status-off-track}"
    assert [row[1:] for row in table.rows] == [
        (worse, "超前 → 滞后", "—", "规则改变、新数据"),
        (worse, "—", "—", "新数据"),
        ("[◆ 存在风险]{.status-at-risk} → [▲ 按期可达]{.status-on-track}", "—", "—", "数据修订"),
        ("[▼ 难以达到]{.status-off-track} → [✓ 已达到]{.status-met}", "—", "—", "新数据"),
    ]


def test_a_target_that_only_the_earlier_edition_had_is_still_named() -> None:
    before = past()
    fewer = [section.model_copy(update={"commitments": section.commitments[1:]}) for section in before.plan.sections]
    now = replace(present(), plan=before.plan.model_copy(update={"sections": fewer}))
    now = replace(now, assessment=now.assessment[now.assessment["indicator"] != "energy"])
    table = changed_verdicts_table(verdicts(), now, before, "en")
    assert any("Energy per unit of GDP" in row[0] for row in table.rows)


def test_a_revised_value_is_printed_before_and_after() -> None:
    changed = compare_values(past().observations, present().observations, PAST_YEAR)
    (row,) = changed_values_table(changed, present(), past(), "zh").rows
    assert row[1:6] == ("2021", "修订", "88.5%", "87.5%", "−1个百分点")
    assert "straw" in row[6]


def test_a_projection_stands_beside_what_happened_in_the_targets_terms() -> None:
    """An index of 93.1 − 2.3 = 90.8 was projected; 93.1 came, which the target speaks of as −6.9 %."""
    checked = check_projections(past(), present())
    rows = projections_table(checked, present(), "en").rows
    assert len(rows) == 2
    energy = next(row for row in rows if row[0].startswith("Energy"))
    projected = 93.1 - 2.3 - 100
    assert energy[1:3] == ("2023", f"−{abs(projected):.1f}%")
    assert energy[4:6] == ("−6.9%", "+2.3 percentage points")
    assert energy[6] == "outside 80%, inside 95%"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paragraph_counts_what_the_tables_list(language: str) -> None:
    values = compare_values(past().observations, present().observations, PAST_YEAR)
    checked = check_projections(past(), present())
    text = comparison_paragraph(values, verdicts(), checked, present(), past(), language)
    if language == "zh":
        assert "3项目标的状态有变化：转好2项，转差1项" in text
        assert "规则改变1项，数据修订1项，新数据2项（有的目标不止一个原因）" in text
        assert "修订1项" in text
        assert "2项已有实际值可以对照" in text
    else:
        assert "2022: 3 (better 2, worse 1)" in text
        assert "changed rule 1, revised data 1, new data 2; some targets have more than one" in text
    assert str(len(checked)) in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_summary_says_how_many_statuses_changed_and_leads_to_the_chapter(language: str) -> None:
    text = statuses_sentence(verdicts(), present(), past(), language)
    assert text.startswith("与2022年版相比，3项" if language == "zh" else "Targets whose status differs")
    assert "@sec-changes" in text
    assert len(text) < len(comparison_paragraph(
        compare_values(past().observations, present().observations, PAST_YEAR), verdicts(),
        check_projections(past(), present()), present(), past(), language,
    ))  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_editions_that_do_not_differ_are_said_not_to(language: str) -> None:
    now = present()
    empty = [compare_values(now.observations, now.observations, now.year), compare_verdicts(now, now).iloc[:0]]
    text = comparison_paragraph(*empty, check_projections(now, now), now, now, language)
    assert "1" not in text.replace(str(now.year), "")
    assert "：" not in text


def test_the_chapter_on_changes_follows_the_summary_and_runs_after_it() -> None:
    plan = sample_tables.plan()
    assert [step.name for step in reading_order(plan, "2022")][:3] == ["03-assess", "09-targets", "08-changes"]
    stages = [[step.name for step in stage] for stage in running_order(plan, "2022")]
    assert "08-changes" in stages[3]
    assert running_order(plan, "2022")[2][0].parameters == {"compare": "2022"}
    assert "08-changes" not in [step.name for step in reading_order(plan)]
    assert running_order(plan)[2][0].parameters == {}


def test_the_command_that_makes_the_report_again_names_the_comparison() -> None:
    given = {"plan": "p", "year": 2023, "language": "zh", "compare": "archive/2022 年"}
    manifest = Manifest(given, "", {}, {}, "", "", {}, Commit())
    assert rebuild_command(manifest).endswith("COMPARE='archive/2022 年'")
    assert "COMPARE" not in rebuild_command(replace(manifest, parameters={**given, "compare": ""}))
