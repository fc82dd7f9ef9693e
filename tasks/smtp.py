"""One conversation with the mail server, with a limit of time for opening it and for each mail.

What its answers mean is said in `answers`. It refuses to know what is in a mail, and what becomes
of one that was not taken.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult, unquote, urlsplit

from tasks import answers
from tasks.answers import Closed, Later, NotTaken, words

LIMIT = 10.0  # seconds


class Connection:
    """Opened for the first mail, and again after it broke. `url` is the setting: smtp, smtp+tls
    (STARTTLS) or smtps, with user and password where the server wants them. `name` is how we
    introduce ourselves, `limit` are the seconds for opening and for each mail."""

    def __init__(self, url: str, *, name: str, limit: float) -> None:
        self._url = urlsplit(url)
        self._name = name
        self._limit = limit
        self._smtp: _Limited | None = None

    def send(self, mail: bytes, *, sender: str, recipient: str) -> None:
        """Returns when the server has taken the mail, whose lines end in CRLF. Raises what became
        of it otherwise: one of the kinds of NotTaken."""
        smtp = self._begun(sender, len(mail))
        try:
            answers.to_recipient(*smtp.rcpt(recipient))
            answers.to_mail(*_data(smtp, mail))
        except NotTaken:
            self._end_mail(smtp)
            raise
        except (smtplib.SMTPException, OSError) as error:
            # Nobody knows where the conversation stands.
            smtp.close()
            raise Later(_why(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if self._smtp is not None and self._smtp.sock is not None:
            self._smtp.begin()
            # What was taken is taken, whatever becomes of our goodbye.
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._smtp.close()

    def _begun(self, sender: str, size: int) -> _Limited:
        """A conversation in which the next word is the recipient's. Some servers end one that has
        taken many mails: then a new one is opened, once."""
        used = self._open_already()
        try:
            return self._begin(used or self._open(), sender, size)
        except Closed:
            if used is None or self._open_already():
                raise
        return self._begin(self._open(), sender, size)

    def _begin(self, smtp: _Limited, sender: str, size: int) -> _Limited:
        smtp.begin()
        try:
            answers.to_sender(*smtp.mail(sender, [f"size={size}"] if smtp.has_extn("size") else ()))
        except NotTaken:
            self._end_mail(smtp)
            raise
        except (smtplib.SMTPException, OSError) as error:
            smtp.close()
            raise Closed(_why(error)) from error
        return smtp

    def _open_already(self) -> _Limited | None:
        return self._smtp if self._smtp is not None and self._smtp.sock is not None else None

    def _open(self) -> _Limited:
        try:
            self._smtp = _connect(self._url, self._name, self._limit)
        except (smtplib.SMTPException, OSError) as error:
            raise Closed(_why(error)) from error
        return self._smtp

    def _end_mail(self, smtp: _Limited) -> None:
        """The next mail can begin, or the conversation is over."""
        try:
            going = not smtp.going_away and smtp.rset()[0] < answers.TEMPORARY
        except (smtplib.SMTPException, OSError):
            going = False
        if not going:
            smtp.close()


class _Limited(smtplib.SMTP):
    """smtplib limits each wait; here all waits since `begin` are limited together."""

    def __init__(self, *, timeout: float, **place: Any) -> None:
        self._limit = timeout
        self.going_away = False  # the server said so
        self.begin()
        super().__init__(timeout=timeout, **place)

    def begin(self) -> None:
        self._until = monotonic() + self._limit

    def send(self, s: Any) -> None:
        self._hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        self._hurry()
        code, answer = super().getreply()
        self.going_away = code == answers.GOING_AWAY
        return code, answer

    def _hurry(self) -> None:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError(f"not done within {self._limit:g} seconds")
        if self.sock is not None:
            self.sock.settimeout(left)


class _LimitedTls(_Limited, smtplib.SMTP_SSL):
    pass


def _connect(url: SplitResult, name: str, limit: float) -> _Limited:
    """An open conversation: greeted, encrypted and logged in as the address says."""
    place: dict[str, Any] = {
        "host": url.hostname or "",
        "port": url.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[url.scheme],
        "local_hostname": name,
        "timeout": limit,
    }
    if url.scheme == "smtps":
        smtp: _Limited = _LimitedTls(**place, context=ssl.create_default_context())
    else:
        smtp = _Limited(**place)
    try:
        if url.scheme == "smtp+tls":
            smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
        if url.username:
            smtp.login(unquote(url.username), unquote(url.password or ""))
    except (smtplib.SMTPException, OSError):
        smtp.close()
        raise
    return smtp


def _data(smtp: _Limited, mail: bytes) -> tuple[int, bytes]:
    """The answer to the mail, or to the wish to send one."""
    try:
        return smtp.data(mail)
    except smtplib.SMTPDataError as error:
        answer = error.smtp_error
        return error.smtp_code, answer if isinstance(answer, bytes) else answer.encode()


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return words(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__
