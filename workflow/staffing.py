"""Whether there is somebody for every step under four eyes: enough distinct people who are present
and whom nothing keeps from it, for every OPD while a period is open, and for every Quick Win that
stands in such a step.

Present is whoever has an open account and handed nothing over for today; somebody who stands in
fills one place. It only asks; what follows is said in `incidents`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from workflow.definition import Workflow
from workflow.facts import judgment_facts
from workflow.matching import Filling
from workflow.models import (
    DefinedTurn,
    Delegation,
    Designation,
    Judgment,
    Period,
    Person,
    Post,
    QuickWin,
    Unit,
)
from workflow.registry import active, parameters_in, parsed, workflows
from workflow.relations import (
    administers,
    bound_by_unit,
    held_towards,
    in_force,
    judgment_stands,
    local_day,
    recused,
    wrote,
)
from workflow.steps import Given, Member, steps

_Held, _Handed, _Standby = aliased(Post), aliased(Delegation), aliased(Person)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A step that nobody can take, and a role that is missing; of one Quick Win, or of all that
    these units propose."""

    definition_id: int
    state: str
    role: str
    quick_win_id: int | None
    units: tuple[int, ...]


def gaps(session: Session, at: datetime, *, without: int | None = None) -> list[Gap]:
    """Everything that nobody can take at that moment, as if the account `without` were closed."""
    definition = active(session)
    missing = missing_for_units(session, parsed(definition), at, without=without)
    found = [
        Gap(definition_id=definition.id, state=state, role=role, quick_win_id=None, units=units)
        for (state, role), units in missing.items()
    ]
    return found + _of_quick_wins(session, at, missing, without)


def missing_for_units(
    session: Session, workflow: Workflow, at: datetime, *, without: int | None = None
) -> dict[tuple[str, str], tuple[int, ...]]:
    """The OPDs that lack people under that definition, by state and role; none where no period is
    open."""
    periods = select(Period).where(Period.opens_at <= at, Period.closes_at > at)
    asked = [parameters_in(workflow, period) for period in session.scalars(periods)]
    if not asked:
        return {}
    staff = _staff(session, at, Unit.agency.is_(True), without)
    units = session.scalars(select(Unit.id).where(Unit.agency).order_by(Unit.id)).all()
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for step in steps(workflow):
        for unit in units:
            fillings = step.fillings(staff[unit])
            for role in {r for each in asked for r in step.missing(fillings, Given(), each)}:
                found[step.state, role].append(unit)
    return {key: tuple(ids) for key, ids in sorted(found.items())}


def _of_quick_wins(
    session: Session,
    at: datetime,
    covered: Mapping[tuple[str, str], tuple[int, ...]],
    without: int | None,
) -> list[Gap]:
    """Those of Quick Wins that are no case of what their OPD lacks anyway."""
    rows = session.execute(_standing_in_steps()).all()
    known = workflows(session)
    by_state = {(key, step.state): step for key, each in known.items() for step in steps(each)}
    staff = _staff(session, at, Unit.id.in_({row.unit_id for row in rows}), without)
    given = _given(session, at, without)
    found = []
    for row in rows:
        step, has = by_state.get((row.definition_id, row.state)), given[row.id]
        if step is None:
            continue
        chosen = row.of_period if row.parameters is None else row.parameters
        parameters = replace(step.workflow.parameters, **chosen)
        for role in step.missing(step.fillings(staff[row.unit_id], has.barred), has, parameters):
            if set(row.path).isdisjoint(covered.get((row.state, role), ())):
                found.append(
                    Gap(
                        definition_id=row.definition_id,
                        state=row.state,
                        role=role,
                        quick_win_id=row.id,
                        units=(row.unit_id,),
                    )
                )
    return found


def _staff(
    session: Session, at: datetime, units: ColumnElement[bool], without: int | None
) -> Mapping[int, list[Member]]:
    """Who is present with which role towards each of those units, by unit."""
    day = local_day(at)
    owner = func.coalesce(_Held.on_behalf_of_id, _Held.person_id)
    barred = or_(bound_by_unit(_Held.person_id, day), administers(_Held.person_id, day))
    rows = session.execute(
        select(Unit.id, _Held.role, _Held.person_id, owner, barred)
        .join(_Held, held_towards(_Held, Unit.path))
        .where(units, in_force(_Held, day), _is_present(day, without))
        .distinct()
    )
    found: dict[int, list[Member]] = defaultdict(list)
    for unit, role, actor, whose, kept_out in rows:
        if without not in (actor, whose):
            filling = Filling(role=role, actor=actor, owner=whose)
            found[unit].append(Member(filling=filling, barred=kept_out))
    return found


def _is_present(day: ColumnElement[date], without: int | None) -> ColumnElement[bool]:
    """Whoever is away has handed over to somebody who is there."""
    return ~(
        select(_Handed.id)
        .join(_Standby, _Standby.id == _Handed.delegate_id)
        .where(
            _Handed.delegator_id == _Held.person_id,
            _Handed.ended_at.is_(None),
            in_force(_Handed, day),
            _Standby.deactivated_at.is_(None),
            true() if without is None else _Standby.id != without,
        )
        .correlate(_Held)
        .exists()
    )


def _in_a_step() -> ColumnElement[bool]:
    """The Quick Wins that stand where somebody answers under four eyes."""
    turns = select(DefinedTurn.definition_id, DefinedTurn.state).where(DefinedTurn.four_eyes)
    return tuple_(QuickWin.definition_id, QuickWin.state).in_(turns)


def _standing_in_steps() -> Select[*tuple[Any, ...]]:
    return (
        select(
            QuickWin.id,
            QuickWin.definition_id,
            QuickWin.state,
            QuickWin.unit_id,
            Unit.path,
            QuickWin.parameters,
            Period.parameters.label("of_period"),
        )
        .join(Unit, Unit.id == QuickWin.unit_id)
        .join(Period, Period.id == QuickWin.period_id)
        .where(_in_a_step())
        .order_by(QuickWin.id)
    )


def _given(session: Session, at: datetime, without: int | None) -> Mapping[int, Given]:
    """What the Quick Wins in such steps have already, by their ids."""
    found: dict[int, Given] = defaultdict(Given)
    for quick_win, person in session.execute(_kept_out(local_day(at))):
        found[quick_win].barred.add(person)
    for quick_win, judgment in session.execute(_judgments()):
        found[quick_win].judgments.append(judgment)
    for quick_win, person in session.execute(_designated()):
        if person != without:
            found[quick_win].designated.add(person)
    return found


def _kept_out(day: ColumnElement[date]) -> Select[int, int]:
    """Who wrote a part or recused themselves, of those whose turn it would be."""
    return (
        select(QuickWin.id, _Held.person_id)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .join(
            DefinedTurn,
            and_(
                DefinedTurn.definition_id == QuickWin.definition_id,
                DefinedTurn.state == QuickWin.state,
            ),
        )
        .join(_Held, and_(_Held.role == DefinedTurn.role, held_towards(_Held, Unit.path)))
        .where(
            _in_a_step(),
            in_force(_Held, day),
            or_(wrote(_Held.person_id, day), recused(_Held.person_id, day)),
        )
    )


def _judgments() -> Select[int, Any]:
    judgments = select(QuickWin.id, judgment_facts()).join(Judgment, judgment_stands())
    return judgments.where(_in_a_step())


def _designated() -> Select[int, int]:
    return (
        select(QuickWin.id, Designation.person_id)
        .join(Designation, Designation.quick_win_id == QuickWin.id)
        .join(Designation.person)
        .where(_in_a_step(), Designation.ended_at.is_(None), Person.deactivated_at.is_(None))
    )
