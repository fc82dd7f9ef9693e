"""Whether everything runs: what is owed, what left, what failed, what is late, and when the clock
was last alive. Read from our own tables in one statement, for pages, figures and alarms alike.

Who is told, and what is done about it, is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from workflow.models import (
    Channel,
    Checkpoint,
    City,
    DueRow,
    Event,
    Heartbeat,
    Incident,
    IncidentKind,
    Message,
    Notification,
    PeriodStep,
    Person,
)

BEAT_LATE = timedelta(seconds=60)  # it asks for a sweep every 3 seconds
MAIL_STUCK = timedelta(minutes=15)
# Twice the time between two sweeps: what is done in the next one is not late.
DUE_OVERDUE = timedelta(seconds=30)
STEP_OVERDUE = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How things stand at the moment `at`. Of what there is nothing, there is no oldest: None."""

    at: datetime
    beat: datetime | None  # the last sign of life of the clock
    owed: int  # mails: messages on their way, and notifications that no sweep has taken up
    owed_since: datetime | None  # the oldest of them
    stuck_since: datetime | None  # the oldest of them that waits because nothing leaves
    sent_today: int  # in the city's day
    last_sent: datetime | None
    failed: int  # mails that nobody tries any more
    for_digest: int  # notifications
    refused: int  # addresses that take no mail
    overdue: int  # due rows
    overdue_since: datetime | None
    steps_overdue: int  # of periods
    steps_overdue_since: datetime | None
    signed: datetime | None  # the last checkpoint
    unstaffed: int  # open incidents of steps

    @property
    def troubles(self) -> dict[IncidentKind, datetime]:
        """What stands still, and since when."""
        found = {}
        if self.beat is not None and self.at - self.beat > BEAT_LATE:
            found[IncidentKind.BEAT_LATE] = self.beat
        if self.stuck_since is not None:
            found[IncidentKind.MAIL_STUCK] = self.stuck_since
        return found


def read(session: Session, *, at: datetime) -> Reading:
    """One statement, whose cost follows what is open, not what ever was."""
    row = session.execute(_statement(at)).one()._asdict()
    return Reading(at=at, **{each.name: row[each.name] for each in fields(Reading)[1:]})


def failed() -> ColumnElement[bool]:
    """A mail that nobody tries any more."""
    return Message.failed_at.is_not(None)


def refused() -> ColumnElement[bool]:
    """Somebody whose address takes no mail; a closed account gets none anyway."""
    return and_(Person.mail_refused_at.is_not(None), Person.deactivated_at.is_(None))


def overdue(at: datetime) -> ColumnElement[bool]:
    """A due row that two sweeps did not do."""
    return and_(DueRow.done_at.is_(None), DueRow.due_at <= at - DUE_OVERDUE)


def step_overdue(at: datetime) -> ColumnElement[bool]:
    """A step of a period that two sweeps did not do."""
    return and_(PeriodStep.done_at.is_(None), PeriodStep.due_at <= at - STEP_OVERDUE)


def _statement(at: datetime) -> Select[Any]:
    owed, last = _owed(at).subquery(), select(func.max(Message.sent_at))
    today = func.timezone(City.zone, func.date_trunc("day", func.timezone(City.zone, _moment(at))))
    midnight = select(today).scalar_subquery()
    columns = {
        "beat": select(func.max(Heartbeat.at)),
        "owed": select(func.count()).select_from(owed),
        "owed_since": select(func.min(owed.c.since)),
        "stuck_since": _stuck_since(owed, last.scalar_subquery(), at),
        "sent_today": _count(Message.id, Message.sent_at >= midnight),
        "last_sent": last,
        "failed": _count(Message.id, failed()),
        "for_digest": _count(
            Notification.id, Notification.channel == Channel.DIGEST, *_unclaimed()
        ),
        "refused": _count(Person.id, refused()),
        "overdue": _count(DueRow.id, overdue(at)),
        "overdue_since": select(func.min(DueRow.due_at)).where(overdue(at)),
        "steps_overdue": _count(PeriodStep.id, step_overdue(at)),
        "steps_overdue_since": select(func.min(PeriodStep.due_at)).where(step_overdue(at)),
        "signed": select(func.max(Checkpoint.at)),
        "unstaffed": _count(
            Incident.id, Incident.closed_at.is_(None), Incident.kind == IncidentKind.UNSTAFFED
        ),
    }
    return select(*(each.scalar_subquery().label(name) for name, each in columns.items()))


def _owed(at: datetime) -> Any:
    """Each mail that is owed: since when, to whom, and how often the server was offered it. What
    can still be taken back is not owed yet."""
    on_its_way = select(
        Message.created_at.label("since"), Message.recipient_id, Message.attempts
    ).where(Message.sent_at.is_(None), Message.failed_at.is_(None), Message.cancelled_at.is_(None))
    not_before = func.coalesce(Notification.not_before, Event.at)
    not_taken_up = (
        select(not_before.label("since"), Notification.recipient_id, literal(0))
        .join(Event, Event.id == Notification.event_id)
        .where(Notification.channel == Channel.MAIL, *_unclaimed(), not_before <= at)
    )
    return on_its_way.union_all(not_taken_up)


def _stuck_since(owed: Any, last_sent: Any, at: datetime) -> Select[datetime | None]:
    """The oldest of those that wait for long, while nothing left that came to be owed with them or
    later. One person alone whom the server refused again and again has a bad address; more of them,
    or one that it never got, and nothing leaves. One attempt is no answer yet: it may be under way.
    """
    alone = and_(func.count(owed.c.recipient_id.distinct()) == 1, func.min(owed.c.attempts) > 1)
    return select(case((not_(alone), func.min(owed.c.since)))).where(
        owed.c.since < at - MAIL_STUCK, or_(last_sent.is_(None), owed.c.since > last_sent)
    )


def _unclaimed() -> tuple[ColumnElement[bool], ...]:
    return Notification.message_row_id.is_(None), Notification.cancelled_at.is_(None)


def _count(key: Any, *conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count(key)).where(*conditions)


def _moment(at: datetime) -> ColumnElement[datetime]:
    return literal(at, DateTime(timezone=True))
