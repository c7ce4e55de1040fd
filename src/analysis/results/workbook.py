"""The results as a workbook: the table, and the data dictionary in both languages. Equal results give equal bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from analysis.archives import without_time
from analysis.contracts import ASSESSMENT
from analysis.messages import LANGUAGES
from analysis.results.dictionary import dictionary
from analysis.results.json_schema import to_records
from analysis.wording import wording

WIDEST, MARGIN = 60, 2


def workbook(assessment: pd.DataFrame) -> bytes:
    """The xlsx file.

    Parameters
    ----------
    assessment : DataFrame
        Contract ``assessment``.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    rows = [list(record.values()) for record in to_records(assessment)]
    _fill(book.create_sheet(ASSESSMENT.name), [ASSESSMENT.names, *rows])
    for language in LANGUAGES:
        table = dictionary(language)
        sheet = book.create_sheet(wording(language).text("results.sheet"))
        _fill(sheet, [list(table.columns), *table.to_numpy().tolist()])
    content = io.BytesIO()
    book.save(content)
    return without_time(content.getvalue())


def _fill(sheet: Any, rows: Sequence[Sequence[Any]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for position, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(position, column, None if value == "" else value)
            cell.alignment = Alignment(vertical="top", wrap_text=position > 1)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for position, values in enumerate(zip(*rows, strict=True), 1):
        sheet.column_dimensions[get_column_letter(position)].width = min(_width(values) + MARGIN, WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _width(values: Iterable[Any]) -> int:
    """Widest text, a Chinese character counting double."""
    return max(sum(2 if ord(character) > 0x2E7F else 1 for character in str(value)) for value in values)
