"""A mail server that behaves badly, at random and on purpose, and remembers what it took.

In a storm it answers 421, 450, 451 or 550, hangs, drops the connection in the middle of a mail, or
takes one and never says so; from time to time it is down. `accepted` is every mail that it has,
with the moment, and whether the sender heard of it: a mail of which it did not must come again, and
that is the server's doing. What the product does about it is not known here.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from random import Random
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from postbox import Postbox

HANGS = 11.0  # seconds; longer than anybody waits
DOWN = 4.0


@dataclass(frozen=True, kw_only=True)
class Accepted:
    message_id: str
    at: float  # time.time()
    heard: bool  # the sender was told


class _BadSmtp(SMTP):
    """Drops the connection after the first lines of a mail, where its server says so."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name is aiosmtpd's
        if self.event_handler.drops():
            await self.push("354 Go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class BadPostbox(Postbox):
    """Healthy until `storm` is set. `dead` are addresses that it refuses for good."""

    def __init__(self, seed: str) -> None:
        super().__init__()
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # that a line breaks is no news here
        self.storm = False
        self.dead: set[str] = set()
        self.accepted: list[Accepted] = []
        self.faults: Counter[str] = Counter()
        self._chance = Random(seed)
        self._lock = threading.Lock()
        self._down_until = 0.0

    def go_down(self) -> None:
        """Nobody gets in for some seconds."""
        self._down_until = time.monotonic() + DOWN
        self.faults["down"] += 1

    def drops(self) -> bool:
        return self._happens("dropped in DATA", 2)

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: object
    ) -> str:
        if time.monotonic() < self._down_until or self._happens("421", 2):
            server.transport.abort() if self._down_until > time.monotonic() else None
            return "421 4.3.2 Closing"
        if self._happens("hung", 0.3):
            await asyncio.sleep(HANGS)
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: object
    ) -> str:
        if self.storm and address in self.dead:
            self.faults["550"] += 1
            return "550 5.1.1 No such user here"
        for code in ("450", "451"):
            if self._happens(code, 2):
                return f"{code} 4.2.0 Try again later"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        heard = not self._happens("taken and not said", 2)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        with self._lock:
            self.accepted.append(
                Accepted(message_id=mail["Message-ID"], at=time.time(), heard=heard)
            )
        if not heard:
            server.transport.abort()
        return "250 Kept"

    def _happens(self, what: str, of_a_hundred: float) -> bool:
        if not self.storm or self._chance.uniform(0, 100) >= of_a_hundred:
            return False
        self.faults[what] += 1
        return True

    def _protocol(self) -> SMTP:
        self.connections += 1
        options: dict[str, Any] = {"hostname": "postbox", "loop": self._loop}
        return _BadSmtp(self, **options)
