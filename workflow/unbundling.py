"""What a bundle is, and whether it is whole: said without a database, by a public key alone.

How a bundle is made, and whose key is to be trusted, is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from workflow.ledger import next_hash, seal
from workflow.stamps import Head, Stamp, Strict
from workflow.tree import root_by
from workflow.verifying import Break

FORMAT: Final = "quickwin bundle 1"
KEPT: Final = "quickwin checkpoints 1"
T = TypeVar("T")


class Malformed(Exception):
    """This is no such file; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class Opened(Strict):
    """What a name of the text stands for, and the salt that proves it."""

    salt: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class BundledEvent(Strict):
    """`opened` is what the reader may see of what the text seals."""

    text: str
    hash: str
    opened: Mapping[str, Opened]


@dataclass(frozen=True, kw_only=True)
class BundledJudgment(Strict):
    """Which content the judgment in event `seq` is about."""

    seq: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class BundledChain(Strict):
    """`path` leads from `head`, the one at `place`, to what the checkpoint signed."""

    head: Head
    place: int
    path: tuple[str, ...]
    events: tuple[BundledEvent, ...]
    judgments: tuple[BundledJudgment, ...]


@dataclass(frozen=True, kw_only=True)
class Bundle(Strict):
    format: Literal["quickwin bundle 1"]
    checkpoint: Stamp
    chains: tuple[BundledChain, ...]


@dataclass(frozen=True, kw_only=True)
class Kept(Strict):
    """All checkpoints there were when they were copied, to be kept elsewhere."""

    format: Literal["quickwin checkpoints 1"]
    checkpoints: tuple[Stamp, ...]


def bundle_in(text: str) -> Bundle:
    """Raises Malformed."""
    return _read(_BUNDLE, text, "a bundle")


def checkpoints_in(text: str) -> Kept:
    """Raises Malformed."""
    return _read(_KEPT, text, "a file of checkpoints")


def written(document: Bundle | Kept) -> str:
    """As a text that the two above read again."""
    adapter = _BUNDLE if isinstance(document, Bundle) else _KEPT
    return adapter.dump_json(document, indent=1).decode() + "\n"  # type: ignore[arg-type]


def breaks_of(bundle: Bundle, trusted: Collection[str]) -> list[Break]:
    """The first break of each chain that is not what the checkpoint vouches for; empty where the
    bundle is whole. Public keys are `trusted`."""
    stamp = bundle.checkpoint
    why = ""
    if stamp.public_key not in trusted:
        why = f"{stamp.name} is signed with the key {stamp.key_id}, which is not trusted"
    elif not stamp.is_genuine:
        why = f"{stamp.name} was changed: its signature is not that of its key"
    if why:
        return [Break(chain_id=chain.head.chain, seq=1, why=why) for chain in bundle.chains]
    found = (_first_break(chain, stamp) for chain in bundle.chains)
    return [each for each in found if each]


def _first_break(chain: BundledChain, stamp: Stamp) -> Break | None:
    head, last = chain.head, ""
    for seq, event in enumerate(chain.events, start=1):
        if why := _fault(event, chain, seq, last):
            return Break(chain_id=head.chain, seq=seq, why=why)
        last = event.hash
    count = len(chain.events)
    if count < head.seq:
        why = f"the chain ends at event {count}, but its head says {head.seq}"
        return Break(chain_id=head.chain, seq=count + 1, why=why)
    if count > head.seq:
        why = f"event {head.seq + 1} was put in after the last one, which is event {head.seq}"
        return Break(chain_id=head.chain, seq=head.seq + 1, why=why)
    if last != head.hash:
        why = f"event {count} is not the one its head says"
        return Break(chain_id=head.chain, seq=count, why=why)
    if root_by(chain.path, head.text, chain.place, stamp.chains) != stamp.heads:
        why = (
            f"events 1 to {count} are not those that {stamp.name} signed: cut off or computed anew"
        )
        return Break(chain_id=head.chain, seq=1, why=why)
    return _wrong_judgment(chain)


def _fault(event: BundledEvent, chain: BundledChain, seq: int, previous: str) -> str:
    if next_hash(previous, event.text) != event.hash:
        return f"the hash of event {seq} does not follow from the event before it and its text"
    told = _told(event)
    if told.get("seq") != seq or told.get("chain") != chain.head.chain:
        return f"event {seq} stands where another one was"
    for name, opened in event.opened.items():
        if not _is_sealed(told.get(name), opened):
            return f"what event {seq} opens as {name} is not what it sealed"
    return ""


def _told(event: BundledEvent) -> Mapping[str, Any]:
    try:
        told = json.loads(event.text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_sealed(digest: object, opened: Opened) -> bool:
    try:
        return seal(opened.salt, opened.value) == digest
    except (TypeError, RecursionError):  # a value that no event ever had
        return False


def _wrong_judgment(chain: BundledChain) -> Break | None:
    for judgment in chain.judgments:
        place = judgment.seq - 1
        inside = 0 <= place < len(chain.events)
        if not inside or _told(chain.events[place]).get("digest") != judgment.digest:
            why = f"the judgment in event {judgment.seq} was about another content"
            return Break(chain_id=chain.head.chain, seq=judgment.seq, why=why)
    return None


_BUNDLE: TypeAdapter[Bundle] = TypeAdapter(Bundle)
_KEPT: TypeAdapter[Kept] = TypeAdapter(Kept)


def _read(adapter: TypeAdapter[T], text: str, what: str) -> T:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise Malformed(f"This is not {what}: {place or 'its form'} does not fit.") from error
