"""From values to files as bureaus send them: csv and xlsx in their usual layouts, with the same bytes every time."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from analysis.archives import without_time
from analysis.demo.specification import Delivery, Group, Specification
from analysis.demo.trajectories import Values
from analysis.plan import Indicator, Plan
from analysis.units import find_unit

Cell = str | float | int


@dataclass
class Sheet:
    """A sheet to be written.

    Parameters
    ----------
    name : str
    rows : list of list
    merged : list of (row, column, height, width)
        Areas to be merged; rows and columns count from zero.
    """

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


class Table:
    """Cells of one delivery: names, units and values as the file shows them."""

    def __init__(self, delivery: Delivery, values: Values, specification: Specification, plan: Plan) -> None:
        self.delivery = delivery
        self.plan = plan
        self.no_value = specification.no_value
        self.values = values.revised if delivery.is_revision else values.first
        first, last = delivery.first or specification.first, delivery.last or specification.last
        self.years = list(range(first, last + 1))
        below = [region.id for region in plan.children(plan.area)] if delivery.has_regions else []
        self.regions = [*([plan.area] if delivery.has_area else []), *below]

    def indicators(self) -> list[Indicator]:
        """The delivery's indicators."""
        return [self.plan.indicator(id) for id in self.delivery.contents]

    def indicator_name(self, indicator: Indicator) -> str:
        """Name of an indicator; yearly changes go by the name that says so, not by the name of the level."""
        if indicator.series == "yearly_change" and indicator.labels:
            return indicator.labels[0]
        return indicator.title.zh

    def region_name(self, id: str) -> str:
        """Name of a region."""
        return self.plan.region(id).name.zh

    def unit(self, indicator: Indicator) -> str:
        """Unit in the words of the files."""
        unit = find_unit(indicator.unit)
        if unit is None:
            return indicator.unit
        return f"{unit.zh}（{unit.basis}年价）" if unit.basis else unit.zh

    def has(self, region: str, indicator: str) -> bool:
        """Whether a region has any value of an indicator."""
        return any((region, indicator, year) in self.values for year in self.years)

    def cell(self, region: str, indicator: Indicator, year: int) -> Cell:
        """A value as the file shows it: number or text, with flag, or the mark for no value."""
        value = self.values.get((region, indicator.id, year))
        if value is None:
            return self.no_value
        flag = self.delivery.flags.get(year, "")
        separator = "," if self.delivery.has_thousands else ""
        if flag or separator or self.delivery.is_text or self.delivery.file.endswith(".csv"):
            return f"{value:{separator}.{indicator.decimals}f}{flag}"
        return value if indicator.decimals else int(value)


def render_file(delivery: Delivery, values: Values, specification: Specification, plan: Plan) -> bytes:
    """Write one file of the demonstration.

    Parameters
    ----------
    delivery : Delivery
    values : Values
    specification : Specification
    plan : Plan

    Returns
    -------
    bytes
        The file's content.
    """
    table = Table(delivery, values, specification, plan)
    match delivery.layout:
        case "indicators_by_years":
            sheets = [_indicators_by_years(table)]
        case "regions_by_years":
            sheets = [_regions_by_years(table)]
        case "regions_by_indicators":
            sheets = [_regions_by_indicators(table, year) for year in table.years]
        case "long":
            sheets = [_long(table)]
    return render_sheets(sheets, delivery.file, delivery.encoding)


def render_sheets(sheets: list[Sheet], file: str, encoding: str) -> bytes:
    """The content of a workbook or, of the first sheet, of a text file; the ending of its name decides."""
    return _xlsx(sheets) if file.endswith(".xlsx") else _csv(sheets[0], encoding)


def _framed(name: str, table: Table, rows: list[list[Cell]], head: list[str] | None = None) -> Sheet:
    """A table between its head and foot lines; head lines span the table's width."""
    lines = table.delivery.head if head is None else head
    width = max(len(row) for row in rows)
    merged = [(position, 0, 1, width) for position in range(len(lines))]
    above: list[list[Cell]] = [[line] for line in lines]
    below: list[list[Cell]] = [[line] for line in table.delivery.foot]
    return Sheet(name, [*above, *rows, *below], merged)


def _years(table: Table) -> list[Cell]:
    return [f"{year}年" for year in table.years]


def _indicators_by_years(table: Table) -> Sheet:
    delivery = table.delivery
    has_region, has_unit = delivery.has_regions, delivery.has_unit_column
    header: list[Cell] = [*(["地区"] if has_region else []), "指标", *(["单位"] if has_unit else []), *_years(table)]
    rows = [header]
    for region in table.regions:
        for indicator in table.indicators():
            if table.has(region, indicator.id):
                names = [*([table.region_name(region)] if has_region else []), table.indicator_name(indicator)]
                unit = [table.unit(indicator)] if has_unit else []
                rows.append([*names, *unit, *(table.cell(region, indicator, year) for year in table.years)])
    return _framed("指标", table, rows)


def _regions_by_years(table: Table) -> Sheet:
    indicator = table.indicators()[0]
    rows: list[list[Cell]] = [["地区", *_years(table)]]
    for region in table.regions:
        rows.append([table.region_name(region), *(table.cell(region, indicator, year) for year in table.years)])
    return _framed(indicator.title.zh, table, rows)


def _regions_by_indicators(table: Table, year: int) -> Sheet:
    """One sheet per year: a merged head over each group, the indicators with their units below it."""
    head = [line.format(year=year) for line in table.delivery.head]
    top: list[Cell] = ["地区"]
    names: list[Cell] = [""]
    for group in table.delivery.groups:
        top += [group.title, *([""] * (len(group.indicators) - 1))]
        members = [table.plan.indicator(id) for id in group.indicators]
        names += [f"{table.indicator_name(item)}\n({table.unit(item)})" for item in members]
    rows: list[list[Cell]] = [top, names]
    for region in table.regions:
        rows.append([table.region_name(region), *(table.cell(region, item, year) for item in table.indicators())])
    sheet = _framed(f"{year}年", table, rows, head)
    sheet.merged += _group_areas(table.delivery.groups, len(head))
    return sheet


def _group_areas(groups: list[Group], row: int) -> list[tuple[int, int, int, int]]:
    areas, column = [(row, 0, 2, 1)], 1
    for group in groups:
        areas.append((row, column, 1, len(group.indicators)))
        column += len(group.indicators)
    return areas


def _long(table: Table) -> Sheet:
    rows: list[list[Cell]] = [["地区", "指标", "年份", "数值", "单位"]]
    for indicator in table.indicators():
        for region in table.regions:
            for year in table.years:
                if (region, indicator.id, year) in table.values:
                    value = table.cell(region, indicator, year)
                    rows.append(
                        [table.region_name(region), table.indicator_name(indicator), year, value, table.unit(indicator)]
                    )
    return _framed("数据", table, rows)


def _csv(sheet: Sheet, encoding: str) -> bytes:
    text = io.StringIO(newline="")
    # Bureau exports end lines as Windows does.
    csv.writer(text, lineterminator="\r\n").writerows(sheet.rows)
    return text.getvalue().encode(encoding)


def _xlsx(sheets: list[Sheet]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side

    book = Workbook()
    book.remove(book.active)
    line = Border(*(Side(style="thin") for _ in range(4)))
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for position, row in enumerate(sheet.rows, 1):
            for column, value in enumerate(row, 1):
                cell = page.cell(position, column, None if value == "" else value)
                cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
                if len(row) > 1:
                    cell.border = line
        page.cell(1, 1).font = Font(bold=True, size=14)
        for top, left, height, width in sheet.merged:
            if height * width > 1:
                page.merge_cells(
                    start_row=top + 1, start_column=left + 1, end_row=top + height, end_column=left + width
                )
        page.column_dimensions["A"].width = 36
    content = io.BytesIO()
    book.save(content)
    return without_time(content.getvalue())
