"""Warm kernels as Jupyter sees them: forked from the server of :mod:`analysis.pipeline.fork_server`."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from analysis.pipeline.fork_server import ForkServer, ServerGoneError, current

PROVISIONER = "analysis-warm-kernels"


class WarmKernel:
    """A forked kernel, with those parts of ``subprocess.Popen`` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._server = server
        self._status: int | None = None
        self.pid: int = server.ask({"arguments": list(arguments), "environment": dict(environment)})

    def poll(self) -> int | None:
        """Status of the ended kernel; None while it runs."""
        if self._status is None:
            try:
                self._status = self._server.ask({"process": self.pid})
            except ServerGoneError:
                self._status = -signal.SIGKILL
        return self._status

    def wait(self) -> int | None:
        """The status; only asked for when the kernel has ended."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to a kernel that runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """Forks the kernel from the running server; starts it as Jupyter does if there is none."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch a kernel; its command is ``python -m ipykernel_launcher`` and arguments."""
        manager: Any = self.parent
        server = current()
        if server is not None and server.environment == manager.own_environment:
            with suppress(ServerGoneError):
                process: Any = WarmKernel(server, cmd[3:], kwargs["env"])
                self.process, self.pid, self.pgid = process, process.pid, process.pid
                self.cwd = kwargs.get("cwd")
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


def register() -> str:
    """Make the provisioner known to Jupyter, without an installed package, and return its name."""
    home = f"{WarmProvisioner.__module__}:{WarmProvisioner.__name__}"
    entry = EntryPoint(PROVISIONER, home, KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.provisioners.setdefault(PROVISIONER, entry)
    return PROVISIONER
