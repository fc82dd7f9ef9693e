"""Mails that are owed leave, once each, whatever the mail server does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from delivering import MINUTE, commit_all_as_sent, endorsed, message_to, recipients
from postbox import Postbox, body
from sqlalchemy import Engine, func, select, update
from sweeping import Sweep
from whole_database import written
from world import NOW, World, gather

from tasks import notifications, sending
from tasks.endings import LEASE
from tasks.notifications import deliver
from workflow import db
from workflow.models import (
    Heartbeat,
    Message,
)


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


def test_an_act_is_told_once_to_everybody_it_concerns(world: World, postbox: Postbox) -> None:
    endorsed(world)
    deliver(NOW)
    deliver(NOW + LEASE)
    deliver(NOW + timedelta(days=1))
    assert recipients(postbox) == {"submitter": 1, "verifier": 1, "verifier2": 1}
    message = message_to("verifier")
    assert message.sent_at == NOW
    assert message.attempts == 1
    assert postbox.to("verifier@test.test")[0]["Message-ID"] == message.message_id


def test_a_worker_that_has_just_started_tells_of_an_act(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    endorsed(world)
    monkeypatch.setattr("workflow.registry._known", {})

    deliver(NOW)

    assert recipients(postbox) == {"submitter": 1, "verifier": 1, "verifier2": 1}


def test_an_act_that_was_rolled_back_is_told_nobody(world: World, postbox: Postbox) -> None:
    quick_win = endorsed(world)
    world.act(quick_win, "verify", "verifier")
    world.session.rollback()
    deliver(NOW)
    assert recipients(postbox) == {"submitter": 1, "verifier": 1, "verifier2": 1}


def test_two_rounds_of_revision_are_told_once_each(world: World, postbox: Postbox) -> None:
    quick_win = world.bring_to("decision")
    commit_all_as_sent(world)
    for _ in range(2):
        world.act(quick_win, "request_revision", "chair")
        world.act(quick_win, "resubmit", "submitter")
    world.session.commit()
    deliver(NOW)
    for address, done in (("submitter", "meminta perbaikan"), ("chair", "mengirim perbaikan")):
        mails = postbox.to(f"{address}@test.test")
        assert len([m for m in mails if done in body(m)]) == 2


def test_who_left_in_the_meantime_gets_no_mail(world: World, postbox: Postbox) -> None:
    endorsed(world)
    world["verifier"].deactivated_at = NOW
    world.session.commit()
    deliver(NOW)
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}


def test_who_leaves_before_the_second_attempt_gets_none(world: World, postbox: Postbox) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = "451 Later"
    deliver(NOW)
    world["verifier"].deactivated_at = NOW
    world.session.commit()
    del postbox.answers["verifier@test.test"]
    deliver(NOW + MINUTE)
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}
    message = message_to("verifier")
    assert message.cancelled_at == NOW + MINUTE
    assert message.attempts == 1


def test_many_workers_send_every_mail_once(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "DELIVER_EVERY", 60.0)
    drafts = [world.propose() for _ in range(20)]
    for draft in drafts:
        world.act(draft, "submit", "submitter")
        world.act(draft, "endorse", "head")
    world.session.commit()
    sweeps = [threading.Thread(target=deliver, args=(NOW,)) for _ in range(6)]
    for sweep in sweeps:
        sweep.start()
    for sweep in sweeps:
        sweep.join()
    deliver(NOW)
    assert recipients(postbox) == {"head": 20, "submitter": 20, "verifier": 20, "verifier2": 20}
    with db.Session() as session:
        kept = set(session.scalars(select(Message.message_id).where(Message.attempts == 1)))
        assert len(kept) == session.scalar(select(func.count(Message.id))) == 80
    assert {mail["Message-ID"] for mail in postbox.mails} == kept


def test_a_backlog_of_more_than_one_batch_leaves_in_one_sweep(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "DELIVER_EVERY", 60.0)
    monkeypatch.setattr(sending, "BATCH", 10)
    quick_win = world.propose()
    for _ in range(30):
        world.act(quick_win, "comment", "head", data={"text": "Baik."})
    world.session.commit()
    deliver(NOW)
    assert recipients(postbox) == {"submitter": 30}
    assert postbox.connections == 1


def test_what_a_killed_worker_was_sending_arrives_after_its_lease(
    world: World, postbox: Postbox
) -> None:
    endorsed(world)
    postbox.hang.add("submitter@test.test")
    worker = Sweep("deliver", NOW)
    postbox.wait_hanging()
    worker.kill()
    postbox.release()
    deliver(NOW + LEASE - timedelta(seconds=1))
    assert postbox.mails == []
    deliver(NOW + LEASE)
    assert recipients(postbox) == {"submitter": 1, "verifier": 1, "verifier2": 1}


def test_a_mail_that_takes_its_workers_down_is_given_up(world: World, postbox: Postbox) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = "451 Later"
    deliver(NOW)
    with db.Session.begin() as session:
        session.execute(
            update(Message).where(Message.id == message_to("verifier").id).values(attempts=6)
        )
    deliver(NOW + MINUTE)
    message = message_to("verifier")
    assert message.failed_at == NOW + MINUTE
    assert message.attempts == 6


def test_a_sweep_that_finds_nothing_writes_only_that_it_was_there(
    world: World, postbox: Postbox
) -> None:
    endorsed(world)
    deliver(NOW)
    before = written()
    for minute in range(1, 30):
        deliver(NOW + minute * MINUTE)
    assert written() == before
    with db.Session() as session:
        beats: list[tuple[str, datetime]] = [
            (beat.name, beat.at) for beat in session.scalars(select(Heartbeat))
        ]
    assert beats == [("beat", NOW + 29 * MINUTE)]
    assert postbox.connections == 1
