"""A statement that is compiled once and sent past SQLAlchemy fails as every other one does."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, Engine, String, bindparam, func, insert, literal, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from workflow.models import Person
from workflow.prepared import Prepared


def test_values_come_by_their_names_and_constants_stay(session: Session) -> None:
    word = bindparam("word", type_=String)
    statement = Prepared(select(word + literal("!"), bindparam("number", type_=BigInteger) + 1))

    for number in range(12):  # psycopg prepares it meanwhile
        assert statement.one(session, {"word": "satu", "number": number}) == ("satu!", number + 1)


def test_what_the_database_refuses_is_raised_as_sqlalchemy_would(session: Session) -> None:
    email = bindparam("email", type_=String)
    statement = Prepared(
        insert(Person)
        .values(email=email, name="Ani", demo=False, digest_hour=7, mail_refusal="")
        .returning(Person.name)
    )
    statement.one(session, {"email": "ani@unit.test"})

    with pytest.raises(IntegrityError) as refused, session.begin_nested():
        statement.one(session, {"email": "ani@unit.test"})

    assert refused.value.params is None
    of_it = select(func.count()).where(Person.email == "ani@unit.test")
    assert session.scalar(of_it) == 1


def test_a_connection_that_is_lost_leaves_the_pool(committing: Engine) -> None:
    own = Prepared(select(func.pg_backend_pid()))
    with Session(committing) as session:
        lost = own.one(session, {})[0]
        with Session(committing) as other:
            other.scalar(select(func.pg_terminate_backend(lost)))

        with pytest.raises(OperationalError) as failure:
            own.one(session, {})

        assert failure.value.connection_invalidated
        session.rollback()
        assert own.one(session, {})[0] != lost
