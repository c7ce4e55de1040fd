"""Places beside each other: what they share, who leads, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest
from plan_builder import observed, plan_with

from analysis.assessment import assess
from analysis.comparison.many import Delivered, assess_many
from analysis.contracts import OBSERVATIONS, check
from analysis.figures.places import draw_places
from analysis.measures import measure
from analysis.panorama import courses_introduction, demonstration_places, places_paragraph, ranking_introduction
from analysis.places import PRINTED_PLACES, PlaceEdition, named_apart, rank_places, shared_targets
from analysis.plan import Text
from analysis.tables.places import PRINTED_ENDS, failures_table, places_table, ranking_table
from analysis.trends import fit_trends


def place(
    name: str, values: dict[int, float], kind: str = "level_at_least", stretch: float | None = None, **columns: str
) -> PlaceEdition:
    """A place whose target is 90 in 2025, from its own value in 2020; a further one, if any, is a commitment itself."""
    plan = plan_with(kind, 90).model_copy(update={"id": name, "short_title": Text(zh=f"地{name}", en=f"Place {name}")})
    if stretch is not None:
        (section,) = plan.sections
        (further,) = plan_with(kind, stretch).sections[0].commitments
        assert further.target is not None
        (tier,) = further.target.tiers
        target = further.target.model_copy(update={"tiers": [tier.model_copy(update={"id": "stretch"})]})
        further = further.model_copy(update={"id": "further", "target": target})
        section = section.model_copy(update={"commitments": [*section.commitments, further]})
        plan = plan.model_copy(update={"sections": [section]})
    delivered = observed(values, **columns) if values else OBSERVATIONS.empty()
    measures = measure(delivered, plan)
    year = max(values, default=2020)
    trends = fit_trends(measures, plan, year)
    return PlaceEdition(plan, year, measures, assess(plan, measures, trends, year), f"{name}/{year}/report.html")


# From 80 to 90 in five years, three of them gone: 60 % is due.
AHEAD = place("a", {2020: 80, 2021: 82, 2022: 85, 2023: 88})
BEHIND = place("b", {2020: 80, 2021: 81, 2022: 82, 2023: 83})
LEVEL = place("c", {2020: 70, 2021: 74, 2022: 80, 2023: 86})
EMPTY = place("d", {})
OTHER = place("e", {2020: 10, 2021: 9, 2022: 8, 2023: 7}, kind="relative_reduction")


def called(*parts: tuple[str, str]) -> list[tuple[str, str]]:
    """Names in both languages of places by short title and area."""
    places = []
    for title, area in parts:
        plan = AHEAD.plan
        (own,) = [region for region in plan.regions if region.id == plan.area]
        own = own.model_copy(update={"name": Text(zh=area, en=f"{area} city")})
        others = [region for region in plan.regions if region.id != plan.area]
        plan = plan.model_copy(update={"short_title": Text(zh=title, en=f"{title} plan"), "regions": [own, *others]})
        places.append(replace(AHEAD, plan=plan))
    return [(place.name("zh"), place.name("en")) for place in named_apart(places)]


def test_a_panel_names_the_unit_of_its_axis() -> None:
    (drawing,) = draw_places([AHEAD, BEHIND], "zh")
    assert drawing.figure.axes[0].get_title(loc="left").replace("\n", "").endswith("（%）")
    (drawing,) = draw_places([OTHER, place("f", {2020: 20, 2023: 15}, kind="relative_reduction")], "zh")
    assert drawing.figure.axes[0].get_title(loc="left").replace("\n", "").endswith("（指数）")


def test_places_have_names_that_tell_them_apart() -> None:
    assert called(("甲", "子"), ("乙", "子")) == [("甲", "甲 plan"), ("乙", "乙 plan")]
    assert called(("甲", "子"), ("甲", "丑")) == [("子", "子 city"), ("丑", "丑 city")]
    both = called(("甲", "子"), ("甲", "丑"), ("乙", "丑"))
    assert [name for name, _ in both] == ["子", "丑（甲）", "丑（乙）"]
    assert both[1][1] == "丑 city (甲 plan)"
    same = called(("甲", "子"), ("甲", "子"))
    assert {name for name, _ in same} == {"子（甲，a，2023）"}
    assert called(("甲", "子")) == [("甲", "甲 plan")]


def test_a_rank_is_by_the_lead_over_ones_own_path() -> None:
    ranking = rank_places([BEHIND, AHEAD, LEVEL, EMPTY])
    check(ranking, "ranking")
    found = {row.plan: (None if pd.isna(row.rank) else int(row.rank), row.lead) for row in ranking.itertuples()}
    # a: 8 of 10 against 60 %. c: 16 of 20 against 60 %. b: 3 of 10. d has no verdict.
    assert found["a"] == (1, pytest.approx(0.2))
    assert found["c"] == (1, pytest.approx(0.2))
    assert found["b"] == (3, pytest.approx(-0.3))
    assert found["d"][0] is None


def test_places_share_a_target_of_one_indicator_tier_kind_and_unit() -> None:
    assert shared_targets([AHEAD, BEHIND], "zh") == {("x", "base", "level_at_least", "%"): "x"}
    assert shared_targets([AHEAD, OTHER], "zh") == {}
    assert shared_targets([AHEAD], "zh") == {}
    assert rank_places([AHEAD, OTHER]).empty
    # A further place with a target of another kind is not among them.
    assert set(rank_places([AHEAD, BEHIND, OTHER])["plan"]) == {"a", "b"}


def test_two_commitments_on_one_indicator_are_ranked_each_for_itself() -> None:
    values = {2020: 80.0, 2021: 82.0, 2022: 85.0, 2023: 88.0}
    both = [place("a", values, stretch=95), place("b", {**values, 2023: 86.0}, stretch=95), LEVEL]
    assert [target[:2] for target in shared_targets(both, "zh")] == [("x", "base"), ("x", "stretch")]
    ranking = rank_places(both)
    check(ranking, "ranking")
    ranks = {(row.tier, row.plan): row.rank for row in ranking.itertuples()}
    # The third place has no such further target.
    assert ranks == {("base", "a"): 1, ("base", "b"): 3, ("base", "c"): 1, ("stretch", "a"): 1, ("stretch", "b"): 2}
    table = ranking_table(both, ranking, "zh")
    assert len(table.rows) == len(ranking)
    assert len({row[0] for row in table.rows}) == 2
    (drawing,) = draw_places(both, "zh")
    assert sum(axes.get_visible() for axes in drawing.figure.axes) == 2


def test_the_table_counts_what_the_places_have() -> None:
    table = places_table([AHEAD, BEHIND, EMPTY], "en")
    heads = [column.header.split("]")[0].strip("[✓▲◆▼×○ ") for column in table.columns]
    rows = {row[0]: dict(zip(heads[1:], row[1:], strict=True)) for row in table.rows}
    one = rows["[Place a](a/2023/report.html)"]
    assert (one["Edition"], one["Targets"]) == ("2023", "1")
    # Four values are too few for a probability; the verdict rests on the remaining gap.
    assert one["Met or on track"] == "100%"
    assert rows["[Place b](b/2023/report.html)"]["Met or on track"] == "0%"
    assert rows["[Place d](d/2020/report.html)"]["Met or on track"] == "—"
    assert sum(int(one[status]) for status in heads[4:]) == 1


def test_the_ranking_lists_the_best_first_and_those_without_a_verdict_last() -> None:
    places = [BEHIND, EMPTY, AHEAD]
    table = ranking_table(places, rank_places(places), "zh")
    assert [(row[1], row[2]) for row in table.rows] == [
        ("1", "[地a](a/2023/report.html)"),
        ("2", "[地b](b/2023/report.html)"),
        ("—", "[地d](d/2020/report.html)"),
    ]
    assert table.rows[0][6] == "+20.0"
    assert table.rows[1][6] == "−30.0"
    assert table.rows[0][3] == "88.0%（2023）"


def many_places(count: int, **columns: str) -> list[PlaceEdition]:
    return [
        place(f"p{number:02d}", {2020: 80, 2021: 81, 2022: 82, 2023: 83 + number / 10}, **columns)
        for number in range(count)
    ]


@pytest.mark.parametrize(("count", "rows"), [(PRINTED_PLACES, PRINTED_PLACES), (PRINTED_PLACES + 1, 2 * PRINTED_ENDS)])
def test_of_many_places_only_the_ends_are_printed(count: int, rows: int) -> None:
    places = many_places(count)
    ranking = rank_places(places)
    assert len(ranking) == count
    assert len(ranking_table(places, ranking, "en").rows) == rows
    assert ("only the first" in ranking_introduction(places, "en")) == (rows < count)


def test_the_paragraph_counts_all_targets() -> None:
    text = places_paragraph([AHEAD, BEHIND, EMPTY], "en")
    assert "3 evaluation reports" in text
    assert "3 scored targets" in text
    assert "share no indicator" in places_paragraph([AHEAD, OTHER], "en")
    assert places_paragraph([], "en")


def test_demonstration_data_is_named_by_place() -> None:
    made_up = place("m", {2020: 80, 2021: 81, 2022: 82}, status="synthetic")
    assert demonstration_places([AHEAD], "zh") == ""
    text = demonstration_places([AHEAD, made_up], "zh")
    assert "地m" in text
    assert "地a" not in text


def test_many_places_with_demonstration_data_are_counted_and_marked_in_the_tables() -> None:
    places = [*many_places(PRINTED_PLACES, status="synthetic"), AHEAD]
    text = demonstration_places(places, "zh")
    assert "有20份报告" in text
    assert "地p" not in text
    (*made_up, real) = places_table(places, "zh").rows
    assert all(row[0].endswith(") ◇") for row in made_up)
    assert not real[0].endswith("◇")
    assert sum(row[2].endswith("◇") for row in ranking_table(places, rank_places(places), "zh").rows) >= PRINTED_ENDS


def test_of_many_places_the_middle_is_drawn_and_their_statuses_are_counted() -> None:
    few, many = many_places(PRINTED_PLACES), many_places(PRINTED_PLACES + 1)
    late = place("late", {2023: 83, 2024: 84})
    for places in (few, [*many, late]):
        (drawing,) = draw_places(places, "en")
        (axes,) = (axes for axes in drawing.figure.axes if axes.get_visible())
        lines = {str(line.get_gid()): line for line in axes.lines}
        is_spread = len(places) > PRINTED_PLACES
        assert ("median" in lines) == is_spread
        assert ("median" in drawing.caption) == is_spread
        assert ("median" in courses_introduction(places, "en")) == is_spread
    # In 2024 a single place has a value.
    assert list(lines["median"].get_xdata()) == [2020, 2021, 2022, 2023]
    assert list(lines["median"].get_ydata())[:3] == [80, 81, 82]
    assert lines["median"].get_ydata()[3] == pytest.approx(83.95)
    assert list(lines["target"].get_ydata()) == [90]
    counted = [int(text.get_text()[1:]) for text in axes.texts]
    assert sum(counted) == len(many) + 1


def test_panels_stand_for_indicators_with_values_in_two_places() -> None:
    (drawing,) = draw_places([AHEAD, BEHIND, EMPTY], "en")
    shown = [axes for axes in drawing.figure.axes if axes.get_visible()]
    assert len(shown) == 1
    assert "x (%): 2 places" in drawing.alt
    assert draw_places([AHEAD, EMPTY], "en") == []
    # Two places have values, but none of another place is on the way to the same kind of target.
    assert draw_places([AHEAD, EMPTY, OTHER], "en") == []


def test_why_a_report_is_missing_is_plain_text() -> None:
    table = failures_table([["x", "a | <b>"]], "en")
    assert table.rows == (("x", "a \\| \\<b\\>"),)


def delivered(number: int) -> Delivered:
    values = {2015 + year: 80.0 + year * (1 + number / 10) for year in range(9)}
    plan = plan_with("level_at_least", 90).model_copy(update={"id": f"p{number}"})
    return Delivered(plan, 2023, observed(values))


@pytest.mark.parametrize(("jobs", "block"), [(1, 4), (1, 1), (2, 2)])
def test_many_places_get_what_each_gets_alone(jobs: int, block: int) -> None:
    blocks = list(assess_many(map(delivered, range(5)), jobs=jobs, block=block))
    assert len(blocks) == -(-5 // block)
    together = pd.concat(blocks, ignore_index=True)
    assert together["plan"].tolist() == [f"p{number}" for number in range(5)]
    for number in range(5):
        one = delivered(number)
        measures = measure(one.observations, one.plan)
        alone = assess(one.plan, measures, fit_trends(measures, one.plan, one.year), one.year)
        own = together[together["plan"] == one.plan.id].drop(columns="plan").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone, check_exact=True)


def test_places_are_read_only_as_far_as_results_are_taken() -> None:
    taken: list[int] = []

    def places() -> Iterator[Delivered]:
        for number in range(50):
            taken.append(number)
            yield delivered(number)

    next(iter(assess_many(places(), jobs=1, block=2)))
    assert len(taken) <= 6
