"""What a step depends on: everything that decides its result, and nothing else.

A notebook runs in a folder that holds only the tables whose names stand in it, and of these a section's notebook only
the rows of the section's indicators; so what is not part of its key cannot be read by it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from analysis.editing import COMMENTS_FOLDER, comment_files, is_editing
from analysis.edition import BASIS_FILE, Edition
from analysis.errors import InputError
from analysis.formats import is_query
from analysis.own_words import WORDING_FILE
from analysis.pipeline.code import Code
from analysis.pipeline.manifest import digest, hashes, installed_versions, raw_files
from analysis.pipeline.memory import made_by, recalled, remember
from analysis.pipeline.reuse import Key, Store, content_of, differing
from analysis.pipeline.rows import Rows
from analysis.pipeline.stages import Step
from analysis.plan import PLAN_FILE, Plan, load_plan
from analysis.project import finished_plan, notebooks_folder, raw_folder, reports_folder, root

SOURCES = Path(__file__).resolve().parents[1]
CACHE = "steps"
MEMORY = "code.json"
# What runs a notebook, besides the notebook's own code, and what decides which files and rows it is given.
RUNNER = "analysis.pipeline.papermill_runner"
GIVING = ("analysis.pipeline.rows", "analysis.pipeline.stages", "analysis.pipeline.steps")
# Switches the comparison with the edition of the year before off.
NO_COMPARISON = "none"
# What finds the newest year with data.
READING = ("analysis.comparison.past", "analysis.edition", "analysis.observations")


def cache_folder() -> Path:
    """Where results of steps are kept."""
    return root() / ".cache" / CACHE


def store_of(edition: Edition, *, is_fresh: bool = False) -> Store:
    """The kept results of an edition in its language."""
    place = cache_folder() / edition.plan.id / str(edition.year) / edition.language
    return Store(place, is_fresh=is_fresh)


class Inputs:
    """What somebody may edit while a report is made, as it is when it is first asked for.

    Parameters
    ----------
    plan_folder : Path
        The raw files.

    Attributes
    ----------
    known : dict of str to str
        The sha256 of the notebooks that were asked for.
    """

    def __init__(self, plan_folder: Path) -> None:
        self.plan_folder = plan_folder
        self.known: dict[str, str] = {}

    @cached_property
    def files(self) -> dict[str, str]:
        """The sha256 of every raw file."""
        return hashes(self.plan_folder, raw_files(self.plan_folder))

    @cached_property
    def finished(self) -> dict[str, str]:
        """The sha256 of the data of the plan on which the methods are proved, by names that begin with its id."""
        name = finished_plan()
        folder = raw_folder() / name
        found = hashes(folder, raw_files(folder)) if name else {}
        return {f"{name}/{path}": value for path, value in found.items() if not is_editing(path)}

    @cached_property
    def templates(self) -> str:
        """One sha256 over the Quarto project."""
        return digest(reports_folder())

    def notebooks(self, names: Iterable[str]) -> dict[str, str]:
        """The sha256 of notebooks by the names of their files."""
        paths = [notebooks_folder() / f"{name}.ipynb" for name in names]
        self.known |= hashes(notebooks_folder(), [path for path in paths if path.name not in self.known])
        return {path.name: self.known[path.name] for path in paths}


class Keys:
    """The keys of an edition's steps.

    Parameters
    ----------
    plan_folder : Path
        The raw files.
    """

    def __init__(self, plan_folder: Path) -> None:
        self.plan_folder = plan_folder
        self.versions = installed_versions()
        self.inputs = Inputs(plan_folder)

    @cached_property
    def code(self) -> Code:
        """The package's source files."""
        memory = recalled(cache_folder() / MEMORY, self._digesting)
        try:
            is_sound = all({"digest", "imports"} <= set(facts) for facts in memory.values())
        except (AttributeError, TypeError):
            is_sound = False
        return Code(SOURCES, memory if is_sound else {})

    def remember_code(self, language: str) -> None:
        """Keep what is known of the source files for the next run."""
        remember(cache_folder() / MEMORY, self._digesting, self.code.memory, language)

    @property
    def _digesting(self) -> list[str]:
        """What decides the digest of a source file."""
        return [made_by(SOURCES / "pipeline" / "code.py"), self.versions["python"]]

    @cached_property
    def plan(self) -> Plan:
        """The plan."""
        return load_plan(self.plan_folder)

    def newest_year(self) -> int:
        """The newest year with data, if it is known from an earlier run; else 0."""
        return int(self._recalled("newest-year") or 0)

    def remember_year(self, year: int, language: str) -> None:
        """Keep the newest year with data."""
        self._remember("newest-year", str(year), language)

    def past(self, edition: Edition, compare: str, *, is_fresh: bool = False) -> str:
        """The edition to compare with by its name; empty for none.

        Parameters
        ----------
        edition : Edition
            The present one.
        compare : str
            A year, a folder of processed tables, or ``none``; empty for the year before, where there is one.
        is_fresh : bool
            Whether to find out anew what an earlier run has found out.

        Raises
        ------
        InputError
            If there is no edition of that name, or it is no earlier one of the same plan.
        """
        if compare:
            from analysis.comparison import name_past

            return "" if compare.lower() == NO_COMPARISON else name_past(edition, compare)
        fact = f"past-of-{edition.year}"
        found = None if is_fresh else self._recalled(fact)
        if found is None:
            from analysis.comparison import past_by_default

            try:
                found = past_by_default(edition)
            except InputError:
                # What is wrong with the data is told where they are cleaned; it may be right the next time.
                return ""
            self._remember(fact, found, edition.language)
        return found

    def _recalled(self, fact: str) -> str | None:
        """What an earlier run found out about the raw files, if they are what they were."""
        found = None if asks_database(self._reading_key) else recalled(self._file_of(fact), self._reading_key)
        return None if found is None else str(found)

    def _remember(self, fact: str, value: str, language: str) -> None:
        remember(self._file_of(fact), self._reading_key, value, language)

    def _file_of(self, fact: str) -> Path:
        return cache_folder() / f"{fact}-{sha256(str(self.plan_folder).encode()).hexdigest()}.json"

    @cached_property
    def _reading_key(self) -> dict[str, dict[str, str]]:
        data = {name: value for name, value in self.inputs.files.items() if not is_editing(name)}
        return {"raw": data, "code": self.code.digests(READING), "versions": self.versions}

    def of_step(self, step: Step, given: Mapping[str, object], tables: Path, rows: Rows) -> Key:
        """The key of a notebook's run.

        Parameters
        ----------
        step : Step
        given : mapping
            All parameters but the folder of the tables.
        tables : Path
            The folder of what earlier steps wrote.
        rows : Rows
            Of its tables.
        """
        paths = tables_of(step, tables)
        parts = {} if step.indicators is None else {path: rows.hashed(path, step.indicators) for path in paths}
        return {
            "raw": self._raw_of(step, given, self.inputs),
            "tables": content_of(tables, [path for path in paths if not parts.get(path)]),
            "rows": {path.name: value for path, value in parts.items() if value},
            "notebook": self.inputs.notebooks([step.notebook]),
            "parameters": {name: json.dumps(value, ensure_ascii=False) for name, value in sorted(given.items())},
            "code": self.code.used_by(_notebook_of(step)) | self.code.digests([RUNNER]) | self.code.own(GIVING),
            "versions": self.versions,
        }

    def edited(self) -> tuple[str, ...]:
        """What is no longer what it was when it was first asked for."""
        before, now = self.inputs, Inputs(self.plan_folder)
        names = [Path(name).stem for name in before.known]
        project = () if before.templates == now.templates else (f"{reports_folder().name}/",)
        return differing(before.files, now.files) + differing(before.known, now.notebooks(names)) + project

    def edited_of(self, step: Step, given: Mapping[str, object], key: Key) -> tuple[str, ...]:
        """The raw files and the notebook of one step that are no longer what its key says.

        Parameters
        ----------
        step, given
            As for the key.
        key : Key
        """
        now = Inputs(self.plan_folder)
        raw = self._raw_of(step, given, now)
        return differing(key["raw"], raw) + differing(key["notebook"], now.notebooks([step.notebook]))

    def _raw_of(self, step: Step, given: Mapping[str, object], inputs: Inputs) -> dict[str, str]:
        files = inputs.files
        raw = {name: files[name] for name in self._files_of(step, files) if name in files}
        compared = root() / str(given.get("compare") or "-")
        if compared.is_dir():
            read = [*compared.glob("*.parquet"), *compared.glob(BASIS_FILE)]
            raw |= {f"{compared.name}/{name}": value for name, value in content_of(compared, sorted(read)).items()}
        return raw | (inputs.finished if step.reads_finished else {})

    def _files_of(self, step: Step, files: Collection[str]) -> list[str]:
        """The raw files that a step reads: all data or only the plan; its wording; the comments that it shows."""
        data = [name for name in files if not is_editing(name)] if step.reads_raw else [PLAN_FILE]
        remarks = [name for name in files if name.startswith(f"{COMMENTS_FOLDER}/")]
        shown = comment_files(remarks, self.plan, step.shows) if remarks else []
        return sorted({*data, *shown, *({WORDING_FILE} & set(files))})


def asks_database(key: Key) -> bool:
    """Whether a result depends on what a database answers, which is in no key."""
    return any(is_query(name) for name in key["raw"])


def tables_of(step: Step, tables: Path) -> list[Path]:
    """The files of earlier steps that a step may read: the tables that its notebook names."""
    names = _texts(_notebook_of(step))
    found = sorted(path for path in tables.glob("*.parquet") if names is None or path.stem in names)
    for folder in step.reads:
        found += sorted(path for path in (tables / folder).rglob("*") if path.is_file())
    return found


def _notebook_of(step: Step) -> Path:
    return notebooks_folder() / f"{step.notebook}.ipynb"


def _texts(notebook: Path) -> frozenset[str] | None:
    """Every text constant of a notebook; None if it cannot be told."""
    return _texts_in(tuple(_sources(notebook)))


@cache
def _texts_in(sources: tuple[str, ...]) -> frozenset[str] | None:
    try:
        tree = ast.parse("\n".join(sources))
    except SyntaxError:
        return None
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))


def _sources(notebook: Path) -> Iterable[str]:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    return ("".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == "code")
