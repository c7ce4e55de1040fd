"""Sparklines: what they show, what they say, and where they stand in every format."""

from __future__ import annotations

import base64
import re
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pypdf
import pytest
import sample_tables as sample
from report_builder import report_of, table

from analysis.errors import RenderingError
from analysis.rasters import to_png
from analysis.readings import Reading, readings
from analysis.rendering import png_only, render
from analysis.sparklines import HEIGHT, WIDTH, alternative, draw, history, sparkline
from analysis.theme import STATUS_STYLES

MEASURES = sample.measures()


def item(indicator: str, tier: str = "base", language: str = "zh", **changes: object) -> Reading:
    found = readings(sample.assessment().assign(**changes), sample.plan(), language, indicator=indicator)
    return next(reading for reading in found if reading.row.tier == tier)


def picture(indicator: str, language: str = "zh") -> tuple[str, str]:
    """Text alternative and SVG of an indicator's sparkline."""
    match = re.fullmatch(
        r"!\[(.*)\]\(data:image/svg\+xml;base64,(.*)\)", sparkline(MEASURES, item(indicator, language=language))
    )
    assert match
    return match[1], base64.b64decode(match[2]).decode()


def points(svg: str) -> list[tuple[float, float]]:
    line = re.search(r'd="M([^"]*L[^"]*)" stroke="#1F2933"', svg)
    assert line
    return [(float(x), float(y)) for x, y in (place.split() for place in line[1].split("L"))]


def test_the_line_runs_from_the_first_year_towards_the_target_year() -> None:
    """Energy: 2015 to 2023 of 2015 to 2025, 118.2 is the highest, the target 85.5 the lowest."""
    found = points(picture("energy")[1])
    assert len(found) == 9
    left, right = found[0][0], WIDTH - found[0][0]
    assert found[-1][0] == pytest.approx(left + 0.8 * (right - left), abs=0.06)
    assert found[0][1] == min(y for _, y in found)
    share = (93.1 - 85.5) / (118.2 - 85.5)
    top, bottom = found[0][1], HEIGHT - found[0][1]
    assert found[-1][1] == pytest.approx(bottom - share * (bottom - top), abs=0.06)


def test_points_gained_by_a_falling_share_are_drawn_downwards() -> None:
    """The share of solvents has risen by 2.5 points, which the measure counts as −2.5."""
    assert history(MEASURES, item("coatings")) == {2020: 0.0, 2021: -2.0, 2022: 1.0, 2023: 2.5}
    assert points(picture("coatings")[1])[-1][1] == min(y for _, y in points(picture("coatings")[1]))


def test_what_was_added_up_before_the_base_year_is_not_shown() -> None:
    earlier = MEASURES[MEASURES["indicator"] == "cod"].head(1).assign(year=2019, value=-500.0)
    assert history(pd.concat([MEASURES, earlier]), item("cod")) == sample.VALUES["cod"]


def test_the_picture_speaks() -> None:
    assert picture("energy")[0] == "2015—2023年逐年走势，最新为−6.9%；目标为下降14.5%；难以达到"
    assert picture("straw", "en")[0] == "yearly values 2015–2023, the latest 89.4%; target: ≥ 90%; on track"
    assert alternative({2023: 1.0}, item("parks")).startswith("仅有2023年的值")


def test_every_status_has_its_own_shape_and_colour() -> None:
    drawn = {status: draw({2022: 1.0, 2023: 2.0}, item("straw", status=status)) for status in STATUS_STYLES}
    for status, svg in drawn.items():
        assert STATUS_STYLES[status].colour in svg
    shapes = {svg.replace(STATUS_STYLES[status].colour, "") for status, svg in drawn.items()}
    assert len(shapes) == len(STATUS_STYLES)


def test_it_is_small_and_always_the_same() -> None:
    for indicator in sample.VALUES:
        svg = picture(indicator)[1]
        assert svg == picture(indicator)[1]
        assert len(svg) < 2000


@pytest.mark.parametrize("values", [{2023: 5.0}, {2022: 0.0, 2023: 0.0}, {2030: 90.0}])
def test_odd_series_are_drawn(values: dict[int, float]) -> None:
    svg = draw(values, item("straw"))
    assert "nan" not in svg
    places = [float(number) for number in re.findall(r'd="M([\d.]+) ', svg)]
    assert all(0 <= place <= WIDTH for place in places)
    assert len(to_png([svg], 300)[0]) > 100


def test_without_a_value_there_is_a_dash() -> None:
    assert sparkline(MEASURES, item("boilers")) == "—"


# ---- in the report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A merged report whose table holds two sparklines, printed in every format."""
    folder = tmp_path_factory.mktemp("sparklines")
    rows = "\n".join(f"| {id} | {sparkline(MEASURES, item(id))} |" for id in ("energy", "straw"))
    rule = f"|:{'-' * 60}|:{'-' * 30}|"
    path = report_of(folder, table("tbl-board", "总览", f"| 目标 | 走势 |\n{rule}\n{rows}\n"))
    render(path, folder, "report", ["html", "pdf", "docx"], "embedded", "zh")
    return path


ALTERNATIVES = ["2015—2023年逐年走势，最新为−6.9%", "2015—2023年逐年走势，最新为89.4%"]


def test_pictures_lie_beside_the_merged_notebook_as_svg_and_png(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    named = re.findall(r"\]\((pictures/[0-9a-f]+)\.svg\)\{width=46pt\}", text)
    assert len(named) == 2
    assert "data:image" not in text
    for name in named:
        assert (report.parent / f"{name}.svg").read_text(encoding="utf-8").startswith("<svg")
        assert (report.parent / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    variant = png_only(nbformat.read(report, as_version=4))
    printed = variant.cells[-1].outputs[0].data["text/markdown"]
    assert printed.count(".png){width") == 2
    assert ".svg" not in printed


def test_the_page_holds_them_with_their_alternatives(report: Path) -> None:
    page = (report.parent / "report.html").read_text(encoding="utf-8")
    cells = re.findall(r"<td[^>]*><img (?:[^>\"]|\"[^\"]*\")*>", page)
    assert len(cells) == 2
    for cell, words in zip(cells, ALTERNATIVES, strict=True):
        assert f'alt="{words}' in cell
        assert 'src="data:image/svg+xml,' in cell


def test_the_pdf_draws_them_with_their_alternatives(report: Path) -> None:
    reader = pypdf.PdfReader(report.parent / "report.pdf")
    spoken = [str(found.get("/Alt", "")) for found in _elements(reader)]
    for words in ALTERNATIVES:
        assert sum(text.startswith(words) for text in spoken) == 1


def _elements(reader: pypdf.PdfReader) -> list[pypdf.generic.DictionaryObject]:
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            found.append(node)
            waiting += [node["/K"]] if "/K" in node else []
    return found


def test_word_shows_them_as_png_with_their_alternatives(report: Path) -> None:
    with zipfile.ZipFile(report.parent / "report.docx") as archive:
        document = archive.read("word/document.xml").decode("utf-8")
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
    assert len(pictures) == 2
    assert all(name.endswith(".png") for name in pictures)
    for words in ALTERNATIVES:
        assert f'descr="{words}' in document


def test_a_picture_that_is_gone_is_named(report: Path, tmp_path: Path) -> None:
    moved = tmp_path / "report.ipynb"
    moved.write_bytes(report.read_bytes())
    with pytest.raises(RenderingError, match="pictures"):
        render(moved, tmp_path, "report", ["html"], "embedded", "zh")
