"""The summary of a shipped plan as it is printed: two pages that stand alone, whose numbers are those of the tables."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
import pypdf
import pytest
from printed import sheets

import analysis
from analysis.assessment import assess
from analysis.chapters import indicator_heading
from analysis.edition import Edition, open_edition
from analysis.measures import measure
from analysis.observations import load_observations
from analysis.pipeline.printing import front_matter
from analysis.project import notebooks_folder
from analysis.readings import main_readings, readings
from analysis.rendering import merge, render, write_report
from analysis.theme import STATUS_STYLES, STATUSES
from analysis.trends import fit_trends

PLAN = "huludao-145"
LEAST_POINTS = 8.0
# What notebook 03 computes besides the verdicts, and what it reads itself.
NOT_RUN = ("03-03", "beside-verdicts")


@dataclass(frozen=True)
class Printed:
    """The summary in a language: edition, displayed texts, pages of the PDF."""

    edition: Edition
    texts: list[str]
    path: Path


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables that the chapters read."""
    folder = tmp_path_factory.mktemp("tables")
    edition = open_edition(PLAN, 0, "zh", str(folder))
    found = load_observations(edition)
    observations = edition.write("observations", found.observations)
    edition.write("quality", found.quality)
    measures = edition.write("measures", measure(observations, edition.plan))
    trends = edition.write("trends", fit_trends(measures, edition.plan, edition.year))
    edition.write("assessment", assess(edition.plan, measures, trends, edition.year))
    return folder


@pytest.fixture(scope="module", params=["zh", "en"])
def printed(request: pytest.FixtureRequest, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Notebooks 03 and 09 as they stand, printed with stand-ins for the chapters that they lead to."""
    language = request.param
    folder = tmp_path_factory.mktemp(f"summary-{language}")
    edition = open_edition(PLAN, 0, language, str(shutil.copytree(tables, folder / "tables")))
    outputs = run("03-assess", edition, {"compare": str(edition.year - 1)}) + run("09-targets", edition, {})
    others = [f"# … {{#sec-{name}}}" for name in ("changes", "data", "departments")]
    others += [indicator_heading(item, language) for item in edition.plan.indicators]
    others += [f"## … {{#sec-department-{item.id}}}" for item in edition.plan.departments]
    text = {"text/markdown": "\n\n".join(others)}
    outputs.append(nbformat.v4.new_output("display_data", data=text, metadata={"analysis": {"kind": "text"}}))
    cells = [nbformat.v4.new_code_cell("", outputs=[output]) for output in outputs]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "chapters.ipynb")
    report = write_report(merge([folder / "chapters.ipynb"], front_matter(edition, True)), folder / "report.ipynb")
    path = render(report, folder, "report", ["pdf"], "embedded", language).files[0]
    return Printed(edition, [output["data"].get("text/markdown", "") for output in outputs], path)


def run(name: str, edition: Edition, given: dict[str, str]) -> list[Any]:
    """What a notebook displays when its cells are run in this process."""
    analysis.load_all()  # modules of the same names may have been imported
    shown: list[Any] = []
    content = json.loads((notebooks_folder() / f"{name}.ipynb").read_text(encoding="utf-8"))
    values: dict[str, Any] = {"plan": PLAN, "year": 0, "language": edition.language, "output": str(edition.folder)}
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()):
        patch.setattr(
            "IPython.display.display",
            lambda data, raw, metadata: shown.append(
                nbformat.v4.new_output("display_data", data=dict(data), metadata=metadata)
            ),
        )
        for cell in content["cells"]:
            if cell["cell_type"] != "code" or cell["id"] in NOT_RUN or "parameters" in cell["metadata"].get("tags", []):
                continue
            values |= given
            exec("".join(cell["source"]), values)
            if cell["id"] == "03-02":
                names = ("observations", "measures", "trends", "assessment")
                values |= {"rules": analysis.load_rules(), **{table: edition.read(table) for table in names}}
    return shown


def chapters(printed: Printed) -> list[tuple[str, int]]:
    """Title of every chapter with the page that it begins on, from 1."""
    reader = pypdf.PdfReader(printed.path)
    return [
        (str(entry.title), (reader.get_destination_page_number(entry) or 0) + 1)
        for entry in reader.outline
        if not isinstance(entry, list)
    ]


def test_the_summary_takes_two_pages(printed: Printed) -> None:
    (_, first), (_, second), *_ = chapters(printed)
    assert len(main_readings(read(printed))) >= 35
    assert second == first + 2


def test_all_targets_in_full_take_three_pages_at_most(printed: Printed) -> None:
    """The table itself: from the chapter's beginning to the bullet chart or what stands behind the table."""
    pages = [page.extract_text() for page in pypdf.PdfReader(printed.path).pages]
    first = chapters(printed)[1][1]
    last_title = readings_titles(printed)[-1]
    squeezed = [re.sub(r"\s", "", text).replace("-", "") for text in pages]
    ends = [
        number
        for number, text in enumerate(squeezed, 1)
        if number >= first and re.sub(r"[\s-]", "", last_title) in text
    ]
    assert ends[0] - first + 1 <= 3


def test_nothing_is_smaller_than_eight_points_or_leaves_the_margins(printed: Printed) -> None:
    (_, first), (_, second), *_ = chapters(printed)
    for sheet in sheets(printed.path)[first - 1 : second]:
        assert sheet.outside() == []
        assert sheet.boxes() == []
        assert min(run.size for run in sheet.body) >= LEAST_POINTS - 0.01


def test_every_target_has_its_line_and_every_series_its_picture(printed: Printed) -> None:
    board = next(text for text in printed.texts if "](data:image/svg+xml" in text)
    rows = board.splitlines()[2:]
    items = read(printed)
    assert len(rows) == len(items)
    assert board.count("](data:image/svg+xml") == sum(item.has_latest for item in items)
    for row, item in zip(rows, items, strict=True):
        assert item.status_span in row
        assert item.short_title in row.replace("\\", "")


def test_counts_are_those_of_the_assessment(printed: Printed) -> None:
    counts = next(text for text in printed.texts if ".status-on-track}" in text.splitlines()[0])
    heads = [head.strip() for head in counts.splitlines()[0].strip("|").split("|")]
    values = [cell.strip() for cell in counts.splitlines()[2].strip("|").split("|")]
    found = dict(zip(heads[1:-1], map(int, values[1:-1]), strict=True))
    statuses = [item.row.status for item in main_readings(read(printed))]
    for status in STATUSES:
        marks = [count for head, count in found.items() if STATUS_STYLES[status].shape in head]
        assert sum(marks) == statuses.count(status)
    assert int(values[-1]) == len(statuses)


def test_the_state_of_the_data_counts_what_the_tables_hold(printed: Printed) -> None:
    text = next(text for text in printed.texts if text.startswith("::: {.source}"))
    quality = printed.edition.read("quality")
    observations = printed.edition.read("observations").drop_duplicates(["region", "indicator", "year"])
    numbers = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]
    assert numbers[0] == printed.edition.year
    assert numbers[1] == len(observations)
    assert (quality["severity"] == "warning").sum() in numbers
    assert sum(not item.is_assessed for item in main_readings(read(printed))) in numbers


def test_what_needs_attention_takes_one_department_a_row(printed: Printed) -> None:
    table = next(text for text in printed.texts if text.count("#sec-indicator-") == 5)
    for row in table.splitlines()[2:]:
        department = row.strip("| ").split("|")[-1]
        assert "、" not in department
        assert len(department) <= 30


def read(printed: Printed) -> list[Any]:
    edition = printed.edition
    return readings(edition.read("assessment"), edition.plan, edition.language)


def readings_titles(printed: Printed) -> list[str]:
    return [item.title for item in read(printed)]
