"""What strikes the product while people act: processes die, servers restart, queues are emptied.

Only processes of the one product that a campaign started are touched, by their numbers.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from urllib.parse import unquote

from processes import named
from redis import Redis, RedisError
from running import Running

REST = 35.0  # seconds a part is left alone, so that it is not down for most of the time


@dataclass(frozen=True, kw_only=True)
class Strike:
    what: str
    at: float  # time.time()


class Strikes:
    def __init__(self, product: Running, seed: str) -> None:
        self.done: list[Strike] = []
        self._product = product
        self._chance = Random(f"{seed}/strikes")
        self._last: dict[str, float] = {}
        self._ways: dict[str, Callable[[], None]] = {
            "worker killed": lambda: self._kill("tasks:app worker"),
            "sweep killed": lambda: self._kill("tasks:app worker", one=True),
            "web killed": lambda: self._kill("web.wsgi:app"),
            "request killed": lambda: self._kill("web.wsgi:app", one=True),
            "beat killed": lambda: self._kill("tasks:app beat"),
            "Redis killed": lambda: self._kill("valkey-server"),
            "Redis emptied": self._flush,
            "PostgreSQL stopped fast": lambda: self._postgres(signal.SIGINT),
            "PostgreSQL killed": lambda: self._postgres(signal.SIGKILL),
        }

    def strike(self) -> str:
        """One of those that rested long enough; what it was, "" where none did."""
        now = time.monotonic()
        rested = [w for w in self._ways if now - self._last.get(_part(w), -REST) >= REST]
        if not rested:
            return ""
        what = self._chance.choice(rested)
        self._last[_part(what)] = now
        self.done.append(Strike(what=what, at=time.time()))
        self._ways[what]()
        return what

    def _kill(self, word: str, *, one: bool = False) -> None:
        """All processes of a part, or only the youngest: one that works."""
        numbers = named(str(self._product.folder), word)
        for number in numbers[-1:] if one else numbers:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def _postgres(self, number: signal.Signals) -> None:
        for pid in named(str(self._product.folder), "bin/postgres -D")[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _flush(self) -> None:
        address = self._product.settings()["QUICKWIN_REDIS_URL"].removeprefix("redis+socket://")
        with suppress(RedisError, OSError), Redis(unix_socket_path=unquote(address)) as redis:
            redis.flushall()


def _part(what: str) -> str:
    return {"sweep": "worker", "request": "web"}.get(
        what.split(maxsplit=1)[0], what.split(maxsplit=1)[0]
    )
