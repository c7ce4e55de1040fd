"""The kernel that notebooks run in: always this very interpreter, in an environment that is the same everywhere."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

from analysis.pipeline.fork_server import environment, is_stopping
from analysis.pipeline.warm_kernels import register
from analysis.project import root

# A socket's path holds about a hundred bytes on every system; the rest is for the name in the folder.
LONGEST_SOCKET_FOLDER = 80

# Seconds to wait for what a kernel on this machine does at once: say no more, or be gone.
LONGEST_PAUSE = 0.01

# Milliseconds until a kernel that has not opened its sockets yet is called again; 100, if nothing is said, is longer
# than all of its start.
CALLED_AGAIN = 5

_running: set[int] = set()


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
        if is_stopping.is_set():
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
    is_stopping.set()
    for process in sorted(_running):
        try:
            os.kill(process, signal.SIGTERM if os.name != "posix" else signal.SIGKILL)
        except ProcessLookupError:
            continue
    _running.clear()
