"""The house rules that keep the code readable, as tests."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "analysis"
MODULES = sorted(SOURCE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# From the bottom to the top; a module imports what stands on lower lines only.
LAYERS = (
    ("yaml_text",),
    ("messages",),
    ("errors",),
    ("archives", "formats", "garbage", "outputs", "own_words", "svg"),
    ("units",),
    ("plan",),
    ("project",),
    ("contracts",),
    ("sources",),
    ("edition",),
    ("observations",),
    ("measures",),
    ("screening",),
    ("trends",),
    ("assessment",),
    ("regions",),
    ("comparison", "whatif"),
    ("fonts",),
    ("theme",),
    ("rasters",),
    ("wording",),
    ("projects",),
    ("readings", "results"),
    ("places",),
    ("sparklines",),
    ("tables",),
    ("figures",),
    ("movements",),
    ("narrative",),
    ("districts",),
    ("retrospect", "prospect", "panorama"),
    ("chapters",),
    ("responsibilities",),
    ("display",),
    ("benchmark",),
    ("rendering",),
    ("editing",),
    ("pipeline",),
    ("demo",),
    ("forms",),
    ("batch",),
    ("timing",),
    ("__main__",),
)
# The newest year with data is known only after reading the data; imported when it is asked for.
ALLOWED_UPWARDS = {("edition", "observations")}

# The packages that may open files, start processes or read the clock.
IO_PACKAGES = {"rasters", "messages", "units", "plan", "project", "edition", "sources", "fonts", "display"}
IO_PACKAGES |= {
    "own_words",
    "editing",
    "benchmark",
    "pipeline",
    "rendering",
    "demo",
    "forms",
    "batch",
    "timing",
    "__main__",
}
# These read the constants that are shipped beside them, or measure on past series when asked to.
OWN_DATA = {
    "assessment/rules.py",
    "assessment/peer_rules/published.py",
    "screening/rules.py",
    "screening/false_alarms.py",
    "trends/calibration.py",
    "trends/windows.py",
}
IO_CALLS = {
    "open",
    "read_text",
    "write_text",
    "read_bytes",
    "write_bytes",
    "read_csv",
    "read_excel",
    "read_parquet",
    "to_csv",
    "to_excel",
    "to_parquet",
    "mkdir",
    "unlink",
    "Popen",
    "now",
    "today",
    "perf_counter",
}

LONGEST_FUNCTION = 45
LONGEST_MODULE = 320  # lines of code; docstrings, comments and blank lines come on top
LONGEST_CELL = 12
# The first year that a zip archive can hold, and names of JSON Schema and SVG.
NO_YEARS = {("word.py", 1980), ("json_schema.py", "https://json-schema.org/draft/2020-12/schema")}
NO_YEARS |= {("logo.py", "http://www.w3.org/2000/svg"), ("logo.py", "http://www.w3.org/1999/xlink")}
NO_YEARS |= {("sparklines.py", "http://www.w3.org/2000/svg")}
YEAR = re.compile(r"(?<![\d.#A-Za-z])(?:19|20)\d{2}(?!\d)")


def package_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Full names of all modules that a file imports, wherever the import stands."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names if node.module == "analysis")


def cells(path: Path, kind: str = "code") -> list[dict[str, object]]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in content["cells"] if cell["cell_type"] == kind]


def docstrings(tree: ast.Module) -> set[ast.AST]:
    """The nodes of all docstrings and of notes below a constant."""
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def code_lines(path: Path) -> int:
    """Lines of a module without blank lines, comments and docstrings."""
    explained = {
        line
        for node in docstrings(tree_of(path))
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)  # type: ignore[attr-defined]
    }
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") and n not in explained for n, line in lines)


def source_of(cell: dict[str, object]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)  # type: ignore[arg-type]


@cache
def names_in_plans() -> set[str]:
    """Ids of indicators, and ids and names of regions, of every delivered plan."""
    names = set()
    for path in (ROOT / "data" / "raw").glob("*/plan.yaml"):
        plan = yaml.safe_load(path.read_text(encoding="utf-8"))
        names |= {item["id"] for item in plan.get("indicators", [])}
        names.add(plan["id"])
        for region in plan["regions"]:
            names |= {region["name"]["zh"], region["name"]["en"]}
            names |= {region["id"]} if region["level"] != "country" else set()
    # 全国 and China are what every national plan is about; a word of the language, not of one plan.
    return {name for name in names if len(name) > 2 and name not in ("China", "全国", "中国")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_downwards(path: Path) -> None:
    rank = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    own = package_of(path)
    if own == "__init__":
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "analysis" or len(parts) < 2 or parts[1] == own or (own, parts[1]) in ALLOWED_UPWARDS:
            continue
        assert parts[1] in rank, f"{parts[1]} has no layer"
        assert rank[parts[1]] < rank[own], f"{own} imports {parts[1]}, which lies above it or beside it"


def test_every_module_has_a_layer() -> None:
    known = {name for layer in LAYERS for name in layer} | {"__init__"}
    assert {package_of(path) for path in MODULES} <= known


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_year_is_written_into_code(path: Path) -> None:
    tree = tree_of(path)
    explained = docstrings(tree)
    # The end of a slice such as [-2000:] is no year.
    signed = {node.operand for node in ast.walk(tree) if isinstance(node, ast.UnaryOp)}
    constants = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node not in explained and node not in signed
    ]
    found = [value for value in constants if isinstance(value, int | str) and YEAR.search(str(value))]
    assert [value for value in found if (path.name, value) not in NO_YEARS] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_year_is_written_into_notebooks(path: Path) -> None:
    texts = [source_of(cell) for kind in ("code", "markdown") for cell in cells(path, kind)]
    assert [text for text in texts if YEAR.search(text)] == []


@pytest.mark.parametrize("path", [*MODULES, *NOTEBOOKS], ids=lambda path: path.name)
def test_code_knows_no_plan(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join(source_of(cell) for kind in ("code", "markdown") for cell in cells(path, kind))
    found = sorted(name for name in names_in_plans() if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))
    assert not found


def test_papermill_is_imported_where_notebooks_are_run() -> None:
    users = {path.name for path in MODULES if any(name.split(".")[0] == "papermill" for name in imported(path))}
    # The benchmark compares with Papermill as anybody would use it.
    assert users == {"papermill_runner.py", "engine.py", "plain_papermill.py"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_pure_modules_touch_no_file_process_or_clock(path: Path) -> None:
    if package_of(path) in IO_PACKAGES or path.relative_to(SOURCE).as_posix() in OWN_DATA:
        return
    calls = {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    }
    assert not calls & IO_CALLS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_functions_and_modules_are_short(path: Path) -> None:
    assert path.name != "utils.py"
    assert code_lines(path) <= LONGEST_MODULE
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = node.lineno
            first = node.body[0]
            has_docstring = ast.get_docstring(node) is not None
            length = (node.end_lineno or start) - (first.end_lineno or start if has_docstring else start)
            assert length <= LONGEST_FUNCTION, f"{node.name}: {length} lines"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_thin_and_stripped(path: Path) -> None:
    code = cells(path)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1  # type: ignore[attr-defined]
    for cell in code:
        source = source_of(cell)
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        # A parameter takes two lines: what it is, and its default.
        is_thin = "parameters" in cell["metadata"].get("tags", []) or len(source.splitlines()) <= LONGEST_CELL  # type: ignore[attr-defined]
        assert is_thin, source
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef), source
            assert not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("Path", "join"))), source


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-bench.txt"])
def test_no_file_is_private_to_a_machine_or_a_registry(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    lines = [line for line in lock.splitlines() if not line.startswith("#")]
    assert all(
        re.fullmatch(r"[a-z0-9._-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line, re.I) for line in lines
    )
