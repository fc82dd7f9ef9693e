"""What a person is towards a Quick Win: roles, own unit, author, has judged; and what guards ask.

The pieces are SQL expressions over any person and any Quick Win, so that the door reads one row of
them, lists use them in WHERE, and recipients are found by them. One place says what each means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    DateTime,
    Select,
    SQLColumnExpression,
    String,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from workflow.models import (
    Assignment,
    Authorship,
    City,
    DefinedRole,
    DefinedTurn,
    Event,
    Judgment,
    Person,
    QuickWin,
    Report,
    Unit,
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One person towards one Quick Win at one moment."""

    roles: Mapping[str, str] = field(default_factory=dict)  # role -> capacity
    sees: bool = False
    own_unit: bool = False
    author: bool = False
    judged: bool = False  # what is submitted now
    judgments: int = 0  # of what is submitted now, by different reviewers
    quorum: int = 0
    missing: tuple[str, ...] = ()  # required fields that are not filled in
    period_open: bool = False
    submitted_in_time: bool = False
    indicators: frozenset[str] = frozenset()
    reported_percent: Decimal | None = None  # of the last report in this visit or before
    reported_indicators: frozenset[str] = frozenset()
    by_decree: bool = False
    undo_open: bool = False
    today: date = date.min  # in the city


# ---------------------------------------------------------------- pieces
# A piece can stand inside any SELECT, at any depth.


def _exists(brought: Sequence[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """EXISTS over the tables it brings along; every other one is an enclosing statement's. Left to
    itself, SQLAlchemy looks one level up only, and quietly asks about any unit or Quick Win."""
    return exists().where(*conditions).correlate_except(*brought)


def local_day(at: datetime | BindParameter[datetime]) -> ColumnElement[date]:
    """The day it is in the city at that moment."""
    return select(cast(func.timezone(City.zone, at), Date)).scalar_subquery()


def in_force(assignment: type[Assignment], day: ColumnElement[date]) -> ColumnElement[bool]:
    """An assignment that is current on that day, of somebody whose account is."""
    account = aliased(Person)
    return and_(
        assignment.valid_from <= day,
        or_(assignment.valid_to.is_(None), assignment.valid_to >= day),
        _exists([account], account.id == assignment.person_id, account.deactivated_at.is_(None)),
    )


def held_towards(assignment: type[Assignment], path: Any) -> ColumnElement[bool]:
    """An assignment for the city, or for a unit of `path`: a Quick Win's unit and those above."""
    return or_(assignment.unit_id.is_(None), assignment.unit_id == any_(path))


def own_unit(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the Quick Win's unit is the person's own: the home unit or one of an assignment in
    force, or an ancestor or a descendant of one. The city is no unit."""
    theirs, account, assignment = aliased(Unit), aliased(Person), aliased(Assignment)
    home = _exists([account], account.id == person_id, account.home_unit_id == theirs.id)
    assigned = _exists(
        [assignment],
        assignment.person_id == person_id,
        assignment.unit_id == theirs.id,
        in_force(assignment, day),
    )
    return _exists(
        [theirs],
        or_(home, assigned),
        or_(theirs.id == any_(Unit.path), Unit.id == any_(theirs.path)),
    )


def holds_any(person_id: int, at: datetime, roles: Sequence[str] | None) -> ColumnElement[bool]:
    """Whether the person holds one of the roles now, anywhere; None: any role for the city."""
    assignment = aliased(Assignment)
    return _exists(
        [assignment],
        assignment.person_id == person_id,
        in_force(assignment, local_day(at)),
        assignment.unit_id.is_(None) if roles is None else assignment.role.in_(roles),
    )


def wrote(person_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether the person wrote any part of the Quick Win's content."""
    return _exists(
        [Authorship],
        Authorship.quick_win_id == QuickWin.id,
        Authorship.person_id == person_id,
    )


def judgment_counts() -> ColumnElement[bool]:
    """A judgment of what is submitted now, whatever the visit in which it was given."""
    return and_(
        Judgment.quick_win_id == QuickWin.id,
        Judgment.material_digest == QuickWin.material_digest,
        Judgment.rescinded_at.is_(None),
    )


def has_judged(person_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    return _exists([Judgment], judgment_counts(), Judgment.reviewer_id == person_id)


def visible(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the person may know that the Quick Win exists (contract, "Who sees what")."""
    assignment = aliased(Assignment)
    return _exists(
        [assignment, DefinedRole],
        assignment.person_id == person_id,
        in_force(assignment, day),
        DefinedRole.definition_id == QuickWin.definition_id,
        DefinedRole.code == assignment.role,
        or_(
            DefinedRole.sees == "all",
            and_(DefinedRole.sees == "circulated", QuickWin.circulated_at.is_not(None)),
            and_(DefinedRole.sees == "own_unit", own_unit(person_id, day)),
        ),
    )


def has_turn(
    person_id: SQLColumnExpression[int],
    day: ColumnElement[date],
    state: ColumnElement[str] | None = None,
) -> ColumnElement[bool]:
    """Whether the Quick Win waits for the person, where it is or in `state`: a role whose turn it
    is, and no personal guard (`guards.PERSONAL`) in the way."""
    assignment = aliased(Assignment)
    return _exists(
        [assignment, DefinedTurn],
        DefinedTurn.definition_id == QuickWin.definition_id,
        DefinedTurn.state == (QuickWin.state if state is None else state),
        assignment.role == DefinedTurn.role,
        assignment.person_id == person_id,
        in_force(assignment, day),
        held_towards(assignment, Unit.path),
        or_(~DefinedTurn.four_eyes, ~or_(own_unit(person_id, day), wrote(person_id))),
        or_(~DefinedTurn.once, ~has_judged(person_id)),
    )


# ---------------------------------------------------------------- one row of it


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The row as the database has it; `machine` makes a Standing of it."""

    roles: Mapping[str, str]
    sees: bool
    own_unit: bool
    author: bool
    judged: bool
    judgments: int
    report: Mapping[str, Any] | None  # percent (text), actuals
    last_event: Mapping[str, Any] | None  # actor_id, action, at (ISO)
    today: date  # in the city


def facts_columns(
    person: SQLColumnExpression[int], day: ColumnElement[date]
) -> tuple[ColumnElement[Any], ...]:
    """The columns of Facts, in its order, for a SELECT from QuickWin joined to its Unit."""
    assignment = aliased(Assignment)
    roles = (
        select(func.jsonb_object_agg(assignment.role, assignment.capacity))
        .where(
            assignment.person_id == person,
            in_force(assignment, day),
            held_towards(assignment, Unit.path),
        )
        .correlate(Unit)
    )
    # Who wrote a part after judging, judged their own: four eyes hold for what counts, too.
    judgments = select(func.count(Judgment.reviewer_id.distinct())).where(
        judgment_counts(), ~wrote(Judgment.reviewer_id)
    )
    report = (
        select(
            func.jsonb_build_object(
                "percent", cast(Report.percent, String), "actuals", Report.actuals
            )
        )
        .where(Report.quick_win_id == QuickWin.id)
        .order_by(Report.id.desc())
        .limit(1)
    )
    last = (
        select(
            func.jsonb_build_object(
                "actor_id", Event.actor_id, "action", Event.action, "at", Event.at
            )
        )
        .where(Event.quick_win_id == QuickWin.id)
        .order_by(Event.id.desc())
        .limit(1)
    )
    return (
        roles.scalar_subquery(),
        visible(person, day),
        own_unit(person, day),
        wrote(person),
        has_judged(person),
        judgments.correlate(QuickWin).scalar_subquery(),
        report.correlate(QuickWin).scalar_subquery(),
        last.correlate(QuickWin).scalar_subquery(),
        day,
    )


def facts(session: Session, quick_win_id: int, person_id: int | None, at: datetime) -> Facts:
    """What `person_id` (None: the system) is towards that Quick Win; one statement."""
    row = session.execute(
        _facts_statement(), {"quick_win": quick_win_id, "person": person_id, "at": at}
    ).one()
    return Facts(
        roles=row[0] or {},
        sees=row[1],
        own_unit=row[2],
        author=row[3],
        judged=row[4],
        judgments=row[5],
        report=row[6],
        last_event=row[7],
        today=row[8],
    )


@lru_cache(maxsize=1)
def _facts_statement() -> Select[Any]:
    """Built once: building it takes longer than PostgreSQL takes to answer."""
    at = bindparam("at", type_=DateTime(timezone=True))
    columns = facts_columns(bindparam("person", type_=BigInteger), local_day(at))
    return (
        select(*columns)
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(QuickWin.id == bindparam("quick_win", type_=BigInteger))
    )
