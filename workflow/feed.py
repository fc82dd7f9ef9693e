"""The calendar that somebody subscribes to: what is due, for them and around them, under a secret
key of their own.

It holds what waits for them, what the units they act for have under way, the milestones of what
these implement, and when periods close; no notes, judgments or scores. How a calendar is written is
not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from workflow import queries
from workflow.definition import Coverage
from workflow.fields import parse
from workflow.language import N_, Sentence
from workflow.ledger import CITY_CHAIN
from workflow.models import Chain, Event, Period, Person, QuickWin
from workflow.registry import workflow_of
from workflow.under_way import acts_for, under_way

MOST = 200  # of what waits, and of what is under way
UNTITLED = N_("(no title yet)")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the calendar: at a moment, or on a whole day. `name` is the same for good, and
    `sequence` rises with each change of it, the last of which was at `changed_at`."""

    name: str
    sequence: int
    changed_at: datetime
    on: datetime | date
    summary: Sentence
    details: tuple[Sentence, ...]
    quick_win_id: int | None


def begin(session: Session, person_id: int) -> UUID:
    """A new key for the person's calendar; an old one opens nothing any more. The caller
    commits."""
    key = uuid4()
    session.get_one(Person, person_id).feed_key = key
    return key


def end(session: Session, person_id: int) -> None:
    """The key opens nothing any more. The caller commits."""
    session.get_one(Person, person_id).feed_key = None


def whose(session: Session, key: UUID) -> Person | None:
    """Whose calendar the key opens; None where it opens none, or the account is closed."""
    return session.scalar(
        select(Person).where(Person.feed_key == key, Person.deactivated_at.is_(None))
    )


def entries(session: Session, person: Person, *, at: datetime) -> list[Entry]:
    """What stands in the person's calendar at that moment."""
    waiting = session.scalars(queries.inbox(person, at=at).limit(MOST)).all()
    theirs = queries.in_order(session, waiting)
    around = under_way(session, person, at=at, limit=MOST)
    units = set(acts_for(session, person, at=at))
    heads = _heads(session, [each.id for each in (*theirs, *around)])
    found = [
        *(_due(each, heads[each.id], own=True) for each in theirs if each.due_at),
        *(_due(each, heads[each.id], own=False) for each in around if each.due_at),
    ]
    for each in (*theirs, *around):
        if each.unit_id in units:
            found += _milestones(each, heads[each.id])
    return found + _closings(session, at)


_Head = tuple[int, datetime]  # how many events a chain has, and when the last was


def _heads(session: Session, quick_win_ids: Sequence[int]) -> dict[int, _Head]:
    """Nothing moves a date without an event, so what counts events counts moves."""
    rows = session.execute(
        select(Chain.quick_win_id, Chain.head_seq, Event.at)
        .join(Event, (Event.chain_id == Chain.id) & (Event.seq == Chain.head_seq))
        .where(Chain.quick_win_id.in_(quick_win_ids))
    )
    return {row.quick_win_id: (row.head_seq, row.at) for row in rows if row.quick_win_id}


def _due(quick_win: QuickWin, head: _Head, *, own: bool) -> Entry:
    workflow = workflow_of(quick_win)
    state = workflow.states[quick_win.state]
    assert quick_win.due_at is not None
    said = {
        "number": quick_win.number,
        "title": quick_win.title or Sentence(UNTITLED),
        "state": state.label,
    }
    summary = (
        N_("Your turn: %(title)s (%(number)s)") if own else N_("%(state)s: %(title)s (%(number)s)")
    )
    waits = [{"role": workflow.role_label(role)} for role in state.turn]
    return Entry(
        name=f"quick-win-{quick_win.id}-visit-{quick_win.visit}",
        sequence=head[0],
        changed_at=head[1],
        on=quick_win.due_at,
        summary=Sentence(summary, said),
        details=(
            Sentence(N_("Agency: %(unit)s"), {"unit": quick_win.unit.name}),
            Sentence(N_("It is in: %(state)s"), said),
            *(Sentence(N_("It waits for: %(role)s"), one) for one in waits),
        ),
        quick_win_id=quick_win.id,
    )


def _milestones(quick_win: QuickWin, head: _Head) -> Iterator[Entry]:
    """Of what is being implemented."""
    if quick_win.defined_state.coverage is not Coverage.IMPLEMENTATION:
        return
    for number, milestone in enumerate(parse(quick_win.content).milestones or (), 1):
        if milestone.date is None:
            continue
        said = {"number": quick_win.number, "name": milestone.name or Sentence(UNTITLED)}
        title = {"title": quick_win.title or Sentence(UNTITLED)}
        yield Entry(
            name=f"quick-win-{quick_win.id}-milestone-{number}",
            sequence=head[0],
            changed_at=head[1],
            on=milestone.date,
            summary=Sentence(N_("Milestone: %(name)s (%(number)s)"), said),
            details=(Sentence(N_("Quick Win: %(title)s"), title),),
            quick_win_id=quick_win.id,
        )


def _closings(session: Session, at: datetime) -> list[Entry]:
    """Of the periods that are open."""
    moved = (
        select(func.count(), func.max(Event.at))
        .where(Event.chain_id == CITY_CHAIN, Event.data["period"].astext == Period.code)
        .lateral()
    )
    count, last = moved.c
    rows = session.execute(
        select(Period, count, last)
        .join(moved, true())
        .where(Period.opens_at <= at, Period.closes_at > at)
        .order_by(Period.id)
    )
    return [
        Entry(
            name=f"period-{period.id}-closes",
            sequence=changes,
            changed_at=changed_at or period.opens_at,
            on=period.closes_at,
            summary=Sentence(N_("“%(name)s” closes"), {"name": period.name}),
            details=(Sentence(N_("Until then, proposals can be sent.")),),
            quick_win_id=None,
        )
        for period, changes, changed_at in rows
    ]
