"""Draw the pictures of docs/delivering-data*.md: sample tables, coloured by what the reader sees in each cell.

Run ``python docs/make_layout_pictures.py``. The tables are read by tests/test_delivery_guide.py, so that no picture
shows what the reader does not understand. Names are those of the plan in tests/plans/tiny.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.plan import load_plan
from analysis.sources.headers import unit_of
from analysis.sources.names import Names
from analysis.sources.values import parse_value, years_within
from analysis.sources.vocabulary import fold, words

HERE = Path(__file__).resolve().parent
IMAGES = HERE / "images"
PLAN = HERE.parent / "tests" / "plans" / "tiny"

Rows = list[list[str]]
COLOURS = {
    "region": "#D7E5F5",
    "indicator": "#CFE8DF",
    "year": "#FBE9C6",
    "unit": "#E7DCF3",
    "value": "#FFFFFF",
    "text": "#F2F4F7",
}
LEGEND = {
    "region": "地区 region",
    "indicator": "指标 indicator",
    "year": "年份 year",
    "unit": "单位 unit",
    "value": "数值 value",
}
CHARACTER, ROW_HEIGHT, MARGIN = 0.105, 0.27, 0.3  # inches
DOTS_PER_INCH = 130
COLOURS_STORED = 160


@dataclass(frozen=True)
class Sample:
    """A sample table: its cells, and merged areas as (row, column, height, width) counted from zero.

    ``values`` are the observations that it holds: region, indicator, year and value.
    """

    rows: Rows
    values: frozenset[tuple[str, str, int, float]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    layout: str = ""


def _values(text: str) -> frozenset[tuple[str, str, int, float]]:
    rows = (line.split() for line in text.strip().splitlines())
    return frozenset((region, indicator, int(year), float(value)) for region, indicator, year, value in rows)


SAMPLES = {
    "indicators-by-years": Sample(
        [
            ["青山市节能减排主要指标"],
            ["指标", "单位", "2021年", "2022年", "2023年(p)"],
            ["单位GDP能耗", "吨标准煤/万元", "0.512", "0.498", "0.485"],
            ["污水处理率", "%", "86.4", "约88", "—"],
            ["注：(p) 为初步数。"],
        ],
        _values(
            "city energy_intensity 2021 0.512\ncity energy_intensity 2022 0.498\ncity energy_intensity 2023 0.485\n"
            "city sewage_rate 2021 86.4\ncity sewage_rate 2022 88"
        ),
        ((0, 0, 1, 5),),
    ),
    "years-by-indicators": Sample(
        [
            ["地区：青山市"],
            ["年份", "单位GDP能耗（吨标准煤/万元）", "污水处理率（%）"],
            ["2021", "0.512", "86.4"],
            ["2022", "0.498", "88.0"],
            ["2023", "0.485", "90.1"],
        ],
        _values(
            "city energy_intensity 2021 0.512\ncity energy_intensity 2022 0.498\ncity energy_intensity 2023 0.485\n"
            "city sewage_rate 2021 86.4\ncity sewage_rate 2022 88\ncity sewage_rate 2023 90.1"
        ),
    ),
    "regions-by-indicators": Sample(
        [
            ["2022年各县（区）主要指标"],
            ["地区", "节能", "减排", ""],
            ["", "单位GDP能耗\n(吨标准煤/万元)", "污水处理率\n(%)", "生活垃圾处理量\n(万吨)"],
            ["青山市", "0.498", "88.0", "31.2"],
            ["东 河 县", "0.520", "84.5", "12.7"],
            ["西林区", "0.470", "91.3", "9.6"],
        ],
        _values(
            "city energy_intensity 2022 0.498\ncity sewage_rate 2022 88\ncity waste_total 2022 31.2\n"
            "east energy_intensity 2022 0.52\neast sewage_rate 2022 84.5\neast waste_total 2022 12.7\n"
            "west energy_intensity 2022 0.47\nwest sewage_rate 2022 91.3\nwest waste_total 2022 9.6"
        ),
        ((0, 0, 1, 4), (1, 0, 2, 1), (1, 2, 1, 2)),
    ),
    "regions-by-years": Sample(
        [
            ["污水处理率"],
            ["单位：%"],
            ["地区", "2021年", "2022年", "2023年"],
            ["全市", "86.4", "88.0", "90.1"],
            ["东河", "82.0", "84.5", "87.9(r)"],
            ["西林", "90.2", "91.3", "92.0"],
        ],
        _values(
            "city sewage_rate 2021 86.4\ncity sewage_rate 2022 88\ncity sewage_rate 2023 90.1\n"
            "east sewage_rate 2021 82\neast sewage_rate 2022 84.5\neast sewage_rate 2023 87.9\n"
            "west sewage_rate 2021 90.2\nwest sewage_rate 2022 91.3\nwest sewage_rate 2023 92"
        ),
        ((0, 0, 1, 4), (1, 0, 1, 4)),
    ),
    "blocks": Sample(
        [
            ["地区", "污水处理率（%）", "生活垃圾处理量（万吨）"],
            ["2021年"],
            ["东河县", "82.0", "12.1"],
            ["西林区", "90.2", "9.3"],
            ["2022年"],
            ["东河县", "84.5", "12.7"],
            ["西林区", "91.3", "9.6"],
        ],
        _values(
            "east sewage_rate 2021 82\neast waste_total 2021 12.1\nwest sewage_rate 2021 90.2\n"
            "west waste_total 2021 9.3\neast sewage_rate 2022 84.5\neast waste_total 2022 12.7\n"
            "west sewage_rate 2022 91.3\nwest waste_total 2022 9.6"
        ),
        ((1, 0, 1, 3), (4, 0, 1, 3)),
    ),
    "long": Sample(
        [
            ["地区", "指标", "年份", "数值", "单位", "数据状态"],
            ["青山市", "污水处理率", "2022", "88.0", "%", ""],
            ["青山市", "污水处理率", "2023", "90.1", "%", "初步核算"],
            ["东河县", "生活垃圾处理量", "2023", "12.9", "万吨", ""],
        ],
        _values("city sewage_rate 2022 88\ncity sewage_rate 2023 90.1\neast waste_total 2023 12.9"),
    ),
    "described": Sample(
        [
            ["制表：县住建局", "", ""],
            ["县区名称（全称）", "污水集中处理比例", "合计"],
            ["东河县", "84.5", "84.5"],
            ["西林区", "91.3", "91.3"],
        ],
        _values("east sewage_rate 2022 84.5\nwest sewage_rate 2022 91.3"),
        layout="regions_by_indicators; header=2; labels=污水集中处理比例:污水处理率(%); ignore=合计",
    ),
}


def kind_of(text: str, names: Names, is_below_header: bool) -> str:
    """What a cell holds, in the reader's eyes."""
    if names.year(text):
        return "year"
    if is_below_header and (parse_value(text).number is not None or (text and fold(text) in ("—", "-"))):
        return "value"
    if names.region(text):
        return "region"
    if names.indicator(text).id:
        return "indicator"
    if unit_of(text):
        return "unit"
    kind = words("columns").get(fold(text), "")
    if kind or is_below_header:
        return kind or "text"
    return "year" if years_within(text) else "region" if names.region_in(text) else "text"


def draw(name: str, sample: Sample, names: Names) -> None:
    """Draw one table as a spreadsheet shows it."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib.figure import Figure

    width = max(map(len, sample.rows))
    rows = [[*row, *[""] * (width - len(row))] for row in sample.rows]
    spanned = {(row, column) for row, column, _, columns in sample.merged if columns > 1}
    widths = [
        max(_length(row[column]) for y, row in enumerate(rows) if (y, column) not in spanned) for column in range(width)
    ]
    edges = [MARGIN + sum(max(item, 4) + 2 for item in widths[:column]) * CHARACTER for column in range(width + 1)]
    heights = [ROW_HEIGHT * max(text.count("\n") + 1 for text in row) for row in rows]
    tops = [ROW_HEIGHT + sum(heights[:row]) for row in range(len(rows) + 1)]
    total = (max(edges[-1], 5.6) + 0.05, tops[-1] + 0.4)
    figure = Figure(figsize=total, dpi=DOTS_PER_INCH)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, total[0]), ylim=(total[1], 0))
    axes.axis("off")
    for column in range(width):
        middle = (edges[column] + edges[column + 1]) / 2
        _write(axes, middle, ROW_HEIGHT / 2, chr(ord("A") + column), "#5F6B7A", "center")
    areas = {(row, column): (height, columns) for row, column, height, columns in sample.merged}
    hidden = {
        (row + down, column + right)
        for (row, column), (height, columns) in areas.items()
        for down in range(height)
        for right in range(columns)
    } - set(areas)
    is_below = False
    for row, texts in enumerate(rows):
        _write(axes, MARGIN / 2, (tops[row] + tops[row + 1]) / 2, str(row + 1), "#5F6B7A", "center")
        for column, text in enumerate(texts):
            if (row, column) in hidden:
                continue
            height, columns = areas.get((row, column), (1, 1))
            box = (edges[column], tops[row], edges[column + columns], tops[row + height])
            _cell(axes, box, text, kind_of(text, names, is_below and column > 0))
        is_below = is_below or sum(map(bool, texts)) > 1
    _draw_legend(axes, tops[-1] + 0.22)
    _save(figure, IMAGES / f"layout-{name}.png")


def _save(figure: Any, path: Path) -> None:
    """Save with a few colours: the pictures are stored for good."""
    from PIL import Image

    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    image = Image.open(content).convert("RGB")
    image.quantize(COLOURS_STORED, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)


def _cell(axes: Any, box: tuple[float, float, float, float], text: str, kind: str) -> None:
    from matplotlib.patches import Rectangle

    left, top, right, bottom = box
    colour = COLOURS.get(kind, COLOURS["text"]) if text else "#FFFFFF"
    axes.add_patch(Rectangle((left, top), right - left, bottom - top, facecolor=colour, edgecolor="#AEB7C2", lw=0.8))
    _write(axes, (left + right) / 2, (top + bottom) / 2, text, "#1F2933", "center")


def _draw_legend(axes: Any, y: float) -> None:
    from matplotlib.patches import Rectangle

    x = MARGIN
    for kind, text in LEGEND.items():
        axes.add_patch(Rectangle((x, y - 0.06), 0.14, 0.12, facecolor=COLOURS[kind], edgecolor="#AEB7C2", lw=0.8))
        _write(axes, x + 0.2, y, text, "#1F2933", "left")
        x += 0.36 + _length(text) * 0.068


def _write(axes: Any, x: float, y: float, text: str, colour: str, align: str) -> None:
    size = 8 if align == "left" else 9
    axes.text(x, y, text, ha=align, va="center", fontsize=size, color=colour, linespacing=1.2)


def _length(text: str) -> int:
    """Width of the longest line; Chinese characters are twice as wide."""
    return max(sum(1 if ord(sign) < 128 else 2 for sign in line) for line in [*text.splitlines(), ""])


def main() -> None:
    """Draw every picture."""
    import matplotlib

    from analysis.fonts import SANS_FAMILY, register_matplotlib

    register_matplotlib()
    matplotlib.rcParams["font.family"] = SANS_FAMILY
    IMAGES.mkdir(exist_ok=True)
    names = Names(load_plan(PLAN))
    for name, sample in SAMPLES.items():
        draw(name, sample, names)


if __name__ == "__main__":
    main()
