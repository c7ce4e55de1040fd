"""Other processes, as tests see them: which ones run, and waiting for what they do."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic, sleep

PATIENCE = 120


def started(command: Sequence[str], mark: str) -> subprocess.Popen[bytes]:
    """A process as a terminal starts it: with a group of its own, and not deaf to interruptions.

    The mark stands in its environment and in those of all that it starts.
    """
    return subprocess.Popen(
        command,
        env={**os.environ, "MARK": mark},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # A shell lets what it runs in the background ignore interruptions, and so would this process.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def git(folder: Path, *arguments: str) -> None:
    """Have git do something in a folder, as somebody and without asking."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def processes(mark: str) -> list[int]:
    """The running processes that were started with this text in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            is_ended = (path.parent / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            if not is_ended and mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return [process for process in found if process != os.getpid()]


def wait_until(holds: Callable[[], bool]) -> bool:
    """Whether something comes about in good time."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        if holds():
            return True
        sleep(0.05)
    return False
