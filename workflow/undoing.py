"""Taking back an act inside its window: the visit it ended goes on, and nobody is told of it.

Whether it may be taken back is decided in `rights`; that it was, is an event like every other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import deadlines, notices
from workflow.definition import Transition
from workflow.errors import Unmet
from workflow.guards import GUARDS
from workflow.models import Event, Json, QuickWin


def remembered(quick_win: QuickWin) -> Json:
    """The visit that is about to end, as `take_back` needs it."""
    return {
        "state": quick_win.state,
        "visit": quick_win.visit,
        "since": quick_win.since.isoformat(),
        "came_from": quick_win.came_from,
        "due_at": quick_win.due_at.isoformat() if quick_win.due_at else None,
    }


def take_back(session: Session, quick_win: QuickWin, row: Transition, event: Event) -> None:
    """Undo what the act before `event` did to notices, clock and visit; the state is set by the
    machine. Raises Unmet if there is nothing to go back to, or a mail is on its way."""
    before = quick_win.visit_before
    if before is None or row.to != before["state"] or not _cancelled(session, event):
        raise Unmet(GUARDS["undo_open"].rule)
    since = datetime.fromisoformat(before["since"])
    due_at = before["due_at"] and datetime.fromisoformat(before["due_at"])
    deadlines.resume(
        session, quick_win, before["state"], visit=before["visit"], since=since, due_at=due_at
    )
    quick_win.visit, quick_win.came_from = before["visit"], before["came_from"]
    quick_win.since = since
    quick_win.visit_before = None
    quick_win.version += 1


def _cancelled(session: Session, event: Event) -> bool:
    undone = session.scalars(
        select(Event.id)
        .where(Event.chain_id == event.chain_id, Event.seq < event.seq)
        .order_by(Event.seq.desc())
        .limit(1)
    ).one()
    return notices.cancel(session, undone, at=event.at)
