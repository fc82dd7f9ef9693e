"""What acts do to the clock of a Quick Win: a visit begins one, an extension sets its end, a pause
stops it, an undo brings it back.

How its end is counted stands in `clocks`. Who performs what is due, and when anybody looks, is not
known here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workflow import clocks, pausing
from workflow.acts import ExtensionGiven, Given, MovedGiven, ReportGiven
from workflow.calendar import Calendar
from workflow.clocks import STOPPED, Clock, Due
from workflow.definition import SYSTEM, Deadline, Transition
from workflow.models import DueRow, Json, QuickWin
from workflow.registry import parameters_of, workflow_of
from workflow.working_days import load_calendar

# What a visit that comes back needs to know of its clock, by the columns of the Quick Win.
_MOMENTS = ("due_at", "clock_from", "due_before")
_NUMBERS = ("clock_days", "paused_days")


def begin(session: Session, quick_win: QuickWin, *, at: datetime) -> None:
    """Start the clock of a new Quick Win, with its due rows."""
    closes, calendar = quick_win.period.closes_at, load_calendar(session)
    clock = begun(quick_win, quick_win.state, calendar, visit=1, at=at, closes=closes)
    quick_win.due_at, quick_win.clock_from = clock.end, clock.runs_from
    quick_win.clock_days = clock.days
    rows = [
        {
            "quick_win_id": quick_win.id,
            "visit": clock.visit,
            "action": due.action,
            "cycle": due.cycle,
            "threshold": due.threshold,
            "due_at": due.at,
        }
        for due in clock.due
    ]
    if rows:
        session.execute(insert(DueRow).on_conflict_do_nothing(), rows)


def begun(
    quick_win: QuickWin,
    state: str,
    calendar: Calendar,
    *,
    visit: int,
    at: datetime,
    closes: datetime,
) -> Clock:
    """The clock of a visit of `state` that begins at that moment. Its period `closes` then."""
    deadline = workflow_of(quick_win).states[state].deadline
    if deadline is None:
        return STOPPED
    within = _within(quick_win, state, deadline)
    end = clocks.end_of(deadline, calendar, within=within, at=at, period_closes=closes)
    return Clock(
        restarts=True,
        sets=True,
        end=end,
        runs_from=at,
        # Whoever has days of their own since the period is over keeps them if it is extended.
        days=within if deadline.until == "period" and at >= closes else None,
        visit=visit,
        due=clocks.ahead(end, deadline, calendar, now=at),
    )


def after(
    quick_win: QuickWin,
    row: Transition,
    given: Given,
    calendar: Calendar,
    *,
    at: datetime,
    closes: datetime,
) -> Clock:
    """What an act does to the clock, before the state changes."""
    if row.to is not None:
        return _moving(quick_win, row.to, calendar, at=at, closes=closes)
    clock = _staying(quick_win, row, given, calendar, at=at, closes=closes)
    if pausing.is_paused(quick_win):  # these are the days of the clock that stands still
        return replace(clock, days=quick_win.clock_days)
    return clock


def end_now(quick_win: QuickWin, calendar: Calendar) -> datetime | None:
    """When its clock ends by that calendar, as it runs; None where nothing is due."""
    deadline = workflow_of(quick_win).states[quick_win.state].deadline
    if deadline is None or quick_win.due_at is None:
        return quick_win.due_at
    return clocks.end_again(
        deadline,
        calendar,
        within=_within(quick_win, quick_win.state, deadline),
        due_at=quick_win.due_at,
        runs_from=quick_win.clock_from,
        days=None if pausing.is_paused(quick_win) else quick_win.clock_days,
        period_closes=quick_win.period.closes_at,
    )


def remembered(session: Session, quick_win: QuickWin) -> Json:
    """The clock as `resumed` needs it, with what is still due."""
    kept: Json = {name: getattr(quick_win, name) for name in _NUMBERS}
    for name in _MOMENTS:
        value = getattr(quick_win, name)
        kept[name] = value.isoformat() if value else None
    rows = session.scalars(select(DueRow).where(*_open(quick_win)).order_by(DueRow.id))
    kept["due"] = [
        {
            "action": row.action,
            "cycle": row.cycle,
            "threshold": row.threshold,
            "at": row.due_at.isoformat(),
        }
        for row in rows
    ]
    return kept


def resumed(before: Json) -> Clock:
    """The clock that `remembered` kept, with its visit: as it was then."""
    kept = {name: before[name] for name in _NUMBERS} | {
        name: before[name] and datetime.fromisoformat(before[name]) for name in _MOMENTS
    }
    return Clock(
        restarts=True,
        sets=True,
        end=kept["due_at"],
        runs_from=kept["clock_from"],
        days=kept["clock_days"],
        visit=before["visit"],
        due=[Due(**due | {"at": datetime.fromisoformat(due["at"])}) for due in before["due"]],
        beside={name: kept[name] for name in ("due_before", "paused_days")},
    )


def drop_rows(session: Session, quick_win: QuickWin) -> None:
    """Nothing is due any more."""
    session.execute(delete(DueRow).where(*_open(quick_win)))


def _open(quick_win: QuickWin) -> tuple[ColumnElement[bool], ...]:
    """What is still due."""
    return DueRow.quick_win_id == quick_win.id, DueRow.done_at.is_(None)


def _moving(
    quick_win: QuickWin, to: str, calendar: Calendar, *, at: datetime, closes: datetime
) -> Clock:
    """The clock of the next visit; a pause on the way begins or ends."""
    states, visit = workflow_of(quick_win).states, quick_win.visit + 1
    clock = begun(quick_win, to, calendar, visit=visit, at=at, closes=closes)
    deadline, came_from = states[to].deadline, quick_win.came_from
    if pausing.is_paused(quick_win):
        if deadline is not None and to == came_from:
            going_on = pausing.goes_on(
                quick_win, deadline, calendar, visit=visit, at=at, closes=closes
            )
            clock = going_on or clock
        clock = replace(clock, beside=pausing.ended(quick_win, calendar, at=at))
    return pausing.stopped(clock, quick_win, calendar, at=at) if states[to].pauses else clock


def _staying(
    quick_win: QuickWin,
    row: Transition,
    given: Given,
    calendar: Calendar,
    *,
    at: datetime,
    closes: datetime,
) -> Clock:
    state, visit = quick_win.state, quick_win.visit
    deadline = workflow_of(quick_win).states[state].deadline
    monthly = deadline is not None and deadline.every is not None
    if isinstance(given, ExtensionGiven):
        assert deadline is not None, "checks refuse an extension where nothing is due"
        end = calendar.close_of(given.due_on)
        rows = clocks.ahead(end, deadline, calendar, now=at)
        return Clock(restarts=True, sets=True, end=end, visit=visit, due=rows)
    if monthly and isinstance(given, ReportGiven):
        return begun(quick_win, state, calendar, visit=visit, at=at, closes=closes)
    if monthly and row.by == (SYSTEM,) and not isinstance(given, MovedGiven):
        # Nobody reported: the next month's deadline begins all the same, the missed one stays.
        next_month = begun(quick_win, state, calendar, visit=visit, at=at, closes=closes)
        return replace(next_month, restarts=False, sets=False)
    return Clock()


def _within(quick_win: QuickWin, state: str, deadline: Deadline) -> int | None:
    """The working days in force."""
    return parameters_of(quick_win).days.get(state, deadline.within)
