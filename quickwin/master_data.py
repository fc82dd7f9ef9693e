"""What the city is run by, put in from files: a workflow definition, days of the calendar.

What a definition means, and how days are counted, is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from quickwin.refusal import CommandRefused
from quickwin.sheet import Row, read_sheet, refuse_faults
from workflow import incidents
from workflow.checks import check
from workflow.definition import Workflow
from workflow.document import Malformed
from workflow.document import load as load_workflow
from workflow.ledger import append_to_city
from workflow.models import CalendarDay, DayKind, Definition, Unit
from workflow.registry import store
from workflow.staffing import missing_for_units

COLUMNS = ("day", "working", "name", "source")


def activate(session: Session, text: str, *, at: datetime) -> str:
    """Store the definition and start new Quick Wins under it; the caller commits. Returns what to
    say. Raises CommandRefused with every finding, if that version is another text already, or if
    people are missing for it while a period is open. Between periods roles can change; people for
    new ones are added then, before the next period opens."""
    workflow = _sound(text)
    same = (Definition.name == workflow.name) & (Definition.version == workflow.version)
    stored = session.scalar(select(Definition).where(same))
    name = f"“{workflow.name}”, version {workflow.version}"
    if stored is not None and stored.sha256 != workflow.sha256:
        raise CommandRefused(f"{name} is stored with another text: give this one a new version.")
    if stored is not None and stored.active:
        return f"{name} is active already."
    if lacks := _lacks(session, workflow, at):
        raise CommandRefused("\n".join(lacks))
    kept = store(session, workflow, activate=True)
    data = {"name": kept.name, "version": kept.version, "sha256": kept.sha256}
    append_to_city(session, "activate_definition", at=at, data=data)
    incidents.recompute(session, at=at)
    return f"{name} is active: new Quick Wins start under it, those begun keep theirs."


def _lacks(session: Session, workflow: Workflow, at: datetime) -> list[str]:
    """A sentence for every step that nobody could take today: the role, and the OPDs."""
    units = dict(session.execute(select(Unit.id, Unit.code)).all())
    return [
        f"Nobody can take “{workflow.states[state].label.en}”: people with the role “{role}” are "
        f"missing for {', '.join(units[unit_id] for unit_id in ids)}."
        for (state, role), ids in missing_for_units(session, workflow, at).items()
    ]


def _sound(text: str) -> Workflow:
    try:
        workflow = load_workflow(text)
        findings = check(workflow)
    except Malformed as malformed:
        findings = malformed.findings
    if findings:
        raise CommandRefused("\n".join(map(str, findings)))
    return workflow


@dataclass(frozen=True, kw_only=True)
class Day:
    day: date
    working: bool
    name: str
    source: str


def import_calendar(session: Session, text: str, *, at: datetime) -> tuple[int, int]:
    """Set the days of a CSV; the caller commits. Returns how many there are, and how many of them
    said something new. Raises CommandRefused with the faults of all rows."""
    days = read_days(text)
    known = {row.day: row for row in session.scalars(select(CalendarDay))}
    changed = [day for day in days if not _says_the_same(known.get(day.day), day)]
    if changed:
        rows = [{**_values(day), "kind": DayKind.LOCAL} for day in changed]
        statement = insert(CalendarDay).values(rows)
        new = {name: statement.excluded[name] for name in COLUMNS[1:]}
        session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=new))
        told = [{**row, "day": day.day.isoformat()} for row, day in zip(rows, changed, strict=True)]
        append_to_city(session, "import_calendar", at=at, data={"days": told})
    return len(days), len(changed)


def read_days(text: str) -> list[Day]:
    """The days of a CSV with the columns of COLUMNS."""
    rows = read_sheet(text, COLUMNS)
    taken: set[object] = set()
    days = [_day(row, taken) for row in rows]
    refuse_faults(rows)
    return days


def _day(row: Row, taken: set[object]) -> Day:
    """The day of a row; what is wrong with it goes to its faults."""
    day = date.min
    try:
        day = date.fromisoformat(row["day"])
        row.only_once(str(day), day, taken)
    except ValueError:
        row.faults.extend([f"“{row['day']}” is no date like 2026-12-24"] if row["day"] else [])
    working = row.says_yes("working")
    return Day(day=day, working=working, name=row["name"], source=row["source"])


def _says_the_same(known: CalendarDay | None, day: Day) -> bool:
    return known is not None and _values(day) == {name: getattr(known, name) for name in COLUMNS}


def _values(day: Day) -> dict[str, object]:
    return {name: getattr(day, name) for name in COLUMNS}
