"""YAML, parsed fast."""

from __future__ import annotations

from typing import Any

import yaml

# The parser in C where the package was built with it; several times as fast, with the same results.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """Parse a YAML text.

    Raises
    ------
    yaml.YAMLError
        If it is no YAML; worded by the parser in Python, which says more.
    """
    try:
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError:
        return yaml.safe_load(text)
