"""Where all Quick Wins of a period are, at a glance: how many in which state, what is late and with
whom, and how many were submitted and established in which month.

Counted are those that the reader may know of, each in the database and in a number of statements
that never grows. What is shown of it is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, Select, cast, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from workflow.definition import State, Workflow
from workflow.errors import Forbidden
from workflow.language import N_, Sentence
from workflow.models import (
    City,
    Decree,
    DecreeLine,
    DecreeStatus,
    Effect,
    Period,
    Person,
    QuickWin,
    Unit,
)
from workflow.queries import visible_to
from workflow.registry import active, parsed, workflows
from workflow.relations import holds_any, local_day, visible
from workflow.rights import joined

LATEST = 6  # of what is late, by name
NEWEST = 5  # decrees
MONTHS = 12  # the last ones


def readers(workflow: Workflow) -> set[str]:
    """The roles that may look at it: who sees everything that circulates, at least."""
    return {role.code for role in workflow.roles.values() if role.sees != "own_unit"}


def check_reader(session: Session, person: Person, at: datetime) -> None:
    """Raises Forbidden for whoever sees their own unit only."""
    roles = set().union(*(readers(each) for each in workflows(session).values()))
    if session.scalar(select(holds_any(person.id, at, sorted(roles)))):
        return
    workflow = parsed(active(session))
    can = tuple(code for code in workflow.roles if code in readers(workflow))
    labels = joined(workflow.role_label(role) for role in can)
    raise Forbidden(Sentence(N_("The overview is for: %(roles)s."), {"roles": labels}), who_can=can)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A state, how many Quick Wins are there, and how many of them are late."""

    workflow: Workflow
    state: State
    count: int
    late: int


@dataclass(frozen=True, kw_only=True)
class Month:
    """How many were submitted for the first time, and established by a decree, in that month."""

    first: date
    submitted: int
    established: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """`places` in the order of the table, `overdue` the latest first, `months` without gaps."""

    places: Sequence[Place]
    overdue: Sequence[QuickWin]
    months: Sequence[Month]
    decrees: Sequence[tuple[Decree, int]]  # the newest first, with how many each establishes


def overview(session: Session, person: Person, period: Period, *, at: datetime) -> Overview:
    return Overview(
        places=_places(session, person, period, at),
        overdue=_overdue(session, person, period, at),
        months=_months(session, person, period, at),
        decrees=_decrees(session, period),
    )


def _counted(person: Person, period: Period, at: datetime, *columns: Any) -> Select[Any]:
    """SELECT those columns from the Quick Wins of the period that the person may know of."""
    return (
        select(*columns)
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(
            QuickWin.period_id == period.id,
            visible(literal(person.id, BigInteger), local_day(at)),
        )
    )


def _places(session: Session, person: Person, period: Period, at: datetime) -> list[Place]:
    where = (QuickWin.definition_id, QuickWin.state)
    numbers = (func.count(), func.count().filter(QuickWin.due_at < at))
    rows = session.execute(_counted(person, period, at, *where, *numbers).group_by(*where))
    counted = {(definition_id, state): (n, late) for definition_id, state, n, late in rows}
    return [
        Place(workflow=workflow, state=state, count=found[0], late=found[1])
        for definition_id, workflow in workflows(session).items()
        for state in workflow.states.values()
        if (found := counted.get((definition_id, state.code)))
    ]


def _overdue(session: Session, person: Person, period: Period, at: datetime) -> list[QuickWin]:
    return list(
        session.scalars(
            visible_to(person, at)
            .where(QuickWin.period_id == period.id, QuickWin.due_at < at)
            .order_by(QuickWin.due_at, QuickWin.id)
            .limit(LATEST)
        )
    )


def _months(session: Session, person: Person, period: Period, at: datetime) -> list[Month]:
    """From the first month in which anything happened to the last, MONTHS at most."""
    begun = cast(func.date_trunc("month", func.timezone(City.zone, QuickWin.submitted_at)), Date)
    submitted = (
        _counted(person, period, at, literal("submitted"), begun, func.count())
        .join(City, true())
        .where(QuickWin.submitted_at.is_not(None))
        .group_by(begun)
    )
    signed = cast(func.date_trunc("month", Decree.date), Date)
    established = (
        select(literal(Effect.ESTABLISHES.value), signed, func.count())
        .select_from(Decree)
        .join(DecreeLine, DecreeLine.decree_id == Decree.id)
        .where(
            Decree.period_id == period.id,
            Decree.status != DecreeStatus.DRAFT,
            DecreeLine.effect == Effect.ESTABLISHES,
        )
        .group_by(signed)
    )
    found: Sequence[Any] = session.execute(union_all(submitted, established)).all()
    counted: dict[tuple[str, date], int] = {(row[0], row[1]): row[2] for row in found}
    firsts = sorted({first for _, first in counted})
    if not firsts:
        return []
    return [
        Month(
            first=first,
            submitted=counted.get(("submitted", first), 0),
            established=counted.get((Effect.ESTABLISHES, first), 0),
        )
        for first in _from_to(firsts[0], firsts[-1])[-MONTHS:]
    ]


def _from_to(first: date, last: date) -> list[date]:
    """The first days of all months from that of `first` to that of `last`."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _decrees(session: Session, period: Period) -> list[tuple[Decree, int]]:
    lines = (
        select(func.count())
        .where(DecreeLine.decree_id == Decree.id, DecreeLine.effect == Effect.ESTABLISHES)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Decree, lines)
        .where(Decree.period_id == period.id, Decree.status != DecreeStatus.DRAFT)
        .order_by(Decree.date.desc(), Decree.id.desc())
        .limit(NEWEST)
    )
    return [(decree, n) for decree, n in rows]
