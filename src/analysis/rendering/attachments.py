"""Files inside the web page: they open from it without a network and without JavaScript."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from analysis.messages import Catalogue

_MEDIA_TYPES = {
    ".csv": "text/csv;charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Attachment:
    """A file that readers can save from the web page.

    Parameters
    ----------
    name : str
        Of the saved file; ends in .csv or .xlsx.
    title : str
        What it holds, in the report's language.
    content : bytes
    """

    name: str
    title: str
    content: bytes

    def link(self, words: Catalogue) -> str:
        """The file as a link that holds it."""
        suffix = PurePath(self.name).suffix
        address = f"data:{_MEDIA_TYPES[suffix]};base64,{base64.b64encode(self.content).decode('ascii')}"
        text = words.text(
            "web.downloads.file",
            title=self.title,
            format=suffix[1:].upper(),
            size=max(1, round(len(self.content) / 1000)),
        )
        return f'<a download="{html.escape(self.name)}" href="{address}">{html.escape(text)}</a>'


def downloads(attachments: Sequence[Attachment], words: Catalogue) -> str:
    """The folded list of all files; empty without any."""
    if not attachments:
        return ""
    items = "\n".join(f"<li>{attachment.link(words)}</li>" for attachment in attachments)
    title = html.escape(words.text("web.downloads.title"))
    return f'<details class="downloads">\n<summary>{title}</summary>\n<ul>\n{items}\n</ul>\n</details>\n'
