"""Sentences: no number that a table does not have, no direction that a number contradicts."""

import re

import pytest
import sample_tables as sample

from analysis import narrative, tables

PLAN = sample.plan()
LANGUAGES = ("zh", "en")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def paragraph(indicator, language="zh", is_final=False, table=None):
    rows = sample.assessment(is_final) if table is None else table
    return narrative.indicator_paragraph(rows, PLAN, indicator, sample.AREA, language)


def numbers(text):
    return {number.rstrip(",").replace(",", "") for number in NUMBER.findall(text)}


@pytest.mark.parametrize("is_final", [False, True], ids=["running", "final"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("indicator", sample.TARGETS)
def test_every_number_of_an_indicator_stands_in_its_profile(indicator, language, is_final):
    rows = sample.assessment(is_final)
    profile = tables.profile(rows, sample.trends(), PLAN, indicator, sample.AREA, language)
    printed = numbers(" ".join(cell for row in profile.rows for cell in row))
    # The years of base and target are in the plan; the profile has them where it has values.
    years = {str(year) for year in (sample.BASE, sample.BASE + 1, sample.YEAR, sample.TARGET)}
    assert numbers(paragraph(indicator, language, is_final)) - printed - years == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_summary_stands_in_the_table_of_counts(language):
    rows = sample.assessment()
    counts = tables.status_counts(rows, PLAN, language)
    printed = numbers(" ".join(cell for row in counts.rows for cell in row))
    known = printed | {str(len(PLAN.commitments())), str(sample.YEAR), "60"}
    assert numbers(narrative.summary_paragraph(rows, PLAN, sample.YEAR, language)) - known == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("indicator", sample.TARGETS)
def test_no_movement_is_a_signed_number(indicator, language):
    text = paragraph(indicator, language)
    wrong = r"(下降|上升|提高|降低|增加|减少|fell by|rose by|fall by|rise by|grow by|grew by|down|up) ?[−+]"
    assert not re.search(wrong, text)


def test_a_decrease_a_rise_and_no_change_have_their_own_words():
    assert "比2020年累计下降6.9%" in paragraph("energy")
    assert "与2020年相比，2023年溶剂型工业涂料使用比例累计上升2.5个百分点" in paragraph("coatings")
    assert "近三年年均上升0.83个百分点" in paragraph("coatings")
    same = sample.assessment().assign(latest_value=86.0)
    assert "与2020年持平" in paragraph("straw", table=same)
    assert "as in 2020" in paragraph("straw", "en", table=same)


def test_what_prints_as_zero_has_not_moved():
    same = sample.assessment()
    same.loc[same["indicator"] == "straw", "recent_pace"] = -0.001
    assert "近三年基本持平" in paragraph("straw", table=same)
    assert "hardly changed" in paragraph("straw", "en", table=same)


def test_each_tier_gets_its_own_standing_and_probability():
    text = paragraph("energy")
    for part in ("确保目标是到2025年下降14.5%", "力争目标是到2025年下降18%", "概率为12%", "概率为3%", "略慢于序时进度"):
        assert part in text
    assert text.count("近三年") == 1


def test_the_last_year_is_named_instead_of_a_yearly_pace():
    rows = sample.assessment()
    rows["target_year"] = sample.YEAR + 1
    assert "要实现目标，2024年需提高0.30个百分点" in paragraph("straw", table=rows)
    assert "has to rise by 0.30 percentage points in 2024;" in paragraph("straw", "en", table=rows)


def test_too_few_years_are_said_in_the_right_number():
    rows = sample.assessment()
    assert "Only 4 yearly values" in paragraph("cod", "en", table=rows)
    rows["n_values"] = 1
    assert "Only 1 yearly value can" in paragraph("cod", "en", table=rows)


def test_not_assessed_names_the_reason():
    assert paragraph("boilers") == "燃煤锅炉超低排放改造完成率的目标是到2025年达到100%；因未报送数据，暂不评价。"
    assert paragraph("boilers", "en").endswith("is not assessed: no data delivered.")


def test_a_finished_plan_says_met_or_missed_and_by_how_much():
    assert "2023年下降14.5%的确保目标未完成，相差7.6个百分点。" in paragraph("energy", is_final=True)
    assert "was missed by 2,201 t." in paragraph("cod", "en", is_final=True)
    assert "2023年不超过10%的目标已完成。" in paragraph("leakage", is_final=True)
    assert "概率" not in paragraph("energy", is_final=True)


def test_caveats_stand_where_they_belong():
    assert "2023年为初步数" in paragraph("energy")
    assert "核算方法调整" in paragraph("energy")
    assert "初步数" not in paragraph("cod")


def test_a_fallback_base_year_is_shown():
    rows = sample.assessment().assign(base_year=2019)
    assert "2020年基期值缺失，按方案数据文件中的声明改用2019年" in paragraph("straw", table=rows)


def test_summary_can_be_read_out():
    text = narrative.summary_paragraph(sample.assessment(), PLAN, sample.YEAR, "zh")
    assert "时间进度为60%" in text
    assert "已达到2项，按期可达1项，存在风险1项，难以达到2项，未评价1项" in text
    assert text.endswith("最需关注的是单位地区生产总值能耗、溶剂型工业涂料使用比例和化学需氧量重点工程减排量。")
    ended = narrative.summary_paragraph(sample.assessment(True), PLAN, sample.TARGET, "zh")
    assert "规划期已结束" in ended


@pytest.mark.parametrize("language", LANGUAGES)
def test_sections_count_what_they_hold(language):
    goals = narrative.section_paragraph(sample.assessment(), PLAN, "goals", language)
    assert {"5", "4", "1", "2"} == numbers(goals)


def test_demonstration_data_are_announced_where_they_are_used():
    assert "示例数据" in narrative.demonstration_note(sample.assessment(), PLAN, "zh", "goals")
    assert narrative.demonstration_note(sample.assessment(), PLAN, "zh", "works") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_end_once(language):
    for indicator in sample.TARGETS:
        text = paragraph(indicator, language)
        assert text.endswith("。" if language == "zh" else ".")
        assert not re.search(r"。。|\.\.|，。|；。|  |, \.|;\.", text)
