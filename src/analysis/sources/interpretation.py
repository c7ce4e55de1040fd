"""What a raw row means in the plan's terms: region, indicator, year, value in the indicator's unit, status."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from analysis.contracts import VERIFICATIONS
from analysis.plan import Indicator, Plan
from analysis.sources.candidates import Candidate, Findings, Rejection
from analysis.sources.names import IndicatorLabel, Names
from analysis.sources.ranges import RangeCheck
from analysis.sources.registry import allowed
from analysis.sources.values import ParsedValue, parse_status, parse_value, parse_vintage, parse_year
from analysis.sources.vocabulary import words
from analysis.units import Unit, convert, find_unit, nearest_units, unit_ids

# A year further from the plan than this is taken for a slip.
YEARS_AFTER_TARGET = 1
YEARS_BEFORE_BASE = 40
SIGNIFICANT_AFTER_CONVERSION = ".12g"


class _Identity(NamedTuple):
    """What the labels of a row mean."""

    region: str
    indicator: str
    year: int
    vintage: str
    status: str
    verification: str


class Interpreter:
    """Interprets raw rows one by one and collects what is wrong with them in ``findings``.

    Parameters
    ----------
    plan : Plan
    names : Names
    """

    def __init__(self, plan: Plan, names: Names) -> None:
        self.names = names
        self.findings = Findings()
        targets = [plan.target_year, *(item.target_year for item in plan.scored())]
        self._years = range(plan.base_year - YEARS_BEFORE_BASE, max(targets) + YEARS_AFTER_TARGET + 1)
        self._indicators = {item.id: item for item in plan.indicators}
        self._units = {item.id: find_unit(item.unit) for item in plan.indicators}
        self._ranges = {item.id: RangeCheck(item, unit) for item in plan.indicators if (unit := self._units[item.id])}
        # Labels and units repeat from row to row; only what gave no finding is remembered.
        self._identities: dict[tuple[str, ...], _Identity] = {}
        self._known_units: dict[tuple[str, ...], Unit] = {}
        # Price basis of the first value of an indicator whose unit in the plan states none.
        self._bases: dict[str, str] = {}

    def identify(self, raw: Any) -> Candidate | Rejection:
        """Find region, indicator, year, vintage and status of a raw row.

        Parameters
        ----------
        raw : named tuple
            With the columns of the raw table.

        Returns
        -------
        Candidate or Rejection
        """
        labels = (
            raw.region_text,
            raw.indicator_text,
            raw.year_text,
            raw.vintage,
            raw.status_text,
            raw.default_status,
            raw.verification,
        )
        known = self._identities.get(labels)
        found = Candidate(raw, *known, raw.value_text, raw.note) if known else self._identify(raw)
        if known is None and isinstance(found, Candidate) and raw.region_text:
            self._identities[labels] = _Identity(
                found.region, found.indicator, found.year, found.vintage, found.status, found.verification
            )
        return found

    def _identify(self, raw: Any) -> Candidate | Rejection:
        region = self._region(raw)
        label = self.names.indicator(raw.indicator_text)
        year = parse_year(raw.year_text)
        vintage = parse_vintage(raw.vintage)
        reasons = [
            "" if region else "unknown_region",
            self._check_indicator(raw, label),
            self._check_year(raw, year[0] if year else None),
            self.findings.shared(raw, "vintage_unreadable", raw.vintage) if vintage is None else "",
            self._check_word(raw, "verification", raw.verification in VERIFICATIONS, VERIFICATIONS),
            self._check_word(raw, "status_text", parse_status(raw.status_text) is not None, words("statuses")),
        ]
        reason = next(filter(None, reasons), "")
        if reason or year is None or vintage is None:
            return Rejection(raw, reason)
        status = _status(raw, year[1])
        found = Candidate(raw, region, label.id, year[0], vintage, status, raw.verification, raw.value_text, raw.note)
        if vintage and int(vintage[:4]) < year[0]:
            return self.findings.single(found, "vintage_before_year", vintage)
        return found

    def evaluate(self, candidate: Candidate) -> Candidate | Rejection | None:
        """Read the value and express it in the indicator's unit.

        Returns
        -------
        Candidate, Rejection or None
            None if the cell says that there is no value.
        """
        raw, text = candidate.raw, candidate.value_text
        parsed = parse_value(text)
        if parsed.reason == "missing":
            self.findings.shared(raw, "value_missing", "", indicator=candidate.indicator, severity="note")
            return None
        if parsed.number is None:
            is_range = parsed.reason == "range"
            code = "value_range" if is_range else "value_not_number"
            return self.findings.single(candidate, code, text, "warning" if is_range else "error")
        source = self._unit(candidate, parsed.unit)
        target = self._units[candidate.indicator]
        if isinstance(source, str) or target is None:
            return Rejection(raw, str(source))
        value = convert(parsed.number, source or target, target)
        if value is None:
            found = raw.unit_text or parsed.unit or (source.id if source else "")
            details = {"unit": self._indicators[candidate.indicator].unit}
            self.findings.shared(raw, "unit_incompatible", found, indicator=candidate.indicator, details=details)
            return Rejection(raw, "unit_incompatible")
        if source is not None and source.factor != target.factor:
            # Keeps 0.145 as 14.5 % rather than 14.499999999999998.
            value = float(format(value, SIGNIFICANT_AFTER_CONVERSION))
        return self._checked(candidate, parsed, source, value)

    def _checked(
        self, candidate: Candidate, parsed: ParsedValue, source: Unit | None, value: float
    ) -> Candidate | Rejection:
        """The candidate with its value, if the value is possible for its indicator."""
        evaluated = Candidate(
            candidate.raw,
            candidate.region,
            candidate.indicator,
            candidate.year,
            candidate.vintage,
            candidate.status,
            candidate.verification,
            candidate.value_text,
            candidate.note,
            value,
            parsed.bound,
            parsed.number if parsed.number is not None else value,
            _unit_name(source),
            candidate.correction,
        )
        finding = self._ranges[candidate.indicator].finding(value, source)
        if finding:
            rejected = self.findings.single(
                evaluated, finding.code, candidate.value_text, finding.severity, finding.details
            )
            if finding.severity == "error":
                return rejected
        return _with_flag(evaluated, parsed.status)

    def _region(self, raw: Any) -> str:
        """The region's id; the plan's own area if no one names a region, which is noted; empty if unknown."""
        if not raw.region_text:
            details = {"area": self.names.plan.region(self.names.area).name.zh}
            self.findings.shared(raw, "region_assumed", "", severity="note", details=details)
            return self.names.area
        region = self.names.region(raw.region_text)
        if not region:
            nearest = self.names.nearest_region(raw.region_text) or "—"
            details = {"nearest": nearest, "allowed": self.names.region_list()}
            self.findings.shared(raw, "unknown_region", raw.region_text, details=details)
        return region

    def _check_indicator(self, raw: Any, label: IndicatorLabel) -> str:
        if label.id:
            return ""
        if not raw.indicator_text:
            return self.findings.shared(raw, "indicator_missing", "")
        if label.is_ambiguous:
            return self.findings.shared(raw, "ambiguous_indicator", raw.indicator_text)
        nearest = self.names.nearest_indicator(raw.indicator_text)
        code = "unknown_indicator" if nearest else "indicator_not_in_plan"
        return self.findings.shared(raw, code, raw.indicator_text, details={"nearest": nearest})

    def _check_year(self, raw: Any, year: int | None) -> str:
        if year is None:
            return self.findings.shared(raw, "year_unreadable" if raw.year_text else "year_missing", raw.year_text)
        if year in self._years:
            return ""
        details = {"first": str(self._years.start), "last": str(self._years.stop - 1)}
        return self.findings.shared(raw, "year_outside_plan", raw.year_text, details=details)

    def _check_word(self, raw: Any, column: str, is_known: bool, known: Any) -> str:
        if is_known:
            return ""
        text = getattr(raw, column)
        return self.findings.shared(raw, "unknown_value", text, details=allowed(text, filter(None, known)))

    def _unit(self, candidate: Candidate, beside_value: str) -> Unit | str | None:
        """The unit in which a value is delivered; None if no one says; the broken rule if it cannot be told."""
        raw, indicator = candidate.raw, self._indicators[candidate.indicator]
        key = (candidate.indicator, beside_value, raw.unit_text, raw.indicator_text)
        if key in self._known_units:
            return self._known_units[key]
        label_unit = self.names.indicator(raw.indicator_text).unit
        given = [text for text in dict.fromkeys((beside_value, raw.unit_text, label_unit)) if text]
        if not given:
            details = {"unit": indicator.unit}
            self.findings.shared(raw, "unit_assumed", "", indicator=indicator.id, severity="note", details=details)
            return None
        known: list[Unit] = []
        for text in given:
            unit = find_unit(text)
            if unit is None:
                nearest = nearest_units(text)
                details = {"allowed": ", ".join(unit_ids()), "nearest": nearest[0] if nearest else indicator.unit}
                return self.findings.shared(raw, "unknown_unit", text, indicator=indicator.id, details=details)
            known.append(unit)
        if any(convert(1.0, known[0], unit) != 1.0 for unit in known[1:]):
            return self.findings.shared(raw, "unit_conflict", " / ".join(given), indicator=indicator.id)
        # Of names for one unit, the one that states the price basis says more.
        chosen = next((unit for unit in known if unit.basis), known[0])
        if self._is_basis_clear(raw, chosen, indicator):
            self._known_units[key] = chosen
        return chosen

    def _is_basis_clear(self, raw: Any, unit: Unit, indicator: Indicator) -> bool:
        """Note a price basis that only one of file and plan states; two that differ are incompatible anyway."""
        own = self._units[indicator.id]
        if own is None or own.basis == unit.basis or own.dimension != unit.dimension:
            return True
        if own.basis and not unit.basis:
            details = {"unit": indicator.unit}
            self.findings.shared(
                raw, "basis_assumed", unit.zh, indicator=indicator.id, severity="note", details=details
            )
            return False
        if unit.basis and not own.basis:
            first = self._bases.setdefault(indicator.id, unit.basis)
            details = {"unit": indicator.unit, "basis": first}
            found = f"{unit.zh}（{unit.basis}）"
            code, severity = ("basis_not_in_plan", "note") if first == unit.basis else ("basis_mixed", "error")
            self.findings.shared(raw, code, found, indicator=indicator.id, severity=severity, details=details)  # type: ignore[arg-type]
            return False
        return True


def _unit_name(unit: Unit | None) -> str:
    if unit is None:
        return ""
    return f"{unit.id} ({unit.basis})" if unit.basis else unit.id


def _status(raw: Any, year_flag: str) -> str:
    """Status of a row; what is demonstration data anywhere stays demonstration data."""
    given, default = parse_status(raw.status_text) or "", parse_status(raw.default_status) or ""
    if "synthetic" in (given, default):
        return "synthetic"
    return given or year_flag or default or "published"


def _with_flag(candidate: Candidate, flag: str) -> Candidate:
    """Enter the status that a flag beside the value names; a flag cannot turn demonstration data into data."""
    if not flag:
        return candidate
    return candidate.with_note(flag) if candidate.status == "synthetic" else replace(candidate, status=flag)
