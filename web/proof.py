"""How somebody proves who they are: a password, then a code where the account has a second factor.

Every failure is counted, and whoever failed too often is not listened to for a while. What a login
opens is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from web import logins, passwords, throttle, two_factor
from web.logins import Browser
from workflow.ledger import append_to_city
from workflow.models import Person


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Whether somebody proved it; `wait` says that nobody listened, and for how long."""

    right: bool = False
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`secret` is what the browser keeps; "" if nobody was signed in. With `awaits_code` it opens
    nothing until the code of the second factor came as well."""

    secret: str = ""
    awaits_code: bool = False
    wait: timedelta = timedelta(0)


def sign_in(
    session: Session, email: str, password: str, *, at: datetime, browser: Browser, loopback: bool
) -> Outcome:
    """Check a password and open a login; the caller commits, also what was counted of a failure.

    An unknown address costs the same time as a wrong password. Demo accounts sign in over loopback
    only.
    """
    email = email.replace("\x00", "").strip().lower()  # PostgreSQL cannot compare with U+0000
    throttle.forget_old(session, at)
    logins.forget_old(session, at)
    if (wait := throttle.wait(session, email, browser.address, at)) > timedelta(0):
        return Outcome(wait=wait)
    person = session.scalar(
        select(Person).where(Person.email == email, Person.deactivated_at.is_(None))
    )
    right = passwords.is_right(person.password_hash if person else None, password)
    if person is None or not right or (person.demo and not loopback):
        throttle.count(session, email, browser.address, at)
        return Outcome()
    awaits_code = two_factor.in_force(session, person.id) is not None
    secret = logins.begin(session, person.id, browser, at, awaits_code=awaits_code)
    return Outcome(secret=secret, awaits_code=awaits_code)


def prove_password(
    session: Session, person: Person, password: str, *, at: datetime, browser: Browser
) -> Attempt:
    """Somebody who is signed in shows the password once more; the caller commits."""
    if (wait := throttle.wait(session, person.email, browser.address, at)) > timedelta(0):
        return Attempt(wait=wait)
    right = passwords.is_right(person.password_hash, password)
    if not right:
        throttle.count(session, person.email, browser.address, at)
    return Attempt(right=right)


def prove_factor(
    session: Session,
    person: Person,
    code: str,
    vault: two_factor.Vault,
    *,
    at: datetime,
    browser: Browser,
) -> Attempt:
    """A code of the app or a recovery code, which then has counted; the caller commits."""
    wait = throttle.wait(session, person.email, browser.address, at, code=True)
    if wait > timedelta(0):
        return Attempt(wait=wait)
    if two_factor.take(session, person.id, code, vault, at):
        return Attempt(right=True)
    if two_factor.take_recovery(session, person.id, code, at):
        record(session, "use_recovery_code", person, at)
        return Attempt(right=True)
    throttle.count(session, person.email, browser.address, at, code=True)
    return Attempt()


def record(session: Session, action: str, person: Person, at: datetime) -> None:
    """What somebody did with the own account, in the chain of the city."""
    append_to_city(
        session,
        action,
        at=at,
        actor_id=person.id,
        actor_name=person.name,
        data={"person": person.id},
    )
