"""What stands around a command: its database, its file, its moment. Imports no database itself, so
that `--help` is quick. What the commands do is not known here.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from quickwin.refusal import CommandRefused
from workflow import settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def database(*, snapshot: bool = False) -> AbstractContextManager[Session]:
    """One transaction with the database of the settings."""
    url = settings.load("database_url").database_url
    from quickwin.connection import transaction

    return transaction(url, snapshot=snapshot)


def read(file: TextIO) -> str:
    """Raises CommandRefused where it is no text."""
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise CommandRefused("This file is not a text in UTF-8.") from error


def now() -> datetime:
    return datetime.now(UTC)


def moved(count: int) -> str:
    """What a change of the city's time did to what is due, for the end of what a command says."""
    return f" {count} Quick Wins are due at another time now." if count else ""
