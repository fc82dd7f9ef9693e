"""Who is told of an act: the notifications that its event owes, in one statement whatever their
number. How they reach people is not known here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    String,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from workflow.definition import ADMINS, SUPERIOR, TURN, Transition, Workflow
from workflow.models import Channel, Event, Notification, Person, Post, QuickWin, Unit
from workflow.registry import parameters_of, workflow_of
from workflow.relations import has_turn, held_towards, in_force, local_day


def owe(session: Session, quick_win: QuickWin, event: Event, row: Transition) -> None:
    """Owe a mail to everybody the row names, as rights stand at the event; never to the actor."""
    if not row.notify:
        return
    window = timedelta(minutes=parameters_of(quick_win).undo_minutes)
    tokens = [token for token in row.notify if token != TURN]
    roles = roles_named(workflow_of(quick_win), event.target or "", tokens)
    session.execute(
        _statement(TURN in row.notify, tuple(roles)),
        {
            "event": event.id,
            "quick_win": quick_win.id,
            "actor": event.actor_id,
            "state": event.target,
            "at": event.at,
            "not_before": event.at + window if row.undo and window else None,
        },
    )


def cancel(session: Session, event_id: int, *, at: datetime) -> bool:
    """Nobody is told of an act that was taken back; False where a mail is on its way already.

    Locks what is owed, so that the sweep takes all of it or nothing.
    """
    owed = session.scalars(
        select(Notification)
        .where(Notification.event_id == event_id)
        .order_by(Notification.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if any(each.message_row_id for each in owed):
        return False
    for each in owed:
        each.cancelled_at = at
    return True


def roles_named(workflow: Workflow, state: str, tokens: list[str]) -> list[str]:
    """The role codes that `notify` names in that state."""
    found: list[str] = []
    for token in tokens:
        if token == SUPERIOR:
            superiors = (workflow.roles[role].superior for role in workflow.states[state].turn)
            found += [role for role in superiors if role]
        else:
            found.append("admin" if token == ADMINS else token)
    return found


@lru_cache(maxsize=256)
def _statement(with_turn: bool, roles: tuple[str, ...]) -> Select[int]:
    """Built once for each kind of row: building it takes longer than running it."""
    day = local_day(bindparam("at", type_=DateTime(timezone=True)))
    turn = has_turn(Person.id, day, bindparam("state", type_=String))
    post = aliased(Post)
    holds = exists().where(
        post.person_id == Person.id,
        post.role.in_(roles),
        in_force(post, day),
        held_towards(post, Unit.path),
    )
    told: ColumnElement[bool] = or_(turn, holds) if with_turn else holds
    event = bindparam("event", type_=BigInteger)
    not_before = bindparam("not_before", type_=DateTime(timezone=True))
    recipients = (
        select(event, Person.id, literal(Channel.MAIL.value), turn, not_before)
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .join(Person, Person.deactivated_at.is_(None))
        .where(
            QuickWin.id == bindparam("quick_win", type_=BigInteger),
            Person.id.is_distinct_from(bindparam("actor", type_=BigInteger)),
            told,
        )
    )
    owed = insert(Notification).from_select(
        ["event_id", "recipient_id", "channel", "your_turn", "not_before"], recipients
    )
    # Inside a SELECT, since an INSERT takes every parameter for the value of a column.
    return select(func.count()).select_from(owed.returning(Notification.id).cte())
