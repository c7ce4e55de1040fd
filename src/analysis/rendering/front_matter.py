"""What the cover and every page say, in the report's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.messages import Catalogue, catalogue
from analysis.wording import escape


@dataclass(frozen=True)
class FrontMatter:
    """What the cover and the running heads say.

    Parameters
    ----------
    title, subtitle, author : str
    date : str
        Ready to print.
    language : {"zh", "en"}
    issuer : str
        Body that publishes the report.
    data_cutoff, edition : str
        Ready to print.
    number : str
        Number that the issuing body gives to the report.
    logo : str
        Name of a picture's file that lies beside the report.
    demonstration : bool
        Whether any value is demonstration data: then cover and every page say so.
    """

    title: str
    subtitle: str = ""
    author: str = ""
    date: str = ""
    language: str = "zh"
    issuer: str = ""
    data_cutoff: str = ""
    edition: str = ""
    number: str = ""
    logo: str = ""
    demonstration: bool = False

    def metadata(self) -> dict[str, Any]:
        """The YAML front matter: the texts above and the fixed words that templates need, in the language."""
        words = catalogue(self.language)
        given = {
            "title": self.title,
            "subtitle": self.subtitle,
            "author": self.author,
            "prepared-by": self.author,
            "date": self.date,
            "lang": self.language,
            "issuer": self.issuer,
            "data-cutoff": self.data_cutoff,
            "edition": self.edition,
            "number": self.number,
            "cover-logo": self.logo,
        }
        # Quarto reads these as Markdown.
        metadata: dict[str, Any] = {key: escape(text) for key, text in given.items() if text}
        metadata["toc-title"] = words.text("rendering.front.contents")
        metadata["crossref"] = _crossref(words)
        metadata["language"] = _callout_titles(words)
        metadata["words"] = _words(words)
        metadata["demonstration"] = self.demonstration
        if self.demonstration:
            metadata["demonstration-mark"] = words.text("rendering.front.demonstration_mark")
            metadata["demonstration-notice"] = words.text("rendering.front.demonstration_notice")
        return metadata


def _crossref(words: Catalogue) -> dict[str, str]:
    figure, table = words.text("rendering.label.figure"), words.text("rendering.label.table")
    return {
        "fig-title": figure,
        "fig-prefix": figure,
        "tbl-title": table,
        "tbl-prefix": table,
        "sec-prefix": words.text("rendering.label.section"),
        "title-delim": words.text("rendering.label.delimiter"),
    }


def _callout_titles(words: Catalogue) -> dict[str, str]:
    kinds = ("note", "tip", "important", "warning", "caution")
    return {f"callout-{kind}-title": words.text(f"rendering.callout.{kind}") for kind in kinds}


def _words(words: Catalogue) -> dict[str, str]:
    prefix = "rendering.front."
    return {
        key.removeprefix(prefix).replace("_", "-"): words.text(key)
        for key in sorted(words.keys())
        if key.startswith(prefix) and "demonstration" not in key
    }
