"""Until when a draft can be submitted for the first time: what its writers have to know of the
period. Whether they may submit it now is decided by the guards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from workflow.definition import Workflow
from workflow.guards import OF_THE_PERIOD
from workflow.models import Period, Person, Post, QuickWin
from workflow.registry import workflow_of
from workflow.relations import ADMIN, in_force, local_day

MOST_NAMES = 3


@dataclass(frozen=True, kw_only=True)
class Term:
    """`over`: the period has closed, and the draft was never submitted. Then `ask` names people who
    could extend it."""

    period: Period
    over: bool
    ask: Sequence[str] = ()


def term_of(session: Session, quick_win: QuickWin, *, at: datetime) -> Term | None:
    """None where no period stands before it: it was submitted, or that is not what comes next."""
    workflow = workflow_of(quick_win)
    if period := closed_before(workflow, quick_win, at=at):
        return Term(period=period, over=True, ask=_admins(session, at))
    return Term(period=quick_win.period, over=False) if _binds(workflow, quick_win) else None


def closed_before(workflow: Workflow, quick_win: QuickWin, *, at: datetime) -> Period | None:
    """The period that closed before the draft was ever submitted; None where none did."""
    closed = quick_win.period.closes_at <= at and _binds(workflow, quick_win)
    return quick_win.period if closed else None


def _binds(workflow: Workflow, quick_win: QuickWin) -> bool:
    """Whether the period stands before what comes next."""
    rows = workflow.rows_from(quick_win.state)
    return not quick_win.submitted_at and any(OF_THE_PERIOD in row.guards for row in rows)


def _admins(session: Session, at: datetime) -> Sequence[str]:
    post = aliased(Post)
    held = select(post.person_id).where(post.role == ADMIN, in_force(post, local_day(at)))
    return session.scalars(
        select(Person.name).where(Person.id.in_(held)).order_by(Person.name).limit(MOST_NAMES)
    ).all()
