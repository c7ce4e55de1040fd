"""One edition against another: what was revised, which verdicts changed and why, how the last projections fared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from plan_builder import observed, plan_with

from analysis.assessment import Rules, load_rules
from analysis.comparison import (
    Snapshot,
    check_projections,
    compare_values,
    compare_verdicts,
    find_past,
    keep_past,
    name_past,
    past_by_default,
    read_past,
    take_snapshot,
)
from analysis.contracts import MODELS, ContractError, check
from analysis.edition import BASIS_FILE, Basis, Edition, open_edition
from analysis.errors import InputError, Problem
from analysis.observations import load
from analysis.pipeline.keys import Keys
from analysis.plan import Plan, load_plan

RAW = Path(__file__).parents[1] / "data" / "raw"
FINISHED = RAW / "china-135"
INTENSITY = "energy_intensity_gdp"

# From 80 in the base year to 90 five years later; two points a year are just enough.
STEADY = {2020: 80.0, 2021: 82.0, 2022: 84.0}


def plan(value: float = 90, **more: Any) -> Plan:
    return plan_with("level_at_least", value, **more)


def known(values: dict[int, float], **columns: Any) -> pd.DataFrame:
    return check(observed(values, **columns), "observations")


def edition(
    values: dict[int, float], year: int, promised: Plan | None = None, rules: Rules | None = None, **columns: Any
) -> Snapshot:
    return take_snapshot(promised or plan(), year, rules or load_rules(), known(values, **columns))


def changes(past: Snapshot, present: Snapshot, tier: str = "base") -> dict[str, tuple[str, str, str]]:
    """Before, after and causes of every changed verdict."""
    table = compare_verdicts(past, present)
    rows = table[table["tier"] == tier]
    return {row.verdict: (row.before, row.after, row.causes) for row in rows.itertuples()}


def with_gap_rule(**cuts: float) -> Rules:
    rules = load_rules()
    return rules.model_copy(update={"remaining_gap": rules.remaining_gap.model_copy(update=cuts)})


# ---- values


def test_a_value_that_was_delivered_again_otherwise_is_revised_with_both_values_and_where_it_stands_now() -> None:
    past = known({2021: 82}, vintage="2022", source="yearbook")
    present = known({2021: 81.5}, vintage="2023", source="revision", file="new.csv", sheet="s", cell="B7")
    (row,) = compare_values(past, present, 2021).itertuples()
    assert (row.change, row.old_value, row.new_value, row.difference) == ("revised", 82, 81.5, -0.5)
    assert (row.old_vintage, row.old_source, row.new_vintage, row.new_source) == (
        "2022",
        "yearbook",
        "2023",
        "revision",
    )
    assert (row.file, row.sheet, row.cell) == ("new.csv", "s", "B7")


def test_the_same_value_again_is_no_revision_but_another_bound_or_unit_is() -> None:
    past = known({2021: 82}, vintage="2022")
    assert compare_values(past, known({2021: 82 * (1 + 1e-12)}, vintage="2023"), 2021).empty
    assert compare_values(past, known({2021: 82}, bound="at_least"), 2021)["change"].tolist() == ["revised"]
    (row,) = compare_values(past, known({2021: 82}, unit="t"), 2021).itertuples()
    assert row.change == "revised"
    assert pd.isna(row.difference)


def test_what_is_gone_is_withdrawn_and_what_came_after_the_earlier_edition_is_late() -> None:
    table = compare_values(known({2020: 80, 2021: 82}), known({2019: 79, 2020: 80, 2022: 84}), 2021)
    assert table.set_index("year")["change"].to_dict() == {2019: "late", 2021: "withdrawn"}


# ---- verdicts, one cause at a time


def test_what_did_not_change_is_not_listed() -> None:
    assert changes(edition(STEADY, 2022), edition(STEADY | {2023: 86.0}, 2023)) == {}


def test_new_data() -> None:
    """84.5 in 2023: 1.5 a year carry to 87.5, 2.5 of the gap of 5.5 stay open; 45 % of the way after 60 % of time."""
    found = changes(edition(STEADY, 2022), edition(STEADY | {2023: 84.5}, 2023))
    assert found == {
        "status": ("on_track", "off_track", "new_data"),
        "schedule": ("on_schedule", "behind", "new_data"),
    }


def test_revised_data() -> None:
    """82.5 instead of 84: 1.25 a year for three years leave 3.75 of 7.5 open."""
    found = changes(edition(STEADY, 2022), edition(STEADY | {2022: 82.5}, 2023))
    assert found["status"] == ("on_track", "off_track", "revised_data")


def test_a_value_of_an_old_year_that_nobody_had_is_new_not_revised() -> None:
    """With the base value alone nothing can be judged."""
    found = changes(edition({2020: 80.0}, 2022), edition(STEADY, 2022))
    assert found["status"] == ("not_assessed", "on_track", "new_data")


def test_changed_target() -> None:
    """95 instead of 90: two points a year for three years leave 5 of 11 open."""
    found = changes(edition(STEADY, 2022), edition(STEADY, 2022, plan(95)))
    assert found["status"] == ("on_track", "off_track", "changed_target")


def test_a_tier_that_is_added_or_dropped_is_a_changed_target() -> None:
    with_stretch = plan(90, stretch=95)
    added = changes(edition(STEADY, 2022), edition(STEADY, 2022, with_stretch), "stretch")
    assert added["status"] == ("not_assessed", "off_track", "changed_target")
    dropped = changes(edition(STEADY, 2022, with_stretch), edition(STEADY, 2022), "stretch")
    assert dropped["status"] == ("off_track", "not_assessed", "changed_target")


def test_changed_rule() -> None:
    """83 in 2022: 1.5 a year for three years leave 2.5 of 7 open, 36 %: within a cut of 40 %, beyond one of 20 %."""
    values = STEADY | {2022: 83.0}
    found = changes(edition(values, 2022, rules=with_gap_rule(slightly_off=0.4)), edition(values, 2022))
    assert found == {"status": ("at_risk", "off_track", "changed_rule")}


def test_changed_method() -> None:
    """What the software of today would not have said of the same values, targets and rules."""
    past = edition(STEADY, 2022)
    said = replace(past, assessment=past.assessment.assign(status="at_risk"), is_of_today=False)
    assert changes(said, edition(STEADY, 2022)) == {"status": ("at_risk", "on_track", "changed_method")}


# ---- several causes


def test_every_step_at_which_a_verdict_moves_is_a_cause() -> None:
    """On track for 90; off track for 95 with the old values; met with the new one."""
    found = changes(edition(STEADY, 2022), edition(STEADY | {2023: 96.0}, 2023, plan(95)))
    assert found["status"] == ("on_track", "met", "changed_target;new_data")


def test_a_change_of_rules_is_not_hidden_behind_new_data_that_would_have_had_the_same_effect() -> None:
    past = edition(STEADY | {2022: 83.0}, 2022, rules=with_gap_rule(slightly_off=0.4))
    found = changes(past, edition(STEADY | {2022: 83.0, 2023: 83.0}, 2023))
    assert found["status"] == ("at_risk", "off_track", "changed_rule")


def test_what_moves_there_and_back_has_not_changed() -> None:
    """95 with 84 in 2022 is off track, but with 89 in 2023 three points a year reach it."""
    assert "status" not in changes(edition(STEADY, 2022), edition(STEADY | {2023: 89.0}, 2023, plan(95)))


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [("on_track", "at_risk", "worse"), ("off_track", "at_risk", "better"), ("not_assessed", "met", "neither")],
)
def test_better_and_worse_follow_the_order_of_the_words(before: str, after: str, turn: str) -> None:
    past = edition(STEADY, 2022)
    said = replace(past, assessment=past.assessment.assign(status=before))
    present = replace(past, assessment=past.assessment.assign(status=after))
    (row,) = compare_verdicts(said, present).itertuples()
    assert row.turn == turn


# ---- projections


def projected(actual: float, **columns: Any) -> pd.DataFrame:
    """84 is projected for 2023, 83 to 85 with 80 % and 82 to 86 with 95 %; ``actual`` happens."""
    trends = [
        {"region": "city", "indicator": "x", "year": 2023, "kind": "projected", "mean": 84.0, "lower_80": 83.0,
         "upper_80": 85.0, "lower_95": 82.0, "upper_95": 86.0, "model": model}
        for model in MODELS
    ]  # fmt: skip
    past = replace(edition(STEADY, 2022), trends=check(pd.DataFrame(trends), "trends"))
    present = edition(STEADY | {2023: actual}, 2023)
    changed = {
        name: present.measures[name].where(present.measures["year"] < 2023, value) for name, value in columns.items()
    }
    return check_projections(past, replace(present, measures=present.measures.assign(**changed)))


@pytest.mark.parametrize(
    ("actual", "inside"),
    [
        (85.0, (True, True)),
        (85.1, (False, True)),
        (86.0, (False, True)),
        (86.1, (False, False)),
        (83.0, (True, True)),
        (82.9, (False, True)),
        (81.9, (False, False)),
    ],
)
def test_the_ends_of_an_interval_belong_to_it(actual: float, inside: tuple[bool, bool]) -> None:
    (row,) = projected(actual).itertuples()
    assert (row.is_within_80, row.is_within_95) == inside
    assert row.error == pytest.approx(actual - 84)
    assert row.years_ahead == 1


def test_only_a_known_value_of_the_same_measure_is_held_against_a_projection() -> None:
    assert projected(85, bound="at_least").empty
    assert projected(85, unit="t").empty
    assert projected(85, base_year=2019).empty
    assert len(projected(85, bound="about")) == 1


def test_only_years_after_the_earlier_edition_are_checked() -> None:
    past = edition({year: 70.0 + year % 7 for year in range(2012, 2023)}, 2022)
    assert check_projections(past, past).empty


# ---- where the earlier edition comes from


@pytest.fixture
def present(tmp_path: Path) -> Edition:
    """The edition of 2018 of the finished plan, made into a folder."""
    return made(2018, tmp_path / "2018")


def made(year: int, folder: Path, rules: Rules | None = None, promised: Plan | None = None) -> Edition:
    opened = open_edition(str(FINISHED), year, "zh", str(folder))
    opened = replace(opened, plan=promised or opened.plan)
    snapshot = take_snapshot(opened.plan, year, rules or load_rules(), load(FINISHED, opened.plan, year).observations)
    for name in ("observations", "measures", "trends", "assessment"):
        opened.write(name, getattr(snapshot, name))
    opened.keep_basis(snapshot.rules)
    return opened


def test_by_default_the_edition_of_the_year_before_is_taken_if_it_lies_after_the_base_year(tmp_path: Path) -> None:
    promised = load_plan(FINISHED)
    opened = {year: open_edition(str(FINISHED), year, "zh", str(tmp_path)) for year in (2016, 2017, 2020)}
    assert promised.base_year == 2015
    assert {year: past_by_default(edition) for year, edition in opened.items()} == {
        2016: "",
        2017: "2016",
        2020: "2019",
    }
    # Nothing was known yet: the plan's data begin later.
    later = replace(opened[2020], plan=promised.model_copy(update={"base_year": 1900}))
    assert past_by_default(replace(later, year=1950)) == ""


def test_the_comparison_can_be_named_or_switched_off(
    present: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.pipeline.keys.cache_folder", lambda: tmp_path / "cache")
    keys = Keys(FINISHED)
    assert keys.past(present, "none") == ""
    assert keys.past(present, "2016") == "2016"
    assert keys.past(present, "") == "2017"
    # Known from the last time, the raw files are not read again.
    monkeypatch.setattr("analysis.comparison.past.load", None)
    assert Keys(FINISHED).past(present, "") == "2017"
    with pytest.raises(TypeError):
        Keys(FINISHED).past(present, "", is_fresh=True)


def test_an_edition_that_cannot_be_read_is_looked_for_again(
    present: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.pipeline.keys.cache_folder", lambda: tmp_path / "cache")

    def refuse(_: Edition) -> str:
        raise InputError([Problem("file_unlisted", found="x.csv")])

    with monkeypatch.context() as patched:
        patched.setattr("analysis.comparison.past_by_default", refuse)
        assert Keys(FINISHED).past(present, "") == ""
    assert Keys(FINISHED).past(present, "") == "2017"


def test_what_is_delivered_again_as_it_was_is_not_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another source and another order of rows change no verdict; another value does."""
    past = edition(STEADY, 2022)
    again = replace(edition(STEADY | {2023: 84.5}, 2023), is_of_today=True)
    shuffled = again.observations.assign(source="new").iloc[::-1].reset_index(drop=True)
    monkeypatch.setattr("analysis.comparison.verdicts.take_snapshot", None)
    assert not compare_verdicts(past, replace(again, observations=shuffled)).empty
    revised = again.observations.assign(value=again.observations["value"].where(again.observations["year"] != 2021, 80))
    with pytest.raises(TypeError):
        compare_verdicts(past, replace(again, observations=revised))


@pytest.mark.parametrize("folder", sorted(path.parent for path in RAW.glob("*/plan.yaml")), ids=lambda path: path.name)
def test_the_plan_and_the_rules_come_back_as_they_were_used(folder: Path, tmp_path: Path) -> None:
    promised = load_plan(folder)
    Edition(promised, folder, 2024, "zh", tmp_path).keep_basis(load_rules())
    basis = Basis.read(tmp_path)
    assert basis.plan == promised
    assert Rules.model_validate(basis.rules) == load_rules()
    assert basis.year == 2024


def test_a_year_and_the_folder_of_that_edition_give_the_same_comparison(present: Edition, tmp_path: Path) -> None:
    from_raw = keep_past(present, "2017")
    from_folder = keep_past(present, str(made(2017, tmp_path / "2017").folder))
    assert from_raw.year == from_folder.year == 2017
    for name in ("observations", "measures", "trends", "assessment"):
        pd.testing.assert_frame_equal(getattr(from_raw, name), getattr(from_folder, name))


def test_a_year_does_not_look_at_what_lies_in_its_folder(present: Edition) -> None:
    expected = keep_past(present, "2017").assessment
    made(2017, present.folder.parent / "2017", with_gap_rule(slightly_off=0.9))
    pd.testing.assert_frame_equal(keep_past(present, "2017").assessment, expected)


def test_a_folder_brings_the_targets_and_rules_of_its_time(present: Edition, tmp_path: Path) -> None:
    rules = with_gap_rule(slightly_off=0.5)
    text = load_plan(FINISHED).model_dump_json().replace('"value":15.0', '"value":11.0', 1)
    older = made(2017, tmp_path / "2017", rules, Plan.model_validate_json(text))
    past = keep_past(present, str(older.folder))
    assert past.rules == rules
    assert past.plan != present.plan
    again = read_past(present)
    assert (again.plan, again.rules, again.year) == (past.plan, past.rules, 2017)


def test_the_name_of_an_edition_is_the_same_on_every_machine(present: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    home = present.folder.parent
    made(2017, home / "archive" / "2017")
    monkeypatch.setenv("ANALYSIS_ROOT", str(home))
    assert name_past(present, "2017") == "2017"
    assert name_past(present, str(home / "archive" / "2017")) == "archive/2017"
    assert name_past(present, "archive/2017") == "archive/2017"


@pytest.mark.parametrize(
    ("compare", "code"),
    [("2018", "compare_not_earlier"), ("2019", "compare_not_earlier"), ("no/such/folder", "compare_no_folder")],
)
def test_an_edition_that_is_not_there_or_not_earlier_is_refused(present: Edition, compare: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        find_past(present, compare)
    assert [problem.code for problem in error.value.problems] == [code]


def test_a_folder_without_basis_of_another_plan_or_of_a_later_year_is_refused(present: Edition, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    basis = json.loads((present.folder / BASIS_FILE).read_text(encoding="utf-8"))
    other = {**basis, "plan": {**basis["plan"], "id": "another"}}
    cases = {
        "compare_no_basis": ["", "{}", "no json"],
        "compare_other_plan": [json.dumps(other)],
        "compare_not_earlier": [json.dumps({**basis, "year": 2019})],
    }
    for code, texts in cases.items():
        for text in texts:
            if text:
                (folder / BASIS_FILE).write_text(text, encoding="utf-8")
            with pytest.raises(InputError) as error:
                find_past(present, str(folder))
            assert [problem.code for problem in error.value.problems] == [code]


def test_tables_that_cannot_be_read_and_years_without_data_are_refused(present: Edition, tmp_path: Path) -> None:
    older = made(2017, tmp_path / "2017")
    (older.folder / "trends.parquet").unlink()
    for compare, code in ((str(older.folder), "compare_unreadable"), ("1900", "compare_empty")):
        with pytest.raises(InputError) as error:
            keep_past(present, compare)
        assert [problem.code for problem in error.value.problems] == [code]


def test_a_chapter_on_changes_needs_a_comparison_before_it(present: Edition) -> None:
    with pytest.raises(ContractError, match="compare"):
        read_past(present)


# ---- the finished plan, one edition after another


@pytest.fixture(scope="module")
def finished() -> dict[int, Snapshot]:
    promised = load_plan(FINISHED)
    return {
        year: take_snapshot(promised, year, load_rules(), load(FINISHED, promised, year).observations)
        for year in range(2015, 2021)
    }


@pytest.mark.parametrize("year", range(2016, 2021))
def test_each_edition_of_the_finished_plan_against_the_one_before(finished: dict[int, Snapshot], year: int) -> None:
    past, present = finished[year - 1], finished[year]
    (row,) = check_projections(past, present).itertuples()
    assert (row.indicator, row.year, row.years_ahead) == (INTENSITY, year, 1)
    actual = present.measures.query("indicator == @INTENSITY and year == @year")["value"].iloc[0]
    assert row.actual == actual
    assert row.error == pytest.approx(actual - row.projected)
    # Same raw files, same plan, same rules: nothing but the data can be the cause.
    assert set(compare_verdicts(past, present)["causes"]) <= {"new_data", "revised_data", "revised_data;new_data"}
    compare_values(past.observations, present.observations, past.year)


def test_the_last_edition_of_the_finished_plan_tells_what_became_of_the_outlook(finished: dict[int, Snapshot]) -> None:
    """Until 2019 −3.6 % a year on average; then −0.1 %: the target is missed, and that is news, no revision."""
    changed = compare_verdicts(finished[2019], finished[2020]).set_index("verdict")
    assert changed.loc["status", "after"] == "missed"
    assert changed.loc["outlook", "after"] == "decided"
    assert set(changed["causes"]) == {"new_data"}
    (row,) = check_projections(finished[2019], finished[2020]).itertuples()
    assert row.actual - 100 == pytest.approx(-13.7, abs=0.05)
    assert row.error > 0
