"""Tables: structure, numbers, marks."""

import re

import pandas as pd
import pytest
import sample_tables as sample
from plan_builder import observed, plan_with

from analysis import tables
from analysis.assessment import assess, load_rules
from analysis.contracts import QUALITY, check
from analysis.contracts.projects import MILESTONE_REPORTS, STATEMENTS
from analysis.measures import measure
from analysis.projects import milestone_states, qualitative_states
from analysis.readings import readings
from analysis.screening import screen
from analysis.tables import Column, Table
from analysis.tables.profile import profile_facts
from analysis.trends import fit_trends

PLAN, ASSESSMENT = sample.plan(), sample.assessment()


def column(table: Table, header: str) -> list[str]:
    place = [item.header for item in table.columns].index(header)
    return [row[place] for row in table.rows]


def cell(table: Table, first: str, header: str) -> str:
    place = [item.header for item in table.columns].index(header)
    return next(row[place] for row in table.rows if row[0].startswith(first))


def all_tables(language: str) -> list[Table]:
    return [
        tables.scoreboard(ASSESSMENT, PLAN, language),
        tables.brief_scoreboard(ASSESSMENT, PLAN, language, sample.measures(), sample.observations()),
        tables.status_counts(ASSESSMENT, PLAN, language),
        tables.attention(ASSESSMENT, PLAN, language),
        tables.not_assessed_table(ASSESSMENT, PLAN, language),
        *(tables.profile(ASSESSMENT, sample.trends(), PLAN, id, sample.AREA, language) for id in sample.TARGETS),
        tables.commitments(PLAN, "goals", ASSESSMENT, language),
        tables.milestones_table(milestone_states(MILESTONE_REPORTS.empty(), PLAN, sample.YEAR), PLAN, language),
        tables.qualitative_table(qualitative_states(STATEMENTS.empty(), PLAN, sample.YEAR), PLAN, language),
        tables.observations_table(sample.observations(), PLAN, "straw", sample.AREA, language),
        tables.coverage_table(sample.observations(), PLAN, language),
        tables.region_values(ASSESSMENT, PLAN, language),
        tables.region_changes(ASSESSMENT, PLAN, language),
        tables.rules_table(load_rules().thresholds(), language),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_table_is_a_pipe_table_with_relative_widths(language):
    for table in all_tables(language):
        lines = table.to_markdown().splitlines()
        assert len(lines[1]) > 72, table.css_class
        assert re.fullmatch(r"\|(:?-{3,}:?\|)+", lines[1])
        bars = {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
        assert bars == {len(table.columns) + 1}, table.css_class


@pytest.mark.parametrize("language", ["zh", "en"])
def test_missing_is_a_dash_and_never_nan(language):
    for table in all_tables(language):
        for row in table.rows:
            for text in row:
                assert text.strip()
                assert not re.search(r"\bnan\b|\bNone\b|<NA>", text), (table.css_class, row)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_numbers_carry_true_minus_signs(language):
    for table in all_tables(language):
        for row in table.rows:
            assert not [text for text in row if re.search(r"(?<![\w-])-\d", text)]


def test_a_ragged_row_is_refused():
    with pytest.raises(ValueError, match="expected 2 cells"):
        Table((Column("a"), Column("b")), (("1",),))


def test_widths_become_dashes():
    table = Table((Column("a", "left", 1), Column("b", "right", 3)), (("1", "2"),))
    assert table.to_markdown().splitlines()[1] == "|:" + "-" * 25 + "|" + "-" * 75 + ":|"


def test_a_column_of_dashes_is_left_out():
    table = Table((Column("a"), Column("b")), (("1", "—"), ("2", "—")))
    assert [item.header for item in table.without_empty("b").columns] == ["a"]
    assert len(Table((Column("a"), Column("b")), (("1", "x"),)).without_empty("b").columns) == 2


def test_scoreboard_has_one_row_per_tier_in_the_plans_order():
    board = tables.scoreboard(ASSESSMENT, PLAN, "zh")
    assert [text.split(" ")[0] for text in column(board, "目标")] == [
        "单位地区生产总值能耗（确保）", "单位地区生产总值能耗（力争）", "秸秆综合利用率", "化学需氧量重点工程减排量",
        "溶剂型工业涂料使用比例", "公共供水管网漏损率", "节能环保示范园区创建数（基本）",
        "节能环保示范园区创建数（力争）", "燃煤锅炉超低排放改造完成率",
    ]  # fmt: skip


def test_scoreboard_states_each_quantity_in_the_terms_of_the_target():
    board = tables.scoreboard(ASSESSMENT, PLAN, "zh")
    assert cell(board, "单位地区生产总值能耗（确保）", "2023年值") == "−6.9"
    assert cell(board, "单位地区生产总值能耗（确保）", "单位") == "%"
    assert cell(board, "单位地区生产总值能耗（确保）", "性质") == "约束性"
    assert cell(board, "单位地区生产总值能耗（确保）", "进度/应达（%）") == "45.7/60.0"
    assert cell(board, "秸秆", "基期值") == "86.0"
    assert cell(board, "秸秆", "2023年值") == "89.4"
    assert cell(board, "化学", "2023年值") == "2760"
    assert cell(board, "溶剂", "2023年值") == "+2.5"
    assert cell(board, "溶剂", "单位") == "百分点"
    assert cell(board, "单位地区生产总值能耗（力争）", "目标值") == "下降18%"
    assert cell(board, "燃煤", "序时判断") == "—"
    assert cell(board, "燃煤", "进度/应达（%）") == "—"


def test_a_latest_value_of_another_year_carries_its_year():
    older = ASSESSMENT.assign(latest_year=ASSESSMENT["latest_year"].where(ASSESSMENT["indicator"] != "straw", 2022))
    assert cell(tables.scoreboard(older, PLAN, "zh"), "秸秆", "2023年值") == "89.4（2022年）"
    brief = tables.brief_scoreboard(older, PLAN, "en", sample.measures(), sample.observations())
    assert cell(brief, "[Straw", "2023").startswith("[89.4% (2022)]{.origin")


def test_the_overview_has_one_line_per_target_with_its_sparkline_and_its_lead():
    brief = tables.brief_scoreboard(ASSESSMENT, PLAN, "zh", sample.measures(), sample.observations())
    assert len(brief.rows) == len(tables.scoreboard(ASSESSMENT, PLAN, "zh").rows)
    assert cell(brief, "单位地区生产总值能耗（确保）", "进度/应达（%）") == "45.7/60.0"
    assert cell(brief, "单位地区生产总值能耗（确保）", "概率") == "12%"
    assert cell(brief, "单位地区生产总值能耗（确保）", "牵头单位") == "市发展改革委"
    trends = column(brief, "走势")
    assert sum(text.startswith("![") for text in trends) == len(trends) - 1
    assert cell(brief, "燃煤", "走势") == "—"
    # What only one indicator has pages for leads there.
    assert [text for text in column(brief, "目标") if "](#sec-indicator-" in text] == [
        "[秸秆综合利用率](#sec-indicator-straw) ◇"
    ]


def test_a_short_title_stands_where_there_is_little_room():
    short = {"zh": "秸秆利用", "en": "Straw used"}
    indicators = [
        item.model_copy(update={"short": type(item.title)(**short)}) if item.id == "straw" else item
        for item in PLAN.indicators
    ]
    plan = PLAN.model_copy(update={"indicators": indicators})
    brief = tables.brief_scoreboard(ASSESSMENT, plan, "en", sample.measures(), sample.observations())
    assert any("[Straw used]" in row[0] for row in brief.rows)
    assert not any("Straw used" in row[0] for row in tables.scoreboard(ASSESSMENT, plan, "en").rows)


def test_a_mark_that_all_targets_share_is_not_repeated():
    same = ASSESSMENT.assign(is_demonstration=True)
    board = tables.scoreboard(same, PLAN, "zh")
    assert not any("◇" in text for text in column(board, "目标"))


def test_status_is_a_word_and_a_shape_with_a_class():
    board = tables.scoreboard(ASSESSMENT, PLAN, "en")
    assert cell(board, "COD", "Status") == "[◆ at risk]{.status-at-risk}"
    for text in column(board, "Status"):
        assert re.fullmatch(r"\[[✓▲◆▼×○] [a-z ]+\]\{\.status-[a-z-]+\}", text)


def test_marks_show_preliminary_and_demonstration_values():
    board = tables.scoreboard(ASSESSMENT, PLAN, "zh")
    marked = {text.split(" ")[0]: text.split(" ")[1:] for text in column(board, "目标")}
    assert marked["秸秆综合利用率"] == ["◇"]
    assert marked["单位地区生产总值能耗（确保）"] == ["□"]
    assert marked["公共供水管网漏损率"] == []


def test_counts_add_up():
    counts = tables.status_counts(ASSESSMENT, PLAN, "en")
    for row in counts.rows:
        assert sum(map(int, row[1:-1])) == int(row[-1])
    assert [row[-1] for row in counts.rows] == ["7", "1", "6"]
    assert not [item for item in counts.columns if "missed" in item.header]
    final = tables.status_counts(sample.assessment(is_final=True), PLAN, "en")
    assert [item for item in final.columns if "missed" in item.header]


def test_attention_puts_the_worst_first_and_names_who_is_responsible():
    urgent = tables.attention(ASSESSMENT, PLAN, "zh")
    assert all("](#sec-indicator-" in text for text in column(urgent, "目标"))
    assert [text.strip("[").split(" ")[0].split("]")[0] for text in column(urgent, "目标")] == [
        "单位地区生产总值能耗（确保）", "溶剂型工业涂料使用比例", "化学需氧量重点工程减排量",
    ]  # fmt: skip
    assert column(urgent, "责任单位")[0] == "市发展改革委等2家"
    assert column(urgent, "还需要什么")[0] == "每年−4.2%（近三年−2.4%）"
    missed = tables.attention(sample.assessment(is_final=True), PLAN, "zh")
    assert column(missed, "还需要什么")[0] == "2023年到期，差7.6个百分点"


def facts(indicator, language):
    tiers = readings(ASSESSMENT, PLAN, language, sample.AREA, indicator=indicator)
    found = profile_facts(tiers, sample.trends(), tables.Beside())
    return {row[0]: row[1:] for rows in found.values() for row in rows}


def test_profile_has_a_text_per_tier_and_drops_what_does_not_apply():
    values = facts("energy", "en")
    assert values["Probability"] == ("12% (unlikely)", "3% (very unlikely)")
    assert values["Simple share"] == ("47.6%", "38.3%")
    assert values["Latest value"] == ("−6.9% (2023, preliminary)",) * 2
    assert values["Linear trend (OLS)"][0].startswith("−13.1% in 2025")
    straw = facts("straw", "en")
    assert "Simple share" not in straw
    assert "Linear trend (OLS)" not in straw


def test_profile_answers_one_question_per_row_in_the_order_in_which_they_are_asked():
    energy = tables.profile(ASSESSMENT, sample.trends(), PLAN, "energy", sample.AREA, "zh")
    assert [row[0].strip("*") for row in energy.rows] == [
        "是否合乎进度", "能否如期达到", "还需要多少", "由谁负责", "数字是否可信",
    ]  # fmt: skip
    assert energy.rows[3][1] == "[[责任单位：]{.muted}市发展改革委和市生态环境局]{.pair}"


def test_what_tiers_share_is_said_once_and_what_differs_by_tier():
    rows = tables.profile(ASSESSMENT, sample.trends(), PLAN, "energy", sample.AREA, "en").rows
    answers = " ".join(row[1] for row in rows)
    assert "[Probability:]{.muted} base target 12% (unlikely) / stretch target 3%" in answers
    assert answers.count("−6.9% (2023, preliminary)") == 1


def test_short_facts_stay_on_one_line_and_long_ones_may_break():
    rows = tables.profile(ASSESSMENT, sample.trends(), PLAN, "energy", sample.AREA, "en").rows
    answer = rows[0][1]
    assert " [Progress:]{.muted} base target 45.7% / stretch target 36.0%; " in answer
    # The separator belongs to what it follows: no line begins with one.
    assert " [[Due by now:]{.muted} 60.0%;]{.pair} " in answer
    assert answer.endswith("]{.pair}")
    assert not answer.endswith(";]{.pair}")


def test_profile_of_a_target_without_data_says_why():
    assert facts("boilers", "zh")["状态"] == ("[○ 未评价]{.status-not-assessed}（未报送数据）",)


def test_commitments_quote_the_plan_and_translate_for_foreign_readers():
    chinese = tables.commitments(PLAN, "goals", ASSESSMENT, "zh")
    assert column(chinese, "原文")[0] == "到2025年，单位地区生产总值能耗达到目标"
    assert column(chinese, "责任分工")[0] == "市发展改革委牵头"
    assert column(chinese, "状态")[-1] == "[○ 未报送]{.status-not-assessed}"
    english = tables.commitments(PLAN, "goals", ASSESSMENT, "en")
    assert column(english, "Original wording") == column(chinese, "原文")
    assert column(english, "Translation")[0] == "By 2025: Energy per unit of GDP"


def test_both_tiers_of_a_commitment_are_named():
    state = column(tables.commitments(PLAN, "works", ASSESSMENT, "zh"), "状态")[1]
    assert "（基本）：[✓ 已达到]" in state
    assert "（力争）：[◆ 存在风险]" in state


def test_every_value_leads_back_to_its_cell():
    table = tables.observations_table(sample.observations(), PLAN, "straw", sample.AREA, "zh")
    assert [item.header for item in table.columns] == ["年份", "数值（%）", "单元格"]
    value = '[89.4]{.origin title="出处：observations/straw_rate.csv · B10"}'
    assert table.rows[-1] == ("2023", value, "B10")
    note = tables.observations_note(sample.observations(), PLAN, "straw", sample.AREA, "zh")
    assert r"出处：observations/straw\_rate.csv。" in note


def test_a_file_of_many_sheets_is_named_once():
    plan = plan_with("level_at_least", 95)
    rows = [observed({year: 50.0}, sheet=f"{year}年", file="年鉴.xlsx") for year in (2021, 2022)]
    note = tables.observations_note(pd.concat(rows), plan, "x", "city", "zh")
    assert "出处：年鉴.xlsx（① 2021年、② 2022年）。" in note


def test_what_all_values_share_stands_below_the_table_once():
    rows = sample.observations().assign(status="published", vintage="2024-05")
    table = tables.observations_table(rows, PLAN, "straw", sample.AREA, "en")
    assert [item.header for item in table.columns] == ["Year", "Value (%)", "Cell"]
    note = tables.observations_note(rows, PLAN, "straw", sample.AREA, "en")
    assert "All values: published. Published: 2024-05. Source:" in note


def test_a_long_table_of_few_columns_is_folded_on_paper_and_a_short_one_is_not():
    rows = sample.observations()
    mixed = rows.assign(status=["revised" if year < 2018 else "published" for year in rows["year"]])
    alike = tables.observations_table(rows.assign(status="published"), PLAN, "straw", sample.AREA, "zh")
    assert (alike.folds, len(alike.rows)) == (3, 9)
    assert alike.to_markdown().startswith("| []{.fold-3}年份 |")
    assert tables.observations_table(mixed, PLAN, "straw", sample.AREA, "zh").folds == 2
    few = rows[rows["year"] > 2018].assign(status="published")
    assert tables.observations_table(few, PLAN, "straw", sample.AREA, "zh").folds == 1


def test_delivered_decimals_are_kept():
    rows = sample.observations()
    rows.loc[0, "value"] = 78.25
    values = column(tables.observations_table(rows, PLAN, "straw", sample.AREA, "zh"), "数值（%）")
    assert [value.partition("]")[0] for value in values[:2]] == ["[78.25", "[80.10"]


def test_coverage_counts_years_not_vintages():
    rows = sample.observations()
    again = rows[rows["year"] == 2023].assign(vintage="2025-01", status="revised")
    coverage = tables.coverage_table(pd.concat([rows, again], ignore_index=True), PLAN, "en")
    straw = next(row for row in coverage.rows if row[0].startswith("Straw"))
    assert straw[1:] == ("2015–2023", "9", "0", "1", "0", "8")


def test_unverified_years_are_listed_in_short():
    rows = sample.observations()
    rows.loc[rows["year"].isin([2015, 2017, 2018]), "verification"] = "unverified"
    table = tables.unverified_table(rows, PLAN, "zh")
    assert table.rows == (("秸秆综合利用率", "某市", "2015、2017—2018", "年报"),)


def test_quality_lists_errors_first_and_leaves_corrections_to_their_table():
    quality = check(
        pd.DataFrame(
            [
                {**dict.fromkeys(QUALITY.names, ""), "severity": severity, "rule": rule, "year": 2023, "found": found}
                for severity, rule, found in (
                    ("note", "correction_applied", "88"),
                    ("warning", "duplicate_identical", "b"),
                    ("error", "unit_unknown", "a"),
                )
            ]
        ),
        "quality",
    )
    assert column(tables.quality_table(quality, PLAN, "en"), "Found") == ["a", "b"]
    assert column(tables.corrections_table(quality, PLAN, "en"), "Old value") == ["88"]


def test_what_a_file_has_in_many_places_stands_in_one_row():
    note = dict.fromkeys(QUALITY.names, "") | {
        "severity": "note",
        "rule": "value_missing",
        "year": 2023,
        "file": "a.csv",
    }
    quality = check(pd.DataFrame([{**note, "cell": f"B{row}"} for row in range(2, 7)]), "quality")
    (row,) = tables.quality_table(quality, PLAN, "zh").rows
    assert row[1].startswith("2023 · a.csv · B2；2023 · a.csv · B3；")
    assert row[1].endswith("……共5处")


def test_regions_without_a_target_are_ranked_by_their_change_only():
    changes = tables.region_changes(ASSESSMENT, PLAN, "zh")
    # Word joiners keep a rank in one line.
    printed = tuple(cell.replace("\N{WORD JOINER}", "") for cell in changes.rows[0])
    assert printed == ("秸秆综合利用率（2023年，个百分点）", "+3.0（第2）", "+6.5（第1）")


def test_the_screening_names_the_rule_and_gives_its_evidence():
    plan = plan_with("level_at_least", 95)
    values = {year: 50.0 + 0.7 * (year % 3) for year in range(2008, 2023)} | {2023: 93.1}
    screened = screen(observed(values), plan, 2023, "zh")
    row = next(row for row in tables.screening_table(screened, plan, "zh").rows if row[0] == "异常跳变")
    assert row[1].startswith("市 · x · 2023 · f.csv")
    assert "93.1" in row[2]
    assert "概率" in row[2]


def test_values_of_several_documents_each_name_theirs():
    plan = plan_with("level_at_least", 95)
    one = observed({2021: 50.0, 2022: 51.0})
    two = pd.concat([one, observed({2023: 52.0}, source="公报")])
    assert "①" not in tables.observations_note(one, plan, "x", "city", "zh")
    named = tables.observations_table(two, plan, "x", "city", "zh")
    assert column(named, "单元格") == ["① A1", "① A2", "② A1"]
    assert "出处：① s（f.csv）；② 公报（f.csv）。" in tables.observations_note(two, plan, "x", "city", "zh")


def test_without_a_base_there_is_no_index():
    plan = plan_with("relative_reduction", 10, series="yearly_change", direction="decrease")
    measures = measure(observed({2023: -5.0}), plan)
    trends = fit_trends(measures, plan, 2023)
    printed = tables.profile(assess(plan, measures, trends, 2023), trends, plan, "x", "city", "zh")
    assert not [row for row in printed.rows if "-5.0" in str(row) or "−5.0" in str(row)]


def test_the_scoreboard_leads_to_the_indicator_and_tells_the_cell():
    plan = plan_with("level_at_least", 95)
    observations = observed({2020: 50.0, 2021: 52.0, 2022: 55.0}, sheet="表1")
    measures = measure(observations, plan)
    trends = fit_trends(measures, plan, 2022)
    board = tables.scoreboard(assess(plan, measures, trends, 2022), plan, "zh", observations=observations)
    assert board.rows[0][0] == "[x](#sec-indicator-x)"
    assert board.rows[0][3] == '[55.0]{.origin title="出处：f.csv · 表1 · A3"}'


def test_what_needs_attention_and_the_regions_tell_their_cells_too():
    plan = plan_with("level_at_least", 95)
    observations = observed({2020: 50.0, 2021: 52.0, 2022: 51.0}, sheet="表1")
    measures = measure(observations, plan)
    judged = assess(plan, measures, fit_trends(measures, plan, 2022), 2022)
    urgent = tables.attention(judged, plan, "zh", observations)
    assert column(urgent, urgent.columns[2].header) == ['[51.0%]{.origin title="出处：f.csv · 表1 · A3"}']
    # The value of one region is not that of the area, though indicator and year are the same.
    elsewhere = sample.observations().assign(region="north", sheet="北表")
    values = tables.region_values(ASSESSMENT, PLAN, "zh", elsewhere)
    cells = [cell for row in values.rows for cell in row[1:] if ".origin" in cell]
    assert cells == ['[88.0%]{.origin title="出处：observations/straw_rate.csv · 北表 · B10"}']


def test_a_revision_shows_both_values_and_their_difference():
    table = pd.concat([observed({2021: 40.0}, vintage="2022-03"), observed({2021: 41.5}, vintage="2024-11")])
    (row,) = tables.revisions_table(table, plan_with("level_at_least", 95), "zh").rows
    assert row[:4] == ("x", "2021", "40%（2022-03）", "41.5%（2024-11）")
    assert "1.5" in row[4]


def test_delivered_values_of_a_profile_tell_their_cells_and_stay_on_one_line() -> None:
    beside = tables.Beside(observations=sample.observations())
    told = tables.profile(sample.assessment(), sample.trends(), PLAN, "straw", sample.AREA, "zh", beside)
    bare = tables.profile(sample.assessment(), sample.trends(), PLAN, "straw", sample.AREA, "zh")
    answers = " ".join(row[1] for row in told.rows)
    assert '{.origin title="出处：observations/straw_rate.csv · B10"}' in answers
    assert re.sub(r"\[([^\]]*)\]\{\.origin[^}]*\}", r"\1", answers) == " ".join(row[1] for row in bare.rows)
