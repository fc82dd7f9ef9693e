"""What a mail to an admin says about a step that nobody can take.

How it is worded is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import incidents
from workflow.calendar import Calendar
from workflow.incidents import Told
from workflow.models import City, Event, Incident, Message, Notification, Person


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """All that one such mail is made of."""

    message_id: str
    recipient_name: str
    recipient_email: str
    city: str
    demo: bool
    calendar: Calendar
    at: datetime  # when this was so
    incident: Told


def read(
    session: Session,
    message_row_ids: Sequence[int],
    city: City,
    calendar: Calendar,
    at: datetime,
) -> Mapping[int, Alarm]:
    """What there is to say in these messages, all about incidents, by the ids of their rows."""
    if not message_row_ids:
        return {}
    rows = session.execute(
        select(Message.id, Message.message_id, Person.name, Person.email, Event.data)
        .join(Notification, Notification.message_row_id == Message.id)
        .join(Event, Event.id == Notification.event_id)
        .join(Person, Person.id == Message.recipient_id)
        .where(Message.id.in_(message_row_ids), Event.quick_win_id.is_(None))
    ).all()
    which = select(Incident).where(Incident.id.in_([row.data["incident"] for row in rows]))
    told = {one.id: one for one in incidents.told(session, session.scalars(which).all())}
    return {
        row.id: Alarm(
            message_id=row.message_id,
            recipient_name=row.name,
            recipient_email=row.email,
            city=city.name,
            demo=city.demo,
            calendar=calendar,
            at=at,
            incident=told[row.data["incident"]],
        )
        for row in rows
    }
