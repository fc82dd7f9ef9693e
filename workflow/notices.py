"""Who is told of an act: the notifications that its event owes, in one statement whatever their
number. How they reach people is not known here.
"""

from __future__ import annotations

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
from workflow.models import Assignment, Channel, Event, Notification, Person, QuickWin, Unit
from workflow.registry import workflow_of
from workflow.relations import has_turn, held_towards, in_force, local_day


def owe(session: Session, quick_win: QuickWin, event: Event, row: Transition) -> None:
    """Owe a mail to everybody the row names, as rights stand at the event; never to the actor."""
    if not row.notify:
        return
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
        },
    )


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
    assignment = aliased(Assignment)
    holds = exists().where(
        assignment.person_id == Person.id,
        assignment.role.in_(roles),
        in_force(assignment, day),
        held_towards(assignment, Unit.path),
    )
    told: ColumnElement[bool] = or_(turn, holds) if with_turn else holds
    event = bindparam("event", type_=BigInteger)
    recipients = (
        select(event, Person.id, literal(Channel.MAIL.value), turn)
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
        ["event_id", "recipient_id", "channel", "your_turn"], recipients
    )
    # Inside a SELECT, since an INSERT takes every parameter for the value of a column.
    return select(func.count()).select_from(owed.returning(Notification.id).cte())
