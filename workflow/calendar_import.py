"""A decree about the days of a year, put in from a CSV: read and set, all or nothing.

What else can be done with a single day is known in `calendar_changes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workflow.calendar_days import FIRST_DAY, LAST_DAY, Change, Day, Effect, known, nationally
from workflow.language import N_, Sentence, parse_date
from workflow.models import CalendarDay, DayKind, Person
from workflow.rescheduling import change_of_time
from workflow.sheet import Row, read_sheet, refuse_faults
from workflow.timekeepers import Followed, begin_change, followed_by

DAY, WORKING, NAME, SOURCE, KIND = "tanggal", "hari kerja", "nama", "sumber", "jenis"
COLUMNS = (DAY, WORKING, NAME, SOURCE)
FREE = "libur"  # as a column it says the contrary of WORKING
CALLED = {
    "day": DAY,
    "working": WORKING,
    "hari_kerja": WORKING,
    FREE: WORKING,
    "name": NAME,
    "source": SOURCE,
    "kind": KIND,
}
"""What the columns may be called besides."""
KINDS = {
    "national": DayKind.NATIONAL,
    "nasional": DayKind.NATIONAL,
    "joint_leave": DayKind.JOINT_LEAVE,
    "joint leave": DayKind.JOINT_LEAVE,
    "cuti_bersama": DayKind.JOINT_LEAVE,
    "cuti bersama": DayKind.JOINT_LEAVE,
    "local": DayKind.LOCAL,
    "lokal": DayKind.LOCAL,
    "daerah": DayKind.LOCAL,
}
"""What may stand in the optional column KIND."""
JOINT_LEAVE_NAME = "cuti bersama"  # as such days are called in every decree


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What each row of the list changed, in its order, and what followed."""

    changes: Sequence[Change]
    followed: Followed

    @property
    def new(self) -> int:
        """How many said something new."""
        return sum(one.effect is not Effect.SAME for one in self.changes)


def import_days(session: Session, text: str, by: Person | None, *, at: datetime) -> Imported:
    """Set the days of a CSV; the caller commits. Raises Forbidden, and Faulty with the faults of
    all rows, and nothing is set then."""
    begin_change(session, by, at=at)
    days = _read(text)
    before = known(session, [day.day for day in days])
    changes = [Change(day=day.day, before=before.get(day.day), after=day) for day in days]
    rows = [_facts(day) for day in days if day != before.get(day.day)]
    if not rows:
        return Imported(changes=changes, followed=Followed())
    statement = insert(CalendarDay).values(rows)
    new = {name: statement.excluded[name] for name in ("working", "kind", "name", "source")}
    session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=new))
    data = {"days": [{**row, "day": row["day"].isoformat()} for row in rows]}
    event = change_of_time(session, "import_calendar", by=by, data=data, at=at)
    return Imported(changes=changes, followed=followed_by(session, event))


def _read(text: str) -> list[Day]:
    rows = read_sheet(text, COLUMNS, absent=[KIND], called=CALLED)
    taken: set[object] = set()
    days = [_day(row, taken) for row in rows]
    refuse_faults(rows)
    return days


def _day(row: Row, taken: set[object]) -> Day:
    """The day of a row; what is wrong with it goes to its faults."""
    day = _date(row)
    if day:
        row.only_once(str(day), day, taken)
    return Day(
        day=day or date.min,
        working=row.says_yes(WORKING) is not (row.names[WORKING] == FREE),
        kind=_kind(row, day),
        name=row[NAME],
        source=row[SOURCE],
        own=True,
    )


def _date(row: Row) -> date | None:
    text = row[DAY]
    try:
        day = parse_date(text) if text else None
    except ValueError:
        fault = N_("“%(text)s” is no date like 2026-12-24")
        row.faults.append(Sentence(fault, {"text": text}))
        return None
    if day and not FIRST_DAY <= day <= LAST_DAY:
        fault = N_("the calendar goes from %(first)s to %(last)s, without %(day)s")
        values = {"first": str(FIRST_DAY), "last": str(LAST_DAY), "day": str(day)}
        row.faults.append(Sentence(fault, values))
        return None
    return day


def _kind(row: Row, day: date | None) -> DayKind:
    """As the row says; else as the national calendar does, or the day's own name."""
    if text := row[KIND].lower():
        if text not in KINDS:
            fault = N_("%(column)s is national, joint_leave or local, not “%(text)s”")
            row.faults.append(Sentence(fault, {"column": row.names[KIND], "text": row[KIND]}))
        return KINDS.get(text, DayKind.LOCAL)
    if day and (usual := nationally(day)):
        return usual.kind
    joint = row[NAME].lower().startswith(JOINT_LEAVE_NAME)
    return DayKind.JOINT_LEAVE if joint else DayKind.LOCAL


def _facts(day: Day) -> dict[str, Any]:
    return {
        "day": day.day,
        "working": day.working,
        "kind": day.kind,
        "name": day.name,
        "source": day.source,
    }
