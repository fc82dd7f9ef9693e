"""Changes of the city's time: by its admins, or by the operators, who are nobody; one at a time.

What they change is not known here, and how what is due follows, in `rescheduling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.language import N_, Sentence
from workflow.models import City, Event, Person
from workflow.queries import check_admin


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A Quick Win that is due at another time now."""

    quick_win_id: int
    number: str
    before: datetime
    after: datetime


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


def moved_by(event: Event) -> Sequence[Moved]:
    """What the change of time moved that this event of the city tells."""
    return [
        Moved(
            quick_win_id=one["quick_win"],
            number=one["number"],
            before=datetime.fromisoformat(one["from"]),
            after=datetime.fromisoformat(one["to"]),
        )
        for one in event.data["moved"]
    ]
