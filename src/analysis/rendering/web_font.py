"""The font inside the web page, cut down to the characters that the page prints."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from analysis import fonts

# Characters that the style sheets and the numbers of figures, tables and chapters add.
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "\N{NO-BREAK SPACE}·—–−…“”‘’（）《》、，。；：？！▲▼◆○✓×↑↓→←↗#¶"


def font_style(texts: Iterable[str], language: str) -> str:
    """A style element that holds the subset of our font that some texts need.

    Parameters
    ----------
    texts : iterable of str
        Everything that the page prints, in any order.
    language : {"zh", "en"}
        Decides how wide quotation marks are.

    Returns
    -------
    str
        The same for the same characters.
    """
    characters = set(_ALWAYS).union(*texts)
    font = fonts.subset_woff(fonts.sans_font(), sorted(characters), has_narrow_quotes=language != "zh")
    content = base64.b64encode(font).decode("ascii")
    return (
        "<style>\n@font-face {\n"
        f'  font-family: "{fonts.SANS_FAMILY} Report";\n'
        f'  src: url("data:font/woff;base64,{content}") format("woff");\n'
        "  font-display: swap;\n}\n</style>"
    )
