"""While the mail server takes nothing at all, no mail suffers: none was offered to it. It is asked
seldom, and gets all when it is back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from delivering import MINUTE, endorsed, message_to, nobodys_url, recipients
from postbox import Postbox
from sqlalchemy import Engine, func, select
from world import NOW, World, gather

from tasks import sending, smtp
from tasks.endings import LATEST
from tasks.notifications import deliver
from workflow import db
from workflow.models import Message

ALL = {"submitter": 1, "verifier": 1, "verifier2": 1}
REFUSALS = (
    "421 4.7.0 Try again later",
    "451 4.7.1 Too many mails",
    "530 5.7.0 Authentication required",
    "550 5.7.1 Sender not allowed",
)


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


@pytest.fixture
def away(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKWIN_SMTP_URL", nobodys_url())


def next_attempt() -> datetime | None:
    """When the next mail may be tried; None where all are sent."""
    with db.Session() as session:
        return session.scalar(select(func.min(Message.not_before)).where(Message.sent_at.is_(None)))


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_server_that_takes_nothing_from_us_costs_no_mail_an_attempt(
    world: World, postbox: Postbox, refusal: str
) -> None:
    endorsed(world)
    postbox.to_sender = refusal
    deliver(NOW)
    for name in ALL:
        message = message_to(name)
        assert message.attempts == 0
        assert message.failed_at is None
        assert message.error == refusal
        assert message.not_before == NOW + MINUTE
        world.session.refresh(world[name])
        assert world[name].mail_refused_at is None
    assert postbox.connections == 1
    postbox.to_sender = "250 OK"
    deliver(NOW + MINUTE)
    assert recipients(postbox) == ALL
    assert message_to("verifier").error == ""


def test_a_server_that_says_nothing_is_asked_once_in_a_sweep(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LIMIT", 0.3)
    monkeypatch.setattr(sending, "BATCH", 1)
    endorsed(world)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("QUICKWIN_SMTP_URL", f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        deliver(NOW)
        deliver(NOW + timedelta(seconds=3))
        silent.settimeout(1)
        silent.accept()[0].close()
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()
    for name in ALL:
        assert "timed out" in message_to(name).error
        assert message_to(name).not_before == NOW + MINUTE
        assert message_to(name).attempts == 0


@pytest.mark.usefixtures("away")
def test_three_days_without_a_server_have_few_attempts_and_lose_nothing(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    endorsed(world)
    asked: list[datetime] = []
    connect = smtp._connect
    now = NOW

    def counted(*args: object) -> object:
        asked.append(now)
        return connect(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(smtp, "_connect", counted)
    while now < NOW + timedelta(days=3):
        deliver(now)
        now = next_attempt() or now
    assert len(asked) <= 3 * 24 * 6 + 10
    assert max(later - former for former, later in pairwise(asked)) <= LATEST
    message = message_to("verifier")
    assert (message.attempts, message.failed_at) == (0, None)
    assert "refused" in message.error.lower()

    monkeypatch.setenv("QUICKWIN_SMTP_URL", postbox.url)
    deliver(now)
    deliver(now + LATEST)
    assert recipients(postbox) == ALL


def test_a_server_that_ends_long_conversations_gets_the_next_mail_in_a_new_one(
    world: World, postbox: Postbox
) -> None:
    """As some do after a number of mails."""
    endorsed(world)
    postbox.most = 1
    deliver(NOW)
    assert recipients(postbox) == ALL
    assert postbox.connections == 3
    assert message_to("verifier").attempts == 1
