"""The steps that bring a database to today's tables, run by its owner.

The application's role gets what it needs and no more: it owns nothing, and of what was written once
(events, revisions, checkpoints) it may only read and add.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.orm import Session

from workflow.founding import found

WRITTEN_ONCE = ("events", "revisions", "checkpoints", "signed_heads")
READ_ONLY = ("alembic_version", "search_words")


def upgrade(owner_url: str, app_url: str) -> None:
    """Bring the database to today's tables, let the role of `app_url` work with them, and found
    the city where there is none.

    The role is created if the owner may do so and it is not there yet.
    """
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            configuration = _config()
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")
            _admit(connection, app_url)
            found(Session(connection))
    finally:
        engine.dispose()


def is_current(connection: Connection) -> bool:
    """Whether the database has today's tables."""
    heads = set(ScriptDirectory.from_config(_config()).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def _config() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return configuration


def _admit(connection: Connection, app_url: str) -> None:
    url = make_url(app_url)
    role = url.username or ""
    quote = connection.dialect.identifier_preparer.quote
    known = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    if not known:
        password = str(url.password or "").replace("'", "''")
        connection.exec_driver_sql(f"CREATE ROLE {quote(role)} LOGIN PASSWORD '{password}'")
    if role == connection.scalar(text("SELECT current_user")):
        raise ValueError("QUICKWIN_DATABASE_URL names the owner; the application must own nothing")
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",  # a backup reads them
        *(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {{role}}" for table in READ_ONLY),
        *(f"REVOKE UPDATE, DELETE ON {table} FROM {{role}}" for table in WRITTEN_ONCE),
    ):
        connection.exec_driver_sql(statement.format(role=quote(role)))
