"""When something is due: the clock of a visit, from the deadline of its state.

Who performs what is due, and when anybody looks, is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workflow.acts import ExtensionGiven, Given, ReportGiven
from workflow.calendar import Calendar
from workflow.definition import SYSTEM, Deadline, Transition
from workflow.models import DueRow, QuickWin
from workflow.registry import parameters_of, workflow_of
from workflow.working_days import load_calendar

DECEMBER = 12


@dataclass(frozen=True, kw_only=True)
class Due:
    """An act of the clock, `threshold` working days after the due time."""

    action: str
    threshold: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What an act does to the clock."""

    restarts: bool = False  # what is not done so far is due no more
    sets: bool = False  # the Quick Win is due at `end` from now on
    end: datetime | None = None
    visit: int = 1  # of the new due rows
    cycle: str = ""
    due: Sequence[Due] = ()


STOPPED = Clock(restarts=True, sets=True)


def begin(
    session: Session, quick_win: QuickWin, state: str, *, visit: int, at: datetime
) -> datetime | None:
    """Start the clock of a visit of `state`: add its due rows, return when it is due.

    Only the clock of a state with a deadline; a state where nothing is due returns None.
    """
    clock = begun(quick_win, state, load_calendar(session), visit=visit, at=at)
    rows = [
        {
            "quick_win_id": quick_win.id,
            "visit": visit,
            "action": due.action,
            "cycle": clock.cycle,
            "threshold": due.threshold,
            "due_at": due.at,
        }
        for due in clock.due
    ]
    if rows:
        session.execute(insert(DueRow).on_conflict_do_nothing(), rows)
    return clock.end


def begun(
    quick_win: QuickWin, state: str, calendar: Calendar, *, visit: int, at: datetime
) -> Clock:
    """The clock of a visit of `state` that begins at that moment."""
    deadline = workflow_of(quick_win).states[state].deadline
    if deadline is None:
        return STOPPED
    end = end_of(
        deadline,
        calendar,
        within=parameters_of(quick_win).days.get(state, deadline.within),
        at=at,
        period_closes=quick_win.period.closes_at,
    )
    return _until(end, deadline, calendar, visit=visit, now=at)


def rescheduled(
    quick_win: QuickWin, row: Transition, given: Given, calendar: Calendar, *, at: datetime
) -> Clock:
    """What an act does to the clock, before the state changes."""
    state, visit = quick_win.state, quick_win.visit
    deadline = workflow_of(quick_win).states[state].deadline
    monthly = deadline is not None and deadline.every is not None
    if row.to is not None:
        return begun(quick_win, row.to, calendar, visit=visit + 1, at=at)
    if isinstance(given, ExtensionGiven):
        assert deadline is not None, "checks refuse an extension where nothing is due"
        end = calendar.close_of(given.due_on)
        return _until(end, deadline, calendar, visit=visit, now=at)
    if monthly and isinstance(given, ReportGiven):
        return begun(quick_win, state, calendar, visit=visit, at=at)
    if monthly and row.by == (SYSTEM,):
        # Nobody reported: the next month's deadline begins all the same, the missed one stays.
        next_month = begun(quick_win, state, calendar, visit=visit, at=at)
        return replace(next_month, restarts=False, sets=False)
    return Clock()


def resumed(
    quick_win: QuickWin,
    state: str,
    calendar: Calendar,
    *,
    visit: int,
    since: datetime,
    due_at: datetime | None,
) -> Clock:
    """The clock of an earlier visit of `state`, which runs on as if it had never stopped."""
    deadline = workflow_of(quick_win).states[state].deadline
    if deadline is None or due_at is None:
        return replace(STOPPED, end=due_at)
    # As of its beginning: what was done since stands there as done, and what was not, is due.
    return _until(due_at, deadline, calendar, visit=visit, now=since)


def _until(
    end: datetime, deadline: Deadline, calendar: Calendar, *, visit: int, now: datetime
) -> Clock:
    """The acts of the clock around `end`. Reminders whose time is over are left out."""
    steps = [
        Due(action=action, threshold=days, at=calendar.after(end, days) if days else end)
        for action, days in deadline.steps()
    ]
    return Clock(
        restarts=True,
        sets=True,
        end=end,
        visit=visit,
        cycle=end.astimezone(calendar.zone).date().isoformat(),
        due=[due for due in steps if due.at > now or due.threshold >= 0],
    )


def drop_rows(session: Session, quick_win: QuickWin) -> None:
    """Nothing is due any more."""
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
