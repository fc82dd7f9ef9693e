"""What a notification has to say of dates that moved: those of Quick Wins that the recipient may
know of, and whose turn they are now.

How they came to move is known in `rescheduling`, how it is worded, where it is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from workflow.causes import ChangedDay, days_of
from workflow.models import Event, Notification, QuickWin, Unit
from workflow.period_news import PeriodNews, period_of
from workflow.relations import local_day, visible
from workflow.turns import has_turn


@dataclass(frozen=True, kw_only=True)
class Moved:
    quick_win_id: int
    number: str
    title: str
    before: datetime
    after: datetime


@dataclass(frozen=True, kw_only=True)
class Dates:
    """The earliest of the new dates first."""

    action: str  # of the city, by which they moved
    reason: str
    days: tuple[ChangedDay, ...]  # which were set or taken back
    period: PeriodNews | None  # whose change it was
    moved: tuple[Moved, ...]


def read(session: Session, events: Mapping[int, Event], at: datetime) -> Mapping[int, Dates]:
    """What there is to say in these notifications, by their ids."""
    if not events:
        return {}
    moved = _moved(session, list(events), at)
    return {
        notification_id: Dates(
            action=event.action,
            reason=event.data.get("reason", ""),
            days=tuple(days_of(event.action, event.data)),
            period=period_of(event) if "period" in event.data else None,
            moved=_in_order(moved[notification_id]),
        )
        for notification_id, event in events.items()
    }


def merged(several: Sequence[Dates]) -> tuple[Moved, ...]:
    """How the dates of all of these moved, which come the oldest first: each Quick Win once, from
    its first date to its last, and not at all where these are the same."""
    whole: dict[int, Moved] = {}
    for one in chain.from_iterable(dates.moved for dates in several):
        earlier = whole.get(one.quick_win_id)
        # Else it was set anew in between, and where it was before says nothing any more.
        before = earlier.before if earlier and earlier.after == one.before else one.before
        whole[one.quick_win_id] = replace(one, before=before)
    return _in_order(one for one in whole.values() if one.before != one.after)


def _in_order(moved: Iterable[Moved]) -> tuple[Moved, ...]:
    return tuple(sorted(moved, key=lambda one: (one.after, one.number)))


def _moved(session: Session, ids: Sequence[int], at: datetime) -> Mapping[int, list[Moved]]:
    told = func.jsonb_array_elements(Event.data["moved"]).table_valued("value").lateral("told")
    one, day = told.c.value, local_day(at)
    found = defaultdict(list)
    rows = session.execute(
        select(
            Notification.id,
            QuickWin.id,
            QuickWin.number,
            QuickWin.title,
            one.op("->>")("from"),
            one.op("->>")("to"),
        )
        .select_from(Notification)
        .join(Event, Event.id == Notification.event_id)
        .join(told, Event.id == Event.id)
        .join(QuickWin, QuickWin.id == cast(one.op("->>")("quick_win"), BigInteger))
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(
            Notification.id.in_(ids),
            has_turn(Notification.recipient_id.expression, day),
            visible(Notification.recipient_id.expression, day),
        )
    )
    for notification_id, quick_win_id, number, title, before, after in rows:
        found[notification_id].append(
            Moved(
                quick_win_id=quick_win_id,
                number=number,
                title=title or "",
                before=datetime.fromisoformat(before),
                after=datetime.fromisoformat(after),
            )
        )
    return found
