"""What the process says of itself: to whom, and what never."""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from visitor import Visitor
from world import World

from quickwin.servers import Postgres
from tasks import heartbeat
from workflow import db

OUTSIDE = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}


def test_the_figures_are_open_on_the_machine_itself(app: Flask, session: object) -> None:
    answer = app.test_client().get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].count("charset=utf-8") == 1
    assert "quickwin_mails_owed 0.0" in answer.get_data(as_text=True)


def test_the_figures_are_those_of_the_page(app: Flask, world: World) -> None:
    now = datetime.now(UTC)
    world.bring_to("endorsement")
    heartbeat.note(world.session, now - timedelta(minutes=5))
    world["chair"].mail_refused_at = now
    world.session.commit()

    read = figures(app)

    assert 300 <= read["quickwin_beat_age_seconds"] < 330
    assert read["quickwin_mails_owed"] == 1
    assert read["quickwin_oldest_mail_seconds"] == pytest.approx(
        (now - world.now).total_seconds(), abs=60
    )
    assert read["quickwin_addresses_refused"] == 1
    assert read["quickwin_due_rows_overdue"] > 0
    assert read["quickwin_oldest_due_row_seconds"] > 0
    assert read["quickwin_incidents_open", "beat_late"] == 1
    assert read["quickwin_incidents_open", "mail_stuck"] == 1
    assert read["quickwin_incidents_open", "unstaffed"] == 0


def test_a_clock_that_never_ran_is_infinitely_late(app: Flask, session: object) -> None:
    read = figures(app)

    assert read["quickwin_beat_age_seconds"] == math.inf
    assert read["quickwin_oldest_mail_seconds"] == 0


def figures(app: Flask) -> dict[str | tuple[str, str], float]:
    """What Prometheus reads, by name, or by name and kind; each has a text that says what it is."""
    text = app.test_client().get("/metrics").get_data(as_text=True)
    found: dict[str | tuple[str, str], float] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        for sample in family.samples:
            kind = sample.labels.get("kind")
            found[(sample.name, kind) if kind else sample.name] = sample.value
    return found


def test_from_elsewhere_the_figures_need_a_token(visitor: Callable[[str], Visitor]) -> None:
    admin = visitor("admin")
    bearer = {"Authorization": f"Bearer {admin.token}"}

    assert admin.client.get("/metrics", headers=bearer, **OUTSIDE).status_code == 200
    assert admin.get("/metrics", **OUTSIDE).status_code == 404


@pytest.fixture
def unreachable() -> Iterator[None]:
    """`db.Session` is bound to a database that nobody serves."""
    engine = create_engine("postgresql+psycopg://quickwin@127.0.0.1:1/quickwin")
    db.Session.configure(bind=engine)
    yield
    db.Session.configure(bind=None)
    engine.dispose()


def test_a_process_without_its_database_lives_and_says_why_it_is_not_ready(
    app: Flask, unreachable: None
) -> None:
    client = app.test_client()

    lives, ready = client.get("/healthz"), client.get("/readyz")

    assert (lives.status_code, lives.json) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json) == (503, {"status": "the database cannot be reached"})


@pytest.fixture
def engine(postgres: Postgres, settled: str) -> Iterator[Engine]:
    """The engine that the processes of the product use."""
    engine = db.engine(postgres.url(database=settled))
    yield engine
    engine.dispose()
    db.engine.cache_clear()


def test_an_error_of_the_database_does_not_say_what_people_wrote(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError) as error:
        connection.execute(text("SELECT no_such_column = :note"), {"note": "rahasia warga"})

    assert "no_such_column" in str(error.value)
    assert "rahasia" not in str(error.value)
