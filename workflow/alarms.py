"""What a notification about an incident has to say to an admin.

How it is worded is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import incidents, standstills
from workflow.incidents import Told
from workflow.models import Event, Incident, IncidentKind
from workflow.standstills import Standstill


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A step that nobody can take, or what stands still; as it is now, so that it can be over."""

    incident_id: int
    what: Told | Standstill

    @property
    def over(self) -> bool:
        return self.what.until is not None


def read(session: Session, events: Mapping[int, Event]) -> Mapping[int, Alarm]:
    """What there is to say in these notifications, by their ids."""
    about = {each: event.data["incident"] for each, event in events.items()}
    if not about:
        return {}
    rows = session.scalars(select(Incident).where(Incident.id.in_(set(about.values())))).all()
    steps = [row for row in rows if row.kind is IncidentKind.UNSTAFFED]
    others = [row for row in rows if row.kind is not IncidentKind.UNSTAFFED]
    known: dict[int | None, Told | Standstill] = {
        **{one.id: one for one in incidents.told(session, steps)},
        **{one.id: one for one in standstills.told(others)},
    }
    return {each: Alarm(incident_id=which, what=known[which]) for each, which in about.items()}
