"""Incidents of steps that nobody can take, opened and closed as `staffing` finds them. Those of the
clock are in `standstills`; who hears of either, in `alerting`.

Nothing is decided for want of somebody who may. What is found is written only where it says
something new.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import alerting, staffing
from workflow.language import Label
from workflow.models import Incident, IncidentKind, QuickWin, Unit
from workflow.registry import workflows
from workflow.relations import ADMIN
from workflow.staffing import Gap


def recompute(session: Session, *, at: datetime) -> bool:
    """Open what nobody can take any more, and close what somebody can; whether anything changed.
    The caller commits.

    What changed is found once more under the lock of the city's chain, so that of two that find the
    same one writes it.
    """
    if _differences(session, at).none:
        return False
    alerting.lock(session)
    found = _differences(session, at)
    for incident, gap in found.moved:
        _move(session, incident, gap, at)
    for incident in found.solved:
        alerting.end(session, incident, "close_incident", _data(incident), at=at)
    for gap in found.new:
        _open(session, gap, at)
    return not found.none


@dataclass(frozen=True, kw_only=True)
class Told:
    """A step that nobody can take, as people read it; `quick_win` is its number, "" where it is
    about all that the units propose. `id` and `since` None: it would be so. `until` None: it is."""

    id: int | None
    state: Label
    role: Label
    quick_win_id: int | None
    quick_win: str
    units: Sequence[str]
    since: datetime | None
    until: datetime | None


def open_to(session: Session, roles: Collection[str]) -> list[Told]:
    """What is open, the oldest first, to whoever holds these roles; nothing for who is no admin."""
    return open_now(session) if ADMIN in roles else []


def open_now(session: Session) -> list[Told]:
    """The same for whoever was asked already."""
    still = select(Incident).where(*_OPEN)
    return told(session, session.scalars(still.order_by(Incident.opened_at, Incident.id)).all())


def foreseen(session: Session, person_id: int, *, at: datetime) -> list[Told]:
    """What nobody could take any more if that account were closed, beside what is open already."""
    now = {_key(row): set(row.units) for row in session.scalars(select(Incident).where(*_OPEN))}
    then = staffing.gaps(session, at, without=person_id)
    left = [
        replace(gap, units=tuple(unit for unit in gap.units if unit not in now.get(_key(gap), ())))
        for gap in then
    ]
    return told(session, [gap for gap in left if gap.units])


def told(session: Session, rows: Sequence[Incident | Gap]) -> list[Told]:
    """Those in the words of their definitions."""
    known = workflows(session) if rows else {}
    units = {unit_id for row in rows for unit_id in row.units}
    named = select(Unit.id, Unit.name).where(Unit.id.in_(units))
    names = dict(session.execute(named).all()) if units else {}
    concerned = {row.quick_win_id for row in rows if row.quick_win_id}
    numbers = select(QuickWin.id, QuickWin.number).where(QuickWin.id.in_(concerned))
    numbered = dict(session.execute(numbers).all()) if concerned else {}
    return [
        Told(
            id=row.id if isinstance(row, Incident) else None,
            state=known[definition_id].states[state].label,
            role=known[definition_id].role_label(role),
            quick_win_id=row.quick_win_id,
            quick_win=numbered[row.quick_win_id] if row.quick_win_id else "",
            units=[names[unit_id] for unit_id in row.units],
            since=row.opened_at if isinstance(row, Incident) else None,
            until=row.closed_at if isinstance(row, Incident) else None,
        )
        for row in rows
        for definition_id, _, state, role in [_key(row)]
    ]


_OPEN = (Incident.closed_at.is_(None), Incident.kind == IncidentKind.UNSTAFFED)


@dataclass(frozen=True, kw_only=True)
class _Differences:
    new: Sequence[Gap]
    moved: Sequence[tuple[Incident, Gap]]
    solved: Sequence[Incident]

    @property
    def none(self) -> bool:
        return not (self.new or self.moved or self.solved)


def _differences(session: Session, at: datetime) -> _Differences:
    """Between what is open and what nobody can take."""
    still = {_key(gap): gap for gap in staffing.gaps(session, at)}
    open_rows = session.scalars(
        select(Incident)
        .where(*_OPEN)
        .order_by(Incident.id)
        .execution_options(populate_existing=True)
    ).all()
    known = {_key(row) for row in open_rows}
    return _Differences(
        new=[gap for key, gap in still.items() if key not in known],
        moved=[
            (row, gap)
            for row in open_rows
            if (gap := still.get(_key(row))) and list(gap.units) != row.units
        ],
        solved=[row for row in open_rows if _key(row) not in still],
    )


_Step = tuple[int, int | None, str, str]


def _key(of: Gap | Incident) -> _Step:
    """What it is about; an incident of the clock is about nothing like it."""
    step = (of.definition_id, of.quick_win_id, of.state, of.role)
    return cast(_Step, step)


def _open(session: Session, gap: Gap, at: datetime) -> None:
    incident = Incident(
        kind=IncidentKind.UNSTAFFED,
        definition_id=gap.definition_id,
        quick_win_id=gap.quick_win_id,
        state=gap.state,
        role=gap.role,
        units=list(gap.units),
        opened_at=at,
    )
    alerting.begin(session, incident, "open_incident", _data(incident), at=at)


def _move(session: Session, incident: Incident, gap: Gap, at: datetime) -> None:
    """Other units lack the same; of fewer nobody needs a mail."""
    grew = not set(gap.units) <= set(incident.units)
    incident.units = list(gap.units)
    alerting.change(session, incident, "change_incident", _data(incident), at=at, tell=grew)


def _data(incident: Incident) -> dict[str, Any]:
    return {
        "definition": incident.definition_id,
        "quick_win": incident.quick_win_id,
        "state": incident.state,
        "role": incident.role,
        "units": incident.units,
    }
