"""The days of a year that are not what their weekday says, and whether more are to come.

They come from the national calendar, unless the city has set them. Who sets them, and what follows,
is known in `calendar_changes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Select, extract, select
from sqlalchemy.orm import Session

from workflow.calendar import is_weekend, joint_leave, national, unconfirmed
from workflow.models import CalendarDay, DayKind

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2098, 12, 31)  # deadlines need days after the last


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day that somebody said something about. `own`: the city set it, and `source` names the
    decree; the national calendar names none."""

    day: date
    working: bool
    kind: DayKind
    name: str
    source: str
    own: bool

    @property
    def weekend(self) -> bool:
        return is_weekend(self.day)


class Effect(StrEnum):
    """What a change makes of its day."""

    FREE = "free"  # which was a working day
    WORKED = "worked"  # which was free
    SAID = "said"  # nothing but its words, or that it is the city who says so
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is said about a day, before and after; None: only what its weekday says."""

    day: date
    before: Day | None
    after: Day | None

    @property
    def effect(self) -> Effect:
        if self.before == self.after:
            return Effect.SAME
        worked = works(self.day, self.after)
        if works(self.day, self.before) is worked:
            return Effect.SAID
        return Effect.WORKED if worked else Effect.FREE


@dataclass(frozen=True, kw_only=True)
class Year:
    """`unconfirmed`: its joint leave is not decreed, neither in the national calendar nor by the
    city, so that more days may become free."""

    year: int
    days: Sequence[Day]
    unconfirmed: bool


def of_year(session: Session, year: int) -> Year:
    """Holidays and joint leave, those on a weekend too, and all days that the city has set."""
    own = {row.day: _told(row) for row in session.scalars(_set_in([year]))}
    usual = {day: told for day in national(year) if (told := nationally(day))}
    days = usual | own
    return Year(
        year=year,
        days=[days[day] for day in sorted(days)],
        unconfirmed=_waits(year, own.values()),
    )


def unconfirmed_among(session: Session, years: Iterable[int]) -> list[int]:
    """Those of the years whose joint leave is not decreed."""
    asked = list(years)
    own = [_told(row) for row in session.scalars(_set_in(asked))]
    return [year for year in asked if _waits(year, own)]


def nationally(day: date) -> Day | None:
    """What the national calendar says about it, whatever the city set."""
    name = national(day.year).get(day)
    if name is None:
        return None
    kind = DayKind.JOINT_LEAVE if day in joint_leave(day.year) else DayKind.NATIONAL
    return Day(day=day, working=False, kind=kind, name=name, source="", own=False)


def known(session: Session, days: Iterable[date]) -> Mapping[date, Day]:
    """What is said about each of the days, by the city or else nationally; the others are left
    out."""
    asked = set(days)
    rows = session.scalars(
        select(CalendarDay)
        .where(CalendarDay.day.in_(asked))
        .execution_options(populate_existing=True)
    )
    own = {row.day: _told(row) for row in rows}
    found = {day: own.get(day) or nationally(day) for day in asked}
    return {day: told for day, told in found.items() if told}


def works(day: date, said: Day | None) -> bool:
    """Whether it is a working day, if that is all that is said about it."""
    return said.working if said else not is_weekend(day)


def _set_in(years: Sequence[int]) -> Select[CalendarDay]:
    return select(CalendarDay).where(extract("year", CalendarDay.day).in_(years))


def _told(row: CalendarDay) -> Day:
    return Day(
        day=row.day,
        working=row.working,
        kind=row.kind,
        name=row.name,
        source=row.source,
        own=True,
    )


def _waits(year: int, own: Iterable[Day]) -> bool:
    return unconfirmed(year) and not any(
        day.kind is DayKind.JOINT_LEAVE and not day.working and day.day.year == year for day in own
    )
