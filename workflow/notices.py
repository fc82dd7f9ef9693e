"""Who is told of an act: the notifications that its event owes, as a part of the statement that
writes it. How they reach people is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Insert,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from workflow.definition import ADMINS, SUPERIOR, SYSTEM, TURN, Transition, Workflow
from workflow.escalation import superiors
from workflow.models import Channel, Event, NoticeKind, Notification, Post, QuickWin, Unit
from workflow.registry import parameters_of, turns_of
from workflow.relations import given_day, held_towards, in_force
from workflow.turns import Turn, takes_turn


class Told(NamedTuple):
    """Who is told of an act, as far as the definition says it."""

    roles: tuple[str, ...]
    turns: tuple[Turn, ...]  # afterwards; each is said whether it is theirs,
    of_turn: bool  # and told for it alone
    kind: NoticeKind


def told(workflow: Workflow, row: Transition, state: str, *, level: int = 1) -> Told | None:
    """Who is told of an act by the row, after which it is in that state; None for nobody. Superiors
    are told so many levels up."""
    if not row.notify:
        return None
    tokens = [token for token in row.notify if token != TURN]
    return Told(
        roles=tuple(roles_named(workflow, state, tokens, level=level)),
        turns=turns_of(workflow, state),
        of_turn=TURN in row.notify,
        kind=_kind(row),
    )


def _kind(row: Transition) -> NoticeKind:
    """What an act by that row is to those who are told of it; NEWS of those whose turn it is
    afterwards becomes TURN."""
    if row.by == (SYSTEM,) and row.to is None:
        return NoticeKind.ESCALATION if SUPERIOR in row.notify else NoticeKind.REMINDER
    return NoticeKind.COMMENT if row.collects == "comment" else NoticeKind.NEWS


def waits_until(quick_win: QuickWin, row: Transition, at: datetime) -> datetime | None:
    """Until when nobody is told, since the act can be taken back, or the clock acts after one that
    can."""
    window = timedelta(minutes=parameters_of(quick_win).undo_minutes)
    if row.undo:
        return at + window if window else None
    end = quick_win.since + window
    waits = row.by == (SYSTEM,) and row.to is None and quick_win.visit_before is not None
    return end if waits and end > at else None


def cancel(session: Session, event_ids: Sequence[int], *, at: datetime) -> bool:
    """Nobody is told of acts that were taken back; False where a mail is on its way already.

    Locks what is owed, so that the sweep takes all of it or nothing.
    """
    owed = session.scalars(
        select(Notification)
        .where(Notification.event_id.in_(event_ids))
        .order_by(Notification.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if any(each.message_row_id for each in owed):
        return False
    for each in owed:
        each.cancelled_at = at
    return True


def roles_named(workflow: Workflow, state: str, tokens: list[str], *, level: int = 1) -> list[str]:
    """The role codes that `notify` names in that state; superiors so many levels up."""
    found: list[str] = []
    for token in tokens:
        if token == SUPERIOR:
            found += superiors(workflow, state, level)
        else:
            found.append("admin" if token == ADMINS else token)
    return found


def tell_people(
    session: Session,
    event: Event,
    kind: NoticeKind,
    people: Select[int],
    *,
    not_before: datetime | None = None,
) -> None:
    """Owe a notification of an event of the city, which has its id already, to those people, each
    selected once; until `not_before` nobody hears of it."""
    found = people.subquery()
    rows = select(
        literal(event.id),
        found.c[0],
        literal(Channel.MAIL.value),
        literal(kind.value),
        literal(False),
        literal(not_before, DateTime(timezone=True)),
    )
    columns = ["event_id", "recipient_id", "channel", "kind", "your_turn", "not_before"]
    session.execute(insert(Notification).from_select(columns, rows))


def owed(event: ColumnElement[int], told: Told) -> Insert:
    """A notification of that event to everybody who is told, as rights stand on `day`; never to the
    actor. Parameters: quick_win, actor, day, not_before."""
    columns = ["event_id", "recipient_id", "channel", "kind", "your_turn", "not_before"]
    return insert(Notification).from_select(columns, _recipients(event, told))


def _recipients(event: ColumnElement[int], told: Told) -> Select[Any]:
    day = given_day("day")
    post = aliased(Post)
    takes = func.bool_or(takes_turn(post, day, told.turns))
    holds = func.bool_or(post.role.in_(told.roles))
    not_before = bindparam("not_before", type_=DateTime(timezone=True))
    kind: ColumnElement[str] = literal(told.kind.value)
    if told.kind is NoticeKind.NEWS:
        kind = case((takes, NoticeKind.TURN.value), else_=kind)
    return (
        select(event, post.person_id, literal(Channel.MAIL.value), kind, takes, not_before)
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .join(post, and_(held_towards(post, Unit.path), in_force(post, day)))
        .where(
            QuickWin.id == bindparam("quick_win", type_=BigInteger),
            post.role.in_((*told.roles, *(turn.role for turn in told.turns))),
            post.person_id.is_distinct_from(bindparam("actor", type_=BigInteger)),
        )
        .group_by(post.person_id, event)
        .having(or_(takes, holds) if told.of_turn else holds)
    )
