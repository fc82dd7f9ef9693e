"""Perform, as the system, the acts whose time has come.

Every due row is handled in a transaction of its own, once in a sweep. What the act means, and
whether it still applies, is not known here: the door decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import app, heartbeat
from workflow import db
from workflow.acts import StepGiven
from workflow.definition import SYSTEM
from workflow.errors import Refused
from workflow.machine import perform
from workflow.models import DueRow, QuickWin

log = structlog.get_logger(__name__)


@app.task
def enforce(at: datetime | None = None) -> None:
    """Do everything that is due now, or at the time `at`. Any number of sweeps may run at once."""
    until = at or datetime.now(UTC)
    with db.Session.begin() as session:
        heartbeat.note(session, until)
        due = _due(session, until)
    # Each once: what cannot be handled stops no other, and is tried again by the next sweep.
    for row_id in due:
        try:
            _handle(row_id, until, at)
        except Exception:
            log.exception("act failed", due_row=row_id)


def _due(session: Session, until: datetime) -> Sequence[int]:
    """The rows to look at, the oldest first. Another worker may be at one of them already."""
    rows = select(DueRow.id).where(DueRow.done_at.is_(None), DueRow.due_at <= until)
    return session.scalars(rows.order_by(DueRow.due_at, DueRow.id)).all()


def _handle(row_id: int, until: datetime, at: datetime | None) -> None:
    """Act on one row, unless somebody else holds its Quick Win: then it is theirs."""
    with db.Session.begin() as session:
        row = _locked(session, row_id, until)
        if row is None:
            return
        row.done_at = at or datetime.now(UTC)
        if row.visit != row.quick_win.visit:
            log.warning("due row of a visit that is over", due_row=row.id)
            return
        try:
            with session.begin_nested():
                _perform(session, row, at)
        except Refused as refusal:
            log.warning("act no longer applies", due_row=row.id, action=row.action, why=refusal)
        else:
            log.info("acted", quick_win=row.quick_win.number, action=row.action, due_row=row.id)


def _perform(session: Session, row: DueRow, at: datetime | None) -> None:
    step = StepGiven(threshold=row.threshold, cycle=row.cycle)
    perform(session, row.quick_win_id, row.action, SYSTEM, version=None, data=step, at=at)


def _locked(session: Session, row_id: int, until: datetime) -> DueRow | None:
    """The row under the lock of its Quick Win, under which alone due rows change."""
    mine = (
        select(QuickWin)
        .join(DueRow, DueRow.quick_win_id == QuickWin.id)
        .where(DueRow.id == row_id)
        .with_for_update(of=QuickWin, skip_locked=True, key_share=True)
    )
    if session.scalar(mine) is None:
        return None
    # Look again, in a statement of its own: the join saw the row as it was before the lock.
    return session.scalar(
        select(DueRow).where(DueRow.id == row_id, DueRow.done_at.is_(None), DueRow.due_at <= until)
    )
