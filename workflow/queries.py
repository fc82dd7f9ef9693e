"""What is listed, and for whom: lists as SQL, from the same pieces as the rights of the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Select,
    any_,
    case,
    func,
    literal,
    nulls_last,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from workflow import bell
from workflow.definition import Coverage
from workflow.errors import Forbidden, NotFound
from workflow.language import Sentence
from workflow.light import Light, light
from workflow.models import City, DefinedState, Period, Person, QuickWin, Unit
from workflow.relations import ADMIN, holds_any, local_day, seen_by, visible
from workflow.turns import waits_for

COUNT_LIMIT = 100  # exact counts of many rows cost time that nobody needs: "100+"


def loaded() -> Select[QuickWin]:
    """Any Quick Wins, with unit, period, definition and state loaded."""
    return _without_period().join(QuickWin.period).options(contains_eager(QuickWin.period))


def visible_to(person: Person, at: datetime) -> Select[QuickWin]:
    """The Quick Wins the person may know of, loaded."""
    return loaded().where(visible(literal(person.id, BigInteger), local_day(at)))


def in_order(session: Session, ids: Sequence[int]) -> list[QuickWin]:
    """Those Quick Wins, loaded, in the order of their ids. What is listed is found by ids first:
    else PostgreSQL carries every content through the joins and the sort of the whole list."""
    if not ids:
        return []
    wanted = literal(list(ids), ARRAY(BigInteger))
    # Few periods are those of many, and long: each is read once instead of in every row.
    found = session.scalars(
        _without_period().options(selectinload(QuickWin.period)).where(QuickWin.id == any_(wanted))
    )
    by_id = {quick_win.id: quick_win for quick_win in found}
    return [by_id[each] for each in ids]


def get(
    session: Session, quick_win_id: int, person: Person, *, at: datetime | None = None
) -> QuickWin:
    """One that the person may know of. Raises NotFound, whether it is absent or invisible."""
    at = at or datetime.now(UTC)
    found = session.scalar(visible_to(person, at).where(QuickWin.id == quick_win_id))
    if found is None:
        raise NotFound
    return found


def inbox(person: Person, *, at: datetime) -> Select[int]:
    """The ids of what waits for the person, the most urgent first."""
    return (
        seen_by(person, at)
        .where(waits_for(person.id, local_day(at)))
        .order_by(nulls_last(QuickWin.due_at.asc()), QuickWin.id)
    )


def holds(session: Session, person: Person, roles: Sequence[str], *, at: datetime) -> bool:
    """Whether the person holds one of the roles now, anywhere."""
    return bool(session.scalar(select(holds_any(person.id, at, roles))))


def check_admin(session: Session, by: Person | None, refusal: Sentence, *, at: datetime) -> None:
    """Raises Forbidden with that sentence for whoever is no admin; operators (None) may."""
    if by is not None and not holds(session, by, [ADMIN], at=at):
        raise Forbidden(refusal, who_can=(ADMIN,))


class Counts(NamedTuple):
    """Each counted up to COUNT_LIMIT."""

    waiting: int  # Quick Wins for the person
    unread: int  # notifications


def counts(session: Session, person: Person, *, at: datetime) -> Counts:
    """What every page of the person shows, in one statement."""
    waiting = (
        select(QuickWin.id)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(waits_for(person.id, local_day(at)))
        .limit(COUNT_LIMIT)
    )
    both = select(
        select(func.count()).select_from(waiting.subquery()).scalar_subquery(),
        bell.unread_of(person.id, at, limit=COUNT_LIMIT),
    )
    return Counts(*session.execute(both).one())


def count(session: Session, listed: Select[Any]) -> int:
    """How many a list has, counted up to one more than COUNT_LIMIT."""
    ids = listed.with_only_columns(QuickWin.id).order_by(None).limit(COUNT_LIMIT + 1)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


@dataclass(frozen=True, kw_only=True)
class Covered:
    """How far one OPD is in a period: its Quick Win that counts, and that of units below it."""

    unit: Unit
    coverage: Coverage
    quick_win: QuickWin | None
    visible: bool  # whether the person may open it
    light: Light | None  # of what is being implemented


def coverage(session: Session, person: Person, period: Period, *, at: datetime) -> list[Covered]:
    """One row for each OPD, by name; of several Quick Wins the furthest counts, then the newest."""
    below = aliased(Unit)
    rank = case(
        {step.value: position for position, step in enumerate(Coverage)},
        value=DefinedState.coverage,
    )
    counting = (
        select(
            QuickWin.id.label("quick_win_id"),
            func.row_number()
            .over(partition_by=below.path[1], order_by=(rank.desc(), QuickWin.id.desc()))
            .label("place"),
            below.path[1].label("agency_id"),
        )
        .join(below, below.id == QuickWin.unit_id)
        .join(QuickWin.defined_state)
        .where(QuickWin.period_id == period.id, DefinedState.coverage != Coverage.NOTHING)
        .subquery()
    )
    best = select(counting).where(counting.c.place == 1).subquery()
    own = aliased(Unit)
    rows = session.execute(
        select(own, QuickWin, visible(literal(person.id, BigInteger), local_day(at)), City.zone)
        .select_from(own)
        .join(City, true())
        .outerjoin(best, best.c.agency_id == own.id)
        .outerjoin(QuickWin, QuickWin.id == best.c.quick_win_id)
        .outerjoin(Unit, Unit.id == QuickWin.unit_id)
        .outerjoin(QuickWin.defined_state)
        .options(contains_eager(QuickWin.defined_state))
        .where(own.agency)
        .order_by(own.name)
    )
    return [
        Covered(
            unit=unit,
            coverage=quick_win.defined_state.coverage if quick_win else Coverage.NOTHING,
            quick_win=quick_win,
            visible=sees,
            light=light(quick_win, quick_win.defined_state.coverage, ZoneInfo(zone), now=at)
            if quick_win
            else None,
        )
        for unit, quick_win, sees, zone in rows
    ]


def _without_period() -> Select[QuickWin]:
    return (
        select(QuickWin)
        .join(QuickWin.unit)
        .join(QuickWin.definition)
        .join(QuickWin.defined_state)
        .options(
            contains_eager(QuickWin.unit),
            contains_eager(QuickWin.definition),
            contains_eager(QuickWin.defined_state),
        )
    )
