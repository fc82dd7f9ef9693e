"""The daily mail: one for all that waited for it, to each person at an hour of theirs.

What happened until that hour passed last belongs into one mail; where one was made for it already,
what came late waits for the next day. Only what waits is looked at, however much there ever was.
What stands in it is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from sqlalchemy import ColumnElement, DateTime, Integer, Select, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from tasks.owing import message_for
from workflow import db
from workflow.models import Channel, City, Event, Notification, Person, Preference

log = structlog.get_logger(__name__)


def collect(base_url: str, at: datetime | None) -> None:
    """Make the daily mails whose hour has passed now, or at the time `at`. Any number of sweeps may
    do so at once; one that cannot be made stops no other."""
    now = at or datetime.now(UTC)
    with db.Session() as session:
        people = session.scalars(_waiting(now).with_only_columns(Person.id).distinct()).all()
    for person_id in people:
        try:
            with db.Session.begin() as session:
                _collect(session, person_id, base_url, now)
        except Exception:
            log.exception("daily mail cannot be made", person=person_id)


def _collect(session: Session, person_id: int, base_url: str, now: datetime) -> None:
    """One mail for that person, unless another sweep is at it."""
    mine = select(Person).where(Person.id == person_id)
    person = session.scalar(mine.with_for_update(skip_locked=True, key_share=True))
    if person is None:
        return
    # A statement of its own: it sees what was done before the lock was ours.
    waiting = session.scalars(
        _waiting(now)
        .where(Person.id == person_id)
        .order_by(Notification.id)
        .with_for_update(of=Notification)
    ).all()
    ended = _ended(session, person, waiting)
    for notification in ended:
        notification.channel = Channel.APP
    told = [notification for notification in waiting if notification not in ended]
    if told:
        message = message_for(person, base_url, now)
        person.digest_until = session.scalar(select(_last_hour(now)).where(Person.id == person_id))
        session.add(message)
        message.notifications = told


def _ended(
    session: Session, person: Person, waiting: Sequence[Notification]
) -> Sequence[Notification]:
    """What the person does not want in any mail any more; or nobody reads their mails."""
    if person.deactivated_at is not None:
        return waiting
    kinds = session.scalars(
        select(Preference.kind).where(
            Preference.person_id == person.id, Preference.channel == Channel.APP
        )
    ).all()
    return [notification for notification in waiting if notification.kind in kinds]


def _waiting(now: datetime) -> Select[Notification]:
    """What belongs into a daily mail that can be made now."""
    passed = _last_hour(now)
    return (
        select(Notification)
        .join(Event, Event.id == Notification.event_id)
        .join(Person, Person.id == Notification.recipient_id)
        .where(
            Notification.channel == Channel.DIGEST,
            Notification.message_row_id.is_(None),
            Notification.cancelled_at.is_(None),
            # What could be taken back has happened for good only then.
            func.coalesce(Notification.not_before, Event.at) <= passed,
            or_(Person.digest_until.is_(None), Person.digest_until < passed),
        )
    )


def _last_hour(now: datetime) -> ColumnElement[datetime]:
    """When the hour of that person passed last, in the time of the city."""
    zone = select(City.zone).scalar_subquery()
    hour = func.make_interval(0, 0, 0, 0, cast(Person.digest_hour, Integer))
    local = func.timezone(zone, literal(now, DateTime(timezone=True)))
    return func.timezone(zone, func.date_trunc("day", local - hour) + hour)
