"""A free day that the city moved makes two days of its calendar: the one that is worked since, and
the one that is free in its place. Which two belong together, as the ledger tells it.

Who moves days, and what follows, is known in `calendar_changes`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.calendar_days import Day, known
from workflow.causes import days_of
from workflow.ledger import CITY_CHAIN
from workflow.models import Event

MOVE = "move_day"


def other_half(session: Session, day: date) -> Day | None:
    """The other day of a move, however often it was moved on. None where the city did not move this
    one, or has set one of the two anew since."""
    before = _before(session)
    after = {origin: now for now, origin in before.items()}
    other = before.get(day) or after.get(day)
    if other is None:
        return None
    said = known(session, [day, other])
    here, there = said.get(day), said.get(other)
    return there if here and there and _are_halves(here, there) else None


def _before(session: Session) -> dict[date, date]:
    """Where each day was before it was moved for the first time, by where it is."""
    moves = (Event.chain_id == CITY_CHAIN, Event.action == MOVE)
    found: dict[date, date] = {}
    for event in session.scalars(select(Event).where(*moves).order_by(Event.seq)):
        for one in days_of(event.action, event.data):
            if one.moved_from:
                origin = found.pop(one.moved_from, one.moved_from)
                found = {now: old for now, old in found.items() if old != origin}
                found[one.day] = origin
    return found


def _are_halves(one: Day, other: Day) -> bool:
    same = (one.name, one.kind) == (other.name, other.kind)
    return one.own and other.own and same and one.working is not other.working
