"""What somebody was told, as the application lists it: how much is unread, page by page, and what
was read. It comes here whatever they chose for their mails; what it says is read in `notice`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select, update
from sqlalchemy.orm import Session

from workflow import keyset
from workflow.errors import NotFound
from workflow.keyset import MAX_KEY, Keys, Page
from workflow.models import NoticeKind, Notification, Person

PAGE = 30


def listed(
    session: Session,
    person: Person,
    *,
    at: datetime,
    kind: NoticeKind | None = None,
    unread: bool = False,
    after: str = "",
    before: str = "",
) -> Page:
    """A page of the ids of what the person was told, the newest first; of that kind alone, or only
    what is unread."""
    found = select(Notification).where(_told(person.id, at))
    if kind is not None:
        found = found.where(Notification.kind == kind)
    if unread:
        found = found.where(Notification.read_at.is_(None))
    keys = Keys(name="notifications", columns=(Notification.id.expression,), descending=True)
    return keyset.page(session, found, keys, PAGE, after=after, before=before)


def unread_of(person_id: int, at: datetime, *, limit: int) -> ScalarSelect[int]:
    """How many are unread, counted up to `limit`: a part of another statement."""
    unread = (
        select(Notification.id)
        .where(_told(person_id, at), Notification.read_at.is_(None))
        .limit(limit)
    )
    return select(func.count()).select_from(unread.subquery()).scalar_subquery()


def mark_read(
    session: Session, person: Person, notification_id: int, *, at: datetime
) -> Notification:
    """That one is read, since the first time; it is given back. Raises NotFound for what the person
    was not told. The caller commits."""
    found = None
    if notification_id <= MAX_KEY:
        which = (Notification.id == notification_id, _told(person.id, at))
        found = session.scalar(select(Notification).where(*which).with_for_update())
    if found is None:
        raise NotFound
    found.read_at = found.read_at or at
    return found


def mark_all_read(session: Session, person: Person, newest: int, *, at: datetime) -> int:
    """All up to that one, which was the newest that the person saw; how many were not. The caller
    commits."""
    marked = (
        update(Notification)
        .where(
            _told(person.id, at),
            Notification.read_at.is_(None),
            Notification.id <= min(newest, MAX_KEY),
        )
        .values(read_at=at)
    )
    return len(session.scalars(marked.returning(Notification.id)).all())


def _told(person_id: int, at: datetime) -> ColumnElement[bool]:
    """What that person has been told by now: nothing that was taken back, nor what still can be."""
    return and_(
        Notification.recipient_id == person_id,
        Notification.cancelled_at.is_(None),
        or_(Notification.not_before.is_(None), Notification.not_before <= at),
    )
