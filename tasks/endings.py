"""How the attempt at a message ended, recorded right after it, in a transaction of its own.

A database that was restarted just then is waited for, since the server's answer would be lost: the
mail would be sent once more. What an answer means is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import sleep

import structlog
from sqlalchemy import (
    ColumnElement,
    DateTime,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tasks.owing import refused_since
from workflow import db
from workflow.models import Message, Person

log = structlog.get_logger(__name__)

# A claim keeps others away for so long, and whoever claimed a mail has done with it by then.
LEASE = timedelta(minutes=2)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 8 * 60))
# While the server takes nothing, it is asked again after as long as a mail has waited already.
SOONEST, LATEST = timedelta(minutes=1), timedelta(minutes=10)
LONGEST_ERROR = 500
# Sent again while it was held, a mail has begun at none already.
_ONE_LESS = func.greatest(Message.attempts - 1, 0)
# Written once, since it is sent for every mail.
_SENT = (
    update(Message)
    .where(Message.id == bindparam("message"), Message.sent_at.is_(None))
    .values(sent_at=bindparam("now"), failed_at=None, cancelled_at=None, error="")
    .execution_options(synchronize_session=False)
)
_PATIENCE = (0.1, 0.5, 1, 2, 4, 8, 8)  # seconds; with all of them the lease is not over


def sent(message: Message, at: datetime | None) -> None:
    """Taken is taken, even where another mail has found the address dead meanwhile."""
    values = {"message": message.id, "now": at or datetime.now(UTC)}
    _record(lambda session: session.execute(_SENT, values))


def not_taken(message: Message, why: str, at: datetime | None, *, for_good: bool = False) -> None:
    """Not this time; or, after the last time or a refusal for good, never."""
    now = at or datetime.now(UTC)
    ended = for_good or message.attempts > len(BACK_OFF)
    values = {
        "failed_at": now if ended else None,
        "not_before": now if ended else now + BACK_OFF[message.attempts - 1],
        "error": _short(why),
    }
    _record(
        lambda session: session.execute(
            update(Message).where(Message.id == message.id, is_open()).values(values)
        )
    )


def address_is_dead(message: Message, why: str, at: datetime | None) -> None:
    """This mail failed, and every other to that person stops, until somebody mends the address.
    Another worker may be sending one of those: it keeps the time until that one has done with it,
    so that sending it again begins no earlier."""
    now, refusal = at or datetime.now(UTC), _short(why)
    person = Person.id == message.recipient_id
    others = select(Message.id).where(Message.recipient_id == message.recipient_id, is_open())
    this = Message.id == message.id
    ended = {
        "failed_at": now,
        "error": case((this, refusal), else_=_short(refused_since(now, refusal))),
        "not_before": case((this, now), else_=func.least(Message.not_before, now + LEASE)),
    }

    def record(session: Session) -> None:
        session.execute(
            update(Person)
            .where(person, Person.mail_refused_at.is_(None))
            .values(mail_refused_at=now, mail_refusal=refusal)
        )
        ids = session.scalars(others.order_by(Message.id).with_for_update()).all()
        session.execute(update(Message).where(Message.id.in_(ids)).values(ended))

    _record(record)


def give_back(messages: Sequence[Message], at: datetime | None) -> None:
    """The server is slow and the lease is short: somebody else may begin with these at once."""
    now = at or datetime.now(UTC)
    ids = [message.id for message in messages]
    _record(
        lambda session: session.execute(
            update(Message)
            .where(Message.id.in_(ids), is_open())
            .values(attempts=_ONE_LESS, not_before=now)
        )
    )


def put_off(claimed: Sequence[Message], why: str, at: datetime | None) -> None:
    """The server takes nothing: neither these nor any other that is due were offered to it, so this
    was an attempt of none. A server that is away for a day is asked every ten minutes, and gets all
    when it is back."""
    now = at or datetime.now(UTC)
    mine = Message.id.in_([message.id for message in claimed])
    which = select(Message.id).where(is_open(), or_(mine, Message.not_before <= now))
    waited = literal(now, DateTime(timezone=True)) - Message.created_at
    pause = func.least(func.greatest(waited, SOONEST), LATEST)
    _record(
        lambda session: session.execute(
            update(Message)
            .where(Message.id.in_(which.with_for_update(skip_locked=True)))
            .values(
                attempts=case((mine, _ONE_LESS), else_=Message.attempts),
                not_before=now + pause,
                error=_short(why),
            )
        )
    )


def is_open() -> ColumnElement[bool]:
    """Neither sent nor given up; the words of the partial index."""
    return and_(
        Message.sent_at.is_(None), Message.failed_at.is_(None), Message.cancelled_at.is_(None)
    )


def _record(write: Callable[[Session], object]) -> None:
    for pause in _PATIENCE:
        try:
            with db.Session.begin() as session:
                write(session)
        except OperationalError as error:
            log.warning("end of a mail not recorded yet", why=str(error.orig))
            sleep(pause)
        else:
            return
    with db.Session.begin() as session:
        write(session)


def _short(text: str) -> str:
    return text.replace("\x00", "")[:LONGEST_ERROR]
