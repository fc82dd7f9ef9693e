"""Look whether every step still has people, and whether anything stands still: posts and
delegations begin and end on a day, by themselves. What is wrong then, and who is told, is not known
here.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from tasks import app
from workflow import db, incidents, standstills

log = structlog.get_logger(__name__)


@app.task
def watch(at: datetime | None = None) -> None:
    """Open and close incidents as things are now, or at the time `at`. Where nothing changed,
    nothing is written; any number of sweeps may run at once."""
    for recompute in (incidents.recompute, standstills.recompute):
        with db.Session.begin() as session:
            if recompute(session, at=at or datetime.now(UTC)):
                log.info("incidents changed")
