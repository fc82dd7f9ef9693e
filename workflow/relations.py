"""How people stand to Quick Wins, as SQL: roles in force, own unit, authorship, sight, turn.

Each relation is an expression over any person and any Quick Win, so that the door reads one row of
them, lists use them in WHERE, and recipients are found by them. One place says what each means.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    SQLColumnExpression,
    and_,
    any_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from workflow.models import (
    Assignment,
    Authorship,
    City,
    DefinedRole,
    DefinedTurn,
    Judgment,
    Person,
    QuickWin,
    Unit,
)

# A piece can stand inside any SELECT, at any depth. Its tables have names of its own, made once:
# that takes longer than to write the statement they stand in.
_Account = aliased(Person)
_Home, _Near, _Theirs = aliased(Person), aliased(Unit), aliased(Unit)
_OfUnit, _OfRole, _OfSight, _OfTurn, _OfState = (aliased(Assignment) for _ in range(5))
_Turn = aliased(DefinedTurn)


def _exists(brought: Sequence[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """EXISTS over the tables it brings along; every other one is an enclosing statement's. Left to
    itself, SQLAlchemy looks one level up only, and quietly asks about any unit or Quick Win."""
    return exists().where(*conditions).correlate_except(*brought)


def local_day(at: datetime | BindParameter[datetime]) -> ColumnElement[date]:
    """The day it is in the city at that moment."""
    return select(cast(func.timezone(City.zone, at), Date)).scalar_subquery()


def in_force(assignment: type[Assignment], day: ColumnElement[date]) -> ColumnElement[bool]:
    """An assignment that is current on that day, of somebody whose account is."""
    return and_(
        assignment.valid_from <= day,
        or_(assignment.valid_to.is_(None), assignment.valid_to >= day),
        _exists([_Account], _Account.id == assignment.person_id, _Account.deactivated_at.is_(None)),
    )


def held_towards(assignment: type[Assignment], path: Any) -> ColumnElement[bool]:
    """An assignment for the city, or for a unit of `path`: a Quick Win's unit and those above."""
    return or_(assignment.unit_id.is_(None), assignment.unit_id == any_(path))


def own_unit(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the Quick Win's unit is the person's own: the home unit or one of an assignment in
    force, or an ancestor or a descendant of one. The city is no unit.

    A set of units that no Quick Win is named in: PostgreSQL makes it once for a whole list.
    """
    home = _exists([_Home], _Home.id == person_id, _Home.home_unit_id == _Theirs.id)
    assigned = _exists(
        [_OfUnit],
        _OfUnit.person_id == person_id,
        _OfUnit.unit_id == _Theirs.id,
        in_force(_OfUnit, day),
    )
    own = select(_Near.id).where(
        or_(home, assigned), or_(_Theirs.id == any_(_Near.path), _Near.id == any_(_Theirs.path))
    )
    return Unit.id.in_(own.correlate_except(_Near, _Theirs))


def holds_any(person_id: int, at: datetime, roles: Sequence[str] | None) -> ColumnElement[bool]:
    """Whether the person holds one of the roles now, anywhere; None: any role for the city."""
    return _exists(
        [_OfRole],
        _OfRole.person_id == person_id,
        in_force(_OfRole, local_day(at)),
        _OfRole.unit_id.is_(None) if roles is None else _OfRole.role.in_(roles),
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
    return _exists(
        [_OfSight, DefinedRole],
        _OfSight.person_id == person_id,
        in_force(_OfSight, day),
        DefinedRole.definition_id == QuickWin.definition_id,
        DefinedRole.code == _OfSight.role,
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
    return _exists(
        [_OfTurn, DefinedTurn],
        DefinedTurn.definition_id == QuickWin.definition_id,
        DefinedTurn.state == (QuickWin.state if state is None else state),
        _OfTurn.role == DefinedTurn.role,
        _OfTurn.person_id == person_id,
        in_force(_OfTurn, day),
        held_towards(_OfTurn, Unit.path),
        or_(~DefinedTurn.four_eyes, ~or_(own_unit(person_id, day), wrote(person_id))),
        or_(~DefinedTurn.once, ~has_judged(person_id)),
    )


def waits_for(person_id: int, day: ColumnElement[date]) -> ColumnElement[bool]:
    """`has_turn` for a list. The states in which the person has a turn at all are found first, so
    that PostgreSQL looks at what is there and not at everything."""
    turns = (
        select(_Turn.definition_id, _Turn.state)
        .join(_OfState, _OfState.role == _Turn.role)
        .where(_OfState.person_id == person_id)
    )
    return and_(
        tuple_(QuickWin.definition_id, QuickWin.state).in_(turns),
        has_turn(literal(person_id, BigInteger), day),
    )
