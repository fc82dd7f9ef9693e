"""How people stand to Quick Wins, as SQL: roles in force, own unit, authorship, sight.

Each relation is an expression over any person and any Quick Win, so that the door reads one row of
them, lists use them in WHERE, and recipients are found by them. One place says what each means;
whose turn it is follows from them, in `turns`.
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
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from workflow.models import (
    Assignment,
    Authorship,
    City,
    DefinedRole,
    Delegation,
    Judgment,
    Person,
    Post,
    QuickWin,
    Recusal,
    Unit,
)

# A piece can stand inside any SELECT, at any depth. Its tables have names of its own, made once:
# that takes longer than to write the statement they stand in.
_Home, _Near, _Theirs = aliased(Person), aliased(Unit), aliased(Unit)
_OfUnit, _OfRole, _OfSight, _OfOffice = (aliased(Post) for _ in range(4))
ADMIN = "admin"  # runs the installation, and so decides on nothing


def exists_in(brought: Sequence[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """EXISTS over the tables it brings along; every other one is an enclosing statement's. Left to
    itself, SQLAlchemy looks one level up only, and quietly asks about any unit or Quick Win."""
    return exists().where(*conditions).correlate_except(*brought)


def local_day(at: datetime | BindParameter[datetime]) -> ColumnElement[date]:
    """The day it is in the city at that moment."""
    return select(cast(func.timezone(City.zone, at), Date)).scalar_subquery()


def given_day(parameter: str) -> ColumnElement[date]:
    """The day of a parameter, as a SELECT: else PostgreSQL guesses how many posts it cuts off, and
    plans the statement anew for each."""
    return select(bindparam(parameter, type_=Date)).scalar_subquery()


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
    home = exists_in([_Home], _Home.id == person_id, _Home.home_unit_id == _Theirs.id)
    posted = exists_in(
        [_OfUnit],
        _OfUnit.person_id == person_id,
        _OfUnit.unit_id == _Theirs.id,
        in_force(_OfUnit, day),
    )
    return _near(or_(home, posted))


def bound_by_unit(
    person_id: SQLColumnExpression[int], day: ColumnElement[date]
) -> ColumnElement[bool]:
    """`own_unit`, or somebody they stand in for is at home near it."""
    return or_(own_unit(person_id, day), stands_in_for_own_unit(person_id, day))


def stands_in_for_own_unit(
    person_id: SQLColumnExpression[int], day: ColumnElement[date]
) -> ColumnElement[bool]:
    """What `bound_by_unit` adds; the posts of somebody they stand in for are theirs already."""
    home = exists_in(
        [_Home], _Home.id.in_(_stood_for(person_id, day)), _Home.home_unit_id == _Theirs.id
    )
    return _near(home)


def _near(theirs: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the Quick Win's unit is one of `_Theirs`, or above or below one. A set of units that
    no Quick Win is named in: PostgreSQL makes it once for a whole list."""
    near = select(_Near.id).where(
        theirs, or_(_Theirs.id == any_(_Near.path), _Near.id == any_(_Theirs.path))
    )
    return Unit.id.in_(near.correlate_except(_Near, _Theirs))


def _who(
    column: SQLColumnExpression[int],
    person_id: SQLColumnExpression[int],
    day: ColumnElement[date],
) -> ColumnElement[bool]:
    """Whether it names the person, or somebody they stand in for."""
    return or_(column == person_id, column.in_(_stood_for(person_id, day)))


def _stood_for(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> Select[int]:
    return (
        select(Delegation.delegator_id)
        .where(
            Delegation.delegate_id == person_id,
            Delegation.ended_at.is_(None),
            in_force(Delegation, day),
        )
        .correlate_except(Delegation)
    )


def holds_any(person_id: int, at: datetime, roles: Sequence[str] | None) -> ColumnElement[bool]:
    """Whether the person holds one of the roles now, anywhere; None: any role for the city."""
    return exists_in(
        [_OfRole],
        _OfRole.person_id == person_id,
        in_force(_OfRole, local_day(at)),
        _OfRole.unit_id.is_(None) if roles is None else _OfRole.role.in_(roles),
    )


def wrote(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the person, or somebody they stand in for, wrote any part of the content."""
    return exists_in(
        [Authorship],
        Authorship.quick_win_id == QuickWin.id,
        _who(Authorship.person_id, person_id, day),
    )


def recused(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the person, or somebody they stand in for, said that they must not decide on it."""
    return exists_in(
        [Recusal], Recusal.quick_win_id == QuickWin.id, _who(Recusal.person_id, person_id, day)
    )


def administers(
    person_id: SQLColumnExpression[int], day: ColumnElement[date]
) -> ColumnElement[bool]:
    return exists_in(
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
        exists_in(
            [Authorship], Authorship.quick_win_id == QuickWin.id, Authorship.person_id.in_(people)
        ),
        exists_in([Recusal], Recusal.quick_win_id == QuickWin.id, Recusal.person_id.in_(people)),
    )


def visible(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the person may know that the Quick Win exists (contract, "Who sees what")."""
    return exists_in(
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
