"""Inputs of the rules as case files write them: years as text, any order, missing values, further keys."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from analysis.assessment.peer_rules.result import PeerRuleError

_BLANK = ("", "-", "…", "NA", "NaN", "nan", "null", "None")
_DIRECTIONS = {
    "increase": 1, "positive": 1, "up": 1, "higher": 1, "1": 1, "+1": 1,
    "decrease": -1, "negative": -1, "down": -1, "lower": -1, "-1": -1,
}  # fmt: skip


class Inputs(BaseModel):
    """Reads what it knows and leaves the rest; blank texts are missing values."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_missing(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {key: None if isinstance(value, str) and value in _BLANK else value for key, value in data.items()}


class Course(Inputs):
    """A yearly series, what it should reach, and when.

    ``series`` is a mapping of years to values, ``series_pairs`` a list of such pairs, in which a year may stand twice.
    Base and current value may be given instead of a series.
    """

    series: dict[int, float | None] = Field(default={}, validation_alias=AliasChoices("series", "values", "data"))
    series_pairs: list[tuple[int, float | None]] = []
    base_year: int | None = None
    base_value: float | None = Field(default=None, validation_alias=AliasChoices("base_value", "base", "baseline"))
    current_year: int | None = Field(default=None, validation_alias=AliasChoices("current_year", "latest_year"))
    current_value: float | None = Field(
        default=None, validation_alias=AliasChoices("current_value", "current", "latest_value")
    )
    target: float | None = Field(default=None, validation_alias=AliasChoices("target", "target_value"))
    target_year: int | None = None
    direction: Literal[-1, 1] | None = None
    limit: float | None = None
    window: int | None = None

    @field_validator("series", mode="before")
    @classmethod
    def _years_of_series(cls, series: Any) -> Any:
        pairs = series.items() if isinstance(series, Mapping) else series or []
        if not all(isinstance(pair, Sequence) and len(pair) == 2 for pair in pairs):
            raise ValueError("expected values by year")
        return {_year(year): _value(value) for year, value in pairs}

    @field_validator("series_pairs", mode="before")
    @classmethod
    def _years_of_pairs(cls, pairs: Any) -> Any:
        return [(_year(year), _value(value)) for year, value in pairs or []]

    @field_validator("direction", mode="before")
    @classmethod
    def _direction(cls, direction: Any) -> Any:
        return None if direction is None else _DIRECTIONS.get(str(direction).strip().lower(), direction)

    @field_validator("window", mode="before")
    @classmethod
    def _window(cls, window: Any) -> Any:
        found = re.search(r"\d+", str(window or ""))
        return int(found[0]) if found else None

    @model_validator(mode="after")
    def _is_given(self) -> Self:
        if not self.model_fields_set & {"series", "series_pairs", "base_value", "current_value"}:
            raise ValueError("expected a series, or a base and a current value")
        return self

    def pairs(self) -> list[tuple[int, float]]:
        """Years and values in the order of time, without missing values."""
        known = [*self.series.items(), *self.series_pairs]
        if self.base_value is not None and self.base_year is not None:
            known.append((self.base_year, self.base_value))
        if self.current_value is not None and self.current_year is not None:
            known.append((self.current_year, self.current_value))
        return sorted((year, value) for year, value in known if value is not None and math.isfinite(value))

    def points(self) -> dict[int, float]:
        """One value a year, up to the current year."""
        last = math.inf if self.current_year is None else self.current_year
        return {year: value for year, value in self.pairs() if year <= last}


InputsT = TypeVar("InputsT", bound=Inputs)


def read(kind: type[InputsT], inputs: Mapping[str, Any] | InputsT) -> InputsT:
    """Read a rule's inputs.

    Parameters
    ----------
    kind : type
    inputs : mapping or Inputs
        As a case file holds them, or read already.

    Raises
    ------
    PeerRuleError
        Naming each key that cannot be read, what stands there and what was expected.
    """
    if isinstance(inputs, kind):
        return inputs
    try:
        return kind.model_validate(inputs)
    except ValidationError as error:
        lines = [f"{_key(item['loc'])}: found {item['input']!r}; {item['msg']}" for item in error.errors()]
        raise PeerRuleError("inputs: " + "; ".join(lines)) from None


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "inputs"


def _year(year: Any) -> Any:
    """The first year of a period such as 2015/16."""
    found = re.match(r"\s*(\d{4})", str(year))
    return int(found[1]) if found else year


def _value(value: Any) -> Any:
    return None if isinstance(value, str) and value.strip() in _BLANK else value
