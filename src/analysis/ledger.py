"""The ledger of projects (项目台账) that a plan folder may hold: ``projects.csv``, as delivered."""

from __future__ import annotations

import pandas as pd

from analysis.edition import Edition
from analysis.errors import InputError, Problem

LEDGER_FILE = "projects.csv"


def read_ledger(edition: Edition) -> pd.DataFrame:
    """Read the ledger of projects of an edition's plan.

    Parameters
    ----------
    edition : Edition

    Returns
    -------
    DataFrame
        The file's columns as text; empty if the plan folder holds no ledger.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    path = edition.plan_folder / LEDGER_FILE
    if not path.is_file():
        return pd.DataFrame()
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, OSError) as error:
        problem = Problem("file_unreadable", file=LEDGER_FILE, found=str(error))
        raise InputError([problem], edition.language) from error
