"""Where all Quick Wins of a period are, at a glance: how many in which state, what is late and with
whom, and how many were submitted and established in which month.

Counted are those that the reader may know of, each in the database and in a number of statements
that never grows. What is shown of it is not known here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, cast, func, select, true
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
)
from workflow.queries import holds, in_order
from workflow.registry import active, parsed, workflows
from workflow.relations import seen_by
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
    if holds(session, person, sorted(roles), at=at):
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
    counted = _counted(session, person, period, at)
    return Overview(
        places=_places(session, counted),
        overdue=_overdue(session, person, period, at),
        months=_months(session, counted, period),
        decrees=_decrees(session, period),
    )


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """How many that were first submitted in a month are in a state, and how many of them late."""

    definition_id: int
    state: str
    month: date | None  # its first day; None: never submitted
    count: int
    late: int


def _counted(session: Session, person: Person, period: Period, at: datetime) -> list[_Counted]:
    """All of the period that the person may know of, looked through once."""
    month = cast(func.date_trunc("month", func.timezone(City.zone, QuickWin.submitted_at)), Date)
    where = (QuickWin.definition_id, QuickWin.state, month)
    rows = session.execute(
        seen_by(person, at)
        .join(City, true())
        .where(QuickWin.period_id == period.id)
        .with_only_columns(*where, func.count(), func.count().filter(QuickWin.due_at < at))
        .group_by(*where)
    )
    return [
        _Counted(definition_id=row[0], state=row[1], month=row[2], count=row[3], late=row[4])
        for row in rows
    ]


def _places(session: Session, counted: Sequence[_Counted]) -> list[Place]:
    found: dict[tuple[int, str], list[_Counted]] = defaultdict(list)
    for each in counted:
        found[each.definition_id, each.state].append(each)
    return [
        Place(
            workflow=workflow,
            state=state,
            count=sum(each.count for each in here),
            late=sum(each.late for each in here),
        )
        for definition_id, workflow in workflows(session).items()
        for state in workflow.states.values()
        if (here := found[definition_id, state.code])
    ]


def _overdue(session: Session, person: Person, period: Period, at: datetime) -> list[QuickWin]:
    ids = session.scalars(
        seen_by(person, at)
        .where(QuickWin.period_id == period.id, QuickWin.due_at < at)
        .order_by(QuickWin.due_at, QuickWin.id)
        .limit(LATEST)
    )
    return in_order(session, ids.all())


def _months(session: Session, counted: Sequence[_Counted], period: Period) -> list[Month]:
    """From the first month in which anything happened to the last, MONTHS at most."""
    submitted: Counter[date] = Counter()
    for each in counted:
        if each.month is not None:
            submitted[each.month] += each.count
    signed = cast(func.date_trunc("month", Decree.date), Date)
    established: Counter[date] = Counter()
    for first, count in session.execute(
        select(signed, func.count())
        .select_from(Decree)
        .join(DecreeLine, DecreeLine.decree_id == Decree.id)
        .where(
            Decree.period_id == period.id,
            Decree.status != DecreeStatus.DRAFT,
            DecreeLine.effect == Effect.ESTABLISHES,
        )
        .group_by(signed)
    ):
        established[first] = count
    firsts = sorted({*submitted, *established})
    if not firsts:
        return []
    return [
        Month(first=first, submitted=submitted[first], established=established[first])
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
