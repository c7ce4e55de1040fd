"""Notebooks are thin, typed, clean, and run."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

from analysis.project import notebooks_folder

NAMES = (
    "01-clean", "02-trends", "03-assess", "04-section", "05-regions", "06-projects", "07-departments",
    "08-changes", "09-targets", "10-reliability", "indicator", "places", "whatif",
)  # fmt: skip
COMMON = {"plan": "str", "year": "int", "language": "str", "output": "str"}
MORE = {
    "03-assess": {"compare": "str"},
    "04-section": {"section": "str"},
    "indicator": {"indicator": "str", "region": "str"},
    "whatif": {"indicator": "str", "region": "str", "change": "str", "extra": "float"},
}
LINES_PER_CELL = 10
# What is not about one edition of one plan takes its own parameters only.
OTHERS = {
    "places": {
        "folders": "list[str]",
        "reports": "list[str]",
        "failed": "list[list[str]]",
        "language": "str",
        "output": "str",
    }
}


def path(name: str) -> Path:
    return notebooks_folder() / f"{name}.ipynb"


def code_cells(name: str):
    return [cell for cell in nbformat.read(path(name), 4).cells if cell.cell_type == "code"]


def test_the_notebooks_are_those_of_the_architecture():
    assert sorted(item.stem for item in notebooks_folder().glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_is_committed_without_outputs(name):
    content = json.loads(path(name).read_text(encoding="utf-8"))
    nbformat.validate(nbformat.read(path(name), 4))
    for cell in content["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
    assert content["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_typed_commented_and_have_defaults(name):
    (cell,) = [cell for cell in code_cells(name) if "parameters" in cell.metadata.get("tags", [])]
    body = ast.parse(cell.source).body
    assert all(isinstance(item, ast.AnnAssign) and item.value is not None for item in body)
    found = {ast.unparse(item.target): ast.unparse(item.annotation) for item in body}
    assert found == OTHERS.get(name, COMMON | MORE.get(name, {}))
    lines = cell.source.splitlines()
    assert all(lines[item.lineno - 2].startswith("#") for item in body)


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_thin(name):
    for cell in code_cells(name):
        if "parameters" in cell.metadata.get("tags", []):
            continue
        assert len(cell.source.splitlines()) <= LINES_PER_CELL, cell.source
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.Try)
            # No path is put together in a notebook.
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
        assert "Path(" not in cell.source
        assert "os." not in cell.source


@pytest.mark.parametrize("name", NAMES)
def test_knows_neither_years_nor_places(name):
    source = "\n".join(cell.source for cell in nbformat.read(path(name), 4).cells)
    assert not re.search(r"(19|20)\d\d", source)


def test_every_name_that_notebooks_use_is_public():
    import analysis

    used = {
        name for notebook in NAMES for cell in code_cells(notebook) for name in re.findall(r"\ban\.(\w+)", cell.source)
    }
    assert [name for name in sorted(used) if not hasattr(analysis, name)] == []
