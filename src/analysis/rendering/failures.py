"""Rendering errors in four parts: what is wrong, where, what was expected, what to do."""

from __future__ import annotations

from analysis.errors import RenderingError
from analysis.messages import Catalogue


def failure(words: Catalogue, code: str, place: str, **values: object) -> RenderingError:
    """Word a rendering error.

    Parameters
    ----------
    words : Catalogue
        Catalogue of the report's language.
    code : str
        Key below ``rendering.failures``.
    place : str
        Notebook and cell, file, or program.
    **values : object
        Values that the wording of this code needs.

    Returns
    -------
    RenderingError
        To be raised by the caller.
    """
    key = f"rendering.failures.{code}"
    return RenderingError(
        words.text(
            "rendering.failure",
            place=place,
            what=words.text(f"{key}.what", **values),
            expected=words.text(f"{key}.expected", **values),
            todo=words.text(f"{key}.todo", **values),
        )
    )
