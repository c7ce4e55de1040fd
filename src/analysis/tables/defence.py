"""Beside the verdict: other systems' rules, the values that would turn it, the evidence for a trend."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.contracts.defence import PEERS
from analysis.contracts.rows import records
from analysis.readings import Reading
from analysis.tables.table import Table, named_columns
from analysis.wording import MISSING, Wording, escape, wording

# Below this probability only the limit is printed.
SMALLEST_P = 0.001
# Figures that are plain numbers; all others are shares.
_NUMBERS = {"escap": 1, "responsibility": 0}
# A share that is not positive has nothing to say here: nothing is missing.
_SHORTFALLS = ("germany", "barometer_gap")


def peer_rows(peer_rules: pd.DataFrame, tiers: list[Reading]) -> list[tuple[str, ...]]:
    """Rows of the profile: how many other rules agree, what each says, which are not applicable and why.

    Parameters
    ----------
    peer_rules : DataFrame
        Contract ``peer_rules``.
    tiers : list of Reading
        One per column.
    """
    first = tiers[0]
    words = first.words
    own = peer_rules[(peer_rules["region"] == first.row.region) & (peer_rules["indicator"] == first.row.indicator)]
    rules = list(records(own))
    by_tier = [{row.rule: row for row in rules if row.tier == item.row.tier and item.is_assessed} for item in tiers]
    if not any(by_tier):
        return []
    rows = [(words.text("defence.agreement"), *(_count(rows_of, words) for rows_of in by_tier))]
    for rule in PEERS:
        found = [rows_of.get(rule) for rows_of in by_tier]
        if any(row is not None and row.is_applicable for row in found):
            said = (MISSING if row is None else escape(_said(row, words)) for row in found)
            rows.append((escape(words.text(f"defence.short.{rule}")), *said))
    if not all(row.is_applicable for row in rules):
        rows.append((words.text("defence.not_applicable"), *(escape(_left_out(rows_of, words)) for rows_of in by_tier)))
    return rows


def _said(row: Any, words: Wording) -> str:
    """A rule's word and figure, and whether it agrees."""
    figure = _figure(row, words)
    if not row.label:
        return figure or MISSING
    label = words.text(f"defence.labels.{row.label.lower().replace(' ', '_')}")
    text = words.text("defence.with_figure", label=label, figure=figure) if figure else label
    return words.text("defence.cell", text=text, agreement=words.text(f"defence.agrees.{row.agrees}"))


def _left_out(rows: dict[str, Any], words: Wording) -> str:
    """The rules that are not applicable, by their reason."""
    rules_by_reason: dict[str, list[str]] = {}
    for rule in PEERS:
        row = rows.get(rule)
        if row is not None and not row.is_applicable and row.reason:
            rules_by_reason.setdefault(row.reason, []).append(words.text(f"defence.short.{rule}"))
    parts = [
        words.text(
            "defence.not_applicable_rules",
            rules=words.listing(rules),
            reason=words.text(f"defence.reasons.{reason}"),
        )
        for reason, rules in rules_by_reason.items()
    ]
    return words.text("defence.separator").join(parts) or MISSING


def _figure(row: Any, words: Wording) -> str:
    if math.isnan(row.value) or (row.rule in _SHORTFALLS and row.value <= 0):
        return ""
    number = words.number(row.value, _NUMBERS.get(row.rule, 0))
    decimals = 1 if row.rule in ("barometer_gap", "barometer_direction") else 0
    return words.text(f"defence.figures.{row.rule}", number=number, percent=words.percent(row.value, decimals))


def _count(rows: dict[str, Any], words: Wording) -> str:
    if not rows:
        return MISSING
    judged = [row.agrees for row in rows.values() if row.agrees]
    if not judged:
        return words.text("defence.no_rule")
    return words.text("defence.agreement_count", applied=len(judged), agreeing=judged.count("yes"))


def turning_rows(turning_points: pd.DataFrame, tiers: list[Reading]) -> list[tuple[str, ...]]:
    """Rows of the profile: the nearest latest values that would turn the verdict.

    Parameters
    ----------
    turning_points : DataFrame
        Contract ``turning_points``.
    tiers : list of Reading
        One per column.
    """
    first = tiers[0].row
    of_first = (turning_points["region"] == first.region) & (turning_points["indicator"] == first.indicator)
    keyed = {(row.region, row.indicator, row.tier): row for row in records(turning_points[of_first])}
    rows = []
    for name, key in (("better", "turns"), ("worse", "turns_worse")):
        cells = []
        for item in tiers:
            found = keyed.get((item.row.region, item.row.indicator, item.row.tier))
            value = math.nan if found is None else getattr(found, f"{name}_value")
            if math.isnan(value):
                cells.append(MISSING)
                continue
            status = item.words.text(f"report.status.{getattr(found, f'{name}_status')}")
            text = item.words.text(f"defence.profile.{key}", value=item.in_target_terms(value), status=status)
            cells.append(escape(text))
        if any(cell != MISSING for cell in cells):
            rows.append((tiers[0].words.text(f"defence.profile.{name}"), *cells))
    return rows


def evidence_row(evidence: pd.DataFrame, tiers: list[Reading]) -> list[tuple[str, ...]]:
    """The row of the profile that tells whether there is a trend; none without a test.

    Parameters
    ----------
    evidence : DataFrame
        Contract ``evidence``.
    tiers : list of Reading
        One per column.
    """
    if not tiers:
        return []
    item = tiers[0]
    chosen = evidence[(evidence["region"] == item.row.region) & (evidence["indicator"] == item.row.indicator)]
    if chosen.empty:
        return []
    row = next(records(chosen))
    name = "evidence_of_amounts" if row.of_amounts else "evidence"
    return [(item.words.text(f"defence.profile.{name}"), *([escape(_evidence(row, item))] * len(tiers)))]


def _evidence(row: Any, item: Reading) -> str:
    words = item.words
    known = {
        "trend": words.text(f"defence.trend.{row.trend}"),
        "p": printed_p(row.p_value, words),
        "n": row.n_values,
    }
    if row.trend == "too_few_years" and math.isnan(row.slope_lower):
        return words.text("defence.profile.too_short", best=words.number(row.p_best, 3), **known)
    known["slope"] = item.pace(row.slope)
    if math.isnan(row.slope_lower):
        text = words.text("defence.profile.found_plain", **known)
    else:
        interval = item.pace_interval(row.slope_lower, row.slope_upper)
        text = words.text("defence.profile.found", interval=interval, **known)
    return words.text("defence.profile.corrected", text=text) if row.is_corrected else text


def printed_p(probability: float, words: Wording) -> str:
    """A test's probability with three decimals; below the smallest of them only that it is below."""
    if probability < SMALLEST_P:
        return words.text("defence.profile.p_below", number=words.number(SMALLEST_P, 3))
    return words.text("defence.profile.p", number=words.number(probability, 3))


def peer_cases_table(results: dict[str, Any], language: str) -> Table:
    """Published cases by rule: how many there are, how many are reproduced, which are not asserted and why.

    Parameters
    ----------
    results : dict
        Content of the file of results: ``methods``, each with cases, reproduced, failed, not_asserted.
    language : {"zh", "en"}
    """
    words = wording(language)
    columns = named_columns(
        words,
        "defence.cases",
        {"method": 46, "cases": 10, "reproduced": 10, "failed": 10, "not_asserted": 24},
        right=("cases", "reproduced", "failed"),
    )
    rows = []
    for entry in results["methods"]:
        reasons = [words.text(f"defence.cases.reasons.{case['reason']}") for case in entry["not_asserted"]]
        kept_aside = words.text("defence.with_figure", label=len(reasons), figure=words.listing(sorted(set(reasons))))
        rows.append(
            (
                escape(words.text(f"defence.cases.methods.{entry['method']}")),
                *_counts(entry["cases"], entry["reproduced"], len(entry["failed"])),
                escape(kept_aside) if reasons else MISSING,
            )
        )
    totals = [
        sum(entry["cases"] for entry in results["methods"]),
        sum(entry["reproduced"] for entry in results["methods"]),
        sum(len(entry["failed"]) for entry in results["methods"]),
    ]
    kept = str(sum(len(entry["not_asserted"]) for entry in results["methods"]))
    rows.append((words.text("defence.cases.total"), *_counts(*totals), kept))
    return Table(columns, tuple(rows), "peer-cases")


def _counts(*numbers: int) -> tuple[str, ...]:
    return tuple(str(number) for number in numbers)
