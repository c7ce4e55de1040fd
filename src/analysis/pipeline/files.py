"""Files and folders of a run: written at once or not at all, with clear words when the disk refuses."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import StepError
from analysis.messages import catalogue

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def writing(path: Path, language: str = "zh") -> Iterator[None]:
    """Turn a refusal of the disk into an error that names the path and says what to do.

    Raises
    ------
    StepError
        If the disk is full, the path is not writable, or is of the wrong kind.
    """
    try:
        yield
    except OSError as error:
        reason = "disk_full" if error.errno in _FULL else "not_writable" if error.errno in _FORBIDDEN else "disk_error"
        place = error.filename or path
        text = catalogue(language).text(f"pipeline.{reason}", path=str(place), reason=error.strerror or str(error))
        raise StepError(text) from error


def write_text(path: Path, text: str, language: str = "zh") -> None:
    """Write a text file at once or not at all."""
    write_bytes(path, text.encode(), language)


def write_bytes(path: Path, content: bytes, language: str = "zh") -> None:
    """Write a file at once or not at all."""
    with writing(path, language):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)


@contextmanager
def staging(folder: Path, language: str = "zh") -> Iterator[Path]:
    """A private folder beside ``folder``; gone afterwards, whatever happens.

    Its name holds the process's number, so that a folder that a killed run left behind is known as such and removed.
    """
    with writing(folder, language):
        folder.parent.mkdir(parents=True, exist_ok=True)
        for old in folder.parent.glob(f".{folder.name}-*.tmp"):
            if not _is_running(old.stem.rpartition("-")[2]):
                shutil.rmtree(old, ignore_errors=True)
        temporary = folder.parent / f".{folder.name}-{os.getpid()}.tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def swap(temporary: Path, folder: Path, language: str = "zh") -> None:
    """Put a finished folder in the place of the last one."""
    with writing(folder, language):
        old = temporary.with_name(f"{temporary.stem}-old.tmp")
        if folder.exists():
            folder.replace(old)
        temporary.replace(folder)
        shutil.rmtree(old, ignore_errors=True)


def _is_running(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
