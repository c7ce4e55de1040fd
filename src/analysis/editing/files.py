"""The files of a plan's folder that an analyst edits, apart from the plan and the data."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

COMMENTS_FOLDER = "comments"
COVER_FILE = "cover.yaml"
PICTURES = (".png", ".svg", ".jpg", ".jpeg")

_ALLOWED_CONTROLS = "\t\n\r"


def is_editing(name: str) -> bool:
    """Whether a file below a plan's folder belongs to comments or cover, so that no number depends on it.

    Parameters
    ----------
    name : str
        Path below the plan's folder, with slashes.
    """
    path = PurePosixPath(name)
    is_logo = len(path.parts) == 1 and path.suffix.lower() in PICTURES
    return path.parts[0] == COMMENTS_FOLDER or name == COVER_FILE or is_logo


def decode(content: bytes) -> str:
    """A text in UTF-8, or in GBK as older Chinese programs write it.

    Raises
    ------
    ValueError
        If it is neither.
    """
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    wrong = {
        sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs", "Co") and sign not in _ALLOWED_CONTROLS
    }
    if wrong:
        raise ValueError(", ".join(f"U+{ord(sign):04X}" for sign in sorted(wrong)[:3]))
    # Marks that are not seen but turn the direction of what is read.
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
