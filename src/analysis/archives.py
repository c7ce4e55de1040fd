"""Zip archives, such as xlsx workbooks, whose bytes depend on their contents and on nothing else."""

from __future__ import annotations

import io
import re
import zipfile

_TIMESTAMP = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def without_time(content: bytes) -> bytes:
    """The same archive without traces of when it was written, and stored so that no compressor matters.

    Parameters
    ----------
    content : bytes
        A zip archive; of an office document, the dates in its properties go as well.

    Returns
    -------
    bytes
    """
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _TIMESTAMP.sub(b"", data)
            # Without a date of its own an item gets the earliest one that archives know.
            item = zipfile.ZipInfo(name)
            item.create_system = 0
            target.writestr(item, data)
    return result.getvalue()
