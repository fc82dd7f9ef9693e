"""Whoever owns the database can rewrite all of it, but not what was signed: all is found, in the
database and in a bundle, and the first wrong event named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tampering import WAYS, free, recompute, run
from world import NOW, gather

from quickwin.servers import Postgres
from workflow.bundle import bundle
from workflow.checkpoints import Contradicted, sign, stamps
from workflow.ledger import SEALED
from workflow.models import Chain, QuickWin
from workflow.proving import prove
from workflow.signing import Signer
from workflow.stamps import Stamp
from workflow.unbundling import Bundle, Malformed, breaks_of, bundle_in, written

KEY, OTHER = Signer.of("A" * 43 + "="), Signer.of("B" * 43 + "=")
TABLES = ("events", "checkpoints", "signed_heads")


@pytest.fixture(scope="module")
def signed(postgres: Postgres, settled: str) -> str:
    """A database with two Quick Wins of seven events, of which five are under a first checkpoint
    and all under a second one."""
    postgres.create_database("signed", template=settled)
    engine = create_engine(postgres.url(database="signed"))
    with Session(engine) as session, session.begin():
        world = gather(session)
        world.propose(unit="DKISS")  # a draft has a chain, and no event yet
        both = [world.bring_to("review") for _ in range(2)]
        for count in range(4):
            for quick_win in both:
                said = {"text": f"Catatan {count}."}
                world.act(quick_win, "comment", "chair", data=said, note="")
            if count in (1, 3):
                assert sign(session, KEY, at=NOW + timedelta(days=count))
    engine.dispose()
    return "signed"


@pytest.fixture(scope="module")
def owned(postgres: Postgres, signed: str) -> Iterator[Engine]:
    """It in the hands of somebody who owns the database: the triggers are off."""
    postgres.create_database("proved", template=signed)
    engine = create_engine(postgres.url("quickwin_owner", "proved"))
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER written_once"))
    yield engine
    engine.dispose()


@pytest.fixture
def owner(owned: Engine) -> Iterator[Connection]:
    """That somebody at work, until it is rolled back."""
    with owned.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def chain(owner: Connection) -> int:
    return owner.execute(text("SELECT min(chain_id) FROM events WHERE chain_id > 1")).scalar_one()


def found(
    connection: Connection, key: Signer = KEY, kept: tuple[Stamp, ...] = ()
) -> list[tuple[int, int]]:
    """(chain, event) of every break."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        breaks = prove(session, [key.public_key], kept=kept).breaks
        return [(each.chain_id, each.seq) for each in breaks]


def copied(connection: Connection) -> tuple[Stamp, ...]:
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return tuple(stamps(session))


def bundled(connection: Connection) -> Bundle:
    """Both Quick Wins, through a file."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return bundle_in(written(bundle(session, _numbers(session))))


def _numbers(session: Session) -> list[str]:
    """Of those that something happened to."""
    submitted = QuickWin.submitted_at.is_not(None)
    return list(session.scalars(select(QuickWin.number).where(submitted).order_by(QuickWin.id)))


# ---------------------------------------------------------------- the database


def test_what_nobody_touched_is_whole(owner: Connection) -> None:
    assert found(owner) == []
    assert found(owner, kept=copied(owner)) == []


@pytest.mark.parametrize("tamper", WAYS.values(), ids=WAYS)
def test_every_way_of_tampering_is_found_in_the_database(
    owner: Connection, chain: int, tamper: Callable[[Connection, int], int]
) -> None:
    seq = tamper(owner, chain)

    assert found(owner) == [(chain, seq)]


@pytest.mark.parametrize("tamper", WAYS.values(), ids=WAYS)
def test_and_nothing_of_it_gets_a_signature(
    owner: Connection, chain: int, tamper: Callable[[Connection, int], int]
) -> None:
    tamper(owner, chain)
    with (
        Session(owner, join_transaction_mode="create_savepoint") as session,
        pytest.raises((Contradicted, IntegrityError)),  # the next event has no place any more
    ):
        _act_and_sign(session, chain)


def _act_and_sign(session: Session, chain: int) -> None:
    _act_again(session, chain)
    sign(session, KEY, at=NOW + timedelta(days=9))


def _act_again(session: Session, chain: int) -> None:
    """So that the chain would be signed anew."""
    world = gather(session)
    quick_win = session.get_one(QuickWin, session.get_one(Chain, chain).quick_win_id)
    world.act(quick_win, "comment", "chair", data={"text": "Lagi."}, note="")


def test_who_signs_a_rewritten_ledger_with_a_key_of_their_own_is_found(
    owner: Connection, chain: int
) -> None:
    recompute(owner, chain, 3, note="Lain.")
    run(owner, "DELETE FROM signed_heads WHERE chain_id > 0 OR chain_id = :c", chain)
    run(owner, "DELETE FROM checkpoints WHERE id > 0 OR id = :c", chain)
    with Session(owner, join_transaction_mode="create_savepoint") as session:
        sign(session, OTHER, at=NOW)
        session.commit()

    assert found(owner) == [(1, 1)]
    assert found(owner, OTHER) == [], "they would say that it is whole"


def test_who_writes_the_new_heads_beside_the_old_signature_is_found(
    owner: Connection, chain: int
) -> None:
    recompute(owner, chain, 6, note="Lain.")
    run(
        owner,
        "UPDATE signed_heads SET hash = head_hash FROM chains"
        " WHERE chains.id = :c AND chain_id = chains.id AND seq = head_seq",
        chain,
    )

    assert found(owner) == [(chain, 6)]


@pytest.mark.parametrize(
    "change",
    ["events = events + 1", "at = at + interval '1 day'", "signature = reverse(signature)"],
)
def test_a_changed_checkpoint_is_found(owner: Connection, chain: int, change: str) -> None:
    run(owner, f"UPDATE checkpoints SET {change} WHERE id > 0 OR id = :c", chain)

    assert found(owner) != []


def test_a_ledger_turned_back_to_an_earlier_checkpoint_is_found_by_a_copy_kept_elsewhere(
    owner: Connection,
) -> None:
    kept = copied(owner)
    _turn_back(owner)

    assert found(owner) == [], "it is what it was on that day"
    assert found(owner, kept=kept) != []
    assert found(owner, kept=kept[:1]) == []


def _turn_back(owner: Connection) -> None:
    free(owner)
    for statement in (
        "DELETE FROM signed_heads WHERE checkpoint_id = (SELECT max(id) FROM checkpoints)",
        "DELETE FROM checkpoints WHERE id = (SELECT max(id) FROM checkpoints)",
        "DELETE FROM events USING signed_heads one"
        " WHERE one.chain_id = events.chain_id AND events.seq > one.seq",
        "UPDATE chains SET head_seq = one.seq, head_hash = one.hash FROM signed_heads one"
        " WHERE one.chain_id = chains.id",
    ):
        owner.execute(text(statement))


def test_chains_that_grew_since_the_checkpoint_are_still_held_against_it(
    owner: Connection, chain: int
) -> None:
    with Session(owner, join_transaction_mode="create_savepoint") as session:
        _act_again(session, chain)
        assert prove(session, [KEY.public_key]).younger == 1
        session.commit()
    assert found(owner) == []

    recompute(owner, chain, 2, note="Lain.")

    assert found(owner) == [(chain, 1)]


def test_a_whole_chain_that_was_taken_out_is_found(owner: Connection) -> None:
    last = owner.execute(text("SELECT max(id) FROM chains")).scalar_one()
    free(owner)
    owner.execute(text("ALTER TABLE revisions DROP CONSTRAINT fk_revisions_event_id"))
    owner.execute(text("ALTER TABLE signed_heads DROP CONSTRAINT fk_signed_heads_chain_id"))
    run(owner, "DELETE FROM events WHERE chain_id = :c", last)
    run(owner, "DELETE FROM chains WHERE id = :c", last)

    assert found(owner) == [(last, 1)]


# ---------------------------------------------------------------- a bundle


def test_a_bundle_that_nobody_touched_is_whole(owner: Connection) -> None:
    made = bundled(owner)

    assert [len(chain.events) for chain in made.chains] == [7, 7]
    assert breaks_of(made, [KEY.public_key]) == []
    assert len(breaks_of(made, [OTHER.public_key])) == 2


@pytest.mark.parametrize("tamper", WAYS.values(), ids=WAYS)
def test_every_way_of_tampering_is_found_in_a_bundle_by_the_public_key_alone(
    owner: Connection, chain: int, tamper: Callable[[Connection, int], int]
) -> None:
    """The forger has the software too: a bundle is made of what was tampered with."""
    honest = bundled(owner)
    seq = tamper(owner, chain)
    forged = _forged(owner, honest, chain)

    assert breaks_of(honest, [KEY.public_key]) == []
    breaks = breaks_of(forged, [KEY.public_key])
    assert [each.chain_id for each in breaks] == [chain]
    assert 1 <= breaks[0].seq <= seq


def _forged(owner: Connection, honest: Bundle, chain: int) -> Bundle:
    """With the events as they are now, and the head that the chain says it has now."""
    rows = owner.execute(
        text("SELECT text, hash FROM events WHERE chain_id = :c ORDER BY seq"), {"c": chain}
    ).all()
    seq, last = owner.execute(
        text("SELECT head_seq, head_hash FROM chains WHERE id = :c"), {"c": chain}
    ).one()
    first, other = honest.chains
    events = tuple(replace(first.events[0], text=one.text, hash=one.hash) for one in rows)
    head = replace(first.head, seq=seq, hash=last)
    return replace(honest, chains=(replace(first, head=head, events=events), other))


def test_a_bundle_under_a_checkpoint_of_somebody_else_is_found(owner: Connection) -> None:
    made = bundled(owner)
    stamp = replace(made.checkpoint, public_key=OTHER.public_key)
    stamp = replace(stamp, signature=OTHER.sign(stamp.text))

    assert len(breaks_of(replace(made, checkpoint=stamp), [KEY.public_key])) == 2


def test_a_chain_passed_off_as_that_of_another_quick_win_is_found(owner: Connection) -> None:
    made = bundled(owner)
    first, second = made.chains
    renamed = replace(first, head=replace(first.head, number=second.head.number))

    assert len(breaks_of(replace(made, chains=(renamed, second)), [KEY.public_key])) == 1


# ---------------------------------------------------------------- any single change


@pytest.fixture(scope="module")
def file(owned: Engine) -> str:
    """A bundle in which everything is open, as it is handed out."""
    with Session(owned) as session:
        made = bundle(session, _numbers(session), sees=lambda _: lambda _: SEALED)
    assert breaks_of(bundle_in(written(made)), [KEY.public_key]) == []
    return written(made)


@given(data=st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_single_value_of_a_bundle_that_is_changed_is_found(
    file: str, data: st.DataObject
) -> None:
    document = json.loads(file)
    holder, key = data.draw(st.sampled_from(list(_leaves(document))))
    value = holder[key]
    if isinstance(value, int):
        holder[key] = value + data.draw(st.integers(1, 9))
    else:
        place = data.draw(st.integers(0, max(0, len(value) - 4)))  # base64 ends in idle bits
        holder[key] = (
            value[:place] + ("x" if value[place : place + 1] != "x" else "y") + (value[place + 1 :])
        )
    assert not _passes(json.dumps(document))


def _passes(text: str) -> bool:
    try:
        return breaks_of(bundle_in(text), [KEY.public_key]) == []
    except Malformed:
        return False


def _leaves(part: Any) -> Iterator[tuple[Any, Any]]:
    """(where it stands, by which key) of every value but what is left empty."""
    for key, inner in list(part.items() if isinstance(part, dict) else enumerate(part)):
        if isinstance(inner, dict | list):
            yield from _leaves(inner)
        elif inner is not None and not (key == "signature" and inner == ""):
            yield part, key


_COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "action": "action || 'x'",
    "note": "note || 'x'",
    "role": "'admin '",
    "actor_name": "'Orang Lain'",
    "data": "'{}' :: jsonb || '{\"x\": 1.5}'",
    "text": "text || ' '",
    "hash": "reverse(hash)",
    "salts": "'null' :: jsonb",
    "visit": "-1",
}


@given(
    column=st.sampled_from(sorted(_COLUMNS)),
    seq=st.integers(1, 7),
    place=st.integers(0, 1),
    follow=st.booleans(),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_single_change_is_found_and_named(
    owner: Connection, column: str, seq: int, place: int, follow: bool
) -> None:
    """Also where everything behind it is computed anew, with the heads."""
    with owner.begin_nested() as attempt:
        chain = owner.execute(
            text(
                "SELECT id FROM chains WHERE id > 1 AND head_seq > 0 ORDER BY id OFFSET :p LIMIT 1"
            ),
            {"p": place},
        ).scalar_one()
        owner.execute(
            text(
                f"UPDATE events SET {column} = {_COLUMNS[column]} WHERE chain_id = :c AND seq = :s"
            ),
            {"c": chain, "s": seq},
        )
        if follow and column not in ("text", "hash", "salts", "data"):
            recompute(owner, chain, seq)
        (only,) = found(owner)
        attempt.rollback()

    assert only[0] == chain
    assert only[1] <= seq
