"""Who asks and what waits for them; and the master data: periods, units, how far each OPD is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased, joinedload

from web.api import paging, present, reading
from web.api.description import Operation, describe
from web.api.schemas import PageQuery, PeriodQuery
from web.api.shapes import Brief, CoverageRow, Me, Page, PeriodShape, UnitShape, Whole
from web.frame import reader_language
from workflow import queries
from workflow.content import open_period
from workflow.errors import Conflict, NotFound
from workflow.models import Period, Post, QuickWin, Unit
from workflow.relations import in_force, local_day

bp = Blueprint("api_master", __name__, url_prefix="/api/v1")


@bp.get("/me")
@describe(Operation(summary="The caller: roles, units, counts", answer=Me))
def me() -> dict[str, Any]:
    held = g.session.scalars(
        select(Post)
        .where(Post.person_id == g.person.id, in_force(Post, local_day(g.now)))
        .options(joinedload(Post.unit))
        .order_by(Post.delegation_id, Post.assignment_id)
    ).all()
    home = g.session.get(Unit, g.person.home_unit_id) if g.person.home_unit_id else None
    units = {each.code for each in (home, *(row.unit for row in held)) if each}
    return {
        **present.person(g.person),
        "language": reader_language(),
        "roles": [_held(row) for row in held],
        "units": sorted(units),
        "counts": queries.counts(g.session, g.person, at=g.now)._asdict(),
    }


@bp.get("/inbox")
@describe(
    Operation(
        summary="What waits for the caller, overdue first", answer=Page[Brief], query=PageQuery
    )
)
def inbox() -> dict[str, Any]:
    asked = reading.query(PageQuery)
    waiting = queries.inbox(g.person, at=g.now).where(_after(asked.cursor))
    ids = g.session.scalars(waiting.limit(asked.limit + 1)).all()
    return paging.page(
        queries.in_order(g.session, ids),
        asked.limit,
        shown=present.brief,
        cursor=lambda quick_win: paging.timed_cursor_of(quick_win.id, quick_win.due_at),
    )


@bp.get("/periods")
@describe(Operation(summary="All periods, newest first", answer=Whole[PeriodShape]))
def periods() -> dict[str, Any]:
    found = g.session.scalars(select(Period).order_by(Period.opens_at.desc(), Period.id.desc()))
    return paging.whole([_period(each) for each in found])


@bp.get("/units")
@describe(Operation(summary="All units, with the code of the one above", answer=Whole[UnitShape]))
def units() -> dict[str, Any]:
    above = aliased(Unit)
    found = g.session.execute(
        select(Unit, above.code).outerjoin(above, above.id == Unit.parent_id).order_by(Unit.id)
    )
    return paging.whole([_unit(unit, parent) for unit, parent in found])


@bp.get("/coverage")
@describe(
    Operation(
        summary="How far each OPD is, its units below included",
        answer=Whole[CoverageRow],
        query=PeriodQuery,
        refuses=(404,),
    )
)
def coverage() -> dict[str, Any]:
    period = _named_period(reading.query(PeriodQuery).period)
    rows = queries.coverage(g.session, g.person, period, at=g.now)
    return paging.whole([present.covered(row) for row in rows])


def _named_period(code: str) -> Period:
    """The period of that code, or the open one. Raises NotFound if there is none."""
    if not code:
        try:
            return open_period(g.session, g.now)
        except Conflict as error:
            raise NotFound(error.sentence) from error
    found: Period | None = g.session.scalar(select(Period).where(Period.code == code))
    if found is None:
        raise NotFound
    return found


def _after(cursor: str) -> ColumnElement[bool]:
    """What comes after the cursor's row in the order of the inbox."""
    place = paging.timed_place(cursor)
    if place is None:
        return QuickWin.id.is_not(None)
    row_id, due_at = place
    undated = and_(QuickWin.due_at.is_(None), QuickWin.id > row_id)
    if due_at is None:
        return undated
    same = and_(QuickWin.due_at == due_at, QuickWin.id > row_id)
    return or_(QuickWin.due_at > due_at, same, QuickWin.due_at.is_(None))


def _held(row: Post) -> dict[str, Any]:
    return {
        "role": row.role,
        "unit": row.unit.code if row.unit else None,
        "capacity": row.capacity,
        "on_behalf_of": row.on_behalf_of or None,
        "from": row.valid_from.isoformat(),
        "to": row.valid_to.isoformat() if row.valid_to else None,
    }


def _period(found: Period) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "year": found.year,
        "opens_at": present.moment(found.opens_at),
        "closes_at": present.moment(found.closes_at),
        "open": found.opens_at <= g.now < found.closes_at,
        "dimensions": [{"subdimensions": [], **entry} for entry in found.dimensions],
    }


def _unit(found: Unit, parent: str | None) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "abbreviation": found.abbreviation,
        "kind": found.kind,
        "agency": found.agency,
        "parent": parent,
    }
