"""An incident begins, changes or ends: it is written, stands in the chain of the city, and the
admins are told.

They hear of it after a short while only, so that what ends within it disturbs nobody; who heard
that it began hears that it is over. What it is about is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from workflow import notices
from workflow.ledger import CITY_CHAIN, append_to_city
from workflow.models import Chain, Event, Incident, NoticeKind, Notification, Post
from workflow.relations import ADMIN, in_force, local_day

GRACE = timedelta(minutes=2)


def lock(session: Session) -> None:
    """Whoever holds it alone opens and closes incidents. What is looked at afterwards is as it is
    under the lock."""
    session.scalars(select(Chain).where(Chain.id == CITY_CHAIN).with_for_update()).one()


def begin(
    session: Session, incident: Incident, action: str, data: Mapping[str, Any], *, at: datetime
) -> None:
    """It is open from its `opened_at` on, which may be before it was found; recorded under that
    action, and the admins are told."""
    session.add(incident)
    session.flush()
    change(session, incident, action, data, at=at, tell=True)


def change(
    session: Session,
    incident: Incident,
    action: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    tell: bool,
) -> None:
    """Record something of it; with `tell`, the admins hear of it too."""
    event = _record(session, incident, action, data, at)
    if tell:
        notices.tell_people(session, event, NoticeKind.INCIDENT, _admins(at), not_before=at + GRACE)


def end(
    session: Session, incident: Incident, action: str, data: Mapping[str, Any], *, at: datetime
) -> None:
    """It is over: what nobody heard yet is left unsaid, and who heard of it hears this."""
    incident.closed_at = at
    event = _record(session, incident, action, data, at)
    told = _events_of(incident).where(Notification.cancelled_at.is_(None))
    unheard = session.scalars(told.where(Notification.not_before > at).distinct()).all()
    notices.cancel(session, unheard, at=at)
    session.flush()
    heard = told.with_only_columns(Notification.recipient_id)
    admins = _admins(at)
    still = admins.where(admins.selected_columns[0].in_(heard))
    notices.tell_people(session, event, NoticeKind.INCIDENT, still)


def _record(
    session: Session, incident: Incident, action: str, data: Mapping[str, Any], at: datetime
) -> Event:
    said = {"incident": incident.id, "kind": incident.kind.value, **data}
    event = append_to_city(session, action, at=at, data=said)
    session.flush()
    return event


def _admins(at: datetime) -> Select[int]:
    post = aliased(Post)
    admins = select(post.person_id).where(post.role == ADMIN, in_force(post, local_day(at)))
    return admins.distinct()


def _events_of(incident: Incident) -> Select[int]:
    """The events of which somebody was told, once for each of those people."""
    return (
        select(Event.id)
        .select_from(Event)
        .join(Notification, Notification.event_id == Event.id)
        .where(
            Event.chain_id == CITY_CHAIN,
            Event.at >= incident.opened_at,
            Event.data["incident"].as_integer() == incident.id,
        )
    )
