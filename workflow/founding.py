"""What every installation has from its first start: its one city, and the shipped definition."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition import Workflow
from workflow.document import shipped
from workflow.ledger import append_to_city
from workflow.models import City, Definition
from workflow.registry import store


def found(session: Session, workflow: Workflow | None = None) -> None:
    """Give an empty database its city and its definition; what is there stays. The caller commits.

    A new version of the shipped definition is stored, and made the active one, only where the
    active one is an earlier shipped version: a city's own definition is never replaced.
    """
    workflow = workflow or shipped()
    if session.get(City, 1) is None:
        session.add(
            City(
                id=1,
                name="Kota",
                province="",
                zone="Asia/Jakarta",
                close_of_business=time(16, 0),
                letterhead={},
                demo=False,
            )
        )
    active = session.scalar(select(Definition).where(Definition.active))
    if active is None or (active.name == workflow.name and active.version < workflow.version):
        kept = store(session, workflow, activate=True)
        append_to_city(
            session,
            "activate_definition",
            at=datetime.now(UTC),
            data={"name": kept.name, "version": kept.version, "sha256": kept.sha256},
        )
    session.flush()
