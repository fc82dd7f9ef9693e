"""What is left when a campaign is over, held against what was asked, answered and taken.

Each check returns what is wrong, in words; nothing is wrong where it returns nothing. The ledger
decides what became of an act of which nobody heard; the model, where it leads.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bad_postbox import Accepted
from crowd import Crowd, Try
from small_model import Impossible, Small
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from story import LONG
from strikes import Strike

from workflow.models import Channel, DueRow, Event, Message, Notification, QuickWin

BEGUN = "sebelum kampanye"  # the note of what was done before people came
OK, CREATED = 200, 201
BEFORE, AFTER = 1.0, 12.0  # seconds around a mail in which a death explains that it came again
CLOCK = ("remind", "escalate", "lapse")


@dataclass(kw_only=True)
class Found:
    """What is said in the end."""

    figures: dict[str, object] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def examine(
    session: Session,
    crowd: Crowd,
    accepted: Sequence[Accepted],
    strikes: Sequence[Strike],
    *,
    end: datetime,
) -> Found:
    """Everything that must be so."""
    found = Found()
    found.faults += _acts(session, crowd, found)
    found.faults += _states(session, crowd, found)
    found.faults += _mails(session, accepted, found)
    found.faults += _duplicates(accepted, strikes, found)
    found.faults += _clock(session, end, found)
    return found


def _acts(session: Session, crowd: Crowd, found: Found) -> Iterator[str]:
    """What was answered with yes happened once; what was refused, never; of the rest, at most once.
    Nothing else happened."""
    notes = select(Event.note).where(Event.quick_win_id > crowd.above, _by_people())
    noted = Counter(map(_key_in, session.scalars(notes)))
    establishments = Counter(
        session.scalars(select(Event.quick_win_id).where(Event.action == "establish"))
    )
    unheard: Counter[str] = Counter()
    for one in crowd.tries:
        if one.action == "establish":
            if one.ended == CREATED and establishments[one.quick_win] != 1:
                yield f"{one.key} established {one.quick_win}, says the answer and not the ledger"
            continue
        times = noted.pop(one.key, 0)
        if one.ended is None:
            unheard["done" if times else "not done"] += 1
        if times != {OK: 1, None: times}.get(one.ended, 0) or times > 1:
            yield f"{one.key} ({one.action}) was answered {one.ended} and stands {times} times"
    noted.pop(BEGUN, None)
    if others := [note for note in noted if note]:
        yield f"acts that nobody asked for: {others[:5]}"
    done = [one for one in crowd.tries if one.ended in (OK, CREATED)]
    refused = Counter(
        f"{one.ended} {one.code}" for one in crowd.tries if one.ended not in (OK, CREATED, None)
    )
    found.figures |= {
        "acts answered with yes": len(done),
        "acts by kind": _said(Counter(one.action for one in done)),
        "refused, by kind": _said(refused),
        "never answered": _said(unheard),
        "drafts begun, by answer": _said(crowd.created),
        "readings, by answer": _said(crowd.reads),
    }


def _states(session: Session, crowd: Crowd, found: Found) -> Iterator[str]:
    """The model, led through the ledger, ends where the product does."""
    asked: dict[str, Try] = {one.key: one for one in crowd.tries}
    events = defaultdict(list)
    rows = select(Event).where(Event.quick_win_id > crowd.above).order_by(Event.seq)
    for event in session.scalars(rows):
        events[event.quick_win_id].append(event)
    wins = session.scalars(select(QuickWin).where(QuickWin.id > crowd.above)).all()
    for quick_win in wins:
        small = Small()
        try:
            for event in events[quick_win.id]:
                one = asked.get(_key_in(event.note))
                says = one.says if one else LONG["summary"]
                small.act(event.action, str(event.actor_id), says)
        except Impossible as error:
            yield f"{quick_win.number}: {error}"
            continue
        if small.state != quick_win.state:
            yield f"{quick_win.number} is in {quick_win.state}, the model in {small.state}"
    found.figures["Quick Wins held against the model"] = len(wins)
    found.figures["their states"] = _said(Counter(one.state for one in wins))


def _mails(session: Session, accepted: Sequence[Accepted], found: Found) -> Iterator[str]:
    """Whoever is owed a mail got one."""
    arrived = {one.message_id for one in accepted}
    unmade = session.scalar(
        select(func.count())
        .select_from(Notification)
        .where(
            Notification.channel != Channel.APP,
            Notification.message_row_id.is_(None),
            Notification.cancelled_at.is_(None),
        )
    )
    if unmade:
        yield f"{unmade} notifications have no message"
    messages = session.scalars(select(Message).where(Message.cancelled_at.is_(None))).all()
    for message in messages:
        if message.sent_at is None:
            yield f"{message.message_id} was never sent ({message.attempts}: {message.error})"
        elif message.message_id not in arrived:
            yield f"{message.message_id} is said to be sent and never arrived"
    if strangers := arrived - set(session.scalars(select(Message.message_id))):
        yield f"{len(strangers)} mails of which the database knows nothing"
    found.figures["mails owed and sent"] = len(messages)
    found.figures["mails taken by the server"] = len(accepted)
    found.figures["most attempts for one mail"] = max((m.attempts for m in messages), default=0)


def _duplicates(
    accepted: Sequence[Accepted], strikes: Sequence[Strike], found: Found
) -> Iterator[str]:
    """A mail comes again only where the sender could not know that it was taken."""
    by_id = defaultdict(list)
    for one in accepted:
        by_id[one.message_id].append(one)
    reasons: Counter[str] = Counter()
    for message_id, times in by_id.items():
        for one in sorted(times, key=lambda one: one.at)[:-1]:
            reason = (
                "the server never said that it took it" if not one.heard else _death(one, strikes)
            )
            if reason:
                reasons[reason] += 1
            else:
                yield f"{message_id} came {len(times)} times, and nobody died at {one.at:.1f}"
    found.figures["mails that came again, and why"] = _said(reasons)


def _death(one: Accepted, strikes: Sequence[Strike]) -> str:
    """What died between the answer and the record of it."""
    for strike in strikes:
        matters = strike.what.startswith(("worker", "sweep", "PostgreSQL"))
        if matters and -AFTER <= one.at - strike.at <= AFTER and strike.at >= one.at - BEFORE:
            return f"{strike.what} between the answer and its record"
    return ""


def _clock(session: Session, end: datetime, found: Found) -> Iterator[str]:
    """Everything that was due was done, nothing early, and nothing twice."""
    rows = session.scalars(select(DueRow)).all()
    missed = [row for row in rows if row.done_at is None and row.due_at <= end]
    early = [row for row in rows if row.done_at is not None and row.done_at < row.due_at]
    if missed:
        yield f"{len(missed)} due acts were missed, such as due row {missed[0].id}"
    if early:
        yield f"{len(early)} due acts came early, such as due row {early[0].id}"
    acts = session.scalars(select(Event).where(Event.action.in_(CLOCK))).all()
    told = Counter(
        (e.quick_win_id, e.visit, e.action, e.data.get("cycle"), e.data.get("threshold"))
        for e in acts
    )
    for key, times in told.items():
        if times > 1:
            yield f"{key} happened {times} times"
    found.figures["acts of the clock"] = _said(Counter(event.action for event in acts))


def _by_people() -> ColumnElement[bool]:
    return (Event.role != "system") & (Event.action != "establish")


def _key_in(note: str) -> str:
    """A comment has its text before it."""
    return note.rpartition("\n")[2]


def _said(counts: Counter[object] | Counter[str] | Counter[int]) -> str:
    return ", ".join(f"{name}: {n}" for name, n in sorted(counts.items(), key=str)) or "none"
