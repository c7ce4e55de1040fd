"""Projects, milestones, statements and departments: hand-computed, every threshold from both sides."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
import sample_tables as sample
from figure_checks import outside, smallest_printed_type

from analysis.assessment import load_rules
from analysis.contracts import check
from analysis.contracts.projects import EMISSION_PROJECTS, ENERGY_PROJECTS, MILESTONE_REPORTS, STATEMENTS
from analysis.errors import InputError
from analysis.figures import draw_projects
from analysis.observations import load
from analysis.plan import load_plan
from analysis.project import raw_folder
from analysis.projects import (
    department_items,
    energy_totals,
    large_projects,
    latest_list,
    milestone_states,
    project_totals,
    qualitative_states,
    reconciled_totals,
)
from analysis.responsibilities import (
    department_heading,
    department_paragraph,
    energy_paragraph,
    energy_threshold,
    milestones_paragraph,
    projects_caption,
    projects_paragraph,
    qualitative_paragraph,
    responsible_departments,
)
from analysis.tables import (
    department_table,
    departments_overview,
    energy_classes_table,
    large_projects_table,
    milestones_table,
    open_projects_note,
    open_projects_table,
    project_regions_table,
    project_totals_table,
    qualitative_table,
    scoreboard,
)

PLAN = sample.plan()
NAN = math.nan
ORIGIN = {"department": "", "evidence": "核查", "status": "synthetic", "source": "台账", "file": "f.csv", "sheet": ""}


def projects(*rows: tuple[str, str, int, float, float]) -> pd.DataFrame:
    """Name, region, year, claimed, verified; all of chemical oxygen demand."""
    names = ("project", "region", "year", "claimed", "verified")
    listed = [
        {**ORIGIN, "indicator": "cod", "state": "", "cell": f"A{number}", **dict(zip(names, row, strict=True))}
        for number, row in enumerate(rows)
    ]
    return check(pd.DataFrame(listed), EMISSION_PROJECTS.name)


def cod(values: dict[str, dict[int, float]]) -> pd.DataFrame:
    """Yearly reductions by region."""
    template = sample.observations().iloc[0].to_dict()
    rows = [
        {**template, "region": region, "indicator": "cod", "year": year, "value": float(value), "unit": "t",
         "cell": f"{region}{year}"}
        for region, series in values.items()
        for year, value in series.items()
    ]  # fmt: skip
    return check(pd.DataFrame(rows), "observations")


DELIVERED = cod({"city": {2021: 900, 2022: 950}, "north": {2021: 500, 2022: 550}, "south": {2021: 400, 2022: 400}})
LEDGER = projects(
    ("甲", "north", 2021, 520.0, 500.0),
    ("乙", "north", 2022, 550.0, 550.0),
    ("丙", "south", 2021, 400.0, 400.0),
    ("丁", "south", 2022, 460.0, 400.0),
    ("戊", "south", 2022, 70.0, NAN),
)


def test_claimed_and_verified_add_up_apart() -> None:
    city, north, south = project_totals(LEDGER, DELIVERED, PLAN).to_dict("records")
    assert (city["region"], city["projects"], city["claimed"], city["verified"]) == ("city", 5, 2000.0, 1850.0)
    assert (city["unverified_projects"], city["unverified"], city["target"]) == (1, 70.0, 4961.0)
    assert (city["compared_year"], city["running_total"], city["difference"]) == (2022, 1850.0, 0.0)
    assert (north["claimed"], north["verified"], south["claimed"], south["verified"]) == (1070.0, 1050.0, 930.0, 800.0)
    assert city["is_demonstration"]


@pytest.mark.parametrize(("verified", "wrong"), [(400.99, []), (401.0, ["city", "south"]), (399.0, ["city", "south"])])
def test_a_difference_of_one_tonne_is_an_error_for_every_region_it_touches(verified: float, wrong: list[str]) -> None:
    ledger = LEDGER.assign(verified=LEDGER["verified"].mask(LEDGER["project"] == "丙", verified))
    if not wrong:
        assert len(reconciled_totals(ledger, DELIVERED, PLAN, "zh")) == 3
        return
    with pytest.raises(InputError) as error:
        reconciled_totals(ledger, DELIVERED, PLAN, "zh")
    assert [item.region for item in error.value.problems] == wrong
    text = str(error.value)
    assert "南县化学需氧量重点工程减排量：台账核定量合计与指标累计值相差1吨" in text
    assert f"台账{800 + verified - 400:g}吨，指标800吨" in text
    assert "处理：核对台账有无漏报" in text


def test_which_total_is_compared_is_a_rule() -> None:
    rules = load_rules()
    claimed = rules.model_copy(update={"projects": rules.projects.model_copy(update={"reconciled": "claimed"})})
    totals = project_totals(LEDGER, DELIVERED, PLAN, claimed)
    assert totals["difference"].tolist() == [2000.0 - 1850.0, 1070.0 - 1050.0, 930.0 - 800.0]


def test_later_years_of_the_ledger_are_not_held_against_an_earlier_total() -> None:
    later = pd.concat([LEDGER, projects(("己", "north", 2023, 90.0, 90.0))])
    city = project_totals(later, DELIVERED, PLAN).iloc[0]
    assert (city["verified"], city["compared"], city["difference"]) == (1940.0, 1850.0, 0.0)


def test_without_a_running_total_nothing_is_compared() -> None:
    south = project_totals(LEDGER, DELIVERED[DELIVERED["region"] != "south"], PLAN).iloc[2]
    assert math.isnan(south["difference"])
    assert pd.isna(south["compared_year"])
    assert project_totals(EMISSION_PROJECTS.empty(), DELIVERED, PLAN).empty


def listed(*rows: tuple[str, str, int, str, float]) -> pd.DataFrame:
    names = ("project", "region", "year", "category", "energy")
    entries = [
        {**ORIGIN, "industry": "建材", "cell": f"A{number}", **dict(zip(names, row, strict=True))}
        for number, row in enumerate(rows)
    ]
    return check(pd.DataFrame(entries), ENERGY_PROJECTS.name)


ENERGY = listed(
    ("旧", "north", 2022, "existing", 90000.0),
    ("甲", "north", 2023, "existing", 50000.0),
    ("乙", "north", 2023, "planned", 49999.9),
    ("丙", "south", 2023, "under_construction", 120000.0),
)


def test_fifty_thousand_tonnes_are_large_and_a_little_less_is_not() -> None:
    assert load_rules().projects.energy_threshold == 50000
    assert large_projects(latest_list(ENERGY))["project"].tolist() == ["丙", "甲"]


def test_projects_are_counted_by_region_and_class_from_the_newest_list() -> None:
    totals = energy_totals(ENERGY, PLAN).set_index(["region", "category"])
    assert totals.loc[("city", "existing"), ["projects", "energy", "large_projects"]].tolist() == [1, 50000.0, 1]
    assert totals.loc[("city", "planned"), ["projects", "energy", "large_projects"]].tolist() == [1, 49999.9, 0]
    assert totals.loc[("south", "under_construction"), ["projects", "large_energy"]].tolist() == [1, 120000.0]
    assert totals.loc[("south", "existing"), "projects"] == 0
    assert set(totals["year"]) == {2023}


def reports(*rows: tuple[str, str]) -> pd.DataFrame:
    """Date and state of reports on the plan's milestone, which is due on the last day of 2023."""
    entries = [
        {**ORIGIN, "milestone": "outfalls", "date": date, "state": state, "text": f"{date}的进展", "cell": f"A{number}"}
        for number, (date, state) in enumerate(rows)
    ]
    return check(pd.DataFrame(entries), MILESTONE_REPORTS.name) if entries else MILESTONE_REPORTS.empty()


@pytest.mark.parametrize(
    ("said", "year", "state", "is_late"),
    [
        ([], 2022, "not_reported", False),
        ([], 2023, "due_not_reported", False),
        ([("2022-05-01", "in_progress")], 2022, "in_progress", False),
        ([("2022-05-01", "in_progress")], 2023, "overdue", False),
        ([("2023-12-31", "not_started")], 2023, "overdue", False),
        ([("2023-12-31", "done")], 2023, "done", False),
        ([("2024-01-01", "done")], 2023, "due_not_reported", False),
        ([("2024-01-01", "done")], 2024, "done", True),
        ([("2022-05-01", "done"), ("2023-05-01", "in_progress")], 2023, "done", False),
    ],
)
def test_a_milestone_is_judged_at_the_end_of_the_edition_year(
    said: list[tuple[str, str]], year: int, state: str, is_late: bool
) -> None:
    row = milestone_states(reports(*said), PLAN, year).iloc[0]
    assert (row["state"], row["is_late"]) == (state, is_late)


@pytest.mark.parametrize(("due", "state"), [("2023-12-31", "overdue"), ("2024-01-01", "in_progress")])
def test_what_is_due_on_the_last_day_is_due_and_on_the_next_day_is_not(due: str, state: str) -> None:
    content = PLAN.model_dump(mode="json")
    content["milestones"][0]["due"] = due
    plan = type(PLAN).model_validate(content)
    assert milestone_states(reports(("2023-06-01", "in_progress")), plan, 2023)["state"].tolist() == [state]


def statements(*dates: str) -> pd.DataFrame:
    entries = [
        {**ORIGIN, "department": "eco", "commitment": "policy", "date": date, "text": f"{date}的进展", "cell": date}
        for date in dates
    ]
    return check(pd.DataFrame(entries), STATEMENTS.name) if entries else STATEMENTS.empty()


def test_the_latest_statement_of_the_edition_counts_and_none_is_not_reported() -> None:
    said = statements("2022-03-01", "2023-12-31", "2024-01-01")
    row = qualitative_states(said, PLAN, 2023).iloc[0]
    assert (row["state"], row["date"], row["statements"]) == ("reported", "2023-12-31", 2)
    assert qualitative_states(said, PLAN, 2021)["state"].tolist() == ["not_reported"]
    assert qualitative_states(STATEMENTS.empty(), PLAN, 2023)["state"].tolist() == ["not_reported"]


STATES = (
    sample.assessment(),
    milestone_states(reports(("2022-05-01", "in_progress")), PLAN, 2023),
    qualitative_states(STATEMENTS.empty(), PLAN, 2023),
)
ITEMS = department_items(PLAN, *STATES)


def test_a_department_has_everything_it_leads_or_supports_in_the_plans_order() -> None:
    eco = ITEMS[ITEMS["department"] == "eco"]
    commitments = [
        "energy",
        "energy",
        "straw",
        "cod",
        "cod",
        "coatings",
        "policy",
        "leakage",
        "parks",
        "parks",
        "boilers",
    ]
    assert eco["commitment"].tolist() == commitments
    assert eco["role"].tolist() == ["support"] * 7 + ["lead"] * 4
    assert eco[eco["kind"] == "milestone"][["item", "state"]].to_numpy().tolist() == [["outfalls", "overdue"]]
    assert eco[eco["kind"] == "qualitative"]["state"].tolist() == ["not_reported"]
    assert ITEMS[ITEMS["department"] == "ndrc"]["role"].tolist() == ["lead"] * 7
    assert [item.id for item in responsible_departments(ITEMS, PLAN)] == ["ndrc", "eco"]
    assert "" not in set(ITEMS["department"])


def test_the_scoreboard_leads_to_the_page_of_the_department() -> None:
    linked = scoreboard(sample.assessment(), PLAN, "zh", observations=sample.observations())
    assert next(row[-1] for row in linked.rows) == "[市发展改革委等2家](#sec-department-ndrc)"
    assert "department" not in "".join(row[-1] for row in scoreboard(sample.assessment(), PLAN, "zh").rows)
    assert department_heading(PLAN.department("ndrc"), "zh") == "### 市发展改革委 {#sec-department-ndrc}"


def test_the_overview_counts_what_each_department_has() -> None:
    table = departments_overview(ITEMS, PLAN, "zh")
    heads = [column.header for column in table.columns]
    assert heads[:3] == ["部门", "牵头", "参与"]
    assert heads[-2:] == ["里程碑完成", "任务报送"]
    assert [row[:3] for row in table.rows] == [
        ("[市发展改革委](#sec-department-ndrc)", "6", "0"),
        ("[市生态环境局](#sec-department-eco)", "3", "6"),
    ]
    assert [row[-2:] for row in table.rows] == [("0 / 1", "0 / 1")] * 2
    # Every target stands in one column of statuses.
    targets = ITEMS[ITEMS["kind"] == "target"].drop_duplicates(["department", "commitment"])
    for row, id in zip(table.rows, ["ndrc", "eco"], strict=True):
        assert sum(map(int, row[3:-2])) == (targets["department"] == id).sum()


@pytest.mark.parametrize(
    ("department", "role", "start"), [("ndrc", "lead", "牵头6项。"), ("eco", "support", "参与6项。")]
)
def test_a_department_is_not_told_what_it_does_not_do(department: str, role: str, start: str) -> None:
    items = ITEMS[(ITEMS["department"] == department) & (ITEMS["role"] == role)]
    text = department_paragraph(items, department, LEDGER.head(0), ENERGY.head(0), "zh")
    assert text.startswith(start)
    assert not re.search(r"(?<!\d)0[项个]", text)


def test_of_a_few_items_the_table_says_enough() -> None:
    few = ITEMS[(ITEMS["department"] == "eco") & ITEMS["commitment"].isin(["straw", "policy", "leakage"])]
    ledgers = LEDGER.assign(department="eco"), ENERGY.assign(department="eco")
    assert department_paragraph(few, "eco", LEDGER.head(0), ENERGY.head(0), "zh") == ""
    # Projects stand in no row of the table.
    assert "减排项目5个" in department_paragraph(few, "eco", *ledgers, "zh")
    more = ITEMS[(ITEMS["department"] == "eco") & ITEMS["commitment"].isin(["straw", "policy", "leakage", "boilers"])]
    assert department_paragraph(more, "eco", LEDGER.head(0), ENERGY.head(0), "zh").startswith("牵头2项、参与2项")


def test_what_nobody_is_responsible_for_is_listed_and_not_lost() -> None:
    content = PLAN.model_dump(mode="json")
    content["sections"][1]["responsibility"] = {}
    items = department_items(type(PLAN).model_validate(content), *STATES)
    assert items[items["department"] == ""]["commitment"].tolist() == ["leakage", "parks", "parks", "boilers"]


def test_the_page_of_a_department_shows_states_by_word_and_shape() -> None:
    table = department_table(ITEMS, "eco", *STATES, PLAN, "zh")
    rows = {row[1]: row for row in table.rows}
    milestone = rows["里程碑：完成入河排污口排查（时限2023年12月31日）"]
    assert milestone[2:] == ("参与", "2022年5月1日 ◇", "[× 逾期]{.status-missed}")
    assert rows["节能减排政策机制更加健全"][3:] == ("—", "[○ 未报送]{.status-not-assessed}")
    text = department_paragraph(ITEMS, "eco", LEDGER.assign(department="eco"), ENERGY.assign(department="eco"), "zh")
    assert text.startswith("牵头3项、参与6项。量化目标7项（")
    assert "里程碑1个（[× 逾期]{.status-missed}1）" in text
    assert "没有量化指标的任务1项，均未报送" in text
    assert "负责减排项目5个，其中1个尚未核定" in text
    assert text.endswith("负责联系“两高”项目3个，其中年综合能耗5万吨标准煤及以上的2个。")


def test_tables_have_totals_and_mark_what_is_not_verified() -> None:
    totals = project_totals(LEDGER, DELIVERED, PLAN)
    assert project_totals_table(totals, PLAN, "zh").rows == (
        ("化学需氧量重点工程减排量（吨） ◇", "4961", "5", "2000", "1850", "37%", "○ 70（1个）", "1850"),
    )
    regions = project_regions_table(totals, PLAN, "zh").rows
    assert regions == (("北区", "1050 / 1070"), ("南县", "800 / 930"), ("合计", "1850 / 2000"))
    own = project_totals(pd.concat([LEDGER, projects(("市", "city", 2023, 9.0, 8.0))]), DELIVERED, PLAN)
    assert project_regions_table(own, PLAN, "zh").rows[2:] == (("某市本级", "8 / 9"), ("合计", "1858 / 2009"))
    shown = open_projects_table(LEDGER, PLAN, "zh").rows
    assert [(row[0], row[5], row[6]) for row in shown] == [
        ("戊 ◇", "—", "[○ 未核定]{.status-not-assessed}"),
        ("丁 ◇", "400吨", "核减"),
        ("甲 ◇", "500吨", "核减"),
    ]
    assert "共" not in open_projects_note(LEDGER, "zh")
    many = projects(*((f"{n}", "north", 2021, 2.0, 1.0) for n in range(21)))
    assert "共21项，列出前20项" in open_projects_note(many, "zh")


def test_energy_is_printed_in_the_units_of_each_language() -> None:
    totals = energy_totals(ENERGY, PLAN)
    assert (energy_threshold("zh"), energy_threshold("en")) == ("5万吨标准煤", "50,000 tce")
    classes = energy_classes_table(totals, PLAN, energy_threshold("zh"), "zh").rows
    assert classes[-1] == ("合计", "1 / 5.00", "1 / 12.00", "1 / 5.00", "3 / 22.00", "2 / 17.00")
    large = large_projects_table(ENERGY, PLAN, "en").rows
    assert [row[4] for row in large] == ["120,000", "50,000", "170,000"]
    text = energy_paragraph(ENERGY, totals, PLAN, "zh")
    assert text.startswith("2023年清单共有“两高”项目3个，年综合能耗22.00万吨标准煤：存量1个、5.00万吨标准煤；")
    assert text.endswith("其中年综合能耗5万吨标准煤及以上的2个，占能耗的77.3%。")


def test_the_paragraph_says_what_is_claimed_what_is_verified_and_that_it_agrees() -> None:
    totals = project_totals(LEDGER, DELIVERED, PLAN)
    assert projects_paragraph(LEDGER, totals, PLAN, 2023, "zh") == (
        "截至2023年，台账共有减排项目5个，其中1个尚未核定。化学需氧量重点工程减排量申报2000吨、核定1850吨，"
        "核定量为目标的37%。台账核定量合计与指标累计值核对了3组（地区和污染物），全部一致。"
    )


def test_demonstration_data_is_named_in_captions_and_in_the_figure() -> None:
    totals = project_totals(LEDGER, DELIVERED, PLAN)
    assert projects_caption("totals", "zh", totals) == "减排台账合计与目标（示例数据）"
    real = totals.assign(is_demonstration=False)
    assert projects_caption("totals", "zh", real) == "减排台账合计与目标"
    marks = [
        [text for text in draw_projects(table, PLAN, "zh").figure.texts if text.get_gid() == "demonstration"]
        for table in (totals, real)
    ]
    assert [len(found) for found in marks] == [1, 0]
    assert "核定1850吨，申报2000吨" in draw_projects(totals, PLAN, "zh").alt
    for language in ("zh", "en"):
        figure = draw_projects(totals, PLAN, language).figure
        assert smallest_printed_type(figure) >= 8
        assert outside(figure) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_of_milestones_and_tasks_print_no_gap(language: str) -> None:
    for table in (
        milestones_table(STATES[1], PLAN, language),
        qualitative_table(STATES[2], PLAN, language),
        department_table(ITEMS, "ndrc", *STATES, PLAN, language),
    ):
        assert table.rows
        assert all(cell.strip() and "nan" not in cell for row in table.rows for cell in row)


def test_a_plan_without_milestones_and_tasks_says_nothing_of_their_number() -> None:
    assert milestones_paragraph(STATES[1].head(0), "zh") == ""
    assert qualitative_paragraph(STATES[2].head(0), "zh") == ""
    assert milestones_paragraph(STATES[1], "zh") == "里程碑共1个：[× 逾期]{.status-missed}1个。"
    assert qualitative_paragraph(STATES[2], "zh") == "没有量化指标的任务共1项，其中0项有部门报送，1项未报送。"


def test_the_demonstration_ledger_agrees_with_the_demonstration_indicators() -> None:
    folder = raw_folder() / "huludao-145"
    plan = load_plan(folder)
    cleaned = load(folder, plan, 2024)
    ledgers = cleaned.ledgers
    totals = reconciled_totals(ledgers["emission_projects"], cleaned.observations, plan, "zh")
    assert len(totals) == 28
    assert totals["difference"].abs().max() == 0
    assert (totals["claimed"] >= totals["verified"]).all()
    states = milestone_states(ledgers["milestone_reports"], plan, 2024).set_index("milestone")["state"]
    assert states["outfalls_50km2_done"] == "overdue"
    assert set(states) == {"overdue", "done", "in_progress", "not_reported"}
    stated = qualitative_states(ledgers["statements"], plan, 2024)
    assert (len(stated), (stated["state"] == "not_reported").sum()) == (33, 10)
    later = load(folder, plan).ledgers["milestone_reports"]
    assert milestone_states(later, plan, 2025).set_index("milestone").loc["outfalls_50km2_done", "state"] == "done"
