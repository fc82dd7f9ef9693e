"""A mail server for the tests: it keeps what it takes, and answers as a test wants.

By the recipient's address: `answers` an SMTP answer to it ("550 No such user"), `answers_to_mail`
one to the mail itself, `hang` no answer until `release`, `drop` none at all, the line is cut.
`to_sender` is the answer to every mail that begins; `most` how many it takes in one
conversation; `pause` are seconds before it answers to any address. What it takes is in `mails`, in
order.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session


def body(mail: EmailMessage, kind: str = "plain") -> str:
    """The text of a mail, "plain" or "html", with lines as we have them."""
    part = mail.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


class Postbox:
    """Listens on a free port of loopback from `start` to `stop`, on the same one each time."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.answers_to_mail: dict[str, str] = {}
        self.to_sender = "250 OK"
        self.hang: set[str] = set()
        self.drop: set[str] = set()
        self.pause = 0.0
        self.most = sys.maxsize
        self.port = 0
        self.connections = 0
        self._tls, self._options = tls, options
        self._changed = threading.Condition()
        self._hanging = 0
        self._taken: Counter[Session] = Counter()
        self._loop = asyncio.new_event_loop()
        self._released = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._do(self._serve())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait(self, count: int, limit: float = 10.0) -> list[EmailMessage]:
        """The mails, as soon as there are `count`; AssertionError after `limit` seconds."""
        self._wait(lambda: len(self.mails) >= count, limit)
        return self.mails

    def wait_hanging(self, limit: float = 10.0) -> None:
        """Returns when a sender is waiting for an answer."""
        self._wait(lambda: self._hanging > 0, limit)

    def release(self) -> None:
        """Answer those who wait, and nobody waits any more."""
        self._loop.call_soon_threadsafe(self._released.set)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"].addresses[0].addr_spec == address]

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        await asyncio.sleep(self.pause)
        if self._taken[session] >= self.most:
            return "421 4.7.0 Enough for one conversation"
        if self.to_sender.startswith("2"):
            envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        await asyncio.sleep(self.pause)
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        if self.drop.intersection(envelope.rcpt_tos):
            assert server.transport is not None
            server.transport.abort()
            return "451 Nobody hears this"
        if self.hang.intersection(envelope.rcpt_tos) and not self._released.is_set():
            await self._hang()
        for address in envelope.rcpt_tos:
            if address in self.answers_to_mail:
                return self.answers_to_mail[address]
        self._taken[session] += 1
        with self._changed:
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self._changed.notify_all()
        return "250 Kept"

    async def _hang(self) -> None:
        self._count_hanging(1)
        try:
            await self._released.wait()
        finally:  # also when the sender gives up and goes
            self._count_hanging(-1)

    def _count_hanging(self, change: int) -> None:
        with self._changed:
            self._hanging += change
            self._changed.notify_all()

    def _wait(self, condition: Callable[[], bool], limit: float) -> None:
        with self._changed:
            met = self._changed.wait_for(condition, limit)
        assert met, f"{len(self.mails)} mails and {self._hanging} senders after {limit} seconds"

    async def _serve(self) -> asyncio.Server:
        return await self._loop.create_server(self._protocol, "127.0.0.1", self.port, ssl=self._tls)

    async def _end(self) -> None:
        self._server.close()
        await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(self, hostname="postbox", loop=self._loop, **self._options)

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
