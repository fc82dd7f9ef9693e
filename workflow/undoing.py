"""Taking back an act inside its window: the visit it ended goes on, and nobody is told of it.

Whether it may be taken back is decided in `rights`; that it was, is an event like every other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import deadlines, notices
from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.definition import Transition
from workflow.errors import Unmet
from workflow.facts import closes_window
from workflow.guards import GUARDS
from workflow.models import Event, Json, QuickWin
from workflow.moving import follow


def remembered(session: Session, quick_win: QuickWin) -> Json:
    """The visit that is about to end, as `taken_back` needs it."""
    return {
        "state": quick_win.state,
        "visit": quick_win.visit,
        "since": quick_win.since.isoformat(),
        "came_from": quick_win.came_from,
        **deadlines.remembered(session, quick_win),
    }


def taken_back(
    session: Session, quick_win: QuickWin, row: Transition, event: Event
) -> tuple[Json, Clock]:
    """The visit that goes on, as columns of the Quick Win, and its clock, both as they were; nobody
    is told any more of the act before `event`, nor of what the clock did since. Raises Unmet if
    there is nothing to go back to, or a mail is on its way."""
    before = quick_win.visit_before
    if before is None or row.to != before["state"] or not _cancelled(session, event):
        raise Unmet(GUARDS["undo_open"].rule)
    changes = {
        "visit": before["visit"],
        "came_from": before["came_from"],
        "since": datetime.fromisoformat(before["since"]),
        "visit_before": None,
        "version": quick_win.version + 1,
    }
    return changes, deadlines.resumed(before)


def catch_up(session: Session, quick_win: QuickWin, calendar: Calendar, *, at: datetime) -> None:
    """Let the visit that goes on follow what has become of its period and the calendar since."""
    session.refresh(quick_win.period)  # it may have been loaded before the lock
    follow(session, [quick_win], calendar, at=at)


def _cancelled(session: Session, event: Event) -> bool:
    before = select(Event.seq).where(Event.chain_id == event.chain_id, Event.seq < event.seq)
    undone = before.where(closes_window()).order_by(Event.seq.desc()).limit(1).scalar_subquery()
    since = before.with_only_columns(Event.id).where(Event.seq >= undone)
    return notices.cancel(session, session.scalars(since).all(), at=event.at)
