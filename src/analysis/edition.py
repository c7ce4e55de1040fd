"""One edition of a report: a plan, the last year whose data it may use, and the folder of its tables."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from analysis import contracts, project
from analysis.errors import InputError
from analysis.messages import catalogue
from analysis.own_words import use_own_words
from analysis.plan import Model, Plan, load_plan

if TYPE_CHECKING:
    import pandas as pd

# What a run leaves behind when the delivered data stop it: all problems, worded, and all rows that are not used.
PROBLEMS, REJECTED = "problems", "rejected"

# What an edition's verdicts rest on besides its tables, so that a later one can be compared with it.
BASIS_FILE = "basis.json"
# Below an edition's folder: the tables of the edition that it is compared with.
PREVIOUS = "previous"


class Basis(Model):
    """The plan, the year and the rules of an edition, as they were used.

    Parameters
    ----------
    plan : Plan
    year : int
        The edition year.
    rules : dict
        The thresholds by group and name.
    """

    plan: Plan
    year: int
    rules: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Basis:
        """Read what :meth:`Edition.keep_basis` wrote.

        Raises
        ------
        FileNotFoundError
            If nothing was kept.
        pydantic.ValidationError
            If it was written by a version of the software that this one does not understand.
        """
        return cls.model_validate_json((folder / BASIS_FILE).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Edition:
    """What a run is about, and where its tables lie.

    Parameters
    ----------
    plan : Plan
    plan_folder : Path
        The raw files.
    year : int
        The edition year: the last year whose data may be used.
    language : {"zh", "en"}
    folder : Path
        Where the tidy tables of this edition are written and read.
    """

    plan: Plan
    plan_folder: Path
    year: int
    language: str
    folder: Path

    def write(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        """Check a table and write it as parquet and csv, each at once or not at all.

        Parameters
        ----------
        name : str
            A contract's name (checked against it), or any other name (written as it is).
        table : DataFrame

        Returns
        -------
        DataFrame
            The table as written.
        """
        return write_table(table, name, self.folder)

    def keep_basis(self, rules: BaseModel) -> None:
        """Write the plan and the rules as they are used beside the tables.

        Parameters
        ----------
        rules : BaseModel
            The thresholds of the verdicts.
        """
        basis = Basis(plan=self.plan, year=self.year, rules=rules.model_dump(mode="json"))
        self.folder.mkdir(parents=True, exist_ok=True)
        text = basis.model_dump_json(indent=1, exclude_defaults=True) + "\n"
        _write(self.folder / BASIS_FILE, lambda path: path.write_text(text, encoding="utf-8", newline="\n"))

    def read(self, name: str) -> pd.DataFrame:
        """Read a table that an earlier step wrote.

        Raises
        ------
        ContractError
            If the table is not there or does not keep its contract.
        """
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise contracts.ContractError(f"{path.name}: not found in {path.parent}; run the earlier steps first")
        import pandas as pd

        table = pd.read_parquet(path)
        return contracts.check(table, name) if name in contracts.CONTRACTS else table


def write_table(table: pd.DataFrame, name: str, folder: Path) -> pd.DataFrame:
    """Check a table and write it to a folder; see :meth:`Edition.write`."""
    checked = contracts.check(table, name) if name in contracts.CONTRACTS else table
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{name}.parquet", lambda path: checked.to_parquet(path, index=False))
    _write_csv(folder / f"{name}.csv", checked)
    return checked


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    # A byte-order mark, because analysts open the file in Excel.
    _write(path, lambda target: table.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\n"))


def _write(path: Path, save: Callable[[Path], object]) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        save(Path(temporary))
        # A table is meant to be read by others; the temporary file is private.
        os.chmod(temporary, 0o644)  # noqa: PTH101
        os.replace(temporary, path)  # noqa: PTH105
    finally:
        Path(temporary).unlink(missing_ok=True)


def open_edition(
    plan: str = "", year: int = 0, language: str = "zh", output: str = "", *, speaks_its_words: bool = True
) -> Edition:
    """Open an edition of a plan's report.

    Parameters
    ----------
    plan : str
        An id under ``data/raw``, a path to a plan folder, or empty for the project's default plan.
    year : int
        The edition year; 0 for the newest year with data.
    language : {"zh", "en"}
    output : str
        Folder of the tables; empty for ``data/processed/<plan>/<year>``.
    speaks_its_words : bool
        Whether this process words everything as this plan does from now on; not if it only looks at another plan.

    Raises
    ------
    InputError
        If the plan folder or its files are wrong.
    """
    folder = project.plan_folder(plan, language)
    if speaks_its_words:
        use_own_words(folder, language)
    promised = load_plan(folder, language)
    above = project.processed_folder() / promised.id
    if not year:
        with keeping_findings(Path(output or above), language, is_of_edition=bool(output)):
            year = newest_year(folder, promised, language)
    return Edition(promised, folder, year, language, Path(output) if output else above / str(year))


@contextmanager
def keeping_findings(folder: Path, language: str, *, is_of_edition: bool = True) -> Iterator[None]:
    """Write all problems and all rejected rows to a folder if the delivered data stop the run.

    The message of the error then says where they are. What an earlier run left there is removed if nothing stops
    this one.

    Parameters
    ----------
    folder : Path
        Of the edition's tables.
    language : {"zh", "en"}
    is_of_edition : bool
        False if the edition's year is not known yet: the newest one that could be read is added to the folder.
    """
    try:
        yield
    except InputError as error:
        result = getattr(error, "result", None)
        if result is not None:
            years = result.observations["year"]
            own = folder if is_of_edition else folder / (str(years.max()) if len(years) else PROBLEMS)
            own.mkdir(parents=True, exist_ok=True)
            _write_csv(own / f"{PROBLEMS}.csv", result.quality)
            _write_csv(own / f"{REJECTED}.csv", result.rejected)
            names = {"problems": f"{PROBLEMS}.csv", "rejected": f"{REJECTED}.csv", "folder": own}
            error.args = (f"{error}\n{catalogue(language).text('problems.written', **names)}",)
        raise
    if is_of_edition:
        (folder / f"{PROBLEMS}.csv").unlink(missing_ok=True)


def newest_year(folder: Path, plan: Plan, language: str = "zh") -> int:
    """The newest year for which the plan's files hold a value.

    Raises
    ------
    InputError
        If the files cannot be read.
    """
    from analysis.observations import load

    table = load(folder, plan, None, language).observations
    return int(table["year"].max()) if len(table) else plan.base_year
