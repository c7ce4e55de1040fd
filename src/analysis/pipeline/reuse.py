"""Results of earlier runs, reused where nothing that they depend on has changed.

A result is kept with its key: the content of everything that it was made from. The key decides, never the time. A
result whose files are missing or damaged is made anew.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from analysis.messages import Catalogue

RECORD = "record.json"
FILES = "files"

# What a step depends on, by group: names and what they stand for.
Key = Mapping[str, Mapping[str, str]]

# How many names a reason lists.
SHOWN = 3


@dataclass(frozen=True)
class Reason:
    """Why a step runs; none if its result is reused.

    Parameters
    ----------
    code : {"", "first", "fresh", "damaged", "changed", "database"}
    changes : dict of str to tuple of str
        By group of the key, the names that differ.
    """

    code: str = ""
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, words: Catalogue) -> str:
        """The reason in words."""
        if self.code != "changed":
            return words.text(f"reuse.{self.code or 'reused'}")
        groups = [
            words.text(
                f"reuse.group.{group}",
                names=words.text("reuse.comma").join(names[:SHOWN])
                + (words.text("reuse.more", count=len(names)) if len(names) > SHOWN else ""),
            )
            for group, names in self.changes.items()
        ]
        return words.text("reuse.changed", groups=words.text("reuse.semicolon").join(groups))


class Store:
    """The last result of every step of one edition.

    Parameters
    ----------
    folder : Path
        Where they are kept.
    is_fresh : bool
        Whether to act as if there were none.
    """

    def __init__(self, folder: Path, *, is_fresh: bool = False) -> None:
        self.folder = folder
        self.is_fresh = is_fresh

    def reason(self, step: str, key: Key) -> Reason:
        """Why a step must run."""
        if self.is_fresh:
            return Reason("fresh")
        record = self._record(step)
        if record is None:
            return Reason("first")
        changes = {group: differing(record["key"].get(group, {}), parts) for group, parts in key.items()}
        changes = {group: names for group, names in changes.items() if names}
        if changes:
            return Reason("changed", changes)
        return Reason() if self._is_whole(step, record["files"]) else Reason("damaged")

    def restore(self, step: str, target: Path) -> None:
        """Put the files of a kept result into a folder."""
        copy_files(self.folder / step / FILES, target)

    def keep(self, step: str, key: Key, made: Path) -> None:
        """Keep all files below a folder as the step's result; whole, or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        waiting = Path(tempfile.mkdtemp(prefix=f".{step}-", dir=self.folder))
        try:
            copy_files(made, waiting / FILES)
            record = {"key": key, "files": content_of(waiting / FILES)}
            (waiting / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
            shutil.rmtree(self.folder / step, ignore_errors=True)
            # Whatever else bears the name of the step's folder.
            (self.folder / step).unlink(missing_ok=True)
            waiting.replace(self.folder / step)
        finally:
            shutil.rmtree(waiting, ignore_errors=True)

    def _record(self, step: str) -> dict[str, dict[str, dict[str, str]]] | None:
        try:
            record = json.loads((self.folder / step / RECORD).read_text(encoding="utf-8"))
            is_whole = all(isinstance(parts, dict) for parts in (record["files"], *record["key"].values()))
            return record if is_whole else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _is_whole(self, step: str, files: Mapping[str, object]) -> bool:
        return content_of(self.folder / step / FILES) == files


def differing(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The names that are new, gone or stand for something else."""
    return tuple(sorted(name for name in {*before, *now} if before.get(name) != now.get(name)))


def content_of(folder: Path, names: Iterable[Path] | None = None) -> dict[str, str]:
    """The sha256 of files by their path below a folder; of all files if none are named."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if names is None else names
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in paths}


def copy_files(source: Path, target: Path) -> None:
    """Copy all files below a folder."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        else:
            place.unlink(missing_ok=True)
            shutil.copyfile(path, place)


def link_files(paths: Iterable[Path], source: Path, target: Path) -> None:
    """Show files of one folder in another one; whoever replaces one there leaves the original alone."""
    for path in paths:
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, place)
        except OSError:
            shutil.copyfile(path, place)
