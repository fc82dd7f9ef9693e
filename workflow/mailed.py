"""The mails that the events of a Quick Win owed, and how each of them stands.

Those about a date that moved are owed by the event of the city, and told with the Quick Win's own.
To whom names and answers are open, and who may press a button, is decided by whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    Subquery,
    case,
    cast,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from workflow.definition import RESCHEDULE
from workflow.models import (
    Channel,
    City,
    DefinedTurn,
    Event,
    Message,
    Notification,
    Person,
    Post,
    QuickWin,
    Unit,
)
from workflow.relations import exists_in, held_towards, in_force

_Moved, _City = aliased(Event), aliased(Event)


class Outcome(StrEnum):
    SENT = "sent"
    OWED = "owed"  # on its way
    FAILED = "failed"  # for good, unless somebody sends it again
    CANCELLED = "cancelled"  # no longer needed
    DIGEST = "digest"  # waits for it
    APP = "app"  # in the application only


@dataclass(frozen=True, kw_only=True)
class Mailed:
    """One mail. `at`: when it was sent, failed or came to be owed; of one on its way, when it is
    tried next. `answer` is what the server said last."""

    name: str  # of the recipient
    outcome: Outcome
    at: datetime
    attempts: int
    answer: str
    again: int | None  # the message that the reader may send again


@dataclass(frozen=True, kw_only=True)
class Mails:
    """The mails of one event to those whose turn it was (`your_turn`), or to the others it told."""

    event_id: int
    your_turn: bool
    counts: Mapping[Outcome, int]
    at: datetime  # when the last one went out; without one, when they came to be owed
    mine: bool  # one of them went to the reader
    each: Sequence[Mailed]  # by name; () where names are not open to the reader

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.each]


def grouped(quick_win_id: int, reader_id: int, *, names: bool) -> Select[Any]:
    """Rows that `read` understands, as JSON; with `names`, every mail by itself."""
    outcome, count = _outcome(), func.count()
    counts = {one.value: count.filter(outcome == one.value) for one in Outcome}
    one = func.jsonb_build_object(
        *("name", Person.name, "outcome", outcome, "at", _at(outcome)),
        *("attempts", func.coalesce(Message.attempts, 0)),
        *("answer", func.coalesce(Message.error, "")),
        *("again", case((outcome == Outcome.FAILED.value, Message.id))),
    )
    each = func.jsonb_agg(aggregate_order_by(one, Person.name, Notification.id))
    of_it = _notifications(quick_win_id)
    return (
        select(
            of_it.c.event_id,
            Notification.your_turn.label("your_turn"),
            func.jsonb_build_object(*(part for pair in counts.items() for part in pair)).label(
                "counts"
            ),
            func.coalesce(func.max(Message.sent_at), func.max(Event.at)).label("at"),
            func.bool_or(Notification.recipient_id == reader_id).label("mine"),
            (each if names else func.jsonb_build_array()).label("each"),
        )
        .select_from(of_it)
        .join(Notification, Notification.id == of_it.c.notification_id)
        .join(Event, Event.id == Notification.event_id)
        .join(Person, Person.id == Notification.recipient_id)
        .outerjoin(Message, Message.id == Notification.message_row_id)
        .group_by(of_it.c.event_id, Notification.your_turn)
    )


def read(row: Mapping[str, Any], *, mends: bool) -> Mails:
    """One of these rows; `mends`: the reader may send mails again."""
    return Mails(
        event_id=row["event_id"],
        your_turn=row["your_turn"],
        counts={Outcome(name): number for name, number in row["counts"].items() if number},
        at=datetime.fromisoformat(row["at"]),
        mine=row["mine"],
        each=[
            Mailed(
                name=one["name"],
                outcome=Outcome(one["outcome"]),
                at=datetime.fromisoformat(one["at"]),
                attempts=one["attempts"],
                answer=one["answer"],
                again=one["again"] if mends else None,
            )
            for one in row["each"]
        ],
    )


def _notifications(quick_win_id: int) -> Subquery:
    """Each with the event of the Quick Win by which it is told."""
    own = (
        select(Event.id.label("event_id"), Notification.id.label("notification_id"))
        .join(Notification, Notification.event_id == Event.id)
        .where(Event.quick_win_id == quick_win_id)
    )
    moved = (
        select(_Moved.id, Notification.id)
        .select_from(_Moved)
        .join(Event, Event.id == _by_the_city())
        .join(Notification, Notification.event_id == Event.id)
        .join(QuickWin, QuickWin.id == _Moved.quick_win_id)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(
            _Moved.quick_win_id == quick_win_id,
            _Moved.action == RESCHEDULE,
            Event.at == _Moved.at,
            Event.data.contains({"moved": [{"quick_win": quick_win_id}]}),
            _concerned(),
        )
    )
    return union_all(own, moved).subquery("of_it")


def _by_the_city() -> ScalarSelect[int]:
    """The event by which the date moved: it was written next in the chain of the city."""
    of_the_city = (_City.quick_win_id.is_(None), _City.id > _Moved.id)
    return select(func.min(_City.id)).where(*of_the_city).correlate(_Moved).scalar_subquery()


def _concerned() -> ColumnElement[bool]:
    """Whether the recipient had the turn then: the same mail may tell others of other dates."""
    zone = select(City.zone).scalar_subquery()
    return exists_in(
        [Post, DefinedTurn],
        DefinedTurn.definition_id == QuickWin.definition_id,
        DefinedTurn.state == _Moved.target,
        Post.role == DefinedTurn.role,
        Post.person_id == Notification.recipient_id,
        in_force(Post, cast(func.timezone(zone, _Moved.at), Date)),
        held_towards(Post, Unit.path),
    )


def _outcome() -> ColumnElement[str]:
    return case(
        (Notification.cancelled_at.is_not(None), Outcome.CANCELLED.value),
        (Message.cancelled_at.is_not(None), Outcome.CANCELLED.value),
        (Message.sent_at.is_not(None), Outcome.SENT.value),
        (Message.failed_at.is_not(None), Outcome.FAILED.value),
        (Message.id.is_not(None), Outcome.OWED.value),
        (Notification.channel == Channel.DIGEST, Outcome.DIGEST.value),
        (Notification.channel == Channel.APP, Outcome.APP.value),
        else_=Outcome.OWED.value,
    )


def _at(outcome: ColumnElement[str]) -> ColumnElement[datetime]:
    next_try = func.coalesce(Message.not_before, Notification.not_before, Event.at)
    ended = func.coalesce(Message.sent_at, Message.failed_at, Message.cancelled_at)
    gone = func.coalesce(ended, Notification.cancelled_at, Event.at)
    return case((outcome == Outcome.OWED.value, next_try), else_=gone)
