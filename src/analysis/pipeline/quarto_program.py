"""Quarto, the typesetter of choice: its package fetches the program from a site that closed networks cannot reach."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from analysis.messages import catalogue
from analysis.rendering import find_quarto

# One version, so that two machines typeset alike.
REQUIREMENT = "quarto-cli==1.9.38"
WAIT_SECONDS = 90.0


def install_command() -> str:
    """The line that installs Quarto into this environment."""
    return f"{_shown(sys.executable)} -m pip install {REQUIREMENT}"


def try_to_install(language: str = "zh") -> str:
    """Try once to install Quarto, quietly and within bounds.

    Returns
    -------
    str
        What to print: nothing if Quarto is there, otherwise how to install it later.
    """
    if find_quarto():
        return ""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # The package needs one small library at run time; the locked one stays.
    command += ["--no-deps", "--retries", "0", "--timeout", "15", REQUIREMENT]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        is_done = process.wait(WAIT_SECONDS) == 0
    except subprocess.TimeoutExpired:
        is_done = False
    finally:
        # pip hands the download to a child of its own: end the whole group.
        if process.poll() is None:
            _stop(process)
    if is_done and find_quarto():
        return ""
    return catalogue(language).text("cli.quarto.not_installed", command=install_command())


def _stop(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _shown(program: str) -> str:
    return f"'{program}'" if " " in program else program
