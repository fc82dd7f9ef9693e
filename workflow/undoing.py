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
from workflow.guards import GUARDS
from workflow.models import Event, Json, QuickWin


def remembered(quick_win: QuickWin) -> Json:
    """The visit that is about to end, as `taken_back` needs it."""
    return {
        "state": quick_win.state,
        "visit": quick_win.visit,
        "since": quick_win.since.isoformat(),
        "came_from": quick_win.came_from,
        **deadlines.remembered(quick_win),
    }


def taken_back(
    session: Session,
    quick_win: QuickWin,
    row: Transition,
    event: Event,
    calendar: Calendar,
    *,
    closes: datetime,
) -> tuple[Json, Clock]:
    """The visit that goes on, as columns of the Quick Win, and its clock, when its period `closes`;
    nobody is told any more of the act before `event`. Raises Unmet if there is nothing to go back
    to, or a mail is on its way."""
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
    return changes, deadlines.resumed(quick_win, before, calendar, closes=closes)


def _cancelled(session: Session, event: Event) -> bool:
    undone = session.scalars(
        select(Event.id)
        .where(Event.chain_id == event.chain_id, Event.seq < event.seq)
        .order_by(Event.seq.desc())
        .limit(1)
    ).one()
    return notices.cancel(session, undone, at=event.at)
