"""The process that kernels are forked from, and whether they are.

Starting a kernel and importing the libraries takes far longer than what a notebook computes. So one process, the fork
server, imports them once; it has no threads and no sockets. It answers two requests, each a line on a pipe: fork a
kernel, and say whether that kernel still runs. A kernel is a copy of a server that has never run a notebook, so no
notebook sees what another one left behind.

The server ends when the pipe is closed, also when this process is killed; its kernels are killed with it. Where a
kernel cannot be forked it is started as Jupyter does it, with the same results.

Nothing of Jupyter is imported here: the server is to begin as early as can be.
"""

from __future__ import annotations

import builtins
import ctypes
import gc
import json
import os
import signal
import string
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import analysis
from analysis.messages import LANGUAGES, shipped
from analysis.project import root
from analysis.units import is_unit

# Settings of a person or a machine that would change what a notebook draws or imports.
_LEFT_OUT = ("PYTHONSTARTUP", "MATPLOTLIBRC", "PYTHONINSPECT", "PYTHONWARNINGS")

# What kernels and notebooks import besides the public interface of the package, much of it only when it is needed.
# Not matplotlib's backend for notebooks: it connects itself, when it is imported, with the kernel that imports it.
LIBRARIES = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.patheffects",
    "matplotlib.pyplot",
    "openpyxl",
    "pandas.core.arrays.arrow.extension_types",
    "pint",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "python_calamine",
    "seaborn",
    "sqlite3",
    "statsmodels.regression.linear_model",
    "statsmodels.stats.sandwich_covariance",
    "statsmodels.stats.stattools",
    "statsmodels.tsa.exponential_smoothing.ets",
    "statsmodels.tsa.forecasting.theta",
    "statsmodels.tsa.statespace.structural",
    "tornado.platform.asyncio",
)

# Forking is safe, and a kernel can be made to end with its server, where the system is Linux.
IS_POSSIBLE = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1

# The server in use comes last; None where plain kernels are wanted.
_servers: list[ForkServer | None] = [None]

# Set when the run has been interrupted: no kernel is started any more.
is_stopping = threading.Event()


class ServerGoneError(Exception):
    """The fork server has ended."""


class ForkServer:
    """The process that kernels are forked from, seen from the process that wants them.

    Parameters
    ----------
    environment : mapping of str to str
        Of the server and of every kernel.
    folder : Path
        Working folder of every kernel.
    """

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = dict(environment)
        self._lock = threading.Lock()
        replies, answering = os.pipe()
        command = [sys.executable, "-m", __name__, str(answering), str(os.getpid())]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            pass_fds=(answering,),
            env=self.environment,
            cwd=folder,
            # Ctrl-C is for the process that waits for the notebooks.
            start_new_session=True,
        )
        os.close(answering)
        self._replies = os.fdopen(replies, "rb")

    def ask(self, request: Mapping[str, object]) -> Any:
        """Send a request and wait for the reply.

        Raises
        ------
        ServerGoneError
            If the server has ended.
        """
        assert self._process.stdin is not None
        with self._lock:
            try:
                self._process.stdin.write(json.dumps(request).encode() + b"\n")
                self._process.stdin.flush()
                reply = self._replies.readline()
            except (OSError, ValueError):
                reply = b""
        if not reply:
            raise ServerGoneError
        return json.loads(reply)

    def stop(self) -> None:
        """End the server and all its kernels."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._process.communicate()
        self._replies.close()


def environment() -> dict[str, str]:
    """The kernel's environment: the caller's, without what would make two runs differ."""
    inherited = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    cache = _cache_folder()
    return inherited | {
        "ANALYSIS_ROOT": str(root()),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONNOUSERSITE": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(cache / "matplotlib"),
        "IPYTHONDIR": str(cache / "ipython"),
        # Several notebooks run side by side; each has one thread, so sums are added in the same order everywhere.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # The memory manager of Arrow would start a thread, and a process with threads must not be forked.
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        # The debugger that the kernel loads otherwise warns of Python's frozen modules.
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def _cache_folder() -> Path:
    """Where matplotlib and IPython keep what they would else put into a person's home."""
    folder = root() / ".cache"
    try:
        for name in ("matplotlib", "ipython"):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir())
    return folder


@contextmanager
def kernels(kind: str) -> Iterator[None]:
    """How the kernels that are started meanwhile are started.

    The server imports the libraries while the caller goes on.

    Parameters
    ----------
    kind : {"warm", "plain"}
        ``warm``: forked from a process that has everything imported, where the system can; ``plain``: one by one.
    """
    # An interruption ends the run that it met, not the next one of the same process.
    is_stopping.clear()
    server = ForkServer(environment(), root()) if kind == "warm" and IS_POSSIBLE else None
    _servers.append(server)
    try:
        yield
    finally:
        _servers.pop()
        if server is not None:
            server.stop()


def are_prepared() -> bool:
    """Whether it has been said how kernels are to be started."""
    return len(_servers) > 1


def current() -> ForkServer | None:
    """The server in use; None where plain kernels are wanted."""
    return _servers[-1]


def _end_with(parent: int) -> None:
    """Be killed when the parent ends, even if it is killed itself."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def _serve(answering: int, parent: int) -> None:
    """Answer requests on standard input until it is closed."""
    _end_with(parent)
    # As a kernel's own start does it: what lies in the working folder is not to be taken for a library.
    del sys.path[0]
    # Where a kernel looks, when it is imported, for the process that it must not outlive.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    gc.disable()
    _import_pandas()
    for name in LIBRARIES:
        import_module(name)
    analysis.load_all()
    _read_words()
    _draw_letters()
    gc.freeze()
    # Without a buffer: a forked kernel must not hold a part of the next request.
    with os.fdopen(0, "rb", buffering=0, closefd=False) as requests:
        for line in requests:
            request = json.loads(line)
            if "process" in request:
                ended, status = os.waitpid(request["process"], os.WNOHANG)
                reply = os.waitstatus_to_exitcode(status) if ended else None
            else:
                reply = _fork(request, answering)
            os.write(answering, json.dumps(reply).encode() + b"\n")


def _import_pandas() -> None:
    """Import pandas as a kernel does: it asks then whether it is in a notebook, and shows wide tables accordingly."""
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=True)
    try:
        import_module("pandas")
    finally:
        del vars(builtins)["get_ipython"]


def _read_words() -> None:
    """Read what comes with the software and is the same for every plan: its texts and its units."""
    for language in LANGUAGES:
        shipped(language)
    is_unit("")


def _draw_letters() -> None:
    """Draw what the words in figures are written with: a letter's outline is shortened when it is first drawn."""
    from matplotlib.figure import Figure

    # By their names, as all that is imported here: no result depends on it, so no step is to depend on their code.
    display, fonts = import_module("analysis.display"), import_module("analysis.fonts")
    texts = [text for words in map(shipped, LANGUAGES) for key, text in words.items() if key.startswith("figures.")]
    letters = sorted({letter for letter in "".join([*texts, string.printable]) if letter.isprintable()})
    figure = Figure()
    # By the font's file: its name is made known to matplotlib when a notebook draws, as in a plain kernel.
    figure.text(0, 0, "".join(letters), font=fonts.sans_font(), parse_math=False)
    display.to_svg(figure)


def _fork(request: Mapping[str, Any], answering: int) -> int:
    server = os.getpid()
    process = os.fork()
    if process == 0:
        os.close(answering)
        _become_kernel(request["arguments"], request["environment"], server)
    # Also said here, so that the group exists before the answer is read.
    with suppress(OSError):
        os.setpgid(process, process)
    return process


def _become_kernel(arguments: Sequence[str], environment: Mapping[str, str], server: int) -> NoReturn:
    """Be what ``python -m ipykernel_launcher …`` is, apart from what is imported already."""
    import numpy
    from ipykernel import ipkernel, kernelapp

    os.setpgid(0, 0)
    _end_with(server)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    # What the libraries have set in it while they were imported stays, as it does in a plain kernel.
    os.environ.update(environment, JPY_PARENT_PID=str(server))
    # Python mixes its own random state anew in a forked process; numpy leaves the server's.
    numpy.random.seed()
    # A kernel lists the files of all modules for a debugger, which nobody attaches to this one: to look at each module
    # would copy a good part of the server's memory, page by page.
    vars(ipkernel)["sys"] = SimpleNamespace(**{**vars(sys), "modules": {}})
    gc.enable()
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher.origin) if launcher else "", *arguments]
    kernelapp.launch_new_instance(sys.argv[1:])
    sys.exit()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]))
