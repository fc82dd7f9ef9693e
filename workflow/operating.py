"""What operators look at: how things stand, and behind each figure what it is made of. For whoever
sees everything; what they can do about it is in `mending`.

Recipients have no names where the reader may not know who judges: in the Quick Wins of their own
unit. How it looks is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, literal, select
from sqlalchemy.orm import Session, joinedload, selectinload

from workflow import incidents, standstills, watching
from workflow.incidents import Told
from workflow.inspecting import check_reader
from workflow.language import Label
from workflow.models import (
    DueRow,
    Message,
    NoticeKind,
    Notification,
    PeriodStep,
    Person,
    QuickWin,
    Unit,
)
from workflow.queries import holds
from workflow.registry import workflows
from workflow.relations import ADMIN, local_day, own_unit
from workflow.standstills import Standstill
from workflow.watching import Reading

SHOWN = 50  # of a list; its figure says how many there are


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A mail that nobody tries any more. `recipient` None: the name is not open to the reader, nor
    the answer, which often has the address in it."""

    message_id: int
    recipient: Person | None
    kind: NoticeKind | None  # None: a digest, of several
    quick_wins: Sequence[tuple[int, str]]  # ids and numbers; () of what concerns the city
    answer: str
    attempts: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """What the system should have done long ago."""

    quick_win_id: int
    quick_win: str  # its number
    act: Label
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Operations:
    """Each list has the newest first, at most SHOWN; what is overdue, the oldest."""

    reading: Reading
    standstills: Sequence[Standstill]
    unstaffed: Sequence[Told]
    failures: Sequence[Failure]
    refused: Sequence[Person]
    overdue: Sequence[Overdue]
    steps: Sequence[PeriodStep]
    may_mend: bool  # the reader is an admin


def look(session: Session, reader: Person, *, at: datetime) -> Operations:
    """Raises Forbidden for whoever does not see everything."""
    check_reader(session, reader, at)
    reading = watching.read(session, at=at)
    return Operations(
        reading=reading,
        standstills=standstills.current(reading),
        unstaffed=incidents.open_now(session) if reading.unstaffed else (),
        failures=_failures(session, reader, at) if reading.failed else (),
        refused=_refused(session) if reading.refused else (),
        overdue=_overdue(session, at) if reading.overdue else (),
        steps=_steps(session, at) if reading.steps_overdue else (),
        may_mend=holds(session, reader, [ADMIN], at=at),
    )


def _failures(session: Session, reader: Person, at: datetime) -> list[Failure]:
    rows = session.scalars(
        select(Message)
        .where(watching.failed())
        .order_by(Message.failed_at.desc(), Message.id.desc())
        .limit(SHOWN)
        .options(
            joinedload(Message.recipient),
            selectinload(Message.notifications).joinedload(Notification.event),
        )
    ).all()
    about = {row.id: [each.event.quick_win_id for each in row.notifications] for row in rows}
    numbers = _numbers(session, {one for ids in about.values() for one in ids if one}, reader, at)
    return [_failure(row, dict.fromkeys(filter(None, about[row.id])), numbers) for row in rows]


def _failure(
    message: Message, about: Mapping[int, None], numbers: Mapping[int, tuple[str, bool]]
) -> Failure:
    closed = any(numbers[each][1] for each in about)
    assert message.failed_at is not None, "only those are listed"
    return Failure(
        message_id=message.id,
        recipient=None if closed else message.recipient,
        kind=message.notifications[0].kind if len(message.notifications) == 1 else None,
        quick_wins=[(each, numbers[each][0]) for each in about],
        answer="" if closed else message.error,
        attempts=message.attempts,
        at=message.failed_at,
    )


def _numbers(
    session: Session, quick_win_ids: set[int], reader: Person, at: datetime
) -> Mapping[int, tuple[str, bool]]:
    """Of each its number, and whether it is of the reader's own unit."""
    if not quick_win_ids:
        return {}
    own = own_unit(literal(reader.id, BigInteger), local_day(at))
    rows = session.execute(
        select(QuickWin.id, QuickWin.number, own)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(QuickWin.id.in_(quick_win_ids))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _refused(session: Session) -> Sequence[Person]:
    people = select(Person).where(watching.refused())
    return session.scalars(
        people.order_by(Person.mail_refused_at.desc(), Person.id).limit(SHOWN)
    ).all()


def _overdue(session: Session, at: datetime) -> list[Overdue]:
    rows = session.execute(
        select(QuickWin.id, QuickWin.number, QuickWin.definition_id, DueRow.action, DueRow.due_at)
        .join(QuickWin, QuickWin.id == DueRow.quick_win_id)
        .where(watching.overdue(at))
        .order_by(DueRow.due_at, DueRow.id)
        .limit(SHOWN)
    ).all()
    known = workflows(session)
    return [
        Overdue(
            quick_win_id=row.id,
            quick_win=row.number,
            act=known[row.definition_id].rows(row.action)[0].label,
            due_at=row.due_at,
        )
        for row in rows
    ]


def _steps(session: Session, at: datetime) -> Sequence[PeriodStep]:
    return session.scalars(
        select(PeriodStep)
        .where(watching.step_overdue(at))
        .order_by(PeriodStep.due_at, PeriodStep.id)
        .limit(SHOWN)
        .options(joinedload(PeriodStep.period))
    ).all()
