"""A form as an xlsx workbook: one sheet per region, checks of what is typed in, and a page of notes."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from typing import Any

from analysis.archives import without_time
from analysis.forms.contents import Form, Line
from analysis.messages import Catalogue, catalogue

# Flags that a year's head may carry for its whole column.
FLAGS = ("p", "r", "e")
NOTES = ("sheets", "empty", "number", "status", "unit", "range", "note", "comment", "return")
HEADER_ROW, FIRST_ROW, FIRST_YEAR_COLUMN = 3, 4, 3
# What Excel allows.
LONGEST_SHEET_NAME, LONGEST_LIST, LONGEST_MESSAGE, LARGEST_NUMBER = 31, 255, 255, "1E+300"

_LABEL_WIDTH, _UNIT_WIDTH, _YEAR_WIDTH, _NOTE_WIDTH = 46, 18, 11, 36
_NOTES_WIDTHS = (40, 18, 26, 14, 50, 70, 50)
_NOTES_SPAN, _NOTES_LINE, _CHARACTERS_PER_NOTE = 5, 16, 65
_COMMENT_WIDTH, _COMMENT_LINE, _CHARACTERS_PER_LINE = 420, 18, 30
_HEAD_COLOUR, _LABEL_COLOUR = "DCE6F1", "F2F4F7"


def workbook_of(form: Form) -> bytes:
    """Build the workbook.

    Parameters
    ----------
    form : Form

    Returns
    -------
    bytes
        The same for the same form. The page of notes ends with the years to report: all the rest stands above that
        line, so that the reader takes it for the title of a table without rows.
    """
    from openpyxl import Workbook

    words = catalogue(form.language)
    book = Workbook()
    book.properties.creator = ""
    book.properties.title = form.plan
    _fill_notes(book.active, form, words)
    for region in form.regions:
        _fill_region(book.create_sheet(sheet_name(region)), region, form, words)
    book.active = 1
    content = io.BytesIO()
    book.save(content)
    return without_time(content.getvalue())


def sheet_name(region: str) -> str:
    """A region's name without what Excel forbids in the names of sheets."""
    return re.sub(r"[\[\]:*?/\\]", " ", region)[:LONGEST_SHEET_NAME].strip()


def _fill_region(sheet: Any, region: str, form: Form, words: Catalogue) -> None:
    from openpyxl.styles import Font

    sheet.cell(1, 1, words.text("template.title", region=region, plan=form.plan)).font = Font(bold=True, size=14)
    sheet.cell(2, 1, words.text("template.signature"))
    years = [_year(year, words) for year in form.years]
    heads = [words.text("template.heads.indicator"), words.text("template.heads.unit"), *years]
    for column, head in enumerate([*heads, words.text("template.heads.note")], 1):
        _as_head(sheet.cell(HEADER_ROW, column, head))
    for row, line in enumerate(form.lines, FIRST_ROW):
        _fill_line(sheet, row, line, len(heads) + 1, words)
    _add_value_checks(sheet, form, words)
    _add_unit_checks(sheet, form, words)
    _add_year_checks(sheet, form, words)
    widths = [_LABEL_WIDTH, _UNIT_WIDTH, *[_YEAR_WIDTH] * len(years), _NOTE_WIDTH]
    _set_page(sheet, widths, sheet.cell(FIRST_ROW, FIRST_YEAR_COLUMN).coordinate)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def _year(year: int, words: Catalogue) -> str | int:
    text = words.text("template.year", year=year)
    return int(text) if text.isdigit() else text


def _fill_line(sheet: Any, row: int, line: Line, last: int, words: Catalogue) -> None:
    from openpyxl.styles import Alignment, PatternFill, Protection

    label, unit = sheet.cell(row, 1, line.label), sheet.cell(row, 2, line.unit)
    label.comment = _comment(line, words)
    for cell in (label, unit):
        cell.fill = PatternFill("solid", start_color=_LABEL_COLOUR)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for column in range(1, last + 1):
        sheet.cell(row, column).border = _frame()
    # Nothing is protected; should somebody protect the sheet, what is to be filled in stays open.
    for column in range(2, last + 1):
        sheet.cell(row, column).protection = Protection(locked=False)
    sheet.cell(row, last).alignment = Alignment(wrap_text=True, vertical="center")


def _comment(line: Line, words: Catalogue) -> Any:
    from openpyxl.comments import Comment

    texts = [
        words.text("template.comment.definition", text=line.definition) if line.definition else "",
        words.text("template.comment.series", text=line.series),
        words.text("template.comment.range", text=line.possible, unit=line.unit),
        *line.wordings,
        words.text("template.comment.departments", text=line.departments) if line.departments else "",
    ]
    text = "\n".join(filter(None, texts))
    per_line = _CHARACTERS_PER_LINE if words.language == "zh" else 2 * _CHARACTERS_PER_LINE
    lines = sum(1 + len(part) // per_line for part in text.splitlines())
    return Comment(text, "", height=_COMMENT_LINE * (lines + 1), width=_COMMENT_WIDTH)


def _add_value_checks(sheet: Any, form: Form, words: Catalogue) -> None:
    """Numbers within the limits; one rule for all indicators that share them.

    A warning that may be overruled, since a true mark such as 约 or (p) must be able to get in.
    """
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    first = get_column_letter(FIRST_YEAR_COLUMN)
    last = get_column_letter(FIRST_YEAR_COLUMN + len(form.years) - 1)
    rules: dict[tuple[float | None, float | None], Any] = {}
    for row, line in enumerate(form.lines, FIRST_ROW):
        limits = (line.low, line.high)
        if limits not in rules:
            low = f"-{LARGEST_NUMBER}" if line.low is None else f"{line.low:g}"
            high = LARGEST_NUMBER if line.high is None else f"{line.high:g}"
            rules[limits] = DataValidation("decimal", low, high, operator="between", allow_blank=True)
            _explain(rules[limits], "value", "warning", words, range=line.possible)
            sheet.add_data_validation(rules[limits])
        rules[limits].add(f"{first}{row}:{last}{row}")


def _add_unit_checks(sheet: Any, form: Form, words: Catalogue) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rows: dict[str, list[int]] = defaultdict(list)
    for row, line in enumerate(form.lines, FIRST_ROW):
        rows[_choices(line.units)].append(row)
    for choices, places in rows.items():
        rule = DataValidation("list", f'"{choices}"', allow_blank=True)
        _explain(rule, "unit", "stop", words)
        sheet.add_data_validation(rule)
        for row in places:
            rule.add(f"B{row}")


def _choices(texts: tuple[str, ...]) -> str:
    """As many texts as a list to choose from can hold; the first ones matter most."""
    chosen = texts[0]
    for text in texts[1:]:
        if len(chosen) + len(text) < LONGEST_LIST:
            chosen += f",{text}"
    return chosen


def _add_year_checks(sheet: Any, form: Form, words: Catalogue) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    for column, year in enumerate(form.years, FIRST_YEAR_COLUMN):
        head = str(_year(year, words))
        choices = _choices((head, *(f"{head}({flag})" for flag in FLAGS)))
        rule = DataValidation("list", f'"{choices}"', allow_blank=False)
        _explain(rule, "year", "stop", words)
        sheet.add_data_validation(rule)
        rule.add(sheet.cell(HEADER_ROW, column))


def _explain(rule: Any, kind: str, style: str, words: Catalogue, **values: str) -> None:
    rule.errorStyle = style
    rule.showErrorMessage = True
    rule.errorTitle = words.text(f"template.check.{kind}_title")
    rule.error = words.text(f"template.check.{kind}", **values)[:LONGEST_MESSAGE]


def _fill_notes(sheet: Any, form: Form, words: Catalogue) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = words.text("template.notes_sheet")
    sheet.cell(1, 1, words.text("template.notes.heading", plan=form.plan)).font = Font(bold=True, size=14)
    per_line = _CHARACTERS_PER_NOTE if words.language == "zh" else 2 * _CHARACTERS_PER_NOTE
    for row, note in enumerate(NOTES, 2):
        text = f"{row - 1}. {words.text(f'template.notes.{note}')}"
        sheet.cell(row, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=_NOTES_SPAN)
        # Merged cells do not grow with their text.
        sheet.row_dimensions[row].height = _NOTES_LINE * (1 + len(text) // per_line)
    top = len(NOTES) + 3
    heads = ("indicator", "unit", "series", "range", "definition", "wording", "departments")
    for column, head in enumerate(heads, 1):
        _as_head(sheet.cell(top, column, words.text(f"template.heads.{head}")))
    for row, line in enumerate(form.lines, top + 1):
        texts = (line.label, line.unit, line.series, line.possible, line.definition)
        for column, text in enumerate((*texts, "\n".join(line.wordings), line.departments), 1):
            cell = sheet.cell(row, column, text or None)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = _frame()
    bottom = top + len(form.lines) + 2
    _as_head(sheet.cell(bottom, 1, words.text("template.heads.years")))
    for column, year in enumerate(form.years, 2):
        sheet.cell(bottom, column, _year(year, words)).alignment = Alignment(horizontal="left")
    _set_page(sheet, list(_NOTES_WIDTHS), None)


def _set_page(sheet: Any, widths: list[int], frozen: str | None) -> None:
    from openpyxl.utils import get_column_letter

    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = frozen
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _as_head(cell: Any) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", start_color=_HEAD_COLOUR)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = _frame()


def _frame() -> Any:
    from openpyxl.styles import Border, Side

    return Border(*(Side(style="thin", color="BFC7D1") for _ in range(4)))
