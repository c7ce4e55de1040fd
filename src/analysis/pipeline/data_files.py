"""The tables beside a report: csv for people, and the verdicts with dictionary and schema for other programs."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pandas as pd

from analysis.contracts import ASSESSMENT, CONTRACTS, projects
from analysis.contracts.editions import CHANGED_VALUES, CHANGED_VERDICTS, CHECKED_PROJECTIONS
from analysis.messages import LANGUAGES, catalogue
from analysis.rendering import Attachment
from analysis.results import dictionary, json_schema, workbook

# Only there if the report was compared with an earlier edition.
COMPARED = (CHANGED_VALUES.name, CHANGED_VERDICTS.name, CHECKED_PROJECTIONS.name)
# Only there if there is anything in them: not every plan has ledgers.
PROJECT_TABLES = tuple(name for name, table in CONTRACTS.items() if table in vars(projects).values())


def attachments(tables: Path, language: str) -> list[Attachment]:
    """The tables that travel inside the web page: verdicts with their dictionary, and the values they rest on.

    Parameters
    ----------
    tables : Path
        Folder of the edition's tables.
    language : {"zh", "en"}
    """
    words, results = catalogue(language), ASSESSMENT.name
    contents = {
        "results_xlsx": (f"{results}.xlsx", _workbook((tables / f"{results}.parquet").read_bytes())),
        "results_csv": (f"{results}.csv", _for_excel((tables / f"{results}.csv").read_text(encoding="utf-8"))),
        "dictionary_csv": (f"{results}.dictionary.{language}.csv", _dictionary(language)),
        "observations_csv": ("observations.csv", _for_excel((tables / "observations.csv").read_text(encoding="utf-8"))),
    }
    return [Attachment(name, words.text(f"web.downloads.{key}"), content) for key, (name, content) in contents.items()]


def publish_data(tables: Path, data: Path, names: Sequence[str]) -> None:
    """Put the tables of an edition beside its report; what the edition does not have is removed.

    Parameters
    ----------
    tables : Path
        Folder of the edition's tables.
    data : Path
        Folder beside the report.
    names : sequence of str
        Tables that every report has.
    """
    data.mkdir(parents=True, exist_ok=True)
    for name in (*names, *COMPARED):
        source = tables / f"{name}.csv"
        if source.is_file() or name in names:
            _put(data / source.name, source.read_bytes())
        else:
            (data / source.name).unlink(missing_ok=True)
    for name in PROJECT_TABLES:
        _put_if_filled(tables / f"{name}.csv", data / f"{name}.csv")
    if ASSESSMENT.name in names:
        _publish_results(tables / f"{ASSESSMENT.name}.parquet", data)


def _publish_results(assessment: Path, data: Path) -> None:
    content = assessment.read_bytes()
    _put(data / assessment.name, content)
    _put(data / f"{ASSESSMENT.name}.xlsx", _workbook(content))
    schema = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    _put(data / f"{ASSESSMENT.name}.schema.json", schema.encode())
    for language in LANGUAGES:
        _put(data / f"{ASSESSMENT.name}.dictionary.{language}.csv", _dictionary(language))


@lru_cache(maxsize=1)
def _workbook(assessment: bytes) -> bytes:
    """The results as a workbook: once for the web page and for the folder beside it."""
    return workbook(pd.read_parquet(io.BytesIO(assessment)))


def _dictionary(language: str) -> bytes:
    return _for_excel(dictionary(language).to_csv(index=False, lineterminator="\n"))


def _for_excel(text: str) -> bytes:
    """With a byte-order mark, because analysts open the file in Excel."""
    return text.removeprefix("\ufeff").encode("utf-8-sig")


def _put_if_filled(source: Path, target: Path) -> None:
    """Copy a table that has rows below its heads; what has none is no download."""
    content = source.read_bytes() if source.is_file() else b""
    if content.count(b"\n") > 1:
        _put(target, content)
    else:
        target.unlink(missing_ok=True)


def _put(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)
