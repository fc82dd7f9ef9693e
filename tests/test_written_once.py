"""What was written once stays: the database refuses it to the application and to its owner."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from world import gather

from quickwin.servers import Postgres
from workflow.models import Chain


@pytest.fixture(scope="module")
def written(postgres: Postgres, settled: str) -> str:
    """A database with something in it."""
    postgres.create_database("written", template=settled)
    engine = create_engine(postgres.url(database="written"))
    with Session(engine) as session, session.begin():
        gather(session).bring_to("review")
    engine.dispose()
    return "written"


@pytest.mark.parametrize("role", ["quickwin", "quickwin_owner"])
@pytest.mark.parametrize("table", ["events", "revisions"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET digest = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_neither_the_application_nor_the_owner_changes_what_was_written(
    postgres: Postgres, written: str, role: str, table: str, statement: str
) -> None:
    engine = create_engine(postgres.url(role, written))
    with (
        engine.connect() as connection,
        pytest.raises(DBAPIError, match=r"permission denied|is written once"),
    ):
        connection.execute(text(statement.format(table)))
    engine.dispose()


def test_the_application_owns_nothing_and_cannot_make_tables(
    postgres: Postgres, written: str
) -> None:
    engine = create_engine(postgres.url(database=written))
    with engine.connect() as connection:
        owned = connection.execute(
            text("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        ).scalar_one()
        assert owned == 0
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text("CREATE TABLE mine (id int)"))
    engine.dispose()


def test_the_city_has_the_first_chain(committing: Engine) -> None:
    with Session(committing) as session:
        assert session.get_one(Chain, 1).quick_win_id is None
