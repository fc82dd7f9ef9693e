"""What a person's own units have under way: for those who want to know where things are, beside
what waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from workflow.content import units_to_propose_for
from workflow.definition import Workflow
from workflow.models import DefinedState, Person, QuickWin, Unit
from workflow.queries import in_order
from workflow.registry import active, parsed
from workflow.relations import local_day, seen_by
from workflow.turns import has_turn


def under_way(session: Session, person: Person, *, at: datetime, limit: int) -> list[QuickWin]:
    """The Quick Wins of units for which the person acts that have not come to an end and do not
    wait for the person, the latest first."""
    units = acts_for(session, person, at=at)
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


def acts_for(session: Session, person: Person, *, at: datetime) -> Sequence[int]:
    """The ids of the units for which the person acts: those of posts, and all below them."""
    roles = frozenset(_unit_roles(parsed(active(session))))
    return session.scalars(select(Unit.id).where(units_to_propose_for(person.id, at, roles))).all()


def _unit_roles(workflow: Workflow) -> list[str]:
    """The roles that are held for a unit and not for the city."""
    return [role.code for role in workflow.roles.values() if role.scope == "unit"]
