"""What a report was made from: parameters, the hash of every input, versions, commit, tables, durations."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from analysis.formats import name_of

PACKAGES = (
    "ipykernel",
    "jupyter_client",
    "matplotlib",
    "nbclient",
    "numpy",
    "pandas",
    "pandera",
    "papermill",
    "pyarrow",
    "pydantic",
    "pypandoc_binary",
    "scipy",
    "seaborn",
    "statsmodels",
    "typst",
)

# Where a copy of the project that is sent elsewhere, without its repository, says what it is a copy of.
COMMIT_FILE = "commit.json"
# Generated folders of the Quarto project and what editors leave behind are no input.
_NOT_INPUT = ("__pycache__", "output", "_build", "_site")
# Tables of the edition, and one folder below those of an edition that it is compared with.
_TABLES = ("*.csv", "*.parquet", "*/*.csv", "*/*.parquet", "*/basis.json")


@dataclass(frozen=True)
class Commit:
    """The state of the repository; an empty id if it is not known."""

    id: str = ""
    is_changed: bool = False


@dataclass(frozen=True)
class Manifest:
    """Everything that a report depends on, and how long it took.

    Parameters
    ----------
    parameters : dict of str to object
        What the run was asked for.
    renderer : str
        Who typeset it, with version.
    plan_files, notebooks : dict of str to str
        sha256 of every input file by its path in its folder.
    package, templates : str
        One digest over what the package's sources do, one over the Quarto project.
    versions : dict of str to str
    commit : Commit
    tables : dict of str to str
        sha256 of every table written.
    durations : dict of str to float
        Seconds per step; the only part that differs between two equal runs.
    """

    parameters: dict[str, object]
    renderer: str
    plan_files: dict[str, str]
    notebooks: dict[str, str]
    package: str
    templates: str
    versions: dict[str, str]
    commit: Commit
    tables: dict[str, str] = field(default_factory=dict)
    durations: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """The manifest as a JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def table_hashes(folder: Path) -> dict[str, str]:
    """The sha256 of the tables that a run wrote, by their path below the folder of tables."""
    return hashes(folder, sorted(path for kind in _TABLES for path in folder.glob(kind)))


def hash_file(path: Path) -> str:
    """The sha256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


def hashes(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """The sha256 of files by their path below a folder."""
    return {name_of(path.relative_to(folder)): hash_file(path) for path in files}


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder in a fixed order, without hidden, temporary and generated ones."""
    files = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        is_left_out = any(part.startswith((".", "~$")) or part in _NOT_INPUT for part in parts)
        if path.is_file() and not is_left_out:
            files.append(path)
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def raw_files(folder: Path) -> list[Path]:
    """Every file of a plan that can be read, in a fixed order: below linked folders, too, whatever they are called.

    Parameters
    ----------
    folder : Path
        Of a plan. Only hidden files, the lock files of office programs, links to nowhere and files that may not be
        read are left out: whoever needs one of these says so.
    """
    files: list[Path] = []
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        # A link may lead back to where it stands.
        folders[:] = (
            [] if os.path.realpath(place) in seen else [name for name in folders if not name.startswith(".git")]
        )
        seen.add(os.path.realpath(place))
        paths = [Path(place, name) for name in names if not name.startswith((".", "~$"))]
        files += [path for path in paths if path.is_file() and os.access(path, os.R_OK)]
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def digest(folder: Path) -> str:
    """One sha256 over the names and contents of all files below a folder."""
    lines = [f"{name} {value}\n" for name, value in hashes(folder, files_below(folder)).items()]
    return sha256("".join(lines).encode()).hexdigest()


def installed_versions() -> dict[str, str]:
    """Versions of Python and of the main packages."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def current_commit(folder: Path) -> Commit:
    """The commit that a folder is at, and whether its files differ from it; empty if it is not known.

    Parameters
    ----------
    folder : Path
        Of a repository, or of a copy that brings its :data:`COMMIT_FILE`.
    """
    if shutil.which("git") is None or _git(folder, ["rev-parse", "--show-prefix"]) != "":
        told = folder / COMMIT_FILE
        return Commit(**json.loads(told.read_text(encoding="utf-8"))) if told.is_file() else Commit()
    commit = _git(folder, ["rev-parse", "HEAD"])
    changes = _git(folder, ["status", "--porcelain", "--untracked-files=no"])
    return Commit(commit or "", bool(commit and changes))


def _git(folder: Path, arguments: Sequence[str]) -> str | None:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout.strip() if done.returncode == 0 else None
