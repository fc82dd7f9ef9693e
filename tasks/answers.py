"""What a mail server's answer means: whether it is about us, about the mail, or about the address
that the mail goes to. Pure.

Servers differ in the code they choose, so the enhanced one (RFC 3463) wins where there is one.
"""

from __future__ import annotations

import re

TEMPORARY, PERMANENT = 400, 500  # answers from here on
GOING_AWAY = 421
WANTS_LOGIN = (530, 535)
TOO_LARGE = 552
NO_SUCH_ADDRESS = (550, 551, 553)


class NotTaken(Exception):
    """The server did not take the mail; the message is its answer, or what went wrong."""


class Closed(NotTaken):
    """It takes nothing from us now, whatever it is: no mail was offered to it."""


class Later(NotTaken):
    """It may take this mail another time."""


class Never(NotTaken):
    """It will not take this mail."""


class Dead(NotTaken):
    """The address takes no mail at all."""


def to_sender(code: int, answer: bytes) -> None:
    """The answer to MAIL FROM, which says how large the mail is and nothing else about it."""
    if code < TEMPORARY:
        return
    if code == TOO_LARGE or _enhanced(answer) == "5.3.4":
        raise Never(words(code, answer))
    raise Closed(words(code, answer))


def to_recipient(code: int, answer: bytes) -> None:
    """The answer to RCPT TO. A server that does not let us send there says nothing about the
    address: to take that for a dead one would silence people for a mistake of ours."""
    if code < TEMPORARY:
        return
    if code < PERMANENT or _is_about_us(code, answer):
        raise Later(words(code, answer))
    if _is_dead(code, answer):
        raise Dead(words(code, answer))
    raise Never(words(code, answer))


def to_mail(code: int, answer: bytes) -> None:
    """The answer to DATA, and to what came after it."""
    if code < TEMPORARY:
        return
    if code < PERMANENT or code in WANTS_LOGIN:
        raise Later(words(code, answer))
    raise Never(words(code, answer))


def words(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"


def _is_about_us(code: int, answer: bytes) -> bool:
    """We are not logged in, may not relay, or spoke out of turn (503)."""
    found = _enhanced(answer)
    return (
        code in (*WANTS_LOGIN, 503)
        or found.startswith("5.7.")
        or found in ("5.1.7", "5.1.8")  # the address of the sender
        or b"relay" in answer.lower()
    )


def _is_dead(code: int, answer: bytes) -> bool:
    found = _enhanced(answer)
    if found:
        return found.startswith("5.1.") or found == "5.2.1"
    return code in NO_SUCH_ADDRESS


def _enhanced(answer: bytes) -> str:
    found = re.match(rb"\s*(5\.\d{1,3}\.\d{1,3})\b", answer)
    return found[1].decode() if found else ""
