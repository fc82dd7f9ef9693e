"""When a deadline ends, and when the acts around its end come: arithmetic on a calendar.

Pure: it refuses to know a database, what an act does to a clock, and who performs what is due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from workflow.calendar import Calendar
from workflow.definition import REMIND, Deadline

DECEMBER = 12
# A reminder on the day itself comes in its morning: at the close of business it would be too late.
MORNING = timedelta(hours=8)


@dataclass(frozen=True, kw_only=True)
class Due:
    """An act of the clock, `threshold` working days after the end of its cycle."""

    action: str
    cycle: str
    threshold: int
    at: datetime
    # Which one it was of in the visit that a pause stopped: if it was done there, it is done.
    before: str | None = None


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What an act does to the clock."""

    restarts: bool = False  # what is not done so far is due no more
    sets: bool = False  # the Quick Win is due at `end` from now on
    end: datetime | None = None
    runs_from: datetime | None = None  # None: a person set the end, or nothing is due
    days: int | None = None  # working days that were left when it was stopped; None: all of them
    visit: int = 1  # of the new due rows
    due: Sequence[Due] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)  # what else changes of the Quick Win

    @property
    def goes_on(self) -> bool:
        """Whether a pause had stopped it."""
        return any(due.before for due in self.due)

    @property
    def columns(self) -> dict[str, Any]:
        """What changes of the Quick Win."""
        if not self.sets:
            return dict(self.beside)
        return {
            "due_at": self.end,
            "clock_from": self.runs_from,
            "clock_days": self.days,
            **self.beside,
        }


STOPPED = Clock(restarts=True, sets=True)


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
        year, month = _month_after(calendar.day_of(at))
        return calendar.nth_working_day(year, month, deadline.by)
    assert within is not None
    return calendar.after(at, within)


def end_again(
    deadline: Deadline,
    calendar: Calendar,
    *,
    within: int | None,
    due_at: datetime,
    runs_from: datetime | None,
    days: int | None,
    period_closes: datetime,
) -> datetime:
    """When a deadline ends that runs already and was to end at `due_at`. What a person set stays on
    its day; a month's stays in its month."""
    if runs_from is None:
        return calendar.close_of(calendar.day_of(due_at))
    if days is not None:
        return calendar.after(runs_from, days)
    if deadline.every == "month":
        return end_in_month(deadline, calendar, calendar.day_of(due_at))
    return end_of(deadline, calendar, within=within, at=runs_from, period_closes=period_closes)


def end_in_month(deadline: Deadline, calendar: Calendar, day: date) -> datetime:
    """When a monthly deadline ends that was to end on that day. A count that is longer than its
    month ends early in the next one."""
    return _end_of_month(deadline, calendar, _month_of(deadline, day))


def end_in_month_after(
    deadline: Deadline, calendar: Calendar, day: date, *, at: datetime
) -> datetime:
    """The same, or the first of a later month that still lies after `at`."""
    month = _month_of(deadline, day)
    while (end := _end_of_month(deadline, calendar, month)) <= at:
        month = date(*_month_after(month), 1)
    return end


def kept_ahead(end: datetime, calendar: Calendar, *, due_at: datetime, at: datetime) -> datetime:
    """`end`, unless a correction at `at` would bring it too near for somebody who was to be ready
    by `due_at`: on an earlier day, and before the close of the next working day. Then it is that
    one, or stays on its day if that comes first; so the next correction keeps it too."""
    stays = end > at and calendar.day_of(end) >= calendar.day_of(due_at)
    if stays or due_at <= at:
        return end
    ends = (calendar.after(due_at, 0), calendar.after(at, 1))
    return max(end, min(other for other in ends if other > at))


def around(end: datetime, deadline: Deadline, calendar: Calendar) -> list[Due]:
    """All acts of the clock around `end`, in the order of the definition."""
    cycle = cycle_of(end, calendar)
    return [
        Due(
            action=action,
            cycle=cycle,
            threshold=days,
            at=moment(action, days, end=end, calendar=calendar),
        )
        for action, days in deadline.steps()
    ]


def going_on(
    end: datetime, deadline: Deadline, calendar: Calendar, *, stopped: datetime
) -> list[Due]:
    """The same of a deadline that was stopped when it was to end at that time: also what may have
    been done then."""
    before = cycle_of(stopped, calendar)
    return [replace(due, before=before) for due in around(end, deadline, calendar)]


def ahead(end: datetime, deadline: Deadline, calendar: Calendar, *, now: datetime) -> list[Due]:
    """Those that come. Reminders whose time is over are left out; what is late is done at once."""
    return [due for due in around(end, deadline, calendar) if not is_over(due, now)]


def is_over(due: Due, now: datetime) -> bool:
    """Whether it would say that a time will come, and comes too late for that."""
    return due.at <= now and heralds(due)


def heralds(due: Due) -> bool:
    """Whether it says that a time will come."""
    return due.threshold < 0 or (due.threshold == 0 and due.action == REMIND)


def moment(action: str, threshold: int, *, end: datetime, calendar: Calendar) -> datetime:
    """When an act comes so many working days after the end."""
    if threshold:
        return calendar.after(end, threshold)
    return end - MORNING if action == REMIND else end


def cycle_of(end: datetime, calendar: Calendar) -> str:
    """The name of a deadline that ends then, among those of one visit."""
    return calendar.day_of(end).isoformat()


def _month_of(deadline: Deadline, day: date) -> date:
    """A day of the month whose deadline ends on that day."""
    assert deadline.by is not None
    return day if day.day >= deadline.by else day.replace(day=1) - timedelta(days=1)


def _end_of_month(deadline: Deadline, calendar: Calendar, month: date) -> datetime:
    assert deadline.by is not None
    return calendar.nth_working_day(month.year, month.month, deadline.by)


def _month_after(day: date) -> tuple[int, int]:
    return (day.year + 1, 1) if day.month == DECEMBER else (day.year, day.month + 1)
