"""Executed chapters made by hand: small, real figures and tables, and reports with one defect each."""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from analysis import fonts
from analysis.rendering import FrontMatter, merge, write_report

TABLE = """\
| 指标 | 最新值 | 状态 |
|:--------------------------------------------------|------------------------------:|:------------------------------|
| 单位地区生产总值能耗 | 93.1 | [▲ 按期可达]{.status-on-track} |
| 秸秆综合利用率 | 89.4 | [✓ 已达到]{.status-met} |
"""

FIRST = """\
# 总结 {#sec-summary}

见 @fig-energy、@tbl-scores 与 @sec-methods，另见第 [-@sec-energy] 节。

::: {.callout-note title="口径说明"}
按可比价计算，见 @fig-energy。
:::

::: {.callout-warning}
## 数据不足
少于五年。
:::
"""

SECOND = """\
## 能耗强度 {#sec-energy}

正文一段。

::: {.content-visible when-format="html"}
仅网页可见。
:::

::: {.content-visible when-format="docx"}
仅文档可见。
:::

### 不编号的小节 {.unnumbered}

# 方法 {#sec-methods}

误差 $\\sigma$ 见 @fig-water。
"""

FRONT = FrontMatter(
    title="节能减排评估报告",
    subtitle="年度评估",
    author="研究组",
    date="六月三十日",
    issuer="某市发展改革委",
    data_cutoff="六月底",
    edition="甲年度",
    demonstration=True,
)


def display(kind: str, data: dict[str, str], **facts: str) -> Any:
    return nbformat.v4.new_output("display_data", data=data, metadata={"analysis": {"kind": kind, **facts}})


def text(markdown: str) -> Any:
    return display("text", {"text/markdown": markdown})


@cache
def picture(title: str) -> tuple[str, str]:
    """A real figure with Chinese labels as SVG and PNG."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with matplotlib.rc_context({"svg.hashsalt": "test"}):
        fonts.register_matplotlib()
        drawn, axes = plt.subplots(figsize=(6, 2.5))
        axes.plot([1, 2, 3], [3, 1, -2])
        axes.set_title(title)
        svg, png = io.StringIO(), io.BytesIO()
        drawn.savefig(svg, format="svg", metadata={"Date": None})
        drawn.savefig(png, format="png", dpi=100)
        plt.close(drawn)
    return svg.getvalue(), base64.b64encode(png.getvalue()).decode("ascii")


def figure(label: str, caption: str, alt: str = "折线由三降到负二") -> Any:
    svg, png = picture(caption)
    return display("figure", {"image/svg+xml": svg, "image/png": png}, label=label, caption=caption, alt=alt)


def table(label: str, caption: str, markdown: str = TABLE) -> Any:
    return display("table", {"text/markdown": markdown}, label=label, caption=caption)


def chapter(path: Path, *outputs: Any) -> Path:
    """An executed notebook with one cell per output."""
    cells = [nbformat.v4.new_code_cell("show()", outputs=[output], execution_count=1) for output in outputs]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def good_chapters(folder: Path) -> list[Path]:
    """Two chapters with every feature that the report uses."""
    plain = nbformat.v4.new_output("execute_result", data={"text/plain": "不属于报告"}, execution_count=1)
    printed = nbformat.v4.new_output("stream", name="stdout", text="也不属于报告")
    return [
        chapter(folder / "a.ipynb", text(FIRST), table("tbl-scores", "评分表"), figure("fig-energy", "能耗逐年下降")),
        chapter(
            folder / "b.ipynb",
            text(SECOND),
            plain,
            printed,
            figure("fig-water", "用水量"),
            table("tbl-water", "用水概况"),
        ),
    ]


def good_report(folder: Path, front: FrontMatter = FRONT) -> Path:
    return write_report(merge(good_chapters(folder), front), folder / "report.ipynb")


def report_of(folder: Path, *outputs: Any, front: FrontMatter = FRONT) -> Path:
    return write_report(merge([chapter(folder / "c.ipynb", *outputs)], front), folder / "report.ipynb")
