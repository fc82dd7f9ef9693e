"""The profile: what is known of somebody, where they are logged in, and their password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from authenticator import OUTSIDE, PASSWORD, first_step, give_password
from flask import Flask
from page import stop_the_clock, text_of, words_of
from sqlalchemy import select
from visitor import Visitor
from world import World

from web import browsers, logins, throttle
from workflow.models import Assignment, Event, FailedLogin, Login

NEW = "empat kuda berlari pagi"
PHONE = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture
def chair(visitor: Callable[[str], Visitor], world: World) -> Visitor:
    give_password(world, "chair")
    return visitor("chair")


def change(browser: Visitor, old: str = PASSWORD, new: str = NEW, again: str = "") -> int:
    given = {"old_password": old, "new_password": new, "repeated_password": again or new}
    return browser.post("/profile/password", given).status_code


def test_it_says_who_somebody_is_and_what_they_may_act_as(
    visitor: Callable[[str], Visitor], world: World
) -> None:
    head = world["head"]
    ended = {"valid_from": date(2019, 1, 1), "valid_to": date(2019, 12, 31)}
    head.assignments.append(Assignment(role="submitter", unit=head.home_unit, **ended))
    world.session.commit()

    said = words_of(visitor("head").get("/profile"))

    assert head.home_unit is not None
    for text in (head.name, head.email, head.home_unit.name, "Sebagai head", "31/12/2019"):
        assert text in said
    assert said.count("Tidak berlaku") == 1


def test_nobody_sees_it_without_a_login_and_no_program_does(
    app: Flask, world: World, visitor: Callable[[str], Visitor]
) -> None:
    chair = visitor("chair")
    token = {"Authorization": f"Bearer {chair.token}"}

    assert app.test_client().get("/profile").status_code == 302
    assert app.test_client().get("/profile", headers=token).status_code == 403
    assert app.test_client().post("/profile/logins/end-others", headers=token).status_code == 403


def test_open_logins_are_told_in_plain_words_and_this_one_is_marked(
    chair: Visitor, app: Flask, world: World
) -> None:
    phone = Visitor(app, world.session, None)
    given = {"email": "chair@test.test", "password": PASSWORD}
    phone.post("/login", given, environ_overrides=OUTSIDE, headers={"User-Agent": PHONE})

    said = words_of(chair.get("/profile"))

    assert "Chrome di Android" in said
    assert "192.0.2.7" in said
    assert said.count("Peramban ini") == 1


def test_one_browser_can_be_logged_out_and_only_ones_own(
    chair: Visitor, visitor: Callable[[str], Visitor], world: World
) -> None:
    other, somebody_else = visitor("chair"), visitor("head")
    mine = world.session.scalars(
        select(Login.id).where(Login.person_id == world["chair"].id).order_by(Login.id)
    ).all()
    theirs = world.session.scalars(
        select(Login.id).where(Login.person_id == world["head"].id)
    ).one()

    assert chair.post(f"/profile/logins/{mine[1]}/end").status_code == 303
    assert other.get("/profile").status_code == 302
    for login in (theirs, mine[0], mine[1], 10**17):
        assert chair.post(f"/profile/logins/{login}/end").status_code == 404
    assert somebody_else.get("/profile").status_code == 200
    assert chair.get("/profile").status_code == 200


def test_all_others_can_be_logged_out_at_once(
    chair: Visitor, visitor: Callable[[str], Visitor]
) -> None:
    others, somebody_else = [visitor("chair"), visitor("chair")], visitor("head")

    chair.post("/profile/logins/end-others")

    assert [browser.get("/profile").status_code for browser in others] == [302, 302]
    assert chair.get("/profile").status_code == 200
    assert somebody_else.get("/profile").status_code == 200


def test_a_new_password_opens_the_account_and_the_old_one_does_not(
    chair: Visitor, visitor: Callable[[str], Visitor], app: Flask, world: World
) -> None:
    other = visitor("chair")

    assert change(chair) == 303

    assert chair.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302, "every other browser is logged out"
    stranger = Visitor(app, world.session, None)
    assert first_step(stranger, "chair").status_code == 401
    assert first_step(stranger, "chair", NEW).status_code == 302


def test_the_change_is_recorded_without_the_password(chair: Visitor, world: World) -> None:
    change(chair)

    event = world.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.action, event.actor_id) == ("change_password", world["chair"].id)
    assert event.data == {"person": world["chair"].id}


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", NEW, NEW),
        ("", NEW, NEW),
        (PASSWORD, NEW, "empat kuda berlari sore"),
        (PASSWORD, "elf zeichen", "elf zeichen"),
        (PASSWORD, "chair@test.test", "chair@test.test"),
    ],
)
def test_a_password_that_does_not_fit_changes_nothing(
    chair: Visitor, world: World, old: str, new: str, again: str
) -> None:
    before = world["chair"].password_hash

    assert change(chair, old, new, again) == 422

    world.session.refresh(world["chair"])
    assert world["chair"].password_hash == before


def test_the_old_password_cannot_be_tried_out(chair: Visitor) -> None:
    for _ in range(throttle.PER_ACCOUNT):
        assert change(chair, "wrong") == 422

    answer = chair.post(
        "/profile/password",
        {"old_password": PASSWORD, "new_password": NEW, "repeated_password": NEW},
    )
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) in range(600, 901)


def test_no_password_comes_back_in_a_page(chair: Visitor, app: Flask, world: World) -> None:
    given = {"old_password": "altes Wort 123", "new_password": NEW, "repeated_password": NEW}
    stranger = Visitor(app, world.session, None)

    for page in (
        chair.post("/profile/password", given),
        chair.post("/profile/password", {**given, "csrf_token": "x"}),
        stranger.post("/profile/password", given),
    ):
        assert "altes Wort" not in text_of(page)
        assert NEW not in text_of(page)


def test_what_is_old_is_removed_when_somebody_signs_in(
    chair: Visitor, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    ages = (timedelta(hours=1), timedelta(days=2))
    for age in ages:
        world.session.add(FailedLogin(email="x@test.test", address="192.0.2.1", at=now - age))
    for days in (40, 50):
        at = now - timedelta(days=days)
        logins.begin(
            world.session, world["head"].id, logins.Browser(address="", name=str(days)), at
        )
    world.session.commit()
    stop_the_clock(monkeypatch, now)

    first_step(Visitor(app, world.session, None), "chair")

    kept = list(world.session.scalars(select(FailedLogin.at)))
    assert kept == [now - ages[0]]
    names = set(world.session.scalars(select(Login.browser)))
    assert "40" in names
    assert "50" not in names


@pytest.mark.parametrize(
    ("says", "called"),
    [
        (PHONE, "Chrome di Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/1 Safari/1 Edg/130.0", "Edge di Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604", "Safari di iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0", "Firefox di Linux"),
        ("curl/8", "Peramban yang tidak dikenal"),
    ],
)
def test_a_browser_is_called_what_people_call_it(app: Flask, says: str, called: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "id"}):
        assert browsers.called(says) == called
