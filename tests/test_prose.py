"""Every number of the generated prose is read back and found in the tables; no sentence contradicts a verdict."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
import pytest
from golden_scoreboard import PLANS, ROOT
from prose import Sentence, digits, one, plain, sentences, title_of

from analysis import narrative
from analysis.assessment import assess
from analysis.edition import newest_year
from analysis.measures import measure
from analysis.observations import load
from analysis.plan import Plan, load_plan
from analysis.readings import Reading, readings
from analysis.trends import fit_trends

LANGUAGES = ("zh", "en")
INDICATOR = ("state.", "standing.", "pace.alone", "pace.against", "outlook.whole", "outlook.too_short", "caveat.")
INDICATOR = (*INDICATOR, "outlook.gap_rule")

# Independent of the catalogue: what a word says about a direction or a verdict.
DOWN = re.compile(r"下降|降低|降至|减少|fell|fall|below the")
UP = re.compile(r"上升|提高|升至|增加|rose|rise|grew|grow|above the")
SCHEDULE = {
    "快于序时进度": "ahead", "ahead of schedule": "ahead",
    "符合序时进度": "on_schedule", "on schedule": "on_schedule",
    "略慢于序时进度": "slightly_behind", "slightly behind schedule": "slightly_behind",
    "慢于序时进度": "behind", "behind schedule": "behind",
    "序时进度未评价": "not_assessed", "not assessed against the schedule": "not_assessed",
}  # fmt: skip
OUTLOOK = {
    "极可能": (0.9, 1.0), "very likely": (0.9, 1.0),
    "较可能": (0.66, 0.9), "likely": (0.66, 0.9),
    "不确定": (0.34, 0.66), "uncertain": (0.34, 0.66),
    "较不可能": (0.1, 0.34), "unlikely": (0.1, 0.34),
    "极不可能": (0.0, 0.1), "very unlikely": (0.0, 0.1),
}  # fmt: skip
GAP_RULE = {
    "走势可达": "on_track", "on track": "on_track",
    "略有偏离": "slightly_off", "slightly off": "slightly_off",
    "明显偏离": "off", "clearly off": "off",
    "背离目标": "moving_away", "moving away": "moving_away",
}  # fmt: skip
STATUS = {
    "已达到": "met", "met": "met", "按期可达": "on_track", "on track": "on_track",
    "存在风险": "at_risk", "at risk": "at_risk", "难以达到": "off_track", "off track": "off_track",
    "未完成": "missed", "missed": "missed", "未评价": "not_assessed", "not assessed": "not_assessed",
}  # fmt: skip
# What a standing says about the verdicts of its row.
STANDINGS: dict[str, Callable[[Any], bool]] = {
    "progress": lambda row: row.status not in ("met", "missed", "not_assessed") and not math.isnan(row.progress),
    "goal": lambda row: math.isnan(row.progress) and row.status != "not_assessed",
    "met": lambda row: row.schedule == "met" and not row.is_final,
    "met_but_deteriorating": lambda row: row.schedule == "met_but_deteriorating" and not row.is_final,
    "moving_away": lambda row: row.schedule == "moving_away",
    "not_kept": lambda row: row.schedule == "moving_away" and math.isnan(row.progress),
    "missed": lambda row: row.status == "missed",
    "missed_plain": lambda row: row.status == "missed",
    "met_final": lambda row: row.status == "met" and row.is_final,
    "not_assessed": lambda row: row.status == "not_assessed",
    "no_value": lambda row: row.status == "not_assessed",
    "no_target": lambda row: row.status == "not_assessed" and math.isnan(row.target_value),
}


@dataclass(frozen=True)
class Executed:
    """The tables of a shipped plan's newest edition."""

    plan: Plan
    year: int
    assessment: pd.DataFrame


@cache
def executed(plan_id: str) -> Executed:
    folder = ROOT / "data" / "raw" / plan_id
    plan = load_plan(folder)
    year = newest_year(folder, plan)
    measures = measure(load(folder, plan, year).observations, plan)
    return Executed(plan, year, assess(plan, measures, fit_trends(measures, plan, year), year))


def paragraphs(tables: Executed, language: str) -> Iterator[tuple[list[Reading], str]]:
    """Every indicator's rows and paragraph, in the area and in the regions."""
    for region in tables.plan.regions:
        for indicator in tables.plan.indicators:
            items = readings(tables.assessment, tables.plan, language, region.id, indicator=indicator.id)
            text = narrative.indicator_paragraph(tables.assessment, tables.plan, indicator.id, region.id, language)
            if text:
                yield items, plain(text)


# --- numbers as they are printed ------------------------------------------------------------------------------------


def printed(text: str, value: float, decimals: int, unit: str, sign: str = "") -> None:
    """Assert that a text is a number rounded like this, with this unit and no other sign."""
    expected = f"{abs(value):.{decimals}f}"
    assert digits(text) == [expected], (text, value)
    body = re.sub(r"[\d,.]*\d", "#", text).strip()
    assert body.replace(" ", "") == f"{sign}#{unit}".replace(" ", ""), (text, unit)


def unit_of(item: Reading, *, is_difference: bool) -> str:
    """Per cent of a level, but points between two levels."""
    if item.row.kind == "relative_reduction":
        return "%"
    if item.row.unit == "%" and is_difference:
        return "个百分点" if item.words.language == "zh" else "percentage points"
    return item.words.unit(item.row.unit)


def level(text: str, value: float, item: Reading) -> None:
    printed(text, value, item.scored.indicator.decimals, unit_of(item, is_difference=False), "−" if value < 0 else "")


def difference(text: str, value: float, item: Reading) -> None:
    decimals = 1 if item.row.kind == "relative_reduction" else item.scored.indicator.decimals
    printed(singular(text), value, decimals, unit_of(item, is_difference=True))


def singular(text: str) -> str:
    return re.sub(r"^(1 percentage point)$", r"\1s", text)


def share(text: str, value: float) -> None:
    printed(text, value * 100, 1, "%", "−" if value < 0 else "")


def moved(row: Any, number: float) -> float:
    """Change of what is measured since the base year; negative has fallen."""
    if row.kind == "relative_reduction":
        return number - 100
    return -number if row.kind == "share_points_reduction" else number - row.base_value


def going(text: str, change: float, *, is_zero: bool = False) -> None:
    """Assert that the verb goes the way of the number; what prints as zero does not move."""
    assert bool(DOWN.search(text)) == (change < 0 and not is_zero), (text, change)
    assert bool(UP.search(text)) == (change > 0 and not is_zero), (text, change)


# --- sentences of an indicator --------------------------------------------------------------------------------------


def check_indicator(items: list[Reading], text: str) -> set[str]:
    """Read a paragraph and hold every sentence against the rows; returns the keys of its sentences."""
    language = items[0].words.language
    assert not re.search(r"[−+-]\d", re.sub(r"[（(][^（）()]*[）)]", "", text.replace(title_of(items[0].title), ""))), (
        text
    )
    read = sentences(text, "narrative", INDICATOR, language)
    tiers = iter(items)
    for sentence in read:
        topic, _, key = sentence.key.partition(".")
        if "title" in sentence.values:
            assert sentence.values["title"] == title_of(items[0].title)
        item = next(tiers) if topic == "standing" else items[0]
        {"state": state, "standing": standing, "pace": pace, "outlook": outlook, "caveat": caveat}[topic](
            key, sentence, item, items
        )
    assert next(tiers, None) is None, "a tier is not told"
    assert len({sentence.text for sentence in read}) == len(read), "the same sentence twice"
    return {sentence.key for sentence in read}


def years(sentence: Sentence, row: Any) -> None:
    expected = {
        "year": row.latest_year,
        "base_year": row.base_year,
        "first_year": row.base_year + 1,
        "target_year": row.target_year,
    }
    for name, value in expected.items():
        if name in sentence.values:
            assert int(sentence.values[name]) == value, (name, sentence.text)


def state(key: str, sentence: Sentence, item: Reading, items: list[Reading]) -> None:
    row, values = item.row, sentence.values
    years(sentence, row)
    if "latest" in values:
        level(values["latest"], row.latest_value, item)
    if "base" in values:
        level(values["base"], row.base_value, item)
    if key in ("total", "plain"):
        return
    change = moved(row, row.latest_value)
    if "amount" in values:
        difference(values["amount"], change, item)
    body = sentence.text.replace(title_of(item.title), "")
    going(body, change, is_zero=key.endswith("still"))
    assert key.endswith("still") == (not difference_is_seen(change, item))


def difference_is_seen(change: float, item: Reading) -> bool:
    decimals = 1 if item.row.kind == "relative_reduction" else item.scored.indicator.decimals
    return float(f"{abs(change):.{decimals}f}") != 0


def standing(key: str, sentence: Sentence, item: Reading, items: list[Reading]) -> None:
    row, values = item.row, sentence.values
    assert STANDINGS[key](row), (key, row.status, row.schedule)
    years(sentence, row)
    for name in ("goal", "reach"):
        if name in values:
            goal(values[name], item)
    if "progress" in values:
        share(values["progress"], row.progress)
        share(values["expected"], row.expected_progress)
        assert SCHEDULE[values["schedule"]] == row.schedule
    if "shortfall" in values:
        # Between two reductions in per cent lie points, too.
        points = {"zh": "个百分点", "en": "percentage points"}[item.words.language]
        unit = points if row.kind == "relative_reduction" else unit_of(item, is_difference=True)
        decimals = 1 if row.kind == "relative_reduction" else item.scored.indicator.decimals
        printed(singular(values["shortfall"]), row.target_level - row.latest_value, decimals, unit)
    if "reason" in values:
        assert set(digits(values["reason"])) <= {str(row.base_year), str(row.target_year)}
    if len(items) > 1:
        assert values["target_name"] == narrative.target_name(item)


def goal(text: str, item: Reading) -> None:
    """A target: its number as the plan writes it, its unit, and the word that says on which side it lies."""
    row, target = item.row, item.scored.target
    assert [float(number) for number in digits(text)] == [row.target_value], text
    assert re.sub(r"\s", "", "%" if row.kind == "relative_reduction" else item.words.unit(row.unit)) in re.sub(
        r"\s", "", text
    )
    assert bool(re.search("左右|about", text)) == target.about
    words = {
        "level_at_least": "以上|超过|高于|at least|more than",
        "level_at_most": "不超过|低于|控制在|at most|below",
        "relative_reduction": "下降|reduction",
        "share_points_reduction": "降低|reduction",
        "cumulative_reduction": "累计|in total",
        "count_at_least": "以上|超过|多于|at least|more than",
    }
    if row.kind in words and not (target.about and row.kind.startswith(("level", "count"))):
        assert re.search(words[row.kind], text), text


def pace(key: str, sentence: Sentence, item: Reading, items: list[Reading]) -> None:
    language = item.words.language
    open_tiers = [each for each in items if each.row.status not in ("met", "missed", "not_assessed")]
    joint = "；" if language == "zh" else ". "
    required = sentence.values["required"].split(joint)
    named = {narrative.target_name(each): each for each in open_tiers}
    for part in required:
        told = one(part, "narrative", ("pace.required", "pace.last_year"), language)
        tier = named[told.values["target_name"]]
        is_last = tier.row.target_year - tier.row.latest_year == 1
        assert told.key == ("pace.last_year" if is_last else "pace.required")
        years(told, tier.row)
        movement(told.values["move"], tier.row.required_pace, tier)
    if key == "against":
        movement(sentence.values["recent"], items[0].row.recent_pace, items[0])


def movement(text: str, change: float, item: Reading) -> None:
    """A yearly movement: its verb and its number."""
    upright = -change if item.row.kind == "share_points_reduction" else change
    if not digits(text):
        assert abs(upright) < 0.05, (text, upright)
        return
    (number,) = digits(text)
    decimals = len(number.partition(".")[2])
    own = 1 if item.row.kind == "relative_reduction" else item.scored.indicator.decimals
    assert own <= decimals <= max(own, 2), text
    assert number == f"{abs(upright):.{decimals}f}", (text, upright)
    if "不得超过" in text or "no more than" in text:
        assert upright > 0
    else:
        going(text, upright)
    unit = unit_of(item, is_difference=True)
    assert not unit or unit.rstrip("s").replace(" ", "") in text.replace(" ", ""), (text, unit)


def outlook(key: str, sentence: Sentence, item: Reading, items: list[Reading]) -> None:
    row, language = item.row, item.words.language
    if key.startswith("too_short"):
        assert sentence.whole("count") == row.n_values if "count" in sentence.values else row.n_values == 1
        return
    if key == "gap_rule":
        verdicts = re.split("、|和|, | and ", sentence.values["verdict"])
        open_rows = {each.row.gap_rule for each in items if each.row.outlook == "too_short"} - {"met"}
        assert {GAP_RULE[word] for word in verdicts} == open_rows
        return
    claimed = [each for each in items if not math.isnan(each.row.p_met) and each.row.status != "not_assessed"]
    told = sentence.values["told"]
    where, _, chances = told.partition("，达到" if language == "zh" else "; the probability")
    chances = ("达到" if language == "zh" else "the probability") + chances
    if not math.isnan(row.forecast_mean):
        forecast(one(where, "narrative", ("outlook.change", "outlook.value"), language), item)
    parts = chances.split("；" if language == "zh" else ", the")
    assert len(parts) == len(claimed)
    for part, each in zip(parts, claimed, strict=True):
        probability(part if part.startswith(("达到", "the ")) else f"the{part}", each)


def forecast(told: Sentence, item: Reading) -> None:
    row, values = item.row, told.values
    years(told, row)
    bounds = [row.forecast_lower_80, row.forecast_upper_80]
    if "forecast" in values:
        level(values["forecast"], row.forecast_mean, item)
        ends = [f"{abs(bound):.{item.scored.indicator.decimals}f}" for bound in sorted(bounds)]
        assert digits(values["interval"]) == ends if "interval" in values else ends[0] == ends[1]
        return
    change = moved(row, row.forecast_mean)
    if "amount" in values:
        difference(values["amount"], change, item)
    going(re.sub(r"[（(].*", "", told.text), change, is_zero=told.key.endswith("still"))
    decimals = 1 if row.kind == "relative_reduction" else item.scored.indicator.decimals
    changes = sorted(moved(row, bound) for bound in bounds)
    is_either = any(word in values["interval"] for word in ("上升", "rise"))
    assert is_either == (f"{changes[0]:.{decimals}f}".startswith("-") and round(changes[1], decimals) > 0)
    expected = changes if is_either else sorted(changes, key=abs)
    assert digits(values["interval"]) == [f"{abs(bound):.{decimals}f}" for bound in expected]


def probability(text: str, item: Reading) -> None:
    told = one(text, "narrative", ("outlook.chance",), item.words.language)
    chance = item.row.p_met
    (number,) = digits(told.values["chance"])
    low, high = OUTLOOK[told.values["outlook"]]
    assert low - 1e-9 <= chance <= high + 1e-9
    if re.search("不足|below", told.values["chance"]):
        assert number == "1"
        assert chance < 0.01
    elif re.search("超过|above", told.values["chance"]):
        assert number == "99"
        assert chance > 0.99
    else:
        assert number == str(math.floor(chance * 100 + 1e-7))
        # The printed number leads to the same word.
        assert low <= int(number) / 100 < high or int(number) / 100 == high == 1


def caveat(key: str, sentence: Sentence, item: Reading, items: list[Reading]) -> None:
    row = item.row
    if key in ("preliminary", "estimated"):
        assert row.latest_status == key
        years(sentence, row)
    elif key == "break":
        notes = [plain(each.note.get(item.words.language)) for each in item.scored.indicator.breaks]
        assert sentence.values["note"] in [note.rstrip("。.") for note in notes]
    elif key == "fallback":
        assert int(sentence.values["planned"]) == item.scored.base_year != row.base_year
        years(sentence, row)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plan_id", PLANS)
def test_every_sentence_of_every_indicator_says_what_the_tables_say(plan_id: str, language: str) -> None:
    found = list(paragraphs(executed(plan_id), language))
    assert len(found) >= len(executed(plan_id).plan.indicators)
    for items, text in found:
        check_indicator(items, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_of_a_paragraph_can_be_changed_unseen(language: str) -> None:
    changed = 0
    for items, text in paragraphs(executed("huludao-145"), language):
        if items[0].row.region != items[0].plan.area:
            continue
        for match in re.finditer(r"\d(?![\d,.]*\d)", text):
            other = text[: match.start()] + str((int(match[0]) + 1) % 10) + text[match.end() :]
            with pytest.raises((AssertionError, KeyError)):
                check_indicator(items, other)
            changed += 1
    assert changed > 500


SWAPS = {
    "zh": ("下降", "上升"), "en": ("fell", "rose"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_verb_can_be_turned_round_unseen(language: str) -> None:
    turned = 0
    for items, text in paragraphs(executed("huludao-145"), language):
        for old, new in (SWAPS[language], SWAPS[language][::-1]):
            for match in re.finditer(old, text):
                with pytest.raises((AssertionError, KeyError)):
                    check_indicator(items, text[: match.start()] + new + text[match.end() :])
                turned += 1
    assert turned > 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_neighbours_do_not_all_begin_alike(language: str) -> None:
    tables = executed("huludao-145")
    own = [text for items, text in paragraphs(tables, language) if items[0].row.region == tables.plan.area]
    trends = [
        found[0]
        for text in own
        if (
            found := re.findall(
                r"按近年走势推算|照近年走势|从近年走势看|On recent trends|"
                r"Going by recent trends|If recent trends hold",
                text,
            )
        )
    ]
    assert max(trends.count(word) for word in set(trends)) < 0.6 * len(trends)
    assert not any(
        first == second == third for first, second, third in zip(trends, trends[1:], trends[2:], strict=False)
    )
