"""Which region and which indicator of the plan a label in a file means."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches

from analysis.plan import Plan, Region
from analysis.sources.values import parse_year
from analysis.sources.vocabulary import fold, without_marks, word_list, words
from analysis.units import find_unit

# How far from the plan a number in a header may lie and still be read as a year.
YEARS_AROUND_PLAN = 100

_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d{1,2}[.、](?!\d)|其中[:：]|#)\s*"
)
# The last bracket of a label; it may hold one more, as in 用水量(立方米/万元(当年价)).
_LAST_BRACKET = re.compile(
    r"^(?P<name>.*\S)\s*[(（\[](?P<inner>[^()（）\[\]]*(?:[(（][^()（）]*[)）])?[^()（）\[\]]*)[)）\]]$", re.DOTALL
)
_PRICES = re.compile(r"^(?P<unit>.+?)[,，、;；]\s*(?P<basis>[^,，]*价[^,，]*)$")


@dataclass(frozen=True)
class IndicatorLabel:
    """What a label says.

    Parameters
    ----------
    id : str
        The plan's indicator; empty if none.
    unit : str
        Unit inside the label, as text.
    is_ambiguous : bool
        Whether the label fits several indicators.
    """

    id: str = ""
    unit: str = ""
    is_ambiguous: bool = False


class Names:
    """The plan's names, ready for looking labels up.

    Parameters
    ----------
    plan : Plan
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.area = plan.area
        self._regions = _region_names(plan)
        self._indicators: dict[str, list[str]] = defaultdict(list)
        for item in plan.indicators:
            for name in (item.id, item.title.zh, item.title.en, *item.labels):
                if item.id not in self._indicators[fold(name)]:
                    self._indicators[fold(name)].append(item.id)
        self._units = {item.id: find_unit(item.unit) for item in plan.indicators}
        # What was looked up before: the same few labels stand in every row.
        self._places: dict[str, str] = {}
        self._labels: dict[str, IndicatorLabel] = {}

    def region(self, text: str) -> str:
        """The region that a label means: its id, or empty."""
        if text not in self._places:
            self._places[text] = self._regions.get(fold(without_marks(text)), "")
        return self._places[text]

    def indicator(self, text: str) -> IndicatorLabel:
        """The indicator that a label means, with the unit inside the label.

        Footnote marks, leading numbers (``一、``, ``其中：``) and lines of a bilingual label that say nothing new
        are left out of account.
        """
        if text not in self._labels:
            self._labels[text] = self._find(text)
        return self._labels[text]

    def is_narrowed(self, labels: list[str], id: str) -> bool:
        """Whether a stack of labels may well mean another indicator than the one found.

        It may where another indicator's name holds every label of the stack.
        """
        words = [fold(_without_bracket(without_marks(label.splitlines()[0]).strip())[0]) for label in labels]
        if len(words) < 2:
            return False
        return any(id not in ids and all(word in name for word in words) for name, ids in self._indicators.items())

    def year(self, text: str) -> bool:
        """Whether a label is a year that can have to do with the plan."""
        parsed = parse_year(text)
        if parsed is None:
            return False
        first, last = self.plan.base_year - YEARS_AROUND_PLAN, self.plan.target_year + YEARS_AROUND_PLAN
        return first <= parsed[0] <= last

    def nearest_region(self, text: str) -> str:
        """The region whose name looks most like a label, or empty."""
        found = get_close_matches(fold(text), self._regions, n=1, cutoff=0.5)
        return self.plan.region(self._regions[found[0]]).name.zh if found else ""

    def region_list(self) -> str:
        """The plan's regions as a text for messages."""
        return "、".join(item.name.zh for item in self.plan.regions)

    def nearest_indicator(self, text: str) -> str:
        """The id of the indicator whose name looks most like a label, or empty."""
        found = get_close_matches(fold(text), self._indicators, n=1, cutoff=0.4)
        return self._indicators[found[0]][0] if found else ""

    def region_in(self, text: str) -> str:
        """The one region that a title speaks of (the smallest if they lie in each other), or empty."""
        folded = fold(text)
        found = {id for name, id in self._regions.items() if len(name) > 1 and not name.isdigit() and name in folded}
        parents = {id for item in found for id in self._ancestors(item)}
        smallest = found - parents
        return smallest.pop() if len(smallest) == 1 else ""

    def indicator_in(self, text: str) -> str:
        """The one indicator that a title speaks of (by its longest name), or empty."""
        folded = fold(text)
        named = [(name, ids) for name, ids in self._indicators.items() if name in folded]
        longest = [pair for pair in named if not any(pair[0] != other and pair[0] in other for other, _ in named)]
        ids = {id for _, group in longest for id in group}
        return ids.pop() if len(ids) == 1 else ""

    def _ancestors(self, id: str) -> list[str]:
        parent = self.plan.region(id).parent
        return [parent, *self._ancestors(parent)] if parent else []

    def _find(self, text: str) -> IndicatorLabel:
        lines = [line for line in text.splitlines() if line.strip()]
        candidates = [text, *(["".join(lines[:count]) for count in range(len(lines) - 1, 0, -1)])]
        for candidate in candidates:
            found = self._find_line(candidate)
            if found.id or found.is_ambiguous:
                return found
        return IndicatorLabel()

    def _find_line(self, text: str) -> IndicatorLabel:
        bare = text.strip()
        unit = ""
        while bare:
            ids = self._indicators.get(fold(bare)) or self._indicators.get(fold(without_marks(bare)))
            if ids:
                return self._choose(ids, unit)
            shorter, inner = _without_bracket(without_marks(bare).strip())
            if inner:
                unit = inner if not unit or find_unit(inner) else unit
            if shorter == bare:
                shorter = _NUMBERING.sub("", bare)
            if shorter == bare:
                return IndicatorLabel()
            bare = shorter
        return IndicatorLabel()

    def _choose(self, ids: list[str], unit: str) -> IndicatorLabel:
        if len(ids) == 1:
            return IndicatorLabel(ids[0], unit)
        given = find_unit(unit)
        fitting = [id for id in ids if given and (own := self._units[id]) and own.dimension == given.dimension]
        return IndicatorLabel(fitting[0], unit) if len(fitting) == 1 else IndicatorLabel(is_ambiguous=True)


def _without_bracket(text: str) -> tuple[str, str]:
    """Split ``name(inner)``; a price basis behind a comma is written as units write it."""
    match = _LAST_BRACKET.match(text)
    if not match:
        return text, ""
    inner = match["inner"].strip()
    inner = re.sub(r"^(?:计量)?单位[:：]\s*", "", inner)
    prices = _PRICES.match(inner)
    return match["name"].strip(), f"{prices['unit'].strip()} ({prices['basis'].strip()})" if prices else inner


def _region_names(plan: Plan) -> dict[str, str]:
    """Every name of every region → its id; a short name that fits several regions is left out."""
    names: dict[str, str] = {}
    short: dict[str, set[str]] = defaultdict(set)
    general = words("general_regions")
    for item in plan.regions:
        full = [item.id, item.name.zh, item.name.en, *item.aliases, *([item.code] if item.code else [])]
        names.update({fold(name): item.id for name in full})
        for name in [item.name.zh, *item.aliases]:
            short[_short(fold(name))].add(item.id)
            for parent in _chain(plan, item):
                short[fold(parent + name)].add(item.id)
        short[_short(fold(item.name.zh))].add(item.id)
    for name, level in general.items():
        if plan.region(plan.area).level == level:
            short[name].add(plan.area)
    for name, ids in short.items():
        if len(name) > 1 and len(ids) == 1:
            names.setdefault(name, next(iter(ids)))
    return names


def _chain(plan: Plan, region: Region) -> list[str]:
    """What may stand before a region's name: its parent, and the parents of that."""
    if region.parent is None:
        return []
    parent = plan.region(region.parent)
    above = _chain(plan, parent)
    return [parent.name.zh, *above, *(place + parent.name.zh for place in above)]


def _short(name: str) -> str:
    ending = next((word for word in word_list("region_endings") if name.endswith(word)), "")
    return name[: -len(ending)] if ending and len(name) - len(ending) > 1 else name
