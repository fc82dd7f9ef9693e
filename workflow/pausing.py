"""A state that pauses stops the clock of the one before, which runs on when it goes back there.

The stopped clock is kept in the Quick Win: `due_before` is when it would have ended, `clock_days`
the working days that were left, or that it was late by. A deadline of every month goes on with a
month's, unless it was late. How a deadline is counted is not known here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from workflow import clocks
from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.definition import Deadline
from workflow.models import QuickWin


def is_paused(quick_win: QuickWin) -> bool:
    """Whether the clock of the state before stands still."""
    return quick_win.due_before is not None


def standing_still(quick_win: QuickWin, zone: ZoneInfo, *, at: datetime) -> int:
    """The local days that its clock was stopped, until now if it still is."""
    if not is_paused(quick_win):
        return quick_win.paused_days
    since, today = (moment.astimezone(zone).date() for moment in (quick_win.since, at))
    return quick_win.paused_days + (today - since).days


def stopped(clock: Clock, quick_win: QuickWin, calendar: Calendar, *, at: datetime) -> Clock:
    """The clock of the pausing state, which keeps the one that it stops."""
    kept = {**clock.beside, "due_before": quick_win.due_at}
    return replace(clock, days=days_left(quick_win.due_at, calendar, at=at), beside=kept)


def ended(quick_win: QuickWin, calendar: Calendar, *, at: datetime) -> dict[str, Any]:
    """What changes of the Quick Win when the pause ends, wherever it goes."""
    return {
        "due_before": None,
        "paused_days": standing_still(quick_win, calendar.zone, at=at),
    }


def goes_on(
    quick_win: QuickWin,
    deadline: Deadline,
    calendar: Calendar,
    *,
    visit: int,
    at: datetime,
    closes: datetime,
) -> Clock | None:
    """The stopped clock, running again from `at`; None if none was stopped. What was done stays
    done. A month that is over already is followed by the next one."""
    before, days = quick_win.due_before, quick_win.clock_days
    if before is None or days is None:
        return None
    if deadline.every is not None and days >= 0:
        return _of_a_month(before, deadline, calendar, visit=visit, at=at)
    if days == 0 and calendar.after(at, 0) <= at:
        days = 1  # today's close is over, and it was not late when it was stopped
    end = calendar.after(at, days)
    due = clocks.going_on(end, deadline, calendar, stopped=before)
    if deadline.every is not None and end <= at:
        following = clocks.end_of(deadline, calendar, within=None, at=at, period_closes=closes)
        due += clocks.ahead(following, deadline, calendar, now=at)
    return Clock(
        restarts=True,
        sets=True,
        end=end,
        runs_from=at,
        days=days,
        visit=visit,
        due=due,
    )


def _of_a_month(
    before: datetime, deadline: Deadline, calendar: Calendar, *, visit: int, at: datetime
) -> Clock:
    """The deadline of the month that was stopped, or of the first one later that is still ahead. A
    later day that somebody had set for it stays that day."""
    day = calendar.day_of(before)
    end = clocks.end_in_month_after(deadline, calendar, day, at=at)
    is_set = before > end
    goes_on = is_set or end == clocks.end_in_month(deadline, calendar, day)
    end = before if is_set else end
    due = (
        clocks.going_on(end, deadline, calendar, stopped=before)
        if goes_on
        else clocks.ahead(end, deadline, calendar, now=at)
    )
    return Clock(
        restarts=True,
        sets=True,
        end=end,
        runs_from=None if is_set else at,
        visit=visit,
        due=due,
    )


def days_left(due_at: datetime | None, calendar: Calendar, *, at: datetime) -> int | None:
    """The working days that are left at that moment: 0 until today, negative if it is late, by a
    day at least; None where nothing is due."""
    if due_at is None:
        return None
    days = calendar.working_days_between(at, due_at)
    return days if due_at > at else min(days, -1)
