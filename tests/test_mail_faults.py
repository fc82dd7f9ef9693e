"""Whatever the mail server does: what is temporary is tried again, what is not ends, and no mail
suffers for another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate

import pytest
from delivering import MINUTE, endorsed, message_to, recipients
from postbox import Postbox
from sqlalchemy import Engine, select, update
from world import NOW, World, gather

from tasks import notifications, sending
from tasks.endings import BACK_OFF
from tasks.notifications import deliver
from workflow import db
from workflow.ledger import append_to_city
from workflow.models import Message, NoticeKind, Notification, Person, QuickWin
from workflow.notices import tell_people

ALL = {"submitter": 1, "verifier": 1, "verifier2": 1}
OTHERS = {"submitter": 1, "verifier2": 1}


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


@pytest.mark.parametrize("answer", ["421 4.3.2 Closing", "450 4.2.0 Greylisted", "451 4.3.0 Later"])
@pytest.mark.parametrize("to", ["recipient", "mail"])
def test_what_is_temporary_is_tried_again_later(
    world: World, postbox: Postbox, answer: str, to: str
) -> None:
    endorsed(world)
    answers = postbox.answers if to == "recipient" else postbox.answers_to_mail
    answers["verifier@test.test"] = answer
    deliver(NOW)
    assert recipients(postbox) == OTHERS
    message = message_to("verifier")
    assert message.error == answer
    assert message.not_before == NOW + MINUTE
    del answers["verifier@test.test"]
    deliver(NOW + MINUTE - timedelta(seconds=1))
    assert recipients(postbox)["verifier"] == 0
    deliver(NOW + MINUTE)
    assert recipients(postbox) == ALL
    assert message_to("verifier").error == ""


def test_a_line_cut_in_the_middle_of_a_mail_costs_that_mail_a_minute(
    world: World, postbox: Postbox
) -> None:
    endorsed(world)
    postbox.drop.add("verifier@test.test")
    deliver(NOW)
    assert recipients(postbox) == OTHERS
    assert postbox.connections == 2
    message = message_to("verifier")
    assert message.error == "Connection unexpectedly closed"
    assert message.attempts == 1
    postbox.drop.clear()
    deliver(NOW + MINUTE)
    assert recipients(postbox) == ALL


@pytest.mark.parametrize("answer", ["550 5.7.1 Spam", "552 5.3.4 Too large", "554 5.6.0 No"])
def test_a_mail_refused_for_good_ends_and_says_nothing_of_its_address(
    world: World, postbox: Postbox, answer: str
) -> None:
    endorsed(world)
    postbox.answers_to_mail["verifier@test.test"] = answer
    deliver(NOW)
    deliver(NOW + timedelta(days=2))
    assert recipients(postbox) == OTHERS
    message = message_to("verifier")
    assert message.failed_at == NOW
    assert message.attempts == 1
    assert message.error == answer
    world.session.refresh(world["verifier"])
    assert world["verifier"].mail_refused_at is None


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 Unable to relay",
        "554 5.7.1 <verifier@test.test>: Relay access denied",
        "550 relay not permitted",
        "530 5.7.0 Authentication required",
        "553 5.1.8 Sender address rejected",
    ],
)
def test_who_may_not_send_there_blames_nobody_else(
    world: World, postbox: Postbox, answer: str
) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = answer
    deliver(NOW)
    assert recipients(postbox) == OTHERS
    message = message_to("verifier")
    assert message.not_before == NOW + MINUTE
    world.session.refresh(world["verifier"])
    assert world["verifier"].mail_refused_at is None


def test_a_mail_that_is_never_taken_is_tried_six_times_in_half_a_day(
    world: World, postbox: Postbox
) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = "451 Later"
    tries = accumulate(BACK_OFF, initial=NOW)
    for moment in (*tries, NOW + timedelta(days=2)):
        deliver(moment - timedelta(seconds=1))
        deliver(moment)
    message = message_to("verifier")
    assert message.attempts == len(BACK_OFF) + 1 == 6
    assert message.failed_at is not None
    assert message.failed_at - NOW < timedelta(hours=12)


def test_a_server_that_hangs_on_one_mail_takes_the_others(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LIMIT", 0.5)
    endorsed(world)
    postbox.hang.add("submitter@test.test")
    deliver(NOW)
    assert recipients(postbox) == {"verifier": 1, "verifier2": 1}
    assert "timed out" in message_to("submitter").error
    postbox.release()
    deliver(NOW + MINUTE)
    assert recipients(postbox) == ALL


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


def test_a_slow_server_gets_no_more_than_fits_into_the_lease(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BEGIN_WITHIN", -1.0)
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
    assert recipients(postbox) == ALL


def test_what_cannot_be_read_holds_up_itself_alone(world: World, postbox: Postbox) -> None:
    """A day without a name was never written, but a mail of it must not take the others along."""
    endorsed(world)
    days = [{"day": "2026-07-09", "working": False}]
    event = append_to_city(
        world.session, "import_calendar", at=NOW, data={"days": days, "moved": []}
    )
    world.session.flush()
    tell_people(
        world.session, event, NoticeKind.DATES, select(Person.id).where(Person.name == "Head")
    )
    world.session.commit()
    deliver(NOW)
    assert recipients(postbox) == ALL
    unread = message_to("head")
    assert unread.error.startswith("KeyError")
    assert unread.not_before == NOW + MINUTE
