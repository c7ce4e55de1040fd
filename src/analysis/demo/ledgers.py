"""Demonstration ledgers and statements: what ``demo-ledgers.yaml`` lists, and projects that add up to indicators."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from analysis.demo.files import Cell, Sheet, render_sheets
from analysis.demo.specification import Specification
from analysis.demo.trajectories import Values, divide
from analysis.errors import InputError, Problem
from analysis.plan import Model, Plan

LEDGERS_FILE = "demo-ledgers.yaml"
PROJECT_HEADS: list[Cell] = [
    "序号", "县（市、区）", "项目名称", "污染物", "年度", "申报减排量（吨）", "核定减排量（吨）", "建设状态",
    "责任单位", "核定依据",
]  # fmt: skip
PHASES = "一二三四五六七八九十"
# Less than this is one project's work.
LEAST_DIVIDED = 20.0


class Work(Model):
    """A kind of project: what is built, by which department it is looked after."""

    name: str
    department: str


class Projects(Model):
    """How the yearly amounts of the indicators are spread over projects.

    Parameters
    ----------
    pollutants : dict of str to str
        Indicator → the pollutant's name in the ledger.
    works : dict of str to list of Work
        Indicator → kinds of project.
    cut : float
        Share of projects of which less is verified than was claimed.
    excess : float
        Largest share by which a claim lies above what is verified.
    open : float
        Share of regions with a project of the last year that is not verified yet.
    """

    pollutants: dict[str, str]
    works: dict[str, list[Work]]
    cut: float = Field(ge=0, le=1)
    excess: float = Field(ge=0, le=1)
    open: float = Field(ge=0, le=1)


class LedgerDelivery(Model):
    """One ledger as a bureau sends it: with ``rows`` as they stand, or ``projects`` made from the indicators."""

    file: str = Field(pattern=r"^[^/\\]+\.(csv|xlsx)$")
    title: str
    publisher: str
    ledger: Literal["emission_projects", "energy_projects", "milestone_reports", "statements"]
    encoding: Literal["utf-8", "utf-8-sig", "gb18030"] = "utf-8"
    head: list[str] = Field(default_factory=list)
    foot: list[str] = Field(default_factory=list)
    rows: list[list[str | float | int | datetime.date]] = Field(default_factory=list)
    projects: Projects | None = None
    note: str = ""


class LedgerSpecification(Model):
    """The whole of ``demo-ledgers.yaml``."""

    files: list[LedgerDelivery]


def read_ledger_specification(plan_folder: Path, language: str) -> list[LedgerDelivery]:
    """Read ``demo-ledgers.yaml`` of a plan folder; without it there are no ledgers.

    Raises
    ------
    InputError
        If the file is wrong.
    """
    path = plan_folder / LEDGERS_FILE
    if not path.is_file():
        return []
    try:
        return LedgerSpecification.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).files
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise InputError([Problem("file_unreadable", file=path.name, found=str(error))], language) from error


def render_ledger(delivery: LedgerDelivery, values: Values, specification: Specification, plan: Plan) -> bytes:
    """Write one ledger.

    Parameters
    ----------
    delivery : LedgerDelivery
    values : Values
        What the projects of a region and year add up to.
    specification : Specification
        Gives the seed and the last year.
    plan : Plan
    """
    rows: list[list[Cell]] = [
        [str(cell) if isinstance(cell, datetime.date) else cell for cell in row] for row in delivery.rows
    ]
    if delivery.projects:
        rows = [PROJECT_HEADS, *_projects(delivery.projects, values, specification, plan)]
    above: list[list[Cell]] = [[line] for line in delivery.head]
    below: list[list[Cell]] = [[line] for line in delivery.foot]
    merged = [(position, 0, 1, len(rows[0])) for position in range(len(above))]
    return render_sheets([Sheet("台账", [*above, *rows, *below], merged)], delivery.file, delivery.encoding)


def _projects(made: Projects, values: Values, specification: Specification, plan: Plan) -> Iterator[list[Cell]]:
    """Projects by year, region and pollutant, with a number each, and the totals below."""
    phases: Counter[str] = Counter()
    claimed_total = verified_total = number = 0
    for year in range(plan.base_year + 1, specification.last + 1):
        for region in plan.children(plan.area):
            for indicator, works in made.works.items():
                stream = random.Random(f"{specification.seed}/ledger/{year}/{region.id}/{indicator}")
                amount = values.first.get((region.id, indicator, year), 0.0)
                entries = list(_entries(made, works, amount, stream, is_last=year == specification.last))
                for work, claimed, verified in entries:
                    number += 1
                    claimed_total, verified_total = claimed_total + claimed, verified_total + (verified or 0)
                    name = f"{region.name.zh}{work.name}工程"
                    phases[name] += 1
                    yield [
                        number,
                        region.name.zh,
                        f"{name}（{PHASES[phases[name] - 1]}期）" if phases[name] > 1 else name,
                        made.pollutants[indicator],
                        f"{year}年",
                        claimed,
                        "" if verified is None else verified,
                        "在建" if verified is None else "已建成",
                        work.department,
                        "" if verified is None else f"{year}年度减排核查第{number}号（示例）",
                    ]
    yield ["", "合计", "", "", "", claimed_total, verified_total, "", "", ""]


def _entries(
    made: Projects, works: list[Work], amount: float, stream: random.Random, *, is_last: bool
) -> Iterator[tuple[Work, int, int | None]]:
    """Projects of one year, region and pollutant: work, claimed, verified (None: not yet)."""
    count = min(len(works), 1 if amount < LEAST_DIVIDED else 2)
    chosen = stream.sample(works, count)
    weights = {work.name: stream.uniform(0.6, 1.4) for work in chosen}
    parts = divide(amount, weights, 0)
    for work in chosen:
        verified = round(parts[work.name])
        excess = stream.uniform(0.2, 1.0) * made.excess if stream.random() < made.cut else 0.0
        if verified:
            yield work, round(verified * (1 + excess)), verified
    if is_last and amount >= LEAST_DIVIDED and stream.random() < made.open:
        yield stream.choice(works), max(1, round(amount * stream.uniform(0.08, 0.2))), None
