"""Taking back an act inside its window: the visit it ended goes on, and nobody is told of it.

Whether it may be taken back is decided in `rights`; that it was, is an event like every other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import deadlines, notices
from workflow.calendar import Calendar
from workflow.deadlines import Clock
from workflow.definition import Transition
from workflow.errors import Unmet
from workflow.guards import GUARDS
from workflow.models import Event, Json, QuickWin


def remembered(quick_win: QuickWin) -> Json:
    """The visit that is about to end, as `taken_back` needs it."""
    return {
        "state": quick_win.state,
        "visit": quick_win.visit,
        "since": quick_win.since.isoformat(),
        "came_from": quick_win.came_from,
        "due_at": quick_win.due_at.isoformat() if quick_win.due_at else None,
    }


def taken_back(
    session: Session, quick_win: QuickWin, row: Transition, event: Event, calendar: Calendar
) -> tuple[Json, Clock]:
    """The visit that goes on, as columns of the Quick Win, and its clock; nobody is told any more
    of the act before `event`. Raises Unmet if there is nothing to go back to, or a mail is on its
    way."""
    before = quick_win.visit_before
    if before is None or row.to != before["state"] or not _cancelled(session, event):
        raise Unmet(GUARDS["undo_open"].rule)
    since = datetime.fromisoformat(before["since"])
    due_at = before["due_at"] and datetime.fromisoformat(before["due_at"])
    visit = before["visit"]
    clock = deadlines.resumed(
        quick_win, before["state"], calendar, visit=visit, since=since, due_at=due_at
    )
    return {
        "visit": visit,
        "came_from": before["came_from"],
        "since": since,
        "visit_before": None,
        "version": quick_win.version + 1,
    }, clock


def _cancelled(session: Session, event: Event) -> bool:
    undone = session.scalars(
        select(Event.id)
        .where(Event.chain_id == event.chain_id, Event.seq < event.seq)
        .order_by(Event.seq.desc())
        .limit(1)
    ).one()
    return notices.cancel(session, undone, at=event.at)
