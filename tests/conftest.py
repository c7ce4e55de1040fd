"""Shared fixtures: the smallest valid plan, as a folder that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from analysis.plan import Plan, load_plan

# The same examples every time, and no clock.
settings.load_profile("ci")

TESTS = Path(__file__).parent
TINY_PLAN = TESTS / "plans" / "tiny"


@pytest.fixture
def tiny_plan(tmp_path: Path) -> Path:
    """A copy of the smallest plan folder; its path holds a blank and Chinese characters."""
    folder = tmp_path / "计划 文件夹" / "tiny"
    shutil.copytree(TINY_PLAN, folder)
    return folder


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The smallest plan: a city with two counties and three indicators, over 2020 to 2025."""
    return load_plan(TINY_PLAN)


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report whose plan, sources, comments and cover try to bring in what does not belong there."""
    from hostile import hostile_plan
    from test_end_to_end import make_report, workshop

    folder = tmp_path_factory.mktemp("hostile")
    plan = hostile_plan(Path(shutil.copytree(TINY_PLAN, folder / "plan")))
    return make_report(workshop(folder / "root"), plan, folder)
