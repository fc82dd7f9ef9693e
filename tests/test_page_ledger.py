"""The inspector's page: what proves that nothing was changed, for whoever sees everything."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from attempts import statements
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from tampering import recompute
from visitor import Visitor
from world import NOW, World, gather

from quickwin.servers import Postgres
from workflow.checkpoints import sign
from workflow.inspecting import PAGE, inspect
from workflow.models import Chain
from workflow.signing import Signer

Browser = Callable[[str], Visitor]
KEY = Signer.of("A" * 43 + "=")


def chain_of(world: World, quick_win_id: int) -> Chain:
    return world.session.scalars(select(Chain).where(Chain.quick_win_id == quick_win_id)).one()


@pytest.mark.parametrize("who", ["inspector", "admin"])
def test_whoever_sees_everything_has_it_in_the_menu(visitor: Browser, who: str) -> None:
    assert 'href="/ledger"' in visitor(who).get("/coverage").get_data(as_text=True)
    assert visitor(who).get("/ledger").status_code == 200


@pytest.mark.parametrize("who", ["submitter", "mayor", "chair"])
def test_nobody_else_has_it_at_all(visitor: Browser, world: World, who: str) -> None:
    chain = chain_of(world, world.bring_to("review").id)

    assert 'href="/ledger"' not in visitor(who).get("/coverage").get_data(as_text=True)
    assert visitor(who).get("/ledger").status_code == 403
    assert visitor(who).get(f"/ledger/{chain.id}").status_code == 403


def test_it_shows_the_last_checkpoint_and_the_public_key(visitor: Browser, world: World) -> None:
    assert "Belum ada titik periksa" in visitor("inspector").get("/ledger").get_data(as_text=True)
    stamp = sign(world.session, KEY, at=NOW)
    assert stamp is not None

    page = visitor("inspector").get("/ledger").get_data(as_text=True)

    assert KEY.public_key in page
    assert stamp.digest in page
    assert "Tanda tangannya benar" in page


def test_a_number_leads_to_the_chain_and_a_wrong_one_is_said(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("review")
    chain, inspector = chain_of(world, quick_win.id), visitor("inspector")

    found = inspector.get(f"/ledger?number={quick_win.number.lower()}")
    assert (found.status_code, found.location) == (302, f"/ledger/{chain.id}")
    wrong = inspector.get("/ledger?number=QW-1")
    assert wrong.status_code == 404
    assert "Tidak ada Quick Win QW-1." in wrong.get_data(as_text=True)
    assert inspector.get("/ledger/999999").status_code == 404


def test_a_chain_shows_each_event_with_the_hash_before(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("review")
    sign(world.session, KEY, at=NOW)
    chain = chain_of(world, quick_win.id)

    page = visitor("inspector").get(f"/ledger/{chain.id}").get_data(as_text=True)

    hashes = re.findall(r'<code title="(\w{64})">', page)
    assert len(hashes) == 5, "three events, two of them with one before"
    assert hashes[0] == hashes[2]
    assert "Rantai ini utuh" in page
    assert "sampai peristiwa 3" in page
    assert "Reviewer" not in page
    assert world["verifier"].name in page


def test_the_chain_of_the_city_is_one_too(visitor: Browser) -> None:
    page = visitor("admin").get("/ledger/1").get_data(as_text=True)
    assert "mengaktifkan definisi alur" in page
    assert "Rantai ini utuh" in page


def test_a_long_chain_comes_in_pages(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("review")
    for count in range(PAGE):
        world.act(quick_win, "comment", "chair", data={"text": f"{count}"}, note="")
    chain, inspector = chain_of(world, quick_win.id), visitor("inspector")

    first = inspector.get(f"/ledger/{chain.id}").get_data(as_text=True)
    assert f'rel="next" href="/ledger/{chain.id}?after={PAGE}"' in first
    second = inspector.get(f"/ledger/{chain.id}?after={PAGE}").get_data(as_text=True)
    assert 'rel="next"' not in second
    assert second.count("<tr>") == 1 + 3


def test_its_statements_do_not_grow_with_the_chain(visitor: Browser, world: World) -> None:
    short, long = world.bring_to("review"), world.bring_to("completed")
    inspector = visitor("inspector")

    def count(quick_win_id: int) -> int:
        chain = chain_of(world, quick_win_id)
        with statements(world.session) as made:
            assert inspector.get(f"/ledger/{chain.id}").status_code == 200
        return len(made)

    assert count(short.id) == count(long.id)


def test_a_chain_that_was_rewritten_is_said_to_be_wrong(postgres: Postgres, settled: str) -> None:
    postgres.create_database("rewritten", template=settled)
    engine = create_engine(postgres.url("quickwin_owner", "rewritten"))
    with Session(engine) as session:
        world = gather(session)
        chain = chain_of(world, world.bring_to("review").id)
        sign(session, KEY, at=NOW)
        session.commit()
        look = inspect(session, chain.id, world["inspector"], after=0, at=NOW)
        assert (look.broken, look.signed) == (None, 3)
        session.execute(text("ALTER TABLE events DISABLE TRIGGER written_once"))
        recompute(session.connection(), chain.id, 2, note="Lain.")
        session.expire_all()
        look = inspect(session, chain.id, world["inspector"], after=0, at=NOW)
        assert look.broken is not None
        assert look.broken.seq == 1, "of three events under one checkpoint"
    engine.dispose()
