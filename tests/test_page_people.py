"""/people: an admin finds an account, sees what closing it would stop, closes and reopens it."""

from __future__ import annotations

import pytest
from page import stop_the_clock, text_of
from sqlalchemy import select
from test_page_acting import Browser
from world import World

from workflow.models import Event, Login, Person


def test_the_last_reviewer_is_closed_knowingly_and_the_inbox_names_what_is_missing(
    visitor: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch, world.now)
    admin, leaving = visitor("admin"), world["reviewer2"]
    address = f"/people/{leaving.id}"

    before = text_of(admin.get(address))
    assert "Sebagai reviewer" in before
    assert "Kurang: Penelaah" in before
    assert "Unit DINKES" in before
    assert leaving.deactivated_at is None, "looking changes nothing"

    assert admin.post(f"{address}/deactivate", {}).status_code == 303

    inbox = text_of(admin.get("/"))
    assert "Kurang: Penelaah" in inbox
    assert "Unit DINKES" in inbox
    assert "Kurang: Penelaah" not in text_of(visitor("verifier").get("/"))
    admin.post(f"{address}/reactivate", {})
    assert "Kurang: Penelaah" not in text_of(admin.get("/"))


def test_whoever_is_closed_is_logged_out_and_stays_in_the_list(
    visitor: Browser, world: World
) -> None:
    theirs = visitor("mentor")
    assert theirs.get("/").status_code == 200

    visitor("admin").post(f"/people/{world['mentor'].id}/deactivate", {})

    assert theirs.get("/").status_code != 200
    ended = select(Login.ended_at).where(Login.person_id == world["mentor"].id)
    assert None not in world.session.scalars(ended).all()
    assert "mentor@test.test" in text_of(visitor("admin").get("/people?q=MENT"))
    made = select(Event.actor_name).where(Event.action == "deactivate_person")
    assert world.session.scalars(made).all() == ["Admin"]


def test_accounts_are_for_admins_and_nobody_closes_their_own(
    visitor: Browser, world: World
) -> None:
    admin, chair = world["admin"], world["chair"]
    for address in ("/people", f"/people/{admin.id}"):
        assert visitor("chair").get(address).status_code == 403
    assert visitor("chair").post(f"/people/{admin.id}/deactivate", {}).status_code == 403
    assert visitor("admin").post(f"/people/{admin.id}/deactivate", {}).status_code == 403
    assert visitor("admin").get("/people/999999999999999999999").status_code == 404
    assert visitor("admin").post("/people/99999999/deactivate", {}).status_code == 404
    assert (admin.deactivated_at, chair.deactivated_at) == (None, None)


def test_a_long_list_of_accounts_has_pages(visitor: Browser, world: World) -> None:
    world.session.add_all(
        Person(email=f"p{number:03}@test.test", name=f"Pegawai {number:03}") for number in range(70)
    )
    world.session.commit()
    admin = visitor("admin")
    first = admin.get("/people?q=pegawai")
    assert "Pegawai 029" in text_of(first)
    assert "Pegawai 030" not in text_of(first)
    (following,) = {
        part.split('"')[0]
        for part in first.text.split('href="')
        if part.startswith("/people?") and "after=" in part
    }
    assert "Pegawai 030" in text_of(admin.get(following.replace("&amp;", "&")))
    assert "Tidak ada" in text_of(admin.get("/people?q=tidakadasamasekali"))
