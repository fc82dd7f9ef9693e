"""A year of the calendar as a page draws it: twelve months, what marks a day, and how many there
are of each.

Which days are free is known in `workflow.calendar_days`.
"""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date, get_day_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from web.frame import reader_language
from web.labels import DAY_KINDS
from workflow.calendar import Calendar
from workflow.calendar_days import FIRST_DAY, LAST_DAY, Day, Year
from workflow.models import DayKind

WORKED = "worked"
_WEEKS = Weeks()  # which begin on Monday
_BEFORE, _AHEAD = 1, 2  # years


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How a day is marked: `code` is its class, `kind` its colour."""

    code: str
    label: Any
    kind: str


MARKS = {
    **{
        kind.value: Mark(code=kind.value, label=DAY_KINDS[kind], kind=colour)
        for kind, colour in (
            (DayKind.NATIONAL, "danger"),
            (DayKind.JOINT_LEAVE, "warning"),
            (DayKind.LOCAL, "primary"),
        )
    },
    WORKED: Mark(code=WORKED, label=lazy_gettext("Exchanged, worked"), kind="success"),
}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A day of a month; `said` is what marks it, if anything does."""

    day: date
    said: Day | None
    mark: Mark | None
    today: bool
    weekend: bool


@dataclass(frozen=True, kw_only=True)
class Month:
    """Weeks of seven places each; None: a day of another month."""

    name: str
    weeks: Sequence[Sequence[Cell | None]]


def mark_of(day: Day) -> Mark:
    return MARKS[WORKED] if day.working else MARKS[day.kind.value]


def marks() -> Sequence[Mark]:
    """What the legend explains."""
    return list(MARKS.values())


def months(year: Year, calendar: Calendar, today: date) -> list[Month]:
    said = {day.day: day for day in year.days}
    return [
        Month(
            name=format_date(date(year.year, month, 1), "LLLL", locale=reader_language()),
            weeks=[
                [_cell(day, said, calendar, today) if day.month == month else None for day in week]
                for week in _WEEKS.monthdatescalendar(year.year, month)
            ],
        )
        for month in range(1, 13)
    ]


def weekdays() -> list[tuple[str, str]]:
    """From Monday on, in short and in full."""
    short, full = (get_day_names(width, locale=reader_language()) for width in ("narrow", "wide"))
    return [(short[n], full[n]) for n in range(7)]


def figures(year: Year, calendar: Calendar) -> list[tuple[str, int]]:
    """How many there are of each, weekends too."""
    counts = Counter(mark_of(day).code for day in year.days)
    first, last = date(year.year, 1, 1), date(year.year, 12, 31)
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    found = [(mark.label, counts[mark.code]) for mark in MARKS.values() if counts[mark.code]]
    return [(_("Working days"), sum(map(calendar.is_working_day, days))), *found]


def around(today: int, shown: int) -> list[int]:
    """The years that the page leads to."""
    wanted = {*range(today - _BEFORE, today + _AHEAD + 1), shown}
    return sorted(year for year in wanted if FIRST_DAY.year <= year <= LAST_DAY.year)


def _cell(day: date, said: dict[date, Day], calendar: Calendar, today: date) -> Cell:
    told = said.get(day)
    return Cell(
        day=day,
        said=told,
        mark=mark_of(told) if told else None,
        today=day == today,
        weekend=not told and not calendar.is_working_day(day),
    )
