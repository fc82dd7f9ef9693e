"""Which OPDs have submitted something in a period, by themselves or through a unit below.

What was withdrawn, rejected or ended otherwise counts as nothing, as in the coverage; a draft is
not submitted. What follows from it is not known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from workflow.definition import Coverage
from workflow.models import DefinedState, Period, QuickWin, Unit

_Agency = aliased(Unit)


@dataclass(frozen=True, kw_only=True)
class Submissions:
    """How many OPDs have submitted, have begun only, and have nothing."""

    submitted: int = 0
    begun: int = 0
    nothing: int = 0


def stands() -> ColumnElement[bool]:
    """Whether a Quick Win, joined to its state, counts at all."""
    return DefinedState.coverage != Coverage.NOTHING


def never_submitted() -> ColumnElement[bool]:
    """Whether it is a draft that was never submitted, and could still be."""
    return and_(stands(), QuickWin.submitted_at.is_(None), DefinedState.final.is_(False))


def without(session: Session, period: Period) -> list[int]:
    """The ids of the OPDs that have submitted nothing in that period, by their codes."""
    has = (
        select(QuickWin.id)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .join(QuickWin.defined_state)
        .where(
            QuickWin.period_id == period.id,
            QuickWin.submitted_at.is_not(None),
            stands(),
            Unit.path[1] == _Agency.id,
        )
        .correlate(_Agency)
        .exists()
    )
    found = select(_Agency.id).where(_Agency.agency, ~has).order_by(_Agency.code)
    return list(session.scalars(found))


def counted(session: Session) -> Mapping[int, Submissions]:
    """Of every period, by its id; one statement, and one for the number of OPDs."""
    total = session.scalars(select(func.count()).where(Unit.agency)).one()
    submitted: dict[int, int] = defaultdict(int)
    begun: dict[int, int] = defaultdict(int)
    for period_id, has in session.execute(_by_agency()):
        (submitted if has else begun)[period_id] += 1
    return {
        each: Submissions(
            submitted=submitted[each],
            begun=begun[each],
            nothing=total - submitted[each] - begun[each],
        )
        for each in session.scalars(select(Period.id))
    }


def _by_agency() -> Select[int, bool]:
    """A row for each OPD with anything in a period, and whether any of it was submitted."""
    return (
        select(QuickWin.period_id, func.bool_or(QuickWin.submitted_at.is_not(None)))
        .join(Unit, Unit.id == QuickWin.unit_id)
        .join(_Agency, _Agency.id == Unit.path[1])
        .join(QuickWin.defined_state)
        .where(_Agency.agency, stands())
        .group_by(QuickWin.period_id, _Agency.id)
    )
