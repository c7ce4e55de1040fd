"""Demonstration data: plausible files as bureaus send them, for a plan whose real figures are not public.

``demo.yaml`` of a plan folder describes every trajectory and every file; this package only follows it. The same
specification gives the same bytes, everywhere and always.
"""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

from analysis.demo.files import render_file
from analysis.demo.ledgers import LedgerDelivery, read_ledger_specification, render_ledger
from analysis.demo.specification import Delivery, read_specification
from analysis.demo.trajectories import simulate
from analysis.plan import load_plan

OBSERVATIONS_FOLDER = "observations"
SOURCES_FILE = "sources.csv"
SOURCES_COLUMNS = (
    "file",
    "title",
    "publisher",
    "document",
    "url",
    "retrieved",
    "licence",
    "status",
    "vintage",
    "verification",
    "region",
    "indicator",
    "unit",
    "year",
    "sheet",
    "layout",
    "sha256",
    "note",
)


def write_demo(plan_folder: Path, language: str = "zh") -> list[Path]:
    """Write the demonstration files of a plan and the table of sources that belongs to them.

    Parameters
    ----------
    plan_folder : Path
        A folder with ``plan.yaml`` and ``demo.yaml``, and ``demo-ledgers.yaml`` if there shall be ledgers.
    language : {"zh", "en"}
        Language of error messages.

    Returns
    -------
    list of Path
        The files written, ``sources.csv`` last. Files with other names are left alone.

    Raises
    ------
    InputError
        If the plan or the specification is wrong.
    """
    plan = load_plan(plan_folder, language)
    specification = read_specification(plan_folder, plan, language)
    values = simulate(specification, plan)
    folder = plan_folder / OBSERVATIONS_FOLDER
    folder.mkdir(exist_ok=True)
    written, rows = [], []
    for delivery in specification.files:
        content = render_file(delivery, values, specification, plan)
        path = folder / delivery.file
        path.write_bytes(content)
        written.append(path)
        rows.append(_source_row(delivery, specification.licence, content))
    for ledger in read_ledger_specification(plan_folder, language):
        content = render_ledger(ledger, values, specification, plan)
        path = folder / ledger.file
        path.write_bytes(content)
        written.append(path)
        rows.append(_ledger_row(ledger, specification.licence, content))
    sources = plan_folder / SOURCES_FILE
    sources.write_bytes(_source_table(rows))
    return [*written, sources]


def _source_row(delivery: Delivery, licence: str, content: bytes) -> dict[str, str]:
    facts = {
        "vintage": delivery.vintage,
        "region": delivery.source_region,
        "indicator": delivery.source_indicator,
        "unit": delivery.source_unit,
    }
    return _row(delivery, licence, content, facts)


def _ledger_row(delivery: LedgerDelivery, licence: str, content: bytes) -> dict[str, str]:
    return _row(delivery, licence, content, {"layout": delivery.ledger})


def _row(delivery: Delivery | LedgerDelivery, licence: str, content: bytes, facts: dict[str, str]) -> dict[str, str]:
    common = {
        "file": delivery.file,
        "title": delivery.title,
        "publisher": delivery.publisher,
        "licence": licence,
        "status": "synthetic",
        "sha256": hashlib.sha256(content).hexdigest(),
        "note": delivery.note,
    }
    return {column: (common | facts).get(column, "") for column in SOURCES_COLUMNS}


def _source_table(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, SOURCES_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
