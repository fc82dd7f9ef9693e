"""Open, remind and close the periods whose time has come, and give each its steps where they are
missed. What a step means, and whom it tells, is not known here.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from tasks import app
from workflow import announcing, db, period_steps
from workflow.working_days import load_calendar

log = structlog.get_logger(__name__)


@app.task
def announce(at: datetime | None = None) -> None:
    """Do every step that is due now, or at the time `at`, each once and in a transaction of its
    own. Any number of sweeps may run at once; where nothing is due or missed, nothing is written.
    """
    until = at or datetime.now(UTC)
    with db.Session() as session:
        missed = period_steps.missing(session, at=until)
    if missed:
        with db.Session.begin() as session:
            period_steps.moved(session, load_calendar(session), at=until)
    with db.Session() as session:
        due = period_steps.due(session, until)
    for step_id in due:
        try:
            _do(step_id, until)
        except Exception:
            log.exception("step of a period failed", step=step_id)


def _do(step_id: int, until: datetime) -> None:
    """One step, unless somebody else is at its period: then it is theirs."""
    with db.Session.begin() as session:
        step = period_steps.locked(session, step_id, until)
        if step is None:
            return
        event = announcing.announce(session, step, at=until)
        log.info("step of a period", step=step_id, action=step.action, told=event is not None)
