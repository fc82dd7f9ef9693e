"""One transaction for one command. What is done in it is not known here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import UndefinedTable
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session as OrmSession

from quickwin.refusal import CommandRefused
from workflow.db import Session, configure


@contextmanager
def transaction(url: str, *, snapshot: bool = False) -> Iterator[OrmSession]:
    """A session on the database at `url`, committed at the end; with `snapshot`, everything read
    in it is of one moment. Raises CommandRefused where it cannot be used."""
    configure(url)
    try:
        with Session.begin() as session:
            if snapshot:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[-1]
        raise CommandRefused(f"The database cannot be used: {reason}") from error
    except ProgrammingError as error:
        if not isinstance(error.orig, UndefinedTable):
            raise
        raise CommandRefused(
            "The database has no tables of this version yet: run `quickwin migrate` first."
        ) from error
