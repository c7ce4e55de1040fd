from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from PIL import Image
from report_builder import FRONT, chapter, display, figure, good_chapters, table, text

from analysis.errors import RenderingError
from analysis.rendering import FrontMatter, merge, png_only, write_report


def front_matter(report: Any) -> dict[str, Any]:
    return dict(yaml.safe_load(report.cells[0].source.strip().strip("-")))


def test_the_first_cell_is_raw_front_matter(tmp_path: Path) -> None:
    report = merge(good_chapters(tmp_path), FRONT)
    assert report.cells[0].cell_type == "raw"
    assert report.cells[0].source.startswith("---\n")
    front = front_matter(report)
    assert (front["title"], front["subtitle"], front["lang"]) == ("节能减排评估报告", "年度评估", "zh")
    assert front["crossref"]["fig-title"] == "图"


def test_the_demonstration_mark_is_there_only_when_data_are_invented(tmp_path: Path) -> None:
    assert front_matter(merge(good_chapters(tmp_path), FRONT))["demonstration-mark"] == "示例数据"
    real = front_matter(merge(good_chapters(tmp_path), FrontMatter(title="t")))
    assert real["demonstration"] is False
    assert not any(key.startswith("demonstration-") for key in real)


@pytest.mark.parametrize(("language", "prefix"), [("zh", "图"), ("en", "Figure")])
def test_fixed_words_follow_the_language(tmp_path: Path, language: str, prefix: str) -> None:
    front = front_matter(merge(good_chapters(tmp_path), FrontMatter(title="t", language=language)))
    assert front["crossref"]["fig-prefix"] == prefix
    assert front["lang"] == language


def test_displays_become_cells_in_reading_order_and_the_rest_stays_behind(tmp_path: Path) -> None:
    cells = merge(good_chapters(tmp_path), FRONT).cells[1:]
    assert [cell.cell_type for cell in cells] == ["markdown", "code", "code", "markdown", "code", "code"]
    assert cells[1].source == '#| label: tbl-scores\n#| tbl-cap: "评分表"\n#| echo: false'
    assert cells[2].source.splitlines() == [
        "#| label: fig-energy",
        '#| fig-cap: "能耗逐年下降。笔记本：notebooks/a.ipynb。"',
        '#| fig-alt: "折线由三降到负二"',
        "#| echo: false",
    ]
    assert all(len(cell.outputs) == 1 for cell in cells if cell.cell_type == "code")
    assert "不属于报告" not in nbformat.writes(merge(good_chapters(tmp_path), FRONT))


def test_a_caption_names_the_notebook_that_was_run_and_not_the_run(tmp_path: Path) -> None:
    path = chapter(tmp_path / "04-section-goals.ipynb", figure("fig-a", "历年值。数据：年报。"))
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["analysis"] = {"notebook": "04-section.ipynb"}
    nbformat.write(notebook, path)
    assert "历年值。数据：年报。笔记本：notebooks/04-section.ipynb。" in merge([path], FRONT).cells[1].source


def test_quotes_and_colons_in_captions_survive_as_yaml(tmp_path: Path) -> None:
    caption = 'a: "b" \\ c # d'
    report = merge([chapter(tmp_path / "c.ipynb", table("tbl-a", caption))], FRONT)
    options = "\n".join(line[3:] for line in report.cells[1].source.splitlines())
    assert yaml.safe_load(options)["tbl-cap"] == caption


def test_the_same_chapters_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_report(merge(good_chapters(tmp_path), FRONT), tmp_path / "1.ipynb").read_bytes()
    second = write_report(merge(good_chapters(tmp_path), FRONT), tmp_path / "2.ipynb").read_bytes()
    assert first == second
    nbformat.validate(nbformat.reads(first.decode("utf-8"), as_version=4))


def test_cell_ids_are_unique_even_for_equal_cells(tmp_path: Path) -> None:
    report = merge([chapter(tmp_path / "c.ipynb", text("同样"), text("同样"))], FRONT)
    assert len({cell.id for cell in report.cells}) == len(report.cells)


def test_the_variant_for_word_has_png_only_and_leaves_the_report_alone(tmp_path: Path) -> None:
    report = merge(good_chapters(tmp_path), FRONT)
    kinds = {mime for cell in png_only(report).cells for output in cell.get("outputs", []) for mime in output.data}
    assert kinds == {"image/png", "text/markdown"}
    assert any("image/svg+xml" in output.data for cell in report.cells for output in cell.get("outputs", []))


def test_a_figure_without_png_gets_one_of_the_size_of_its_svg(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="36pt" height="18pt"><path d="M0 0H9V9Z"/></svg>'
    only_svg = display("figure", {"image/svg+xml": svg}, label="fig-a", caption="甲", alt="甲")
    path = write_report(merge([chapter(tmp_path / "c.ipynb", only_svg)], FRONT), tmp_path / "report.ipynb")
    figure = nbformat.read(path, as_version=4).cells[-1].outputs[0].data
    picture = Image.open(io.BytesIO(base64.b64decode(figure["image/png"])))
    assert picture.size == (100, 50)
    assert [round(dots) for dots in picture.info["dpi"]] == [200, 200]
    assert figure["image/svg+xml"] == svg


def stored_error() -> Any:
    return nbformat.v4.new_output("error", ename="ValueError", evalue="负值", traceback=["…"])


DEFECTS = {
    "a stored traceback": ([text("好"), stored_error()], ["c.ipynb · 第 2 格", "ValueError: 负值"]),
    "a label used twice": ([table("tbl-a", "甲"), table("tbl-a", "乙")], ["tbl-a", "第 2 格", "第 1 格"]),
    "a heading label used twice": ([text("# 甲 {#sec-a}"), text("# 乙 {#sec-a}")], ["sec-a", "第 2 格"]),
    "a figure without fig-": ([figure("energy", "甲")], ["energy", "fig-"]),
    "a table labelled as figure": ([table("fig-a", "甲")], ["fig-a", "tbl-"]),
    "a label with a blank": ([table("tbl-a b", "甲")], ["tbl-a b"]),
    "a figure without caption": ([figure("fig-a", " ")], ["fig-a", "没有标题"]),
    "a figure without alternative text": ([figure("fig-a", "甲", alt="")], ["fig-a", "替代文字"]),
    "an unknown kind of output": ([display("video", {"text/plain": "x"})], ["video", "text、figure"]),
    "a figure without picture": ([display("figure", {"text/plain": "x"}, label="fig-a")], ["image/svg+xml"]),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_refused_with_notebook_and_cell(tmp_path: Path, defect: str) -> None:
    outputs, expected = DEFECTS[defect]
    with pytest.raises(RenderingError) as error:
        merge([chapter(tmp_path / "c.ipynb", *outputs)], FRONT)
    message = str(error.value)
    assert "c.ipynb" in message
    for part in (*expected, "应为", "处理"):
        assert part in message


def test_no_chapters_and_unreadable_chapters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match="没有任何章节"):
        merge([], FRONT)
    broken = tmp_path / "坏.ipynb"
    broken.write_text("{", encoding="utf-8")
    for path in (broken, tmp_path / "无.ipynb"):
        with pytest.raises(RenderingError, match=path.name):
            merge([path], FRONT)


def test_messages_follow_the_language(tmp_path: Path) -> None:
    front = FrontMatter(title="t", language="en")
    with pytest.raises(RenderingError, match=r"c\.ipynb · cell 1.*Expected: .*What to do: "):
        merge([chapter(tmp_path / "c.ipynb", figure("energy", "x"))], front)
