"""That beat and a worker are alive: one row, updated in place by every sweep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workflow.models import Heartbeat

NAME = "beat"


def note(session: Session, at: datetime) -> None:
    """A sweep that beat asked for begins. The caller commits."""
    seen = insert(Heartbeat).values(name=NAME, at=at)
    session.execute(seen.on_conflict_do_update(index_elements=["name"], set_={"at": at}))
