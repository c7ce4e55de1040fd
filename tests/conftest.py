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
