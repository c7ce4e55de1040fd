"""What the page that compares places says in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.narrative import callout, count_statuses
from analysis.places import PlaceEdition, shared_targets
from analysis.tables.places import PRINTED_ENDS, PRINTED_PLACES
from analysis.wording import escape, wording


def places_paragraph(places: Sequence[PlaceEdition], language: str) -> str:
    """All places in one paragraph: how many targets have which status, and what can be compared.

    Parameters
    ----------
    places : sequence of PlaceEdition
    language : {"zh", "en"}
    """
    words = wording(language)
    items = [item for place in places for item in place.targets(language)]
    shared = len({target.indicator for target in shared_targets(places, language)})
    parts = []
    if items:
        numbers = {"places": len(places), "targets": len(items)}
        parts.append(words.text("places.summary", counts=count_statuses(items), **numbers))
    parts.append(words.text("places.shared" if shared else "places.none_shared", count=shared))
    return words.sentences(parts)


def demonstration_places(places: Sequence[PlaceEdition], language: str) -> str:
    """A callout that names the places whose reports rest on demonstration data; empty without any."""
    words = wording(language)
    named = [escape(place.name(language)) for place in places if place.assessment["is_demonstration"].any()]
    if not named:
        return ""
    text = words.text("places.demonstration", places=words.listing(named), count=len(named))
    return callout("warning", words.text("narrative.demonstration.title"), text)


def ranking_introduction(places: Sequence[PlaceEdition], language: str) -> str:
    """What the ranking shows, and what it leaves out where there are many places."""
    words = wording(language)
    parts = [words.text("places.intro.ranking")]
    if len(places) > PRINTED_PLACES:
        parts.append(words.text("places.intro.ends", ends=PRINTED_ENDS))
    return words.sentences(parts)
