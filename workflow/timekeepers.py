"""Changes of the city's time: by its admins, or by the operators, who are nobody; one at a time.

What they change is not known here, and how what is due follows, in `rescheduling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.language import N_, Sentence
from workflow.models import City, Event, NoticeKind, Notification, Person
from workflow.queries import check_admin


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A Quick Win that is due at another time now."""

    quick_win_id: int
    number: str
    before: datetime
    after: datetime


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What a change of time brings: the Quick Wins that it moves, the most urgent first, how many
    people are told of it, and how many of these because it is their turn on one that moved."""

    moved: Sequence[Moved] = ()
    told: int = 0
    concerned: int = 0


def check_timekeeper(session: Session, by: Person | None, *, at: datetime) -> None:
    """Raises Forbidden for somebody who is no admin."""
    refusal = Sentence(N_("Only an admin changes the calendar and the hours of the city."))
    check_admin(session, by, refusal, at=at)


def begin_change(session: Session, by: Person | None, *, at: datetime) -> City:
    """The city, locked, so that of two changes one waits for the other and sees it. Raises
    Forbidden for somebody who is no admin."""
    check_timekeeper(session, by, at=at)
    return session.scalars(
        select(City).with_for_update().execution_options(populate_existing=True)
    ).one()


def followed_by(session: Session, event: Event) -> Followed:
    """What the change of time brought that this event of the city tells."""
    moved = [
        Moved(
            quick_win_id=one["quick_win"],
            number=one["number"],
            before=datetime.fromisoformat(one["from"]),
            after=datetime.fromisoformat(one["to"]),
        )
        for one in event.data["moved"]
    ]
    theirs = Notification.kind == NoticeKind.DATES
    told, concerned = session.execute(
        select(func.count(), func.count().filter(theirs)).where(Notification.event_id == event.id)
    ).one()
    return Followed(
        moved=sorted(moved, key=lambda one: (one.after, one.number)),
        told=told,
        concerned=concerned,
    )
