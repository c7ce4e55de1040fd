"""Units of measurement: which names mean the same unit, and what converts into what.

Names are in ``units.yaml``, sizes in ``units.txt``, which pint reads. A unit may carry a price basis in brackets,
``tce/10k CNY (2005 prices)``; values in different price bases are never converted into each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from analysis.yaml_text import parse_yaml

NAMES_REMEMBERED = 4096
# Before any unit; longer ones first.
_MULTIPLES = {"万亿": 1e12, "十亿": 1e9, "百万": 1e6, "十万": 1e5, "亿": 1e8, "万": 1e4, "千": 1e3, "百": 1e2}
_ENGLISH_MULTIPLES = {"100million": 1e8, "10,000": 1e4, "10000": 1e4, "10k": 1e4, "million": 1e6, "thousand": 1e3}

_BASIS = re.compile(r"^(?P<unit>[^(（]+?)\s*[(（](?P<basis>[^()（）]*(?:prices|价格?))[)）]$")
_YEAR_PRICES = re.compile(r"(\d{4})\s*(?:prices|年?价格?|年不变价|年可比价)")
_BASES = {"current prices": "current", "当年价": "current", "当年价格": "current", "现价": "current",
          "comparable prices": "comparable", "可比价": "comparable", "可比价格": "comparable",
          "不变价": "comparable", "不变价格": "comparable"}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """A unit of measurement.

    Parameters
    ----------
    id : str
        Canonical name, as used in ``plan.yaml`` and in the tidy tables.
    zh, en : str
        Name as printed.
    dimension : str
        Units of one dimension convert into each other: ``mass``, or its parts such as ``[mass]^1 * [time]^-1``.
    factor : float
        Size in the dimension's reference unit.
    basis : str
        Price basis: empty, ``current``, ``comparable`` or a year.
    """

    id: str
    zh: str
    en: str
    dimension: str
    factor: float
    basis: str = ""

    def label(self, language: str) -> str:
        """Name as printed in a language."""
        return self.zh if language == "zh" else self.en


@cache
def _registry() -> tuple[dict[str, Unit], dict[str, str]]:
    sizes = _sizes()
    units: dict[str, Unit] = {}
    names: dict[str, str] = {}
    for row in _names()["units"]:
        size = sizes.parse_expression(row["size"]).to_base_units()
        dimension = _dimension({str(name): float(power) for name, power in size.dimensionality.items()})
        unit = Unit(row["id"], row["zh"], row["en"], dimension, float(size.magnitude))
        units[unit.id] = unit
        for name in (unit.id, unit.zh, unit.en, *row.get("aliases", [])):
            names[_fold(name)] = unit.id
    return units, names


@cache
def _names() -> dict[str, Any]:
    return dict(parse_yaml(_resource("units.yaml")))


def _dimension(powers: dict[str, float]) -> str:
    """Name of a dimension, given by the powers of its parts."""
    text = " * ".join(f"{name}^{power:g}" for name, power in sorted(powers.items()) if power)
    return str(_names()["dimensions"].get(text, text))


def _powers(dimension: str) -> dict[str, float]:
    parts = {name: text for text, name in _names()["dimensions"].items()}.get(dimension, dimension)
    pairs = (part.partition("^") for part in parts.split(" * ") if part)
    return {name: float(power) for name, _, power in pairs}


def _sizes() -> Any:
    import pint

    sizes: Any = pint.UnitRegistry(None)
    sizes.load_definitions([line for line in _resource("units.txt").splitlines() if line and not line.startswith("#")])
    return sizes


def _resource(name: str) -> str:
    return (resources.files("analysis") / name).read_text(encoding="utf-8")


def _fold(name: str) -> str:
    # Superscripts stay what they are in print but not in matching: m³ and m3 are one unit.
    folded = name.strip().translate(str.maketrans("³²（）％／", "32()%/"))
    return re.sub(r"\s+", "", folded).casefold()


@cache
def _registered() -> frozenset[str]:
    """Every registered name, folded."""
    rows = _names()["units"]
    return frozenset(_fold(name) for row in rows for name in (row["id"], row["zh"], row["en"], *row.get("aliases", [])))


def is_unit(name: str) -> bool:
    """Whether :func:`find_unit` finds a unit of that name; most are told without reading sizes."""
    return _fold(name) in _registered() or find_unit(name) is not None


@lru_cache(maxsize=NAMES_REMEMBERED)
def find_unit(name: str) -> Unit | None:
    """Look a unit up by any of its names, with or without a price basis.

    Parameters
    ----------
    name : str
        For instance ``吨标准煤``, ``%``, ``吨/亿元`` or ``m3/10k CNY (current prices)``.

    Returns
    -------
    Unit or None
        None if the name is neither registered nor put together from registered ones.
    """
    found = _find(_fold(name))
    if found:
        return found
    match = _BASIS.match(name.strip())
    found = _find(_fold(match["unit"])) if match else None
    if match is None or found is None:
        return None
    year = _YEAR_PRICES.search(match["basis"])
    return replace(found, basis=year[1] if year else _BASES.get(match["basis"].strip(), match["basis"].strip()))


def _find(folded: str) -> Unit | None:
    """A registered unit, a multiple of one, or one per another."""
    units, names = _registry()
    if folded in names:
        return units[names[folded]]
    above, per, below = folded.partition("/")
    if per:
        one, other = _find(above), _find(below)
        return _per(one, other) if one and other and "/" not in below else None
    for word, factor in (_MULTIPLES | _ENGLISH_MULTIPLES).items():
        rest = names.get(folded.removeprefix(word)) if folded.startswith(word) else None
        # Marks have no multiples: 百分 is the beginning of per cent, not a hundred marks.
        if rest and units[rest].factor and units[rest].dimension != "points":
            return _multiple(word, factor, units[rest])
    return None


def _multiple(word: str, factor: float, unit: Unit) -> Unit:
    zh = word if word in _MULTIPLES else f"{factor:g} "
    return Unit(
        f"{factor:g} {unit.id}", f"{zh}{unit.zh}", f"{factor:,.0f} {unit.en}", unit.dimension, factor * unit.factor
    )


def _per(one: Unit, other: Unit) -> Unit:
    """One unit per another."""
    powers = _powers(one.dimension)
    for name, power in _powers(other.dimension).items():
        powers[name] = powers.get(name, 0) - power
    return Unit(
        f"{one.id}/{other.id}",
        f"{one.zh}/{other.zh}",
        f"{one.en} per {other.en}",
        _dimension(powers),
        one.factor / other.factor,
    )


def related_units(unit: Unit) -> list[Unit]:
    """Registered units into which a unit converts, smallest first."""
    return sorted(
        (item for item in _registry()[0].values() if item.dimension == unit.dimension), key=lambda u: u.factor
    )


def convert(value: float, source: Unit, target: Unit) -> float | None:
    """Convert a value between two units.

    Returns
    -------
    float or None
        None if the dimensions differ or the price bases contradict each other.
    """
    if source.dimension != target.dimension:
        return None
    if source.basis and target.basis and source.basis != target.basis:
        return None
    if source.factor == target.factor:
        return value
    return value * source.factor / target.factor


def nearest_units(name: str) -> list[str]:
    """Registered names that look like the given one, best first."""
    names = _registry()[1]
    return list(dict.fromkeys(names[match] for match in get_close_matches(_fold(name), names, n=3, cutoff=0.5)))


def unit_ids() -> list[str]:
    """Canonical names of all registered units."""
    return sorted(_registry()[0])
