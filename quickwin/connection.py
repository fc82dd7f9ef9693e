"""A database for one command: reached, or refused in a sentence. What is done in it is not known
here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import UndefinedTable
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session as OrmSession

from quickwin.refusal import CommandRefused, refusals
from workflow.db import Session, configure

DRIVER = "postgresql+psycopg"


@contextmanager
def usable(*urls: str) -> Iterator[None]:
    """What is done within may reach the databases at `urls`. Raises CommandRefused where that is no
    address of one, or where one cannot be used."""
    if not all(map(_is_address, urls)):  # which may hold a password, so it is not said again
        raise CommandRefused(f"A database is named like {DRIVER}://user:password@host/name.")
    try:
        yield
    except OperationalError as error:
        reason = " ".join(str(error.orig).split())
        raise CommandRefused(f"The database cannot be used: {reason}") from error
    except ProgrammingError as error:
        if not isinstance(error.orig, UndefinedTable):
            raise
        raise CommandRefused(
            "The database has no tables of this version yet: run `quickwin migrate` first."
        ) from error


@contextmanager
def transaction(url: str, *, snapshot: bool = False) -> Iterator[OrmSession]:
    """A session on the database at `url`, committed at the end; with `snapshot`, everything read
    in it is of one moment. Raises CommandRefused where it cannot be used, and for whatever the
    domain refuses."""
    with refusals(), usable(url):
        configure(url)
        with Session.begin() as session:
            if snapshot:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session


def _is_address(url: str) -> bool:
    try:
        return make_url(url).drivername == DRIVER
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        return False
