"""The whole story through the API of the running product, while its parts are killed under it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from processes import named, wait_until
from program import Program, command
from redis import Redis
from running import Running, running
from story import OPD, STEPS, Mails, content, data_of

pytestmark = pytest.mark.long
PATIENCE = 60.0  # a killed worker's claim is taken up again when its lease is over


def _kill(word: str) -> Callable[[Running], None]:
    def strike(product: Running) -> None:
        for number in named(str(product.folder), word):
            os.kill(number, signal.SIGKILL)

    return strike


def _flush(product: Running) -> None:
    address = product.settings()["QUICKWIN_REDIS_URL"].removeprefix("redis+socket://")
    with Redis(unix_socket_path=address) as redis:
        redis.flushall()


STRIKES: dict[str, Callable[[Running], None]] = {
    "endorse": _kill("tasks:app worker"),
    "verify": _flush,
    "judge": _kill("tasks:app beat"),
    "approve": _kill("web.wsgi:app"),
    "start": _kill("valkey-server"),
    "report": _kill("bin/postgres -D"),
}


def test_every_mail_arrives_and_the_state_is_right_whatever_is_killed(tmp_path: Path) -> None:
    with running(tmp_path / "the product") as product:
        mails = Mails(f"http://127.0.0.1:{product.port}")
        people = {name: Program(product, name) for name in dict.fromkeys(s.who for s in STEPS)}
        status, made = people["dinsos"].call(
            "POST", "/quick-wins", {"unit": OPD, "content": content()}
        )
        assert status == 201, made

        for step in STEPS:
            before = {name: mails.count(name) for name in step.mails}
            if step.action == "establish":
                after = _issue(people[step.who], made)
            else:
                after = people[step.who].act(made["id"], step.action, data_of(step.action))
            assert after["state"] == step.state
            heard = len(product.lines)
            if strike := STRIKES.get(step.action):
                strike(product)
            if strike not in (None, _flush):
                product.hear("is started again", since=heard)
                assert _serves(product)
            more = mails.arrived(before, PATIENCE)
            assert more.keys() == before.keys(), (step.action, before)

        command(product, "verify")


def _issue(officer: Program, made: dict[str, object]) -> dict[str, object]:
    status, decree = officer.call(
        "POST",
        "/decrees",
        {
            "period": made["period"],
            "number": f"503/Kep.{made['id']}-DINSOS",
            "date": datetime.now(UTC).date().isoformat(),
            "quick_wins": [made["id"]],
        },
    )
    assert status == 201, decree
    return officer.call("GET", f"/quick-wins/{made['id']}")[1]


def _serves(product: Running) -> bool:
    return wait_until(lambda: product.get("/readyz") == 200, PATIENCE)
