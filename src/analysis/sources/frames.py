"""Recognise how a sheet is laid out: where its header is, and what each column holds.

Every layout that is not tidy has rows and columns that stand for two of region, indicator and year; the third is
in a further label, in a line between the rows, in the title, in the sheet's name or in ``sources.csv``. The reader
therefore looks for the header first, and then asks of every column what it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from analysis.sources.grids import Grid, address
from analysis.sources.headers import header_above_data, headers_around_years, is_numbering, unit_of
from analysis.sources.names import Names
from analysis.sources.rows import Layout
from analysis.sources.values import parse_value
from analysis.sources.vocabulary import column_meaning

KINDS = ("region", "indicator", "year")
ROLES = (*KINDS, "unit", "status", "vintage", "verification", "source", "url", "note", "ignored")
MAJORITY = 0.5


@dataclass(frozen=True)
class Head:
    """What stands above one value column.

    Parameters
    ----------
    region, indicator, year, unit : str
        Labels as they stand in the header; empty if the header does not say.
    unknown : str
        The label if it means none of them.
    is_value : bool
        Whether the header says that values stand below (数值), and not of what.
    """

    region: str = ""
    indicator: str = ""
    year: str = ""
    unit: str = ""
    unknown: str = ""
    is_value: bool = False

    def get(self, kind: str) -> str:
        """Label of one kind."""
        return str(getattr(self, kind))


@dataclass(frozen=True)
class Frame:
    """One table of a sheet.

    Parameters
    ----------
    title : range
        Rows above the header.
    header, body : range
        Rows of the header and below it.
    roles : dict of int to str
        Column → what its cells hold: ``region``, ``indicator``, ``year``, ``unit``, ``note``, ``ignored`` …
    heads : dict of int to Head
        Value column → its header.
    """

    title: range
    header: range
    body: range
    roles: dict[int, str]
    heads: dict[int, Head]

    def has(self, kind: str) -> bool:
        """Whether rows or columns say the region, indicator or year."""
        return kind in self.roles.values() or any(head.get(kind) for head in self.heads.values())


def find_frames(grid: Grid, names: Names, layout: Layout, given: frozenset[str]) -> list[Frame]:
    """Find the tables of a sheet.

    Parameters
    ----------
    grid : Grid
    names : Names
    layout : Layout
        As far as ``sources.csv`` says.
    given : frozenset of str
        Kinds that ``sources.csv`` gives for the whole file.

    Returns
    -------
    list of Frame
        Empty if the sheet fits no layout.
    """
    headers: list[range] = []
    if layout.header:
        headers = [range(layout.header[0] - 1, min(layout.header[1], grid.height))]
    elif layout.columns in ("", "year"):
        headers = headers_around_years(grid, names)
    if not headers and (layout.columns != "year" or layout.roles):
        header = header_above_data(grid, names)
        headers = [header] if header else []
    frames = []
    for position, header in enumerate(headers):
        end = headers[position + 1].start if position + 1 < len(headers) else grid.height
        above = headers[position - 1].stop if position else 0
        frame = _frame(grid, names, layout, given, (range(above, header.start), header, range(header.stop, end)))
        if frame:
            frames.append(frame)
    # Only the first header has a title of its own; what stands above later ones is the end of the table before.
    return [replace(frame, title=frames[0].title) if index else frame for index, frame in enumerate(frames)]


def _frame(
    grid: Grid, names: Names, layout: Layout, given: frozenset[str], rows: tuple[range, range, range]
) -> Frame | None:
    title, header, body = rows
    said = {column: meaning for column in range(grid.width) if (meaning := _said(layout, column))}
    labels = {
        column: [said[column]] if column in said else _header_labels(grid, header, column)
        for column in range(grid.width)
    }
    heads = {column: _head(texts, names) for column, texts in labels.items()}
    known = {column for column, head in heads.items() if head.region or head.indicator or head.year}
    first_value = min(known, default=grid.width)
    roles: dict[int, str] = {}
    for column in range(grid.width):
        role = _role(grid, names, labels[column], body, column, column in known, column < first_value)
        role = said[column] if said.get(column) in ROLES else role
        if role != "value":
            roles[column] = role
    values = {column: heads[column] for column in range(grid.width) if column not in roles}
    # Column labels that no one knows are taken for what the other columns are.
    kinds = {kind for head in values.values() for kind in KINDS if head.get(kind)}
    _assign_text_column(roles, layout, kinds, given)
    axis = layout.columns or _column_axis(values.values(), set(roles.values()) | given)
    if axis in ("region", "indicator"):
        values = {column: _with_unknown_as(head, axis) for column, head in values.items()}
    frame = Frame(title, header, body, roles, values)
    recognised = kinds | (set(roles.values()) & set(KINDS))
    return frame if values and recognised and (frame.has("indicator") or "indicator" in given or kinds) else None


def _said(layout: Layout, column: int) -> str:
    """What the layout's description says that a column holds; empty if nothing."""
    return layout.roles.get(address(0, column)[:-1], "") if layout.roles else ""


def _header_labels(grid: Grid, header: range, column: int) -> list[str]:
    rows = [row for row in header if not is_numbering(grid, row)]
    return list(dict.fromkeys(text for row in rows if (text := grid.label(row, column))))


def _head(labels: list[str], names: Names) -> Head:
    """Sort the labels above a column into region, indicator, year and unit."""
    region = indicator = year = unit = ""
    rest: list[str] = []
    for text in labels:
        if names.year(text):
            year = text
        elif unit_of(text):
            unit = unit_of(text)
        elif names.region(text):
            region = text
        elif not column_meaning(text) or names.indicator(text).id:
            rest.append(text)
    for candidate in _joined(rest):
        found = names.indicator(candidate)
        if candidate == rest[-1] and names.is_narrowed(rest, found.id):
            # 农村 above 污水处理率 may be the rural one: not known is better than the wrong one.
            continue
        if found.id or found.is_ambiguous:
            indicator = candidate
            break
    is_value = any(column_meaning(text) == "value" for text in labels)
    return Head(region, indicator, year, unit, "" if indicator else " · ".join(rest), is_value)


def _joined(labels: list[str]) -> Iterable[str]:
    """Ways to read a stack of labels: the lowest, all of them together, upwards.

    An upper label alone never stands for the stack: what is below it narrows its meaning.
    """
    if not labels:
        return []
    return dict.fromkeys([labels[-1], "".join(labels), "".join(reversed(labels)), "、".join(labels)])


def _with_unknown_as(head: Head, axis: str) -> Head:
    if not head.unknown or head.get(axis):
        return head
    if axis == "region":
        return replace(head, unknown="", region=head.unknown)
    return replace(head, unknown="", indicator=head.unknown)


def _column_axis(heads: Iterable[Head], elsewhere: set[str]) -> str:
    """What most columns stand for; if none is known, the indicator if the rows are something else."""
    counts = Counter(kind for head in heads for kind in ("region", "indicator", "year") if head.get(kind))
    if not counts:
        return "" if "indicator" in elsewhere else "indicator"
    if counts["indicator"] or counts["region"]:
        return "indicator" if counts["indicator"] >= counts["region"] else "region"
    return "year"


def _role(grid: Grid, names: Names, labels: list[str], body: range, column: int, is_known: bool, is_left: bool) -> str:
    """What the cells of a column hold: by its head, then by what stands in it."""
    if is_known:
        return "value"
    word = next((meaning for text in labels if (meaning := column_meaning(text))), "")
    if word:
        return word
    texts = [text for row in body if (text := grid.label(row, column))]
    if not texts:
        return "ignored"
    numbers = [text for text in texts if parse_value(text).number is not None]
    if is_left and not labels and numbers == texts == [str(number + 1) for number in range(len(texts))]:
        return "ignored"
    shares = {
        "year": sum(names.year(text) for text in texts) if is_left else 0,
        "region": sum(bool(names.region(text)) for text in texts),
        "indicator": sum(bool(names.indicator(text).id) for text in texts),
        "unit": sum(bool(unit_of(text)) for text in texts),
    }
    kind, count = max(shares.items(), key=lambda item: item[1])
    if count > MAJORITY * len(texts):
        return kind
    return "value" if numbers else "text"


def _assign_text_column(roles: dict[int, str], layout: Layout, kinds: set[str], given: frozenset[str]) -> None:
    """The leftmost column of unknown texts stands for what is missing still."""
    texts = [column for column, role in sorted(roles.items()) if role == "text"]
    present = set(roles.values()) | kinds
    wanted = layout.rows if layout.rows and layout.rows not in present else ""
    missing = [kind for kind in ("indicator", "region") if kind not in present | given]
    if texts and (wanted or missing):
        roles[texts[0]] = wanted or missing[0]
