"""How often each rule flags series that nothing is wrong with.

``python -m analysis.screening.false_alarms <folder>`` prints the shares for every collection of a folder.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, product
from pathlib import Path

import pandas as pd

from analysis.plan import Scored, Target, Tier
from analysis.screening.digits import changed_decimals, terminal_digits
from analysis.screening.finding import Finding
from analysis.screening.growth import identical_places, identical_years
from analysis.screening.jumps import jump
from analysis.screening.repetition import repeated_series
from analysis.screening.rules import load_rules
from analysis.screening.series import Series
from analysis.screening.shifts import level_shift
from analysis.screening.smoothness import too_smooth
from analysis.screening.targets import exact_target

# Lengths of the windows, in years: as long as delivered series are.
WINDOW_YEARS = (6, 8, 10, 12, 14, 16)
# Series that play the regions of one indicator.
GROUP_SIZE = 6
# From the base to the mechanical target.
TARGET_YEARS = 5
# Both ways of reading a clean series: its values change by percent, or by points.
DIMENSIONS = ("count", "ratio")
# Rules that look at the size of values, and rules that look at the last printed digits.
SIZE_RULES = ("too_smooth", "jump", "suspected_break")
DIGIT_RULES = (
    "identical_growth_years",
    "identical_growth_places",
    "exact_target",
    "terminal_digits",
    "terminal_digits_pooled",
    "changed_decimals",
    "repeated_series",
)


def false_alarms(collection: pd.DataFrame, sample: int = 0) -> pd.DataFrame:
    """Share of clean series that each rule flags.

    Parameters
    ----------
    collection : DataFrame
        Columns series_id, t (year), value: series that nobody suspects.
    sample : int
        Use only so many series, evenly spread over the collection; 0 for all.

    Returns
    -------
    DataFrame
        Columns rule, years (length of the window), dimension, flagged, series, share (0 to 1): one row per rule,
        length and dimension.

    Notes
    -----
    A window is the last so many years of a series; for the rules about printed digits the last of its part ``train``
    (column split, if there is one), for the two parts of a collection may be printed differently. Rules over several
    regions see groups of six neighbouring series as the regions of one indicator; a group's finding counts for the
    series it names first. The target of ``exact_target`` is mechanical: five years on at the pace of the years before,
    rounded to two digits.
    """
    records = []
    is_printed = collection["split"] == "train" if "split" in collection else collection["t"].notna()
    parts = ((collection, _size_findings, SIZE_RULES), (collection[is_printed], _digit_findings, DIGIT_RULES))
    for part, findings_of, names in parts:
        histories = _histories(part, sample)
        for years, dimension in product(WINDOW_YEARS, DIMENSIONS):
            windows = [_window(name, history, years, dimension) for name, history in histories if len(history) >= years]
            flagged: dict[str, set[str]] = defaultdict(set)
            for item in findings_of(windows):
                flagged[item.rule].add(item.region)
            records += [(rule, years, dimension, len(flagged[rule]), len(windows)) for rule in names]
    table = pd.DataFrame(records, columns=["rule", "years", "dimension", "flagged", "series"])
    return table.assign(share=table["flagged"] / table["series"].clip(lower=1))


def summary(alarms: pd.DataFrame) -> pd.DataFrame:
    """Overall and worst share of each rule.

    Parameters
    ----------
    alarms : DataFrame
        As from :func:`false_alarms`.

    Returns
    -------
    DataFrame
        Indexed by rule: ``share`` over all windows, ``worst`` over lengths and dimensions (both 0 to 1).
    """
    groups = alarms.groupby("rule", sort=False)
    share = groups["flagged"].sum() / groups["series"].sum()
    return pd.DataFrame({"share": share, "worst": groups["share"].max()})


def _histories(collection: pd.DataFrame, sample: int) -> list[tuple[str, pd.Series[float]]]:
    groups = [
        (str(name), group.set_index("t")["value"].sort_index())
        for name, group in collection.groupby("series_id", sort=False)
    ]
    step = max(1, len(groups) // sample) if sample else 1
    return groups[::step]


def _window(name: str, history: pd.Series[float], years: int, dimension: str) -> Series:
    last = history.iloc[-years:]
    return Series(name, "x", tuple(map(int, last.index)), tuple(map(float, last)), dimension=dimension)


def _groups(windows: Sequence[Series]) -> Iterator[list[Series]]:
    for _, batch in groupby(enumerate(windows), key=lambda item: item[0] // GROUP_SIZE):
        yield [series for _, series in batch]


def _size_findings(windows: Sequence[Series]) -> Iterator[Finding]:
    rules = load_rules()
    for series in windows:
        yield from too_smooth(series, rules.smoothness)
        yield from jump(series, rules.jumps)
        yield from level_shift(series, rules.level_shifts)


def _digit_findings(windows: Sequence[Series]) -> Iterator[Finding]:
    rules = load_rules()
    for group in _groups(windows):
        yield from identical_places(group, rules.identical_growth)
        yield from terminal_digits(group, rules.digits)
        yield from repeated_series(group, rules.repetition)
    for series in windows:
        yield from identical_years(series, rules.identical_growth)
        yield from terminal_digits([series], rules.digits)
        yield from changed_decimals(series, rules.digits)
        yield from _target_findings(series)


def _target_findings(series: Series) -> list[Finding]:
    """The rule about targets, with a target that lies on the pace of the first years."""
    base = max(2, len(series.years) - TARGET_YEARS)
    base_year, start, middle = series.years[base - 1], series.values[0], series.values[base - 1]
    wanted = float(f"{middle + TARGET_YEARS * (middle - start) / (base - 1):.2g}")
    if wanted == middle:
        return []
    columns = {"year": series.years, "value": series.values, "bound": "exact"}
    measured = pd.DataFrame({**columns, "base_year": base_year, "base_value": middle}).set_index("year")
    return exact_target(series, measured, _scored(wanted, wanted > middle, base_year), load_rules().exact_target)


def _scored(value: float, is_up: bool, base_year: int) -> Scored:
    """A target of the simplest kind; nothing else of a plan matters to the rule."""
    target = Target(kind="level_at_least" if is_up else "level_at_most", tiers=[Tier(value=value)])
    return Scored.model_construct(target=target, base_year=base_year, target_year=base_year + TARGET_YEARS)


def main(folder: str) -> None:
    """Print the shares of every collection (csv file) of a folder, in percent."""
    for path in sorted(Path(folder).glob("*.csv")):
        table = summary(false_alarms(pd.read_csv(path)))
        print(path.stem, (100 * table).round(2).to_string(), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1])
