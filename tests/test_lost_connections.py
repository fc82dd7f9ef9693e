"""The database dies in the middle of a request: what was done stays done, what was not is said to
come later, and no request ends as a fault of ours."""

from __future__ import annotations

import pytest
from flask import Flask, g
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from web.auth import open_to_all
from workflow import db


def lose_the_connection(session: Session) -> None:
    """As an administrator does who ends it from elsewhere."""
    lost = session.scalar(select(func.pg_backend_pid()))
    with db.Session() as other:
        other.scalar(select(func.pg_terminate_backend(lost)))
        while other.scalar(
            select(func.count()).select_from(func.pg_stat_get_activity(lost))
        ):  # until it is gone
            pass


@pytest.fixture
def dying(app: Flask) -> Flask:
    @open_to_all
    def in_the_end() -> str:
        lose_the_connection(g.session)
        return "done"

    @open_to_all
    def in_the_middle() -> str:
        lose_the_connection(g.session)
        return str(g.session.scalar(select(1)))

    app.add_url_rule("/in-the-end", "in_the_end", in_the_end)
    app.add_url_rule("/in-the-middle", "in_the_middle", in_the_middle)
    return app


@pytest.mark.usefixtures("committing")
def test_what_was_done_before_the_connection_was_lost_is_answered(dying: Flask) -> None:
    answer = dying.test_client().get("/in-the-end")

    assert (answer.status_code, answer.text) == (200, "done")


@pytest.mark.usefixtures("committing")
def test_what_was_not_done_is_answered_as_something_to_try_again(dying: Flask) -> None:
    client = dying.test_client()

    answer = client.get("/in-the-middle")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert client.get("/login").status_code == 200


def test_letting_go_of_a_lost_connection_leaves_none_of_it_in_the_pool(committing: Engine) -> None:
    session = db.Session()
    lose_the_connection(session)

    db.let_go(session)

    with db.Session() as another:
        assert another.scalar(select(1)) == 1
