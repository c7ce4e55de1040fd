"""The web page in a real browser: at three widths, light and dark, with and without JavaScript, and without a network.

The browser is the machine's own Chromium. The pages are two small reports of the real renderer; the environment
variable ``PAGES`` (paths, separated by blanks) adds finished reports.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from report_builder import FRONT, SECOND, chapter, figure, table, text

from analysis.rendering import Attachment, FrontMatter, merge, render, write_report

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
axe_api = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

REPOSITORY = Path(__file__).parents[1]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium: install Debian's chromium, or set CHROMIUM")

FINISHED = [REPOSITORY / path for path in os.environ.get("PAGES", "").split()]
EVERY_PAGE = ["zh", "en", *map(str, FINISHED)]
WIDTHS = {1440: 1000, 820: 1180, 390: 844}

INTRODUCTION = {
    "zh": """\
# 总体评价 {#sec-summary}

各项目标见@tbl-scores、@fig-energy，方法见@sec-methods。

::: {.callout-warning title="数据不足"}
[未评价]{.muted}，见[来源](https://example.org/)。
:::
""",
    "en": """\
# Summary {#sec-summary}

The targets are in @tbl-scores and @fig-energy, the method in @sec-methods.

::: {.callout-warning title="Few data"}
[not assessed]{.muted}, see the [source](https://example.org/).
:::
""",
}
SCORES = """\
| 指标 | 最新值 | 状态 | 责任单位 |
|:----------------------------------------|--------------------:|:--------------------|:--------------------|
| 单位能耗 | [9.3]{.origin title="a.xlsx · 表一 · B4"} | [▲ 按期可达]{.status-on-track} | 甲局 |
| 秸秆利用率 | 89.4 | [✓ 已达到]{.status-met} | 乙局 |
| 氨氮减排量 | −11.7 | [◆ 存在风险]{.status-at-risk} | 乙局 |
| 管网漏损率 | — | [○ 未评价]{.status-not-assessed} | 甲局 |
| 货运量占比 | 120.5 | [▼ 难以达到]{.status-off-track} | 甲局 |
| 用水量 | 1,020 | [× 未完成]{.status-missed} | 乙局 |
| 清洁取暖率 | 70 | [✓ 已达到]{.status-met} | 甲局 |
| 处理率 | 71 | [▲ 按期可达]{.status-on-track} | 乙局 |
| 回收率 | 72 | [◆ 存在风险]{.status-at-risk} | 甲局 |
| 化肥利用率 | 73 | [▼ 难以达到]{.status-off-track} | 乙局 |
"""
TARGETS = """\
| 目标 | 最新值 | 目标值 | 说明 | 状态 |
|:------------------------------|----------:|----------:|:----------------------------------------|:--------------------|
| [氨氮](#sec-indicator-nitrogen) | [1]{.origin title="a.csv · B2"} | 2 | 甲 | [✓ 已达到]{.status-met} |
| [能耗](#sec-indicator-energy) | [3]{.origin title="a.csv · B3"} | 4 | 乙 | [▲ 按期可达]{.status-on-track} |
"""
PARTS = """\
# 第一部分 {#sec-section-first}

## 能耗 {#sec-indicator-energy}

正文。

## 没有目标的指标 {#sec-indicator-other}
"""
NITROGEN = """\
# 第二部分 {#sec-section-second}

## 氨氮 {#sec-indicator-nitrogen}
"""
FILES = (
    Attachment("assessment.csv", "评价结果", "\ufeff指标,值\r\n能耗,9.3\r\n".encode()),
    Attachment("assessment.xlsx", "评价结果", b""),
)


def a_workbook() -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["能耗", 9.3])
    book.save(content)
    return content.getvalue()


@pytest.fixture(scope="session")
def workbook() -> bytes:
    return a_workbook()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, workbook: bytes) -> dict[str, Path]:
    """The page of each language, typeset once, and the finished reports that were named."""
    made = {str(path): path for path in FINISHED}
    english = FrontMatter(title="Evaluation", subtitle="Annual", language="en", issuer="Office", demonstration=True)
    for language, front in (("zh", FRONT), ("en", english)):
        folder = tmp_path_factory.mktemp("网页 " + language)
        methods = "\n\n".join(f"## 方法 {number}\n\n第 {number} 段。" for number in range(40))
        outputs = [
            text(INTRODUCTION[language]),
            table("tbl-scores", "评分表", SCORES),
            figure("fig-energy", "能耗逐年下降"),
            text(SECOND.replace("@fig-water", "@fig-energy")),
            text(methods),
            table("tbl-targets", "总表", TARGETS),
            text(PARTS),
            text(NITROGEN),
        ]
        report = write_report(merge([chapter(folder / "a.ipynb", *outputs)], front), folder / "report.ipynb")
        files = [FILES[0], Attachment(FILES[1].name, FILES[1].title, workbook)]
        done = render(report, folder, "report", ["html"], "embedded", language, files)
        made[language] = done.files[0]
    return made


@pytest.fixture(scope="session")
def hostile(pages: dict[str, Path], hostile_report: Path) -> str:
    """The page of a plan whose every text is an attack."""
    pages["hostile"] = hostile_report / "report.html"
    return "hostile"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        # Without a sandbox, because containers and root have none.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Visit:
    """An open page, and what it asked for and complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def rows(self, column: int = 0) -> list[str]:
        """What stands in a column of the scores, rows that are shown only."""
        script = f"rows => rows.filter(row => !row.hidden).map(row => row.cells[{column}].innerText.trim())"
        return list(self.page.locator("#tbl-scores tbody tr").evaluate_all(script))


Open = Callable[..., Any]
expect = sync_api.expect


@pytest.fixture
def visit(browser: Any, pages: dict[str, Path]) -> Open:
    """Open a page; every request but the page itself is blocked and recorded."""

    @contextmanager
    def opened(name: str = "zh", width: int = 1440, scheme: str = "light", javascript: bool = True) -> Iterator[Visit]:
        context = browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme, java_script_enabled=javascript
        )
        address = pages[name].as_uri()
        context.set_default_timeout(10_000)
        page = context.new_page()
        result = Visit(page)

        def answer(route: Any) -> None:
            if route.request.url.split("#")[0] == address:
                route.continue_()
            else:
                result.requests.append(route.request.url)
                route.abort()

        context.route("**/*", answer)
        page.on("console", lambda message: result.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: result.complaints.append(str(error)))
        page.goto(address)
        yield result
        context.close()

    return opened


every_page = pytest.mark.parametrize("name", EVERY_PAGE)
every_width = pytest.mark.parametrize("width", WIDTHS)


@every_width
@every_page
def test_the_page_fits_its_window_asks_for_nothing_and_has_no_error(name: str, width: int, visit: Open) -> None:
    with visit(name, width) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") == width
        seen.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        fonts = seen.page.evaluate("document.fonts.ready.then(fonts => Array.from(fonts, font => font.status))")
        assert fonts == ["loaded"]
        seen.page.wait_for_load_state("networkidle")
        assert (seen.requests, seen.complaints) == ([], [])


@every_page
def test_the_page_can_be_mailed(name: str, pages: dict[str, Path]) -> None:
    assert pages[name].stat().st_size <= 6_000_000


def test_a_request_would_be_noticed(visit: Open) -> None:
    with visit() as seen:
        # The page's own policy forbids the request before the network would see it.
        with seen.page.expect_console_message(lambda message: "Content Security Policy" in message.text):
            seen.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://example.org/a.png'}))")
        assert len(seen.complaints) == 1


@every_page
def test_every_link_leads_somewhere(name: str, visit: Open) -> None:
    with visit(name) as seen:
        ids = seen.page.evaluate("Array.from(document.querySelectorAll('[id]'), element => element.id)")
        assert len(ids) == len(set(ids))
        links = seen.page.evaluate("Array.from(document.links, link => link.getAttribute('href'))")
        broken = [link for link in links if link.startswith("#") and link[1:] not in ids]
        other = [link[:60] for link in links if not link.startswith(("#", "data:", "https://", "http://"))]
        assert links
        assert (broken, other) == ([], [])


@every_page
def test_every_picture_is_shown_and_speaks(name: str, visit: Open) -> None:
    with visit(name) as seen:
        pictures = seen.page.evaluate("Array.from(document.images, image => [image.alt.trim(), image.naturalWidth])")
        assert pictures
        assert [picture for picture in pictures if not all(picture)] == []


# A finished report is a hundred times as long and differs from the small ones in its contents only.
EXAMINED = [
    *((name, width, scheme) for name in ("zh", "en") for width in WIDTHS for scheme in ("light", "dark")),
    *((str(path), *case) for path in FINISHED for case in ((1440, "light"), (390, "dark"))),
]


@pytest.mark.parametrize(("name", "width", "scheme"), EXAMINED)
def test_axe_finds_nothing(name: str, width: int, scheme: str, visit: Open) -> None:
    with visit(name, width, scheme) as seen:
        found = axe_api.Axe().run(seen.page).response["violations"]
        assert [(item["id"], item["nodes"][0]["html"][:200]) for item in found] == []


# Tables


def test_a_click_on_a_head_sorts_up_down_and_back(visit: Open) -> None:
    with visit() as seen:
        before = seen.rows(1)
        button = seen.page.locator("#tbl-scores th .sort").nth(1)
        button.click()
        assert seen.rows(1) == ["−11.7", "9.3", "70", "71", "72", "73", "89.4", "120.5", "1,020", "—"]
        assert seen.page.locator("#tbl-scores th").nth(1).get_attribute("aria-sort") == "ascending"
        button.click()
        # Nothing known stays last either way.
        assert seen.rows(1) == ["1,020", "120.5", "89.4", "73", "72", "71", "70", "9.3", "−11.7", "—"]
        button.press("Enter")
        assert seen.rows(1) == before
        assert seen.page.locator("#tbl-scores th[aria-sort]").count() == 0


def test_words_and_choices_filter_the_rows(visit: Open) -> None:
    with visit() as seen:
        tools = seen.page.locator("#tbl-scores .table-tools")
        assert tools.locator("select").count() == 2
        tools.locator("input").fill("利用率")
        assert seen.rows() == ["秸秆利用率", "化肥利用率"]
        assert tools.locator("output").inner_text() == "显示 2 行，共 10 行"
        tools.locator("select").first.select_option("✓ 已达到")
        assert seen.rows() == ["秸秆利用率"]
        tools.locator("input").fill("")
        assert seen.rows() == ["秸秆利用率", "清洁取暖率"]
        tools.locator("select").first.select_option("")
        assert len(seen.rows()) == 10
        assert tools.locator("output").inner_text() == ""


def test_the_rows_that_are_shown_can_be_saved(visit: Open, tmp_path: Path) -> None:
    with visit() as seen:
        tools = seen.page.locator("#tbl-scores .table-tools")
        tools.locator("select").nth(1).select_option("甲局")
        tools.locator("input").fill("率")
        with seen.page.expect_download() as started:
            tools.locator("button").click()
        started.value.save_as(tmp_path / "saved.csv")
        assert started.value.suggested_filename == "tbl-scores.csv"
    rows = list(csv.reader((tmp_path / "saved.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["指标", "最新值", "状态", "责任单位"]
    assert [row[0] for row in rows[1:]] == ["管网漏损率", "清洁取暖率", "回收率"]


@pytest.mark.parametrize("javascript", [True, False])
def test_files_inside_the_page_can_be_saved(javascript: bool, visit: Open, tmp_path: Path, workbook: bytes) -> None:
    with visit(javascript=javascript) as seen:
        seen.page.locator(".downloads summary").click()
        for name, content in ((FILES[0].name, FILES[0].content), (FILES[1].name, workbook)):
            with seen.page.expect_download() as started:
                seen.page.locator(f'.downloads a[download="{name}"]').click()
            started.value.save_as(tmp_path / name)
            assert started.value.suggested_filename == name
            assert (tmp_path / name).read_bytes() == content
    assert openpyxl.load_workbook(tmp_path / "assessment.xlsx").active["B1"].value == 9.3


def test_only_a_table_that_scrolls_is_a_stop_for_the_keyboard(visit: Open) -> None:
    with visit(width=390) as seen:
        assert seen.page.locator("#tbl-scores .table-scroll").get_attribute("tabindex") == "0"
    with visit(width=1440) as seen:
        assert seen.page.locator("#tbl-scores .table-scroll").get_attribute("tabindex") is None


# Search


def test_search_finds_rows_paragraphs_and_headings_and_leads_there(visit: Open) -> None:
    with visit() as seen:
        seen.page.keyboard.press("/")
        box = seen.page.locator(".search input")
        assert box.evaluate("element => element === document.activeElement")
        seen.page.keyboard.type("甲局 利用")
        expect(seen.page.locator(".search-count")).to_have_text("找到 0 处")
        box.fill("乙局 利用")
        expect(seen.page.locator(".search-results a")).to_have_count(2)
        assert seen.page.locator(".search-results mark").all_inner_texts() == ["乙局", "乙局"]
        seen.page.keyboard.press("Enter")
        seen.page.keyboard.press("ArrowDown")
        seen.page.keyboard.press("Enter")
        row = seen.page.locator("#tbl-scores tbody tr", has_text="化肥利用率")
        assert row.evaluate("element => element === document.activeElement && element.className.includes('found')")
        assert row.evaluate("element => element.getBoundingClientRect().bottom < innerHeight")
        box.focus()
        seen.page.keyboard.press("Escape")
        assert seen.page.locator(".search-results").is_hidden()


def test_search_takes_wide_and_narrow_letters_for_the_same(visit: Open) -> None:
    with visit("en") as seen:
        seen.page.locator(".search input").fill("ｔａｒｇｅｔｓ")
        expect(seen.page.locator(".search-count")).to_have_text("1 place found")


# Figures, origins, contents


def test_a_click_enlarges_a_figure_and_escape_returns(visit: Open) -> None:
    with visit() as seen:
        button = seen.page.locator("#fig-energy button.enlarge")
        small = button.locator("img").bounding_box()["width"]
        button.press("Enter")
        large = seen.page.locator("dialog img")
        expect(large).to_have_js_property("complete", True)
        assert large.get_attribute("alt") == "折线由三降到负二"
        assert large.bounding_box()["width"] > 1.5 * small
        seen.page.keyboard.press("Escape")
        # The browser tells the page of it only when it has closed.
        expect(seen.page.locator("dialog")).to_have_count(0)
        expect(button).to_be_focused()


def test_from_an_indicator_and_a_section_back_to_the_row(visit: Open) -> None:
    with visit() as seen:
        backs = seen.page.locator("main a.back")
        # The indicator without a target has no row.
        assert backs.evaluate_all("links => links.map(link => link.hash)") == [
            "#row-sec-section-first",
            "#row-sec-section-first",
            "#row-sec-section-second",
            "#row-sec-section-second",
        ]
        backs.nth(1).click()
        row = seen.page.locator("#row-sec-section-first")
        assert "能耗" in row.inner_text()
        assert row.evaluate("row => row === document.activeElement && row.classList.contains('found')")
        assert seen.page.url.endswith("#row-sec-section-first")
        assert seen.page.locator("#TOC", has_text="总表").count() == 0


def test_of_many_values_in_a_table_one_is_a_stop_and_arrows_lead_to_the_others(visit: Open) -> None:
    with visit() as seen:
        origins, note = seen.page.locator("#tbl-targets .origin"), seen.page.locator("#origin-note")
        assert origins.evaluate_all("all => all.map(one => one.tabIndex)") == [0, -1]
        origins.first.focus()
        seen.page.keyboard.press("ArrowDown")
        assert origins.last.evaluate("one => one === document.activeElement")
        assert note.inner_text().endswith("a.csv · B3")
        assert origins.evaluate_all("all => all.map(one => one.tabIndex)") == [-1, 0]
        seen.page.keyboard.press("ArrowDown")
        assert origins.last.evaluate("one => one === document.activeElement")
        seen.page.keyboard.press("ArrowUp")
        assert origins.first.evaluate("one => one === document.activeElement")


def test_on_a_phone_verdicts_stay_in_sight(visit: Open) -> None:
    with visit(width=390) as seen:
        seen.page.locator("#tbl-targets").scroll_into_view_if_needed()
        for cell in seen.page.locator("#tbl-targets .verdict").all():
            box = cell.bounding_box()
            assert box["x"] > 130
            assert box["x"] + box["width"] <= 390


def test_the_origin_of_a_value_shows_to_mouse_and_keyboard(visit: Open) -> None:
    with visit() as seen:
        origin, note = seen.page.locator("#tbl-scores .origin"), seen.page.locator("#origin-note")
        assert note.is_hidden()
        origin.hover()
        assert note.inner_text() == "a.xlsx · 表一 · B4"
        seen.page.mouse.move(5, 5)
        assert note.is_hidden()
        # By keyboard alone: from the link before it.
        seen.page.locator("#tbl-scores th .sort").last.focus()
        seen.page.keyboard.press("Tab")
        assert origin.evaluate("element => element === document.activeElement")
        assert note.is_visible()
        assert origin.get_attribute("aria-describedby") == "origin-note"
        seen.page.keyboard.press("Escape")
        assert note.is_hidden()


# A page hears that it was moved in the next frame only.
NEXT_FRAME = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_the_origin_of_a_value_that_the_keyboard_moves_into_sight_stands_beside_it(visit: Open) -> None:
    with visit() as seen:
        origin, note = seen.page.locator("#tbl-targets .origin").first, seen.page.locator("#origin-note")
        origin.locator("xpath=ancestor::tr//a").focus()
        seen.page.evaluate("window.scrollTo(0, 0)")
        seen.page.wait_for_function("scrollY === 0")
        seen.page.keyboard.press("Tab")
        expect(origin).to_be_focused()
        seen.page.evaluate(NEXT_FRAME)
        assert seen.page.evaluate("scrollY") > 0
        value, shown = origin.bounding_box(), note.bounding_box()
        assert abs(value["x"] - shown["x"]) < 1
        assert 0 <= shown["y"] - (value["y"] + value["height"]) < 8


def test_the_origin_that_the_mouse_shows_goes_when_the_page_moves(visit: Open) -> None:
    with visit() as seen:
        seen.page.locator("#tbl-targets .origin").first.scroll_into_view_if_needed()
        seen.page.evaluate(NEXT_FRAME)
        seen.page.locator("#tbl-targets .origin").first.hover()
        expect(seen.page.locator("#origin-note")).to_be_visible()
        seen.page.mouse.wheel(0, -200)
        expect(seen.page.locator("#origin-note")).to_be_hidden()


@every_page
def test_the_contents_show_where_the_reader_is(name: str, visit: Open) -> None:
    with visit(name) as seen:
        last = seen.page.locator("#TOC details > ul > li").last.locator("a").first
        target = last.get_attribute("href")
        last.click()
        current = seen.page.locator("#TOC [aria-current]")
        entry = seen.page.locator("#TOC details > ul > li", has=seen.page.locator("[aria-current]"))
        expect(entry.locator("a").first).to_have_attribute("href", target)
        assert current.count() == 1
        inside = "element => { const [a, b] = [element, element.closest('#TOC')].map(e => e.getBoundingClientRect());"
        assert current.evaluate(inside + " return a.top >= b.top && a.bottom <= b.bottom; }")


def test_on_a_phone_the_contents_are_folded_and_stay_at_hand(visit: Open) -> None:
    with visit(width=390) as seen:
        assert seen.page.locator("#TOC details").get_attribute("open") is None
        seen.page.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)")
        assert seen.page.locator("#TOC summary").bounding_box()["y"] < 40
        before = seen.page.evaluate("scrollY")
        seen.page.locator("#TOC summary").click()
        # The contents lie over the text and do not move it.
        assert seen.page.evaluate("scrollY") == before
        seen.page.locator("#TOC a[href='#sec-methods']").click()
        seen.page.wait_for_url("**#sec-methods")
        assert seen.page.locator("#TOC details").get_attribute("open") is None
        bar = seen.page.locator("#TOC").bounding_box()
        assert bar["y"] + bar["height"] <= seen.page.locator("#sec-methods").bounding_box()["y"] < 200


def test_the_first_stop_of_the_keyboard_skips_to_the_text(visit: Open) -> None:
    with visit() as seen:
        seen.page.keyboard.press("Tab")
        assert seen.page.locator(":focus").inner_text() == "跳到正文"
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url("**#text")


# Without a script, in the dark, on paper

TEXTS = "Array.from(document.querySelectorAll('main :is(h1, h2, h3, p, li, td, th, figcaption)'))"
HIDDEN = f"{TEXTS}.filter(element => !element.checkVisibility() && element.textContent.trim()).length"


@every_width
@every_page
def test_everything_can_be_read_without_a_script(name: str, width: int, visit: Open) -> None:
    with visit(name, width, javascript=False) as seen:
        assert seen.page.evaluate(HIDDEN) == 0
        assert seen.page.evaluate("document.documentElement.scrollWidth") == width
        assert seen.page.locator("#TOC a").first.is_visible()
        assert seen.page.locator("main button, main input, main select").count() == 0
        assert (seen.requests, seen.complaints) == ([], [])


def lightness(picture: bytes) -> list[int]:
    """How many pixels have which lightness of 0 to 255."""
    from PIL import Image

    return Image.open(io.BytesIO(picture)).convert("L").histogram()


def test_in_the_dark_the_page_and_its_figures_are_dark_and_legible(visit: Open) -> None:
    with visit(scheme="dark") as seen:
        histogram = lightness(seen.page.locator("#fig-energy img").screenshot())
        assert sum(histogram[:64]) > 0.85 * sum(histogram)
        assert sum(histogram[160:]) > 500
        histogram = lightness(seen.page.screenshot())
        assert sum(histogram[:72]) > 0.85 * sum(histogram)


@every_page
def test_on_paper_there_are_no_tools_and_nothing_is_dark(name: str, visit: Open) -> None:
    with visit(name, scheme="dark") as seen:
        seen.page.emulate_media(media="print")
        for tool in ("#TOC", ".search", ".table-tools", ".downloads", ".section-anchor"):
            assert seen.page.locator(tool).first.is_hidden(), tool
        assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert seen.page.evaluate("getComputedStyle(document.images[0]).filter") == "none"
        # Only then the head of a long table stands on every sheet.
        assert seen.page.evaluate("getComputedStyle(document.querySelector('.table-scroll')).overflowX") == "visible"
        assert seen.page.evaluate(HIDDEN) == 0


def test_the_head_of_a_long_table_stands_on_every_sheet(visit: Open) -> None:
    with visit() as seen:
        # The scores, a hundred rows more.
        seen.page.evaluate(
            "() => { const body = document.querySelector('#tbl-scores tbody'), row = body.rows[1];"
            " for (let number = 0; number < 100; number++) body.append(row.cloneNode(true)); }"
        )
        sheets = pypdf.PdfReader(io.BytesIO(seen.page.pdf(format="A4"))).pages
    texts = ["".join(sheet.extract_text().split()) for sheet in sheets]
    held = [text for text in texts if text.count("秸秆利用率") > 5]
    assert len(held) > 2
    assert [text[:60] for text in held if "责任单位" not in text] == []


def test_rows_that_were_filtered_out_are_printed(visit: Open) -> None:
    with visit() as seen:
        seen.page.locator("#tbl-scores .table-tools input").fill("没有这一行")
        assert seen.rows() == []
        seen.page.emulate_media(media="print")
        assert seen.page.locator("#tbl-scores tbody tr").last.is_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_no_text_of_a_plan_does_anything(hostile: str, javascript: bool, visit: Open) -> None:
    dialogs: list[str] = []
    with visit(hostile, javascript=javascript) as seen:
        seen.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        seen.page.reload()
        seen.page.wait_for_timeout(300)
        for link in seen.page.locator("main a[href^='#']").all()[:5] if javascript else []:
            link.evaluate("link => link.click()")
        assert (dialogs, seen.requests, seen.complaints) == ([], [], [])
        if javascript:
            assert seen.page.locator("main :is(script, iframe, object, embed, form, svg)").count() == 0
            assert seen.page.locator("main [style*=position]").count() == 0
