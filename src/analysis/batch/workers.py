"""Reports side by side on this machine: processes that each make one report after the other.

A process keeps its libraries and its prepared kernels from one report to the next. If one is lost (killed, or out of
memory), the report that it was making is begun once more in a new one, and the others never notice.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
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


def make_reports(orders: Sequence[Order], processes: int) -> Iterator[Outcome]:
    """Make reports side by side.

    Parameters
    ----------
    orders : sequence of Order
    processes : int
        How many at a time, 1 or more.

    Yields
    ------
    Outcome
        One per order, as they end.
    """
    waiting: SimpleQueue[Order] = SimpleQueue()
    ended: SimpleQueue[Outcome | BaseException] = SimpleQueue()
    for order in orders:
        waiting.put(order)
    makers = [_Maker() for _ in range(min(processes, len(orders)))]
    for maker in makers:
        Thread(target=maker.serve, args=(waiting, ended), daemon=True).start()
    try:
        for _ in orders:
            outcome = ended.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome
    finally:
        for maker in makers:
            maker.end()


class _EndedError(Exception):
    """Nobody waits for reports any more."""


class _Maker:
    """One process at a time, and the thread that gives it orders."""

    def __init__(self) -> None:
        self._has_ended = False
        self._process: Any = None
        self._connection: Connection | None = None
        self._lock = Lock()

    def serve(self, waiting: SimpleQueue[Order], ended: SimpleQueue[Outcome | BaseException]) -> None:
        """Have orders made until none waits."""
        try:
            while True:
                try:
                    order = waiting.get_nowait()
                except Empty:
                    break
                ended.put(self._made(order))
            self.stop()
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

    def _made(self, order: Order) -> Outcome:
        start = perf_counter()
        for attempt in range(1, ATTEMPTS + 1):
            connection = self._connected()
            with suppress(EOFError, OSError):
                connection.send(order)
                year, error = connection.recv()
                return Outcome(order.plan, perf_counter() - start, year, error, attempt)
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
                self._process = context.Process(target=serve_orders, args=(other,))
                self._process.start()
                other.close()
            return self._connection


def serve_orders(connection: Connection) -> None:
    """Make the reports that are asked for, until the other side goes; the life of a process.

    Parameters
    ----------
    connection : Connection
        Receives :class:`Order`; sends the edition year and an empty text, or 0 and why there is no report.
    """
    Thread(target=_end_with_parent, daemon=True).start()
    # What steps print while they run is of no use where several reports are made at once; errors are sent.
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    with suppress(EOFError, OSError, KeyboardInterrupt):
        from analysis.pipeline.kernel import kernels

        order = connection.recv()
        with kernels(order.wish.kernels):
            while True:
                connection.send(make(order))
                order = connection.recv()


def _end_with_parent() -> None:
    """Do not finish, for nobody, the report in hand when the process that asked for it has been killed."""
    # Not by the signal that ends prepared kernels with their server: batches run on every system.
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def make(order: Order) -> tuple[int, str]:
    """Make one report in this process.

    Returns
    -------
    tuple of int and str
        The edition year and an empty text, or 0 and why there is no report.
    """
    from analysis.pipeline.run import run_report

    try:
        folder = run_report(str(order.plan_folder), order.wish)
    except AnalysisError as error:
        return 0, str(error)
    except Exception:  # noqa: BLE001 - a defect met by one plan must not cost the others theirs
        return 0, traceback.format_exc()
    return int(folder.name), ""
