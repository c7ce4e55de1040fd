"""The kernel that notebooks run in: always this very interpreter, in an environment that is the same everywhere."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

from analysis.pipeline.warm_kernels import _servers, plain_kernels, register, warm_kernels
from analysis.project import root

# Settings of a person or a machine that would change what a notebook draws or imports.
_LEFT_OUT = ("PYTHONSTARTUP", "MATPLOTLIBRC", "PYTHONINSPECT", "PYTHONWARNINGS")

# A socket's path holds about a hundred bytes on every system; the rest is for the name in the folder.
LONGEST_SOCKET_FOLDER = 80

# Seconds to wait for what a kernel on this machine does at once: say no more, or be gone.
LONGEST_PAUSE = 0.01

# Milliseconds until a kernel that has not opened its sockets yet is called again; 100, if nothing is said, is longer
# than all of its start.
CALLED_AGAIN = 5

_running: set[int] = set()
_is_stopping = threading.Event()


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

    Parameters
    ----------
    kind : {"warm", "plain"}
        ``warm``: forked from a process that has everything imported, where the system can; ``plain``: one by one.
    """
    # An interruption ends the run that it met, not the next one of the same process.
    _is_stopping.clear()
    with plain_kernels() if kind == "plain" else warm_kernels(environment(), root()):
        yield


def are_prepared() -> bool:
    """Whether it has been said how kernels are to be started."""
    return len(_servers) > 1


class PromptChannel(AsyncZMQSocketChannel):
    """What a kernel shows. A client that empties it at the start waits for more each time; the kernel is near."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        """The next message, if one arrives in time."""
        return await super().get_msg(None if timeout is None else min(timeout, LONGEST_PAUSE))


class PromptClient(AsyncKernelClient):
    """Talks with a kernel on this machine."""

    iopub_channel_class = Type(PromptChannel)

    def _context_default(self) -> zmq.asyncio.Context:
        context = super()._context_default()
        context.setsockopt(zmq.RECONNECT_IVL, CALLED_AGAIN)
        return context


class OwnKernelManager(AsyncKernelManager):
    """Starts this interpreter, whatever kernels a user has registered under the same name."""

    client_factory = Type(PromptClient)

    def __init__(self, **settings: Any) -> None:
        # Sockets in a private folder instead of network ports: two kernels can never be given the same one.
        self._process: int | None = None
        self.own_environment: dict[str, str] = {}
        self._folder = tempfile.mkdtemp(prefix="kernel-")
        super().__init__(connection_file=str(Path(self._folder) / "kernel.json"), **settings)
        if os.name == "posix" and len(os.fsencode(self._folder)) <= LONGEST_SOCKET_FOLDER:
            self.transport = "ipc"

    @property
    def kernel_spec(self) -> KernelSpec:
        """The specification of our own kernel."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        how = {"kernel_provisioner": {"provisioner_name": register()}}
        return KernelSpec(argv=command, display_name="Python", language="python", metadata=how)

    async def _async_start_kernel(self, **options: Any) -> None:
        if _is_stopping.is_set():
            raise RuntimeError("the run was interrupted")
        self.own_environment = options["env"] = environment()
        options["cwd"] = str(root())
        await super()._async_start_kernel(**options)
        self._process = getattr(self.provisioner, "pid", None)
        if self._process is not None:
            _running.add(self._process)

    start_kernel = _async_start_kernel

    async def _async_wait(self, pollinterval: float = LONGEST_PAUSE) -> None:
        await super()._async_wait(pollinterval)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        if self._process is not None and not restart:
            _running.discard(self._process)
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources


def stop_running_kernels() -> None:
    """End the kernels that this process started and that still run, and start no more (after an interruption)."""
    _is_stopping.set()
    for process in sorted(_running):
        try:
            os.kill(process, signal.SIGTERM if os.name != "posix" else signal.SIGKILL)
        except ProcessLookupError:
            continue
    _running.clear()
