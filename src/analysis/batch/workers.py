"""Reports side by side on this machine: processes that each make one report after the other.

A process keeps its libraries and its prepared kernels from one report to the next. If one is lost (killed, or out of
memory), the report that it was making is begun once more in a new one, and the others never notice.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import perf_counter
from typing import Any

from analysis.batch.outcome import Order, Outcome
from analysis.errors import AnalysisError
from analysis.messages import catalogue

ATTEMPTS = 2


class Makers:
    """Processes on this machine that make reports.

    Parameters
    ----------
    processes : int
        How many at a time; none where everything is made elsewhere.
    kernels : {"warm", "plain"}
        How their notebooks get their kernels.
    """

    def __init__(self, processes: int, kernels: str) -> None:
        self._makers = [_Maker(kernels) for _ in range(processes)]

    def __enter__(self) -> Makers:
        """Nothing is started before it is needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, which ends their kernels."""
        for maker in self._makers:
            maker.end()

    def make_reports(self, orders: Sequence[Order]) -> Iterator[Outcome]:
        """Make reports side by side.

        Yields
        ------
        Outcome
            One per order, as they end.
        """
        waiting: SimpleQueue[Order] = SimpleQueue()
        ended: SimpleQueue[Outcome | BaseException] = SimpleQueue()
        for order in orders:
            waiting.put(order)
        for maker in self._makers:
            Thread(target=maker.serve, args=(waiting, ended), daemon=True).start()
        for _ in orders:
            outcome = ended.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome

    def call(self, function: Callable[..., Any], *given: object) -> Any:
        """Call a function where libraries and kernels are ready: in a process that has made a report, else here.

        Raises
        ------
        AnalysisError
            If the function failed.
        """
        for maker in self._makers:
            if maker.is_ready:
                with suppress(EOFError, OSError):
                    result, error = maker.ask(function, *given)
                    if error:
                        raise AnalysisError(error)
                    return result
        return function(*given)


class _EndedError(Exception):
    """Nobody waits for reports any more."""


class _Maker:
    """One process at a time, and the thread that gives it orders."""

    def __init__(self, kernels: str) -> None:
        self._kernels = kernels
        self._has_ended = False
        self._process: Any = None
        self._connection: Connection | None = None
        self._lock = Lock()

    @property
    def is_ready(self) -> bool:
        """Whether there is a process, which has been used before."""
        return self._connection is not None

    def serve(self, waiting: SimpleQueue[Order], ended: SimpleQueue[Outcome | BaseException]) -> None:
        """Have orders made until none waits."""
        try:
            while True:
                try:
                    order = waiting.get_nowait()
                except Empty:
                    break
                ended.put(self._made(order))
        except BaseException as error:  # noqa: BLE001 - the thread that waits must hear of it
            ended.put(error)

    def end(self) -> None:
        """End the process for good: what is lost with it is not begun again."""
        with self._lock:
            self._has_ended = True
        self.stop()

    def stop(self) -> None:
        """End the process, which ends its kernels; any thread may ask for it."""
        with self._lock:
            process, connection = self._process, self._connection
            self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is not None:
            process.terminate()
            process.join()

    def ask(self, function: Callable[..., Any], *given: object) -> tuple[Any, str]:
        """Call a function in the process.

        Returns
        -------
        tuple of result and str
            The result and an empty text, or None and why there is none.

        Raises
        ------
        EOFError, OSError
            If the process is lost.
        """
        connection = self._connected()
        connection.send((function, given))
        answer: tuple[Any, str] = connection.recv()
        return answer

    def _made(self, order: Order) -> Outcome:
        start = perf_counter()
        for attempt in range(1, ATTEMPTS + 1):
            with suppress(EOFError, OSError):
                year, error = self.ask(make, order)
                return Outcome(order.plan, perf_counter() - start, year or 0, error, attempt)
            self.stop()
        lost = catalogue(order.wish.language).text("batch.process_lost", attempts=ATTEMPTS)
        return Outcome(order.plan, perf_counter() - start, error=lost, attempts=ATTEMPTS)

    def _connected(self) -> Connection:
        with self._lock:
            if self._has_ended:
                raise _EndedError
            if self._connection is None:
                # Not forked: this process has threads. Not a daemon: it starts processes of its own.
                context = multiprocessing.get_context("spawn")
                self._connection, other = context.Pipe()
                self._process = context.Process(target=answer_calls, args=(other, self._kernels))
                self._process.start()
                other.close()
            return self._connection


def answer_calls(connection: Connection, kind: str) -> None:
    """Call the functions that are asked for, until the other side goes; the life of a process.

    Parameters
    ----------
    connection : Connection
        Receives functions with their arguments; sends what :func:`_called` returns.
    kind : {"warm", "plain"}
        Of the kernels.
    """
    Thread(target=_end_with_parent, daemon=True).start()
    # What steps print while they run is of no use where several reports are made at once; errors are sent.
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    with suppress(EOFError, OSError, KeyboardInterrupt):
        from analysis.pipeline.fork_server import kernels

        with kernels(kind):
            while True:
                function, given = connection.recv()
                connection.send(_called(function, given))


def _called(function: Callable[..., Any], given: Sequence[object]) -> tuple[Any, str]:
    """The result and an empty text, or None and why there is none."""
    try:
        return function(*given), ""
    except AnalysisError as error:
        return None, str(error)
    except Exception:  # noqa: BLE001 - a defect met by one plan must not cost the others theirs
        return None, traceback.format_exc()


def _end_with_parent() -> None:
    """Do not finish, for nobody, the report in hand when the process that asked for it has been killed."""
    # Not by the signal that ends prepared kernels with their server: batches run on every system.
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def make(order: Order) -> int:
    """Make one report in this process and return its edition year."""
    from analysis.pipeline.run import run_report

    return int(run_report(str(order.plan_folder), order.wish).name)
