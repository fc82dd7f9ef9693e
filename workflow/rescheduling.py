"""Dates follow the time of the city: a change of its calendar, its hours or a period's end moves
every open one, and says so.

It refuses to know what was changed, and who may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from workflow import period_steps
from workflow.acts import MovedGiven
from workflow.causes import cause_of
from workflow.definition import RESCHEDULE
from workflow.ledger import CITY_CHAIN, append_to_city
from workflow.machine import record_all
from workflow.models import (
    Chain,
    Definition,
    Event,
    NoticeKind,
    Period,
    Person,
    Post,
    QuickWin,
    Unit,
)
from workflow.moving import follow
from workflow.notices import tell_people
from workflow.registry import turns_of, workflow_of
from workflow.relations import held_towards, in_force, local_day
from workflow.turns import takes_turn
from workflow.working_days import load_calendar


def change_of_time(
    session: Session,
    action: str,
    *,
    by: Person | None,
    data: Mapping[str, Any],
    at: datetime,
) -> Event:
    """Let everything that is due follow what the caller, who commits, has changed and flushed:
    days of the calendar, zone or hours of the city, a period. Returns the event `action` of the
    city, with `data` and the list of what moved.

    Each Quick Win that is due at another time now has an event of its own, if its definition knows
    one, and whose turn it is, is told once for all of them; not the person who did it. An act that
    is under way is either seen here, or waits and finds the new calendar.
    """
    quick_wins = _locked(session, at)
    calendar = load_calendar(session)
    period_steps.moved(session, calendar, at=at)
    moved = [
        _Moved(quick_win=quick_win, before=before, after=after)
        for quick_win, before, after in follow(session, quick_wins, calendar, at=at)
    ]
    cause = cause_of(action, data)
    given = [(one.quick_win, one.given(cause)) for one in moved]
    record_all(session, RESCHEDULE, given, at=at)
    event = append_to_city(
        session,
        action,
        at=at,
        actor_id=by.id if by else None,
        actor_name=by.name if by else "",
        data={**data, "moved": [one.told for one in moved]},
    )
    session.flush()
    _tell(session, event, [one.quick_win for one in moved], by, at)
    return event


@dataclass(frozen=True, kw_only=True)
class _Moved:
    quick_win: QuickWin
    before: datetime
    after: datetime

    def given(self, cause: dict[str, Any]) -> MovedGiven:
        return MovedGiven(due_before=self.before, due_at=self.after, cause=cause)

    @property
    def told(self) -> dict[str, Any]:
        return {
            "quick_win": self.quick_win.id,
            "number": self.quick_win.number,
            "from": self.before.isoformat(),
            "to": self.after.isoformat(),
        }


def _locked(session: Session, at: datetime) -> Sequence[QuickWin]:
    """Everything of which a date can move, read under the locks: the periods, so that no new one
    begins meanwhile; the chain of the city, as decrees do; and all that is due, or would be after
    an undo."""
    periods = select(Period.id).where(Period.closes_at > at).order_by(Period.id)
    session.execute(periods.with_for_update(key_share=True)).all()
    session.execute(select(Chain.id).where(Chain.id == CITY_CHAIN).with_for_update()).all()
    # Nothing is joined to choose them: what moves while this waits would no longer fit its partner.
    mine = (
        select(QuickWin.id)
        .where(or_(QuickWin.due_at.is_not(None), QuickWin.visit_before.is_not(None)))
        .order_by(QuickWin.id)
        .with_for_update(key_share=True)
    )
    ids = session.scalars(mine).all()
    return session.scalars(
        select(QuickWin)
        .join(QuickWin.period)
        .join(QuickWin.definition)
        .options(
            contains_eager(QuickWin.period).load_only(Period.closes_at, Period.parameters),
            contains_eager(QuickWin.definition).load_only(Definition.sha256),
        )
        .where(QuickWin.id.in_(ids), QuickWin.due_at.is_not(None))
        .order_by(QuickWin.id)
        .execution_options(populate_existing=True)
    ).all()


def _tell(
    session: Session,
    event: Event,
    quick_wins: Sequence[QuickWin],
    by: Person | None,
    at: datetime,
) -> None:
    """Owe one notification to everybody whose turn one of these is."""
    alike: dict[tuple[int, str], list[QuickWin]] = defaultdict(list)
    for quick_win in quick_wins:
        alike[quick_win.definition_id, quick_win.state].append(quick_win)
    if not alike:
        return
    post, day = aliased(Post), local_day(at)
    theirs = or_(
        *(
            and_(
                QuickWin.id.in_([one.id for one in group]),
                takes_turn(post, day, turns_of(workflow_of(group[0]), state)),
            )
            for (_, state), group in alike.items()
        )
    )
    people = (
        select(post.person_id)
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .join(post, and_(held_towards(post, Unit.path), in_force(post, day)))
        .where(theirs, post.person_id.is_distinct_from(by.id if by else None))
        .distinct()
    )
    tell_people(session, event, NoticeKind.DATES, people)
