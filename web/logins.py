"""Logins: the browsers in which somebody is signed in, from when to when, and how each ends.

How somebody proves who they are is not known here.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session, joinedload

from workflow.models import Login, Person

IDLE, ABSOLUTE = timedelta(hours=12), timedelta(days=14)
HALF = timedelta(minutes=10)  # to find the phone
KEPT = timedelta(days=30)
MOST_FORGOTTEN = 100


@dataclass(frozen=True, kw_only=True)
class Browser:
    """Where a request comes from: its address, and what it says of itself."""

    address: str
    name: str


def begin(
    session: Session, person_id: int, browser: Browser, at: datetime, *, awaits_code: bool = False
) -> str:
    """Open a login and return its secret, which only the browser keeps."""
    secret = secrets.token_urlsafe(32)
    session.add(
        Login(
            secret_sha256=digest(secret),
            person_id=person_id,
            created_at=at,
            seen_at=at,
            address=browser.address,
            browser=browser.name,
            awaits_code=awaits_code,
        )
    )
    return secret


def is_open(at: datetime) -> ColumnElement[bool]:
    """As SQL: somebody is signed in by it."""
    return (
        Login.ended_at.is_(None)
        & ~Login.awaits_code
        & (Login.created_at > at - ABSOLUTE)
        & (Login.seen_at > at - IDLE)
    )


def half_open(session: Session, secret: str, at: datetime) -> Login | None:
    """The login of that secret that only waits for a code."""
    return session.scalar(
        select(Login)
        .join(Login.person)
        .options(joinedload(Login.person))
        .where(
            Login.secret_sha256 == digest(secret),
            Login.awaits_code,
            Login.ended_at.is_(None),
            Login.created_at > at - HALF,
            Person.deactivated_at.is_(None),
        )
    )


def open_of(session: Session, person_id: int, at: datetime) -> Sequence[Login]:
    """The open ones of a person, the last seen first."""
    mine = select(Login).where(Login.person_id == person_id, is_open(at))
    return session.scalars(mine.order_by(Login.seen_at.desc(), Login.id.desc())).all()


def end(session: Session, login: Login, at: datetime) -> None:
    session.get_one(Login, login.id).ended_at = at


def end_one(session: Session, person_id: int, login_id: int, at: datetime) -> bool:
    """Whether that person had such an open login."""
    return _end(session, at, Login.person_id == person_id, Login.id == login_id) > 0


def end_others(session: Session, person_id: int, keep: Login | None, at: datetime) -> int:
    """End every login of the person but one, those that wait for a code as well. How many."""
    return _end(session, at, Login.person_id == person_id, Login.id != (keep.id if keep else 0))


def forget_old(session: Session, at: datetime) -> None:
    """Remove some that ended long ago. Called at every sign-in, so that they stay few."""
    old = (
        select(Login.id)
        .where(Login.created_at <= at - ABSOLUTE - KEPT)
        .order_by(Login.id)
        .limit(MOST_FORGOTTEN)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(Login).where(Login.id.in_(old)))


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _end(session: Session, at: datetime, *which: ColumnElement[bool]) -> int:
    ended = update(Login).where(*which, Login.ended_at.is_(None)).values(ended_at=at)
    return len(session.scalars(ended.returning(Login.id)).all())
