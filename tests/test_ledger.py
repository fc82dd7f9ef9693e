"""Whatever is changed in the ledger behind the door's back is found, and the first place named."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.orm import Session
from world import gather

from quickwin.servers import Postgres
from workflow.ledger import append_to_city, next_hash, text_of
from workflow.models import Event
from workflow.verifying import verify

MIDDLE, LAST = 3, 5


@pytest.fixture(scope="module")
def template(postgres: Postgres, settled: str) -> str:
    """A database with one Quick Win of five events and one of the city."""
    postgres.create_database("ledger", template=settled)
    engine = create_engine(postgres.url(database="ledger"))
    with Session(engine) as session, session.begin():
        world = gather(session)
        for _ in range(2):
            quick_win = world.bring_to("review")
            for note in ("Pertama.", "Kedua."):
                world.act(quick_win, "comment", "chair", data={"text": note}, note="")
        append_to_city(session, "issue_decree", at=world.now, data={"decree": 1})
    engine.dispose()
    return "ledger"


@pytest.fixture(scope="module")
def forgery(postgres: Postgres, template: str) -> Iterator[Engine]:
    """A copy of it for somebody who owns the server: the triggers are off."""
    postgres.create_database("forged", template=template)
    engine = create_engine(postgres.url("postgres", "forged"))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER written_once"))
    yield engine
    engine.dispose()


@pytest.fixture
def forger(forgery: Engine) -> Iterator[Connection]:
    """That somebody at work, until it is rolled back."""
    with forgery.connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
        yield connection
        connection.rollback()


def found(connection: Connection) -> list[tuple[int, int]]:
    """(chain, event) of every break that recomputing finds."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return [(flaw.chain_id, flaw.seq) for flaw in verify(session)]


def _chain(connection: Connection) -> int:
    return connection.execute(text("SELECT min(id) FROM chains WHERE id > 1")).scalar_one()


def test_chains_that_nobody_touched_are_whole(forger: Connection) -> None:
    assert found(forger) == []
    assert forger.execute(text("SELECT count(*) FROM chains")).scalar_one() == 3


COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "action": "'approve'",
    "quick_win_id": "(SELECT max(id) FROM quick_wins)",
    "actor_id": "(SELECT max(id) FROM people)",
    "actor_name": "'Orang Lain'",
    "role": "'chair '",
    "capacity": "'Plt. Kepala Dinas'",
    "on_behalf_of": "'Orang Lain'",
    "source": "'elsewhere'",
    "target": "'approved'",
    "visit": "visit + 1",
    "note": "'Lain.'",
    "data": """'{"field": "title"}'""",
    "digest": "'0'",
    "salts": "jsonb_set(salts, '{note}', '\"0\"')",
    "text": "replace(text, 'a', 'b')",
    "hash": "reverse(hash)",
    "seq": "100",
    "chain_id": "1",
}


@pytest.mark.parametrize("seq", [1, MIDDLE, LAST])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_is_found(forger: Connection, column: str, seq: int) -> None:
    chain = _chain(forger)
    if column in ("seq", "chain_id"):
        forger.execute(text("UPDATE events SET seq = seq + 200 WHERE chain_id = 1"))
    before = found(forger)
    forger.execute(
        text(f"UPDATE events SET {column} = {COLUMNS[column]} WHERE chain_id = :c AND seq = :s"),
        {"c": chain, "s": seq},
    )

    assert (chain, seq) in set(found(forger)) - set(before)


def test_every_column_is_tried() -> None:
    assert COLUMNS.keys() == {column.name for column in Event.__table__.columns} - {"id"}


def _delete(connection: Connection, chain: int) -> int:
    _run(connection, "DELETE FROM events WHERE chain_id = :c AND seq = 3", chain)
    return MIDDLE


def _delete_and_close_up(connection: Connection, chain: int) -> int:
    _delete(connection, chain)
    _run(connection, "UPDATE events SET seq = seq - 1 WHERE chain_id = :c AND seq = 4", chain)
    _run(connection, "UPDATE events SET seq = seq - 1 WHERE chain_id = :c AND seq = 5", chain)
    return MIDDLE


def _cut_off(connection: Connection, chain: int) -> int:
    _run(connection, "DELETE FROM events WHERE chain_id = :c AND seq = 5", chain)
    return LAST


def _empty(connection: Connection, chain: int) -> int:
    _run(connection, "DELETE FROM events WHERE chain_id = :c", chain)
    return 1


def _exchange(connection: Connection, chain: int) -> int:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        _run(
            connection,
            f"UPDATE events SET seq = {new} WHERE chain_id = :c AND seq = {old}",
            chain,
        )
    return MIDDLE


_COPY = (
    "INSERT INTO events (chain_id, seq, at, action, quick_win_id, actor_id, actor_name, role,"
    " capacity, on_behalf_of, source, target, visit, note, data, digest, salts, text, hash)"
    " SELECT chain_id, {seq}, at, action, quick_win_id, actor_id, actor_name, role, capacity,"
    " on_behalf_of, source, target, visit, note, data, digest, salts, text, hash"
    " FROM events WHERE chain_id = :c AND seq = {of}"
)


def _insert(connection: Connection, chain: int) -> int:
    for seq in (5, 4, 3):
        _run(
            connection,
            f"UPDATE events SET seq = {seq + 1} WHERE chain_id = :c AND seq = {seq}",
            chain,
        )
    _run(connection, _COPY.format(seq=3, of=2), chain)
    return MIDDLE


def _add(connection: Connection, chain: int) -> int:
    """One that follows correctly from the last, but that the head knows nothing of."""
    _run(connection, _COPY.format(seq=6, of=5), chain)
    _recompute(connection, chain, 6)
    return 6


def _rewrite_the_middle(connection: Connection, chain: int) -> int:
    """Note, text and hash of one event all agree; the next one shows it."""
    _recompute(connection, chain, MIDDLE, note="Lain.")
    return MIDDLE + 1


def _rewrite_the_last(connection: Connection, chain: int) -> int:
    _recompute(connection, chain, LAST, note="Lain.")
    return LAST


@pytest.mark.parametrize(
    "tamper",
    [
        _delete,
        _delete_and_close_up,
        _cut_off,
        _empty,
        _exchange,
        _insert,
        _add,
        _rewrite_the_middle,
        _rewrite_the_last,
    ],
)
def test_a_changed_order_or_presence_is_found(
    forger: Connection, tamper: Callable[[Connection, int], int]
) -> None:
    chain = _chain(forger)

    seq = tamper(forger, chain)

    assert found(forger) == [(chain, seq)]


def _run(connection: Connection, statement: str, chain: int) -> None:
    assert connection.execute(text(statement), {"c": chain}).rowcount >= 1


def _recompute(connection: Connection, chain: int, seq: int, **changes: str) -> None:
    """Make one event agree with itself and with the one before, as a forger with the code would."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        events = session.scalars(
            select(Event).where(Event.chain_id == chain, Event.seq.in_([seq - 1, seq]))
        ).all()
        before, event = sorted(events, key=lambda event: event.seq)
        for name, value in changes.items():
            setattr(event, name, value)
        event.text = text_of(event)
        event.hash = next_hash(before.hash, event.text)
        session.commit()


def test_a_moved_head_is_found(forger: Connection) -> None:
    chain = _chain(forger)
    other = forger.execute(text("SELECT max(id) FROM chains")).scalar_one()
    forger.execute(text("UPDATE chains SET quick_win_id = 1000000 WHERE id = :o"), {"o": other})

    assert found(forger) == [(other, 1)]
    forger.execute(text("UPDATE chains SET head_seq = 4 WHERE id = :c"), {"c": chain})
    assert found(forger) == [(chain, 5), (other, 1)]
