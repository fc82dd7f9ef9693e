"""Who can be asked to judge a Quick Win, and who of them has least to do.

To be asked steers inbox, mail and reminders; the right to judge does not hang on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.models import DefinedTurn, Designation, Judgment, Person, Post, QuickWin, Unit
from workflow.quorum import judging_roles
from workflow.registry import parameters_of, workflow_of
from workflow.relations import barred, held_towards, in_force, local_day


@dataclass(frozen=True, kw_only=True)
class Eligible:
    """Somebody who can judge it now. `load`: how many others they were asked for and owe."""

    person: Person
    load: int
    asked: bool


def eligible(session: Session, quick_win: QuickWin, *, at: datetime) -> list[Eligible]:
    """Everybody who holds a judging post of their own and whom four eyes do not keep from it, by
    name."""
    rows = session.execute(_eligible(quick_win, at).order_by(Person.name, Person.id))
    asked = set(
        session.scalars(
            select(Designation.person_id).where(
                Designation.quick_win_id == quick_win.id, Designation.ended_at.is_(None)
            )
        )
    )
    return [Eligible(person=person, load=load, asked=person.id in asked) for person, load in rows]


def shared_out(quick_win: QuickWin, among: list[Eligible]) -> list[int]:
    """Whom to ask: who was asked already, else as many as the period wants, of those with the least
    to do. Ids of persons."""
    if asked := [each.person.id for each in among if each.asked]:
        return asked
    least = sorted(among, key=lambda each: (each.load, each.person.id))
    return [each.person.id for each in least[: parameters_of(quick_win).reviewers]]


def _eligible(quick_win: QuickWin, at: datetime) -> Select[Person, int]:
    day, post = local_day(at), aliased(Post)
    holds = exists().where(
        post.person_id == Person.id,
        post.delegation_id == 0,
        post.role.in_(judging_roles(workflow_of(quick_win))),
        in_force(post, day),
        held_towards(post, Unit.path),
    )
    return (
        select(Person, _load(quick_win))
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .join(Person, Person.deactivated_at.is_(None))
        .where(QuickWin.id == quick_win.id, holds, ~barred(Person.id, day))
    )


def _load(quick_win: QuickWin) -> ScalarSelect[int]:
    """How many other Quick Wins a Person is asked to judge, which wait for that and have not got
    their judgment."""
    other = aliased(QuickWin)
    given = exists().where(
        Judgment.quick_win_id == other.id,
        Judgment.material_digest == other.material_digest,
        Judgment.rescinded_at.is_(None),
        or_(Judgment.reviewer_id == Person.id, Judgment.place_of_id == Person.id),
    )
    judged_here = exists().where(
        and_(
            DefinedTurn.definition_id == other.definition_id,
            DefinedTurn.state == other.state,
            DefinedTurn.once,
        )
    )
    return (
        select(func.count())
        .select_from(Designation)
        .join(other, other.id == Designation.quick_win_id)
        .where(
            Designation.person_id == Person.id,
            Designation.ended_at.is_(None),
            other.id != quick_win.id,
            judged_here,
            ~given,
        )
        .correlate(Person)
        .scalar_subquery()
    )
