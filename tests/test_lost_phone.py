"""Somebody lost the phone and the recovery codes: what the operators do, and what stays of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import CommandLine, command_line
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from world import gather

from quickwin.servers import Postgres
from web import logins, two_factor
from web.two_factor import Vault
from workflow.models import Event, Login, Person, RecoveryCode, SecondFactor
from workflow.verifying import verify

NOW = datetime.now(UTC)


@pytest.fixture
def quickwin(postgres: Postgres, database: str, tmp_path: Path) -> CommandLine:
    return command_line(postgres, database, tmp_path)


@pytest.fixture
def session(quickwin: CommandLine) -> Iterator[Session]:
    engine = create_engine(quickwin.url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def chair(session: Session) -> Person:
    """With a second factor in force, and a browser that is logged in."""
    person = gather(session)["chair"]
    two_factor.begin(session, person, Vault("a key of the tests"), NOW)
    session.flush()
    session.get_one(SecondFactor, person.id).confirmed_at = NOW
    two_factor.new_recovery_codes(session, person.id)
    logins.begin(session, person.id, logins.Browser(address="", name="tests"), NOW)
    session.commit()
    return person


def left(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_password_alone_opens_the_account_again_and_the_ledger_says_so(
    quickwin: CommandLine, session: Session, chair: Person
) -> None:
    result = quickwin("person", "reset-two-factor", "Chair@test.test")

    assert result.exit_code == 0, result.output
    assert result.stdout == "The second factor is gone.\n"
    assert (left(session, SecondFactor), left(session, RecoveryCode)) == (0, 0)
    assert session.scalars(select(Login.ended_at)).one() is not None
    event = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.action, event.data) == ("reset_two_factor", {"person": chair.id})
    assert list(verify(session)) == []


def test_where_there_is_none_nothing_is_recorded(quickwin: CommandLine, session: Session) -> None:
    before = left(session, Event)

    assert quickwin("person", "reset-two-factor", "head@test.test").exit_code == 0
    session.rollback()
    assert left(session, Event) == before


def test_nobody_is_refused_with_a_sentence(quickwin: CommandLine) -> None:
    result = quickwin("person", "reset-two-factor", "nobody@test.test")

    assert result.exit_code == 1
    assert "Nobody has the address nobody@test.test." in result.stderr


def test_a_first_password_that_is_easily_guessed_is_refused(quickwin: CommandLine) -> None:
    words = ("person", "add", "b@kota.test", "Budi", "--role", "admin", "--ask")

    result = quickwin(*words, given="quickwin2026!\nquickwin2026!\n")

    assert result.exit_code == 1
    assert "easily guessed" in result.stderr
