"""What the page that compares places says in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.narrative import callout, count_statuses
from analysis.places import PlaceEdition, are_many, shared_targets
from analysis.tables.places import PRINTED_ENDS
from analysis.theme import VALUE_MARKERS
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
    """A callout that names the places whose reports rest on demonstration data, or says how many; empty without any."""
    words = wording(language)
    named = [escape(place.name(language)) for place in places if place.is_demonstration]
    if not named:
        return ""
    key = "demonstration_many" if are_many(places) else "demonstration"
    text = words.text(
        f"places.{key}", places=words.listing(named), count=len(named), mark=VALUE_MARKERS["synthetic"][2]
    )
    return callout("warning", words.text("narrative.demonstration.title"), text)


def courses_introduction(places: Sequence[PlaceEdition], language: str) -> str:
    """What the panels show: every place, or the middle of many."""
    return wording(language).text("places.intro.spread" if are_many(places) else "places.intro.lines")


def ranking_introduction(places: Sequence[PlaceEdition], language: str) -> str:
    """What the ranking shows, and what it leaves out where there are many places."""
    words = wording(language)
    parts = [words.text("places.intro.ranking")]
    if are_many(places):
        parts.append(words.text("places.intro.ends", ends=PRINTED_ENDS))
    return words.sentences(parts)
