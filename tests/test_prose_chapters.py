"""Prose on sections, the whole plan, regions, projects, departments and editions: read back and counted anew."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, partial

import pandas as pd
import pytest
from golden_scoreboard import PLANS, ROOT
from prose import digits, one, plain, sentences, title_of
from test_prose import LANGUAGES, STATUS, Executed, executed, printed

from analysis import chapters, districts, narrative, responsibilities, retrospect
from analysis.assessment import load_rules
from analysis.comparison import check_projections, compare_values, compare_verdicts, take_snapshot
from analysis.edition import newest_year
from analysis.messages import catalogue
from analysis.observations import load
from analysis.plan import Plan, load_plan
from analysis.projects import department_items, derived_tables
from analysis.regions import contributions, grade_regions

SEPARATOR = {"zh": "，", "en": ", "}
CHAPTERED = "huludao-145"


def statuses_of(tables: Executed, section: str = "", nature: str = "") -> list[str]:
    """The status of every target by its first tier, from the assessment itself."""
    rows = tables.assessment[tables.assessment["region"] == tables.plan.area]
    found = {(row.commitment, row.tier): row for row in rows.itertuples()}
    chosen = tables.plan.section(section).walk() if section else tables.plan.commitments()
    first = [
        found[commitment.id, commitment.target.tiers[0].id]
        for _, commitment in chosen
        if commitment.target is not None and commitment.is_scored
    ]
    return [row.status for row in first if not nature or row.nature == nature]


def counted(text: str, statuses: list[str], language: str) -> None:
    """Assert that a list of statuses is complete and counts right."""
    parts = [one(part, "narrative", ("count",), language) for part in text.split(SEPARATOR[language])]
    assert {STATUS[part.values["status"]]: part.whole("count") for part in parts} == Counter(statuses), text


def titles_in(text: str, language: str) -> list[str]:
    if quoted := re.findall("“(.*?)”", text):
        return quoted
    return re.split("、|和" if language == "zh" else ", | and ", text)


def check_section(text: str, tables: Executed, section: str, language: str) -> None:
    total = len(list(tables.plan.section(section).walk()))
    statuses = statuses_of(tables, section)
    keys = ("section.all", "section.some", "section.none", "section.lagging")
    for sentence in sentences(plain(text), "narrative", keys, language):
        values = sentence.values
        if "commitments" in values:
            assert sentence.whole("commitments") == total
        if "statuses" in values:
            counted(values["statuses"], statuses, language)
        if "rest" in values:
            assert sentence.whole("quantified") == len(statuses)
            assert (digits(values["rest"]) or ["1"]) == [str(total - len(statuses))]
        if "titles" in values:
            word = STATUS[values["status"].lower()]
            rows = tables.assessment[tables.assessment["region"] == tables.plan.area].set_index(["indicator", "tier"])
            late = {
                title_of(commitment.indicator and tables.plan.indicator(commitment.indicator).title.get(language))
                for _, commitment in tables.plan.section(section).walk()
                if commitment.is_scored
                and rows.loc[(commitment.indicator, commitment.target.tiers[0].id), "status"] == word
            }
            assert 0 < len(late) <= 3 or sentence.key == "section.lagging_among"
            assert all(any(title in shown for title in late) for shown in [values["titles"]])
            assert sum(title in values["titles"] for title in late) == min(len(late), 3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plan_id", PLANS)
def test_sections_count_and_name_what_the_assessment_says(plan_id: str, language: str) -> None:
    tables = executed(plan_id)
    for section in tables.plan.sections:
        text = narrative.section_paragraph(tables.assessment, tables.plan, section.id, language)
        check_section(text, tables, section.id, language)
        for changed in other_numbers(text):
            with pytest.raises((AssertionError, KeyError)):
                check_section(changed, tables, section.id, language)


def other_numbers(text: str) -> list[str]:
    """The text with one digit of one number changed, for every number."""
    return [
        text[: found.start()] + str((int(found[0]) + 1) % 10) + text[found.end() :]
        for found in re.finditer(r"\d(?![\d,.]*\d)", text)
    ]


SUMMARY = ("summary.scope", "summary.running", "summary.final", "summary.binding", "summary.attention")


def check_summary(text: str, tables: Executed, language: str) -> None:
    plan = tables.plan
    shapes = (("plan", re.escape(title_of(plan.title.get(language)))),)
    for sentence in sentences(plain(text), "narrative", SUMMARY, language, shapes):
        values = sentence.values
        if sentence.key.startswith("summary.scope"):
            assert values["plan"] == title_of(plan.title.get(language))
            assert sentence.whole("commitments") == len(list(plan.commitments()))
            assert sentence.key == "summary.scope_all" or sentence.whole("targets") == len(statuses_of(tables))
        if "elapsed" in values:
            share = (tables.year - plan.base_year) / (plan.target_year - plan.base_year)
            printed(values["elapsed"], min(share, 1) * 100, 0, "%")
        if "year" in values:
            assert int(values["year"]) == tables.year
            assert sentence.key.startswith("summary.final") == (tables.year >= plan.target_year)
        if sentence.key == "summary.binding":
            binding = statuses_of(tables, nature="binding")
            counted(values["statuses"], binding, language)
            assert (digits(values["targets"]) or ["1"]) == [str(len(binding))]
        elif "statuses" in values:
            counted(values["statuses"], statuses_of(tables), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plan_id", PLANS)
def test_the_summary_counts_what_the_assessment_says(plan_id: str, language: str) -> None:
    tables = executed(plan_id)
    text = narrative.summary_paragraph(tables.assessment, tables.plan, tables.year, language)
    check_summary(text, tables, language)
    # Numbers in the plan's own title and in titles of indicators are compared as part of them.
    named = text.rfind(catalogue(language).texts["narrative.summary.attention"][:4])
    for changed in other_numbers(text if named < 0 else text[:named]):
        with pytest.raises((AssertionError, KeyError)):
            check_summary(changed, tables, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plan_id", PLANS)
def test_the_state_of_the_data_is_counted(plan_id: str, language: str) -> None:
    tables = executed(plan_id)
    cleaned = load(ROOT / "data" / "raw" / plan_id, tables.plan, tables.year)
    facts = (tables.assessment, tables.plan, tables.year, cleaned.observations, cleaned.quality, language)
    line = chapters.data_status(*facts).splitlines()[1]
    (told,) = sentences(plain(line), "summary", ("data.line",), language, (("count", r"[\d,]+"),))
    values = cleaned.observations.sort_values("vintage").drop_duplicates(["region", "indicator", "year"], keep="last")
    assert told.whole("count") == len(values)
    assert sorted(map(int, digits(told.values["statuses"]))) == sorted(values["status"].value_counts())
    found = cleaned.quality["severity"].value_counts()
    assert (told.whole("errors"), told.whole("warnings")) == (found.get("error", 0), found.get("warning", 0))
    waiting = statuses_of(tables).count("not_assessed")
    assert not waiting or digits(told.values["open"])[0] == str(waiting)


# --- regions --------------------------------------------------------------------------------------------------------


@cache
def regional() -> tuple[Executed, pd.DataFrame, pd.DataFrame]:
    """Tables of the plan that has regions: assessment, grades, contributions."""
    from analysis.measures import measure

    tables = executed(CHAPTERED)
    observations = load(ROOT / "data" / "raw" / CHAPTERED, tables.plan, tables.year).observations
    facts = (tables.plan, observations, measure(observations, tables.plan), tables.assessment)
    return tables, grade_regions(*facts), contributions(*facts)


def region_id(plan: Plan, name: str, language: str) -> str:
    (found,) = [region.id for region in plan.regions if region.name.get(language) == name]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_regional_targets_are_counted_and_ranked_as_in_the_assessment(language: str) -> None:
    tables, *_ = regional()
    plan = tables.plan
    text = plain(districts.targets_paragraph(tables.assessment, plan, language))
    own = tables.assessment[(tables.assessment["region"] != plan.area) & tables.assessment["target_value"].notna()]
    first, second = sentences(text, "regions", ("paragraph.targets", "paragraph.ahead"), language)
    assert int(digits(first.values["regions"])[0]) == own["region"].nunique()
    assert first.whole("count") == len(own)
    counted(first.values["statuses"], own["status"].tolist(), language)
    assert plan.regional_evaluation is not None
    rows = own[(own["indicator"] == plan.regional_evaluation.indicator) & (own["tier"] == "base")]
    ranked = rows.set_index("region")["progress"].sort_values()
    for name, region in (("first", ranked.index[-1]), ("last", ranked.index[0])):
        assert region_id(plan, second.values[name], language) == region
        printed(second.values[f"{name}_progress"], ranked[region] * 100, 1, "%")
    printed(second.values["expected"], rows["expected_progress"].iloc[0] * 100, 1, "%")


@pytest.mark.parametrize("language", LANGUAGES)
def test_grades_name_every_region_once_at_its_level(language: str) -> None:
    tables, grades, _ = regional()
    plan = tables.plan
    text = plain(districts.grades_paragraph(grades, plan, language))
    keys = ("paragraph.barometer", "paragraph.vetoed", "paragraph.none_vetoed")
    names = "|".join(re.escape(region.name.get(language)) for region in plan.regions)
    read = sentences(text, "regions", keys, language, (("regions", f"(?:{names}|、|和|, | and )+"),))
    texts = catalogue(language).texts
    versions = {texts[f"regions.version.{version}"]: version for version in ("first_quarter", "half_year")}
    levels = {texts[key]: key.removeprefix("regions.level.") for key in texts if key.startswith("regions.level.")}
    for sentence in read[:-1]:
        known = grades.set_index("region")[versions[sentence.values["version"]]]
        found = {}
        for group in sentence.values["listed"].split("；" if language == "zh" else "; "):
            told = one(group, "regions", ("paragraph.barometer_group",), language).values
            for name in re.split("、|和" if language == "zh" else ", | and ", told["regions"]):
                found[region_id(plan, name, language)] = levels[told["level"]]
        assert found == known[known != ""].to_dict()
    vetoed = re.split("、|和" if language == "zh" else ", | and ", read[-1].values["regions"])
    assert {region_id(plan, name, language) for name in vetoed} == set(grades.loc[grades["is_vetoed"], "region"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_contributions_say_who_is_short_and_by_how_much(language: str) -> None:
    tables, _, gaps = regional()
    plan = tables.plan
    text = plain(districts.contributions_paragraph(gaps, plan, language))
    titles = {indicator.title.get(language): indicator for indicator in plan.indicators}
    amount = r"[\d,.]*\d ?[^\W\d]+(?: points?)?"
    shapes = (("title", "|".join(map(re.escape, titles))), ("gap", amount), ("part", amount))
    read = sentences(text, "regions", ("paragraph.contribution",), language, shapes)
    assert len(read) == 4
    for sentence in read:
        indicator = titles[sentence.values["title"]]
        own = gaps[gaps["indicator"] == indicator.id].set_index("region")["gap"]
        assert sentence.key.endswith("short") == (own[plan.area] > 0)
        regions = own.drop([plan.area, ""])
        assert region_id(plan, sentence.values["region"], language) == regions.idxmax()
        for name, value in (("gap", own[plan.area]), ("part", regions.max())):
            (number,) = digits(sentence.values[name])
            assert number == f"{abs(value):.{len(number.partition('.')[2])}f}"
        # An intensity counts in points of the area, an amount in its own unit.
        assert ("百分点" in sentence.text or "percentage point" in sentence.text) == (indicator.unit != "t")


# --- projects, milestones, tasks, departments -----------------------------------------------------------------------


@cache
def ledgers() -> dict[str, pd.DataFrame]:
    tables = executed(CHAPTERED)
    cleaned = load(ROOT / "data" / "raw" / CHAPTERED, tables.plan, tables.year)
    return cleaned.ledgers | derived_tables(cleaned.ledgers, cleaned.observations, tables.plan, tables.year, "zh")


def whole(amount: float, decimals: int = 0) -> str:
    return f"{amount:.{decimals}f}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ledger_is_told_as_it_adds_up(language: str) -> None:
    tables, found = executed(CHAPTERED), ledgers()
    projects, totals = found["emission_projects"], found["project_totals"]
    text = plain(responsibilities.projects_paragraph(projects, totals, tables.plan, tables.year, language))
    first, second = sentences(text, "projects", ("paragraph.emission", "paragraph.reconciled"), language)
    assert int(first.values["year"]) == tables.year
    assert int(first.values["projects"]) == projects["project"].nunique()
    assert int(first.values["open"]) == projects.loc[projects["verified"].isna(), "project"].nunique()
    titles = {indicator.title.get(language): indicator.id for indicator in tables.plan.indicators}
    for part in first.values["parts"].split("；" if language == "zh" else "; "):
        told = one(part, "projects", ("paragraph.emission_item",), language).values
        own = projects[projects["indicator"] == titles[told["title"]]]
        own = own.drop_duplicates("project") if own["project"].duplicated().any() else own
        assert digits(told["claimed"]) == [whole(own["claimed"].sum())]
        assert digits(told["verified"]) == [whole(own["verified"].sum())]
        rows = tables.assessment.set_index(["region", "indicator"])
        target = rows.loc[(tables.plan.area, titles[told["title"]]), "target_value"]
        assert digits(told["share"]) == [whole(own["verified"].sum() / target * 100)]
    assert second.whole("count") == totals["difference"].notna().sum()


@pytest.mark.parametrize("language", LANGUAGES)
def test_heavy_projects_are_told_as_they_are_listed(language: str) -> None:
    tables, found = executed(CHAPTERED), ledgers()
    projects = found["energy_projects"]
    listed = projects[projects["year"] == projects["year"].max()]
    text = plain(responsibilities.energy_paragraph(projects, found["energy_totals"], tables.plan, language))
    (told,) = sentences(text, "projects", ("paragraph.energy",), language)
    # Printed in ten thousand tonnes in Chinese, in tonnes in English.
    unit, decimals = (0.0001, 2) if language == "zh" else (1.0, 0)
    assert int(told.values["year"]) == projects["year"].max()
    assert int(told.values["projects"]) == len(listed)
    assert digits(told.values["energy"])[0] == whole(listed["energy"].sum() * unit, decimals)
    large = listed[listed["energy"] >= load_rules().projects.energy_threshold]
    assert int(told.values["large"]) == len(large)
    assert digits(told.values["share"]) == [whole(large["energy"].sum() / listed["energy"].sum() * 100, 1)]
    words = {catalogue(language).texts[f"projects.class.{name}"]: name for name in listed["category"].unique()}
    for part in told.values["classes"].split("；" if language == "zh" else "; "):
        name = next(word for word in sorted(words, key=len, reverse=True) if part.startswith(word))
        own = listed[listed["category"] == words[name]]
        assert digits(part.removeprefix(name))[:2] == [str(len(own)), whole(own["energy"].sum() * unit, decimals)]


def states_in(text: str, language: str) -> Counter[str]:
    """States with their counts, by the words of the catalogue."""
    texts = catalogue(language).texts
    words = {texts[key]: key.rpartition(".")[2] for key in texts if key.startswith(("report.state.", "report.status."))}
    found: Counter[str] = Counter()
    for part in text.split("、" if language == "zh" else ", "):
        match = re.fullmatch(r"\S+ ?(.+?) ?(\d+)个?", part)
        assert match, part
        found[words[match[1].strip()]] += int(match[2])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_milestones_and_tasks_are_counted(language: str) -> None:
    found = ledgers()
    text = plain(responsibilities.milestones_paragraph(found["milestones"], language))
    (told,) = sentences(text, "projects", ("paragraph.milestones",), language)
    assert told.whole("count") == len(found["milestones"])
    assert states_in(told.values["states"], language) == Counter(found["milestones"]["state"])
    text = plain(responsibilities.qualitative_paragraph(found["qualitative"], language))
    (told,) = sentences(text, "projects", ("paragraph.qualitative",), language)
    states = Counter(found["qualitative"]["state"])
    assert (told.whole("count"), told.whole("reported"), told.whole("missing")) == (
        states.total(), states["reported"], states["not_reported"],
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_department_is_told_what_it_has(language: str) -> None:
    tables, found = executed(CHAPTERED), ledgers()
    states = (tables.assessment, found["milestones"], found["qualitative"])
    items = department_items(tables.plan, *states)
    told_departments = 0
    for department in responsibilities.responsible_departments(items, tables.plan):
        text = plain(
            responsibilities.department_paragraph(
                items, department.id, found["emission_projects"], found["energy_projects"], language
            )
        )
        if not text:
            continue
        told_departments += 1
        own = items[items["department"] == department.id].drop_duplicates(["kind", "commitment", "item"])
        check_department(text, own, department.id, language)
    assert told_departments >= 10


def check_department(text: str, own: pd.DataFrame, department: str, language: str) -> None:
    found = ledgers()
    part = partial(one, topic="projects", language=language)
    roles = {
        key: int(digits(told)[0])
        for key in ("lead", "support")
        for told in re.findall({"lead": r"牵头\d+项|leads in \d+", "support": r"参与\d+项|supports \d+"}[key], text)
    }
    assert roles == dict(Counter(own["role"]))
    (whole_text,) = sentences(text, "projects", ("paragraph.department",), language)
    kinds = {kind: own[own["kind"] == kind] for kind in ("target", "milestone", "qualitative")}
    for told in re.split("；" if language == "zh" else "; ", whole_text.values["parts"]):
        sentence = part(text=told, keys=("paragraph.department_",))
        key = sentence.key.removeprefix("paragraph.department_")
        if key in ("targets", "milestones"):
            rows = kinds[key[:-1]]
            assert sentence.whole("count") == len(rows)
            assert states_in(sentence.values["states"], language) == Counter(rows["state"])
        elif key.startswith("qualitative"):
            states = Counter(kinds["qualitative"]["state"])
            assert sentence.whole("count") == states.total()
            assert key.endswith(("all", "none", "some"))
            if key.endswith("some"):
                assert sentence.whole("reported") == states["reported"]
                assert sentence.whole("missing") == states["not_reported"]
            else:
                assert states[{"all": "not_reported", "none": "reported"}[key.rpartition(".")[2]]] == 0
        elif key.startswith("emission"):
            projects = found["emission_projects"][found["emission_projects"]["department"] == department]
            assert sentence.whole("projects") == projects["project"].nunique()
            unverified = projects.loc[projects["verified"].isna(), "project"].nunique()
            assert int(sentence.values.get("open", 0)) == unverified
        else:
            listed = found["energy_projects"]
            listed = listed[(listed["year"] == listed["year"].max()) & (listed["department"] == department)]
            assert sentence.whole("projects") == len(listed)
            large = (listed["energy"] >= load_rules().projects.energy_threshold).sum()
            assert int(sentence.values.get("large", 0)) == large


# --- one edition against another ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_are_counted_as_in_their_tables(language: str) -> None:
    folder = ROOT / "data" / "raw" / "china-135"
    plan, rules = load_plan(folder), load_rules()
    year = newest_year(folder, plan)
    past, present = (
        take_snapshot(plan, edition, rules, load(folder, plan, edition).observations) for edition in (year - 2, year)
    )
    values = compare_values(past.observations, present.observations, past.year)
    verdicts, projections = compare_verdicts(past, present), check_projections(past, present)
    text = plain(retrospect.comparison_paragraph(values, verdicts, projections, present, past, language))
    read = sentences(text, "editions", ("paragraph.",), language)
    statuses = verdicts[(verdicts["verdict"] == "status") & (verdicts["region"] == plan.area)]
    for sentence in read:
        if "year" in sentence.values:
            assert int(sentence.values["year"]) == past.year
        if sentence.key == "paragraph.statuses":
            assert sentence.whole("count") == len(statuses)
            assert sum(map(int, digits(sentence.values["turns"]))) == len(statuses)
        if sentence.key == "paragraph.projections":
            own = projections[projections["region"] == plan.area]
            assert sentence.whole("count") == len(own)
            for level in (80, 95):
                assert int(sentence.values[f"inside_{level}"]) == own[f"is_within_{level}"].sum()
        if sentence.key == "paragraph.values":
            counts = [int(number) for number in digits(sentence.values["changes"])]
            assert counts == [
                count for name in ("revised", "withdrawn", "late") if (count := int((values["change"] == name).sum()))
            ]
    assert {sentence.key for sentence in read} & {"paragraph.statuses", "paragraph.no_statuses"}
