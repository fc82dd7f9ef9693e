"""One conversation with the mail server, with a limit of time for opening it and for each mail.

It refuses to know what is in a mail, and what becomes of one that was not taken.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from time import monotonic
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult, unquote, urlsplit

LIMIT = 10.0  # seconds
PERMANENT = 500  # an answer from here on


class NotTaken(Exception):
    """The server did not take the mail; the message is its answer, or what went wrong. It may
    take it another time, unless this is `permanent`."""

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        super().__init__(why)
        self.permanent = permanent


class Connection:
    """Opened for the first mail, and again after it broke. `url` is the setting: smtp, smtp+tls
    (STARTTLS) or smtps, with user and password where the server wants them. `name` is how we
    introduce ourselves, `limit` are the seconds for opening and for each mail. Once it cannot be
    opened, every further mail hears so at once."""

    def __init__(self, url: str, *, name: str, limit: float) -> None:
        self._url = urlsplit(url)
        self._name = name
        self._limit = limit
        self._smtp: _Limited | None = None
        self._closed_to_us = ""

    def send(self, message: EmailMessage, *, sender: str, recipient: str) -> None:
        """Returns when the server has taken the mail. Raises NotTaken."""
        smtp = self._open()
        smtp.begin()
        try:
            smtp.send_message(message, sender, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(*error.recipients[recipient]) from error
        except smtplib.SMTPDataError as error:
            smtp.close()
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            # Not this mail was refused, but we; or nobody knows where the conversation stands.
            smtp.close()
            raise NotTaken(_why(error)) from error

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

    def _open(self) -> _Limited:
        if self._smtp is not None and self._smtp.sock is not None:
            return self._smtp
        if self._closed_to_us:
            raise NotTaken(self._closed_to_us)
        try:
            self._smtp = _connect(self._url, self._name, self._limit)
        except (smtplib.SMTPException, OSError) as error:
            self._closed_to_us = _why(error)
            raise NotTaken(self._closed_to_us) from error
        return self._smtp


class _Limited(smtplib.SMTP):
    """smtplib limits each wait; here all waits since `begin` are limited together."""

    def __init__(self, *, timeout: float, **place: Any) -> None:
        self._limit = timeout
        self.begin()
        super().__init__(timeout=timeout, **place)

    def begin(self) -> None:
        self._until = monotonic() + self._limit

    def send(self, s: Any) -> None:
        self._hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        self._hurry()
        return super().getreply()

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


def _refused(code: int, answer: bytes | str) -> NotTaken:
    return NotTaken(f"{code} {_text(answer)}", permanent=code >= PERMANENT)


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
