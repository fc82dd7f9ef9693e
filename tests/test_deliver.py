"""Mails that are owed leave, once each, whatever the mail server does."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from postbox import Postbox, body
from sqlalchemy import Engine, func, select, text, update
from sweeping import Sweep
from world import NOW, World, gather

from tasks import notifications
from tasks.notifications import BACK_OFF, LEASE, deliver
from workflow import db
from workflow.models import (
    Base,
    Heartbeat,
    Message,
    Notification,
    Person,
    QuickWin,
)

MINUTE = timedelta(minutes=1)
BASE = "http://127.0.0.1:8000"


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    with Postbox() as server:
        monkeypatch.setenv("QUICKWIN_SMTP_URL", server.url)
        monkeypatch.setenv("QUICKWIN_BASE_URL", BASE)
        yield server


@pytest.fixture
def nobody_listens(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    monkeypatch.setenv("QUICKWIN_SMTP_URL", f"smtp://127.0.0.1:{port}")


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


def commit_all_as_sent(world: World) -> None:
    """What was owed on the way to where a test begins is not its business."""
    world.session.flush()
    for one in world.session.scalars(
        select(Notification).where(Notification.message_row_id.is_(None))
    ):
        one.message = Message(
            recipient_id=one.recipient_id,
            message_id=f"<before-{one.id}@test>",
            created_at=NOW,
            not_before=NOW,
            sent_at=NOW,
        )
    world.session.commit()


def endorsed(world: World) -> QuickWin:
    """One of which the submitter and both verifiers are owed a mail."""
    quick_win = world.bring_to("endorsement")
    commit_all_as_sent(world)
    world.act(quick_win, "endorse", "head")
    world.session.commit()
    return quick_win


def message_to(name: str) -> Message:
    """The one that is not sent yet, or was sent last."""
    with db.Session() as session:
        found = session.scalars(
            select(Message)
            .join(Message.recipient)
            .where(Person.email == f"{name}@test.test")
            .order_by(Message.id.desc())
        ).first()
        assert found is not None
        return found


def recipients(postbox: Postbox) -> Counter[str]:
    return Counter(
        mail["To"].addresses[0].username.removesuffix("@test.test") for mail in postbox.mails
    )


def written() -> dict[str, tuple[int, int]]:
    """For each table but one, how many rows it has and which transaction wrote there last."""
    found = {}
    with db.Session() as session:
        for name in Base.metadata.tables.keys() - {Heartbeat.__tablename__}:
            statement = f"SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM {name}"
            rows, last = session.execute(text(statement)).one()
            found[name] = (rows, last)
    return found


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


def test_a_refusal_for_good_ends_that_mail_and_no_other(world: World, postbox: Postbox) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = "550 5.1.1 No such user here"
    deliver(NOW)
    deliver(NOW + timedelta(days=2))
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}
    message = message_to("verifier")
    assert message.failed_at == NOW
    assert message.attempts == 1
    assert message.error == "550 5.1.1 No such user here"


def test_who_cannot_take_it_now_is_tried_again_later(world: World, postbox: Postbox) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = "451 4.3.0 Try again later"
    deliver(NOW)
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}
    message = message_to("verifier")
    assert message.error == "451 4.3.0 Try again later"
    assert message.not_before == NOW + MINUTE
    del postbox.answers["verifier@test.test"]
    deliver(NOW + MINUTE - timedelta(seconds=1))
    assert recipients(postbox)["verifier"] == 0
    deliver(NOW + MINUTE)
    assert recipients(postbox)["verifier"] == 1
    assert message_to("verifier").error == ""


def test_a_server_that_hangs_on_one_mail_takes_the_others(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "LIMIT", 0.5)
    endorsed(world)
    postbox.hang.add("submitter@test.test")
    deliver(NOW)
    assert recipients(postbox) == {"verifier": 1, "verifier2": 1}
    assert "timed out" in message_to("submitter").error
    postbox.release()
    deliver(NOW + MINUTE)
    assert recipients(postbox) == {"submitter": 1, "verifier": 1, "verifier2": 1}


def test_a_server_that_cannot_be_reached_is_asked_once_for_a_batch(
    world: World, monkeypatch: pytest.MonkeyPatch, postbox: Postbox
) -> None:
    monkeypatch.setattr(notifications, "LIMIT", 0.3)
    endorsed(world)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("QUICKWIN_SMTP_URL", f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        deliver(NOW)
        silent.settimeout(1)
        silent.accept()[0].close()
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()
    for name in ("submitter", "verifier", "verifier2"):
        assert "timed out" in message_to(name).error
        assert message_to(name).not_before == NOW + MINUTE


@pytest.mark.usefixtures("nobody_listens")
def test_a_day_without_a_mail_server_has_few_attempts_and_an_end(world: World) -> None:
    endorsed(world)
    for minutes in range(0, 24 * 60, 5):
        deliver(NOW + minutes * MINUTE)
    message = message_to("verifier")
    assert message.attempts == len(BACK_OFF) + 1 == 6
    assert message.failed_at is not None
    assert message.failed_at - NOW < timedelta(hours=12)
    assert "refused" in message.error.lower()


def test_a_mail_that_cannot_be_written_stops_no_other(world: World, postbox: Postbox) -> None:
    quick_win = endorsed(world)
    assert quick_win.number
    world.session.execute(
        update(Person).where(Person.email == "submitter@test.test").values(email="no address")
    )
    world.session.commit()
    deliver(NOW)
    assert recipients(postbox) == {"verifier": 1, "verifier2": 1}
    with db.Session() as session:
        message = session.scalars(select(Message).where(Message.error != "")).one()
    assert message.not_before == NOW + MINUTE


def test_who_left_in_the_meantime_gets_no_mail(world: World, postbox: Postbox) -> None:
    endorsed(world)
    world["verifier"].deactivated_at = NOW
    world.session.commit()
    deliver(NOW)
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}
    message = message_to("verifier")
    assert message.cancelled_at == NOW
    assert message.attempts == 0


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
    quick_win = world.propose()
    for _ in range(30):
        world.act(quick_win, "comment", "head", data={"text": "Baik."})
    world.session.commit()
    deliver(NOW)
    assert recipients(postbox) == {"submitter": 30}
    assert postbox.connections == 2


def test_a_slow_server_gets_no_more_than_fits_into_the_lease(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "BEGIN_WITHIN", -1.0)
    monkeypatch.setattr(notifications, "DELIVER_EVERY", 0.0)
    endorsed(world)
    deliver(NOW)
    assert postbox.mails == []
    message = message_to("verifier")
    assert message.attempts == 0
    assert message.not_before == NOW


def test_nothing_is_locked_while_a_server_is_slow(world: World, postbox: Postbox) -> None:
    quick_win = endorsed(world)
    postbox.hang.add("submitter@test.test")
    sweep = threading.Thread(target=deliver, args=(NOW,))
    sweep.start()
    postbox.wait_hanging()
    world.act(quick_win, "verify", "verifier")
    for table in (Message, Notification, QuickWin):
        world.session.execute(select(table).with_for_update(nowait=True))
    world.session.rollback()
    postbox.release()
    sweep.join()
    assert recipients(postbox) == {"submitter": 1, "verifier": 1, "verifier2": 1}


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
