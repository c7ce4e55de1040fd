"""Every folder under ``broken`` holds one defect, named after it: the message says where, what and what to do.

A folder holds the files that differ from the smallest plan, and ``expected.yaml`` with the problem that must be
found: its rule, place and finding, and parts of the whole message in both languages.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import yaml

from analysis.errors import InputError, Problem
from analysis.messages import LANGUAGES, catalogue
from analysis.observations import check, load
from analysis.plan import load_plan

BROKEN = Path(__file__).parent / "broken"
DEFECTS = sorted(path.name for path in BROKEN.iterdir() if path.is_dir())


def broken_plan(defect: str, folder: Path) -> dict:
    """Put the defect's files over the valid plan; returns what is expected."""
    expected = yaml.safe_load((BROKEN / defect / "expected.yaml").read_text(encoding="utf-8"))
    shutil.copytree(BROKEN / defect, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.yaml"))
    for name in expected.pop("without", []):
        (folder / name).unlink()
    return expected


def test_the_valid_plan_has_no_problem(tiny_plan: Path) -> None:
    assert check(tiny_plan) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found_where_it_is(defect: str, tiny_plan: Path) -> None:
    expected = broken_plan(defect, tiny_plan)
    problem = the_problem(check(tiny_plan), expected["severity"])
    assert problem.code == expected["code"]
    assert (problem.file, problem.sheet, problem.cell) == (expected["file"], expected["sheet"], expected["cell"])
    assert expected["found"] in problem.found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("defect", DEFECTS)
def test_the_message_says_place_finding_expectation_and_remedy(defect: str, language: str, tiny_plan: Path) -> None:
    expected = broken_plan(defect, tiny_plan)
    line = the_problem(check(tiny_plan), expected["severity"]).line(catalogue(language))
    parts = [expected["file"], expected["sheet"], expected["cell"], expected["found"], *expected["says"][language]]
    assert [part for part in parts if part not in line] == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_an_error_stops_the_run_and_a_warning_does_not(defect: str, tiny_plan: Path) -> None:
    expected = broken_plan(defect, tiny_plan)

    def run() -> None:
        load(tiny_plan, load_plan(tiny_plan), language="en")

    if expected["severity"] == "warning":
        run()
    else:
        with pytest.raises(InputError, match=expected["code"]):
            run()


def test_all_problems_of_a_run_are_reported_together(tiny_plan: Path) -> None:
    lines = ["region,indicator,year,value,unit", "青山市,污水处理,2021,82,%", "青山市,污水处理率,2029,82,%"]
    (tiny_plan / "observations" / "values.csv").write_text("\n".join(lines), encoding="utf-8")
    (tiny_plan / "observations" / "more.csv").write_text("", encoding="utf-8")
    assert {item.code for item in check(tiny_plan)} == {"unknown_indicator", "year_outside_plan", "file_unlisted"}


def test_a_file_name_of_another_encoding_is_a_problem_like_any_other(tiny_plan: Path) -> None:
    name = "国家能耗.csv".encode("gb18030")
    try:
        Path(os.fsdecode(os.fsencode(tiny_plan / "observations") + b"/" + name)).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes no names that are not UTF-8")
    (problem,) = check(tiny_plan)
    assert problem.code == "file_name_encoding"
    assert problem.file.isascii()
    assert problem.found == "国家能耗.csv"


def the_problem(problems: list[Problem], severity: str) -> Problem:
    """The only problem of that severity."""
    found = [problem for problem in problems if problem.severity == severity]
    assert len({problem.code for problem in found}) == 1, found
    return found[0]
