"""A third person's plan, from its folder to HTML, PDF and Word: no code changed, the same bytes twice."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from pypdf import PdfReader

from analysis.pipeline.new_plan import create_plan

REPOSITORY = Path(__file__).parents[1]
YEARS_LATER = 5


def later(value: Any, years: int) -> Any:
    """Every year of a plan's content moved by so many years; ids, names and place changed."""
    if isinstance(value, dict):
        return {later(key, years) if isinstance(key, int) else key: later(item, years) for key, item in value.items()}
    if isinstance(value, list):
        return [later(item, years) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and 1990 < value < 2100:
        return value + years
    if isinstance(value, str):
        return value.replace("全国", "临河市").replace("energy_intensity_gdp", "unit_energy_use")
    return value


def third_persons_plan(folder: Path) -> Path:
    """A plan of another city for 2026–2030, made from a copy of a shipped folder by editing its files."""
    source = REPOSITORY / "data" / "raw" / "china-145"
    shutil.copytree(source, folder)
    plan = yaml.safe_load((source / "plan.yaml").read_text(encoding="utf-8"))
    plan = later(plan, YEARS_LATER)
    plan["id"], plan["area"] = "linhe-155", "linhe"
    plan["regions"] = [{"id": "linhe", "name": {"zh": "临河市", "en": "Linhe"}, "level": "city"}]
    plan["title"] = {"zh": "临河市节能工作方案", "en": "Energy saving plan of Linhe"}
    plan["short_title"] = {"zh": "临河市节能工作方案", "en": "Linhe energy plan"}
    plan["sections"] = plan["sections"][:1]
    (folder / "plan.yaml").write_text(yaml.safe_dump(plan, allow_unicode=True, sort_keys=False), encoding="utf-8")
    sources = pd.read_csv(folder / "sources.csv", dtype=str, keep_default_na=False)
    sources["sha256"], sources["region"] = "", ""
    for file in sources["file"]:
        table = pd.read_csv(folder / "observations" / file, dtype=str, keep_default_na=False)
        table["region"] = "临河市"
        table["year"] = [str(int(year) + YEARS_LATER) for year in table["year"]]
        table["indicator"] = table["indicator"].str.replace("energy_intensity_gdp", "unit_energy_use")
        if "vintage" in table:
            table["vintage"] = ""
        named = {item["id"] for item in plan["indicators"]} | {
            label for item in plan["indicators"] for label in item.get("labels", [])
        }
        table = table[table["indicator"].isin(named)].drop_duplicates(["indicator", "year"], keep="last")
        numbers = pd.to_numeric(table["value"], errors="coerce")
        table["value"] = (numbers * 0.9).round(2).astype(str).where(numbers.notna(), table["value"])
        table.to_csv(folder / "observations" / file, index=False, encoding="utf-8")
    sources.to_csv(folder / "sources.csv", index=False, encoding="utf-8")
    return folder


def workshop(root: Path) -> Path:
    """A copy of the project without its plans: the code is the installed one."""
    root.mkdir(parents=True)
    for name in ("notebooks", "reports"):
        shutil.copytree(REPOSITORY / name, root / name, ignore=shutil.ignore_patterns("output", "_build"))
    shutil.copy(REPOSITORY / "pyproject.toml", root / "pyproject.toml")
    (root / "data" / "raw").mkdir(parents=True)
    return root


def make_report(root: Path, plan: Path, working_directory: Path, **environment: str) -> Path:
    """Run the command as a user would; returns the report's folder."""
    command = [sys.executable, "-m", "analysis", "report", "--plan", str(plan), "--renderer", "embedded"]
    done = subprocess.run(
        [*command, "--jobs", environment.pop("JOBS", "2")],
        cwd=working_directory,
        env={**os.environ, "ANALYSIS_ROOT": str(root), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return next((root / "reports" / "output").glob("*/*"))


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Path]]:
    """Root and report folder of two runs that differ in everything that must not matter."""
    runs = []
    places: list[tuple[str, dict[str, str]]] = [
        ("项目 副本", {"LC_ALL": "C", "TZ": "Pacific/Auckland", "JOBS": "1"}),
        ("elsewhere", {"LC_ALL": "C.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "7"}),
    ]
    for name, environment in places:
        base = tmp_path_factory.mktemp("run")
        root = workshop(base / name)
        plan = third_persons_plan(root / "data" / "raw" / "linhe-155")
        runs.append((root, make_report(root, plan, base, **environment)))
    return runs


def test_another_citys_plan_needs_no_programmer(twice: list[tuple[Path, Path]]) -> None:
    root, folder = twice[0]
    assert {path.name for path in folder.glob("report*")} == {"report.html", "report.pdf", "report.docx"}
    assert folder.name == "2030"
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "临河市" in html
    assert 'class="demonstration' not in html
    assessment = pd.read_csv(root / "data" / "processed" / "linhe-155" / "2030" / "assessment.csv")
    judged = assessment[assessment["indicator"] == "unit_energy_use"].iloc[0]
    changes = [round(0.9 * change, 2) for change in (-2.7, -0.1, -0.5, -3.8, -5.1)]
    level = 100.0
    for change in changes:
        level *= 1 + change / 100
    assert judged["latest_value"] == pytest.approx(level)
    assert (judged["base_year"], judged["target_year"], judged["status"]) == (2025, 2030, "missed")


def test_the_pdf_holds_the_words_and_the_numbers(twice: list[tuple[Path, Path]]) -> None:
    reader = PdfReader(twice[0][1] / "report.pdf")
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    assert "临河市节能工作方案" in text
    assert "\ufffd" not in text
    assert len(reader.outline) >= 5


def test_two_runs_give_the_same_tables_figures_and_html(twice: list[tuple[Path, Path]]) -> None:
    (root, folder), (other_root, other_folder) = twice
    assert (folder / "report.html").read_bytes() == (other_folder / "report.html").read_bytes()
    tables = root / "data" / "processed" / "linhe-155" / "2030"
    other_tables = other_root / "data" / "processed" / "linhe-155" / "2030"
    for path in [*sorted(tables.glob("*.csv")), *sorted(tables.glob("*.parquet"))]:
        assert path.read_bytes() == (other_tables / path.name).read_bytes(), path.name
    figures, other_figures = (pictures(place / "report.ipynb") for place in (tables, other_tables))
    assert figures
    assert figures == other_figures


def pictures(notebook: Path) -> list[str]:
    """Hashes of every picture of a report."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return [
        hashlib.sha256("".join(item[kind]).encode()).hexdigest()
        for item in data
        for kind in ("image/svg+xml", "image/png")
        if kind in item
    ]


def test_the_manifest_names_every_input_and_every_table(twice: list[tuple[Path, Path]]) -> None:
    root, _ = twice[0]
    folder = root / "data" / "processed" / "linhe-155" / "2030"
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    plan = root / "data" / "raw" / "linhe-155"
    for path in [plan / "plan.yaml", plan / "sources.csv", *plan.glob("observations/*"), *folder.glob("*.parquet")]:
        assert hashlib.sha256(path.read_bytes()).hexdigest() in text, path.name


# --- only what changed ----------------------------------------------------------------------------------------------


def steps_that_ran(root: Path, plan: Path) -> list[str]:
    """Make the report as a page; the steps whose results were not taken over."""
    command = [sys.executable, "-m", "analysis", "report", "--plan", str(plan), "--language", "en"]
    done = subprocess.run(
        [*command, "--renderer", "embedded", "--formats", "html"],
        env={**os.environ, "ANALYSIS_ROOT": str(root), "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line.partition("] ")[2] for line in done.stderr.splitlines() if line.startswith("[")]
    return sorted(line.partition(" … ")[0] for line in lines if not line.endswith("unchanged, reused"))


def test_only_what_a_change_touches_runs_again(tmp_path: Path) -> None:
    root = workshop(tmp_path / "root")
    # The package itself may be edited while its tests run.
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "src" / "analysis", root / "src" / "analysis", ignore=ignored)
    plan = root / "data" / "raw" / "my-plan"
    create_plan(plan, 2025, 2030)
    second = "  - id: second\n    number: 二\n    title: {zh: 二, en: Two}\n    commitments:\n"
    written = (plan / "plan.yaml").read_text(encoding="utf-8")
    (plan / "plan.yaml").write_text(written.replace("      - id: intensity", f"{second}      - id: intensity"), "utf-8")
    everything = steps_that_ran(root, plan)
    sections = ["04-section-first", "04-section-second"]
    assert set(everything) >= {"01-clean", "02-trends", "03-assess", *sections, "09-targets", "report"}
    assert steps_that_ran(root, plan) == []

    values = plan / "observations" / "example.csv"
    values.write_text(values.read_text(encoding="utf-8").replace("52.5", "52.7"), "utf-8")
    ran = steps_that_ran(root, plan)
    assert set(ran) >= {"01-clean", "02-trends", "03-assess", "04-section-first", "09-targets", "report"}
    assert "04-section-second" not in ran

    (plan / "comments").mkdir()
    remark = "---\nauthor: Li\ndate: 2026-01-02\n---\n\nAs reported.\n"
    (plan / "comments" / "example_intensity.md").write_text(remark, encoding="utf-8")
    assert steps_that_ran(root, plan) == ["04-section-second", "report"]
