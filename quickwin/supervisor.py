"""Keeps parts running: starts them, starts again what dies, and stops them in an order.

A part is a program that can be prepared anew at any time. A signal to stop arrives as the exception
`Stopped`, wherever the main thread is. Refuses to know what the parts are: that is parts.py.
"""

from __future__ import annotations

import queue
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from quickwin.children import LONGEST_WAIT, Child, ChildFailed, Log, Program
from quickwin.cluster import ClusterUnusable

NAME = "quickwin"
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
LONG_LIFE = 60.0  # who lived that long starts with the first pause again


class Stopped(BaseException):
    """Somebody asked us to stop. Like KeyboardInterrupt, no error."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """`prepare` makes what the program needs and says what to run, before every start."""

    name: str
    prepare: Callable[[], Program]
    start_limit: float = 60.0
    stop_limit: float = 10.0
    release: Callable[[], None] | None = None


@dataclass
class _Run:
    part: Part
    child: Child | None = None
    started: float = 0.0
    failures: int = 0
    due: float | None = None  # when to start it again


class Supervisor:
    """Use from one thread."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._runs: dict[str, _Run] = {}
        self._ended: queue.SimpleQueue[Child] = queue.SimpleQueue()

    def begin(self, part: Part) -> Child:
        """Start a part; it may not be ready yet."""
        run = self._runs[part.name] = _Run(part=part)
        return self._start(run)

    def wait_ready(self, *names: str) -> None:
        """Returns when those of these parts that were begun are ready; raises ChildFailed for the
        first that is not."""
        for run in [self._runs[name] for name in names if name in self._runs]:
            assert run.child is not None
            run.child.wait_ready(run.part.start_limit)

    def watch(self) -> None:
        """Start again whatever ends, until `Stopped` is raised by a signal."""
        while True:
            try:
                self._note_end(self._ended.get(timeout=self._pause()))
            except queue.Empty:
                self._start_due()

    def stop(self, order: Iterable[str]) -> None:
        """Stop the parts one after the other, each whole, then release what they held."""
        runs = [self._runs[name] for name in order if name in self._runs]
        for run in runs:
            if run.child:
                run.child.stop(run.part.stop_limit)
        for run in runs:
            if run.part.release:
                run.part.release()

    def _start(self, run: _Run) -> Child:
        run.due = None
        run.started = time.monotonic()
        run.child = Child(run.part.prepare(), log=self._log, on_end=self._ended.put)
        return run.child

    def _note_end(self, child: Child) -> None:
        run = self._runs[child.program.name]
        if run.child is child:
            self._plan(run, child.how_it_ended())

    def _plan(self, run: _Run, what: str) -> None:
        if time.monotonic() - run.started > LONG_LIFE:
            run.failures = 0
        pause = min(FIRST_PAUSE * 2**run.failures, LONGEST_PAUSE)
        run.failures += 1
        run.due = time.monotonic() + pause
        self._log(NAME, f"{run.part.name} {what}; it is started again in {pause:g} seconds")

    def _start_due(self) -> None:
        for run in self._runs.values():
            if run.due is None or run.due > time.monotonic():
                continue
            try:
                self._start(run)
            except (ChildFailed, ClusterUnusable, OSError) as error:
                self._plan(run, f"cannot start ({error})")
            else:
                self._log(NAME, f"{run.part.name} is started again")

    def _pause(self) -> float:
        dues = [run.due for run in self._runs.values() if run.due is not None]
        return max(0.0, min([LONGEST_WAIT, *(due - time.monotonic() for due in dues)]))


def stop_on_signals() -> None:
    """From now on the first signal to stop raises `Stopped`; those that follow change nothing."""

    def raise_stopped(_number: int, _frame: object) -> None:
        ignore_signals()
        raise Stopped

    for number in SIGNALS:
        signal.signal(number, raise_stopped)


def ignore_signals() -> None:
    """While stopping: the group's signal and Ctrl-C come several times."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
