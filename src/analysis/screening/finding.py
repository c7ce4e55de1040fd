"""What a rule has found, as data first and as text second."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from analysis.contracts import QUALITY, check
from analysis.messages import Catalogue
from analysis.plan import Plan
from analysis.screening.series import Series

# Suspicious but possible: published in the quality table, never a reason to stop.
SEVERITY = "warning"
EVIDENCE = "evidence"
# Smaller probabilities are printed as this one: the models behind them are not that exact.
LEAST_CHANCE = 0.0001


@dataclass(frozen=True)
class Finding:
    """One suspicious series, or group of series.

    Parameters
    ----------
    rule : str
        Name of the rule, a key of ``screening`` in the message catalogue.
    region, indicator : str
    year : int or None
        The newest year concerned.
    values : tuple of (int, float)
        Years and values that were looked at; enough for a small plot.
    evidence : dict of str to str
        Numbers for the wording. ``chance`` is the probability under the rule's null hypothesis; ids under
        ``regions``, ``other_region`` and ``other_indicator`` are worded by their names if the plan is known.
    file, sheet, cell : str
        Where the value of the year was delivered.
    """

    rule: str
    region: str
    indicator: str
    year: int | None
    values: tuple[tuple[int, float], ...] = ()
    evidence: dict[str, str] = field(default_factory=dict, hash=False)
    file: str = ""
    sheet: str = ""
    cell: str = ""


def finding(rule: str, series: Series, year: int, values: tuple[tuple[int, float], ...], **evidence: str) -> Finding:
    """A finding about one series, with the place of the value of its year."""
    place = series.place(year)
    return Finding(rule, series.region, series.indicator, year, values, evidence, place.file, place.sheet, place.cell)


def number(value: float) -> str:
    """A number for the wording: at most four significant digits."""
    return f"{value:.4g}"


def years_text(years: Iterable[int]) -> str:
    """Years for the wording, in their order."""
    return ", ".join(str(int(year)) for year in years)


def findings_to_quality(findings: Iterable[Finding], words: Catalogue, plan: Plan | None = None) -> pd.DataFrame:
    """Word findings as rows of the quality table.

    Parameters
    ----------
    findings : iterable of Finding
    words : Catalogue
    plan : Plan, optional
        For the names of regions and indicators; without it their ids are printed.

    Returns
    -------
    DataFrame
        The columns of contract ``quality``, severity always ``warning``, and ``evidence`` (text): the values that
        were looked at and the probability that they are chance. One row per finding, in their order.
    """
    rows = list(findings)
    if not rows:
        return QUALITY.empty().assign(**{EVIDENCE: pd.Series(dtype="str")})
    records = [_record(item, words, plan) for item in rows]
    table = check(pd.DataFrame(records, columns=QUALITY.names), QUALITY.name)
    return table.assign(**{EVIDENCE: pd.Series([_evidence(item, words) for item in rows], dtype="str")})


def _record(item: Finding, words: Catalogue, plan: Plan | None) -> dict[str, object]:
    values = {"year": str(item.year), **item.evidence, **_names(item.evidence, words, plan)}
    return {
        "severity": SEVERITY,
        "rule": item.rule,
        "region": item.region,
        "indicator": item.indicator,
        "year": item.year,
        "file": item.file,
        "sheet": item.sheet,
        "cell": item.cell,
        "found": words.text(f"screening.{item.rule}.what", **values),
        "expected": words.text(f"screening.{item.rule}.expected", **values),
        "todo": words.text(f"screening.{item.rule}.todo", **values),
    }


def _names(evidence: dict[str, str], words: Catalogue, plan: Plan | None) -> dict[str, str]:
    """Names in place of ids, and lists joined as the language joins them."""
    comma = words.text("screening.comma")
    regions = {item.id: item.name.get(words.language) for item in plan.regions} if plan else {}
    indicators = {item.id: item.title.get(words.language) for item in plan.indicators} if plan else {}
    named = {"years": comma.join(evidence["years"].split(", "))} if "years" in evidence else {}
    for key in ("regions", "other_region"):
        if key in evidence:
            named[key] = comma.join(regions.get(id, id) for id in evidence[key].split(", "))
    for key in ("unit", "line"):
        if key in evidence:
            named[key] = words.text(f"screening.{key}.{evidence[key]}")
    if "other_indicator" in evidence:
        named["other_indicator"] = indicators.get(evidence["other_indicator"], evidence["other_indicator"])
    return named


def _evidence(item: Finding, words: Catalogue) -> str:
    comma = words.text("screening.comma")
    parts = []
    if item.values:
        pairs = (words.text("screening.pair", year=year, value=f"{value:.12g}") for year, value in item.values)
        parts.append(words.text("screening.values", values=comma.join(pairs)))
    if "chance" in item.evidence:
        chance = float(item.evidence["chance"])
        parts.append(words.text("screening.chance", chance=f"{max(chance, LEAST_CHANCE):.4f}"))
    return words.text("screening.separator").join(parts)
