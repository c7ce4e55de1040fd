"""Where the earlier edition comes from: a folder of processed tables, or what was known in a year."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from analysis.assessment import Rules, load_rules
from analysis.comparison.snapshot import TABLES, Snapshot, take_snapshot
from analysis.contracts import ContractError
from analysis.edition import BASIS_FILE, PREVIOUS, Basis, Edition
from analysis.errors import InputError, Problem
from analysis.observations import known_in, load
from analysis.project import root


def past_by_default(edition: Edition) -> str:
    """The edition of the year before, if it lies after the plan's base year and anything was known then.

    Parameters
    ----------
    edition : Edition
        The present one.

    Returns
    -------
    str
        The year; empty if there is no such edition.

    Raises
    ------
    InputError
        If the raw files of that year cannot be read.
    """
    year = edition.year - 1
    if year <= edition.plan.base_year:
        return ""
    known = load(edition.plan_folder, edition.plan, year, edition.language).observations
    return "" if known.empty else str(year)


def find_past(edition: Edition, compare: str) -> int | Basis:
    """Check which edition is to be compared with, before anything is computed.

    Parameters
    ----------
    edition : Edition
        The present one.
    compare : str
        A year before the edition's, or a folder of processed tables of the same plan.

    Returns
    -------
    int or Basis
        The year, or what the folder's tables rest on.

    Raises
    ------
    InputError
        If there is no such edition, it is of another plan, or it is later than the present one.
    """
    language = edition.language
    if compare.strip().isdecimal():
        year = int(compare)
        if year >= edition.year:
            raise _refused("compare_not_earlier", compare, language, edition=str(edition.year))
        return year
    folder = _folder(compare)
    if not folder.is_dir():
        raise _refused("compare_no_folder", compare, language)
    try:
        basis = Basis.read(folder)
    except (OSError, ValidationError):
        raise _refused("compare_no_basis", compare, language, file=BASIS_FILE) from None
    if basis.plan.id != edition.plan.id:
        raise _refused("compare_other_plan", compare, language, plan=edition.plan.id, other=basis.plan.id)
    if basis.year > edition.year:
        raise _refused("compare_not_earlier", str(basis.year), language, edition=str(edition.year))
    return basis


def name_past(edition: Edition, compare: str) -> str:
    """The earlier edition's name as every process finds it, on every machine if it can be.

    Parameters
    ----------
    edition : Edition
        The present one.
    compare : str
        As for :func:`find_past`.

    Returns
    -------
    str
        The year; the folder's path below the repository's root; or its full path if it lies elsewhere.

    Raises
    ------
    InputError
        As :func:`find_past`.
    """
    found = find_past(edition, compare)
    if isinstance(found, int):
        return str(found)
    folder, home = _folder(compare), root()
    return folder.relative_to(home).as_posix() if folder.is_relative_to(home) else str(folder)


def keep_past(edition: Edition, compare: str) -> Snapshot:
    """The edition to compare with; its tables are kept in the present one's folder, below ``previous``.

    Parameters
    ----------
    edition : Edition
        The present one.
    compare : str
        A year: the edition is made anew from what was known then of the present one's values, with the plan and the
        rules of today, whatever lies in the folder of that year. A folder: the edition is taken as it stands there,
        with the plan and the rules of its time.

    Raises
    ------
    InputError
        As :func:`find_past`, or if the folder's tables cannot be read.
    """
    found = find_past(edition, compare)
    if isinstance(found, int):
        observations = known_in(edition.read("observations"), found)
        if observations.empty:
            raise _refused("compare_empty", compare, edition.language)
        past = take_snapshot(edition.plan, found, load_rules(), observations)
    else:
        try:
            past = _read(found, _folder(compare), edition)
        except (ContractError, ValidationError) as error:
            message = str(error).splitlines()[0]
            raise _refused("compare_unreadable", compare, edition.language, reason=message) from error
    kept = _place(edition, past)
    for name in TABLES:
        kept.write(name, getattr(past, name))
    kept.keep_basis(past.rules)
    return past


def read_past(edition: Edition) -> Snapshot:
    """The edition that an earlier step of the same run has kept.

    Raises
    ------
    ContractError
        If there is none.
    """
    folder = edition.folder / PREVIOUS
    try:
        return _read(Basis.read(folder), folder, edition)
    except FileNotFoundError:
        raise ContractError(
            f"{BASIS_FILE}: not found in {folder}; run the earlier steps with `compare` first"
        ) from None


def _folder(compare: str) -> Path:
    """A folder by its path from the repository's root or from the working directory."""
    below = root() / compare
    return (below if below.is_dir() else Path(compare).expanduser()).resolve()


def _read(basis: Basis, folder: Path, edition: Edition) -> Snapshot:
    opened = Edition(basis.plan, edition.plan_folder, basis.year, edition.language, folder)
    # A group of thresholds that its time did not have yet is the one of today.
    rules = Rules.model_validate(load_rules().model_dump() | basis.rules)
    observations, measures, trends, assessment = (opened.read(name) for name in TABLES)
    return Snapshot(basis.plan, basis.year, rules, observations, measures, trends, assessment)


def _place(edition: Edition, past: Snapshot) -> Edition:
    return Edition(past.plan, edition.plan_folder, past.year, edition.language, edition.folder / PREVIOUS)


def _refused(code: str, found: str, language: str, **details: str) -> InputError:
    return InputError([Problem(code, found=found, details=details)], language)
