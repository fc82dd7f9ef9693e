"""Working days of Indonesia: Monday to Friday without national holidays and joint leave.

"Within N working days" ends at the close of business of the Nth working day after the local day
on which the time began to run; the hour at which it began does not matter. The overlay is what
the city's admins say about single days, and wins over everything.

Pure arithmetic on arguments: it refuses to know a database, a clock, or whose deadline it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

DAY = timedelta(days=1)
SATURDAY = 5
FIRST_JOINT_LEAVE = 2002


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The working days of one city. All instants in and out are timezone-aware, those out in UTC;
    an instant without a time zone is a ValueError."""

    zone: ZoneInfo
    close: time
    overlay: Mapping[date, bool]

    def is_working_day(self, day: date) -> bool:
        said = self.overlay.get(day)
        if said is not None:
            return said
        return not is_weekend(day) and day not in national(day.year)

    def close_of(self, day: date) -> datetime:
        """Close of business of that local day, whether or not anybody works on it."""
        return datetime.combine(day, self.close, self.zone).astimezone(UTC)

    def after(self, start: datetime, days: int) -> datetime:
        """Close of business of the Nth working day after the local day of `start`, before it if
        `days` is negative; with 0, of the first working day that is not earlier."""
        return self.close_of(self.shift(self.day_of(start), days))

    def shift(self, day: date, days: int) -> date:
        """The working day that lies N working days later, or earlier if `days` is negative; with
        0, `day` itself or the first working day after it."""
        if days == 0:
            day, days = day - DAY, 1
        step = DAY if days > 0 else -DAY
        for _ in range(abs(days)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def nth_working_day(self, year: int, month: int, n: int) -> datetime:
        """Close of business of the Nth working day counted from the first of the month, n >= 1.
        A count that is longer than the month goes on into the next one."""
        if n < 1:
            raise ValueError(f"working days of a month are counted from 1, not {n}")
        return self.close_of(self.shift(date(year, month, 1) - DAY, n))

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """Working days after the local day of `start`, up to and including that of `end`.
        Exchanging the two only changes the sign."""
        first, last = self.day_of(start), self.day_of(end)
        if last < first:
            return -self._count(last, first)
        return self._count(first, last)

    def _count(self, first: date, last: date) -> int:
        length = (last - first).days
        return sum(self.is_working_day(first + n * DAY) for n in range(1, length + 1))

    def day_of(self, at: datetime) -> date:
        """The local day of that moment."""
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone, so nobody knows which day it is")
        return at.astimezone(self.zone).date()


@lru_cache(maxsize=256)
def national(year: int) -> Mapping[date, str]:
    """The national holidays and joint leave of a year with their Indonesian names, in order.
    A moon date that is not announced yet is the library's estimate, and its name says so."""
    return _holidays(year, "public", "government")


@lru_cache(maxsize=256)
def joint_leave(year: int) -> Mapping[date, str]:
    """Those days of the year that are free by the joint decree about leave, and are no holiday."""
    return _holidays(year, "government")


def unconfirmed(year: int) -> bool:
    """The joint decree about the year's leave is not known, so days may still stop being working
    days. Before 2002 there was no joint leave to wait for."""
    return year >= FIRST_JOINT_LEAVE and not joint_leave(year)


def is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def _holidays(year: int, *categories: str) -> Mapping[date, str]:
    # Without a language the library would take that of the process.
    found = holidays.country_holidays("ID", categories=categories, years=year, language="id")
    return MappingProxyType(dict(sorted(found.items())))
