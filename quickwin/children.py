"""A child process with a name: its output as lines, its readiness, its end, and nothing left of it.

Each runs in a session of its own below a keeper (keeper.py), which sees to it that no descendant
outlives the child, and that the child does not outlive this process. Refuses to know what the
programs are, and when one should be started again.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

# Without site packages: it has to be there in 20 milliseconds.
KEEPER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py")))

# Python looks at a signal that arrives just before a wait only after the wait: so none is longer.
LONGEST_WAIT = 0.5
REASON = re.compile(r"\b(FATAL|PANIC|ERROR:|\w*Error:|Error:)")

Log = Callable[[str, str], None]  # the part's name, a line


def silent(_name: str, _line: str) -> None:
    """A log that nobody reads."""


class ChildFailed(Exception):
    """A child ended, or took too long, before it was ready; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, and how to ask it to end."""

    name: str
    command: Sequence[str | Path]
    ready: str = ""  # a pattern in the line that says so; without one it is ready when started
    environ: Mapping[str, str] = field(default_factory=dict)  # beside what this process has
    folder: Path | None = None
    stop: str = "TERM"
    lost: str = "KILL"  # what it gets when nobody is left who could stop it in order
    identity: str = "same"
    keep_open: tuple[int, ...] = ()  # files its keeper holds as long as it lives: locks


class Child:
    """One run of a program. `on_end` is called from a thread, once, when all of it has ended."""

    def __init__(
        self, program: Program, *, log: Log, on_end: Callable[[Child], None] | None = None
    ) -> None:
        self.program = program
        self.last_lines: deque[str] = deque(maxlen=100)
        self._log = log
        self._on_end = on_end
        self._changed = threading.Condition()
        self._ready = not program.ready
        self._code: int | None = None
        self._process = _start(program)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._waiter = threading.Thread(target=self._wait, daemon=True)
        self._reader.start()
        self._waiter.start()

    @property
    def ended(self) -> bool:
        return self._code is not None

    def wait_ready(self, limit: float) -> None:
        """Returns once the program said that it is ready; raises ChildFailed."""
        self._wait_for(lambda: self._ready or self.ended, limit)
        if self.ended or not self._ready:
            raise ChildFailed(self.failure(limit))

    def wait_end(self, limit: float | None = None) -> int | None:
        """The exit code, 128 + n after signal n; None if it still runs after `limit` seconds."""
        self._wait_for(lambda: self.ended, float("inf") if limit is None else limit)
        return self._code

    def stop(self, limit: float) -> None:
        """Ask it to end; kill what is left after `limit` seconds. Nothing of it is left then."""
        self._signal(signal.SIGTERM)
        if self.wait_end(limit) is None:
            self._log(self.program.name, f"did not stop within {limit:g} seconds and is killed")
            self._let_go()
            self.wait_end()

    def how_it_ended(self) -> str:
        """The second half of a sentence."""
        code = self._code or 0
        if code - 128 in set(signal.Signals):
            return f"was ended by {signal.Signals(code - 128).name}"
        return f"ended with exit status {code}"

    def failure(self, limit: float) -> str:
        """Why it is not ready or not done, in one sentence."""
        name = self.program.name
        if not self.ended:
            return f"{name} was not ready within {limit:g} seconds."
        said = [line.strip() for line in reversed(self.last_lines) if line.strip()]
        reason = next((line for line in said if REASON.search(line)), said[0] if said else "")
        return f"{name} {self.how_it_ended()}" + (f": {reason}" if reason else ".")

    def _wait_for(self, condition: Callable[[], bool], limit: float) -> None:
        deadline = time.monotonic() + limit
        with self._changed:
            while not condition() and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(min(left, LONGEST_WAIT))

    def _read(self) -> None:
        assert self._process.stdout is not None
        pattern = re.compile(self.program.ready) if self.program.ready else None
        for raw in self._process.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            self.last_lines.append(line)
            self._log(self.program.name, line)
            if pattern and pattern.search(line):
                with self._changed:
                    self._ready = True
                    self._changed.notify_all()

    def _wait(self) -> None:
        pid = self._process.pid
        # Before its number is free again: a keeper that was killed itself leaves its group behind.
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        kill_group(pid)
        code = self._process.wait()
        self._reader.join()
        self._let_go()
        assert self._process.stdout is not None
        self._process.stdout.close()
        with self._changed:
            self._code = code if code >= 0 else 128 - code
            self._changed.notify_all()
        if self._on_end:
            self._on_end(self)

    def _signal(self, number: int) -> None:
        # Not Popen.send_signal: it would collect the ended process under the waiting thread.
        if not self.ended:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def _let_go(self) -> None:
        """The keeper sees the end of its input, and ends the program at once."""
        assert self._process.stdin is not None
        self._process.stdin.close()


def kill_group(group: int) -> None:
    """SIGKILL to a whole process group, if there is one."""
    # The second error is how macOS says that only the dead are left in it.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def run(program: Program, *, log: Log, limit: float) -> None:
    """Run a program to its end; raises ChildFailed unless its exit status is 0."""
    child = Child(program, log=log)
    try:
        code = child.wait_end(limit)
    finally:  # also when we are told to stop meanwhile: nothing of it is left
        if not child.ended:
            child.stop(1)
    if code != 0:
        raise ChildFailed(child.failure(limit))


def _start(program: Program) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - the commands are ours
        [*KEEPER, program.stop, program.lost, program.identity, *program.command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **program.environ},
        cwd=program.folder,
        pass_fds=program.keep_open,
        start_new_session=True,
    )
