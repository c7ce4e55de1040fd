"""How good forecasts are, as printed: back-test, reliability, an indicator's record, a finished plan."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from figure_checks import outside, smallest_printed_type
from plan_builder import observed, plan_with

from analysis.assessment import assess
from analysis.assessment.history import outlooks_by_edition
from analysis.benchmark import backtest
from analysis.benchmark.backtest import load_backtest, run_backtest
from analysis.figures.reliability import draw_reliability
from analysis.measures import measure
from analysis.readings import readings
from analysis.tables.forecasts import backtest_table, horizons_table, member_rows, proof_table, record_rows
from analysis.trends import fit_trends
from analysis.trends.calibration import load
from analysis.trends.hindcasts import compare_members, hindcast
from analysis.wording import wording

VALUES = {2010 + step: 50.0 + 1.2 * step + (step % 3) for step in range(14)}


def test_the_back_test_belongs_to_the_calibration_that_is_used() -> None:
    assert load_backtest().calibration == load().version


def test_the_default_is_nearer_to_what_it_promises_than_a_textbook() -> None:
    scores = load_backtest().scores.set_index(["method", "n"])
    for n in (6, 8, 10, 15):
        for level, width in ((80, 5), (95, 3)):
            covered = scores[f"coverage_{level}"].xs(n, level="n")
            assert abs(covered["default"] - level) <= width
            assert all(abs(covered[name] - level) > abs(covered["default"] - level) for name in ("line", "damped_ets"))


def test_every_number_of_the_back_test_is_printed_as_it_stands() -> None:
    table = backtest_table(load_backtest().scores, "en")
    first = load_backtest().scores.iloc[0]
    assert table.rows[0][0] == str(first["n"])
    assert table.rows[0][2] == f"{first['relmae']:.3f}"
    assert len(table.rows) == len(load_backtest().scores)
    assert len(horizons_table(load_backtest().horizons, "zh").rows) == 4 * 5


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_title_claims_reliability_only_where_it_is_seen(language: str) -> None:
    reliability = load_backtest().reliability
    words = wording(language)
    assert draw_reliability(reliability, language).title == words.text("forecasts.figure.title")
    figure = draw_reliability(reliability, language).figure
    assert smallest_printed_type(figure) >= 8
    assert outside(figure) == []
    off = reliability.assign(observed=reliability["observed"].clip(0.3, 0.6))
    assert draw_reliability(off, language).title == words.text("forecasts.figure.title_off")


def test_the_back_test_of_a_few_series_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    for name, count in (("one", 4), ("other", 3)):
        rows = [
            (name, f"s{number}", year, value, "train" if year < 20 else "test")
            for number in range(count)
            for year, value in enumerate(50 + np.cumsum(random.normal(1, 2, 25)))
        ]
        frame = pd.DataFrame(rows, columns=["dataset", "series_id", "t", "value", "split"])
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    monkeypatch.setattr(backtest, "SHOWN", ("default", "naive"))
    content = json.loads(json.dumps(run_backtest(tmp_path, jobs=1)))
    assert content["collections"] == {"one": 4, "other": 3}
    assert len(content["scores"]) == 2 * 4
    assert len(content["horizons"]) == 5 * 4
    counts = pd.DataFrame(content["reliability"]).groupby("method")["count"].sum()
    assert counts.to_dict() == {"default": 7 * 5 * 4, "naive": 7 * 5 * 4}
    naive = [row for row in content["scores"] if row["method"] == "naive"]
    assert all(row["relmae"] == 1 for row in naive)


def test_the_profile_names_every_model_and_the_record() -> None:
    plan = plan_with("level_at_least", 90)
    measures = measure(observed(VALUES), plan)
    assessment = assess(plan, measures, fit_trends(measures, plan, 2023), 2023)
    tiers = readings(assessment, plan, "en", indicator="x")
    members = compare_members(measures, plan, 2023)
    members.loc[members["model"] == "theta", ["mean", "reason"]] = [float("nan"), "not_converged"]
    header, cell = member_rows(members, tiers)[0]
    assert header == "Other models for 2025"
    assert "least-squares line" in cell
    assert "Theta" not in cell
    assert member_rows(members, tiers)[1][1] == "Theta (did not converge)"
    own = hindcast(measures, plan, 2023)
    inside = int(((own["actual"] >= own["lower_80"]) & (own["actual"] <= own["upper_80"])).sum())
    text = record_rows(own, tiers)[0][1]
    assert f"{len(own)} forecasts" in text
    assert f"{inside} inside the 80%" in text
    assert record_rows(own.iloc[:0], tiers) == []


def test_the_proof_sets_every_edition_against_the_outcome() -> None:
    plan = plan_with("level_at_least", 80)
    values = {year: 40.0 + 1.5 * (year - 2010) + year % 2 for year in range(2010, 2026)}
    table = proof_table(outlooks_by_edition(plan, measure(observed(values), plan)), plan, "en")
    assert [row[1] for row in table.rows] == ["2021", "2022", "2023", "2024", "2025"]
    assert {row[5] for row in table.rows} == {"missed"}
    assert table.rows[-1][3] == "—"
