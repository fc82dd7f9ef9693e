"""What admins do about mails that failed: send them again, and try an address again that was
refused. Who pressed is recorded in the chain of the city.

How mails are sent, and when one has failed, is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.keyset import MAX_KEY
from workflow.language import N_, Sentence
from workflow.ledger import append_to_city
from workflow.models import Message, Person
from workflow.queries import check_admin


def send_again(
    session: Session, message_ids: Sequence[int] | None, by: Person, *, at: datetime
) -> int:
    """Let those mails that failed begin anew, or all there are (None); how many did. An address
    that was refused is tried again with them. What was sent, or is being sent, is not sent twice.
    The caller commits.

    Raises Forbidden for whoever is no admin.
    """
    _check_admin(session, by, at)
    which = select(Message).where(Message.failed_at.is_not(None))
    if message_ids is not None:
        which = which.where(Message.id.in_([each for each in message_ids if each <= MAX_KEY]))
    failed = session.scalars(which.order_by(Message.id).with_for_update(skip_locked=True)).all()
    for message in failed:
        # Where it failed with others, a worker may be sending it until then.
        message.failed_at, message.not_before = None, max(message.not_before, at)
        message.attempts, message.error = 0, ""
    if failed:
        _accept(session, {message.recipient_id for message in failed})
        _record(session, "send_again", by, at, messages=[message.id for message in failed])
    return len(failed)


def mend_address(session: Session, person_id: int, by: Person, *, at: datetime) -> Person:
    """Try the address of that person again, and send what failed since it was refused. The caller
    commits. Raises Forbidden for whoever is no admin, and NotFound."""
    _check_admin(session, by, at)
    if person_id > MAX_KEY or (person := session.get(Person, person_id)) is None:
        raise NotFound
    if person.mail_refused_at is not None:
        lost = select(Message.id).where(
            Message.recipient_id == person.id, Message.failed_at >= person.mail_refused_at
        )
        # The chain of the city is locked last, as by everybody who changes a person.
        send_again(session, session.scalars(lost).all(), by, at=at)
        _accept(session, {person.id})
        _record(session, "mend_address", by, at, person=person.id)
    return person


def _accept(session: Session, person_ids: set[int]) -> None:
    session.flush()
    session.execute(
        update(Person)
        .where(Person.id.in_(person_ids), Person.mail_refused_at.is_not(None))
        .values(mail_refused_at=None, mail_refusal="")
    )


def _check_admin(session: Session, by: Person, at: datetime) -> None:
    check_admin(session, by, Sentence(N_("Only an admin sends mails again.")), at=at)


def _record(
    session: Session, action: str, by: Person, at: datetime, **data: int | list[int]
) -> None:
    append_to_city(session, action, at=at, actor_id=by.id, actor_name=by.name, data=data)
