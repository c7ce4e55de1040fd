"""The benchmark of forecasts as a reader sees it: a chapter of Markdown, a table for further use, a figure."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from analysis import theme
from analysis.benchmark.cases import HORIZON, SERIES, WINDOWS, cut
from analysis.benchmark.comparison import ALL, compare
from analysis.benchmark.figure import draw_benchmark
from analysis.benchmark.methods import OPTIONAL_PACKAGE, make_importable
from analysis.benchmark.standings import OURS, Goal, load_goals, standings
from analysis.display import to_svg
from analysis.project import root
from analysis.rasters import to_png
from analysis.trends.windows import read_collections
from analysis.wording import MISSING, Wording, wording

# Decimals of every column that is printed.
PRINTED = {
    "smape": 2,
    "mase": 2,
    "relmae": 3,
    "coverage_80": 1,
    "coverage_95": 1,
    "msis_95": 1,
    "wis": 2,
    "brier": 3,
    "seconds_per_1000": 2,
    "refused": 0,
}
GROUPS = ("ours", "member", "simple", "statsmodels", "statsforecast")


@dataclass(frozen=True)
class Chapter:
    """A chapter of the benchmark and the files that go with it, by name."""

    text: str
    files: dict[str, bytes]


def collections_folder() -> Path:
    """Where past series are looked for: ``data/forecast`` in ``$ANALYSIS_SHARED`` or, without it, in ``../shared``."""
    return Path(os.environ.get("ANALYSIS_SHARED") or root().parent / "shared") / "data" / "forecast"


def forecast_chapter(
    data: Path, peers: Path, series: int, jobs: int, language: str, say: Callable[[str], None]
) -> Chapter:
    """Compare all methods on a folder of collections.

    Parameters
    ----------
    data : Path
        One csv file per collection; where there is none, the chapter says so.
    peers : Path
        Folder of the optional packages.
    series : int
        Series per collection, for a quick look; 0: as many as the protocol scores.
    jobs : int
        Processes; 0: one per core.
    language : {"zh", "en"}
    say : callable
        Told a line about every step.
    """
    words = wording(language)
    title = f"## {words.text('benchmark.title')}"
    if not any(data.glob("*.csv")):
        return Chapter("\n\n".join([title, words.text("benchmark.no_data", folder=data)]), {})
    collections = read_collections(data, series or SERIES)
    cases = [cut(collections, n) for n in WINDOWS]

    def told(method: str, n: int) -> None:
        say(words.text("benchmark.done", n=n, method=_name(method, words)))

    results = compare(cases, data, peers, jobs, say=told)
    picture = draw_benchmark(results, language)
    svg = to_svg(picture.figure)
    (png,) = to_png([svg], theme.PNG_DOTS_PER_INCH)
    files = {
        "benchmark.csv": results.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode(),
        "benchmark.svg": svg.encode(),
        "benchmark.png": png,
    }
    counts = {windows.n: len(windows) for windows in cases}
    paragraphs = [
        title,
        words.text("benchmark.protocol", horizon=HORIZON, collections=words.listing(list(collections))),
        words.text("benchmark.counts", counts=_counts(counts, words)),
        words.text("benchmark.quick", series=series) if series else "",
        words.text("benchmark.fitted_without"),
        _left_out(make_importable(peers), words),
        standings_text(results, words),
        f"![{picture.caption}](benchmark.svg)",
        *(window_table(results, n, words) for n in counts),
        collections_table(results, words),
        words.text("benchmark.reading"),
    ]
    return Chapter("\n\n".join(part for part in paragraphs if part), files)


def standings_text(results: pd.DataFrame, words: Wording) -> str:
    """One line per number of training points: where our default is ahead of every peer, and who is ahead elsewhere."""
    lines = []
    for n, rows in standings(results).groupby("n", sort=True):
        ahead = [words.text(f"benchmark.scores.{score}") for score in rows.loc[rows["is_ahead"], "score"]]
        behind = [
            words.text(
                "benchmark.behind_one",
                score=words.text(f"benchmark.scores.{row.score}"),
                peer=_name(str(row.best_peer), words),
                theirs=words.number(float(row.theirs), PRINTED[str(row.score)]),  # type: ignore[arg-type]
                ours=words.number(float(row.ours), PRINTED[str(row.score)]),  # type: ignore[arg-type]
            )
            for row in rows[~rows["is_ahead"]].itertuples()
        ]
        parts = [words.text("benchmark.ahead", scores=words.listing(ahead))] if ahead else []
        parts += [words.text("benchmark.behind", scores=words.listing(behind))] if behind else []
        lines.append("- " + words.text("benchmark.count", n=n, count=words.text("benchmark.between").join(parts)))
    return "\n".join(lines)


def window_table(results: pd.DataFrame, n: int, words: Wording) -> str:
    """All methods at one number of training points, the goals below ours, the best of every column in bold."""
    rows = results[(results["n"] == n) & (results["collection"] == ALL)]
    order = {group: number for number, group in enumerate(GROUPS)}
    rows = rows.assign(rank=rows["group"].map(order)).sort_values(["rank", "wis"], kind="stable")
    best = {score: rows[score].min() for score in ("smape", "mase", "relmae", "msis_95", "wis", "brier")}
    body = []
    for _, row in rows.iterrows():
        cells = [_printed(words, score, float(row[score]), best.get(score)) for score in PRINTED]
        body.append([_name(str(row["method"]), words), *cells])
        if row["method"] == OURS:
            goals = load_goals().get(n, {})
            body.append(
                [words.text("benchmark.goal"), *(_goal(words, s, goals.get(s), float(row[s])) for s in PRINTED)]
            )
    heads = [f"n = {n}", *(words.text(f"benchmark.scores.{score}") for score in PRINTED)]
    return _pipe_table(heads, body)


def collections_table(results: pd.DataFrame, words: Wording) -> str:
    """Coverage and scores of our default by collection: what is right on average varies between them."""
    rows = results[(results["method"] == OURS) & (results["collection"] != ALL)]
    shown = ("coverage_80", "coverage_95", "relmae", "wis")
    body = [
        [str(row["collection"]), str(row["n"]), str(row["series"])]
        + [words.number(float(row[score]), PRINTED[score]) for score in shown]
        for _, row in rows.sort_values(["collection", "n"]).iterrows()
    ]
    keys = [words.text(f"benchmark.{name}") for name in ("collection", "window", "series")]
    return _pipe_table([*keys, *(words.text(f"benchmark.scores.{score}") for score in shown)], body)


def _printed(words: Wording, score: str, value: float, best: float | None) -> str:
    text = words.number(value, PRINTED[score])
    return f"**{text}**" if best is not None and value == best else text


def _goal(words: Wording, score: str, goal: Goal | None, value: float) -> str:
    if goal is None:
        return MISSING
    decimals = PRINTED[score]
    most = words.number(goal.most, decimals)
    text = f"≤ {most}" if goal.least == 0 else f"{words.number(goal.least, decimals)}–{most}"
    return f"{text} {'✓' if goal.is_met(value) else '✗'}"


def _left_out(has_optional: bool, words: Wording) -> str:
    if not has_optional:
        return words.text("benchmark.left_out", package=OPTIONAL_PACKAGE)
    try:
        return words.text("benchmark.versions", package=OPTIONAL_PACKAGE, version=version(OPTIONAL_PACKAGE))
    except PackageNotFoundError:
        return ""


def _counts(counts: dict[int, int], words: Wording) -> str:
    return words.text("benchmark.between").join(
        words.text("benchmark.count", n=n, count=count) for n, count in counts.items()
    )


def _name(method: str, words: Wording) -> str:
    return words.text(f"benchmark.methods.{method}")


def _pipe_table(heads: list[str], body: list[list[str]]) -> str:
    rows = [heads, ["---", *(["---:"] * (len(heads) - 1))], *body]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
