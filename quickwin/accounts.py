"""Accounts from the command line: a person with a first assignment, closing and opening an account,
a token for programs, and the second factor of somebody who lost it.

What a password must be, and how a second factor works, is known in `web`.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from quickwin.refusal import CommandRefused
from web import logins, passwords, two_factor
from workflow import accounts, incidents
from workflow.ledger import CITY_CHAIN, append_to_city, sha256
from workflow.models import Assignment, Chain, Person, Token, Unit
from workflow.registry import active, parsed
from workflow.relations import local_day

_EMAIL = re.compile(r"[^\s@\x00]+@[^\s@\x00]+")


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """`role` is held for the unit of code `unit`, or for the city where that is ""."""

    email: str
    name: str
    role: str
    unit: str = ""
    home: str = ""
    capacity: str = ""
    valid_from: date | None = None  # today
    language: str | None = None


def add_person(session: Session, new: NewPerson, password: str = "", *, at: datetime) -> str:
    """Open an account; the caller commits. Returns the first password, made here if none is given.

    Raises CommandRefused for an address that is taken, an unknown role or unit, a short password.
    """
    _check(session, new)
    unit = unit_of(session, new.unit)
    password = password or secrets.token_urlsafe(12)
    if weak := passwords.weakness(password, email=new.email.strip(), name=new.name.strip()):
        raise CommandRefused(str(weak))
    # Of two commands with the same address at once, one waits here and then sees the other's.
    session.scalars(select(Chain).where(Chain.id == CITY_CHAIN).with_for_update()).one()
    email = new.email.strip().lower()
    if session.scalar(select(Person.id).where(Person.email == email)):
        raise CommandRefused(f"{email} has an account already.")
    person = Person(
        email=email,
        name=new.name.strip(),
        password_hash=passwords.hashed(password),
        language=new.language,
        home_unit=unit_of(session, new.home),
    )
    assignment = Assignment(
        role=new.role,
        unit=unit,
        capacity=new.capacity.strip(),
        valid_from=new.valid_from or session.scalars(select(local_day(at))).one(),
    )
    person.assignments.append(assignment)
    session.add(person)
    session.flush()
    _record(session, new, person, assignment, at)
    incidents.recompute(session, at=at)
    return password


def deactivate(session: Session, email: str, *, at: datetime) -> None:
    """Close that account; the caller commits. Raises CommandRefused where nobody has that address,
    or nobody any more."""
    person = person_of(session, email)
    if person.deactivated_at is not None:
        raise CommandRefused(f"The account {person.email} is deactivated already.")
    accounts.deactivate(session, person.id, None, at=at)


def reactivate(session: Session, email: str, *, at: datetime) -> None:
    """Open that account again; the caller commits. Raises CommandRefused where nobody has that
    address, or somebody who can sign in."""
    person = person_of(session, email)
    if person.deactivated_at is None:
        raise CommandRefused(f"The account {person.email} is open.")
    accounts.reactivate(session, person.id, None, at=at)


def give_token(session: Session, email: str, *, at: datetime) -> str:
    """A new token of that person, of which only the digest is kept; earlier ones stay valid. The
    caller commits. Raises CommandRefused where nobody has that address, or nobody any more."""
    person = person_of(session, email)
    if person.deactivated_at is not None:
        raise CommandRefused(f"The account {person.email} is deactivated.")
    token = f"qw_{secrets.token_urlsafe(32)}"
    session.add(Token(secret_sha256=sha256(token), person_id=person.id, created_at=at))
    append_to_city(session, "give_token", at=at, data={"person": person.id})
    return token


def reset_two_factor(session: Session, email: str, *, at: datetime) -> bool:
    """For somebody who lost phone and recovery codes: the password alone opens the account again,
    and every browser is logged out. The caller commits. Whether there was a second factor.

    Raises CommandRefused where nobody has that address."""
    person = person_of(session, email)
    if not two_factor.remove(session, person.id):
        return False
    logins.end_others(session, person.id, None, at)
    append_to_city(session, "reset_two_factor", at=at, data={"person": person.id})
    return True


def person_of(session: Session, email: str) -> Person:
    """Whoever has that address. Raises CommandRefused where nobody has."""
    email = email.strip().lower()
    person = session.scalar(select(Person).where(Person.email == email))
    if person is None:
        raise CommandRefused(f"Nobody has the address {email}.")
    return person


def _check(session: Session, new: NewPerson) -> None:
    if not _EMAIL.fullmatch(new.email.strip()):
        raise CommandRefused(f"“{new.email}” is no e-mail address.")
    if not new.name.strip() or "\x00" in new.name + new.capacity:
        raise CommandRefused("A person needs a name.")
    check_role(session, new.role, new.unit)


def check_role(session: Session, role: str, unit: str) -> None:
    """Raises CommandRefused where nobody can hold that role for that unit, or ""."""
    roles = parsed(active(session)).roles
    if role not in roles:
        raise CommandRefused(f"There is no role “{role}”; there are: {', '.join(roles)}.")
    for_unit = roles[role].scope == "unit"
    if for_unit and not unit:
        raise CommandRefused(f"The role “{role}” is held for a unit: name it with --unit.")
    if unit and not for_unit:
        raise CommandRefused(f"The role “{role}” is held for the city, not for a unit.")


def unit_of(session: Session, code: str) -> Unit | None:
    """The unit of that code; None for "", the city. Raises CommandRefused where there is none."""
    if not code:
        return None
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise CommandRefused(f"There is no unit “{code}”.")
    return unit


def _record(
    session: Session, new: NewPerson, person: Person, assignment: Assignment, at: datetime
) -> None:
    data = {
        "person": person.id,
        "email": person.email,
        "name": person.name,
        "role": assignment.role,
        "unit": new.unit,
        "home_unit": new.home,
        "capacity": assignment.capacity,
        "valid_from": assignment.valid_from.isoformat(),
    }
    append_to_city(session, "add_person", at=at, data=data)
