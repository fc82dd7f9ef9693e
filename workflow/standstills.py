"""Incidents of the clock: nobody asks the workers to look, or no mail leaves. They are opened and
closed as `watching` finds them; who hears of it is said in `alerting`.

What is found is written only where it says something new.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import alerting, watching
from workflow.models import Incident, IncidentKind
from workflow.relations import ADMIN
from workflow.watching import Reading


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """What stands still, as people read it. `id` None: nobody has recorded it yet. `until` None: it
    still does."""

    id: int | None
    kind: IncidentKind
    since: datetime
    until: datetime | None


def recompute(session: Session, *, at: datetime) -> bool:
    """Open what stands still, and close what runs again; whether anything changed. The caller
    commits. Any number may look at once: of two that find the same one writes it."""
    if not _differs(session, at):
        return False
    alerting.lock(session)
    found, known = watching.read(session, at=at).troubles, _open(session)
    for kind, since in found.items():
        if kind not in known:
            data = {"since": since.isoformat()}
            incident = Incident(kind=kind, units=[], opened_at=since)
            alerting.begin(session, incident, "notice_standstill", data, at=at)
    for kind, incident in known.items():
        if kind not in found:
            alerting.end(session, incident, "end_standstill", {}, at=at)
    return found.keys() != known.keys()


def open_to(session: Session, roles: Collection[str], *, at: datetime) -> list[Standstill]:
    """What stands still at that moment, to whoever holds these roles; nothing for who is no admin.
    It is looked at now: where the workers stand still too, nobody has recorded it."""
    return current(watching.read(session, at=at)) if ADMIN in roles else []


def current(reading: Reading) -> list[Standstill]:
    """What stands still by that reading."""
    return [
        Standstill(id=None, kind=kind, since=since, until=None)
        for kind, since in reading.troubles.items()
    ]


def told(rows: Sequence[Incident]) -> list[Standstill]:
    """Those that were recorded."""
    return [
        Standstill(id=row.id, kind=row.kind, since=row.opened_at, until=row.closed_at)
        for row in rows
    ]


def _differs(session: Session, at: datetime) -> bool:
    return watching.read(session, at=at).troubles.keys() != _open(session).keys()


def _open(session: Session) -> Mapping[IncidentKind, Incident]:
    rows = session.scalars(
        select(Incident)
        .where(Incident.closed_at.is_(None), Incident.kind != IncidentKind.UNSTAFFED)
        .order_by(Incident.id)
        .execution_options(populate_existing=True)
    )
    return {row.kind: row for row in rows}
