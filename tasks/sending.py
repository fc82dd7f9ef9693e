"""Send the messages that are due, over one conversation with the mail server.

A message is claimed for two minutes before it is sent and its end is recorded right after, each in
a transaction of its own, and no lock is held in between. A worker that is killed between the
server's answer and the record sends that one mail twice; none is lost. It refuses to know what a
mail says, and how its end is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload

from tasks import batch, endings
from tasks.answers import Closed, Dead, Never, NotTaken
from tasks.batch import Batch
from tasks.endings import BACK_OFF, LEASE, is_open
from tasks.mail import compose, mail_host, sender_address
from tasks.smtp import LIMIT, Connection
from workflow import db
from workflow.models import Message
from workflow.settings import Settings

log = structlog.get_logger(__name__)

BATCH = 50
# No mail is begun later than this after its claim: what is begun ends within the lease.
BEGIN_WITHIN = 60.0


def send(settings: Settings, at: datetime | None, *, until: float) -> None:
    """Send what is due now, or at the time `at`, batch by batch until nothing is left, the server
    takes nothing from us, or that moment of the monotonic clock is past."""
    name = mail_host(settings.base_url)
    with Connection(settings.smtp_url, name=name, limit=LIMIT) as connection:
        while (claimed := _claim(at)) is not None:
            try:
                _send_batch(connection, claimed, settings, at)
            except Closed:
                break
            if monotonic() >= until:
                break


def _claim(at: datetime | None) -> list[Message] | None:
    """Take a batch of what is due, for the time of the lease; None where nothing is."""
    now = at or datetime.now(UTC)
    claimed = []
    with db.Session.begin() as session:
        due = session.scalars(
            select(Message)
            .where(is_open(), Message.not_before <= now)
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


def _send_batch(
    connection: Connection, claimed: Sequence[Message], settings: Settings, at: datetime | None
) -> None:
    """Send them one after the other. Raises Closed where the server takes no more."""
    begun = monotonic()
    try:
        with db.Session() as session:
            read = batch.read(session, [m.id for m in claimed], at or datetime.now(UTC))
    except DBAPIError:
        raise
    except Exception as error:
        log.exception("mails cannot be read", messages=[message.id for message in claimed])
        _send_apart(connection, claimed, error, settings, at)
        return
    dead: set[int] = set()
    for position, message in enumerate(claimed):
        if monotonic() - begun > BEGIN_WITHIN:
            endings.give_back(claimed[position:], at)
            break
        if message.recipient_id in dead:
            continue
        try:
            _send(connection, read, message, settings, at)
        except Dead:
            dead.add(message.recipient_id)
        except Closed as why:
            log.warning("mail server takes nothing", why=str(why))
            endings.put_off(claimed[position:], str(why), at)
            raise


def _send_apart(
    connection: Connection,
    claimed: Sequence[Message],
    error: Exception,
    settings: Settings,
    at: datetime | None,
) -> None:
    """Of those that cannot be read together each is tried alone, so that only the one at fault
    waits. Raises Closed."""
    if len(claimed) > 1:
        for message in claimed:
            _send_batch(connection, [message], settings, at)
        return
    endings.not_taken(claimed[0], f"{type(error).__name__}: {error}", at)


def _send(
    connection: Connection,
    read: Batch,
    message: Message,
    settings: Settings,
    at: datetime | None,
) -> None:
    """Send one and record how it ended, whatever happens to it. Raises Closed, where nothing
    happened to it, and Dead."""
    try:
        mail = compose(
            read.letter(message, settings.base_url), message.message_id, settings.base_url
        )
        sender = sender_address(settings.base_url)
        connection.send(mail, sender=sender, recipient=message.recipient.email)
    except Closed:
        raise
    except Dead as error:
        _note(message, error)
        endings.address_is_dead(message, str(error), at)
        raise
    except NotTaken as error:
        _note(message, error)
        endings.not_taken(message, str(error), at, for_good=isinstance(error, Never))
    except Exception as error:
        log.exception("mail cannot be made", message=message.id, attempt=message.attempts)
        endings.not_taken(message, f"{type(error).__name__}: {error}", at)
    else:
        log.info("mail sent", message=message.id, attempt=message.attempts)
        endings.sent(message, at)


def _note(message: Message, why: NotTaken) -> None:
    log.warning("mail not taken", message=message.id, attempt=message.attempts, why=str(why))
