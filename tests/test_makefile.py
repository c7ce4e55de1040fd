"""The Makefile passes on what its command line says, and nothing else. Nothing is installed here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TARGETS = ("report", "reports", "explain", "test", "check", "template", "doctor", "notebook", "whatif")
TARGETS += ("lab", "bench", "lint", "clean", "help", "setup")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the Makefile in a folder with an awkward name, with an environment that counts as ready."""
    folder = tmp_path / "节能 it's $x"
    (folder / ".venv").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-bench.txt"):
        shutil.copy(ROOT / name, folder / name)
        os.utime(folder / name, (1, 1))
    (folder / ".venv" / ".ready").touch()
    (folder / ".venv" / "peers").mkdir()
    (folder / ".venv" / "peers" / ".ready").touch()
    return folder


def make(folder: Path, *arguments: str, **environment: str) -> str:
    """What make prints, or would run."""
    settings = {"PATH": os.environ["PATH"], **environment}
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env=settings,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def words(line: str) -> list[str]:
    return " ".join(line.split()).split(" -m analysis ")[1].split()


def test_help_is_the_default_and_lists_every_target(project: Path) -> None:
    listed = make(project)
    assert re.findall(r"^  make (\S+)", listed, re.MULTILINE) == [
        "help",
        "setup",
        "report",
        "reports",
        "explain",
        "check",
        "template",
        "doctor",
        "notebook",
        "whatif",
        "lab",
        "bench",
        "test",
        "lint",
        "clean",
    ]
    assert set(TARGETS) == set(re.findall(r"^  make (\S+)", listed, re.MULTILINE))


def test_options_of_the_command_line_are_passed_on(project: Path) -> None:
    given = (
        "PLAN=my-plan",
        "YEAR=7",
        "LANGUAGE=en",
        "FORMATS=html,pdf",
        "RENDERER=embedded",
        "JOBS=1",
        "COMPARE=6",
        "KERNELS=plain",
        "FRESH=1",
    )
    assert words(make(project, "-n", "report", *given)) == [
        *("report", "--plan", "'my-plan'", "--year", "'7'", "--language", "'en'"),
        *("--formats", "'html,pdf'", "--renderer", "'embedded'", "--jobs", "'1'", "--compare", "'6'"),
        *("--kernels", "'plain'", "--fresh"),
    ]


def test_the_plan_of_a_template_is_its_argument(project: Path) -> None:
    given = ("PLAN=my-plan", "DEPARTMENT=住房 城乡", "REGION=x", "OUTPUT=a b.xlsx", "LANGUAGE=en")
    assert words(make(project, "-n", "template", *given)) == [
        *("template", "'my-plan'", "--output", "'a", "b.xlsx'", "--department", "'住房", "城乡'"),
        *("--region", "'x'", "--language", "'en'"),
    ]
    assert words(make(project, "-n", "template", DEPARTMENT="x", REGION="x", OUTPUT="x")) == ["template"]


def test_nothing_is_passed_on_when_nothing_is_said(project: Path) -> None:
    assert words(make(project, "-n", "report")) == ["report"]
    assert words(make(project, "-n", "report", "YEAR=", "PLAN=")) == ["report"]


def test_settings_of_the_environment_decide_nothing(project: Path) -> None:
    line = make(project, "-n", "report", LANGUAGE="en_US:en", YEAR="7", PLAN="x", FORMATS="x", RENDERER="x", JOBS="x")
    assert words(line) == ["report"]


def test_a_path_may_hold_blanks_and_quotes(project: Path) -> None:
    line = make(project, "-n", "check", "PLAN=/数据 夹/it's")
    assert "--plan '/数据 夹/it'\\''s'" in line


def test_what_is_ready_is_not_set_up_again(project: Path) -> None:
    assert "venv" not in make(project, "-n", "setup").replace("make: Nothing", "")


def test_a_changed_lock_sets_up_again_and_the_mark_comes_last(project: Path) -> None:
    (project / "requirements.lock").touch()
    os.utime(project / ".venv" / ".ready", (2, 2))
    plan = make(project, "-n", "setup", "QUARTO_INSTALL=0").strip().splitlines()
    assert any("--require-hashes -r requirements.lock" in line for line in plan)
    assert plan[-1] == "touch .venv/.ready"
    assert not any("install-quarto" in line for line in plan)


def test_quarto_is_tried_once_unless_it_is_declined(project: Path) -> None:
    (project / ".venv" / ".ready").unlink()
    assert "install-quarto" in make(project, "-n", "setup")
    assert "install-quarto" not in make(project, "-n", "setup", QUARTO_INSTALL="0")


def test_a_machine_without_python_is_told_what_to_install(project: Path) -> None:
    (project / ".venv" / ".ready").unlink()
    tools = project / "tools"
    tools.mkdir()
    for name in ("sh", "rm", "touch", "awk"):
        (tools / name).symlink_to(shutil.which(name) or name)
    done = subprocess.run(
        [shutil.which("make") or "make", "setup"],
        cwd=project,
        env={"PATH": str(tools)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stderr
    assert "需要 Python 3.11" in done.stderr
    assert not (project / ".venv" / ".ready").exists()


def test_the_benchmark_passes_on_its_parts(project: Path) -> None:
    given = ("PARTS=many,report", "SERIES=100", "JOBS=2", "PLAN=x", "LANGUAGE=en")
    assert words(make(project, "-n", "bench", *given)) == [
        *("bench", "--parts", "'many,report'", "--series", "'100'", "--jobs", "'2'", "--plan", "'x'"),
        *("--language", "'en'"),
    ]
    assert words(make(project, "-n", "bench")) == ["bench"]


@pytest.mark.parametrize("is_reachable", [True, False])
def test_the_benchmark_goes_on_without_its_optional_peers(project: Path, is_reachable: bool) -> None:
    shutil.rmtree(project / ".venv" / "peers")
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir()
    folder = "mkdir .venv/peers" if is_reachable else "exit 1"
    python.write_text(f'#!/bin/sh\nif [ "$2" = pip ]; then {folder}; else echo "ran $3"; fi\n', encoding="utf-8")
    python.chmod(0o755)
    assert "ran bench" in make(project, "bench")
    # What could not be installed is tried again next time.
    assert (project / ".venv" / "peers" / ".ready").exists() is is_reachable
