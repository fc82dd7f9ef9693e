"""What a person's own units have under way, and in which roles people act: for those who want to
know where things are, beside what waits for them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from workflow.content import units_to_propose_for
from workflow.definition import Workflow
from workflow.models import Assignment, DefinedState, Person, QuickWin, Unit
from workflow.queries import in_order, seen_by
from workflow.registry import active, parsed
from workflow.relations import has_turn, in_force, local_day


def under_way(session: Session, person: Person, *, at: datetime, limit: int) -> list[QuickWin]:
    """The Quick Wins of units for which the person acts that have not come to an end and do not
    wait for the person, the latest first."""
    roles = frozenset(unit_roles(parsed(active(session))))
    units = session.scalars(select(Unit.id).where(units_to_propose_for(person.id, at, roles))).all()
    if not units:
        return []
    ids = session.scalars(
        seen_by(person, at)
        .join(QuickWin.defined_state)
        .where(
            QuickWin.unit_id == any_(literal(list(units), ARRAY(BigInteger))),
            DefinedState.final.is_(False),
            ~has_turn(literal(person.id, BigInteger), local_day(at)),
        )
        .order_by(QuickWin.since.desc(), QuickWin.id.desc())
        .limit(limit)
    )
    return in_order(session, ids.all())


def unit_roles(workflow: Workflow) -> list[str]:
    """The roles that are held for a unit and not for the city."""
    return [role.code for role in workflow.roles.values() if role.scope == "unit"]


def roles_held(session: Session, person: Person, *, at: datetime) -> set[str]:
    """The roles that the person holds now, anywhere; one statement."""
    found = (
        select(Assignment.role)
        .distinct()
        .where(Assignment.person_id == person.id, in_force(Assignment, local_day(at)))
    )
    return set(session.scalars(found))
