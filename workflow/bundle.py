"""A bundle: the events of some Quick Wins with what proves them, to be checked by whoever has the
public key and nothing else (`workflow.unbundling`).

It holds what the last checkpoint vouches for, and not more: younger events come with the next one.
Of what its reader may not see it holds neither the value nor the salt. Who that reader is, is not
known here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import checkpoints
from workflow.history import entry
from workflow.ledger import SEALED, sealed_values
from workflow.models import Event, Judgment, Person, QuickWin
from workflow.registry import workflow_of
from workflow.rights import standing_of
from workflow.stamps import Head, tree_of
from workflow.unbundling import (
    FORMAT,
    Bundle,
    BundledChain,
    BundledEvent,
    BundledJudgment,
    Opened,
)

# Which of the names in SEALED the reader may see of an event.
Sight: TypeAlias = Callable[[Event], Collection[str]]


class NotSigned(Exception):
    """There is no checkpoint yet that vouches for it. `number` is "" where there is none at all."""

    def __init__(self, number: str = "") -> None:
        super().__init__(number)
        self.number = number


def closed(_event: Event) -> Collection[str]:
    """Nothing that is sealed: what everybody may have."""
    return ()


def sight_of(session: Session, quick_win: QuickWin, reader: Person, at: datetime) -> Sight:
    """What the pages show that person, too; the Quick Win is visible to them."""
    standing, workflow = standing_of(session, quick_win, reader, at), workflow_of(quick_win)

    def sees(event: Event) -> Collection[str]:
        seen = entry(event, workflow, quick_win, reader, standing)
        named = seen.by_system or seen.actor is not None
        whole = seen.data == event.data
        open_ = {
            "actor": named,
            "on_behalf_of": named,
            "capacity": named,
            "data": whole,
            # That there is no note is not told where the rest is hidden.
            "note": seen.note == event.note and (whole or bool(event.note)),
        }
        return [name for name in SEALED if open_[name]]

    return sees


def signed_chains(session: Session) -> list[Head]:
    """What a bundle can be made of, in order."""
    return checkpoints.heads(session)


def bundle(
    session: Session, numbers: Sequence[str], *, sees: Callable[[str], Sight] = lambda _: closed
) -> Bundle:
    """The chains of the Quick Wins with these numbers ("" is the city's), each as far as the last
    checkpoint knows it. `sees` is asked for each number. Raises NotSigned."""
    stamp, heads = checkpoints.latest(session), checkpoints.heads(session)
    if stamp is None:
        raise NotSigned
    tree = tree_of({head.chain: head for head in heads})
    places = {head.number: place for place, head in enumerate(heads)}
    chains = []
    for number in numbers:
        if number not in places:
            raise NotSigned(number)
        place = places[number]
        chains.append(_chain(session, heads[place], place, tree.path(place), sees(number)))
    return Bundle(format=FORMAT, checkpoint=stamp, chains=tuple(chains))


def _chain(
    session: Session, head: Head, place: int, path: Sequence[str], sees: Sight
) -> BundledChain:
    events = session.scalars(
        select(Event)
        .where(Event.chain_id == head.chain, Event.seq <= head.seq)
        .order_by(Event.seq)
        .execution_options(yield_per=1000)
    )
    judgments = session.execute(
        select(Event.seq, Judgment.digest)
        .join(Event, Event.id == Judgment.event_id)
        .where(Event.chain_id == head.chain, Event.seq <= head.seq)
        .order_by(Event.seq)
    )
    return BundledChain(
        head=replace(head, signature=""),  # its place in the tree says more
        place=place,
        path=tuple(path),
        events=tuple(_event(event, sees(event)) for event in events),
        judgments=tuple(BundledJudgment(seq=seq, digest=digest) for seq, digest in judgments),
    )


def _event(event: Event, open_: Collection[str]) -> BundledEvent:
    values: dict[str, Any] = sealed_values(event)
    return BundledEvent(
        text=event.text,
        hash=event.hash,
        opened={
            name: Opened(salt=salt, value=values[name])
            for name, salt in event.salts.items()
            if name in open_
        },
    )
