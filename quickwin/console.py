"""The supervisor's log: one line per line, with the name of the part that wrote it.

Whoever reads may be slow, paused, or gone: no part waits for that. Lines that nobody takes are
dropped and counted. Refuses to know what the lines mean.
"""

from __future__ import annotations

import queue
import sys
import threading

WIDTH = 8
LONGEST_BACKLOG = 10_000


class Console:
    """Call it with a name and a line, from any thread."""

    def __init__(self) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue(LONGEST_BACKLOG)
        self._dropped = 0
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def __call__(self, name: str, line: str) -> None:
        try:
            self._lines.put_nowait(f"{name:{WIDTH}} | {line}\n")
        except queue.Full:
            self._dropped += 1

    def close(self, limit: float = 2.0) -> None:
        """Give the reader a last moment to take what is there."""
        try:
            self._lines.put(None, timeout=limit)
        except queue.Full:
            return
        self._writer.join(limit)

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            if self._dropped:
                dropped, self._dropped = self._dropped, 0
                line = f"{'quickwin':{WIDTH}} | {dropped} lines were not read in time\n{line}"
            try:
                sys.stdout.write(line)
                sys.stdout.flush()
            except OSError:  # the reader is gone: the product does not depend on it
                _forget_output()
                return


def _forget_output() -> None:
    """At exit the interpreter would complain that it cannot write the rest."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
