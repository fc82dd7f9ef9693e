"""The app on somebody's phone, and their way through the second factor."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from visitor import Visitor
from werkzeug.test import TestResponse
from world import World

PASSWORD = "padi dan kapas"
OUTSIDE = {"REMOTE_ADDR": "192.0.2.7"}


@dataclass
class Phone:
    """It knows the secret; `code` is what it shows at that moment."""

    secret: str
    recovery_codes: list[str]

    def code(self, at: datetime, *, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(at + timedelta(seconds=30 * steps))


def give_password(world: World, name: str) -> None:
    world[name].password_hash = PasswordHasher().hash(PASSWORD)
    world.session.commit()


def set_up(browser: Visitor, at: datetime) -> Phone:
    """Switch the second factor on in a browser that is signed in; the clock stands at `at`."""
    assert browser.post("/profile/two-factor/begin", {"old_password": PASSWORD}).status_code == 303
    secret = secret_on(browser.get("/profile/two-factor"))
    phone = Phone(secret, [])
    answer = browser.post("/profile/two-factor/confirm", {"code": phone.code(at, steps=-1)})
    assert answer.status_code == 200
    phone.recovery_codes = codes_on(answer)
    return phone


def secret_on(answer: TestResponse) -> str:
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', answer.get_data(as_text=True))
    assert found
    return found[1].replace(" ", "")


def codes_on(answer: TestResponse) -> list[str]:
    page = html.unescape(answer.get_data(as_text=True))
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page)


def first_step(browser: Visitor, name: str, password: str = PASSWORD) -> TestResponse:
    given = {"email": f"{name}@test.test", "password": password}
    return browser.post("/login", given, environ_overrides=OUTSIDE)


def second_step(browser: Visitor, code: str, **form: str) -> TestResponse:
    return browser.post("/login/code", {"code": code, **form}, environ_overrides=OUTSIDE)
