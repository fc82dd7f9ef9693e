"""Where connections and sessions come from. `configure` is called once, where a process starts."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import SessionTransaction, sessionmaker

Session: sessionmaker[OrmSession] = sessionmaker(expire_on_commit=False)


@event.listens_for(Session, "after_soft_rollback")
def forget(session: OrmSession, rolled_back: SessionTransaction) -> None:
    """What a savepoint took back is read anew, also what was written past the session."""
    if rolled_back.nested:
        session.expire_all()


@lru_cache(maxsize=1)
def engine(url: str) -> Engine:
    """The one engine of this process: connections are checked before use, since PostgreSQL may
    have been restarted in between. Errors do not say the values of their statement, which are what
    people wrote: they are logged."""
    return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=5, hide_parameters=True)


def configure(url: str) -> Engine:
    """Bind `Session` to the database at `url`, and return the engine."""
    bound = engine(url)
    Session.configure(bind=bound)
    return bound


def let_go(session: OrmSession) -> None:
    """Close it. A connection that was lost meanwhile cannot even roll back, and is thrown away:
    whoever is done with it is not failed for that."""
    try:
        session.close()
    except DBAPIError:
        session.invalidate()
