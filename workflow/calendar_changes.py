"""An admin adds a day to the calendar, moves one, or takes back what the city has set.

Each is one change of time: what is due follows, as `rescheduling` knows. A whole decree is put in
by `calendar_import`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.calendar_days import FIRST_DAY, LAST_DAY, Change, Day, known, nationally, works
from workflow.errors import Invalid, NotFound
from workflow.language import N_, Sentence, date_short
from workflow.models import CalendarDay, DayKind, Event, Person
from workflow.moved_days import MOVE, other_half
from workflow.rescheduling import change_of_time
from workflow.short_texts import fault_of, tidy
from workflow.timekeepers import Followed, begin_change, followed_by


@dataclass(frozen=True, kw_only=True)
class NewDay:
    """What somebody says about a day; `source` is the decree."""

    day: date
    working: bool
    kind: DayKind
    name: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What became of each day, and what followed.

    `in_vain`: a free day was moved to one on which nobody works anyway. `left`: only one half of a
    day that was moved is taken back, and this is the other, as it stays.
    """

    changes: Sequence[Change]
    followed: Followed
    in_vain: bool = False
    left: Day | None = None


def add(session: Session, new: NewDay, by: Person | None, *, at: datetime) -> Changed:
    """Set a day that the city has not set yet; the caller commits.

    Raises Forbidden, and Invalid for a day that is so already, or was set meanwhile by somebody
    else, and where name or source say nothing.
    """
    begin_change(session, by, at=at)
    name, source = tidy(new.name), tidy(new.source)
    before = known(session, [new.day])
    faults = _faults_of_words(name, source) | _faults_of_new(new, before.get(new.day))
    if faults:
        raise Invalid(faults)
    row = CalendarDay(day=new.day, working=new.working, kind=new.kind, name=name, source=source)
    session.add(row)
    session.flush()
    event = change_of_time(session, "add_day", by=by, data=_facts(row), at=at)
    return _changed(session, [new.day], before, event)


def move(
    session: Session, day: date, to: date, source: str, by: Person | None, *, at: datetime
) -> Changed:
    """Let a free day be `to`, under its name, and `day` be the working day that it would be
    without; `source` is the decree that says so. The caller commits.

    Raises Forbidden, NotFound where nothing is said about `day`, and Invalid where it is no free
    day (any more), falls on a weekend, or `to` is free already.
    """
    begin_change(session, by, at=at)
    said = known(session, [day, to])
    if day not in said:
        raise NotFound
    source = tidy(source)
    if faults := _faults_of_move(said[day], to, said.get(to)) | _faults_of_words(None, source):
        raise Invalid(faults)
    _become_worked(session, said[day], source)
    row = session.get(CalendarDay, to) or CalendarDay(day=to)
    row.working, row.kind, row.name, row.source = False, said[day].kind, said[day].name, source
    session.add(row)
    data = {**_facts(row), "from": day.isoformat(), "to": to.isoformat()}
    session.flush()
    event = change_of_time(session, MOVE, by=by, data=data, at=at)
    return _changed(session, [day, to], said, event, in_vain=not works(to, said.get(to)))


def remove(
    session: Session, day: date, by: Person | None, *, at: datetime, both: bool = False
) -> Changed:
    """Take back what the city has set about a day, or about `both` halves if that day was moved:
    the national calendar says again what they are. The caller commits. Raises Forbidden, and
    NotFound where the city has set nothing (any more).
    """
    begin_change(session, by, at=at)
    other = other_half(session, day)
    days = sorted({day, other.day}) if both and other else [day]
    before = known(session, days)
    rows = [row for each in days if (row := session.get(CalendarDay, each))]
    if not rows:
        raise NotFound
    for row in rows:
        session.delete(row)
    session.flush()
    told = [_facts(row) for row in rows]
    data = told[0] if len(told) == 1 else {"days": told}
    event = change_of_time(session, "remove_day", by=by, data=data, at=at)
    return _changed(session, days, before, event, left=None if both else other)


def movable(day: Day) -> bool:
    """Whether it can be moved: on a weekend nobody works without it either."""
    return not day.working and not day.weekend


def _become_worked(session: Session, said: Day, source: str) -> None:
    """What the city alone set is forgotten; what the national calendar says is overruled."""
    row = session.get(CalendarDay, said.day)
    if nationally(said.day) is None:
        session.delete(row)
        return
    row = row or CalendarDay(day=said.day)
    row.working, row.kind, row.name, row.source = True, said.kind, said.name, source
    session.add(row)


def _changed(
    session: Session,
    days: Sequence[date],
    before: Mapping[date, Day],
    event: Event,
    *,
    in_vain: bool = False,
    left: Day | None = None,
) -> Changed:
    after = known(session, days)
    return Changed(
        changes=[Change(day=day, before=before.get(day), after=after.get(day)) for day in days],
        followed=followed_by(session, event),
        in_vain=in_vain,
        left=left,
    )


def _facts(row: CalendarDay) -> dict[str, Any]:
    return {
        "day": row.day.isoformat(),
        "working": row.working,
        "kind": row.kind.value,
        "name": row.name,
        "source": row.source,
    }


def _faults_of_words(name: str | None, source: str) -> dict[str, Sentence]:
    asked = {"source": (Sentence(N_("The source")), source)}
    if name is not None:
        asked["name"] = Sentence(N_("The name")), name
    found = {field: fault_of(what, text) for field, (what, text) in asked.items()}
    return {field: fault for field, fault in found.items() if fault}


def _faults_of_new(new: NewDay, said: Day | None) -> dict[str, Sentence]:
    if fault := _outside(new.day):
        return {"day": fault}
    if said is not None and said.own:
        text = N_("The city has set this day already: “%(name)s”. Move or remove that first.")
        return {"day": Sentence(text, {"name": said.name})}
    if works(new.day, said) is not new.working:
        return {}
    if new.working:
        return {"day": Sentence(N_("This is a working day as it is."))}
    return {"day": _free_already(said)}


def _faults_of_move(said: Day, to: date, there: Day | None) -> dict[str, Sentence]:
    if not movable(said):
        weekend = N_("It falls on a weekend, when nobody works anyway. Add the other day instead.")
        worked = N_("This day is worked; only a free day is moved.")
        return {"day": Sentence(worked if said.working else weekend)}
    if said.day == to:
        return {"to": Sentence(N_("This is the same day."))}
    if fault := _outside(to):
        return {"to": fault}
    if there is not None and not there.working:
        return {"to": _free_already(there)}
    return {}


def _free_already(said: Day | None) -> Sentence:
    if said is None:
        return Sentence(N_("This is a weekend: nobody works on it as it is."))
    return Sentence(N_("This day is free already: “%(name)s”."), {"name": said.name})


def _outside(day: date) -> Sentence | None:
    if FIRST_DAY <= day <= LAST_DAY:
        return None
    values = {"first": date_short(FIRST_DAY), "last": date_short(LAST_DAY)}
    return Sentence(N_("The calendar goes from %(first)s to %(last)s."), values)
