"""Whose turn it is, as SQL: the people a Quick Win waits for, where it is or where it will be.

A turn is asked for in lists, where it stands in the table of the definitions, and where an act is
written, which knows the definition and asks for no more than matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    SQLColumnExpression,
    and_,
    cast,
    false,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from workflow.models import DefinedTurn, Designation, Judgment, Person, Post, QuickWin, Unit
from workflow.relations import barred, exists_in, held_towards, in_force, judgment_stands

_Asked, _Turn = aliased(Person), aliased(DefinedTurn)
_OfTurn, _OfState = aliased(Post), aliased(Post)


def has_judged(*people: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether one of them filled a place of the quorum, or theirs was filled for them."""
    filled = or_(Judgment.reviewer_id.in_(people), Judgment.place_of_id.in_(people))
    return exists_in([Judgment], judgment_stands(), filled)


def is_designated(*people: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether one of them was asked to judge it, or nobody was."""
    open_ones = (
        Designation.quick_win_id == QuickWin.id,
        Designation.ended_at.is_(None),
        Designation.person_id == _Asked.id,
        _Asked.deactivated_at.is_(None),
    )
    return or_(
        ~exists_in([Designation, _Asked], *open_ones),
        exists_in([Designation, _Asked], *open_ones, _Asked.id.in_(people)),
    )


def has_turn(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the Quick Win waits for the person: a post whose turn it is, no personal guard
    (`guards.PERSONAL`) in the way, and nobody else was asked instead."""
    filling = (person_id, cast(_OfTurn.on_behalf_of_id, BigInteger))
    return exists_in(
        [_OfTurn, DefinedTurn],
        DefinedTurn.definition_id == QuickWin.definition_id,
        DefinedTurn.state == QuickWin.state,
        _OfTurn.role == DefinedTurn.role,
        _OfTurn.person_id == person_id,
        in_force(_OfTurn, day),
        held_towards(_OfTurn, Unit.path),
        or_(~DefinedTurn.four_eyes, ~barred(person_id, day)),
        or_(~DefinedTurn.once, and_(~has_judged(*filling), is_designated(*filling))),
    )


class Turn(NamedTuple):
    """A role whose turn it is, and which personal guards stand before it."""

    role: str
    four_eyes: bool
    once: bool


def takes_turn(
    post: type[Post], day: ColumnElement[date], turns: Sequence[Turn]
) -> ColumnElement[bool]:
    """`has_turn` of a post that is in force and held towards the Quick Win, in a state of which the
    turns are known: nothing is asked that does not matter."""
    return or_(false(), *(_takes(post, day, turn) for turn in turns))


def _takes(post: type[Post], day: ColumnElement[date], turn: Turn) -> ColumnElement[bool]:
    filling = (post.person_id, cast(post.on_behalf_of_id, BigInteger))
    conditions = [post.role == turn.role]
    if turn.four_eyes:
        conditions.append(~barred(post.person_id, day))
    if turn.once:
        conditions += [~has_judged(*filling), is_designated(*filling)]
    return and_(*conditions)


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
