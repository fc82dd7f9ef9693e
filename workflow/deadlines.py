"""When something is due: the due rows of one visit, from the deadline of its state.

Who performs them, and when anybody looks, is not known here.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workflow.acts import ExtensionGiven, Given, ReportGiven
from workflow.calendar import Calendar
from workflow.definition import SYSTEM, Deadline, Transition
from workflow.models import CalendarDay, City, DueRow, QuickWin
from workflow.registry import parameters_of, workflow_of

DECEMBER = 12
# Not with the rows inside, which would be made into SQL anew each time.
_ADDED = insert(DueRow.__table__).on_conflict_do_nothing()  # type: ignore[arg-type] # it is a Table


def load_calendar(session: Session) -> Calendar:
    """The working days in force: the national ones under what the admins of the city set."""
    rows = session.execute(
        select(City.zone, City.close_of_business, CalendarDay.day, CalendarDay.working).outerjoin(
            CalendarDay, true()
        )
    ).all()
    return Calendar(
        zone=ZoneInfo(rows[0].zone),
        close=rows[0].close_of_business,
        overlay={row.day: row.working for row in rows if row.day is not None},
    )


def begin(
    session: Session, quick_win: QuickWin, state: str, *, visit: int, at: datetime
) -> datetime | None:
    """Start the clock of a visit of `state`: add its due rows, return when it is due.

    Only the clock of a state with a deadline; a state where nothing is due returns None.
    """
    deadline = workflow_of(quick_win).states[state].deadline
    if deadline is None:
        return None
    calendar = load_calendar(session)
    end = end_of(
        deadline,
        calendar,
        within=parameters_of(quick_win).days.get(state, deadline.within),
        at=at,
        period_closes=quick_win.period.closes_at,
    )
    _add_rows(session, quick_win, deadline, calendar, visit=visit, end=end, now=at)
    return end


def reschedule(
    session: Session, quick_win: QuickWin, row: Transition, given: Given, *, at: datetime
) -> None:
    """What an act does to the clock, before the state changes."""
    deadline = workflow_of(quick_win).states[quick_win.state].deadline
    monthly = deadline is not None and deadline.every is not None
    if row.to is not None:
        _drop_rows(session, quick_win)
        quick_win.due_at = begin(session, quick_win, row.to, visit=quick_win.visit + 1, at=at)
    elif isinstance(given, ExtensionGiven):
        assert deadline is not None, "checks refuse an extension where nothing is due"
        _drop_rows(session, quick_win)
        calendar = load_calendar(session)
        quick_win.due_at = calendar.close_of(given.due_on)
        _add_rows(session, quick_win, deadline, calendar, end=quick_win.due_at, now=at)
    elif monthly and isinstance(given, ReportGiven):
        _drop_rows(session, quick_win)
        quick_win.due_at = begin(session, quick_win, quick_win.state, visit=quick_win.visit, at=at)
    elif monthly and row.by == (SYSTEM,):
        # Nobody reported: the next month's deadline begins all the same, the missed one stays.
        begin(session, quick_win, quick_win.state, visit=quick_win.visit, at=at)


def resume(
    session: Session,
    quick_win: QuickWin,
    state: str,
    *,
    visit: int,
    since: datetime,
    due_at: datetime | None,
) -> None:
    """Let the clock of an earlier visit of `state` run on as if it had never stopped."""
    deadline = workflow_of(quick_win).states[state].deadline
    _drop_rows(session, quick_win)
    quick_win.due_at = due_at
    if deadline is not None and due_at is not None:
        calendar = load_calendar(session)
        # As of its beginning: what was done since stands there as done, and what was not, is due.
        _add_rows(session, quick_win, deadline, calendar, visit=visit, end=due_at, now=since)


def _add_rows(
    session: Session,
    quick_win: QuickWin,
    deadline: Deadline,
    calendar: Calendar,
    *,
    visit: int | None = None,
    end: datetime,
    now: datetime,
) -> None:
    """The acts of the clock around `end`. Reminders whose time is over are left out, and so is what
    was done already for this visit, day and threshold."""
    cycle = end.astimezone(calendar.zone).date().isoformat()
    rows = [
        {
            "quick_win_id": quick_win.id,
            "visit": visit or quick_win.visit,
            "action": action,
            "cycle": cycle,
            "threshold": days,
            "due_at": due_at,
        }
        for action, days in deadline.steps()
        if (due_at := calendar.after(end, days) if days else end) > now or days >= 0
    ]
    if rows:
        session.execute(_ADDED, rows)


def _drop_rows(session: Session, quick_win: QuickWin) -> None:
    """Nothing of this visit is due any more."""
    session.execute(
        delete(DueRow).where(DueRow.quick_win_id == quick_win.id, DueRow.done_at.is_(None))
    )


def end_of(
    deadline: Deadline,
    calendar: Calendar,
    *,
    within: int | None,
    at: datetime,
    period_closes: datetime,
) -> datetime:
    """When a deadline that begins to run at `at` ends. `within` is the working days in force."""
    if deadline.until == "period" and at < period_closes:
        return period_closes
    if deadline.every == "month":
        assert deadline.by is not None
        year, month = _month_after(at.astimezone(calendar.zone).date())
        return calendar.nth_working_day(year, month, deadline.by)
    assert within is not None
    return calendar.after(at, within)


def _month_after(day: date) -> tuple[int, int]:
    return (day.year + 1, 1) if day.month == DECEMBER else (day.year, day.month + 1)
