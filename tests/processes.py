"""What the tests of the supervisor ask about the processes of this machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def wait_until(condition: Callable[[], bool], limit: float = 15.0) -> bool:
    """Whether the condition came true within `limit` seconds: for what sends no event."""
    deadline = time.monotonic() + limit
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return met


def living(mark: str) -> dict[int, str]:
    """The processes, zombies apart, whose command, environment or working folder has `mark` in it:
    number and command. Not this process."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        try:
            words = (folder / "cmdline").read_bytes()
            texts = (
                words,
                (folder / "environ").read_bytes(),
                os.fsencode((folder / "cwd").readlink()),
            )
        except OSError:
            continue  # ended while we looked
        if words and pid != os.getpid() and any(mark.encode() in text for text in texts):
            found[pid] = words.replace(b"\0", b" ").decode(errors="replace")
    return found


def named(mark: str, word: str) -> list[int]:
    """The numbers of those with `word` in their command that are no keepers, oldest first."""
    return sorted(p for p, c in living(mark).items() if word in c and "keeper.py" not in c)
