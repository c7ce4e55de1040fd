"""Imports of libraries without an optional part of theirs that costs more time than all the rest."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# What jsonschema checks international addresses with, if it is installed: it builds a grammar when it is imported,
# which takes two seconds. The schema of notebooks knows no such addresses.
GRAMMAR = "rfc3987_syntax"


@contextmanager
def without(module: str) -> Iterator[None]:
    """Import meanwhile as if a module were not installed, unless it has been imported before.

    Parameters
    ----------
    module : str
        A module that the libraries imported meanwhile can do without.
    """
    is_needed = module not in sys.modules
    if is_needed:
        sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if is_needed:
            sys.modules.pop(module, None)
