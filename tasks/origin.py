"""From where letters are written, and when. How they are worded is not known here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.calendar import Calendar


@dataclass(frozen=True, kw_only=True)
class Origin:
    city: str
    demo: bool
    calendar: Calendar
    at: datetime  # when what is said was so
    site: str  # the address people use

    def left(self, due_at: datetime) -> int:
        """Working days from now to then; below zero, they are over."""
        return self.calendar.working_days_between(self.at, due_at)
