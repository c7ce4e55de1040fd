"""Which code a notebook uses: the modules that its names lead to and everything that these import.

Comments, docstrings and the breaking of lines do not count. A file that is no code (texts, thresholds, constants)
belongs to every module of its folder.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import analysis
from analysis.garbage import without_collecting

PACKAGE = analysis.__name__
# What notebooks call the package.
ALIAS = "an"
# Where statements hold statements.
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class Code:
    """The source files of the package, each read once.

    Parameters
    ----------
    folder : Path
        Of the package.
    memory : dict of str to dict
        What is known of files by the sha256 of their content; completed here, so that the next run parses less.
    """

    def __init__(self, folder: Path, memory: dict[str, dict[str, object]]) -> None:
        self.folder = folder
        self.memory = memory
        self._known: dict[Path, dict[str, object]] = {}

    @cached_property
    def modules(self) -> dict[str, Path]:
        """Every module's file by its full name."""
        found = {}
        for path in sorted(self.folder.rglob("*.py")):
            parts = [PACKAGE, *path.relative_to(self.folder).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        return found

    @cached_property
    def beside(self) -> dict[Path, dict[str, str]]:
        """The sha256 of files that are no code, by the package's folder that they belong to and by their path."""
        found: dict[Path, dict[str, str]] = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                home = next(parent for parent in path.parents if (parent / "__init__.py").is_file())
                name = path.relative_to(self.folder).as_posix()
                found.setdefault(home, {})[name] = sha256(path.read_bytes()).hexdigest()
        return found

    def used_by(self, notebook: Path) -> dict[str, str]:
        """Digests of all code that a notebook uses, by module or file."""
        content = json.loads(notebook.read_text(encoding="utf-8"))
        sources = ["".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == "code"]
        try:
            tree = ast.parse("\n".join(sources))
        except SyntaxError:
            # Such a notebook fails, or is more than Python: then everything counts.
            return self.digests(self.modules)
        names = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == ALIAS
        }
        return self.digests([*(analysis.home(name) for name in names if name in analysis.__all__), *imported(tree)])

    def digests(self, roots: Iterable[str]) -> dict[str, str]:
        """Digests of modules and of everything that they import, by module or file."""
        waiting, found = list(roots), {}
        while waiting:
            name = waiting.pop()
            # The package's own module only says where its names are.
            if name in found or name == PACKAGE or name not in self.modules:
                continue
            facts = self._facts(self.modules[name])
            found[name] = str(facts["digest"])
            waiting += [name.rpartition(".")[0], *map(str, facts["imports"])]  # type: ignore[call-overload]
        folders = {self.modules[name].parent for name in found}
        return found | {name: value for folder in folders for name, value in self.beside.get(folder, {}).items()}

    def own(self, names: Iterable[str]) -> dict[str, str]:
        """Digests of modules alone, without what they import."""
        return {name: str(self._facts(self.modules[name])["digest"]) for name in names}

    def whole(self) -> str:
        """One digest over the whole package."""
        with without_collecting():
            found = self.digests(self.modules)
        lines = [f"{name} {value}\n" for name, value in sorted(found.items())]
        return sha256("".join(lines).encode()).hexdigest()

    def _facts(self, path: Path) -> dict[str, object]:
        if path in self._known:
            return self._known[path]
        content = path.read_bytes()
        key = sha256(content).hexdigest()
        if key not in self.memory:
            tree = ast.parse(content)
            self.memory[key] = {"digest": digest(tree), "imports": sorted(imported(tree))}
        self._known[path] = self.memory[key]
        return self.memory[key]


def digest(tree: ast.Module) -> str:
    """A digest of what a module does, whatever its comments, docstrings and lines are."""
    for node in _statements(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [part for part in node.body if not _is_text(part)]
    return sha256(ast.dump(tree).encode()).hexdigest()


def imported(tree: ast.Module) -> set[str]:
    """Full names of everything of the package that a module imports, wherever the import stands."""
    found = set()
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return {name for name in found if name.startswith(f"{PACKAGE}.")}


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """The module and every statement in it; most of a tree are expressions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        # The body is replaced by who gets the node: it is looked at afterwards.
        for block in _BLOCKS:
            waiting += getattr(node, block, ())


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
