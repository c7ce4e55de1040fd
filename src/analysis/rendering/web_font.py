"""The font inside the web page, cut down to the characters that the page prints."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

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


class FontAhead:
    """The font of a page that is still being written: to cut it takes as long as to write the page.

    Parameters
    ----------
    expected : iterable of str
        What the page will print, as far as it is known.
    language : {"zh", "en"}
    """

    def __init__(self, expected: Iterable[str], language: str) -> None:
        self._expected = set(_ALWAYS).union(*expected)
        self._language = language
        with_one = ThreadPoolExecutor(max_workers=1)
        self._style: Future[str] = with_one.submit(font_style, self._expected, language)
        with_one.shutdown(wait=False)

    def style(self, printed: Iterable[str]) -> str:
        """The style element for the finished page; cut anew if the page prints what was not expected.

        Parameters
        ----------
        printed : iterable of str
            Everything that the page prints.
        """
        needed = self._expected.union(*printed)
        return self._style.result() if needed == self._expected else font_style(needed, self._language)
