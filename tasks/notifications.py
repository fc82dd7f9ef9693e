"""Deliver what is owed: notifications become messages, messages become mails.

A message is claimed for two minutes before it is sent and its end is recorded right after, each in
a transaction of its own, and no lock is held in between. A worker that is killed between the
server's answer and the record sends that one mail twice; none is lost. It refuses to know what a
mail says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import joinedload

from tasks import DELIVER_EVERY, app, batch, heartbeat
from tasks.batch import Batch
from tasks.mail import compose, mail_host, new_message_id, sender_address
from tasks.smtp import LIMIT, Connection, NotTaken
from workflow import db
from workflow.models import Channel, Message, Notification
from workflow.settings import Settings, load

log = structlog.get_logger(__name__)

BATCH = 25
LONGEST_ERROR = 500
LEASE = timedelta(minutes=2)
# No mail is begun later than this after its claim: what is begun ends within the lease.
BEGIN_WITHIN = 60.0
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 8 * 60))


@app.task
def deliver(at: datetime | None = None) -> None:
    """Send what is owed now, or at the time `at`. Any number of sweeps may run at once.

    Ends when nothing is left or the next sweep is due, so that all workers share a backlog.
    """
    begun = monotonic()
    settings = load("smtp_url", "base_url")
    with db.Session.begin() as session:
        heartbeat.note(session, at or datetime.now(UTC))
    for step in (_make_messages, _send_batch):
        while step(settings, at) and monotonic() - begun < DELIVER_EVERY:
            continue


def _make_messages(settings: Settings, at: datetime | None) -> bool:
    """A message for each notification that has none, for one batch; whether there were any."""
    with db.Session.begin() as session:
        now = at or datetime.now(UTC)
        # The condition is one of the locked row itself, so it is looked at again under the lock.
        owed = session.scalars(
            select(Notification)
            .where(
                Notification.message_row_id.is_(None),
                Notification.cancelled_at.is_(None),
                Notification.channel == Channel.MAIL,
                or_(Notification.not_before.is_(None), Notification.not_before <= now),
            )
            .order_by(Notification.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for notification in owed:
            notification.message = Message(
                recipient_id=notification.recipient_id,
                message_id=new_message_id(settings.base_url),
                created_at=now,
                not_before=now,
            )
    return bool(owed)


def _send_batch(settings: Settings, at: datetime | None) -> bool:
    """Send one batch of what is due; whether anything was."""
    begun = monotonic()
    claimed = _claim(at)
    if claimed is None:
        return False
    with db.Session() as session:
        read = batch.read(session, [m.id for m in claimed], at or datetime.now(UTC))
    name = mail_host(settings.base_url)
    with Connection(settings.smtp_url, name=name, limit=LIMIT) as connection:
        for position, message in enumerate(claimed):
            if monotonic() - begun > BEGIN_WITHIN:
                _give_back(claimed[position:], at)
                break
            _send(connection, read, message, settings, at)
    return True


def _claim(at: datetime | None) -> list[Message] | None:
    """Take a batch of what is due, for the time of the lease; None where nothing is."""
    now = at or datetime.now(UTC)
    claimed = []
    with db.Session.begin() as session:
        due = session.scalars(
            select(Message)
            .where(_open(), Message.not_before <= now)
            .order_by(Message.not_before, Message.id)
            .limit(BATCH)
            .options(joinedload(Message.recipient, innerjoin=True))
            .with_for_update(of=Message, skip_locked=True)
        ).all()
        for message in due:
            if message.recipient.deactivated_at is not None:
                message.cancelled_at = now
            elif message.attempts > len(BACK_OFF):
                # Its last worker never came back: do not let it take down one after the other.
                message.failed_at, message.error = now, "no worker survived sending it"
            else:
                message.attempts += 1
                message.not_before = now + LEASE
                claimed.append(message)
    return claimed if due else None


def _send(
    connection: Connection,
    read: Batch,
    message: Message,
    settings: Settings,
    at: datetime | None,
) -> None:
    """Send one and record how it ended, whatever happens to it."""
    recipient = message.recipient
    try:
        letter = read.letter(message, settings.base_url)
        mail = compose(letter, message.message_id, settings.base_url)
        sender = sender_address(settings.base_url)
        connection.send(mail, sender=sender, recipient=recipient.email)
    except NotTaken as error:
        log.warning("mail not taken", message=message.id, attempt=message.attempts, why=str(error))
        _record_failure(message, str(error), at=at, permanent=error.permanent)
    except Exception as error:
        log.exception("mail cannot be made", message=message.id, attempt=message.attempts)
        _record_failure(message, f"{type(error).__name__}: {error}", at=at)
    else:
        log.info("mail sent", message=message.id, attempt=message.attempts)
        _record(message, sent_at=at or datetime.now(UTC), error="")


def _record_failure(
    message: Message, why: str, *, at: datetime | None, permanent: bool = False
) -> None:
    """Not this time; or, after the last time or a refusal for good, never."""
    now = at or datetime.now(UTC)
    error = why.replace("\x00", "")[:LONGEST_ERROR]
    if permanent or message.attempts > len(BACK_OFF):
        _record(message, failed_at=now, error=error)
    else:
        _record(message, not_before=now + BACK_OFF[message.attempts - 1], error=error)


def _record(message: Message, **values: datetime | str) -> None:
    with db.Session.begin() as session:
        session.execute(update(Message).where(Message.id == message.id, _open()).values(values))


def _give_back(messages: Sequence[Message], at: datetime | None) -> None:
    """The server is slow and the lease is short: somebody else may begin with these at once."""
    with db.Session.begin() as session:
        session.execute(
            update(Message)
            .where(Message.id.in_([message.id for message in messages]), _open())
            .values(attempts=Message.attempts - 1, not_before=at or datetime.now(UTC))
        )


def _open() -> ColumnElement[bool]:
    """Neither sent nor given up; the words of the partial index."""
    return and_(
        Message.sent_at.is_(None), Message.failed_at.is_(None), Message.cancelled_at.is_(None)
    )
