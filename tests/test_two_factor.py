"""Two-factor login: a password alone opens nothing, a code counts once, nobody tries codes out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from authenticator import (
    PASSWORD,
    Phone,
    codes_on,
    first_step,
    give_password,
    second_step,
    secret_on,
    set_up,
)
from flask import Flask
from page import stop_the_clock, text_of
from sqlalchemy import func, select
from visitor import Visitor
from world import World

from web import create_app, throttle
from web.two_factor import Vault
from workflow.models import Event, FailedLogin, Login, RecoveryCode, SecondFactor
from workflow.settings import Settings
from workflow.verifying import verify

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], datetime]:
    """Time stands still, until the test lets some of it go by."""

    def later(by: timedelta) -> datetime:
        stop_the_clock(monkeypatch, NOW + by)
        return NOW + by

    later(timedelta(0))
    return later


@pytest.fixture
def chair(visitor: Callable[[str], Visitor], world: World) -> Visitor:
    give_password(world, "chair")
    return visitor("chair")


@pytest.fixture
def phone(chair: Visitor) -> Phone:
    return set_up(chair, NOW)


@pytest.fixture
def stranger(app: Flask, world: World) -> Visitor:
    return Visitor(app, world.session, None)


def count(world: World, model: type) -> int:
    return world.session.scalar(select(func.count()).select_from(model)) or 0


def actions(world: World) -> list[str]:
    found = select(Event.action).where(Event.actor_id == world["chair"].id).order_by(Event.id)
    return list(world.session.scalars(found))


def is_in(browser: Visitor) -> bool:
    return browser.get("/quick-wins").status_code == 200


def test_password_and_code_together_open_the_page_that_was_asked_for(
    phone: Phone, stranger: Visitor
) -> None:
    first = stranger.post(
        "/login", {"email": "chair@test.test", "password": PASSWORD, "next": "/decrees"}
    )
    assert first.headers["Location"] == "/login/code?next=/decrees"
    assert not is_in(stranger)

    answer = second_step(stranger, phone.code(NOW), next="/decrees")

    assert answer.headers["Location"] == "/decrees"
    assert is_in(stranger)


def test_the_login_of_the_first_step_is_not_that_of_the_second(
    phone: Phone, stranger: Visitor, world: World
) -> None:
    first_step(stranger, "chair")
    with stranger.client.session_transaction() as cookie:
        half = cookie["half_login"]
    second_step(stranger, phone.code(NOW))
    with stranger.client.session_transaction() as cookie:
        assert "half_login" not in cookie
        assert cookie["login"] != half
        cookie["login"] = half

    assert not is_in(stranger)


def test_a_half_login_is_none(phone: Phone, stranger: Visitor) -> None:
    first_step(stranger, "chair")
    with stranger.client.session_transaction() as cookie:
        cookie["login"] = cookie["half_login"]

    assert not is_in(stranger)


def test_a_code_counts_once(phone: Phone, stranger: Visitor, app: Flask, world: World) -> None:
    code = phone.code(NOW)
    first_step(stranger, "chair")
    second_step(stranger, code)
    other = Visitor(app, world.session, None)
    first_step(other, "chair")

    assert second_step(other, code).status_code == 401
    assert second_step(other, phone.code(NOW, steps=-1)).status_code == 401
    assert second_step(other, phone.code(NOW, steps=1)).status_code == 302


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_none(phone: Phone, stranger: Visitor, steps: int) -> None:
    first_step(stranger, "chair")

    assert second_step(stranger, phone.code(NOW, steps=steps)).status_code == 401
    assert not is_in(stranger)


@pytest.mark.parametrize("code", ["", " ", "abcdef", "000 000", "½", "9" * 500, "\x00"])
def test_what_is_no_code_opens_nothing(phone: Phone, stranger: Visitor, code: str) -> None:
    first_step(stranger, "chair")

    assert second_step(stranger, code).status_code in (401, 422)
    assert not is_in(stranger)


def test_a_code_may_be_typed_with_a_space(phone: Phone, stranger: Visitor) -> None:
    code = phone.code(NOW)
    first_step(stranger, "chair")

    assert second_step(stranger, f" {code[:3]} {code[3:]} ").status_code == 302


def test_a_recovery_code_counts_once_and_is_recorded(
    phone: Phone, stranger: Visitor, app: Flask, world: World
) -> None:
    assert len(set(phone.recovery_codes)) == 10
    code = phone.recovery_codes[3]
    first_step(stranger, "chair")
    assert second_step(stranger, code.upper().replace("-", " ")).status_code == 302
    assert actions(world)[-1] == "use_recovery_code"

    other = Visitor(app, world.session, None)
    first_step(other, "chair")

    assert second_step(other, code).status_code == 401
    assert "9" in text_of(stranger.get("/profile/two-factor"))


def test_too_many_wrong_codes_are_not_listened_to(
    phone: Phone, stranger: Visitor, clock: Callable[[timedelta], datetime]
) -> None:
    first_step(stranger, "chair")
    for _ in range(throttle.PER_ACCOUNT):
        assert second_step(stranger, "123456").status_code == 401

    answer = second_step(stranger, phone.code(NOW))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(15 * 60)
    assert "15 menit lagi" in text_of(answer)

    assert first_step(stranger, "chair").status_code == 429, "nor is the password, meanwhile"
    later = clock(timedelta(minutes=15, seconds=1))
    first_step(stranger, "chair")
    assert second_step(stranger, phone.code(later)).status_code == 302


def test_codes_cannot_be_tried_out_over_a_day(
    phone: Phone, stranger: Visitor, clock: Callable[[timedelta], datetime]
) -> None:
    wrong = 0
    for quarter in range(1, 5):
        now = clock(quarter * timedelta(minutes=16))
        first_step(stranger, "chair")
        while second_step(stranger, "123456").status_code == 401:
            wrong += 1

    assert wrong == throttle.CODES_PER_DAY
    assert second_step(stranger, phone.code(now)).status_code == 429


def test_the_second_step_does_not_wait_for_ever(
    phone: Phone, stranger: Visitor, clock: Callable[[timedelta], datetime]
) -> None:
    first_step(stranger, "chair")
    later = clock(timedelta(minutes=11))

    answer = second_step(stranger, phone.code(later), next="/decrees")

    assert answer.headers["Location"] == "/login?next=/decrees"


def test_whoever_knows_the_password_only_learns_that_it_is_right(
    phone: Phone, stranger: Visitor
) -> None:
    """A wrong password answers the same with a second factor as without, and as for nobody."""
    answers = [
        (answer.status_code, "half_login" in answer.headers.get("Set-Cookie", ""))
        for answer in (
            first_step(stranger, "chair", "wrong"),
            first_step(stranger, "head", "wrong"),
            first_step(stranger, "nobody", "wrong"),
        )
    ]

    assert answers == [(401, False)] * 3
    assert stranger.get("/login/code").headers["Location"] == "/login?next=/"


def test_it_counts_from_its_first_code_on(chair: Visitor, stranger: Visitor, world: World) -> None:
    chair.post("/profile/two-factor/begin", {"old_password": PASSWORD})
    assert first_step(stranger, "chair").headers["Location"] == "/"

    wrong = chair.post("/profile/two-factor/confirm", {"code": "123456"})

    assert wrong.status_code == 422
    assert secret_on(wrong) == secret_on(chair.get("/profile/two-factor"))
    assert count(world, RecoveryCode) == 0


def test_setting_it_up_needs_the_password(chair: Visitor, world: World) -> None:
    answer = chair.post("/profile/two-factor/begin", {"old_password": "wrong"})

    assert answer.status_code == 422
    assert "Ini bukan kata sandi Anda." in text_of(answer)
    assert (count(world, SecondFactor), count(world, FailedLogin)) == (0, 1)


def test_what_was_begun_and_left_is_begun_anew(
    chair: Visitor, clock: Callable[[timedelta], datetime]
) -> None:
    chair.post("/profile/two-factor/begin", {"old_password": PASSWORD})
    secret = secret_on(chair.get("/profile/two-factor"))
    later = clock(timedelta(hours=1))

    assert secret not in text_of(chair.get("/profile/two-factor")).replace(" ", "")
    code = Phone(secret, []).code(later)
    assert chair.post("/profile/two-factor/confirm", {"code": code}).status_code == 422


def test_switching_it_on_logs_other_browsers_out(
    chair: Visitor, visitor: Callable[[str], Visitor]
) -> None:
    other = visitor("chair")

    set_up(chair, NOW)

    assert is_in(chair)
    assert not is_in(other)


def test_one_in_force_is_not_replaced_by_a_password_alone(chair: Visitor, phone: Phone) -> None:
    assert chair.post("/profile/two-factor/begin", {"old_password": PASSWORD}).status_code == 303

    page = text_of(chair.get("/profile/two-factor"))
    assert 'class="secret"' not in page
    assert "Aktif" in page


def test_no_secret_is_stored_as_it_is(phone: Phone, world: World) -> None:
    factor = world.session.scalars(select(SecondFactor)).one()
    stored = list(world.session.scalars(select(RecoveryCode.code_sha256)))

    assert phone.secret not in factor.sealed_secret
    assert Vault("another secret key").open(factor.sealed_secret) is None
    assert not {code.replace("-", "") for code in phone.recovery_codes} & set(stored)


def test_under_another_secret_key_recovery_codes_still_open(
    phone: Phone, world: World, app: Flask
) -> None:
    moved = create_app(Settings(secret_key="another key " * 3, base_url="http://127.0.0.1:8000"))
    browser = Visitor(moved, world.session, None)
    first_step(browser, "chair")

    assert second_step(browser, phone.code(NOW)).status_code == 401
    assert second_step(browser, phone.recovery_codes[0]).status_code == 302


def test_new_recovery_codes_need_password_and_code(chair: Visitor, phone: Phone) -> None:
    page = "/profile/two-factor/recovery-codes"
    for given in (
        {"old_password": PASSWORD, "code": "123456"},
        {"old_password": "wrong", "code": phone.code(NOW)},
    ):
        assert chair.post(page, given).status_code == 422

    answer = chair.post(page, {"old_password": PASSWORD, "code": phone.code(NOW)})

    new = codes_on(answer)
    assert len(new) == 10
    assert not set(new) & set(phone.recovery_codes)
    assert answer.headers["Cache-Control"] == "no-store, no-transform"


def test_switching_it_off_needs_password_and_code(
    chair: Visitor, phone: Phone, stranger: Visitor, world: World
) -> None:
    assert chair.post("/profile/two-factor/off", {"old_password": PASSWORD}).status_code == 422
    given = {"old_password": PASSWORD, "code": phone.recovery_codes[0]}

    assert chair.post("/profile/two-factor/off", given).status_code == 303

    assert (count(world, SecondFactor), count(world, RecoveryCode)) == (0, 0)
    assert first_step(stranger, "chair").headers["Location"] == "/"


def test_everything_about_it_is_recorded_without_the_secrets(
    chair: Visitor, phone: Phone, world: World
) -> None:
    given = {"old_password": PASSWORD, "code": phone.recovery_codes[0]}
    chair.post("/profile/two-factor/off", given)

    assert actions(world) == ["begin_two_factor", "use_recovery_code", "end_two_factor"]
    assert list(verify(world.session)) == []
    texts = " ".join(world.session.scalars(select(Event.text)))
    assert phone.secret not in texts
    assert phone.recovery_codes[0] not in texts


def test_what_shows_a_secret_is_neither_kept_nor_compressed(chair: Visitor) -> None:
    chair.post("/profile/two-factor/begin", {"old_password": PASSWORD})

    answer = chair.get("/profile/two-factor", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Cache-Control"] == "no-store, no-transform"
    assert "Content-Encoding" not in answer.headers
    assert 'src="data:image/svg+xml' in text_of(answer)


def test_tokens_of_programs_need_no_code(chair: Visitor, phone: Phone) -> None:
    assert chair.api("GET", "/me").status_code == 200


def test_a_password_change_ends_a_login_that_waits_for_its_code(
    chair: Visitor, phone: Phone, stranger: Visitor, world: World
) -> None:
    first_step(stranger, "chair")
    new = "empat kuda berlari pagi"
    given = {"old_password": PASSWORD, "new_password": new, "repeated_password": new}
    assert chair.post("/profile/password", given).status_code == 303

    assert second_step(stranger, phone.code(NOW)).headers["Location"].startswith("/login?")
    assert count(world, Login) == 2
