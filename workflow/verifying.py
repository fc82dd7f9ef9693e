"""Chains held against themselves, and against what somebody vouches for: where the first break is.

Who vouches for what, and how a break is told, is not known here.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Row, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from workflow.ledger import next_hash, text_of
from workflow.models import Chain, Event

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
BATCH = 2000  # rows on their way from the database
# As `canonical` writes it; and what is no moment at all, such as infinity, arrives as a text too.
_AT = func.to_char(func.timezone("UTC", Event.at), 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00')
_COLUMNS = [
    _AT.label("at") if column.name == "at" else column
    for column in Event.__table__.columns
    if column.name != "id"
]
# An attribute of a Row takes ten times as long, and there are millions of them.
_Line: Any = namedtuple("_Line", [column.key for column in _COLUMNS])  # type: ignore[misc]


@dataclass(frozen=True, kw_only=True)
class Break:
    """The first place where a chain is not what it was."""

    chain_id: int
    seq: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """The hash that an event of a chain had at one moment, and who says so."""

    seq: int
    hash: str
    by: str


def verify(
    session: Session,
    *,
    chains: Collection[int] | None = None,
    vouched: Mapping[int, Sequence[Vouched]] | None = None,
    seen: Callable[[int], None] = lambda count: None,
) -> Iterator[Break]:
    """The first break of each chain (or of those named) that is not whole; nothing where all are.

    Finds an event edited in its text or in a column, taken out, put in, moved, or cut off the end;
    and with `vouched`, by chain and in order of `seq`, a chain that was computed anew or cut off
    with its head. `seen` is told now and then how many events were looked at. What is read must be
    of one moment.
    """
    known = select(Chain.id, Chain.quick_win_id, Chain.head_seq, Chain.head_hash)
    events = select(*_COLUMNS).order_by(Event.chain_id, Event.seq)
    if chains is not None:
        wanted = any_(literal(list(chains), ARRAY(BigInteger)))
        known, events = known.where(Chain.id == wanted), events.where(Event.chain_id == wanted)
    heads = {row.id: row for row in session.execute(known.order_by(Chain.id))}
    vouched = vouched or {}
    rows = session.execute(events.execution_options(yield_per=BATCH))
    with rows:  # a cursor on the server, which a break leaves in the middle
        for chain_id, own in groupby(_counted(rows, seen), key=lambda event: event.chain_id):
            head = heads.pop(chain_id, None)
            if head is None:
                yield Break(chain_id=chain_id, seq=1, why="the chain itself is missing")
            elif found := _first_break(head, own, vouched.get(chain_id, ())):
                yield found
    for chain_id, head in heads.items():
        if found := _first_break(head, (), vouched.get(chain_id, ())):
            yield found


def _counted(rows: Iterable[AnyRow], seen: Callable[[int], None]) -> Iterator[Any]:
    for count, row in enumerate(rows, start=1):
        yield _Line._make(row)
        if count % BATCH == 0:
            seen(count)


def _first_break(head: AnyRow, events: Iterable[Any], vouched: Sequence[Vouched]) -> Break | None:
    seq, last, sure = 0, "", 0
    signed = (each for each in vouched if each.seq)  # of a chain without events nothing is said
    awaited = next(signed, None)
    for event in events:
        seq += 1
        if why := _fault(event, head, seq, last):
            return Break(chain_id=head.id, seq=seq, why=why)
        last = event.hash
        while awaited and awaited.seq == seq:
            if awaited.hash != last:
                return Break(chain_id=head.id, seq=sure + 1, why=_anew(sure, awaited))
            sure, awaited = seq, next(signed, None)
    if seq < head.head_seq:
        why = f"the chain ends at event {seq}, but its head says {head.head_seq}"
        return Break(chain_id=head.id, seq=seq + 1, why=why)
    if last != head.head_hash:
        return Break(chain_id=head.id, seq=seq, why=f"event {seq} is not the one its head says")
    if awaited:
        why = (
            f"the chain ends at event {seq}, but {awaited.by} has event {awaited.seq}; nobody"
            f" vouches for what stands after event {sure}"
        )
        return Break(chain_id=head.id, seq=seq + 1, why=why)
    return None


def _fault(event: Any, head: AnyRow, seq: int, previous: str) -> str:
    if event.seq != seq:
        return f"event {seq} is missing"
    if seq > head.head_seq:
        return f"event {seq} was put in after the last one, which is event {head.head_seq}"
    if event.quick_win_id != head.quick_win_id:
        return f"event {seq} belongs to another Quick Win than its chain"
    if next_hash(previous, event.text) != event.hash:
        return f"the hash of event {seq} does not follow from the event before it and its text"
    if not _columns_say_so(event):
        return f"the columns of event {seq} do not say what its text says"
    return ""


def _columns_say_so(event: Any) -> bool:
    try:
        return bool(text_of(event) == event.text)
    except (TypeError, AttributeError, KeyError, RecursionError):  # columns that no event ever had
        return False


def _anew(sure: int, awaited: Vouched) -> str:
    if awaited.seq == sure + 1:
        return f"event {awaited.seq} is not the one that {awaited.by} has"
    return (
        f"events {sure + 1} to {awaited.seq} were computed anew: event {awaited.seq} is not the"
        f" one that {awaited.by} has"
    )
