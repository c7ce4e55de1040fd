"""Many reports in one go, on stand-in chapters: failures, lost processes, a cluster, the page that compares."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import dask
import nbformat
import pytest
from distributed import Client, LocalCluster
from nbformat import v4
from running import PATIENCE, git, processes, started, wait_until
from test_run import SHOW

from analysis.batch.cluster import _submitted, archive_of, project_archive
from analysis.batch.index import first_line
from analysis.batch.outcome import Order
from analysis.batch.run import BatchError, run_reports
from analysis.batch.selection import plan_id, select_plans
from analysis.batch.workers import Makers
from analysis.errors import AnalysisError, InputError, RenderingError
from analysis.pipeline.fork_server import IS_POSSIBLE
from analysis.pipeline.manifest import current_commit, installed_versions
from analysis.pipeline.wish import Wish
from analysis.trends.many import ClusterError, connect

REPOSITORY = Path(__file__).resolve().parents[1]
TINY = Path(__file__).parent / "plans" / "tiny"
CLEAN = """import analysis as an
edition = an.open_edition(plan, year, language, output)
found = an.load_observations(edition)
measures = an.measure(found.observations, edition.plan)
trends = an.fit_trends(measures, edition.plan, edition.year)
tables = {"observations": found.observations, "quality": found.quality, "measures": measures, "trends": trends}
tables["assessment"] = an.assess(edition.plan, measures, trends, edition.year)
for name, table in tables.items():
    edition.write(name, table)
edition.keep_basis(an.load_rules())"""
# Ends, once, the process that makes the report: the nearest one above the kernel that Python's multiprocessing began.
KILL_ONCE = """import os, signal
from pathlib import Path
if edition.plan.id == "second" and not Path({mark!r}).exists():
    Path({mark!r}).write_text("killed")
    process = os.getppid()
    while process > 1 and b"spawn_main" not in Path(f"/proc/{{process}}/cmdline").read_bytes():
        process = int(Path(f"/proc/{{process}}/stat").read_text().rpartition(")")[2].split()[1])
    if process > 1:
        os.kill(process, signal.SIGKILL)"""
# Sewage rate, target 90 % in the fifth year, three years gone; the places differ in their last value.
RATES = {"first": (80, 83, 86, 88), "second": (80, 82, 84, 85), "third": (80, 83, 86, 91)}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with stand-ins for the chapters, and the notebook of the page as it is."""
    root = tmp_path / "项目 root"
    (root / "notebooks").mkdir(parents=True)
    for name in ("pyproject.toml", "notebooks/places.ipynb"):
        shutil.copy(REPOSITORY / name, root / name)
    shutil.copytree(REPOSITORY / "reports", root / "reports", ignore=shutil.ignore_patterns("output", "_build"))
    for path in (REPOSITORY / "notebooks").glob("[0-9]*.ipynb"):
        write_chapter(root, path.stem, CLEAN if path.stem == "01-clean" else "pass")
    monkeypatch.setenv("ANALYSIS_ROOT", str(root))
    return root


def write_chapter(root: Path, name: str, source: str) -> None:
    declared = nbformat.read(REPOSITORY / "notebooks" / f"{name}.ipynb", 4).cells
    parameters = next(cell for cell in declared if "parameters" in cell.metadata.get("tags", []))
    label = "{section}" if name == "04-section" else name
    shown = (
        f'heading = "# {label} {{#sec-{label}}}"' if label == name else 'heading = f"# {section} {{#sec-{section}}}"'
    )
    cells = [v4.new_code_cell(parameters["source"], metadata={"tags": ["parameters"]})]
    cells += [
        v4.new_code_cell(text) for text in (source, shown, SHOW.format(name="").replace('"#  {#sec-}"', "heading"))
    ]
    nbformat.write(v4.new_notebook(cells=cells), root / "notebooks" / f"{name}.ipynb")


def write_place(folder: Path, name: str, rates: tuple[float, ...]) -> Path:
    """The smallest plan under another name, with its own values of one indicator."""
    place = folder / name
    (place / "observations").mkdir(parents=True)
    text = (TINY / "plan.yaml").read_text(encoding="utf-8")
    text = (
        text.replace("id: tiny", f"id: {name}")
        .replace("示例方案", f"方案{name}")
        .replace("Sample plan", f"Plan {name}")
    )
    (place / "plan.yaml").write_text(text, encoding="utf-8")
    rows = [f"city,sewage_rate,{year},{value}" for year, value in enumerate(rates, 2020)]
    (place / "observations" / "values.csv").write_text(
        "\n".join(["region,indicator,year,value", *rows]) + "\n", encoding="utf-8"
    )
    (place / "sources.csv").write_text(
        "file,title,publisher,status\nvalues.csv,Values,Bureau,published\n", encoding="utf-8"
    )
    return place


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A folder of three plans; the third one's file is broken."""
    folder = tmp_path / "各地"
    for name, rates in RATES.items():
        write_place(folder, name, rates)
    broken = folder / "third" / "plan.yaml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("base_year", "bas_year"), encoding="utf-8")
    return folder


finds_processes = pytest.mark.skipif(not IS_POSSIBLE, reason="kernels are forked, and /proc is there, on Linux only")
WISH = Wish(language="en", formats=("html",), renderer="embedded")


def test_plans_are_named_by_id_by_path_or_by_a_folder_of_them(places: Path) -> None:
    assert [path.name for path in select_plans([str(places)])] == ["first", "second", "third"]
    assert select_plans([str(places / "second"), str(places)])[0] == (places / "second").resolve()
    assert len(select_plans([str(places), str(places / "second")])) == 3
    assert [path.name for path in select_plans(["china-135", str(places / "first")])] == ["china-135", "first"]


def test_everything_that_is_no_plan_is_named_at_once(places: Path) -> None:
    shutil.copytree(places / "first", places / "again")
    with pytest.raises(InputError) as refused:
        select_plans(["nowhere", str(places), "nothing"])
    assert [problem.code for problem in refused.value.problems] == ["unknown_plan", "unknown_plan", "same_plan_id"]
    with pytest.raises(InputError, match="PLANS="):
        select_plans([], "en")


def test_the_line_of_a_failed_plan_says_what_went_wrong() -> None:
    assert first_line("\nThe input has 1 problem(s)\nmore") == "The input has 1 problem(s)"
    assert first_line('Traceback (most recent call last):\n  File "a"\nModuleNotFoundError: no typst\n').endswith(
        "typst"
    )
    assert first_line("") == ""


def test_a_plan_has_an_id_even_if_its_file_is_broken(tmp_path: Path) -> None:
    folder = tmp_path / "somewhere"
    folder.mkdir()
    (folder / "plan.yaml").write_text('title: [\nid: "my-plan" # the id\n', encoding="utf-8")
    assert plan_id(folder) == "my-plan"
    (folder / "plan.yaml").write_text("title: [\n", encoding="utf-8")
    assert plan_id(folder) == "somewhere"


@finds_processes
def test_a_failed_plan_and_a_lost_process_cost_the_others_nothing(project: Path, places: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    write_chapter(project, "01-clean", CLEAN + "\n" + KILL_ONCE.format(mark=str(mark)))
    said: list[str] = []
    with pytest.raises(BatchError) as failed:
        run_reports([str(places)], replace(WISH, jobs=2), say=said.append)
    assert mark.exists()
    assert "1 of 3" in str(failed.value)
    assert "third" in str(failed.value)
    assert "bas_year" in str(failed.value)
    told = {line.split()[1]: line for line in (text.replace("[", "").replace("]", "") for text in said)}
    assert set(told) == {"first", "second", "third"}
    assert "not made" in told["third"]
    assert "begun again" in told["second"]
    assert "begun again" not in told["first"]

    output = project / "reports" / "output"
    page = (output / "index-en.html").read_text(encoding="utf-8")
    addresses = re.findall(r'href="((?:first|second|third)/[^"]+)"', page)
    assert sorted(set(addresses)) == ["first/2023/report-en.html", "second/2023/report-en.html"]
    assert all((output / address).is_file() for address in addresses)
    assert "Reports that could not be made" in page
    # Three fifths of the time have gone. First: 8 of 10 points, 80 % of the way against 60 %. Second: 5 of 10.
    with (project / "data" / "processed" / "_places-en" / "ranking.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == "sewage_rate"]
    found = [(row["plan"], row["rank"], float(row["lead"])) for row in rows]
    assert found == [("first", "1", 0.2), ("second", "2", -0.1)]


@finds_processes
def test_what_always_loses_its_process_fails(project: Path, places: Path, tmp_path: Path) -> None:
    always = KILL_ONCE.format(mark=str(tmp_path / "mark")).replace('.write_text("killed")', ".parent")
    write_chapter(project, "01-clean", CLEAN + "\n" + always)
    page = project / "reports" / "output" / "index-en.html"
    page.parent.mkdir()
    page.write_text("the last good one", encoding="utf-8")
    with pytest.raises(BatchError, match=r"(?s)None of the 1 reports.*second.*lost 2 times"):
        run_reports([str(places / "second")], WISH)
    assert page.read_text(encoding="utf-8") == "the last good one"


@finds_processes
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_a_batch_that_is_stopped_leaves_no_process(
    project: Path, places: Path, tmp_path: Path, number: signal.Signals
) -> None:
    reached = tmp_path / "reached"
    reached.mkdir()
    waits = f"import threading\nopen({str(reached)!r} + '/' + edition.plan.id, 'w').close()\nthreading.Event().wait()"
    write_chapter(project, "01-clean", f"{CLEAN}\n{waits}")
    mark = f"mark-{os.getpid()}-{tmp_path.name}"
    command = [sys.executable, "-m", "analysis", "reports", str(places), "--formats", "html", "--renderer", "embedded"]
    process = started(command, mark)
    try:
        assert wait_until(lambda: {path.name for path in reached.iterdir()} == {"first", "second"})
        if number == signal.SIGINT:
            # A terminal interrupts everything that was started there.
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        assert process.wait(PATIENCE) != 0
        assert wait_until(lambda: processes(mark) == [])
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def refuse(*_: object) -> Path:
    """A page that cannot be made; a process that makes reports finds it by its name."""
    raise RenderingError("no page")


@finds_processes
def test_a_page_that_fails_hides_no_failed_plan(project: Path, places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = project / "reports" / "output"
    output.mkdir()
    (output / "index-en.docx").write_text("of an earlier batch", encoding="utf-8")
    with pytest.raises(BatchError, match="1 of 2"):
        run_reports([str(places / "first"), str(places / "third")], WISH)
    assert [path.name for path in output.glob("index-en.*")] == ["index-en.html"]

    monkeypatch.setattr("analysis.batch.run.write_index", refuse)
    with pytest.raises(BatchError, match=r"(?s)1 of 2.*bas_year.*no page"):
        run_reports([str(places / "first"), str(places / "third")], WISH)
    with pytest.raises(BatchError, match=r"^no page$"):
        run_reports([str(places / "first")], WISH)


def test_the_page_does_not_speak_the_own_words_of_a_place(project: Path, places: Path) -> None:
    own = "places.front.title: {en: Our town}\npipeline.front.data_cutoff: {en: 'Our data up to {year}'}\n"
    (places / "first" / "wording.yaml").write_text(own, encoding="utf-8")
    page = run_reports([str(places / "first")], WISH).read_text(encoding="utf-8")
    (report,) = (project / "reports" / "output" / "first").rglob("*.html")
    assert "Our data up to 2023" in report.read_text(encoding="utf-8")
    assert "Our town" not in page


@finds_processes
def test_what_comes_after_the_reports_is_done_where_libraries_are_ready(project: Path, places: Path) -> None:
    with Makers(1, "plain") as makers:
        assert makers.call(os.getpid) == os.getpid()
        (outcome,) = makers.make_reports([Order(places / "third", "third", WISH)])
        assert "bas_year" in outcome.error
        process = makers.call(os.getpid)
        assert process != os.getpid()
        with pytest.raises(AnalysisError, match=r"ValueError: .*'no number'"):
            makers.call(int, "no number")
        os.kill(process, signal.SIGKILL)
        assert makers.call(os.getpid) == os.getpid()


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    """Two workers, each a process of its own."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as started:
        yield started


@finds_processes
def test_a_cluster_makes_the_same_reports_and_survives_a_killed_worker(
    project: Path, places: Path, tmp_path: Path, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = [str(places / "second")]
    run_reports(here, WISH)
    output = project / "reports" / "output"
    pages = {path: path.read_bytes() for path in output.rglob("*.html")}
    assert len(pages) == 2
    shutil.rmtree(output)
    shutil.rmtree(project / "data" / "processed")

    mark = tmp_path / "mark"
    opened = "import analysis as an\nedition = an.open_edition(plan, year, language, output)\n"
    write_chapter(project, "02-trends", opened + KILL_ONCE.format(mark=str(mark)))
    monkeypatch.setattr("analysis.batch.cluster.installed_versions", lambda: installed_versions() | {"numpy": "1.0"})
    said: list[str] = []
    run_reports(here, WISH, scheduler=cluster.scheduler_address, say=said.append)
    assert mark.read_text() == "killed"
    assert f"may differ from one made here: numpy {version('numpy')} (1.0)" in said[0]
    assert sorted(output.rglob("*.html")) == sorted(pages)
    # The page says the same wherever the reports were made.
    assert (output / "index-en.html").read_bytes() == pages[output / "index-en.html"]
    tables = project / "data" / "processed" / "second" / "2023"
    assert (tables / "assessment.parquet").is_file()
    assert (tables / "notebooks-en" / "01-clean.ipynb").is_file()


def test_what_cannot_be_sent_costs_the_others_nothing(
    project: Path, places: Path, tmp_path: Path, cluster: LocalCluster
) -> None:
    (places / "first" / "observations").rename(tmp_path / "share")
    (places / "first" / "observations").symlink_to(tmp_path / "share", target_is_directory=True)
    (places / "first" / "again").symlink_to(places / "first", target_is_directory=True)
    os.utime(places / "first" / "plan.yaml", (0, 0))
    try:
        (places / "second" / os.fsdecode(b"\xc4\xe3.txt")).write_text("x", encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("no such names on this disk")
    with pytest.raises(BatchError, match=r"(?s)2 of 3.*second\n[^\n]*could not be read[^\n]*xc4.*third"):
        run_reports([str(places)], WISH, scheduler=cluster.scheduler_address)
    assert (project / "reports" / "output" / "first" / "2023" / "report-en.html").is_file()


def test_a_cluster_without_workers_is_said_and_waited_for(
    project: Path, places: Path, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.batch.cluster.ASKED_EVERY", 0.2)
    cluster.scale(0)
    with Client(cluster) as client:
        assert wait_until(lambda: not client.nthreads())
    said: list[str] = []

    def hear(line: str) -> None:
        said.append(line)
        cluster.scale(1)

    run_reports([str(places / "first")], WISH, scheduler=cluster.scheduler_address, say=hear)
    assert len(said) == 2
    assert "no workers" in said[0]
    assert "first" in said[1]


def test_what_fails_on_a_cluster_says_why_and_leaves_its_findings_here(
    project: Path, places: Path, cluster: LocalCluster
) -> None:
    values = places / "second" / "observations" / "values.csv"
    values.write_text(values.read_text(encoding="utf-8").replace("85", "many"), encoding="utf-8")
    with pytest.raises(BatchError, match=r"(?s)2 of 3.*second.*many.*third.*bas_year"):
        run_reports([str(places)], WISH, scheduler=cluster.scheduler_address)
    assert (project / "reports" / "output" / "first" / "2023" / "report-en.html").is_file()
    assert list((project / "data" / "processed" / "second").rglob("problems.csv"))


def test_an_address_where_no_scheduler_is_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("cluster", "tcp://cluster:port", "http://127.0.0.1:1"):
        with pytest.raises(ClusterError, match="no Dask scheduler answers"):
            connect(address, "en")
    # Whatever else listens there may accept the connection and never answer.
    monkeypatch.setattr("analysis.trends.many.SLACK", 1)
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        socket.create_server(("127.0.0.1", 0)) as mute,
        pytest.raises(ClusterError, match="no Dask scheduler answers"),
    ):
        connect(f"tcp://127.0.0.1:{mute.getsockname()[1]}", "en")


@pytest.fixture
def strangers(tmp_path: Path) -> Iterator[str]:
    """A scheduler and a worker that cannot import the package; the reports that they start can, from what is sent."""
    folder = tmp_path / "strangers"
    folder.mkdir()
    blocking = 'import os, sys\nif not os.environ.get("ANALYSIS_ROOT"):\n    sys.modules["analysis"] = None\n'
    (folder / "sitecustomize.py").write_text(blocking, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    environment.pop("ANALYSIS_ROOT", None)
    where = folder / "scheduler.json"
    dask_command = [sys.executable, "-m", "dask"]
    options = ["--no-dashboard", "--scheduler-file", str(where)]
    commands = [["scheduler", "--host", "127.0.0.1", "--port", "0"], ["worker", "--nthreads", "1", "--no-nanny"]]
    servers = [
        subprocess.Popen([*dask_command, *command, *options], cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        assert wait_until(lambda: where.exists() and where.stat().st_size > 0)
        yield json.loads(where.read_text(encoding="utf-8"))["address"]
    finally:
        for process in reversed(servers):
            process.terminate()
            process.wait()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_scheduler_and_workers_need_not_have_the_package_and_make_the_very_same_report(
    project: Path, places: Path, strangers: str
) -> None:
    git(project, "init", "-q")
    git(project, "add", "notebooks")
    git(project, "commit", "-q", "-m", "first")
    here = [str(places / "first")]
    run_reports(here, WISH)
    output, tables = project / "reports" / "output", project / "data" / "processed" / "first" / "2023"
    commit = current_commit(project).id
    pages = {path: path.read_bytes() for path in output.rglob("*.html")}
    assert commit[:12].encode() in pages[output / "first" / "2023" / "report-en.html"]
    shutil.rmtree(output)
    shutil.rmtree(tables)

    run_reports(here, WISH, scheduler=strangers)
    assert json.loads((tables / "manifest-en.json").read_text(encoding="utf-8"))["commit"]["id"] == commit
    assert {path: path.read_bytes() for path in output.rglob("*.html")} == pages


@finds_processes
def test_who_leaves_a_cluster_leaves_nothing_running(
    project: Path, places: Path, tmp_path: Path, cluster: LocalCluster
) -> None:
    mark = tmp_path / "mark"
    lines = (
        f"import os, time\nfrom pathlib import Path\nfolder = os.environ['ANALYSIS_ROOT']\nmark = Path({str(mark)!r})"
    )
    write_chapter(
        project,
        "01-clean",
        f"{lines}\nmark.with_suffix('.tmp').write_text(f'{{os.getpid()}} {{folder}}')\n"
        "mark.with_suffix('.tmp').rename(mark)\ntime.sleep(300)",
    )
    order = Order(places / "first", "first", WISH)
    with connect(cluster.scheduler_address) as client:
        future = _submitted(client, client.submit(bytes, project_archive()), archive_of({"": order.plan_folder}), order)
        assert wait_until(lambda: mark.exists() or future.done())
        assert mark.exists()
    process, folder = mark.read_text().split(" ", 1)
    # A killed worker's folder is removed by the next one, as everything in Dask's folder is.
    assert "dask-scratch-space" in folder
    assert wait_until(lambda: not Path(f"/proc/{process}").exists() and not Path(folder).exists())


def test_a_worker_needs_neither_the_package_nor_a_disk_of_ours(project: Path, tmp_path: Path) -> None:
    import io
    import zipfile

    names = zipfile.ZipFile(io.BytesIO(project_archive())).namelist()
    assert "src/analysis/__main__.py" in names
    assert "notebooks/01-clean.ipynb" in names
    assert "reports/report.css" in names
    assert not [
        name for name in names if "__pycache__" in name or name.startswith(("reports/output", "data/processed"))
    ]
    (tmp_path / "plan" / "observations" / "output").mkdir(parents=True)
    (tmp_path / "plan" / "observations" / "output" / "a.csv").write_text("x", encoding="utf-8")
    content = zipfile.ZipFile(io.BytesIO(archive_of({"": tmp_path / "plan"})))
    assert content.namelist() == ["observations/output/a.csv"]
