"""The migrations and the models say the same; the application's role gets no more than it needs."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from quickwin.servers import Postgres
from workflow.migrations import is_current, upgrade
from workflow.models import Base


def test_a_migrated_database_has_exactly_the_tables_of_the_models(
    postgres: Postgres, database: str
) -> None:
    engine = create_engine(postgres.url(database=database))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
        assert is_current(connection)
    engine.dispose()

    assert differences == []


def test_migrating_again_changes_nothing(postgres: Postgres, database: str) -> None:
    owner, app = postgres.url("quickwin_owner", database), postgres.url(database=database)
    engine = create_engine(app)
    counts = text(
        "SELECT (SELECT count(*) FROM definitions), (SELECT count(*) FROM events), "
        "(SELECT count(*) FROM city)"
    )
    with engine.connect() as connection:
        before = connection.execute(counts).one()

    upgrade(owner, app)

    with engine.connect() as connection:
        assert connection.execute(counts).one() == before
    engine.dispose()


def test_the_applications_role_owns_nothing(postgres: Postgres, database: str) -> None:
    engine = create_engine(postgres.url(database=database))
    owned = text(
        "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole "
        "AND relnamespace = 'public'::regnamespace"
    )
    with engine.connect() as connection:
        assert connection.scalar(owned) == 0
    engine.dispose()


def test_a_database_without_the_newest_step_is_not_current(postgres: Postgres) -> None:
    postgres.create_database("empty")
    engine = create_engine(postgres.url("quickwin_owner", "empty"))
    with engine.connect() as connection:
        assert not is_current(connection)
    engine.dispose()
    postgres.drop_database("empty")
