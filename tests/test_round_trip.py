"""Any tidy table, written in any layout, format and encoding with the usual noise, reads back equal."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from delivery import Rows, codes, list_source, ods_row, read, values, write_csv, write_ods, write_xls, write_xlsx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_sources import (
    INDICATORS,
    REGIONS,
    TABLES,
    Cells,
    indicators_in_columns,
    long_rows,
    regions_over_years,
    years_in_columns,
)

FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
LAYOUTS = (long_rows, years_in_columns, indicators_in_columns, regions_over_years)
FORMATS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "xlsx", "xls", "ods")


def noisy_number(text: str, chance: random.Random) -> str:
    """The same number as bureaus write it."""
    ways = (
        str,
        lambda plain: plain.translate(FULL_WIDTH),
        lambda plain: f" {plain}  ",
        lambda plain: f"{plain}①",
        lambda plain: f"{plain}[2]",
        lambda plain: f"{float(plain):,.2f}",
        lambda plain: f"+{plain}",
    )
    return chance.choice(ways)(text)


def noisy_label(text: str, chance: random.Random) -> str:
    """The same label with blanks, footnote marks or full-width brackets."""
    if not text or not any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return text
    ways = (
        str,
        lambda plain: f"  {plain}",
        lambda plain: f"{plain}[1]" if plain[-1] not in ")年" else plain,
        lambda plain: plain.replace("(", "（").replace(")", "）"),
        lambda plain: plain[0] + " " + plain[1:] if plain in REGIONS.values() else plain,
        lambda plain: f"一、{plain}" if plain in INDICATORS.values() else plain,
    )
    return chance.choice(ways)(text)


def write(folder: Path, form: str, rows: Rows) -> str:
    """Write a table in a format; returns the file's name."""
    for path in (folder / "observations").iterdir():
        path.unlink()
    name = f"delivered.{form if form in ('xlsx', 'xls', 'ods') else 'csv'}"
    path = folder / "observations" / name
    if form == "xlsx":
        write_xlsx(path, {"数据": rows, "水印": [[None]]})
    elif form == "xls":
        write_xls(path, rows)
    elif form == "ods":
        write_ods(path, {"数据": [ods_row(*row) for row in rows]})
    else:
        write_csv(path, rows, form)
    return name


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=TABLES, form=st.sampled_from(FORMATS), is_titled=st.booleans())
@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_table_in_any_layout_format_and_encoding_with_noise(
    layout: object, drawn: tuple, form: str, is_titled: bool, tiny_plan: Path
) -> None:
    regions, indicators, years, chance = drawn
    keys = [(r, i, y) for r in regions for i in indicators for y in years]
    numbers = {key: round(chance.uniform(0, 100), 2) for key in keys}
    missing = {key for key in keys if chance.random() < 0.2}
    texts: Cells = {
        key: chance.choice(("—", "…", "")) if key in missing else noisy_number(f"{numbers[key]}", chance)
        for key in keys
    }
    rows = [
        [cell if cell in texts.values() else noisy_label(str(cell), chance) for cell in row] for row in layout(texts)
    ]  # type: ignore[operator]
    if is_titled:
        rows = [["节能减排统计表（示例）"], [], *rows, [], ["注：表中数据为快报。"]]
    list_source(tiny_plan, write(tiny_plan, form, rows))
    result = read(tiny_plan)
    assert codes(result, "error", "warning") == []
    assert values(result) == {key: numbers[key] for key in keys if key not in missing}
