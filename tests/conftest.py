"""What every test can ask for: real servers, private to this run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from command_line import command_line
from flask import Flask
from installation import Installation
from postbox import Postbox
from simulated import Simulation, simulating
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from visitor import Visitor
from world import World, gather, settle

from quickwin.servers import Postgres, Redis
from web import create_app
from workflow import db
from workflow.document import shipped
from workflow.migrations import upgrade
from workflow.models import QuickWin
from workflow.settings import Settings


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL of this run's own. Make databases in it with `create_database`."""
    with Postgres(Path(tmp_path_factory.mktemp("postgres")), fsync=False) as server:
        yield server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis of this run's own, over a Unix socket."""
    with Redis(Path(tmp_path_factory.mktemp("redis"))) as server:
        yield server


@pytest.fixture(scope="session")
def settled(postgres: Postgres) -> str:
    """The name of a migrated database with the city of world.py: the template of the others."""
    postgres.create_database("settled")
    upgrade(postgres.url("quickwin_owner", "settled"), postgres.url(database="settled"))
    engine = create_engine(postgres.url(database="settled"))
    with Session(engine) as session, session.begin():
        settle(session)
    engine.dispose()
    return "settled"


@pytest.fixture(scope="session")
def rolled_back(postgres: Postgres, settled: str) -> Iterator[Engine]:
    """One database for all tests that never commit."""
    postgres.create_database("rolled_back", template=settled)
    engine = create_engine(postgres.url(database="rolled_back"))
    yield engine
    engine.dispose()


@pytest.fixture
def session(rolled_back: Engine) -> Iterator[Session]:
    """Every session of the test joins this transaction; a commit becomes a savepoint."""
    with rolled_back.connect() as connection:
        outer = connection.begin()
        db.Session.configure(bind=connection, join_transaction_mode="create_savepoint")
        with db.Session() as session:
            yield session
        outer.rollback()
        db.Session.configure(bind=None, join_transaction_mode="conditional_savepoint")


@pytest.fixture
def world(session: Session) -> World:
    """The city of world.py, in a transaction that is rolled back."""
    return gather(session)


@pytest.fixture(scope="module")
def city(rolled_back: Engine) -> Iterator[World]:
    """The city of world.py, for all tests of a module; rolled back at its end."""
    with rolled_back.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield gather(session)
        outer.rollback()


@pytest.fixture(scope="module")
def places(city: World) -> dict[str, QuickWin]:
    """A Quick Win of DINKES in every state, in that city."""
    return {state: city.bring_to(state) for state in shipped().states}


_numbers = count()


@pytest.fixture
def database(postgres: Postgres, settled: str) -> Iterator[str]:
    """The name of a database of the test's own, with the city of world.py, to commit to."""
    name = f"own_{next(_numbers)}"
    postgres.create_database(name, template=settled)
    yield name
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def founded(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database as `quickwin migrate` leaves it."""
    postgres.create_database("founded")
    quickwin = command_line(postgres, "founded", tmp_path_factory.mktemp("founded"))
    assert quickwin("migrate").exit_code == 0
    return "founded"


@pytest.fixture
def place(postgres: Postgres, founded: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation of the test's own, of which nobody has said yet what city it is."""
    name = f"place_{next(_numbers)}"
    postgres.create_database(name, template=founded)
    quickwin = command_line(postgres, name, tmp_path)
    engine = create_engine(quickwin.url)
    with Session(engine) as session:
        yield Installation(quickwin=quickwin, session=session, folder=tmp_path)
    engine.dispose()
    postgres.drop_database(name)


@pytest.fixture
def committing(postgres: Postgres, database: str) -> Iterator[Engine]:
    """That database through the application's role, with `db.Session` bound to it."""
    engine = create_engine(postgres.url(database=database), pool_size=20, max_overflow=40)
    db.Session.configure(bind=engine)
    yield engine
    db.Session.configure(bind=None)
    engine.dispose()


@pytest.fixture
def simulation(committing: Engine) -> Iterator[Simulation]:
    """A clock that the test moves, over a city of its own; see simulated.py."""
    with simulating() as simulation:
        yield simulation


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """The mail server that sweeps of this process send to."""
    with Postbox() as server:
        monkeypatch.setenv("QUICKWIN_SMTP_URL", server.url)
        monkeypatch.setenv("QUICKWIN_BASE_URL", "http://127.0.0.1:8000")
        yield server


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The web application, over whatever database `db.Session` is bound to."""
    settings = Settings(
        secret_key="for the tests only, for the tests only",
        base_url="http://127.0.0.1:8000",
        data_dir=str(tmp_path),
    )
    return create_app(settings)


@pytest.fixture
def visitor(app: Flask, world: World) -> Callable[[str], Visitor]:
    """A browser in which that person of the world is signed in: `visitor("chair").get("/")`."""
    return lambda name: Visitor(app, world.session, world[name])
