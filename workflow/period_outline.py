"""Every period at a glance, open to every login like the coverage: how far the OPDs are, how long
it still is, and what was said of it when. Who sets periods is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from workflow import submissions
from workflow.codes import is_code
from workflow.errors import NotFound
from workflow.ledger import CITY_CHAIN
from workflow.models import Event, Notification, Period, PeriodAction, PeriodStep
from workflow.submissions import Submissions

ACTIONS = (
    "add_period",
    "open_period",
    "remind_period",
    "close_period",
    "extend_period",
    "set_period",
)


class Stand(StrEnum):
    OPEN = "open"
    TO_COME = "to_come"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Outline:
    period: Period
    stand: Stand
    submissions: Submissions


@dataclass(frozen=True, kw_only=True)
class Said:
    """An event of a period, and how many people were told of it."""

    event: Event
    told: int


def named(session: Session, code: str) -> Period:
    """The period of that code. Raises NotFound."""
    found = session.scalar(select(Period).where(Period.code == code)) if is_code(code) else None
    if found is None:
        raise NotFound
    return found


def outlines(session: Session, *, at: datetime) -> list[Outline]:
    """All of them: the open one, then those to come, then the closed ones, the newest first."""
    counts = submissions.counted(session)
    newest_first = session.scalars(select(Period).order_by(Period.opens_at.desc()))
    found = [
        Outline(period=period, stand=stand_of(period, at), submissions=counts[period.id])
        for period in newest_first
    ]
    return sorted(found, key=lambda one: list(Stand).index(one.stand))


def stand_of(period: Period, at: datetime) -> Stand:
    if period.opens_at > at:
        return Stand.TO_COME
    return Stand.OPEN if at < period.closes_at else Stand.CLOSED


def said(session: Session, period: Period) -> list[Said]:
    """What was said of it, the newest first."""
    # An older ledger calls the code of a new period by that word.
    code = func.coalesce(Event.data["period"].astext, Event.data["code"].astext)
    told = (
        select(func.count())
        .where(Notification.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Event, told)
        .where(Event.chain_id == CITY_CHAIN, Event.action.in_(ACTIONS), code == period.code)
        .order_by(Event.seq.desc())
        .options(joinedload(Event.actor))
    )
    return [Said(event=event, told=count) for event, count in rows]


def reminders(session: Session, period: Period) -> Sequence[datetime]:
    """When whoever has submitted nothing is reminded from now on."""
    still = (PeriodStep.action == PeriodAction.REMIND, PeriodStep.done_at.is_(None))
    found = select(PeriodStep.due_at).where(PeriodStep.period_id == period.id, *still)
    return session.scalars(found.order_by(PeriodStep.due_at)).all()
