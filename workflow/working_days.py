"""The working days in force: the national ones under what the admins of the city set.

What is due when is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.calendar import Calendar
from workflow.models import CalendarDay, City

# What `calendar_of` takes, as columns of any SELECT.
CALENDAR = (
    select(City.zone).scalar_subquery(),
    select(City.close_of_business).scalar_subquery(),
    select(func.jsonb_object_agg(CalendarDay.day, CalendarDay.working)).scalar_subquery(),
)


def load_calendar(session: Session) -> Calendar:
    return calendar_of(*session.execute(select(*CALENDAR)).one())


def calendar_of(zone: str, close: time, overlay: Mapping[str, bool] | None) -> Calendar:
    days = {date.fromisoformat(day): working for day, working in (overlay or {}).items()}
    return Calendar(zone=ZoneInfo(zone), close=close, overlay=days)
