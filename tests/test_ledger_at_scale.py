"""A hundred thousand events are checked in seconds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session
from world import NOW

from quickwin.servers import Postgres
from workflow.checkpoints import sign
from workflow.ledger import SEALED, next_hash, text_of
from workflow.proving import prove
from workflow.signing import Signer

pytestmark = pytest.mark.timed
CHAINS, EVENTS, LIMIT = 2_000, 50, 10.0
KEY = Signer.of("A" * 43 + "=")
NOTE = "Mohon dilengkapi: anggaran tahun kedua, dan siapa yang menjaga alatnya – di tiap kelurahan."
COLUMNS = (
    "chain_id, seq, at, action, quick_win_id, actor_id, actor_name, role, capacity, on_behalf_of,"
    " source, target, visit, note, data, digest, salts, text, hash"
)


@pytest.fixture(scope="module")
def crowded(postgres: Postgres, settled: str) -> Iterator[Engine]:
    """A database with so many, of Quick Wins that are not there."""
    postgres.create_database("crowded", template=settled)
    engine = create_engine(postgres.url("postgres", "crowded"))
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        _fill(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    yield engine
    engine.dispose()


def test_a_hundred_thousand_events_are_checked_in_under_ten_seconds(crowded: Engine) -> None:
    told: list[int] = []
    with Session(crowded) as session:
        began = time.perf_counter()
        stamp = sign(session, KEY, at=NOW)
        signed = time.perf_counter() - began
        began = time.perf_counter()
        proof = prove(session, [KEY.public_key], seen=told.append)
        took = time.perf_counter() - began

    print(f"\n{proof.events} events: signed in {signed:.1f} s, checked in {took:.1f} s")
    assert stamp is not None
    assert (proof.breaks, proof.younger) == ((), 0)
    assert proof.events > CHAINS * EVENTS
    assert len(told) > 10, "progress"
    assert took < LIMIT


def _fill(connection: Connection) -> None:
    heads, number = [], 0
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY events ({COLUMNS}) FROM STDIN") as copy:
        for chain in range(1000, 1000 + CHAINS):
            last = ""
            for seq in range(1, EVENTS + 1):
                number += 1
                event = _event(chain, seq, number)
                event.text = text_of(event)
                last = event.hash = next_hash(last, event.text)
                copy.write_row(_row(event))
            heads.append({"chain": chain, "seq": EVENTS, "hash": last})
    connection.execute(
        text(
            "INSERT INTO chains (id, quick_win_id, head_seq, head_hash) OVERRIDING SYSTEM VALUE"
            " VALUES (:chain, :chain, :seq, :hash)"
        ),
        heads,
    )


def _event(chain: int, seq: int, number: int) -> Any:
    return SimpleNamespace(
        chain_id=chain,
        seq=seq,
        at=NOW + timedelta(microseconds=number),
        action="judge",
        quick_win_id=chain,
        actor_id=7,
        actor_name="Rina Wulandari",
        role="reviewer",
        capacity="Penelaah",
        on_behalf_of="",
        source="review",
        target="review",
        visit=3,
        note=NOTE,
        data={"verdict": "revise", "scores": {"benefit": 3, "risk": 2, "appeal": seq % 5}},
        digest=f"{number:064x}",
        salts=dict.fromkeys(SEALED, f"{number:032x}"),
    )


def _row(event: Any) -> list[Any]:
    values = [getattr(event, name.strip()) for name in COLUMNS.split(",")]
    return [json.dumps(each) if isinstance(each, dict) else each for each in values]
