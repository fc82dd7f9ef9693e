"""What a notification about a period has to say: its days, and what the recipient left open.

Who is told of what is said in `announcing`, how it is worded, where it is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from workflow import submissions
from workflow.models import Event, Notification, Post, QuickWin, Unit
from workflow.relations import in_force, local_day, visible
from workflow.turns import has_turn


@dataclass(frozen=True, kw_only=True)
class Draft:
    quick_win_id: int
    number: str
    title: str


@dataclass(frozen=True, kw_only=True)
class PeriodNews:
    """One of the events of `announcing`."""

    action: str
    code: str
    name: str
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None  # when it was to close, before it was extended
    reason: str
    lacking: tuple[str, ...] = ()  # the recipient's OPDs that have submitted nothing, by name
    drafts: tuple[Draft, ...] = ()  # the recipient's, never submitted when it closed


def period_of(event: Event) -> PeriodNews:
    """What its data say to everybody."""
    data = event.data
    closed_at = data.get("closed_at")
    return PeriodNews(
        action=event.action,
        code=data["period"],
        name=data["name"],
        opens_at=datetime.fromisoformat(data["opens_at"]),
        closes_at=datetime.fromisoformat(data["closes_at"]),
        closed_at=datetime.fromisoformat(closed_at) if closed_at else None,
        reason=data.get("reason", ""),
    )


def read(session: Session, events: Mapping[int, Event], at: datetime) -> Mapping[int, PeriodNews]:
    """What there is to say in these notifications, by their ids."""
    reminders = [each for each, event in events.items() if "units" in event.data]
    closings = [each for each, event in events.items() if "quick_wins" in event.data]
    lacking = _lacking(session, reminders, at) if reminders else {}
    drafts = _drafts(session, closings, at) if closings else {}
    return {
        each: replace(
            period_of(event),
            lacking=tuple(lacking.get(each, ())),
            drafts=tuple(drafts.get(each, ())),
        )
        for each, event in events.items()
    }


def _lacking(session: Session, ids: Sequence[int], at: datetime) -> Mapping[int, list[str]]:
    """The OPDs for which, or for a unit below, the recipient has a post."""
    post, below = aliased(Post), aliased(Unit)
    found = defaultdict(list)
    rows = session.execute(
        select(Notification.id, Unit.name)
        .distinct()
        .join(Event, Event.id == Notification.event_id)
        .join(Unit, _names(Event.data["units"], Unit.id))
        .join(below, below.path[1] == Unit.id)
        .join(post, (post.unit_id == below.id) & (post.person_id == Notification.recipient_id))
        .where(Notification.id.in_(ids), in_force(post, local_day(at)))
        .order_by(Unit.name)
    )
    for notification_id, name in rows:
        found[notification_id].append(name)
    return found


def _drafts(session: Session, ids: Sequence[int], at: datetime) -> Mapping[int, list[Draft]]:
    """Those that still are, and the recipient's turn."""
    day = local_day(at)
    recipient = Notification.recipient_id.expression
    found = defaultdict(list)
    rows = session.execute(
        select(Notification.id, QuickWin.id, QuickWin.number, QuickWin.title)
        .select_from(Notification)
        .join(Event, Event.id == Notification.event_id)
        .join(QuickWin, _names(Event.data["quick_wins"], QuickWin.id))
        .join(QuickWin.defined_state)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(
            Notification.id.in_(ids),
            submissions.never_submitted(),
            has_turn(recipient, day),
            visible(recipient, day),
        )
        .order_by(QuickWin.number)
    )
    for notification_id, quick_win_id, number, title in rows:
        draft = Draft(quick_win_id=quick_win_id, number=number, title=title or "")
        found[notification_id].append(draft)
    return found


def _names(ids: Any, of: Any) -> ColumnElement[bool]:
    """Whether a list of ids in data has that one."""
    found: ColumnElement[bool] = ids.contains(func.to_jsonb(of))
    return found
