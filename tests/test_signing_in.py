"""Signing in: who gets in, where it leads, and what is counted."""

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine, func, select
from test_races import together
from visitor import Visitor
from werkzeug.test import TestResponse
from world import NOW, World

from web.logins import Browser
from web.proof import sign_in as prove
from web.throttle import PER_ACCOUNT
from workflow.models import FailedLogin, Login

PASSWORD = "padi dan kapas"
OUTSIDE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def stranger(app: Flask, world: World) -> Visitor:
    """Somebody without a login, where the chair has a password."""
    world["chair"].password_hash = PasswordHasher().hash(PASSWORD)
    world.session.commit()
    return Visitor(app, world.session, None)


def sign_in(stranger: Visitor, password: str = PASSWORD, **form: str) -> TestResponse:
    given = {"email": "chair@test.test", "password": password, **form}
    return stranger.post("/login", given, environ_overrides=OUTSIDE)


def test_the_right_password_opens_the_page_that_was_asked_for(stranger: Visitor) -> None:
    answer = sign_in(stranger, next="/quick-wins?state=review&q=gizi")

    assert answer.headers["Location"] == "/quick-wins?state=review&q=gizi"
    assert stranger.get("/quick-wins").status_code == 200


def test_an_address_is_the_same_in_capital_letters_and_with_spaces(stranger: Visitor) -> None:
    assert sign_in(stranger, email=" Chair@Test.test ").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n/evil.example",
        "/\t\\evil.example",
        "\t//evil.example",
        "evil.example",
        "javascript:alert(1)",
    ],
)
def test_signing_in_never_leads_to_another_site(stranger: Visitor, elsewhere: str) -> None:
    assert sign_in(stranger, next=elsewhere).headers["Location"] == "/"


def test_a_wrong_password_is_counted_and_opens_nothing(stranger: Visitor, world: World) -> None:
    answer = sign_in(stranger, "padi")

    assert answer.status_code == 401
    assert world.session.scalar(select(func.count()).select_from(FailedLogin)) == 1
    assert world.session.scalar(select(func.count()).select_from(Login)) == 0
    assert stranger.get("/quick-wins").status_code == 302


@pytest.mark.parametrize("email", ["nobody@test.test", "chair\x00@test.test.example", "\x00"])
def test_an_address_that_nobody_has_is_answered_like_a_wrong_password(
    stranger: Visitor, email: str
) -> None:
    assert (
        sign_in(stranger, "padi", email=email).status_code == sign_in(stranger, "padi").status_code
    )


def test_after_too_many_wrong_passwords_the_right_one_has_to_wait(stranger: Visitor) -> None:
    for _ in range(PER_ACCOUNT):
        sign_in(stranger, "padi")

    answer = sign_in(stranger)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) in range(600, 901)
    assert 'value="chair@test.test"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("email", ["chair@test.test", "nobody@test.test"])
def test_of_many_who_guess_at_once_no_more_are_listened_to(committing: Engine, email: str) -> None:
    outcomes = []

    def guess(world: World) -> None:
        browser = Browser(address="192.0.2.7", name="")
        outcomes.append(
            prove(world.session, email, "padi", at=NOW, browser=browser, loopback=False)
        )

    together([guess] * (PER_ACCOUNT + 6))

    assert sum(not outcome.wait for outcome in outcomes) == PER_ACCOUNT


def test_signing_in_needs_the_token_of_the_form(stranger: Visitor) -> None:
    given = {"email": "chair@test.test", "password": PASSWORD}

    assert stranger.client.post("/login", data=given).status_code == 400


def test_what_a_session_held_before_signing_in_is_gone(stranger: Visitor) -> None:
    with stranger.client.session_transaction() as cookie:
        cookie["planted"], before = "yes", cookie["csrf_token"]

    sign_in(stranger)

    with stranger.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != before


def test_a_demo_account_signs_in_on_its_own_machine_only(stranger: Visitor, world: World) -> None:
    world["chair"].demo = True
    world.session.commit()
    given = {"email": "chair@test.test", "password": PASSWORD}

    assert sign_in(stranger).status_code == 401
    assert stranger.post("/login", given).status_code == 302
