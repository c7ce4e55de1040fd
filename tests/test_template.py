"""The form for bureaus: empty it says nothing, filled in it is read back as it stands."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from delivery import codes, list_source, read
from typer.testing import CliRunner

from analysis.__main__ import app
from analysis.errors import InputError, StepError
from analysis.forms import write_form
from analysis.forms.contents import form_of, unit_text
from analysis.forms.workbook import FIRST_ROW, FIRST_YEAR_COLUMN, HEADER_ROW, LONGEST_LIST, sheet_name, workbook_of
from analysis.messages import catalogue
from analysis.observations import load
from analysis.plan import Plan, load_plan
from analysis.units import convert, find_unit

PLANS = Path(__file__).resolve().parents[1] / "data" / "raw"
PLAN_FOLDERS = sorted(path.parent for path in PLANS.glob("*/plan.yaml"))
Key = tuple[str, str, int]


def book_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def deliver_form(folder: Path, book: openpyxl.Workbook) -> None:
    """Put a workbook, and nothing else, into a plan folder."""
    (folder / "observations").mkdir(exist_ok=True)
    book.save(folder / "observations" / "填报表.xlsx")
    list_source(folder, "填报表.xlsx")


def plan_folder_of(source: Path, target: Path) -> Path:
    target.mkdir()
    shutil.copy(source / "plan.yaml", target / "plan.yaml")
    return target


def fill(book: openpyxl.Workbook, plan: Plan, language: str) -> dict[Key, float]:
    """Type a possible number into every third cell, each another one; what should be read back."""
    indicators = list(dict.fromkeys(item.indicator.id for item in plan.scored()))
    values: dict[Key, float] = {}
    for region in plan.regions:
        sheet = book[sheet_name(region.name.get(language))]
        for row, indicator in enumerate(indicators, FIRST_ROW):
            low, high = plan.indicator(indicator).bounds
            for column in range(FIRST_YEAR_COLUMN + len(values) % 3, sheet.max_column, 3):
                year = int(str(sheet.cell(HEADER_ROW, column).value).removesuffix("年"))
                first, last = low if low is not None else -40.0, high if high is not None else (low or 0.0) + 40.0
                value = first + (last - first) * ((row * 7 + column * 13) % 89 + 1) / 91
                # A share of it, so that it fits a plausible range that is narrower than the possible one.
                limits = plan.indicator(indicator).plausible
                if limits[0] is not None and limits[1] is not None:
                    value = limits[0] + (limits[1] - limits[0]) * (value - first) / (last - first)
                sheet.cell(row, column).value = round(value, 4)
                values[(region.id, indicator, year)] = round(value, 4)
    return values


def observed(folder: Path, plan: Plan) -> Iterator[tuple[Key, float]]:
    table = load(folder, plan, None, "en").observations
    for row in table.itertuples(index=False):
        yield (str(row.region), str(row.indicator), int(str(row.year))), float(str(row.value))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("source", PLAN_FOLDERS, ids=lambda path: path.name)
def test_an_empty_form_says_nothing_and_a_full_one_what_was_typed(source: Path, language: str, tmp_path: Path) -> None:
    folder = plan_folder_of(source, tmp_path / "plan")
    plan = load_plan(folder)
    content = workbook_of(form_of(plan, language))
    deliver_form(folder, book_of(content))
    empty = read(folder)
    assert len(empty.observations) == 0
    assert codes(empty, "error", "warning") == []
    book = book_of(content)
    expected = fill(book, plan, language)
    deliver_form(folder, book)
    assert dict(observed(folder, plan)) == expected
    assert codes(read(folder), "error", "warning") == []


def test_years_run_from_nine_before_the_base_year_to_the_target_year(plan: Plan) -> None:
    assert form_of(plan, "zh").years == tuple(range(2011, 2026))


def test_marks_chosen_or_typed_are_read_as_what_they_are(tiny_plan: Path) -> None:
    plan = load_plan(tiny_plan)
    book = book_of(workbook_of(form_of(plan, "zh")))
    sheet = book["东河县"]
    column = {sheet.cell(HEADER_ROW, place).value: place for place in range(1, sheet.max_column + 1)}
    sheet.cell(HEADER_ROW, column["2024年"]).value = "2024年(p)"
    row = next(row for row in range(FIRST_ROW, sheet.max_row + 1) if sheet.cell(row, 1).value == "污水处理率")
    for year, text in ((2020, "约80"), (2021, "—"), (2022, "85以上"), (2023, "86.5(r)"), (2024, 88)):
        sheet.cell(row, column[f"{year}年"]).value = text
    sheet.cell(row, column["备注"]).value = "口径为建成区"
    deliver_form(tiny_plan, book)
    table = load(tiny_plan, plan).observations
    assert table[["region", "year", "value", "bound", "status"]].to_numpy().tolist() == [
        ["east", 2020, 80.0, "about", "published"],
        ["east", 2022, 85.0, "at_least", "published"],
        ["east", 2023, 86.5, "exact", "revised"],
        ["east", 2024, 88.0, "exact", "preliminary"],
    ]
    assert all("口径为建成区" in note for note in table["note"])
    assert set(table["sheet"]) == {"东河县"}


def test_another_unit_of_the_list_is_converted(tiny_plan: Path) -> None:
    plan = load_plan(tiny_plan)
    book = book_of(workbook_of(form_of(plan, "zh")))
    sheet = book["青山市"]
    assert (sheet["A4"].value, sheet["B4"].value) == ("单位GDP能耗", "吨标准煤/万元（2020年价）")
    sheet["B4"] = "千克标准煤/万元（2020年价）"
    sheet["C4"] = 456
    deliver_form(tiny_plan, book)
    assert list(observed(tiny_plan, plan)) == [(("city", "energy_intensity", 2011), 0.456)]


def test_cells_are_checked_where_they_are_typed(plan: Plan) -> None:
    sheet = book_of(workbook_of(form_of(plan, "zh")))["青山市"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    numbers = rules["C5:Q5"]
    assert (numbers.type, numbers.operator, numbers.formula1, numbers.formula2) == ("decimal", "between", "0", "100")
    # A true mark must be able to get in.
    assert numbers.errorStyle == "warning"
    assert "0 至 100" in numbers.error
    assert rules["C4:Q4"].formula2 == "10"
    assert rules["M3"].formula1 == '"2021年,2021年(p),2021年(r),2021年(e)"'
    assert rules["B5"].formula1.startswith('"%,')
    assert sheet.freeze_panes == "C4"
    assert not sheet.protection.sheet
    assert sheet["A3"].protection.locked
    assert not sheet["C4"].protection.locked


def test_an_indicator_explains_itself_in_a_comment_and_on_the_page_of_notes(plan: Plan) -> None:
    book = book_of(workbook_of(form_of(plan, "zh")))
    comment = book["青山市"]["A5"].comment.text
    assert "污水处理率达到90%，力争达到95%" in comment
    assert "市发展改革委" in comment
    notes = book["填报说明"]
    assert any("污水处理率达到90%" in str(cell.value) for row in notes.iter_rows() for cell in row)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("source", PLAN_FOLDERS, ids=lambda path: path.name)
def test_every_list_fits_into_excel_and_holds_only_units_that_convert(source: Path, language: str) -> None:
    plan = load_plan(source)
    form = form_of(plan, language)
    units = {line.unit: line for line in form.lines}
    for line in units.values():
        own = find_unit(line.unit)
        assert own is not None
        for text in line.units:
            other = find_unit(text)
            assert other is not None
            assert convert(1.0, other, own) is not None
    for sheet in book_of(workbook_of(form)).worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1) <= LONGEST_LIST + 2
            assert len(rule.error) <= 255
            assert len(rule.errorTitle) <= 32


@pytest.mark.parametrize("language", ["zh", "en"])
def test_units_are_written_with_their_price_basis(language: str) -> None:
    for text in ("tce/10k CNY (2020 prices)", "m3/10k CNY (current prices)", "10k tce"):
        unit = find_unit(text)
        assert unit is not None
        assert find_unit(unit_text(unit, catalogue(language))) == unit


def test_units_to_choose_from_are_those_that_bureaus_count_in() -> None:
    plan = load_plan(PLANS / "huludao-145")
    tonnes = next(line for line in form_of(plan, "zh").lines if line.unit == "吨")
    assert tonnes.units == ("吨", "千克", "万吨", "亿吨")


def test_the_same_form_has_the_same_bytes(plan: Plan) -> None:
    assert workbook_of(form_of(plan, "en")) == workbook_of(form_of(plan, "en"))


def test_a_department_or_a_region_gets_its_part() -> None:
    plan = load_plan(PLANS / "huludao-145")
    form = form_of(plan, "zh", department="住房城乡建设局", region="连山")
    assert form.regions == ("连山区",)
    own = {item.indicator.id for item in plan.scored() if "housing" in item.responsibility.departments}
    assert 0 < len(form.lines) == len(own) < len(form_of(plan, "zh").lines)
    assert form.lines == form_of(plan, "zh", department="housing").lines


def test_unknown_names_get_the_nearest_known_one(plan: Plan) -> None:
    with pytest.raises(InputError, match="reform"):
        form_of(plan, "zh", department="refrom")
    with pytest.raises(InputError, match="东河县"):
        form_of(plan, "zh", region="东和县")


def test_a_department_without_numbers_has_no_form(plan: Plan) -> None:
    other = plan.model_copy(
        update={"departments": [*plan.departments, plan.departments[0].model_copy(update={"id": "museum"})]}
    )
    with pytest.raises(StepError, match="museum"):
        form_of(other, "zh", department="museum")


def test_a_form_that_was_filled_in_is_not_overwritten(tiny_plan: Path, tmp_path: Path) -> None:
    path = tmp_path / "表" / "form.xlsx"
    write_form(str(tiny_plan), str(path))
    write_form(str(tiny_plan), str(path))
    path.write_bytes(path.read_bytes() + b"filled")
    with pytest.raises(StepError, match=r"form\.xlsx"):
        write_form(str(tiny_plan), str(path))


def test_the_command_says_what_it_wrote(tiny_plan: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["template", str(tiny_plan), "--output", str(tmp_path / "form.xlsx"), "--language", "en"]
    )
    assert done.exit_code == 0, done.output
    assert "3 sheets, 2 indicators" in done.output
    assert CliRunner().invoke(app, ["template", "no-such-plan"]).exit_code == 1
