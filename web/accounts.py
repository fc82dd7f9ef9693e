"""Who somebody is, by login or token, and in which capacities; without the request. How they proved
it is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from web import logins
from web.logins import digest
from workflow.models import Assignment, City, Login, Person, Post, Token
from workflow.relations import in_force, local_day

TOUCH = timedelta(minutes=5)


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
            logins.is_open(at),
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


def _capacities(at: datetime) -> tuple[ScalarSelect[str], ScalarSelect[list[str]]]:
    """As they are called, and the roles."""
    capacity = func.coalesce(func.nullif(Post.capacity, ""), Post.role)
    found = (func.string_agg(capacity.distinct(), ", "), func.array_agg(Post.role.distinct()))
    called, roles = (
        select(one)
        .where(Post.person_id == Person.id, in_force(Post, local_day(at)))
        .correlate(Person)
        .scalar_subquery()
        for one in found
    )
    return called, roles
