"""Statements that are compiled once in a process and then only sent.

SQLAlchemy finds what it compiled by reading the whole statement again, and psycopg reads a long
text again for its parameters; together that takes longer than PostgreSQL takes to answer. So the
text is kept as PostgreSQL reads it, and sent on the connection of the session, in its transaction.
What a statement says is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import psycopg
from psycopg import Error, RawCursor
from sqlalchemy import Connection, Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

Value = Callable[[Mapping[str, Any]], Any]


class Prepared:
    """A statement of SQLAlchemy that returns one row for the values of its parameters, by name. The
    row is as psycopg reads it, without the types of the columns; defaults that Python would fill in
    are not. Errors are SQLAlchemy's."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: tuple[bytes, list[Value]] | None = None

    def one(self, session: Session, values: Mapping[str, Any]) -> tuple[Any, ...]:
        connection = session.connection()
        text, wanted = self._compiled = self._compiled or self._compile(connection.dialect)
        cursor = RawCursor(cast(psycopg.Connection[Any], connection.connection.driver_connection))
        try:
            row = cursor.execute(text, [value(values) for value in wanted]).fetchone()
        except Error as error:
            raise _translated(connection, text, error) from error
        assert row is not None, "a statement of this kind always returns a row"
        return tuple(row)

    def _compile(self, live: Dialect) -> tuple[bytes, list[Value]]:
        """Its text, and where the value of each of its places comes from."""
        dialect = PGDialect_psycopg(  # type: ignore[no-untyped-call]
            paramstyle="numeric_dollar", dbapi=live.dbapi
        )
        compiled = cast(SQLCompiler, self._statement.compile(dialect=dialect))
        needed = [name for name, parameter in compiled.binds.items() if parameter.required]
        expanded = compiled.construct_expanded_state(dict.fromkeys(needed))

        def value(name: str) -> Value:
            if name not in needed:
                constant = expanded.parameters[name]
                assert isinstance(constant, str | int | None), "it is sent as it is"
                return lambda _: constant
            process = compiled.binds[name].type.dialect_impl(live).bind_processor(live)
            if process is None:
                return lambda values: values[name]
            return lambda values: process(values[name])

        return expanded.statement.encode(), [value(name) for name in expanded.positiontup or ()]


def _translated(connection: Connection, text: bytes, error: Error) -> Exception:
    """As SQLAlchemy would raise it; a connection that is lost leaves the pool, as it would there.
    What was asked for is not said: it is somebody's."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(cast(Any, error), connection.connection.driver_connection, None)
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text.decode(),
        None,
        error,
        Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
