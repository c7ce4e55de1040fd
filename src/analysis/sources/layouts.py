"""From a sheet to raw rows: every value with its region, indicator, year, unit and cell, as text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analysis.errors import Problem, Severity
from analysis.sources.frames import KINDS, Frame, Head, find_frames
from analysis.sources.grids import Grid
from analysis.sources.headers import is_numbering, unit_of
from analysis.sources.long import find_header, read_long
from analysis.sources.names import Names
from analysis.sources.rows import LONG, Layout, RawRow, Source, layout_names
from analysis.sources.values import parse_value, parse_year, years_within
from analysis.sources.vocabulary import column_meaning, fold

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CAPTIONED = re.compile(r"^(?P<caption>[^:：]{2,8})[:：]\s*(?P<name>\S.*)$", re.DOTALL)
_NO_HEADING = re.compile(
    r"^(?:注|说明|备注|资料来源|数据来源|来源|单位|续表|表|[(（]?续|note|source)|[。；;!！?？]|续表", re.IGNORECASE
)
LONGEST_HEADING = 20
ROWS_SHOWN = 3
CELLS_SHOWN = 6
_UNIT_LINE = re.compile(r"(?:计量)?单位\s*[:：]\s*(?P<unit>[^\s)）]+(?:\s*[(（][^)）]*[)）])?)")


@dataclass
class _Reading:
    """What a sheet has yielded so far."""

    grid: Grid
    source: Source
    names: Names
    layout: Layout
    rows: list[RawRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(
        self,
        code: str,
        place: tuple[int, int],
        found: str,
        severity: Severity = "error",
        details: dict[str, str] | None = None,
    ) -> None:
        """Note a problem at a cell."""
        cell = self.grid.address(*place)
        problem = Problem(code, severity, self.grid.file, self.grid.sheet, cell, found=found, details=details or {})
        self.problems.append(problem)

    def is_ignored(self, text: str) -> bool:
        """Whether ``sources.csv`` says that a label is to be left out."""
        return bool(text) and fold(text) in {fold(item) for item in self.layout.ignored}


def read_grid(grid: Grid, source: Source, layout: Layout, names: Names) -> tuple[list[RawRow], list[Problem]]:
    """Read one sheet, whatever its layout.

    Parameters
    ----------
    grid : Grid
    source : Source
        What holds for the whole file.
    layout : Layout
    names : Names

    Returns
    -------
    (list of RawRow, list of Problem)
        A sheet that fits no layout yields one problem that says what was seen.
    """
    header = find_header(grid, source, layout) if layout.name in ("", LONG) else None
    if header:
        return read_long(grid, header, source)
    given = frozenset(kind for kind in KINDS if getattr(source, kind))
    frames = [] if layout.name == LONG else find_frames(grid, names, layout, given)
    if not frames:
        return [], [_unknown_layout(grid, layout)]
    reading = _Reading(grid, source, names, layout)
    defaults = _defaults(reading, frames[0])
    _report_rows_above(reading, frames[0])
    for frame in frames:
        defaults = _read_frame(reading, frame, defaults)
    return reading.rows, reading.problems


def _unknown_layout(grid: Grid, layout: Layout) -> Problem:
    shown = [" | ".join(filter(None, row[:CELLS_SHOWN])) for row in grid.cells if any(row)][:ROWS_SHOWN]
    details = {"allowed": ", ".join(layout_names()), "layout": layout.name or "—"}
    return Problem(
        "layout_unknown", file=grid.file, sheet=grid.sheet, cell="A1", found=" ⏎ ".join(shown), details=details
    )


def _defaults(reading: _Reading, frame: Frame) -> dict[str, str]:
    """What title, sheet name and ``sources.csv`` say about every value of the sheet."""
    grid, source, names = reading.grid, reading.source, reading.names
    titles = [text for row in frame.title for text in dict.fromkeys(grid.labels(row)) if text]
    corner = [grid.label(row, column) for row in frame.header for column in frame.roles]
    texts = [grid.sheet, *titles, *corner]
    found = {"region": source.region, "indicator": source.indicator, "unit": source.unit}
    if not found["region"]:
        found["region"] = next(filter(None, map(names.region_in, texts)), "")
        if not found["region"] and len(names.plan.regions) == 1:
            found["region"] = names.area
    if not found["indicator"]:
        found["indicator"] = next(filter(None, map(names.indicator_in, texts)), "")
    units = [match["unit"] for text in titles if (match := _UNIT_LINE.search(text)) and unit_of(match["unit"])]
    found["unit"] = found["unit"] or (units[0] if len(set(units)) == 1 else "")
    found["year"] = "" if frame.has("year") else _default_year(reading, titles)
    return found


def _default_year(reading: _Reading, titles: list[str]) -> str:
    """The year of a sheet that has none in its rows and columns; different answers are reported."""
    stated = parse_year(reading.source.year) if reading.source.year else None
    sheet = [year for year in years_within(reading.grid.sheet) if reading.names.year(str(year))]
    title = [year for text in titles for year in years_within(text) if reading.names.year(str(year))]
    answers = [years[0] for years in (sheet, title) if len(set(years)) == 1]
    if stated:
        answers.insert(0, stated[0])
    if len(set(answers)) > 1:
        found = ", ".join(str(year) for year in dict.fromkeys(answers))
        severity: Severity = "warning" if stated else "error"
        reading.report("year_contradiction", (0, 0), found, severity, {"chosen": str(answers[0])})
    return str(answers[0]) if answers else ""


def _read_frame(reading: _Reading, frame: Frame, defaults: dict[str, str]) -> dict[str, str]:
    """Read one table; returns what holds for the table below it."""
    grid = reading.grid
    columns = _usable_columns(reading, frame)
    known = dict(defaults)
    above: dict[str, str] = {}
    between: dict[str, str] = {}
    for row in frame.body:
        if is_numbering(grid, row) or _repeats_header(grid, frame, row):
            continue
        filled = [column for column in columns if grid.text(row, column)]
        labels = _row_labels(reading, frame, row)
        if not filled:
            said = _between_rows(reading, frame, row, between)
            between.update({kind: text for kind, text in said.items() if kind in ("region", "indicator")})
            known.update(said)
            if not _is_known(reading, labels):
                continue
        if any(reading.is_ignored(text) for text in labels.values()):
            continue
        labels = _fill_down(labels, above)
        above = labels
        if not _has_labels(reading, frame, row, labels, filled):
            continue
        for column in columns:
            _read_cell(reading, (row, column), labels, frame.heads[column], known, _row_extras(grid, frame, row))
    return known


def _report_rows_above(reading: _Reading, frame: Frame) -> None:
    """Report rows of data that stand above the header and are not read."""
    grid = reading.grid
    for row in frame.title:
        labels = _row_labels(reading, frame, row)
        if not all(labels.values()) or not _is_known(reading, labels):
            continue
        numbers = (column for column in frame.heads if parse_value(grid.text(row, column)).number is not None)
        column = next(numbers, None)
        if column is not None:
            reading.report("row_above_header", (row, column), grid.text(row, column))


def _usable_columns(reading: _Reading, frame: Frame) -> list[int]:
    """Value columns that say what they hold; the others are reported if anything stands in them."""
    usable = []
    grid, bottom = reading.grid, frame.header.stop - 1
    for column, head in frame.heads.items():
        labels = [grid.label(row, column) for row in frame.header]
        if any(reading.is_ignored(text) for text in labels):
            continue
        if (head.is_value or any(head.get(kind) for kind in KINDS)) and not head.unknown:
            usable.append(column)
        elif any(grid.text(row, column) for row in frame.body):
            code = "column_unknown" if head.unknown or any(labels) else "column_without_label"
            first = next(row for row in frame.body if grid.text(row, column))
            found = head.unknown or next(filter(None, labels), grid.text(first, column))
            reading.report(code, (bottom if any(labels) else first, column), found)
    for column, role in frame.roles.items():
        if role == "text" and not reading.is_ignored(grid.label(bottom, column)):
            reading.report("column_ignored", (bottom, column), grid.label(bottom, column), "warning")
    return usable


def _repeats_header(grid: Grid, frame: Frame, row: int) -> bool:
    texts = [grid.label(row, column) for column in frame.heads]
    return any(texts) and any(texts == [grid.label(line, column) for column in frame.heads] for line in frame.header)


def _row_labels(reading: _Reading, frame: Frame, row: int) -> dict[str, str]:
    """Region, indicator and year that the row's own labels give."""
    grid, names = reading.grid, reading.names
    test = {"region": names.region, "indicator": lambda text: names.indicator(text).id, "year": names.year}
    labels: dict[str, str] = {}
    for kind in KINDS:
        texts = [grid.label(row, column) for column, role in frame.roles.items() if role == kind]
        if texts:
            # Chinese names decide: different places and indicators often share one in English (吉林省, 吉林市).
            decisive = [text for text in texts if _CHINESE.search(text)] or texts
            known = (text for text in decisive if text and test[kind](text))
            labels[kind] = next(known, "") or next(filter(None, decisive), "")
    return labels


def _is_known(reading: _Reading, labels: dict[str, str]) -> bool:
    """Whether a row without values is a row of missing values rather than a heading or a note."""
    names = reading.names
    return (
        bool(labels)
        and all(names.region(text) for kind, text in labels.items() if kind == "region")
        and all(names.indicator(text).id for kind, text in labels.items() if kind == "indicator")
        and all(names.year(text) for kind, text in labels.items() if kind == "year")
    )


def _fill_down(labels: dict[str, str], above: dict[str, str]) -> dict[str, str]:
    """A label that is written only in the first row of its group holds for the rows below."""
    if len(labels) > 1 and any(labels.values()):
        return {kind: text or above.get(kind, "") for kind, text in labels.items()}
    return labels


def _between_rows(reading: _Reading, frame: Frame, row: int, above: dict[str, str]) -> dict[str, str]:
    """What a line without values (``2011年``, ``地区：…``, ``单位：…``) says about the rows below it.

    Parameters
    ----------
    above : dict of str to str
        What such lines have said so far. A heading that no one knows ends what the one before it said.
    """
    texts = list(dict.fromkeys(text for text in reading.grid.labels(row) if text))
    if len(texts) != 1:
        return {}
    text = texts[0]
    captioned = _CAPTIONED.match(text)
    bare = captioned["name"].strip() if captioned else text
    if not frame.has("region") and reading.names.region(bare):
        return {"region": bare}
    if not frame.has("year") and reading.names.year(bare):
        return {"year": bare}
    if not frame.has("indicator") and reading.names.indicator(bare).id:
        return {"indicator": bare}
    if match := _UNIT_LINE.search(text):
        return {"unit": match["unit"]}
    kind = column_meaning(captioned["caption"]) if captioned else ""
    if kind in KINDS and not frame.has(kind) and not (kind == "year" and len(bare) > LONGEST_HEADING):
        return {kind: bare} if kind != "year" or parse_year(bare) else {}
    is_heading = not captioned and len(bare) <= LONGEST_HEADING and not _NO_HEADING.search(bare)
    return dict.fromkeys(above, bare) if is_heading and len(above) == 1 else {}


def _has_labels(reading: _Reading, frame: Frame, row: int, labels: dict[str, str], filled: list[int]) -> bool:
    missing = [kind for kind, text in labels.items() if not text]
    if not missing:
        return True
    # A note below the table may run into the value columns; only numbers must not be lost.
    numbers = [column for column in filled if parse_value(reading.grid.text(row, column)).number is not None]
    if numbers:
        found = reading.grid.text(row, numbers[0])
        reading.report("row_without_label", (row, numbers[0]), found, details={"kind": missing[0]})
    return False


def _row_extras(grid: Grid, frame: Frame, row: int) -> dict[str, str]:
    """Unit, note, status and the like that stand in the row."""
    extras: dict[str, str] = {}
    for column, role in frame.roles.items():
        if role not in (*KINDS, "ignored", "text") and grid.label(row, column):
            extras.setdefault(role, grid.label(row, column))
    return extras


def _read_cell(
    reading: _Reading,
    place: tuple[int, int],
    labels: dict[str, str],
    head: Head,
    known: dict[str, str],
    extras: dict[str, str],
) -> None:
    grid, source = reading.grid, reading.source
    text = grid.text(*place)
    if place in grid.merged and grid.label(*place):
        reading.report("value_merged", place, grid.label(*place))
        return
    said = {kind: labels.get(kind) or head.get(kind) or known.get(kind, "") for kind in KINDS}
    label_unit = reading.names.indicator(said["indicator"]).unit
    parsed = parse_year(said["year"])
    reading.rows.append(
        RawRow(
            region_text=said["region"],
            indicator_text=said["indicator"],
            year_text=said["year"],
            value_text=text,
            unit_text=extras.get("unit") or head.unit or ("" if label_unit else known["unit"]),
            status_text=extras.get("status") or (parsed[1] if parsed else ""),
            default_status=source.status,
            vintage=extras.get("vintage") or source.vintage,
            verification=extras.get("verification") or source.verification,
            source=extras.get("source") or source.title,
            url=extras.get("url") or source.url,
            file=grid.file,
            sheet=grid.sheet,
            cell=grid.address(*place),
            note="; ".join(filter(None, (extras.get("note", ""), grid.notes.get(place, "")))),
        )
    )
