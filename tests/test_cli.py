"""The command line: quick, no tracebacks, exit status 1 for wrong input and 2 for wrong use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.__main__ import app

HEAVY = ("pandas", "matplotlib", "papermill", "statsmodels", "nbformat")
COMMANDS = ("report", "check", "template", "doctor", "notebook", "new-plan", "demo", "calibrate", "peer-cases", "bench")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, **environment}
    command = [sys.executable, "-m", "analysis", *arguments]
    return subprocess.run(command, env=settings, capture_output=True, encoding="utf-8", check=False)


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_help_lists_every_command() -> None:
    status, text = call("--help")
    assert status == 0
    assert all(name in text for name in COMMANDS)
    assert "install-quarto" not in text


def test_help_imports_no_heavy_library() -> None:
    code = f"import sys, analysis.__main__; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--language", "en_US:en"),
        ("report", "--formats", "html,odt"),
        ("report", "--formats", ","),
        ("report", "--renderer", "word"),
        ("report", "--year", "-1"),
        ("report", "--year", "last"),
        ("report", "--jobs", "-1"),
        ("notebook",),
        ("nonsense",),
    ],
)
def test_wrong_use_is_exit_status_2(arguments: tuple[str, ...]) -> None:
    assert call(*arguments)[0] == 2


def test_wrong_input_is_a_message_without_a_traceback() -> None:
    done = run("check", "--plan", "there-is-no-such-plan", "--language", "en")
    assert done.returncode == 1
    assert "there-is-no-such-plan" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_language_of_the_operating_system_is_not_ours() -> None:
    done = run("check", "--plan", "there-is-no-such-plan", LANGUAGE="en_US:en")
    assert done.returncode == 1
    assert not done.stderr.isascii()


def test_chinese_is_printed_under_any_locale() -> None:
    done = run("check", "--plan", "没有", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "没有" in done.stderr


def test_a_new_plan_passes_the_check(tmp_path: Path) -> None:
    folder = tmp_path / "my-plan"
    status, text = call("new-plan", str(folder), "--base-year", "2025", "--target-year", "2030")
    assert status == 0, text
    assert f"make check PLAN={folder}" in text
    status, text = call("check", "--plan", str(folder), "--language", "en")
    assert status == 0, text
    assert "my-plan, edition 2026; 3 commitments, 2 of them scored; 3 observations; 0 warnings" in text


@pytest.mark.parametrize(
    ("name", "said"), [("My Plan", "cannot be a plan's id"), ("taken", "The folder exists and is not empty")]
)
def test_a_new_plan_overwrites_nothing_and_has_a_usable_id(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "plan.yaml").write_text("mine", encoding="utf-8")
    arguments = ("new-plan", str(tmp_path / name), "--base-year", "2025", "--target-year", "2030", "--language", "en")
    status, text = call(*arguments)
    assert status == 1
    assert said in text
    assert (tmp_path / "taken" / "plan.yaml").read_text(encoding="utf-8") == "mine"


def test_a_new_plan_runs_forward_in_time(tmp_path: Path) -> None:
    assert call("new-plan", str(tmp_path / "p"), "--base-year", "2030", "--target-year", "2025")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--indicator", "exampel_share"), "nearest: example_share"),
        (("--indicator", "example_share", "--region", "x"), "region"),
    ],
)
def test_a_misspelt_indicator_or_region_is_named(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    folder = tmp_path / "my-plan"
    call("new-plan", str(folder), "--base-year", "2025", "--target-year", "2030")
    status, text = call("notebook", *arguments, "--plan", str(folder), "--language", "en")
    assert status == 1
    assert said in text
