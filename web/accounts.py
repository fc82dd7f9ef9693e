"""Passwords, logins and tokens: what is behind the door of `auth`, without the request."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ScalarSelect, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from workflow.models import Assignment, City, FailedLogin, Login, Person, Token
from workflow.relations import in_force, local_day

IDLE, ABSOLUTE = timedelta(hours=12), timedelta(days=14)
TOUCH = timedelta(minutes=5)
WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 8, 60

hasher = PasswordHasher()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`secret` is what the browser keeps; "" if nobody was signed in."""

    secret: str = ""
    throttled: bool = False


def sign_in(
    session: Session,
    email: str,
    password: str,
    *,
    at: datetime,
    address: str,
    browser: str,
    loopback: bool,
) -> Outcome:
    """Check a password and open a login; the caller commits, also what was counted of a failure.

    An unknown address costs the same time as a wrong password. Demo accounts sign in over loopback
    only.
    """
    email = email.replace("\x00", "").strip().lower()  # PostgreSQL cannot compare with U+0000
    if _throttled(session, email, address, at):
        return Outcome(throttled=True)
    person = session.scalar(
        select(Person).where(Person.email == email, Person.deactivated_at.is_(None))
    )
    right = _verify(person.password_hash if person else None, password)
    if person is None or not right or (person.demo and not loopback):
        session.add(FailedLogin(email=email[:254], address=address, at=at))
        return Outcome()
    secret = secrets.token_urlsafe(32)
    session.add(
        Login(
            secret_sha256=digest(secret),
            person_id=person.id,
            created_at=at,
            seen_at=at,
            address=address,
            browser=browser,
        )
    )
    return Outcome(secret=secret)


def sign_out(session: Session, login: Login, at: datetime) -> None:
    session.get_one(Login, login.id).ended_at = at


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks, the city, and in which capacities and roles; `login` if a browser asks."""

    person: Person
    city: City
    capacities: str
    roles: frozenset[str]  # held for anything: what for, is asked of a standing
    login: Login | None = None


def of_login(session: Session, secret: str, at: datetime) -> Caller | None:
    """Who holds the open login with that secret; one statement."""
    row = session.execute(
        select(Login, City, *_capacities(at))
        .join(Login.person)
        .join(City, true())
        .options(joinedload(Login.person))
        .where(
            Login.secret_sha256 == digest(secret),
            Login.ended_at.is_(None),
            Login.created_at > at - ABSOLUTE,
            Login.seen_at > at - IDLE,
            Person.deactivated_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    login, city, capacities, roles = row
    if login.seen_at < at - TOUCH:
        login.seen_at = at
        session.commit()
    return Caller(
        person=login.person,
        city=city,
        capacities=capacities or "",
        roles=frozenset(roles or ()),
        login=login,
    )


def of_token(session: Session, secret: str, at: datetime) -> Caller | None:
    """Whom a bearer token stands for; one statement."""
    row = session.execute(
        select(Person, City, *_capacities(at))
        .join(Token, Token.person_id == Person.id)
        .join(City, true())
        .where(
            Token.secret_sha256 == digest(secret),
            Token.ended_at.is_(None),
            Person.deactivated_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    person, city, capacities, roles = row
    return Caller(
        person=person, city=city, capacities=capacities or "", roles=frozenset(roles or ())
    )


def demo_accounts(session: Session) -> list[dict[str, str]]:
    """The demo accounts of the city's roles, and one OPD's, for the page of the login."""
    rows = session.execute(
        select(Person.email, Assignment.capacity)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(
            Person.demo,
            or_(Assignment.unit_id.is_(None), Person.email.like("%dinkes@%")),
        )
        .order_by(Assignment.unit_id.is_(None), Assignment.id)
    )
    return [{"email": email, "role": capacity} for email, capacity in rows]


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _capacities(at: datetime) -> tuple[ScalarSelect[str], ScalarSelect[list[str]]]:
    """As they are called, and the roles."""
    capacity = func.coalesce(func.nullif(Assignment.capacity, ""), Assignment.role)
    found = (func.string_agg(capacity.distinct(), ", "), func.array_agg(Assignment.role.distinct()))
    called, roles = (
        select(one)
        .where(Assignment.person_id == Person.id, in_force(Assignment, local_day(at)))
        .correlate(Person)
        .scalar_subquery()
        for one in found
    )
    return called, roles


def _throttled(session: Session, email: str, address: str, at: datetime) -> bool:
    """Counted in the database, so that every replica counts alike."""
    counts = select(
        func.count().filter(FailedLogin.email == email),
        func.count().filter(FailedLogin.address == address),
    ).where(
        FailedLogin.at > at - WINDOW,
        or_(FailedLogin.email == email, FailedLogin.address == address),
    )
    of_account, of_address = session.execute(counts).one()
    return bool(of_account >= PER_ACCOUNT or of_address >= PER_ADDRESS)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hasher.hash(secrets.token_urlsafe(16))
