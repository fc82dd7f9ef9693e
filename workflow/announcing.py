"""What a period tells whom when it opens, nears its end and closes: events of the city.

The data of each has what its words need. All of them: `period` (code), `name`, `opens_at` and
`closes_at` (ISO, UTC). And

    open_period    nothing else; to everybody who proposes or endorses for a unit
    remind_period  `threshold` (-5: five working days before the close; after a standstill fewer are
                   left, by `closes_at` and the time of the event) and `units`, the ids of the
                   OPDs that have submitted nothing; to everybody who proposes or endorses for one
                   of them or a unit below
    close_period   `quick_wins`, the ids of the drafts that were never submitted; to those whose
                   turn they are
    extend_period  `closed_at` (the end before) and `reason`, and what `rescheduling` adds
    set_period     `parameters` and `remind_days`, and what `rescheduling` adds

What of it concerns a recipient is read in `period_news`. A step is done once; who looks when is
not known here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from workflow import submissions
from workflow.ledger import append_to_city
from workflow.models import (
    DefinedRole,
    Definition,
    Event,
    NoticeKind,
    Notification,
    Period,
    PeriodAction,
    PeriodStep,
    Post,
    QuickWin,
    Unit,
)
from workflow.notices import tell_people
from workflow.relations import held_towards, in_force, local_day
from workflow.turns import has_turn

_Told = aliased(Post)


def announce(session: Session, step: PeriodStep, *, at: datetime) -> Event | None:
    """Do a step that is due, which the caller holds locked, and commits. None: it says nothing any
    more, or to nobody."""
    step.done_at = at
    period = step.period
    if _is_outdated(session, step, at):
        return None
    match step.action:
        case PeriodAction.OPEN:
            return _tell(session, "open_period", facts(period), proposers(at), at)
        case PeriodAction.REMIND:
            return _remind(session, period, step.threshold, at)
        case PeriodAction.CLOSE:
            return _close(session, period, at)


def facts(period: Period) -> dict[str, Any]:
    """What every event of a period says of it."""
    return {
        "period": period.code,
        "name": period.name,
        "opens_at": period.opens_at.isoformat(),
        "closes_at": period.closes_at.isoformat(),
    }


def proposers(at: datetime, *which: ColumnElement[bool]) -> Select[int]:
    """Everybody who has a role for a unit now, delegates too; `which` narrows the units."""
    roles = (
        select(DefinedRole.code)
        .join(Definition, Definition.id == DefinedRole.definition_id)
        .where(Definition.active, DefinedRole.scope == "unit")
    )
    return (
        select(_Told.person_id)
        .join(Unit, Unit.id == _Told.unit_id)
        .where(_Told.role.in_(roles), in_force(_Told, local_day(at)), *which)
        .distinct()
    )


def tell_the_rest(session: Session, event: Event, *, at: datetime) -> None:
    """Owe a notification to those of the proposers who are told of the event by nothing else; never
    to the actor."""
    told = select(Notification.recipient_id).where(Notification.event_id == event.id)
    others = (_Told.person_id.not_in(told), _Told.person_id.is_distinct_from(event.actor_id))
    tell_people(session, event, NoticeKind.PERIOD, proposers(at, *others))


def _is_outdated(session: Session, step: PeriodStep, at: datetime) -> bool:
    """Whether a later step has come that says more: after a standstill only the newest is told."""
    if step.action is PeriodAction.CLOSE:
        return False
    if step.period.closes_at <= at:
        return True
    newer = select(PeriodStep.id).where(
        PeriodStep.period_id == step.period_id,
        PeriodStep.action == step.action,
        PeriodStep.cycle == step.cycle,
        PeriodStep.threshold > step.threshold,
        PeriodStep.due_at <= at,
    )
    return session.scalar(newer.limit(1)) is not None


def _remind(session: Session, period: Period, threshold: int, at: datetime) -> Event | None:
    units = submissions.without(session, period)
    if not units:
        return None
    data = facts(period) | {"threshold": threshold, "units": units}
    lacks = Unit.path[1].in_(units)
    return _tell(session, "remind_period", data, proposers(at, lacks), at)


def _close(session: Session, period: Period, at: datetime) -> Event:
    drafts = session.scalars(
        select(QuickWin.id)
        .join(QuickWin.defined_state)
        .where(QuickWin.period_id == period.id, submissions.never_submitted())
        .order_by(QuickWin.id)
    ).all()
    data = facts(period) | {"quick_wins": list(drafts)}
    theirs = _whose_turn(at).where(QuickWin.id.in_(drafts)).distinct()
    return _tell(session, "close_period", data, theirs, at)


def _whose_turn(at: datetime) -> Select[int]:
    """The people whose turn a Quick Win is; only posts towards it are looked at."""
    return (
        select(_Told.person_id)
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .join(_Told, held_towards(_Told, Unit.path))
        .where(has_turn(_Told.person_id, local_day(at)))
    )


def _tell(
    session: Session, action: str, data: dict[str, Any], people: Select[int], at: datetime
) -> Event:
    event = append_to_city(session, action, at=at, data=data)
    session.flush()
    tell_people(session, event, NoticeKind.PERIOD, people)
    return event
