"""What somebody who owns the database and has the software can do to a chain of seven events, with
five of them under a first checkpoint and all under a second one. Each returns the first event that
is then wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from workflow.ledger import next_hash, text_of
from workflow.models import Chain, Event

LENGTH, SIGNED_FIRST = 7, 5
_PAST = (
    "at, action, quick_win_id, actor_id, actor_name, role, capacity, on_behalf_of, source, target,"
    " visit, note, data, digest, salts, text, hash"
)


def run(connection: Connection, statement: str, chain: int) -> None:
    assert connection.execute(text(statement), {"c": chain}).rowcount >= 1


def recompute(connection: Connection, chain: int, seq: int, **changes: Any) -> None:
    """Texts and hashes from that event on, and the head: nothing contradicts itself any more."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        events = session.scalars(
            select(Event)
            .where(Event.chain_id == chain)
            .order_by(Event.seq)
            .execution_options(populate_existing=True)
        ).all()
        last = ""
        for event in events:
            if event.seq == seq:
                for name, value in changes.items():
                    setattr(event, name, value)
            if event.seq >= seq:
                event.text = text_of(event)
                event.hash = next_hash(last, event.text)
            last = event.hash
        head = session.get_one(Chain, chain)
        head.head_seq, head.head_hash = events[-1].seq, last
        session.commit()


def _edit(connection: Connection, chain: int) -> int:
    run(connection, "UPDATE events SET note = 'Lain.' WHERE chain_id = :c AND seq = 3", chain)
    run(connection, "UPDATE events SET text = text || ' ' WHERE chain_id = :c AND seq = 3", chain)
    return 3


def _delete(connection: Connection, chain: int) -> int:
    free(connection)
    run(connection, "DELETE FROM events WHERE chain_id = :c AND seq = 4", chain)
    return 4


def _insert(connection: Connection, chain: int) -> int:
    for seq in (7, 6, 5):
        _move(connection, chain, seq, seq + 1)
    statement = (
        f"INSERT INTO events (chain_id, seq, {_PAST}) SELECT chain_id, 5, {_PAST} FROM events"
        " WHERE chain_id = :c AND seq = 4"
    )
    run(connection, statement, chain)
    return 5


def _reorder(connection: Connection, chain: int) -> int:
    for old, new in ((4, 99), (5, 4), (99, 5)):
        _move(connection, chain, old, new)
    return 4


def _cut_off(connection: Connection, chain: int) -> int:
    """With the head, so that the chain is whole by itself."""
    free(connection)
    run(connection, "DELETE FROM events WHERE chain_id = :c AND seq > 6", chain)
    run(
        connection,
        "UPDATE chains SET head_seq = seq, head_hash = hash FROM events"
        " WHERE chains.id = :c AND chain_id = chains.id AND seq = 6",
        chain,
    )
    return LENGTH


def _recompute(connection: Connection, chain: int) -> int:
    """From event 6 on: the second checkpoint is about this, and knows that event 5 is right."""
    recompute(connection, chain, SIGNED_FIRST + 1, note="Lain.")
    return SIGNED_FIRST + 1


def _delete_and_recompute(connection: Connection, chain: int) -> int:
    free(connection)
    run(connection, "DELETE FROM events WHERE chain_id = :c AND seq = 6", chain)
    _move(connection, chain, 7, 6)
    recompute(connection, chain, 6)
    return LENGTH  # which one is missing nobody can say any more: the chain is too short


def _insert_and_recompute(connection: Connection, chain: int) -> int:
    _insert(connection, chain)
    recompute(connection, chain, 5)
    return 1


WAYS: dict[str, Callable[[Connection, int], int]] = {
    "an edit": _edit,
    "a deletion": _delete,
    "an insertion": _insert,
    "a reorder": _reorder,
    "a truncation": _cut_off,
    "a recomputed chain": _recompute,
    "a deletion, recomputed": _delete_and_recompute,
    "an insertion, recomputed": _insert_and_recompute,
}


def _move(connection: Connection, chain: int, old: int, new: int) -> None:
    run(connection, f"UPDATE events SET seq = {new} WHERE chain_id = :c AND seq = {old}", chain)


def free(connection: Connection) -> None:
    """What points to events would hold them."""
    connection.execute(text("TRUNCATE messages, notifications CASCADE"))
