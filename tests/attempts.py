"""Trying something at the door: what an act brings along, what was written, what it cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from world import JUDGMENT, NOW, REPORT, World

from workflow.definition import Transition
from workflow.errors import Refused
from workflow.models import (
    Authorship,
    Designation,
    DueRow,
    Event,
    Judgment,
    Notification,
    QuickWin,
    Recusal,
    Report,
    Revision,
)

BROUGHT: dict[str | None, dict[str, Any] | None] = {
    None: None,
    "judgment": JUDGMENT,
    "report": REPORT,
    "comment": {"text": "Mohon dilengkapi."},
    "extension": {"due_on": (NOW + timedelta(days=40)).date().isoformat()},
    "recusal": None,
    "reviewers": {"reviewers": []},
    "decree": None,  # nothing from outside becomes a decree
}


def brought(rows: tuple[Transition, ...]) -> dict[str, Any] | None:
    """The right data for an action of these rows."""
    return BROUGHT[rows[0].collects] if rows else None


_LEDGER = (
    Event,
    Notification,
    DueRow,
    Judgment,
    Report,
    Revision,
    Authorship,
    Designation,
    Recusal,
)


def written(session: Session) -> tuple[Any, ...]:
    """Everything an act could leave behind, counted by the database; equal if nothing was."""
    session.flush()
    counts = [select(func.count()).select_from(table).scalar_subquery() for table in _LEDGER]
    moved = select(
        func.jsonb_agg(
            func.jsonb_build_array(
                QuickWin.id,
                QuickWin.state,
                QuickWin.version,
                QuickWin.visit,
                QuickWin.due_at,
                QuickWin.digest,
                QuickWin.revision,
            ).op("ORDER BY")(QuickWin.id)
        )
    ).scalar_subquery()
    return tuple(session.execute(select(*counts, moved)).one())


def refused(world: World, quick_win: QuickWin, action: str, who: str, **given: Any) -> Refused:
    """The refusal; that nothing was written is held here for every test."""
    before = written(world.session)
    with pytest.raises(Refused) as caught:
        world.act(quick_win, action, who, **given)
    assert written(world.session) == before
    return caught.value


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile, savepoints of the test left out."""
    run: list[str] = []
    execute = psycopg.Cursor.execute

    def noting(cursor: Any, query: Any, *args: Any, **more: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else str(query)
        if not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            run.append(text)
        return execute(cursor, query, *args, **more)

    psycopg.Cursor.execute = noting  # type: ignore[method-assign]
    try:
        yield run
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
