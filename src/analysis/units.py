"""Units of measurement: which names mean the same unit, and what converts into what.

The registry is ``units.yaml``. A unit may carry a price basis in brackets, ``tce/10k CNY (2005 prices)``;
values in different price bases are never converted into each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources

import yaml

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
        Units of one dimension convert into each other.
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
    rows = yaml.safe_load((resources.files("analysis") / "units.yaml").read_text(encoding="utf-8"))
    units: dict[str, Unit] = {}
    names: dict[str, str] = {}
    for row in rows:
        unit = Unit(row["id"], row["zh"], row["en"], row["dimension"], float(row.get("factor", 1)))
        units[unit.id] = unit
        for name in (unit.id, unit.zh, unit.en, *row.get("aliases", [])):
            names[_fold(name)] = unit.id
    return units, names


def _fold(name: str) -> str:
    # Superscripts stay what they are in print but not in matching: m³ and m3 are one unit.
    folded = name.strip().translate(str.maketrans("³²（）％／", "32()%/"))
    return re.sub(r"\s+", "", folded).casefold()


def find_unit(name: str) -> Unit | None:
    """Look a unit up by any of its names, with or without a price basis.

    Parameters
    ----------
    name : str
        For instance ``吨标准煤``, ``%`` or ``m3/10k CNY (current prices)``.

    Returns
    -------
    Unit or None
        None if the name is not registered.
    """
    units, names = _registry()
    folded = _fold(name)
    if folded in names:
        return units[names[folded]]
    match = _BASIS.match(name.strip())
    if not match:
        return None
    found = names.get(_fold(match["unit"]))
    if found is None:
        return None
    year = _YEAR_PRICES.search(match["basis"])
    basis = year[1] if year else _BASES.get(match["basis"].strip(), match["basis"].strip())
    unit = units[found]
    return Unit(unit.id, unit.zh, unit.en, unit.dimension, unit.factor, basis)


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
