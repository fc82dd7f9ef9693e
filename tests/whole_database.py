"""What is written anywhere at all: for tests that say that nothing is."""

from __future__ import annotations

from sqlalchemy import text

from workflow import db
from workflow.models import Base, Heartbeat


def written(*, but: frozenset[str] = frozenset()) -> dict[str, tuple[int, int]]:
    """For each table but the heartbeats and those named, how many rows it has and which transaction
    wrote there last."""
    found = {}
    with db.Session() as session:
        for name in Base.metadata.tables.keys() - {Heartbeat.__tablename__} - but:
            statement = f"SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM {name}"
            rows, last = session.execute(text(statement)).one()
            found[name] = (rows, last)
    return found
