"""The ledger: events in hash chains, appended under the lock of the chain's head, and checked.

The hash covers the hash before it and a canonical text that is stored as it was hashed; it is never
recomputed from JSONB. In that text the actor, on whose behalf, the note and the data stand as
SHA-256 of a random salt and the value. What an event means is not known here.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Chain, Event

CITY_CHAIN = 1
_SEALED = ("actor", "on_behalf_of", "note", "data")


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, NFC, decimals and dates as text. Floats are refused."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def append(session: Session, chain: Chain, event: Event) -> None:
    """Put `event` at the end of `chain`, whose row the caller holds locked."""
    event.seq = chain.head_seq + 1
    event.chain_id = chain.id
    event.salts = {name: secrets.token_hex(16) for name in _SEALED}
    event.text = text_of(event)
    event.hash = sha256(chain.head_hash + "\n" + event.text)
    chain.head_seq, chain.head_hash = event.seq, event.hash
    session.add(event)


def append_to_city(
    session: Session,
    action: str,
    *,
    at: datetime,
    actor_id: int | None = None,
    actor_name: str = "",
    data: Mapping[str, Any],
) -> Event:
    """Record what concerns the city and no Quick Win: accounts, calendar, definitions, decrees."""
    chain = session.scalars(
        select(Chain)
        .where(Chain.id == CITY_CHAIN)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    event = Event(
        at=at,
        action=action,
        actor_id=actor_id,
        actor_name=actor_name,
        role="",
        capacity="",
        on_behalf_of="",
        note="",
        data=dict(data),
    )
    append(session, chain, event)
    return event


def text_of(event: Event) -> str:
    """The canonical text of an event, from its columns."""
    sealed = {
        "actor": {"id": event.actor_id, "name": event.actor_name},
        "on_behalf_of": event.on_behalf_of,
        "note": event.note,
        "data": event.data,
    }
    return canonical(
        {
            "chain": event.chain_id,
            "seq": event.seq,
            "quick_win": event.quick_win_id,
            "at": event.at.astimezone(UTC),
            "action": event.action,
            "role": event.role,
            "capacity": event.capacity,
            "from": event.source,
            "to": event.target,
            "visit": event.visit,
            "digest": event.digest,
            **{name: sha256(event.salts[name] + canonical(sealed[name])) for name in _SEALED},
        }
    )


@dataclass(frozen=True, kw_only=True)
class Break:
    """The first place where a chain is not what it was."""

    chain_id: int
    seq: int
    why: str


def verify(session: Session, chain_id: int | None = None) -> Iterator[Break]:
    """The first break of each chain (or of one) that is not whole; nothing where all are.

    Finds an event edited in its text or in a column, taken out, put in, moved, or cut off the end.
    """
    chains = select(Chain).order_by(Chain.id)
    if chain_id is not None:
        chains = chains.where(Chain.id == chain_id)
    for chain in session.scalars(chains.execution_options(populate_existing=True)):
        if found := _first_break(session, chain):
            yield found


def _first_break(session: Session, chain: Chain) -> Break | None:
    events = session.scalars(
        select(Event)
        .where(Event.chain_id == chain.id)
        .order_by(Event.seq)
        .execution_options(populate_existing=True, yield_per=1000)
    )
    seq, head = 0, ""
    with events:  # a cursor on the server, which a break leaves in the middle
        for event in events:
            seq += 1
            why = _fault(event, chain, seq, head)
            if why:
                return Break(chain_id=chain.id, seq=seq, why=why)
            head = event.hash
    if seq < chain.head_seq:
        why = f"the chain ends at event {seq}, but its head says {chain.head_seq}"
        return Break(chain_id=chain.id, seq=seq + 1, why=why)
    if head != chain.head_hash:
        return Break(chain_id=chain.id, seq=seq, why=f"event {seq} is not the one its head says")
    return None


def _fault(event: Event, chain: Chain, seq: int, previous: str) -> str:
    if event.seq != seq:
        return f"event {seq} is missing"
    if seq > chain.head_seq:
        return f"event {seq} was put in after the last one, which is event {chain.head_seq}"
    if event.quick_win_id != chain.quick_win_id:
        return f"event {seq} belongs to another Quick Win than its chain"
    if sha256(previous + "\n" + event.text) != event.hash:
        return f"the hash of event {seq} does not follow from the event before it and its text"
    if text_of(event) != event.text:
        return f"the columns of event {seq} do not say what its text says"
    return ""


def _plain(value: Any) -> Any:
    """The value in JSON's types, of which canonical text uses no floats."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case None | bool() | int():
            return value
        case Decimal():
            return _decimal(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Mapping():
            return {_plain(str(key)): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no place in a canonical text")


def _decimal(value: Decimal) -> str:
    """12.50 and 12.5 are the same number, and so is 1E+1."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
