"""Tables as bureaus send them are read without a description, each value with the cell it stands in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from delivery import Rows, cells, codes, deliver, list_source, read, values, write_csv, write_xls, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.observations import clean
from analysis.plan import load_plan
from analysis.sources.blocks import LayoutError, parse_layout
from analysis.sources.files import UnreadableFileError, read_grids
from analysis.sources.grids import Grid, address
from analysis.sources.layouts import read_grid
from analysis.sources.names import Names
from analysis.sources.rows import Layout, RawDelivery, Source, layout_names, raw_table, source_table

Cells = dict[tuple[str, str, int], str]

CITY_2020, CITY_2021 = ("city", "sewage_rate", 2020), ("city", "sewage_rate", 2021)
EAST_2020, EAST_2021 = ("east", "sewage_rate", 2020), ("east", "sewage_rate", 2021)
FOUR = {CITY_2020: 80.0, CITY_2021: 82.5, EAST_2020: 70.0, EAST_2021: 75.5}

TIDY: Rows = [
    ["region", "indicator", "year", "value", "unit"],
    ["青山市", "污水处理率", 2020, 80, "%"],
    ["青山市", "污水处理率", 2021, 82.5, "%"],
    ["东河县", "污水处理率", 2020, 70, "%"],
    ["东河县", "污水处理率", 2021, 75.5, "%"],
]
REGIONS_BY_YEARS: Rows = [
    ["污水处理率（%）"],
    ["地区", "2020年", "2021年"],
    ["青山市", 80, 82.5],
    ["东河县", 70, 75.5],
]
YEARS_BY_REGIONS: Rows = [
    ["城市污水处理率 单位：%"],
    ["年份", "青山市", "东河县"],
    ["2020", 80, 70],
    ["2021", 82.5, 75.5],
]
BOTH_IN_THE_ROWS: Rows = [
    ["地区", "指标", "计量单位", "2020", "2021"],
    ["青山市", "污水处理率", "%", 80, 82.5],
    ["东河县", "污水处理率", "%", 70, 75.5],
]
YEARS_UNDER_REGIONS: Rows = [
    ["指标", "青山市", "青山市", "东河县", "东河县"],
    ["指标", 2020, 2021, 2020, 2021],
    ["污水处理率(%)", 80, 82.5, 70, 75.5],
]
INDICATOR_UNDER_YEARS: Rows = [
    ["地区", "2020年", "2021年"],
    ["", "污水处理率", "污水处理率"],
    ["", "%", "%"],
    ["青山市", 80, 82.5],
    ["东河县", 70, 75.5],
]
PANEL: Rows = [
    ["Year", "Location", "sewage_rate"],
    [2020, "Qingshan", 80],
    [2021, "Qingshan", 82.5],
    [2020, "Donghe County", 70],
    [2021, "Donghe County", 75.5],
]
ONE_BLOCK_PER_YEAR: Rows = [
    ["地区", "污水处理率"],
    ["2020年", ""],
    ["青山市", 80],
    ["东河县", 70],
    ["2021年", ""],
    ["青山市", 82.5],
    ["东河县", 75.5],
]
ONE_BLOCK_PER_REGION: Rows = [
    ["指标", "2020年", "2021年"],
    ["地区：青山市"],
    ["污水处理率(%)", 80, 82.5],
    ["地区：东河县"],
    ["污水处理率(%)", 70, 75.5],
]
CONTINUED: Rows = [
    ["污水处理率（%）"],
    ["地区", "2020", "2021"],
    ["青山市", 80, 82.5],
    ["续表"],
    ["地区", "2020", "2021"],
    ["东河县", 70, 75.5],
]
CONTINUED_TO_THE_RIGHT_BELOW: Rows = [
    ["污水处理率（%）"],
    ["地区", "2020"],
    ["青山市", 80],
    ["东河县", 70],
    ["续表"],
    ["地区", "2021"],
    ["青山市", 82.5],
    ["东河县", 75.5],
]


@pytest.mark.parametrize(
    "rows",
    [
        TIDY,
        REGIONS_BY_YEARS,
        YEARS_BY_REGIONS,
        BOTH_IN_THE_ROWS,
        YEARS_UNDER_REGIONS,
        INDICATOR_UNDER_YEARS,
        PANEL,
        ONE_BLOCK_PER_YEAR,
        ONE_BLOCK_PER_REGION,
        CONTINUED,
        CONTINUED_TO_THE_RIGHT_BELOW,
    ],
    ids=lambda rows: " / ".join(str(cell) for cell in rows[0]),
)
def test_the_same_four_values_in_every_layout(rows: Rows, tiny_plan: Path) -> None:
    result = deliver(tiny_plan, rows)
    assert codes(result, "error", "warning") == []
    assert values(result) == FOUR


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_encoding_and_delimiter(encoding: str, delimiter: str, tiny_plan: Path) -> None:
    write_csv(tiny_plan / "observations" / "delivered.csv", REGIONS_BY_YEARS, encoding, delimiter)
    list_source(tiny_plan, "delivered.csv")
    assert values(read(tiny_plan)) == FOUR


def test_xlsx_and_xls_say_the_same_as_csv(tiny_plan: Path) -> None:
    write_xlsx(tiny_plan / "observations" / "delivered.xlsx", {"表1": REGIONS_BY_YEARS})
    list_source(tiny_plan, "delivered.xlsx")
    assert values(read(tiny_plan)) == FOUR
    write_xls(tiny_plan / "observations" / "delivered.xls", REGIONS_BY_YEARS)
    list_source(tiny_plan, "delivered.xls")
    assert values(read(tiny_plan)) == FOUR


def test_the_format_is_told_by_the_content_not_by_the_name(tiny_plan: Path) -> None:
    write_xlsx(tiny_plan / "observations" / "delivered.xls", {"表1": TIDY})
    list_source(tiny_plan, "delivered.xls")
    assert values(read(tiny_plan)) == FOUR


def test_regions_by_indicators_with_merged_headers_and_the_year_in_the_sheet_name(tiny_plan: Path) -> None:
    def sheet(rate: float, waste: float) -> Rows:
        return [
            ["节能减排统计表", None, None],
            ["地区", "环境基础设施", None],
            [None, "污水处理率\n(%)\nSewage treatment rate", "生活垃圾处理量\n(吨)"],
            ["青 山 市", rate, waste],
            ["东河县", "—", 1000],
            ["注：示例。"],
        ]

    merged = ["A1:C1", "A2:A3", "B2:C2"]
    sheets = {"2020年": sheet(80, 20000), "2021年": sheet(82.5, "21,000")}
    write_xlsx(tiny_plan / "observations" / "delivered.xlsx", sheets, merged)
    list_source(tiny_plan, "delivered.xlsx")
    result = read(tiny_plan)
    assert codes(result, "error", "warning") == []
    assert values(result) == {
        CITY_2020: 80.0,
        CITY_2021: 82.5,
        ("city", "waste_total", 2020): 2.0,
        ("city", "waste_total", 2021): 2.1,
        ("east", "waste_total", 2020): 0.1,
        ("east", "waste_total", 2021): 0.1,
    }
    places = result.observations.set_index(["region", "indicator", "year"])[["file", "sheet", "cell"]]
    assert tuple(places.loc[CITY_2021]) == ("observations/delivered.xlsx", "2021年", "B4")


def test_indicators_by_years_with_a_unit_row(tiny_plan: Path) -> None:
    rows = [
        ["青山市主要指标"],
        ["年份", "污水处理率", "生活垃圾处理量"],
        ["单位", "%", "万吨"],
        ["二〇二〇年", 80, 2],
        ["2021年(p)", 82.5, 2.1],
    ]
    result = deliver(tiny_plan, rows)
    assert codes(result, "error", "warning") == []
    assert values(result)[("city", "waste_total", 2021)] == 2.1
    assert cells(result)[CITY_2020] == "B4"
    statuses = result.observations.groupby("year")["status"].unique().map(list).to_dict()
    assert statuses == {2020: ["published"], 2021: ["preliminary"]}


def test_the_title_gives_year_and_region(tiny_plan: Path) -> None:
    rows = [["青山市东河县2021年节能减排情况"], ["指标", "单位", "数值"], ["污水处理率", "%", 75.5]]
    assert values(deliver(tiny_plan, rows)) == {EAST_2021: 75.5}


def test_a_numbering_row_and_a_serial_number_are_no_values(tiny_plan: Path) -> None:
    rows = [
        ["序号", "地区", "2020", "2021"],
        ["甲", "乙", 1, 2],
        [1, "青山市", 80, 82.5],
        [2, "东河县", 70, 75.5],
    ]
    result = deliver(tiny_plan, rows, indicator="污水处理率", unit="%")
    assert codes(result, "error") == []
    assert values(result) == FOUR


def test_an_upper_header_alone_does_not_name_a_column(tiny_plan: Path) -> None:
    rows = [["地区", "污水处理率", "污水处理率"], ["", "城市", "农村"], ["青山市", 80, 30]]
    result = deliver(tiny_plan, rows, year="2020", unit="%")
    assert values(result) == {CITY_2020: 80.0}
    assert codes(result, "error") == ["unknown_indicator"]


def test_a_head_that_another_indicator_may_mean_is_not_guessed(tiny_plan: Path) -> None:
    """农村 above 污水处理率 where the plan also knows 农村生活污水处理率: unknown, not the city's rate."""
    path = tiny_plan / "plan.yaml"
    rural = """  - id: rural_rate
    title: {zh: 农村生活污水处理率, en: Rural sewage treatment rate}
    unit: "%"
    direction: increase
sections:"""
    path.write_text(path.read_text(encoding="utf-8").replace("sections:", rural, 1), encoding="utf-8")
    rows = [
        ["地区", "城镇情况", "农村", "垃圾"],
        ["", "污水处理率(%)", "污水处理率(%)", "生活垃圾处理量(万吨)"],
        ["青山市", 80, 30, 2],
    ]
    result = deliver(tiny_plan, rows, year="2020")
    assert values(result) == {CITY_2020: 80.0, ("city", "waste_total", 2020): 2.0}
    assert codes(result, "error") == ["unknown_indicator"]


def test_a_group_above_a_head_is_only_a_group(tiny_plan: Path) -> None:
    rows = [["地区", "污水情况", "污水情况"], ["", "污水处理率", "生活垃圾处理量(万吨)"], ["青山市", 80, 30]]
    assert values(deliver(tiny_plan, rows, year="2020"))[CITY_2020] == 80.0


def test_a_merged_value_is_not_multiplied(tiny_plan: Path) -> None:
    rows = [["指标", "2020", "2021"], ["污水处理率", 80, None]]
    write_xlsx(tiny_plan / "observations" / "delivered.xlsx", {"表": rows}, ["B2:C2"])
    list_source(tiny_plan, "delivered.xlsx", unit="%")
    result = read(tiny_plan)
    assert values(result) == {CITY_2020: 80.0}
    assert codes(result, "error") == ["value_merged"]


def test_a_percentage_format_is_what_the_reader_sees(tiny_plan: Path) -> None:
    import openpyxl

    path = tiny_plan / "observations" / "delivered.xlsx"
    write_xlsx(path, {"表": [["指标", "2020", "2021"], ["污水处理率", 0.8, 82.5]]})
    workbook = openpyxl.load_workbook(path)
    workbook["表"]["B2"].number_format = "0.0%"
    workbook["表"]["C2"].number_format = '0.0"%"'
    workbook.save(path)
    list_source(tiny_plan, "delivered.xlsx")
    assert values(read(tiny_plan)) == {CITY_2020: 80.0, CITY_2021: 82.5}


def test_a_formula_without_a_stored_result_is_an_error_not_a_missing_value(tiny_plan: Path) -> None:
    rows = [["指标", "2020", "2021"], ["污水处理率", 80, "=B2+2.5"]]
    write_xlsx(tiny_plan / "observations" / "delivered.xlsx", {"表": rows})
    list_source(tiny_plan, "delivered.xlsx")
    result = read(tiny_plan)
    assert [(item.code, item.cell, item.found) for item in result.problems if item.severity == "error"] == [
        ("value_not_number", "C2", "=B2+2.5")
    ]


def test_labels_may_be_ignored_on_purpose(tiny_plan: Path) -> None:
    rows = [["地区", "污水处理率", "人口"], ["青山市", 80, 250], ["合计", 80, 250]]
    ignoring = deliver(tiny_plan, rows, year="2020", unit="%", layout="ignore=人口|合计")
    assert codes(ignoring, "error", "warning") == []
    assert values(ignoring) == {CITY_2020: 80.0}
    everything = deliver(tiny_plan, rows, year="2020", unit="%", layout="ignore=*")
    assert [(item.code, item.details["count"]) for item in everything.problems] == [("labels_ignored", "3")]
    assert values(everything) == {CITY_2020: 80.0}
    assert codes(deliver(tiny_plan, rows, year="2020", unit="%"), "error") == [
        "indicator_not_in_plan",
        "unknown_region",
    ]


def test_labels_of_a_tidy_file_may_be_ignored_too(tiny_plan: Path) -> None:
    rows = [*TIDY, ["青山市", "人口", 2020, 250, "万人"]]
    assert codes(deliver(tiny_plan, rows), "error") == ["indicator_not_in_plan"]
    assert values(deliver(tiny_plan, rows, layout="long; ignore=人口")) == FOUR


def test_only_the_named_sheets_are_read(tiny_plan: Path) -> None:
    sheets = {"数据": TIDY, "说明": [["本表由统计局提供"]]}
    write_xlsx(tiny_plan / "observations" / "delivered.xlsx", sheets)
    list_source(tiny_plan, "delivered.xlsx")
    assert codes(read(tiny_plan)) == ["layout_unknown"]
    list_source(tiny_plan, "delivered.xlsx", sheet="数据")
    assert codes(read(tiny_plan)) == []
    list_source(tiny_plan, "delivered.xlsx", sheet="数据2")
    assert codes(read(tiny_plan)) == ["sheet_missing"]


def test_what_the_list_of_files_says_holds_where_the_file_says_nothing(tiny_plan: Path) -> None:
    rows = [["year", "value"], [2020, 70], [2021, 75.5]]
    defaults = {"region": "东河", "indicator": "sewage_rate", "unit": "%", "status": "修订", "vintage": "2022年6月"}
    observations = deliver(tiny_plan, rows, layout="long", **defaults).observations
    assert observations["region"].tolist() == ["east", "east"]
    assert observations["status"].tolist() == ["revised", "revised"]
    assert observations["vintage"].tolist() == ["2022-06", "2022-06"]


def test_a_file_without_any_region_is_the_area_of_the_plan_and_says_so(tiny_plan: Path) -> None:
    result = deliver(tiny_plan, [["指标", "2020", "2021"], ["污水处理率(%)", 80, 82.5]])
    assert values(result) == {CITY_2020: 80.0, CITY_2021: 82.5}
    assert codes(result) == ["region_assumed"]


def test_an_encrypted_or_strange_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"%PDF-1.7\x00")
    with pytest.raises(UnreadableFileError) as caught:
        read_grids(path, "x.xlsx")
    assert caught.value.code == "file_unreadable"


def test_addresses_are_those_of_a_spreadsheet() -> None:
    assert [address(0, column) for column in (0, 25, 26, 51, 52, 701, 702)] == [
        "A1", "Z1", "AA1", "AZ1", "BA1", "ZZ1", "AAA1",
    ]  # fmt: skip


def test_a_layout_may_be_named_with_what_to_ignore() -> None:
    assert parse_layout("regions_by_years; ignore=合计|其他") == Layout("regions_by_years", ("合计", "其他"))
    assert parse_layout("ignore=合计") == Layout("", ("合计",))
    with pytest.raises(LayoutError, match="rows"):
        parse_layout("regions_by_years; rows=3")
    assert (Layout("regions_by_years").rows, Layout("regions_by_years").columns) == ("region", "year")
    assert len(layout_names()) == 7 + 4  # and the ledgers


NAMES = Names(load_plan(Path(__file__).parent / "plans" / "tiny"))
REGIONS = {"city": "青山市", "east": "东河县", "west": "西林区"}
INDICATORS = {"sewage_rate": "污水处理率(%)", "waste_total": "生活垃圾处理量(万吨)"}
TABLES = st.tuples(
    st.lists(st.sampled_from(sorted(REGIONS)), min_size=1, unique=True),
    st.lists(st.sampled_from(sorted(INDICATORS)), min_size=1, unique=True),
    st.lists(st.integers(2015, 2025), min_size=1, max_size=4, unique=True).map(sorted),
    st.randoms(use_true_random=False),
)


def long_rows(table: Cells) -> Rows:
    return [
        ["地区", "指标", "年份", "数值"],
        *([REGIONS[r], INDICATORS[i], y, text] for (r, i, y), text in table.items()),
    ]


def years_in_columns(table: Cells) -> Rows:
    years = sorted({key[2] for key in table})
    pairs = dict.fromkeys(key[:2] for key in table)
    body = [[REGIONS[r], INDICATORS[i], *(table[(r, i, y)] for y in years)] for r, i in pairs]
    return [["统计表"], ["地区", "指标", *(f"{year}年" for year in years)], *body, ["注：—表示没有数据。"]]


def indicators_in_columns(table: Cells) -> Rows:
    indicators = list(dict.fromkeys(key[1] for key in table))
    pairs = dict.fromkeys((key[0], key[2]) for key in table)
    body = [[REGIONS[r], y, *(table[(r, i, y)] for i in indicators)] for r, y in pairs]
    return [["地区", "年份", *(INDICATORS[i] for i in indicators)], *body]


def regions_over_years(table: Cells) -> Rows:
    regions, indicators, years = (list(dict.fromkeys(key[part] for key in table)) for part in range(3))
    heads = [(r, y) for r in regions for y in years]
    body = [[INDICATORS[i], *(table[(r, i, y)] for r, y in heads)] for i in indicators]
    return [["指标", *(REGIONS[r] for r, _ in heads)], ["", *(f"{y}年" for _, y in heads)], *body]


@settings(max_examples=25, deadline=None)
@given(drawn=TABLES)
@pytest.mark.parametrize("layout", [long_rows, years_in_columns, indicators_in_columns, regions_over_years])
def test_any_table_reads_back_equal_from_any_layout(layout: Callable[[Cells], Rows], drawn: tuple) -> None:
    regions, indicators, years, random = drawn
    keys = [(r, i, y) for r in regions for i in indicators for y in years]
    numbers = {key: round(random.uniform(0, 100), 2) for key in keys}
    is_missing = {key: random.random() < 0.2 for key in keys}
    rows = layout({key: "—" if is_missing[key] else f"{numbers[key]}" for key in keys})
    width = max(map(len, rows))
    grid = Grid("delivered.csv", "", [[str(cell) for cell in row] + [""] * (width - len(row)) for row in rows])
    read_rows, problems = read_grid(grid, Source("delivered.csv"), Layout(), NAMES)
    result = clean(RawDelivery(raw_table(read_rows), source_table([], {}, {}), problems), NAMES.plan)
    assert codes(result, "error", "warning") == []
    assert values(result) == {key: numbers[key] for key in keys if not is_missing[key]}
