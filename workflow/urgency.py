"""How urgent something is that waits: past its deadline, or due today, in this week or later."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from workflow.calendar import Calendar

SUNDAY = 6


class Urgency(StrEnum):
    """The most urgent first."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


def urgency(due_at: datetime | None, at: datetime, calendar: Calendar) -> Urgency:
    """At that moment, in the days of the city; its week ends on Sunday. What is never due is due
    later."""
    if due_at is None:
        return Urgency.LATER
    if due_at < at:
        return Urgency.LATE
    today, day = calendar.day_of(at), calendar.day_of(due_at)
    if day == today:
        return Urgency.TODAY
    sunday = today + timedelta(days=SUNDAY - today.weekday())
    return Urgency.WEEK if day <= sunday else Urgency.LATER
