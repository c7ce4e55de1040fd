"""Editing without code: comments, preface, cover, logo and own wording, from files that may hold anything."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import TINY_PLAN
from hostile import COMMENT, LOGO
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.chapters import chapter_heading
from analysis.editing import comment_files, comments, is_editing, places_in, preface, read_comments, read_cover, review
from analysis.editing.comments import known_places, place_of
from analysis.editing.logo import read_logo
from analysis.editing.markdown import escaped, safe_markdown
from analysis.edition import Edition, open_edition
from analysis.errors import InputError
from analysis.messages import catalogue, reword, shipped
from analysis.own_words import read_own_words
from analysis.pipeline.checking import check_plan
from analysis.pipeline.keys import Keys
from analysis.pipeline.rows import Rows
from analysis.pipeline.stages import running_order
from analysis.plan import Plan, load_plan
from analysis.rendering import FrontMatter, pandoc
from analysis.rendering.syntax import nodes

WORDS = catalogue("zh")
HEAD = "---\nauthor: 张三\ndate: 2025-03-04\n---\n"


@pytest.fixture(autouse=True)
def shipped_words() -> Iterator[None]:
    """Own wording of one test is not that of the next."""
    yield
    reword({})


def comment(plan: Path, name: str, text: str = HEAD + "正文。\n") -> Path:
    (plan / "comments").mkdir(exist_ok=True)
    path = plan / "comments" / name
    path.write_bytes(text.encode("utf-8"))
    return path


def edition(plan: Path, language: str = "zh") -> Edition:
    return Edition(load_plan(plan), plan, 2021, language, plan / "tables")


def tree(markdown: str) -> list[dict[str, Any]]:
    """What the report's own reader makes of a text."""
    return list(nodes(pandoc.read_markdown(markdown, WORDS)["blocks"]))


def text_of(markdown: str) -> str:
    parts = (node["c"] if node["t"] == "Str" else " " for node in tree(markdown) if node["t"] in ("Str", "Space"))
    return "".join(parts)


# --- Markdown of unknown origin -------------------------------------------------------------------------------------

BLOCKS = {"Para", "Plain", "BulletList", "OrderedList", "BlockQuote", "Table"}
WORDS_AND_MARKS = {"Str", "Space", "SoftBreak", "LineBreak", "Link"}
WORDS_AND_MARKS |= {"Emph", "Strong", "Strikeout", "Subscript", "Superscript"}
# How lists are numbered and tables aligned.
FORMS = re.compile(r"ColWidth|ColWidthDefault|Align\w+|Default\w+|Decimal|Period|OneParen|TwoParens|\w+(Alpha|Roman)")


def assert_harmless(markdown: str) -> None:
    for node in tree(markdown):
        assert node["t"] in BLOCKS | WORDS_AND_MARKS or FORMS.fullmatch(node["t"]), node
        if node["t"] == "Link":
            attributes, _, (address, title) = node["c"]
            assert attributes in (["", [], []], ["", ["uri"], []])
            assert re.match(r"(https?://|mailto:)[!-~]+$", address)
            assert title == ""


ATTACKS = {
    "an element": "<script>alert(1)</script>",
    "an entity": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62;",
    "a handler": "<b onclick='x'>y</b>",
    "a comment of HTML": "<!-- x -->",
    "a raw block": "```{=html}\n<script>\n```",
    "a raw line": "`<script>`{=html}",
    "a heading with a label": "# 标题 {#sec-summary .unnumbered}",
    "an underlined heading": "标题\n====",
    "attributes": '[a]{.status-met onclick="x"}',
    "a container": "::: {.content-visible when-format=html}\nx\n:::",
    "a reference": "@fig-energy [@tbl-scores] -@sec-methods",
    "a formula": "$x$ $$y$$",
    "a command of Quarto": "{{< include /etc/passwd >}} `{{< env HOME >}}`",
    "a script as a link": "[a](javascript:alert(1)) [b](JaVaScRiPt:x) <javascript:x> [c](data:text/html,x)",
    "a script as a reference": "[a][b]\n\n[b]: javascript:x",
    "a link into the machine": "[a](file:///etc/passwd) [b](../secret.html) [c](//host/x) [d](#sec-summary)",
    "a picture": '![a](http://host/x.png "t") ![b](x.png){width=1px}',
    "a picture in a link": "[![a](x.png)](https://example.org/)",
    "a footnote": "x[^1]\n\n[^1]: <b>",
    "code of TeX": "\\begin{x}\\input{/etc/passwd}\\end{x}",
    "a head of YAML": "x\n\n---\ntitle: y\n---\n",
    "a definition": "Term\n:   text",
    "an example": "(@a) x",
    "a line block": "| a\n| b",
    "a title block": "% x\n% y",
    "a caption": "Table: x {#tbl-scores}\n\n| a |\n|---|\n| b |",
    "an end of a container": "x\n\n:::\n\n::::::::::::",
    "all of them": COMMENT.split("---\n", 2)[2],
}


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_but_text_lists_emphasis_links_and_tables_gets_through(name: str) -> None:
    assert_harmless(safe_markdown(ATTACKS[name], WORDS).markdown)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="<>[](){}`*_~^$@#:!|\\\"'-=+%&;.1ab页/ \n\t", max_size=60))
def test_nothing_gets_through_whatever_is_typed(text: str) -> None:
    assert_harmless(safe_markdown(text, WORDS).markdown)


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet="<>[](){}`*_~^$@#:!|\\\"'-=+%&;.1a页/", min_size=1, max_size=40))
def test_an_escaped_text_is_read_as_itself(text: str) -> None:
    assert text_of(escaped(text)) == text


def test_what_is_allowed_stays_as_it_was_meant() -> None:
    source = """\
这是**“重点”**和*强调*，SO~2~、10^4^，见[网页](https://example.org/a_(b)?x=1&y=2)：
- 甲
- 乙
    1. 一
    2. 二

> 引文

| 年份 | 数值 |
|------|-----:|
| 甲   | 1.5  |
"""
    kinds = [node["t"] for node in tree(safe_markdown(source, WORDS).markdown)]
    allowed = "Strong Emph Subscript Superscript Link BulletList OrderedList BlockQuote Table"
    for kind in allowed.split():
        assert kinds.count(kind) == 1, kind
    assert ["https://example.org/a_%28b%29?x=1&y=2", ""] in [
        node["c"][2] for node in tree(safe_markdown(source, WORDS).markdown) if node["t"] == "Link"
    ]
    assert "AlignRight" in kinds
    assert "“重点”" in text_of(safe_markdown(source, WORDS).markdown)


def test_a_heading_becomes_an_emphasised_paragraph_and_says_so() -> None:
    safe = safe_markdown("## 小结\n\n正文。", WORDS)
    assert safe.markdown == "**小结**\n\n正文。"
    assert [(item.code, item.text) for item in safe.findings] == [("comment_heading", "小结")]


def test_plain_text_has_no_findings() -> None:
    assert safe_markdown("增速 < 5%，a@b.c，见 <https://example.org/>。\n\n- **甲**", WORDS).findings == ()


# --- which file belongs where ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("summary.md", ("summary", 1, "zh")),
        ("preface.en.md", ("preface", 1, "en")),
        ("goals.md", ("section-goals", 1, "zh")),
        ("section-goals.md", ("section-goals", 1, "zh")),
        ("energy_intensity-2.md", ("indicator-energy_intensity", 2, "zh")),
        ("energy_intensity-3.en.md", ("indicator-energy_intensity", 3, "en")),
        ("indicator-sewage_rate.zh.md", ("indicator-sewage_rate", 1, "zh")),
        ("regions.md", ("regions", 1, "zh")),
        # An indicator without a target is presented nowhere.
        ("waste_total.md", None),
        ("energy.md", None),
        ("summary.fr.md", None),
    ],
)
def test_the_name_of_a_file_says_what_it_is_about(plan: Plan, name: str, place: tuple[str, int, str] | None) -> None:
    assert place_of(name, known_places(plan)) == place


def test_an_id_of_a_section_and_of_an_indicator_must_be_told_apart(plan: Plan) -> None:
    section = plan.sections[0].model_copy(update={"id": "sewage_rate"})
    places = known_places(plan.model_copy(update={"sections": [section]}))
    assert "sewage_rate" not in places
    assert places["section-sewage_rate"] == "section-sewage_rate"
    assert places["indicator-sewage_rate"] == "indicator-sewage_rate"


def test_a_chapter_that_the_report_does_not_have_is_no_place(plan: Plan) -> None:
    assert {"regions", "departments"} <= set(known_places(plan))
    bare = plan.model_copy(update={"regions": plan.regions[:1], "departments": []})
    assert not {"regions", "departments"} & set(known_places(bare))


@pytest.mark.parametrize(
    ("name", "content", "code", "line"),
    [
        ("energy_intensty.md", HEAD + "x", "comment_place", ""),
        ("summary.txt", HEAD + "x", "comment_kind", ""),
        ("summary.md", "正文。", "comment_head", "1"),
        ("summary.md", "---\nauthor: 张三\n", "comment_head", "1"),
        ("summary.md", "---\nauthor: 张三\n---\nx", "comment_missing", "1"),
        ("summary.md", "---\ndate: 2025-03-04\n---\nx", "comment_missing", "1"),
        ("summary.md", "---\nauthor: ''\ndate: 2025-03-04\n---\nx", "comment_missing", "1"),
        ("summary.md", "---\nauthor: 张三\ndate: 2025-02-30\n---\nx", "comment_date", "3"),
        ("summary.md", "---\nauthor: 张三\ndate: 三月四日\n---\nx", "comment_date", "3"),
        ("summary.md", "---\nauthor: <b>张三</b>\ndate: 2025-03-04\n---\nx", "comment_author", "2"),
        ("summary.md", "---\nauthor: 张三\ndate: 2025-03-04\nabout: x\n---\nx", "comment_key", "4"),
        ("summary.md", "---\nauthor: [\n---\nx", "editing_syntax", "2"),
        ("summary.md", "", "comment_empty", "1"),
        ("summary.md", HEAD + " \n\n", "comment_empty", "5"),
        ("summary.md", HEAD + "好\n\n坏😀", "comment_glyphs", "7"),
    ],
)
def test_what_is_wrong_with_a_comment_is_said_with_its_line(
    tiny_plan: Path, name: str, content: str, code: str, line: str
) -> None:
    comment(tiny_plan, name, content)
    found, problems = read_comments(tiny_plan, load_plan(tiny_plan))
    assert found == []
    assert [(problem.code, problem.file, problem.cell) for problem in problems] == [(code, f"comments/{name}", line)]
    for language in ("zh", "en"):
        assert "{" not in problems[0].line(catalogue(language)).replace("{zh", "")


def test_the_nearest_name_is_suggested(tiny_plan: Path) -> None:
    comment(tiny_plan, "energy_intensty.md")
    assert read_comments(tiny_plan, load_plan(tiny_plan))[1][0].details["nearest"] == "energy_intensity"


def test_a_place_has_one_comment_for_each_number_and_language(tiny_plan: Path) -> None:
    for name in ("summary.md", "summary.zh.md", "summary.en.md", "summary-2.md"):
        comment(tiny_plan, name)
    problems = read_comments(tiny_plan, load_plan(tiny_plan))[1]
    assert [(problem.code, problem.details["other"]) for problem in problems] == [
        ("comment_repeated", "comments/summary.md")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_come_in_the_encodings_of_chinese_editors(tiny_plan: Path, encoding: str) -> None:
    comment(tiny_plan, "summary.md").write_bytes((HEAD + "按期完成。").replace("\n", "\r\n").encode(encoding))
    assert "按期完成。" in comments(edition(tiny_plan), "summary")


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xff\xff"])
def test_what_is_no_text_is_refused(tiny_plan: Path, content: bytes) -> None:
    comment(tiny_plan, "summary.md").write_bytes(content)
    assert [problem.code for problem in read_comments(tiny_plan, load_plan(tiny_plan))[1]] == ["comment_encoding"]


@pytest.mark.parametrize("date", ["2025-03-04", "2025-3-4", "2025/3/4", "2025.3.4", "2025年3月4日", "'2025-03-04'"])
def test_dates_are_written_in_many_ways_and_printed_in_one(tiny_plan: Path, date: str) -> None:
    comment(tiny_plan, "summary.md", f"---\nauthor: 张三\ndate: {date}\n---\nx")
    assert "## 评注（张三，2025-03-04）" in comments(edition(tiny_plan), "summary")


# --- what is shown --------------------------------------------------------------------------------------------------


def test_a_comment_names_its_author_and_date_in_the_report_s_language(tiny_plan: Path) -> None:
    comment(tiny_plan, "goals.md", HEAD + "进展**顺利**。")
    comment(tiny_plan, "goals.en.md", "---\nauthor: Z. San\ndate: 2025-03-04\n---\nGoing *well*.")
    assert comments(edition(tiny_plan), "section-goals") == (
        "::: {.callout-note}\n## 评注（张三，2025-03-04）\n\n进展**顺利**。\n:::"
    )
    assert comments(edition(tiny_plan, "en"), "section-goals") == (
        "::: {.callout-note}\n## Comment (Z\\. San, 2025-03-04)\n\nGoing *well*\\.\n:::"
    )


def test_several_comments_stand_in_the_order_of_their_numbers(tiny_plan: Path) -> None:
    for number, word in ((10, "丙"), (2, "乙"), (1, "甲")):
        comment(tiny_plan, f"summary{'' if number == 1 else f'-{number}'}.md", HEAD + word)
    assert re.findall("[甲乙丙]", comments(edition(tiny_plan), "summary")) == ["甲", "乙", "丙"]


def test_a_comment_without_a_variant_is_shown_with_a_note_of_its_language(tiny_plan: Path) -> None:
    comment(tiny_plan, "summary.md", HEAD + "正文。")
    shown = comments(edition(tiny_plan, "en"), "summary")
    assert "[(Written in Chinese; there is no translation.)]{.muted}" in shown
    assert "::: {lang=zh}\n正文。\n:::" in shown
    assert "muted" not in comments(edition(tiny_plan), "summary")


def test_without_comments_nothing_is_shown(tiny_plan: Path) -> None:
    assert comments(edition(tiny_plan), "summary") == ""
    assert preface(edition(tiny_plan)) == ""


def test_the_preface_is_a_chapter_without_a_number(tiny_plan: Path) -> None:
    comment(tiny_plan, "preface.md", HEAD + "本报告……\n\n# 一\n\n二")
    assert preface(edition(tiny_plan)) == (
        "# 前　言 {#sec-preface .unnumbered}\n\n本报告……\n\n**一**\n\n二\n\n::: {.source}\n（张三，2025-03-04）\n:::"
    )


def test_every_problem_stops_the_report_at_once(tiny_plan: Path) -> None:
    comment(tiny_plan, "summary.md", "x")
    comment(tiny_plan, "wrong.md")
    (tiny_plan / "cover.yaml").write_text("titel: x\nlogo: x.png\n", encoding="utf-8")
    (tiny_plan / "wording.yaml").write_text("report.nothing: {zh: x}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        review(tiny_plan, load_plan(tiny_plan), "zh")
    codes = {problem.code for problem in caught.value.problems}
    assert codes == {"comment_head", "comment_place", "unknown_key", "logo_missing", "wording_key"}


def test_what_was_made_harmless_is_a_warning_of_the_check(tiny_plan: Path) -> None:
    comment(tiny_plan, "summary.md", HEAD + "正文。\n\n<b>x</b>\n\n[a](javascript:x)")
    found = check_plan(str(tiny_plan))
    assert "comments/summary.md · 7" in found
    assert "comments/summary.md · 9" in found


# --- cover and logo -------------------------------------------------------------------------------------------------


def cover(plan: Path, text: str) -> Any:
    (plan / "cover.yaml").write_text(text, encoding="utf-8")
    return read_cover(plan)


def test_the_cover_says_what_the_analyst_wants_and_the_rest_stays(tiny_plan: Path) -> None:
    made, problems = cover(
        tiny_plan, "title: {zh: 评估报告, en: Report}\nissuer: 某市发展改革委\nnumber: 〔一〕2\ndate: 2025-03-04\n"
    )
    assert problems == []
    front = made.on(FrontMatter(title="t", subtitle="s", language="en"), "pictures")
    assert (front.title, front.subtitle, front.issuer, front.number) == ("Report", "s", "某市发展改革委", "〔一〕2")
    assert (front.date, front.logo) == ("2025-03-04", "")
    assert made.on(FrontMatter(title="t"), "pictures").title == "评估报告"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("titel: x", "unknown_key"),
        ("title: [a, b]", "cover_form"),
        ("title: {fr: x}", "cover_form"),
        ("title: ''", "cover_form"),
        ("title:", "cover_form"),
        ("- x", "cover_form"),
        ("title: {", "editing_syntax"),
        (f"title: {'长' * 121}", "cover_length"),
        ("title: 😀", "comment_glyphs"),
        ("logo: ../logo.png", "logo_missing"),
        ("logo: http://host/logo.png", "logo_missing"),
        ("logo: plan.yaml", "logo_kind"),
    ],
)
def test_what_is_wrong_with_the_cover_is_said(tiny_plan: Path, text: str, code: str) -> None:
    problems = cover(tiny_plan, text)[1]
    assert [problem.code for problem in problems] == [code]
    assert problems[0].line(catalogue("en"))


def test_markup_on_the_cover_is_text_for_every_renderer() -> None:
    front = FrontMatter(title="a *b* <c> $d$").metadata()
    assert front["title"] == "a \\*b\\* \\<c\\> \\$d\\$"
    from analysis.rendering.embedded import metadata_value

    assert metadata_value(front["title"]) == {"t": "MetaInlines", "c": [{"t": "Str", "c": "a *b* <c> $d$"}]}


def test_a_logo_keeps_its_shapes_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    logo, problems = read_logo(tmp_path, "logo.svg")
    assert [(problem.code, problem.severity) for problem in problems] == [("logo_cleaned", "warning")]
    assert logo is not None
    text = logo.content.decode("utf-8")
    assert not re.search(r"script|onload|onclick|evil|javascript|foreign|iframe|import|<\w*:?a\b|<\w*:?image", text)
    assert "<rect" in text
    assert set(logo.files()) == {"logo.svg", "logo.png"}
    assert logo.files()["logo.png"].startswith(b"\x89PNG")


def picture(path: Path, size: tuple[int, int]) -> None:
    from PIL import Image

    Image.new("RGB", size).save(path)


@pytest.mark.parametrize("name", ["logo.png", "logo.jpg", "标志.jpeg"])
def test_a_sound_picture_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    picture(tmp_path / name, (40, 20))
    logo, problems = read_logo(tmp_path, name)
    assert problems == []
    assert logo is not None
    assert logo.content == (tmp_path / name).read_bytes()
    assert logo.file in ("logo.png", "logo.jpg")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"GIF89a", "logo_size"),
        ("a.gif", b"GIF89a", "logo_kind"),
        ("a.png", b"x" * 500_001, "logo_kind"),
        ("a.svg", b"<html/>", "logo_svg"),
        ("a.svg", b"<svg", "logo_svg"),
        ("a.svg", b'<!DOCTYPE x [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "logo_svg"),
    ],
)
def test_what_is_no_logo_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    logo, problems = read_logo(tmp_path, name)
    assert logo is None
    assert [problem.code for problem in problems] == [code]


def test_a_picture_must_not_be_oblong(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", (120, 10))
    assert read_logo(tmp_path, "a.png")[0] is not None
    picture(tmp_path / "a.png", (121, 10))
    assert [problem.code for problem in read_logo(tmp_path, "a.png")[1]] == ["logo_size"]


# --- own wording ----------------------------------------------------------------------------------------------------


def own_words(plan: Path, content: Any) -> list[str]:
    (plan / "wording.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return [problem.code for problem in read_own_words(plan)[1]]


def test_a_plan_speaks_in_its_own_words_and_another_one_does_not(tiny_plan: Path, tmp_path: Path) -> None:
    assert own_words(tiny_plan, {"report.chapter.data": {"zh": "数据说明"}}) == []
    open_edition(str(tiny_plan), 2021)
    assert chapter_heading("data", "zh").startswith("# 数据说明 ")
    assert catalogue("en").text("report.chapter.data") == shipped("en")["report.chapter.data"]
    open_edition(str(shutil.copytree(TINY_PLAN, tmp_path / "other")), 2021, speaks_its_words=False)
    assert chapter_heading("data", "zh").startswith("# 数据说明 ")
    open_edition(str(tmp_path / "other"), 2021)
    assert catalogue("zh").texts == dict(shipped("zh"))


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ({"report.chapter.dat": {"zh": "x"}}, ["wording_key"]),
        ({"problems.header": {"zh": "x {count}"}}, ["wording_key"]),
        ({"report.chapter.data": "x"}, ["wording_form"]),
        ({"report.chapter.data": {"fr": "x"}}, ["wording_form"]),
        ({"report.chapter.data": {"zh": 5}}, ["wording_form"]),
        ({"pipeline.front.title": {"zh": "评估报告"}}, ["wording_placeholders"]),
        ({"pipeline.front.title": {"zh": "{plan}{year}"}}, ["wording_placeholders"]),
        ({"pipeline.front.title": {"zh": "{plan.id}"}}, ["wording_placeholders"]),
        ({"pipeline.front.title": {"zh": "{plan"}}, ["wording_placeholders"]),
        ({"report.chapter.data": {"zh": "<b>x</b>"}}, ["wording_markup"]),
        ({"report.chapter.data": {"zh": "[x](javascript:y)"}}, ["wording_markup"]),
        ({"report.chapter.data": {"zh": "x\n\n# y"}}, ["wording_markup"]),
        ({"pipeline.front.title": {"zh": "《{plan}》评估报告"}}, []),
        (["x"], ["wording_form"]),
    ],
)
def test_own_words_keep_what_the_text_holds_and_add_nothing(tiny_plan: Path, content: Any, codes: list[str]) -> None:
    assert own_words(tiny_plan, content) == codes
    for problem in read_own_words(tiny_plan)[1]:
        assert problem.line(catalogue("zh"))
        assert problem.line(catalogue("en"))


def test_markup_of_a_text_may_be_kept_but_not_changed(tiny_plan: Path) -> None:
    key, text = next((key, text) for key, text in shipped("zh").items() if "{{.muted}}" in text)
    assert own_words(tiny_plan, {key: {"zh": text + "。"}}) == []
    assert own_words(tiny_plan, {key: {"zh": text.replace("{{.muted}}", "{{.muted onclick=x}}")}}) == ["wording_markup"]


# --- what runs again ------------------------------------------------------------------------------------------------


def changed_steps(plan: Path, tables: Path, change: Any) -> set[str]:
    """The steps whose keys are others after a change."""
    tables.mkdir(exist_ok=True)

    def keys() -> dict[str, Any]:
        steps = [step for stage in running_order(load_plan(plan)) for step in stage]
        known = Keys(plan)
        return {step.name: known.of_step(step, {}, tables, Rows(tables))["raw"] for step in steps}

    before = keys()
    change()
    after = keys()
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("energy_intensity-2.md", {"04-section-goals"}),
        ("goals.en.md", {"04-section-goals"}),
        ("summary.md", {"03-assess"}),
        ("data.md", {"01-clean"}),
        ("regions.md", {"05-regions"}),
        ("preface.md", set()),
    ],
)
def test_a_comment_is_read_by_the_step_that_shows_it(
    tiny_plan: Path, tmp_path: Path, name: str, steps: set[str]
) -> None:
    assert changed_steps(tiny_plan, tmp_path / "tables", lambda: comment(tiny_plan, name)) == steps


def test_a_cover_and_a_logo_are_read_by_the_printing_only(tiny_plan: Path, tmp_path: Path) -> None:
    def change() -> None:
        (tiny_plan / "cover.yaml").write_text("title: x", encoding="utf-8")
        picture(tiny_plan / "logo.png", (4, 4))

    assert changed_steps(tiny_plan, tmp_path / "tables", change) == set()


def test_own_words_are_read_by_every_step(tiny_plan: Path, tmp_path: Path) -> None:
    every = {step.name for stage in running_order(load_plan(tiny_plan)) for step in stage}
    assert (
        changed_steps(
            tiny_plan, tmp_path / "tables", lambda: own_words(tiny_plan, {"report.chapter.data": {"zh": "x"}})
        )
        == every
    )


def test_data_are_no_texts(plan: Plan) -> None:
    assert [is_editing(name) for name in ("comments/a.md", "cover.yaml", "logo.svg")] == [True] * 3
    assert [is_editing(name) for name in ("plan.yaml", "observations/a.png", "wording.yaml")] == [False] * 3
    names = ["comments/goals.md", "comments/x.md", "goals.md", "comments/summary.md"]
    assert comment_files(names, plan, places_in(plan, "goals")) == ["comments/goals.md"]


def test_every_place_is_shown_by_one_step(plan: Plan) -> None:
    shown = [place for stage in running_order(plan, "1999") for step in stage for place in step.shows]
    assert sorted([*shown, "preface"]) == sorted(set(known_places(plan).values()))


@pytest.mark.parametrize("page", ["editing.md", "editing.zh-CN.md"])
def test_the_examples_of_the_guide_work(tiny_plan: Path, page: str) -> None:
    guide = (Path(__file__).parents[1] / "docs" / page).read_text(encoding="utf-8")
    examples = re.findall(r"<!-- (\S+) -->\n```\w*\n(.*?)```", guide, re.DOTALL)
    assert [file for file, _ in examples] == ["comments/summary.md", "cover.yaml", "wording.yaml"]
    for file, content in examples:
        (tiny_plan / file).parent.mkdir(exist_ok=True)
        (tiny_plan / file).write_text(content, encoding="utf-8")
    picture(tiny_plan / "logo.png", (40, 20))
    assert review(tiny_plan, load_plan(tiny_plan), "zh") == []
    assert "普查后修订" in comments(edition(tiny_plan), "summary")


# --- a hostile plan, from its folder to HTML, PDF and Word ----------------------------------------------------------


class Elements(HTMLParser):
    """Every element of a page: its tag and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def test_nothing_that_a_plan_says_can_do_anything(hostile_report: Path) -> None:
    page = (hostile_report / "report.html").read_text(encoding="utf-8")
    parser = Elements()
    parser.feed(page)
    assert len(parser.found) > 500
    tags = {tag for tag, _ in parser.found}
    assert not tags & {"iframe", "object", "embed", "base", "form", "svg", "foreignobject", "video", "audio", "input"}
    assert [tag for tag, _ in parser.found].count("script") == 1
    names = {name for _, attributes in parser.found for name in attributes}
    assert [name for name in names if name.startswith("on")] == []
    addresses = [attributes.get("href", attributes.get("src", "#")) for _, attributes in parser.found]
    allowed = re.compile(r"#|https://example\.org/|data:(image|text/csv|application)")
    assert [address for address in addresses if not allowed.match(address)] == []
    assert page.count("&lt;script&gt;alert(1)") > 10
    assert "评注（张三，2025-03-04）" in page


def test_word_has_no_address_but_the_one_that_is_allowed(hostile_report: Path) -> None:
    import zipfile

    with zipfile.ZipFile(hostile_report / "report.docx") as archive:
        names = archive.namelist()
        relations = archive.read("word/_rels/document.xml.rels").decode("utf-8")
        text = archive.read("word/document.xml").decode("utf-8")
    external = re.findall(r'Target="([^"]*)"[^>]*TargetMode="External"', relations)
    assert set(external) == {"https://example.org/?a=1&amp;b=%22x"}
    assert any(name.startswith("word/media/") for name in names)
    assert "root:" not in text


def test_paper_shows_the_cover_as_it_was_written(hostile_report: Path) -> None:
    from pypdf import PdfReader

    reader = PdfReader(hostile_report / "report.pdf")
    first = reader.pages[0].extract_text()
    assert "<script>alert(1)</script>" in first
    assert "〔一〕号" in first
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    links = {str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})}
    assert links == {"https://example.org/?a=1&b=%22x"}
