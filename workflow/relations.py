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
    Select,
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
    Delegation,
    Designation,
    Judgment,
    Person,
    Post,
    QuickWin,
    Recusal,
    Unit,
)

# A piece can stand inside any SELECT, at any depth. Its tables have names of its own, made once:
# that takes longer than to write the statement they stand in.
_Asked = aliased(Person)
_Home, _Near, _Theirs = aliased(Person), aliased(Unit), aliased(Unit)
_OfUnit, _OfRole, _OfSight, _OfTurn, _OfState, _OfOffice = (aliased(Post) for _ in range(6))
_Turn = aliased(DefinedTurn)
ADMIN = "admin"  # runs the installation, and so decides on nothing


def _exists(brought: Sequence[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """EXISTS over the tables it brings along; every other one is an enclosing statement's. Left to
    itself, SQLAlchemy looks one level up only, and quietly asks about any unit or Quick Win."""
    return exists().where(*conditions).correlate_except(*brought)


def local_day(at: datetime | BindParameter[datetime]) -> ColumnElement[date]:
    """The day it is in the city at that moment."""
    return select(cast(func.timezone(City.zone, at), Date)).scalar_subquery()


def in_force(
    dated: type[Assignment] | type[Post] | type[Delegation], day: ColumnElement[date]
) -> ColumnElement[bool]:
    """What is current on that day. Posts are those of open accounts alone."""
    return and_(
        dated.valid_from <= day,
        or_(dated.valid_to.is_(None), dated.valid_to >= day),
    )


def held_towards(post: type[Post], path: Any) -> ColumnElement[bool]:
    """A post for the city, or for a unit of `path`: a Quick Win's unit and those above."""
    return or_(post.unit_id.is_(None), post.unit_id == any_(path))


def own_unit(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the Quick Win's unit is the person's own: the home unit or one of a post in force, or
    an ancestor or a descendant of one. The city is no unit."""
    return _near(_Home.id == person_id, person_id, day)


def bound_by_unit(
    person_id: SQLColumnExpression[int], day: ColumnElement[date]
) -> ColumnElement[bool]:
    """`own_unit`, or the home unit of somebody they stand in for is near."""
    return _near(_who(_Home.id, person_id, day), person_id, day)


def _near(
    at_home: ColumnElement[bool], person_id: SQLColumnExpression[int], day: ColumnElement[date]
) -> ColumnElement[bool]:
    """A set of units that no Quick Win is named in: PostgreSQL makes it once for a whole list."""
    home = _exists([_Home], at_home, _Home.home_unit_id == _Theirs.id)
    posted = _exists(
        [_OfUnit],
        _OfUnit.person_id == person_id,
        _OfUnit.unit_id == _Theirs.id,
        in_force(_OfUnit, day),
    )
    own = select(_Near.id).where(
        or_(home, posted), or_(_Theirs.id == any_(_Near.path), _Near.id == any_(_Theirs.path))
    )
    return Unit.id.in_(own.correlate_except(_Near, _Theirs))


def _who(
    column: SQLColumnExpression[int],
    person_id: SQLColumnExpression[int],
    day: ColumnElement[date],
) -> ColumnElement[bool]:
    """Whether it names the person, or somebody they stand in for."""
    stood_for = select(Delegation.delegator_id).where(
        Delegation.delegate_id == person_id,
        Delegation.ended_at.is_(None),
        in_force(Delegation, day),
    )
    return or_(column == person_id, column.in_(stood_for.correlate_except(Delegation)))


def holds_any(person_id: int, at: datetime, roles: Sequence[str] | None) -> ColumnElement[bool]:
    """Whether the person holds one of the roles now, anywhere; None: any role for the city."""
    return _exists(
        [_OfRole],
        _OfRole.person_id == person_id,
        in_force(_OfRole, local_day(at)),
        _OfRole.unit_id.is_(None) if roles is None else _OfRole.role.in_(roles),
    )


def wrote(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the person, or somebody they stand in for, wrote any part of the content."""
    return _exists(
        [Authorship],
        Authorship.quick_win_id == QuickWin.id,
        _who(Authorship.person_id, person_id, day),
    )


def recused(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the person, or somebody they stand in for, said that they must not decide on it."""
    return _exists(
        [Recusal], Recusal.quick_win_id == QuickWin.id, _who(Recusal.person_id, person_id, day)
    )


def administers(
    person_id: SQLColumnExpression[int], day: ColumnElement[date]
) -> ColumnElement[bool]:
    return _exists(
        [_OfOffice],
        _OfOffice.person_id == person_id,
        _OfOffice.role == ADMIN,
        in_force(_OfOffice, day),
    )


def barred(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether four eyes keep the person from deciding: the guard `four_eyes` as SQL."""
    return or_(
        bound_by_unit(person_id, day),
        wrote(person_id, day),
        recused(person_id, day),
        administers(person_id, day),
    )


def judgment_stands() -> ColumnElement[bool]:
    """A judgment of what is submitted now, whatever the visit in which it was given."""
    return and_(
        Judgment.quick_win_id == QuickWin.id,
        Judgment.material_digest == QuickWin.material_digest,
        Judgment.rescinded_at.is_(None),
    )


def judge_is_barred() -> ColumnElement[bool]:
    """Whether who gave the judgment, or for whom it was given, wrote a part since or recused
    themselves: four eyes hold for what counts, too."""
    people = (Judgment.reviewer_id, Judgment.place_of_id)
    return or_(
        _exists(
            [Authorship], Authorship.quick_win_id == QuickWin.id, Authorship.person_id.in_(people)
        ),
        _exists([Recusal], Recusal.quick_win_id == QuickWin.id, Recusal.person_id.in_(people)),
    )


def has_judged(*people: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether one of them filled a place of the quorum, or theirs was filled for them."""
    filled = or_(Judgment.reviewer_id.in_(people), Judgment.place_of_id.in_(people))
    return _exists([Judgment], judgment_stands(), filled)


def is_designated(*people: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether one of them was asked to judge it, or nobody was."""
    open_ones = (
        Designation.quick_win_id == QuickWin.id,
        Designation.ended_at.is_(None),
        Designation.person_id == _Asked.id,
        _Asked.deactivated_at.is_(None),
    )
    return or_(
        ~_exists([Designation, _Asked], *open_ones),
        _exists([Designation, _Asked], *open_ones, _Asked.id.in_(people)),
    )


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


def seen_by(person: Person, at: datetime) -> Select[int]:
    """The ids of the Quick Wins the person may know of, joined with their units."""
    return (
        select(QuickWin.id)
        .join(QuickWin.unit)
        .where(visible(literal(person.id, BigInteger), local_day(at)))
    )


def has_turn(
    person_id: SQLColumnExpression[int],
    day: ColumnElement[date],
    state: ColumnElement[str] | None = None,
) -> ColumnElement[bool]:
    """Whether the Quick Win waits for the person, where it is or in `state`: a post whose turn it
    is, no personal guard (`guards.PERSONAL`) in the way, and nobody else was asked instead."""
    filling = (person_id, cast(_OfTurn.on_behalf_of_id, BigInteger))
    return _exists(
        [_OfTurn, DefinedTurn],
        DefinedTurn.definition_id == QuickWin.definition_id,
        DefinedTurn.state == (QuickWin.state if state is None else state),
        _OfTurn.role == DefinedTurn.role,
        _OfTurn.person_id == person_id,
        in_force(_OfTurn, day),
        held_towards(_OfTurn, Unit.path),
        or_(~DefinedTurn.four_eyes, ~barred(person_id, day)),
        or_(~DefinedTurn.once, and_(~has_judged(*filling), is_designated(*filling))),
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
