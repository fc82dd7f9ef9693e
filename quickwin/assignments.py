"""The posts of people who have an account, from the command line: one more, and one that ends.

What somebody may do by them is decided in the domain, at the moment of the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from quickwin.accounts import check_role, person_of, unit_of
from quickwin.refusal import CommandRefused
from workflow import incidents
from workflow.ledger import append_to_city
from workflow.models import Assignment
from workflow.relations import in_force, local_day


@dataclass(frozen=True, kw_only=True)
class NewPost:
    """`role` is held for the unit of code `unit`, or for the city where that is ""; by `decree`."""

    email: str
    role: str
    unit: str = ""
    capacity: str = ""
    decree: str = ""
    first: date | None = None  # today
    last: date | None = None  # until further notice


def assign(session: Session, new: NewPost, *, at: datetime) -> None:
    """Let somebody hold one more post; the caller commits. Raises CommandRefused, also where they
    hold it already."""
    person = person_of(session, new.email)
    check_role(session, new.role, new.unit)
    if "\x00" in new.capacity + new.decree:
        raise CommandRefused("A post and a decree are called by letters.")
    first = new.first or session.scalars(select(local_day(at))).one()
    if new.last is not None and new.last < first:
        raise CommandRefused("The last day lies before the first.")
    if _held(session, person.id, new.role, new.unit, at):
        raise CommandRefused(f"{person.email} holds it already.")
    assignment = Assignment(
        person_id=person.id,
        role=new.role,
        unit=unit_of(session, new.unit),
        capacity=new.capacity.strip(),
        decree_number=new.decree.strip(),
        valid_from=first,
        valid_to=new.last,
    )
    session.add(assignment)
    session.flush()
    _record(session, "assign_post", assignment, new.unit, at)


def end(
    session: Session, email: str, role: str, unit: str, *, last: date | None, at: datetime
) -> None:
    """Set the last day of the post that is in force; the caller commits. Raises CommandRefused
    where there is none, or where it began later."""
    person = person_of(session, email)
    held = _held(session, person.id, role, unit, at)
    if not held:
        raise CommandRefused(f"{person.email} does not hold it.")
    last = last or session.scalars(select(local_day(at))).one() - timedelta(days=1)
    for assignment in held:
        if last < assignment.valid_from:
            began = assignment.valid_from.isoformat()
            raise CommandRefused(f"It began on {began}: its last day cannot lie before that.")
        assignment.valid_to = last
        _record(session, "end_post", assignment, unit, at)


def _held(session: Session, person_id: int, role: str, unit: str, at: datetime) -> list[Assignment]:
    found = unit_of(session, unit)
    return list(
        session.scalars(
            select(Assignment)
            .where(
                Assignment.person_id == person_id,
                Assignment.role == role,
                Assignment.unit_id == found.id if found else Assignment.unit_id.is_(None),
                in_force(Assignment, local_day(at)),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _record(session: Session, action: str, of: Assignment, unit: str, at: datetime) -> None:
    data = {
        "assignment": of.id,
        "person": of.person_id,
        "role": of.role,
        "unit": unit,
        "capacity": of.capacity,
        "decree": of.decree_number,
        "valid_from": of.valid_from.isoformat(),
        "valid_to": of.valid_to.isoformat() if of.valid_to else None,
    }
    append_to_city(session, action, at=at, data=data)
    incidents.recompute(session, at=at)
