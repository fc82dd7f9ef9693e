"""All that an act leaves behind besides what it brought, written in one statement.

The event, the head of its chain, who is owed a mail, the due rows that go and come, and the Quick
Win itself: five round trips less, and the statement is compiled once for each kind of act. What the
values are is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    String,
    and_,
    bindparam,
    delete,
    func,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session, aliased, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from workflow.clocks import Clock, is_over
from workflow.models import Chain, DueRow, Event, Notification, QuickWin
from workflow.notices import Told, owed
from workflow.prepared import Prepared


class Kind(NamedTuple):
    """What tells one statement from another; asked for by it at each act, so that it is a tuple."""

    told: Told | None
    restarts: bool  # due rows that are not done go
    goes_on: bool  # what was done before a pause is done
    changes: frozenset[str]  # columns of the Quick Win


def write(
    session: Session,
    quick_win: QuickWin,
    chain: Chain,
    event: Event,
    kind: Kind,
    *,
    changes: Mapping[str, Any],
    clock: Clock,
    today: date,
    not_before: datetime | None,
) -> None:
    """Write all of it, and let the objects of the session be what the database has now."""
    values = {f"event_{name}": getattr(event, name) for name in _EVENT}
    values |= {f"win_{name}": value for name, value in changes.items()}
    values |= {
        "quick_win": quick_win.id,
        "actor": event.actor_id,
        "day": today,
        "not_before": not_before,
        "visit": clock.visit,
        "actions": [due.action for due in clock.due],
        "cycles": [due.cycle for due in clock.due],
        "thresholds": [due.threshold for due in clock.due],
        "dates": [due.at for due in clock.due],
        "before": [due.before for due in clock.due],
        "over": [is_over(due, event.at) for due in clock.due],
    }
    event.id = _statement(kind).one(session, values)[0]
    make_transient_to_detached(event)
    session.add(event)
    _settle(chain, {"head_seq": event.seq, "head_hash": event.hash})
    _settle(quick_win, changes)


def tell(
    session: Session, event: Event, told: Told, *, today: date, not_before: datetime | None
) -> None:
    """Owe what `write` did not: what the act brought decides who is told of it."""
    values = {
        "event": event.id,
        "quick_win": event.quick_win_id,
        "actor": event.actor_id,
        "day": today,
        "not_before": not_before,
    }
    _telling(told).one(session, values)


@lru_cache(maxsize=64)
def _telling(told: Told) -> Prepared:
    inserted = owed(bindparam("event", type_=BigInteger), told).returning(Notification.id)
    return Prepared(select(func.count()).select_from(inserted.cte("told")))


def _settle(one: Any, values: Mapping[str, Any]) -> None:
    """As if it had been read: what is written needs no flush."""
    for name, value in values.items():
        set_committed_value(one, name, value)


_EVENT = tuple(column.key for column in inspect(Event).columns if column.key != "id")
_TYPES = {column.key: column.type for column in inspect(QuickWin).columns}


@lru_cache(maxsize=512)
def _statement(kind: Kind) -> Prepared:
    of_it = bindparam("quick_win", type_=BigInteger)
    columns = Event.__table__.columns
    event = (
        insert(Event)
        .values({name: bindparam(f"event_{name}", type_=columns[name].type) for name in _EVENT})
        .returning(Event.id)
        .cte("event")
    )
    writes = [_head(), _due(goes_on=kind.goes_on)]
    if kind.changes:
        new = {name: bindparam(f"win_{name}", type_=_TYPES[name]) for name in kind.changes}
        writes.append(update(QuickWin).where(QuickWin.id == of_it).values(new).cte("moved"))
    if kind.told:
        writes.append(owed(event.c.id, kind.told).cte("told"))
    if kind.restarts:
        old = delete(DueRow).where(DueRow.quick_win_id == of_it, DueRow.done_at.is_(None))
        writes.append(old.cte("dropped"))
    return Prepared(select(event.c.id).add_cte(*writes))


def _head() -> Any:
    return (
        update(Chain)
        .where(Chain.id == bindparam("event_chain_id", type_=BigInteger))
        .values(
            head_seq=bindparam("event_seq", type_=BigInteger),
            head_hash=bindparam("event_hash", type_=String),
        )
        .cte("head")
    )


def _due(*, goes_on: bool) -> Any:
    steps = (
        func.unnest(
            bindparam("actions", type_=ARRAY(String)),
            bindparam("cycles", type_=ARRAY(String)),
            bindparam("thresholds", type_=ARRAY(BigInteger)),
            bindparam("dates", type_=ARRAY(DateTime(timezone=True))),
            bindparam("before", type_=ARRAY(String)),
            bindparam("over", type_=ARRAY(Boolean)),
        )
        .table_valued("action", "cycle", "threshold", "due_at", "before", "over", name="steps")
        .render_derived()
    )
    of_it, visit = bindparam("quick_win", type_=BigInteger), bindparam("visit", type_=BigInteger)
    row = select(of_it, visit, steps.c.action, steps.c.cycle, steps.c.threshold, steps.c.due_at)
    names = ["quick_win_id", "visit", "action", "cycle", "threshold", "due_at"]
    if goes_on:
        done = aliased(DueRow)
        is_same = and_(
            done.quick_win_id == of_it,
            done.visit == visit - 2,  # between the two it was stopped
            done.action == steps.c.action,
            done.cycle == steps.c.before,
            done.threshold == steps.c.threshold,
            done.done_at.is_not(None),
        )
        row = row.add_columns(done.done_at).outerjoin_from(steps, done, is_same)
        row = row.where(or_(done.id.is_not(None), steps.c.over.is_(False)))
        names.append("done_at")
    return insert(DueRow).from_select(names, row).on_conflict_do_nothing().cte("due")
