"""Kernels forked from a prepared process: the same results as a plain start, nothing shared, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from running import PATIENCE, processes, started, wait_until

from analysis.errors import StepError
from analysis.pipeline import fork_server
from analysis.pipeline.fork_server import ForkServer, ServerGoneError, current, kernels
from analysis.pipeline.papermill_runner import run_notebook
from analysis.project import notebooks_folder

pytestmark = pytest.mark.skipif(not fork_server.IS_POSSIBLE, reason="kernels are started plainly on this system")

# A library may set a variable of its own when it is imported.
EVERYTHING = (
    f"NAMES = {sorted(fork_server.environment())}",
    "import os, random, sys\nimport matplotlib.pyplot as plt\nimport numpy, pandas, seaborn",
    "print(os.getcwd(), {name: os.environ.get(name) for name in NAMES}, __name__, sys.argv[0], hash('a'))",
    "plt.plot([1, 2]);",
    "pandas.DataFrame({'a': [1.5]})",
    "pandas.DataFrame([[1000.5] * 15])",
    "print(pandas.DataFrame([[1000.5] * 25]))",
    "1 / 0 if False else print(plt.rcParams['figure.figsize'], file=sys.stderr)",
    "from matplotlib.font_manager import fontManager\nprint(len(fontManager.ttflist), sorted(plt.rcParams.items()))",
)
SPOIL = """import math, os, random
import matplotlib, numpy, pandas
import analysis.units
random.seed(1); numpy.random.seed(1)
matplotlib.rcParams["lines.linewidth"] = 99
os.environ["SPOILT"] = "1"
os.chdir("/")
math.pi = 3
pandas.read_csv = analysis.units.spoilt = None
print(numpy.random.random(), random.random())"""
LOOK = """import math, os, random
import matplotlib, numpy, pandas
import analysis.units
print(matplotlib.rcParams["lines.linewidth"], os.environ.get("SPOILT"), os.getcwd(), math.pi)
print(pandas.read_csv is None, hasattr(analysis.units, "spoilt"))"""


def notebook(folder: Path, *sources: str) -> Path:
    cells = [v4.new_code_cell('plan: str = ""', metadata={"tags": ["parameters"]})]
    cells += [v4.new_code_cell(source) for source in sources]
    path = folder / "chapter.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


def printed(path: Path) -> str:
    outputs = [output for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", [])]
    return "".join(output.get("text", "") for output in outputs)


def ran(folder: Path, *sources: str) -> str:
    """What a notebook of these cells prints."""
    return printed(run_notebook(notebook(folder, *sources), folder / "out" / "chapter.ipynb", {}, "en"))


def is_warm(folder: Path) -> bool:
    """Whether a new kernel is a copy of the server: then everything is imported already."""
    own = folder / "probe"
    own.mkdir(exist_ok=True)
    return ran(own, "import sys\nprint('seaborn' in sys.modules)") == "True\n"


@pytest.fixture(scope="module", autouse=True)
def same_environment() -> Iterator[None]:
    """What pytest says about the running test in the environment is no part of the kernels'."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fork_server, "_LEFT_OUT", (*fork_server._LEFT_OUT, "PYTEST_CURRENT_TEST"))
        yield


@pytest.fixture(scope="module")
def warm(same_environment: None) -> Iterator[None]:
    """Every kernel of these tests is forked from one server."""
    with kernels("warm"):
        yield


def server() -> ForkServer:
    found = current()
    assert found is not None
    return found


# ---- the same results


def test_a_warm_kernel_gives_the_bytes_of_a_plain_one(warm: None, tmp_path: Path) -> None:
    source = notebook(tmp_path, *EVERYTHING)
    forked = run_notebook(source, tmp_path / "warm.ipynb", {})
    assert is_warm(tmp_path)
    with kernels("plain"):
        plain = run_notebook(source, tmp_path / "plain.ipynb", {})
    assert "image/png" in plain.read_text(encoding="utf-8")
    assert forked.read_bytes() == plain.read_bytes()


def test_what_is_printed_in_pieces_is_shown_in_one(warm: None, tmp_path: Path) -> None:
    pieces = "for piece in 'abc':\n    print(piece, end='', flush=True); time.sleep(0.05)\nprint()"
    run_notebook(notebook(tmp_path, "import time", pieces), tmp_path / "out.ipynb", {})
    (output,) = nbformat.read(tmp_path / "out.ipynb", 4).cells[-1].outputs
    assert output.text == "abc\n"


def test_plain_kernels_can_be_demanded(warm: None, tmp_path: Path) -> None:
    with kernels("plain"):
        assert not is_warm(tmp_path)


@pytest.fixture(scope="module")
def both_ways(tmp_path_factory: pytest.TempPathFactory, warm: None) -> dict[str, Path]:
    """Every notebook of the repository, executed with warm and with plain kernels, with the tables that they write."""
    folders = {}
    for kind in ("warm", "plain"):
        folder = folders[kind] = tmp_path_factory.mktemp(kind)
        with kernels("plain") if kind == "plain" else nullcontext():
            # The one on several places takes their finished reports; the chapters take what the last number writes.
            sources = set(notebooks_folder().glob("*.ipynb")) - {notebooks_folder() / "places.ipynb"}
            for source in sorted(sources, key=lambda path: (path.stem[:2] not in ("01", "02", "10"), path)):
                given: dict[str, object] = {"plan": "china-145", "output": str(folder / "tables")}
                given |= {"compare": "2023"} if source.stem == "03-assess" else {}
                run_notebook(source, folder / source.name, {"year": 2024, **given}, recorded={"output": ""})
    return folders


def test_every_notebook_and_every_table_is_the_same_either_way(both_ways: dict[str, Path]) -> None:
    warm, plain = both_ways["warm"], both_ways["plain"]
    files = sorted(path.relative_to(warm) for path in warm.rglob("*") if path.is_file())
    assert len(files) > 20
    assert files == sorted(path.relative_to(plain) for path in plain.rglob("*") if path.is_file())
    assert [name for name in files if (warm / name).read_bytes() != (plain / name).read_bytes()] == []


# ---- nothing is shared


def test_a_kernel_does_not_see_what_another_one_changed(warm: None, tmp_path: Path) -> None:
    before = ran(tmp_path, LOOK)
    assert ran(tmp_path, SPOIL)
    assert ran(tmp_path, LOOK) == before
    assert "99" not in before
    assert "False False" in before


def test_two_kernels_have_their_own_random_numbers(warm: None, tmp_path: Path) -> None:
    source = "import random, numpy\nprint(random.random(), numpy.random.random())"
    first, second = ran(tmp_path, source).split(), ran(tmp_path, source).split()
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_the_server_has_one_thread_and_no_socket(warm: None, tmp_path: Path) -> None:
    assert is_warm(tmp_path)
    process = Path("/proc") / str(server()._process.pid)
    assert "Threads:\t1\n" in (process / "status").read_text()
    assert [link for link in (process / "fd").iterdir() if str(link.readlink()).startswith("socket")] == []


# ---- what goes wrong is told


@pytest.mark.parametrize("cell", ["os._exit(3)", "os.kill(os.getpid(), 9)", "os.abort()"])
def test_a_kernel_that_dies_is_reported_like_any_failed_notebook(warm: None, tmp_path: Path, cell: str) -> None:
    with pytest.raises(StepError) as caught:
        ran(tmp_path, "import os", cell)
    assert "chapter.ipynb failed in cell 3: " + cell in str(caught.value)
    assert "run again with JOBS=1" in str(caught.value)
    assert is_warm(tmp_path)


def test_a_kernel_that_somebody_kills_is_reported(warm: None, tmp_path: Path) -> None:
    source = "import os\nos.popen(f'kill -9 {os.getpid()}').read()"
    with pytest.raises(StepError, match="failed in cell 2"):
        ran(tmp_path, source)


def test_a_cell_that_raises_is_reported(warm: None, tmp_path: Path) -> None:
    with pytest.raises(StepError, match="ZeroDivisionError"):
        ran(tmp_path, "1 / 0")


# ---- the fallback


def test_another_environment_gets_a_plain_kernel(warm: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "else")
    assert not is_warm(tmp_path)


def test_without_its_server_a_kernel_is_started_plainly(tmp_path: Path) -> None:
    with kernels("warm"):
        server()._process.kill()
        assert ran(tmp_path, "import sys\nprint('seaborn' in sys.modules)") == "False\n"


def test_a_system_that_cannot_fork_gets_plain_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork_server, "IS_POSSIBLE", False)
    with kernels("warm"):
        assert not is_warm(tmp_path)


def test_a_server_that_has_ended_says_so(tmp_path: Path) -> None:
    with kernels("warm"):
        own = server()
    with pytest.raises(ServerGoneError):
        own.ask({"process": 1})


# ---- nothing stays behind

RUN = """import sys
from pathlib import Path
from analysis.pipeline.fork_server import kernels
from analysis.pipeline.papermill_runner import run_notebook
with kernels("warm"):
    run_notebook(Path(sys.argv[1]), Path(sys.argv[2]), {})
"""


def running(folder: Path, mark: str, *sources: str) -> subprocess.Popen[bytes]:
    """A process that runs a notebook in a warm kernel."""
    return started([sys.executable, "-c", RUN, str(notebook(folder, *sources)), str(folder / "out.ipynb")], mark)


@pytest.mark.parametrize("cell", ["print(1)", "raise ValueError", "import os; os._exit(1)"])
def test_no_process_remains_after_success_and_failure(tmp_path: Path, cell: str) -> None:
    mark = f"mark-{os.getpid()}-{tmp_path.name}"
    process = running(tmp_path, mark, cell)
    assert process.wait(PATIENCE) == (cell != "print(1)")
    assert wait_until(lambda: processes(mark) == [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_no_process_remains_when_the_run_is_stopped(tmp_path: Path, number: signal.Signals) -> None:
    mark = f"mark-{os.getpid()}-{tmp_path.name}"
    reached = tmp_path / "reached"
    # The kernel is busy outside Python, where it cannot look after itself.
    busy = f"open({str(reached)!r}, 'w').close()\nimport threading; threading.Event().wait()"
    process = running(tmp_path, mark, busy)
    try:
        assert wait_until(reached.exists)
        assert len(processes(mark)) >= 3
        process.send_signal(number)
        assert process.wait(PATIENCE) != 0
        assert wait_until(lambda: processes(mark) == [])
    finally:
        process.kill()
        process.wait()
