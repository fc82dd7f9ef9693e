"""The ledger: events in hash chains, appended under the lock of the chain's head.

The hash covers the hash before it and a canonical text that is stored as it was hashed; it is never
recomputed from JSONB. In that text whatever somebody may have to leave out stands as SHA-256 of a
random salt and the value. What an event means is not known here.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Chain, Event

CITY_CHAIN = 1
SEALED = ("actor", "on_behalf_of", "note", "data", "capacity")
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
)


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, NFC, decimals and dates as text. Floats are refused."""
    return _ENCODER.encode(_plain(value))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def seal(salt: str, value: Any) -> str:
    """What stands in the text of an event in the place of the value."""
    return sha256(salt + canonical(value))


def next_hash(previous: str, text: str) -> str:
    """The hash of an event with that text, after one with the hash `previous` ("": the first)."""
    return sha256(f"{previous}\n{text}")


def append(session: Session, chain: Chain, event: Event) -> None:
    """Put `event` at the end of `chain`, whose row the caller holds locked."""
    link(chain, event)
    chain.head_seq, chain.head_hash = event.seq, event.hash
    session.add(event)


def link(chain: Chain, event: Event) -> None:
    """Let `event` follow the last one of `chain`; the caller, who holds its row locked, writes
    both."""
    event.seq = chain.head_seq + 1
    event.chain_id = chain.id
    event.salts = {name: secrets.token_hex(16) for name in SEALED}
    event.text = text_of(event)
    event.hash = next_hash(chain.head_hash, event.text)


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


def text_of(event: Any) -> str:
    """The canonical text of an Event, or of whatever has its columns. Sealed is what has a salt."""
    told = sealed_values(event)
    told |= {name: seal(salt, told[name]) for name, salt in event.salts.items()}
    told |= {
        "chain": event.chain_id,
        "seq": event.seq,
        "quick_win": event.quick_win_id,
        "at": event.at,
        "action": event.action,
        "role": event.role,
        "from": event.source,
        "to": event.target,
        "visit": event.visit,
        "digest": event.digest,
    }
    return canonical(told)


def sealed_values(event: Any) -> dict[str, Any]:
    """What an event seals, by the names in SEALED."""
    return {
        "actor": {"id": event.actor_id, "name": event.actor_name},
        "on_behalf_of": event.on_behalf_of,
        "note": event.note,
        "data": event.data,
        "capacity": event.capacity,
    }


def _plain(value: Any) -> Any:
    """The value in JSON's types, of which canonical text uses no floats."""
    kind = type(value)  # most are one of these, and there are millions where a ledger is checked
    if kind is str:
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if kind is int or kind is bool or value is None:
        return value
    if kind is dict or isinstance(value, Mapping):
        return {_plain(str(key)): _plain(inner) for key, inner in value.items()}
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case int():
            return value
        case Decimal():
            return _decimal(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no place in a canonical text")


def _decimal(value: Decimal) -> str:
    """12.50 and 12.5 are the same number, and so is 1E+1."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
