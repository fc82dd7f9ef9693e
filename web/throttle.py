"""How often somebody may be wrong. Counted in the database, per account and per address, so that
every replica counts alike; what was wrong, and whose account it is, is not known here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, select
from sqlalchemy.orm import Session

from workflow.models import FailedLogin

WINDOW, DAY = timedelta(minutes=15), timedelta(days=1)
PER_ACCOUNT, PER_ADDRESS = 8, 60
CODES_PER_DAY = 20
"""Six digits could be tried out over months by somebody who has the password."""

KEPT = DAY
MOST_FORGOTTEN = 100


def wait(
    session: Session, email: str, address: str, at: datetime, *, code: bool = False
) -> timedelta:
    """How long until the next attempt is listened to; zero or less: now.

    Until the caller commits, others who try the same account wait here: nobody tries many at the
    same time. It is the e-mail address that is locked and no row, so that an account that there is
    not keeps people waiting as well.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(email, 0))))
    account = FailedLogin.email == email
    limits = [
        (_nth(PER_ACCOUNT, account, at - WINDOW), WINDOW),
        (_nth(PER_ADDRESS, FailedLogin.address == address, at - WINDOW), WINDOW),
    ]
    if code:
        limits.append((_nth(CODES_PER_DAY, account & FailedLogin.of_code, at - DAY), DAY))
    found = session.execute(select(*(query for query, _length in limits))).one()
    return max(
        (since + length - at for since, (_q, length) in zip(found, limits, strict=True) if since),
        default=timedelta(0),
    )


def count(session: Session, email: str, address: str, at: datetime, *, code: bool = False) -> None:
    """Somebody was wrong; the caller commits."""
    session.add(FailedLogin(email=email[:254], address=address, at=at, of_code=code))


def forget_old(session: Session, at: datetime) -> None:
    """Remove some of what counts no more. Called at every sign-in, so that it stays little."""
    old = (
        select(FailedLogin.id)
        .where(FailedLogin.at <= at - KEPT)
        .order_by(FailedLogin.at)
        .limit(MOST_FORGOTTEN)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(FailedLogin).where(FailedLogin.id.in_(old)))


def _nth(number: int, which: ColumnElement[bool], since: datetime) -> ScalarSelect[datetime]:
    """When the last but `number` failure was."""
    return (
        select(FailedLogin.at)
        .where(which, FailedLogin.at > since)
        .order_by(FailedLogin.at.desc())
        .offset(number - 1)
        .limit(1)
        .scalar_subquery()
    )
