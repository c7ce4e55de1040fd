"""Problems are data first; their wording groups them by file and kind and shows the first five."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from analysis.errors import AnalysisError, InputError, Problem, describe
from analysis.messages import LANGUAGES, catalogue

SOURCE = Path(__file__).parents[1] / "src" / "analysis"
# What makes a problem everywhere, and the short ways to it that the sources use.
MAKERS = {"Problem", "UnreadableFileError"}
SHORT_WAYS = {"problem", "_problem", "report", "shared", "single"}
PARTS = ("what", "expected", "todo")


def rules_in_source() -> set[str]:
    """Every rule that the source names where it makes a problem; in the sources also where it chooses a ``code``."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        makers = MAKERS | SHORT_WAYS if path.parent.name == "sources" else MAKERS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in makers:
                    texts = [text for argument in node.args[:2] for text in constants(argument)]
                    found.update(texts[:1] if name in MAKERS else texts[:2])
            elif isinstance(node, ast.Assign) and makers > MAKERS and getattr(node.targets[0], "id", "") == "code":
                found.update(constants(node.value))
    return {text for text in found if re.fullmatch(r"[a-z]+(_[a-z]+)+", text)}


def constants(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return constants(node.body) + constants(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def missing_values(count: int, file: str = "observations/a.csv") -> list[Problem]:
    return [Problem("value_not_number", file=file, cell=f"D{row}", found=f"多{row}") for row in range(2, 2 + count)]


def test_the_rules_are_found_in_the_source() -> None:
    known = {
        "plan_missing",
        "file_encrypted",
        "duplicate_key",
        "unknown_indicator",
        "correction_stale",
        "unit_conflict",
    }
    assert known <= rules_in_source()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_says_what_was_expected_and_what_to_do(language: str) -> None:
    keys = catalogue(language).keys()
    wanted = {f"problems.{code}.{part}" for code in rules_in_source() for part in PARTS}
    assert wanted - keys == set()


def test_no_wording_is_left_without_a_rule() -> None:
    worded = {key.split(".")[1] for key in catalogue("zh").texts if re.fullmatch(r"problems\.\w+\.what", key)}
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    assert {code for code in worded if f'"{code}"' not in source} == set()


def test_a_line_names_file_sheet_and_cell_what_was_found_expected_and_to_be_done() -> None:
    problem = Problem("unknown_region", file="a.xlsx", sheet="表1", cell="A3", found="东湖县")
    problem.details.update({"allowed": "青山市", "nearest": "青山市"})
    assert problem.line(catalogue("zh")) == (
        "a.xlsx · 表1 · A3：未知的地区。发现：东湖县。应为：以下之一：青山市（最接近：青山市）。"
        "处理：改正名称，或在 plan.yaml 该地区的 aliases 中加上这个名称。"
    )
    assert problem.line(catalogue("en")).startswith(
        "a.xlsx · 表1 · A3: unknown region. Found: 东湖县. Expected: one of"
    )


def test_a_problem_without_a_file_names_region_indicator_and_year() -> None:
    problem = Problem("after_edition", "note", region="city", indicator="rate", year=2030)
    assert problem.place(catalogue("zh")) == "city · rate · 2030"


def test_the_first_five_of_a_kind_are_shown_and_the_rest_counted() -> None:
    text = describe(missing_values(7), catalogue("en"))
    assert [f"多{row}." in text for row in range(2, 9)] == [True] * 5 + [False] * 2
    assert "2 more of this kind" in text
    assert text.splitlines()[0] == "The input has 7 problem(s)"


def test_five_of_a_kind_are_all_shown() -> None:
    assert "more of this kind" not in describe(missing_values(5), catalogue("en"))


def test_problems_are_grouped_by_file_and_kind() -> None:
    problems = [*missing_values(2, "b.csv"), *missing_values(1, "a.csv"), Problem("file_empty", file="b.csv")]
    heads = [line for line in describe(problems, catalogue("zh")).splitlines() if line.startswith("【")]
    assert heads == ["【a.csv】value_not_number：1 处", "【b.csv】file_empty：1 处", "【b.csv】value_not_number：2 处"]


def test_an_input_error_keeps_its_problems_and_is_one_of_ours() -> None:
    error = InputError(missing_values(2), "en")
    assert isinstance(error, AnalysisError)
    assert [problem.cell for problem in error.problems] == ["D2", "D3"]
    assert "no single number" in str(error)


def test_an_unknown_language_lists_those_that_exist() -> None:
    with pytest.raises(ValueError, match="zh, en"):
        catalogue("fr")


def test_a_missing_text_or_value_is_an_error_and_names_the_key() -> None:
    with pytest.raises(KeyError, match=r"problems\.nonsense"):
        catalogue("zh").text("problems.nonsense")
    with pytest.raises(KeyError, match="count"):
        catalogue("zh").text("problems.header")


def test_both_languages_have_the_same_rules_and_placeholders() -> None:
    zh, en = (
        {key: text for key, text in catalogue(language).texts.items() if key.startswith("problems.")}
        for language in ("zh", "en")
    )
    assert zh.keys() == en.keys()
    fields = re.compile(r"{(\w+)}")
    assert [key for key in zh if set(fields.findall(zh[key])) != set(fields.findall(en[key]))] == []
