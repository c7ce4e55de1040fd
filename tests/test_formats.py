"""Formats of delivered files beyond text: encrypted and OpenDocument workbooks, queries, described layouts."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from delivery import cells, codes, list_source, ods_row, read, values, write_csv, write_ods, write_xlsx
from test_sources import FOUR, REGIONS_BY_YEARS, TIDY

from analysis.sources import workbooks
from analysis.sources.files import read_grids

QUERY = """-- 从数据库取数
select region, indicator, year, value, unit from delivered where value is not null order by year, region"""


def encrypted(path: Path, password: str) -> None:
    """Encrypt a workbook in place, as Excel does."""
    from msoffcrypto.format.ooxml import OOXMLFile

    result = io.BytesIO()
    with path.open("rb") as stream:
        OOXMLFile(stream).encrypt(password, result)
    path.write_bytes(result.getvalue())


def test_a_workbook_that_excel_opens_without_asking_is_read(tiny_plan: Path) -> None:
    path = tiny_plan / "observations" / "delivered.xlsx"
    write_xlsx(path, {"表": REGIONS_BY_YEARS})
    encrypted(path, workbooks.DEFAULT_PASSWORD)
    list_source(tiny_plan, "delivered.xlsx")
    assert values(read(tiny_plan)) == FOUR


def test_a_workbook_with_a_password_of_its_own_is_refused(tiny_plan: Path) -> None:
    path = tiny_plan / "observations" / "delivered.xlsx"
    write_xlsx(path, {"表": REGIONS_BY_YEARS})
    encrypted(path, "secret")
    list_source(tiny_plan, "delivered.xlsx")
    assert codes(read(tiny_plan)) == ["file_encrypted"]


def test_an_opendocument_table_with_merged_heads_percentages_and_repeated_cells(tiny_plan: Path) -> None:
    merged = (
        '<table:table-row><table:table-cell/><table:table-cell table:number-columns-spanned="2"'
        ' office:value-type="string"><text:p>污水<text:s/>处理率</text:p></table:table-cell>'
        "<table:covered-table-cell/></table:table-row>"
    )
    percent = (
        '<table:table-cell office:value-type="percentage" office:value="0.825"><text:p>83%</text:p></table:table-cell>'
    )
    rows = [
        ods_row("统计表"),
        ods_row(None, repeated=2),
        merged,
        ods_row("地区", "2020年", "2021年"),
        ods_row("青山市", "80%")[: -len("</table:table-row>")] + percent + "</table:table-row>",
        ods_row("东河县", "—", "75.5%"),
        ods_row(None, repeated=1048000),
    ]
    write_ods(tiny_plan / "observations" / "delivered.ods", {"表1": rows})
    list_source(tiny_plan, "delivered.ods")
    result = read(tiny_plan)
    assert codes(result, "error", "warning") == []
    # What is stored counts, not the rounded text that is shown.
    assert values(result) == {key: value for key, value in FOUR.items() if key != ("east", "sewage_rate", 2020)}
    assert cells(result)[("city", "sewage_rate", 2021)] == "C6"


def test_the_fast_and_the_careful_reader_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["地区", " 2020年 ", 2021, 80.5, 1e20, 0.1 + 0.2, True, None, "１２"])
    sheet.append([None, None, 12345678901234, -3, 1e-7])
    sheet["B4"] = "合并"
    sheet.merge_cells("B4:C5")
    workbook.create_sheet("第二张")["C3"] = 7
    workbook.save(tmp_path / "a.xlsx")
    fast = read_grids(tmp_path / "a.xlsx", "a.xlsx")
    monkeypatch.setattr(workbooks, "_needs_care", lambda content: True)
    assert read_grids(tmp_path / "a.xlsx", "a.xlsx") == fast
    assert fast[0].label(3, 2) == "合并"
    assert fast[1].cells == [["", "", ""], ["", "", ""], ["", "", "7"]]


def test_an_error_value_in_a_cell_is_no_missing_value(tiny_plan: Path) -> None:
    write_xlsx(
        tiny_plan / "observations" / "delivered.xlsx", {"表": [["指标", "2020", "2021"], ["污水处理率", 80, "#REF!"]]}
    )
    list_source(tiny_plan, "delivered.xlsx", unit="%")
    result = read(tiny_plan)
    assert [(item.code, item.cell) for item in result.problems if item.severity == "error"] == [
        ("value_not_number", "C2")
    ]


def fill(connection: object, mark: str) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("create table delivered (region text, indicator text, year integer, value numeric, unit text)")
    for row in TIDY[1:]:
        cursor.execute(f"insert into delivered values ({', '.join([mark] * 5)})", row)
    connection.commit()  # type: ignore[attr-defined]


@pytest.fixture
def database_plan(tiny_plan: Path) -> Path:
    """A plan folder with a SQLite database beside the plan and a query as its only delivered file."""
    connection = sqlite3.connect(tiny_plan / "statistics.db")
    fill(connection, "?")
    connection.close()
    (tiny_plan / "observations" / "delivered.sql").write_text(QUERY, encoding="utf-8")
    list_source(tiny_plan, "delivered.sql", layout="database=sqlite:///statistics.db")
    return tiny_plan


def test_a_query_is_read_like_a_file(database_plan: Path) -> None:
    result = read(database_plan)
    assert values(result) == FOUR
    assert codes(result) == ["query_result"]
    assert result.problems[0].details["count"] == "4"
    assert cells(result)[("city", "sewage_rate", 2020)] in ("D2", "D3")


def test_another_content_of_the_database_has_another_hash(database_plan: Path) -> None:
    before = read(database_plan).problems[0].found
    assert read(database_plan).problems[0].found == before
    connection = sqlite3.connect(database_plan / "statistics.db")
    connection.execute("update delivered set value = 81 where value = 80")
    connection.commit()
    connection.close()
    assert read(database_plan).problems[0].found != before


@pytest.mark.parametrize(
    ("query", "layout", "code"),
    [
        ("drop table delivered", "database=sqlite:///statistics.db", "query_not_reading"),
        ("select * from nothing", "database=sqlite:///statistics.db", "database_failed"),
        ("select 1; delete from delivered", "database=sqlite:///statistics.db", "database_failed"),
        ("with gone as (select 1) delete from delivered", "database=sqlite:///statistics.db", "database_failed"),
        (QUERY, "database=sqlite:///absent.db", "database_failed"),
        (QUERY, "", "database_missing"),
        (QUERY, "database=$ANALYSIS_NO_SUCH_DATABASE", "database_variable"),
        (QUERY, "database=postgresql+pg8000://me:secret@host/name", "database_password"),
        (QUERY, "database=nonsense", "database_failed"),
        (QUERY + " limit 0", "database=sqlite:///statistics.db", "file_empty"),
    ],
)
def test_a_query_that_cannot_be_read(query: str, layout: str, code: str, database_plan: Path) -> None:
    (database_plan / "observations" / "delivered.sql").write_text(query, encoding="utf-8")
    list_source(database_plan, "delivered.sql", layout=layout)
    result = read(database_plan)
    assert codes(result) == [code]
    assert "secret" not in result.problems[0].found
    connection = sqlite3.connect(database_plan / "statistics.db")
    assert connection.execute("select count(*) from delivered").fetchone() == (4,)
    connection.close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of one's own, on a socket in a temporary folder."""
    if not (shutil.which("initdb") and shutil.which("pg_ctl")):
        pytest.skip("no PostgreSQL server is installed (initdb, pg_ctl)")
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    # PostgreSQL refuses to run as root.
    account = {"user": "nobody"} if os.geteuid() == 0 else {}
    if account:
        shutil.chown(folder, "nobody")
    run = partial(subprocess.run, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **account)
    run(["initdb", "-D", folder / "data", "-U", "me", "-A", "trust", "-E", "UTF8"])
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
    run(["pg_ctl", "-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start"])
    yield f"postgresql+pg8000://me@/postgres?unix_sock={folder}/.s.PGSQL.5432"
    run(["pg_ctl", "-D", folder / "data", "-w", "stop"])
    shutil.rmtree(folder)


def test_a_query_against_postgresql(server: str, tiny_plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pg8000.dbapi

    connection = pg8000.dbapi.connect(user="me", database="postgres", unix_sock=server.partition("unix_sock=")[2])
    fill(connection, "%s")
    connection.close()
    monkeypatch.setenv("ANALYSIS_TEST_DATABASE", server)
    query = tiny_plan / "observations" / "delivered.sql"
    query.write_text(QUERY.replace("value,", "value::float8 as value,") + " -- 100%", encoding="utf-8")
    list_source(tiny_plan, "delivered.sql", layout="database=$ANALYSIS_TEST_DATABASE")
    assert values(read(tiny_plan)) == FOUR
    query.write_text("with gone as (delete from delivered returning *) select * from gone", encoding="utf-8")
    assert codes(read(tiny_plan)) == ["database_failed"]
    assert "read-only" in read(tiny_plan).problems[0].found


def described(folder: Path, rows: list[list[object]], block: str) -> None:
    """Deliver a table with a block in ``layouts.yaml``."""
    write_csv(folder / "observations" / "delivered.csv", rows)
    list_source(folder, "delivered.csv", layout="odd")
    (folder / "layouts.yaml").write_text(f"odd:\n{block}", encoding="utf-8")


def test_columns_and_header_may_be_described(tiny_plan: Path) -> None:
    rows = [
        ["附表", "", "", ""],
        ["单位", "甲", "乙", "丙"],
        ["", "去年", "今年", "面积"],
        ["青山市", 80, 82.5, 7],
        ["东河县", 70, 75.5, 9],
    ]
    block = "  header: 2-3\n  columns: {A: region, B: '2020', C: '2021', D: ignored}\n"
    described(tiny_plan, rows, block)
    list_source(tiny_plan, "delivered.csv", layout="odd", indicator="污水处理率", unit="%")
    result = read(tiny_plan)
    assert codes(result, "error", "warning") == []
    assert values(result) == FOUR


def test_a_part_of_a_sheet_may_be_described(tiny_plan: Path) -> None:
    rows = [*REGIONS_BY_YEARS, ["人口"], ["地区", "2020年", "2021年"], ["青山市", 250, 251]]
    described(tiny_plan, [list(row) for row in rows], "  cells: A2:C4\n")
    list_source(tiny_plan, "delivered.csv", layout="odd", indicator="污水处理率", unit="%")
    assert values(read(tiny_plan)) == FOUR


def test_a_described_label_that_stands_nowhere_is_an_error(tiny_plan: Path) -> None:
    described(
        tiny_plan, [["指标", "2020"], ["处理率", 80]], "  labels: {处理率: 污水处理率（%）, 回用率: 污水处理率}\n"
    )
    result = read(tiny_plan)
    assert codes(result, "error") == ["label_not_found"]
    assert values(result) == {("city", "sewage_rate", 2020): 80.0}


MONTHS = [f"2021年{month}月" for month in range(1, 13)]


@pytest.mark.parametrize(("aggregate", "value"), [("sum", 78.0), ("mean", 6.5), ("last", 12.0)])
def test_a_year_from_its_months(aggregate: str, value: float, tiny_plan: Path) -> None:
    write_csv(tiny_plan / "observations" / "delivered.csv", [["指标", *MONTHS], ["污水处理率(%)", *range(1, 13)]])
    list_source(tiny_plan, "delivered.csv", layout=f"period=month; aggregate={aggregate}")
    result = read(tiny_plan)
    assert values(result) == {("city", "sewage_rate", 2021): value}
    assert cells(result) == {("city", "sewage_rate", 2021): "B2:M2"}


@pytest.mark.parametrize(
    ("month", "code"), [("—", "months_incomplete"), ("多", "months_not_numbers"), ("约6", "months_not_numbers")]
)
def test_no_year_from_months_that_are_not_all_numbers(month: str, code: str, tiny_plan: Path) -> None:
    write_csv(
        tiny_plan / "observations" / "delivered.csv", [["指标", *MONTHS], ["污水处理率(%)", month, *range(2, 13)]]
    )
    list_source(tiny_plan, "delivered.csv", layout="period=month; aggregate=sum")
    result = read(tiny_plan)
    assert code in codes(result, "error", "warning")
    assert result.observations.empty


def test_a_heading_that_no_one_knows_ends_the_one_before_it(tiny_plan: Path) -> None:
    for heading in ("地区：南山市", "南山市"):
        rows = [
            ["指标", "2020", "2021"],
            ["地区：青山市"],
            ["污水处理率(%)", 80, "—"],
            [heading],
            ["污水处理率(%)", "—", 75.5],
        ]
        write_csv(tiny_plan / "observations" / "delivered.csv", rows)
        list_source(tiny_plan, "delivered.csv")
        result = read(tiny_plan)
        assert values(result) == {("city", "sewage_rate", 2020): 80.0}
        assert codes(result, "error") == ["unknown_region"]
